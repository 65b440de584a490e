"""Make the catalog anew from what lies in the bucket: repos, commits, branches, tags, lineage.

Nobody else should write meanwhile. Each name of a repo is made anew in one transaction, so a
rebuild that breaks off is simply begun again.
"""

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import TypeVar

from sqlalchemy import Connection

from quietwatch.errors import ObjectMissing, RecordDamaged
from quietwatch.model import Commit, Repo
from quietwatch.store.catalog import history, lines, refs
from quietwatch.store.catalog.connect import Catalog
from quietwatch.store.catalog.history import Kept, Making
from quietwatch.store.catalog.lines import Point
from quietwatch.store.catalog.refs import MAIN, Ref
from quietwatch.store.objects.objects import Objects
from quietwatch.store.repos import deeds, record, turns
from quietwatch.store.repos.revived import revive
from quietwatch.store.repos.turns import Turn

T = TypeVar("T")

_READERS = 8
"""Objects read at once."""


@dataclass(frozen=True, slots=True)
class Rebuilt:
    """What a rebuild found.

    Attributes:
        repos: made anew, without those that had been removed.
        commits: of all repos.
        lost: keys of objects that are damaged, or stand on commits that are: the catalog does
            without them.
    """

    repos: int
    commits: int
    lost: tuple[str, ...]


@dataclass(slots=True)
class _Past:
    """All that the bucket tells of one repo."""

    repo: Repo
    born: str
    turns: list[Turn] = field(default_factory=list)
    commits: list[tuple[Commit, Making]] = field(default_factory=list)

    @property
    def created(self) -> int:
        """When it was made; if that is lost, its first commit."""
        times = [one.time for one in self.turns]
        times += [history.milliseconds(commit.time) for commit, _ in self.commits]
        return min(times)

    @property
    def removed(self) -> int | None:
        """When it was removed."""
        return next((one.time for one in self.turns if one.deed == "repo-removed"), None)


def rebuild(catalog: Catalog, objects: Objects) -> Rebuilt:
    """Make the catalog's repos anew; those of which the bucket knows nothing stay as they are.

    What was erased is read first: it does not come back. Analyses are known again at last.

    Raises:
        StoreUnavailable, CatalogUnavailable: it broke off; begin it again.
    """
    found = commits = 0
    lost: list[str] = []
    for tenant in _tenants(objects):
        lost += deeds.restore(catalog, objects, tenant)
        for repo in _repos(objects, tenant):
            pasts = _pasts(objects, repo, lost)
            for past in pasts:
                for month in {history.milliseconds(commit.time) for commit, _ in past.commits}:
                    catalog.make_room(month)
            with catalog.begin() as connection:
                refs.forget(connection, repo.tenant, repo.name)
                for index, past in enumerate(pasts):
                    over = _over(past, pasts[index + 1 :])
                    found += over is None
                    commits += _Anew(connection, objects, past, over, lost).make()
        revive(catalog, tenant)
    catalog.analyze()
    return Rebuilt(found, commits, tuple(lost))


def _over(past: _Past, later: list[_Past]) -> int | None:
    """When a repo came to its end: one name is one repo's, even if a removal got lost."""
    if past.removed is not None:
        return past.removed
    return later[0].created if later else None


def _tenants(objects: Objects) -> Iterator[str]:
    """The first parts of all keys, without listing what lies below them."""
    after = ""
    while (first := next(objects.list("", after), None)) is not None:
        tenant, _, _ = first.key.partition("/")
        yield tenant
        after = f"{tenant}0"  # the sign that comes after /


def _repos(objects: Objects, tenant: str) -> list[Repo]:
    named: set[str] = set()
    for kind in ("refs", "commits"):
        after = ""
        while (first := next(objects.list(f"{tenant}/{kind}", after), None)) is not None:
            name = first.key.split("/")[2]
            named.add(name)
            after = f"{tenant}/{kind}/{name}0"
    return [Repo(tenant, name) for name in sorted(named)]


def _pasts(objects: Objects, repo: Repo, lost: list[str]) -> list[_Past]:
    """The repos that ever had this name, the first first."""
    found: dict[str, _Past] = {}
    keys = (one.key for one in objects.list(turns.folder(repo)))
    for _, turn in _read(objects, keys, lambda _, data: turns.read_turn(data), lost):
        found.setdefault(turn.born, _Past(repo, turn.born)).turns.append(turn)
    keys = (one.key for one in objects.list(record.commits_folder(repo)))
    for _, (commit, making) in _read(objects, keys, _head, lost):
        past = found.setdefault(making.born, _Past(repo, making.born))
        past.commits.append((commit, making))
    for past in found.values():
        past.turns.sort(key=lambda turn: turn.turn)
        past.commits.sort(key=lambda pair: pair[0].time)  # a commit is later than its parent
    return sorted(found.values(), key=lambda past: past.created)


