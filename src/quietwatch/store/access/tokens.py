"""Tokens: `qw_<id>_<secret>`. The id is public and names the token; who has the secret is let in.

Only the SHA-256 of the secret is kept. A slow hash, as for passwords, would gain nothing: a secret
is 160 bits from the system's source of randomness, so nobody can try them all however quick the
hash is, and every call would pay for it.
"""

import hashlib
import hmac
import re
import secrets
from dataclasses import dataclass, field

_ID_BYTES, _SECRET_BYTES = 6, 20
_FORM = re.compile(r"qw_(?P<id>[0-9a-f]{12})_(?P<secret>[0-9a-f]{40})")
_NOBODYS = bytes(32)


@dataclass(frozen=True, slots=True)
class Token:
    """A token taken apart; what is printed of it in a traceback is without the secret."""

    id: str
    secret: str = field(repr=False)

    @property
    def text(self) -> str:
        """As it is handed out, once."""
        return f"qw_{self.id}_{self.secret}"


@dataclass(frozen=True, slots=True)
class TokenRow:
    """What is known of a token.

    Attributes:
        id: its name.
        principal: who comes with it.
        note: what it is for.
        made: when, ms since 1970.
        made_by: by whom.
        expires: ms since 1970; None: never.
        revoked: ms since 1970; None: it was not.
    """

    id: str
    principal: str
    note: str
    made: int
    made_by: str
    expires: int | None
    revoked: int | None
    sha256: bytes = field(repr=False, default=_NOBODYS)

    def stands(self, now: int) -> bool:
        """Whether it is neither revoked nor expired."""
        return self.revoked is None and (self.expires is None or now < self.expires)


def new_token() -> Token:
    """A token that nobody has had before."""
    return Token(secrets.token_hex(_ID_BYTES), secrets.token_hex(_SECRET_BYTES))


def read_token(text: str) -> Token | None:
    """Take a token apart; None: it is none."""
    match = _FORM.fullmatch(text.strip())
    return Token(match["id"], match["secret"]) if match else None


def hashed(secret: str) -> bytes:
    """What is kept of a secret."""
    return hashlib.sha256(secret.encode()).digest()


def opens(token: Token, kept: bytes | None) -> bool:
    """Whether the secret is the one of which this hash was kept.

    It takes the same time whatever the answer, also for a token of which nothing is kept.
    """
    return hmac.compare_digest(hashed(token.secret), kept or _NOBODYS) and kept is not None
