"""The one place where it is decided who may do what; whatever has no rule is refused.

Who may not even read a repo is told that there is none, in the words of a repo that is not there
and after the same look-ups: the gate asks only for the caller's roles, never for the repo.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import NoReturn, TypeVar

from sqlalchemy import Connection

from quietwatch.addresses import ALL
from quietwatch.errors import AccessRefused, QuietwatchError
from quietwatch.model import Repo
from quietwatch.names import printable
from quietwatch.store.access import people
from quietwatch.store.access.audit import Deed, Outcome, note
from quietwatch.store.access.roles import Need, Role, least
from quietwatch.store.access.tokens import opens, read_token
from quietwatch.store.catalog import Catalog
from quietwatch.store.catalog.history import milliseconds
from quietwatch.store.repos.reading import no_repo

T = TypeVar("T")

LOCAL = "local"
"""The principal of a catalog that is open: whoever holds its folder."""

_NONE_CAME = "this catalog takes a token: set QUIETWATCH_TOKEN, or name its file with --token-file"
_NONE_STANDS = "the token is unknown, expired or revoked; ask a clusterAdmin for another"

NOBODY = "unknown"
"""In the audit log, whoever came without a token that stands."""

RULES = {
    **dict.fromkeys(
        (
            *("exists", "description", "head", "resolve", "log", "entries", "entry", "changes"),
            *("diff", "branches", "tags", "made_from", "read", "stream", "fetch", "fetch_files"),
            *("count", "look"),
        ),
        Need.READ,
    ),
    **dict.fromkeys(
        (
            *("commit", "put_bytes", "put_file", "put_files"),
            *("branch", "drop_branch", "tag", "drop_tag", "work"),
        ),
        Need.WRITE,
    ),
    **dict.fromkeys(
        ("create", "remove", "grant", "take", "audit", "collect", "check", "erase"), Need.OWN
    ),
    **dict.fromkeys(("make_token", "status", "backup", "rebuild", "forget_audit"), Need.ADMIN),
    # These give what of it the caller may see, and that may be nothing.
    **dict.fromkeys(("list", "uses", "stream_blob", "grants", "tokens", "revoke"), Need.NOTHING),
}
"""What each method of the door takes; on which repo or tenant, its call says."""


@dataclass(frozen=True, slots=True)
class Caller:
    """Who calls.

    Attributes:
        principal: by name.
        token: id of the token that said so; None: of an open catalog.
    """

    principal: str
    token: str | None


def now() -> datetime:
    """The time by the system's clock, UTC."""
    return datetime.now(UTC)