def _head(key: str, data: bytes) -> tuple[Commit, Making]:
    commit, making, _ = record.read(_id(key), data)
    return commit, making


def _id(key: str) -> str:
    return key.rpartition("/")[2].removesuffix(".json")


class _Anew:
    """Makes the rows of one repo."""

    def __init__(
        self,
        connection: Connection,
        objects: Objects,
        past: _Past,
        over: int | None,
        lost: list[str],
    ) -> None:
        self._connection = connection
        self._objects = objects
        self._past = past
        self._lost = lost
        first = past.turns[0] if past.turns and past.turns[0].deed == "repo-created" else None
        self._main = first.branch_born if first else _main_of(past)
        self._repo = refs.add(
            connection,
            past.repo,
            past.born,
            first.description if first else "",
            past.created,
            removed=over,
            turn=max([turn.turn for turn in past.turns], default=0),
        )
        self._start = lines.open_line(connection, self._repo)
        self._ends: dict[int, int] = {self._start: 0}
        self._points: dict[str, Point] = {}
        self._heads: dict[str, Point] = {}

    def make(self) -> int:
        """Make them; gives the number of commits."""
        makings = {commit.id: making for commit, making in self._past.commits}
        keys = [record.commit_key(self._past.repo, one) for one in makings]
        for key, told in _read(
            self._objects, keys, lambda key, data: record.read(_id(key), data), self._lost
        ):
            point = self._next(told.commit)
            if point is None:
                self._lost.append(key)
                continue
            self._keep(told, point)
        lines.end_lines(self._connection, self._ends)
        self._refs()
        return len(self._points)

    def _next(self, commit: Commit) -> Point | None:
        """Where a commit goes; None if its parent is not there."""
        if commit.parent is None:
            root = Point(self._start, 0)
        elif commit.parent in self._points:
            root = self._points[commit.parent]
        else:
            return None
        line, number = root
        if self._ends[line] == number:
            return Point(line, number + 1)
        return Point(lines.open_line(self._connection, self._repo, root), 1)

    def _keep(self, told: record.Read, point: Point) -> None:
        commit, making, changes = told
        self._ends[point.line] = point.number
        self._points[commit.id] = self._heads[making.branch_born] = point
        moment = history.milliseconds(commit.time)
        lines.put(self._connection, commit.repo.tenant, point, moment, changes)
        kept = Kept(commit, point, making)
        history.keep(self._connection, self._repo, kept, marked=False)

    def _refs(self) -> None:
        start = Point(self._start, 0)
        there = {MAIN: Ref(MAIN, "branch", self._main, self._heads.get(self._main, start), None)}
        for turn in self._past.turns:
            if turn.deed in {"branch-dropped", "tag-dropped"}:
                there.pop(turn.name, None)
            elif turn.deed in {"branch-made", "tag-made"} and turn.commit in self._points:
                kind = "branch" if turn.deed == "branch-made" else "tag"
                begun = self._points[turn.commit]
                point = self._heads.get(turn.branch_born, begun) if kind == "branch" else begun
                there[turn.name] = Ref(turn.name, kind, turn.branch_born, point, None)
        for ref in there.values():
            refs.set_ref(self._connection, self._repo, ref)


def _main_of(past: _Past) -> str:
    """What tells `main`, if the repo's creation got lost."""
    return next((making.branch_born for _, making in past.commits if making.branch == MAIN), "")


def _read(
    objects: Objects, keys: Iterable[str], use: Callable[[str, bytes], T], lost: list[str]
) -> Iterator[tuple[str, T]]:
    """What objects say, in the order of the keys; those that say nothing are lost."""

    def read(key: str) -> T:
        return use(key, objects.read(key))

    waiting: deque[tuple[str, Future[T]]] = deque()
    rest = iter(keys)
    with ThreadPoolExecutor(_READERS) as readers:
        while True:
            while len(waiting) < 2 * _READERS and (key := next(rest, None)) is not None:
                waiting.append((key, readers.submit(read, key)))
            if not waiting:
                return
            key, outcome = waiting.popleft()
            try:
                said = outcome.result()
            except (RecordDamaged, ObjectMissing):
                lost.append(key)
                continue
            yield key, said
