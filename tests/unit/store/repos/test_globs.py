"""Patterns of paths mean what people expect, and never look further than they need."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quietwatch.errors import UsageError
from quietwatch.store.repos.globs import first_after, literal_start, matcher

words = st.text("ab/*?[]!-.\n", max_size=12)


@pytest.mark.parametrize(
    ("glob", "inside", "outside"),
    [
        ("**", ["a", "a/b"], []),
        ("*", ["a", ".a"], ["a/b"]),
        ("a/**", ["a/b", "a/b/c"], ["a", "ab/c"]),
        ("**/a", ["a", "b/a", "c/b/a"], ["ba", "b/ab"]),
        ("a/**/b", ["a/b", "a/c/b", "a/c/d/b"], ["ab", "a/cb"]),
        ("a?c", ["abc"], ["ac", "a/c", "abbc"]),
        ("[a-c]x", ["ax", "cx"], ["dx", "x"]),
        ("[!a-c]x", ["dx", "^x"], ["ax", "/x"]),
        ("[]]", ["]"], ["[]"]),
        ("[^]", ["^"], ["a"]),
        ("[[]a", ["[a"], ["a"]),
        ("[a", ["[a"], ["a"]),
        ("a.b", ["a.b"], ["aXb"]),
        ("2026-11-*/*.mp4", ["2026-11-24/x.mp4"], ["2026-11-24/x.mp4/y"]),
    ],
)
def test_what_fits(glob: str, inside: list[str], outside: list[str]) -> None:
    fits = matcher(glob)
    assert all(fits(path) for path in inside)
    assert not any(fits(path) for path in outside)


@pytest.mark.parametrize("glob", ["a**", "**a/b", "x/a**b"])
def test_two_stars_are_a_part_of_their_own(glob: str) -> None:
    with pytest.raises(UsageError, match="whole folders"):
        matcher(glob)


def test_a_range_runs_forward() -> None:
    with pytest.raises(UsageError, match="no pattern"):
        matcher("[b-a]")


@given(words, words)
def test_what_fits_begins_with_the_literal_start(glob: str, path: str) -> None:
    try:
        fits = matcher(glob)
    except UsageError:
        return
    assert not fits(path) or path.startswith(literal_start(glob))


@given(st.text("abc.-_ äß/", max_size=10))
def test_a_path_without_signs_fits_itself_alone(path: str) -> None:
    assert matcher(path)(path)
    assert not matcher(path)(path + "x")


@given(st.text(max_size=4), st.text(max_size=4))
def test_the_first_after_a_prefix(prefix: str, rest: str) -> None:
    after = first_after(prefix)
    if after is None:
        assert re.fullmatch("\U0010ffff*", prefix)
        return
    assert after > prefix + rest
    after.encode()


def test_halves_of_characters_are_left_out() -> None:
    assert first_after("a\ud7ff") == "a\ue000"
    assert first_after("a\U0010ffff") == "b"