class Gate:
    """Decides for one caller, and writes down what it refuses.

    Args:
        catalog: an open one.
        token: the token as it was handed out; None: without.
        clock: tells the time, UTC.

    Raises:
        AccessRefused: the catalog is not open, and the token is none that stands.
    """

    def __init__(
        self, catalog: Catalog, token: str | None, *, clock: Callable[[], datetime] = now
    ) -> None:
        self.catalog = catalog
        self.clock = clock
        self.caller = self._enter(token)

    def require(self, action: str, scope: Repo, target: str = "") -> None:
        """Let the caller through, or raise.

        Args:
            action: a key of `RULES`.
            scope: the repo, or `TENANT/*`.
            target: what in it is meant, for the audit log.

        Raises:
            RepoMissing: the caller may not know whether there is such a repo.
            AccessRefused: the caller may see it, but not do this.
        """
        need, level = RULES.get(action), self.level(scope)
        if need is not None and level >= need:
            return
        self.write_down(action, scope, target, Outcome.REFUSED)
        if level < Need.READ and scope.name != ALL:
            raise no_repo(scope)
        raise refused(self.caller.principal, action, scope, need)

    def admit(self, action: str, scope: Repo, target: str) -> None:
        """As `require`, for who goes on to write by other ways than the door: a line says so."""
        self.require(action, scope, target)
        self.write_down(action, scope, target, Outcome.ALLOWED)

    def level(self, scope: Repo) -> Need:
        """The most that the caller may do on a repo, or on a tenant (`TENANT/*`).

        Raises:
            AccessRefused: the caller's token does not stand any more.
        """
        if self.caller.token is None:
            return self._ask(lambda _: Need.ADMIN)
        return self._ask(lambda found: people.level(found, self.caller.principal, scope))

    @property
    def is_local(self) -> bool:
        """Whether the catalog was open when the caller came: then every file can be read anyway."""
        return self.caller.token is None

    def holds(self, role: Role, scope: Repo) -> bool:
        """Whether the caller was given this very role on a repo; raises as `level` does."""
        return self._ask(lambda found: people.holds(found, self.caller.principal, role, scope))

    def readable(self, tenant: str) -> "frozenset[str] | None":
        """The names of the tenant's repos that the caller may read, there or not; None: of any.

        Raises:
            AccessRefused: the caller's token does not stand any more.
        """
        if self.caller.token is None:
            return self._ask(lambda _: None)
        return self._ask(lambda found: people.readable(found, self.caller.principal, tenant))

    def refuse(self, action: str, scope: Repo, target: str, error: QuietwatchError) -> NoReturn:
        """Write down what can't be told from what is not there, and raise that."""
        self.write_down(action, scope, target, Outcome.REFUSED)
        raise error

    def write_down(self, action: str, scope: Repo | None, target: str, outcome: Outcome) -> None:
        """Add a line to the audit log, in a transaction of its own."""
        with self.catalog.begin() as connection:
            note(connection, self._deed(action, scope, target, outcome))

    def allow(self, connection: Connection, action: str, scope: Repo | None, target: str) -> None:
        """Add a line for a write to the audit log, which stands or falls with the write."""
        note(connection, self._deed(action, scope, target, Outcome.ALLOWED))

    def _ask(self, question: Callable[[Connection], T]) -> T:
        """Ask the catalog, unless it was closed or the token ended since the caller came."""
        with self.catalog.reading() as connection:
            if self.caller.token is None:
                stands = not people.anybody(connection)
            else:
                row = people.token_row(connection, self.caller.token)
                stands = row is not None and row.stands(milliseconds(self.clock()))
            if stands:
                return question(connection)
        self.write_down("enter", None, "a token that does not stand any more", Outcome.REFUSED)
        raise AccessRefused(_NONE_CAME if self.caller.token is None else _NONE_STANDS)

    def _enter(self, text: str | None) -> Caller:
        with self.catalog.reading() as connection:
            if not people.anybody(connection):
                return Caller(LOCAL, None)
            token = None if text is None else read_token(text)
            row = None if token is None else people.token_row(connection, token.id)
        kept = None if row is None else row.sha256
        known = token is not None and opens(token, kept)
        if row is not None and known and row.stands(milliseconds(self.clock())):
            return Caller(row.principal, row.id)
        self.caller = Caller(NOBODY, None if token is None or row is None else row.id)
        why = "no token" if text is None else "a token that does not stand"
        self.write_down("enter", None, why, Outcome.REFUSED)
        raise AccessRefused(_NONE_CAME if text is None else _NONE_STANDS)

    def _deed(self, action: str, scope: Repo | None, target: str, outcome: Outcome) -> Deed:
        return Deed(
            time=self.clock(),
            principal=self.caller.principal,
            token=self.caller.token,
            action=action,
            tenant=None if scope is None or scope.tenant == ALL else scope.tenant,
            repo=None if scope is None or scope.tenant == ALL else scope.name,
            target=target,
            outcome=outcome,
        )


def refused(principal: str, action: str, scope: Repo, need: Need | None) -> AccessRefused:
    """The error for a caller who may see something, but not do this to it."""
    if need is None:
        return AccessRefused(f"nobody may do '{action}': no rule says who")
    everything = scope.tenant == ALL
    role = Role.ADMIN if everything else least(need)
    on = "" if everything else f" on {printable(str(scope))}"
    return AccessRefused(
        f"{principal} is not {role}{on}, which '{action}' takes; ask a clusterAdmin"
        f"{'' if everything else ' or an owner'} for the role"
    )
