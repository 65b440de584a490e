"""A token opens only with its secret, and the secret is kept nowhere."""

import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quietwatch.store.access import tokens
from quietwatch.store.access.tokens import Token, TokenRow


def test_it_is_read_back() -> None:
    token = tokens.new_token()
    assert tokens.read_token(token.text) == token
    assert tokens.read_token(f" {token.text}\n") == token


def test_a_secret_can_not_be_guessed() -> None:
    made = {tokens.new_token() for _ in range(100)}
    assert len({token.id for token in made}) == len({token.secret for token in made}) == 100
    assert all(len(bytes.fromhex(token.secret)) * 8 >= 128 for token in made)


@given(st.text())
def test_anything_else_is_none(text: str) -> None:
    assert tokens.read_token(text) is None


@pytest.mark.parametrize("change", [str.upper, lambda text: text[:-1], lambda text: text + "0"])
def test_a_token_is_written_in_one_way(change: "object") -> None:
    assert callable(change)
    assert tokens.read_token(change(tokens.new_token().text)) is None


def test_only_the_hash_is_kept() -> None:
    token = tokens.new_token()
    kept = tokens.hashed(token.secret)
    assert kept == hashlib.sha256(token.secret.encode()).digest()
    assert tokens.opens(token, kept)
    assert not tokens.opens(Token(token.id, "0" * 40), kept)
    assert not tokens.opens(token, None)
    assert not tokens.opens(token, bytes(32))


def test_a_token_is_printed_without_its_secret() -> None:
    token = tokens.new_token()
    assert token.secret not in f"{token} {token!r}"
    row = TokenRow("0" * 12, "user:ann", "", 1, "local", None, None, tokens.hashed(token.secret))
    assert "sha256" not in repr(row)


@pytest.mark.parametrize(
    ("expires", "revoked", "stands"),
    [(None, None, True), (11, None, True), (10, None, False), (None, 5, False), (11, 5, False)],
)
def test_it_stands_until_it_expires_or_is_revoked(
    expires: int | None,
    revoked: int | None,
    stands: bool,  # noqa: FBT001
) -> None:
    assert TokenRow("0" * 12, "user:ann", "", 1, "local", expires, revoked).stands(10) is stands
