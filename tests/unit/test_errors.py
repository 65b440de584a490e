"""The tree of errors is the one that is drawn, and every error survives the way out of a worker."""

import pickle
import re
from collections.abc import Iterator

import pytest

from quietwatch import errors
from quietwatch.errors import (
    InputError,
    QuietwatchError,
    SetupError,
    StorageError,
    UsageError,
    WorkerFailed,
)

BRANCHES = (UsageError, InputError, StorageError, SetupError)
LINE = re.compile(r"    (?P<lead>[│├└─ ]*)(?P<name>[A-Z]\w+)(?: +(?P<code>[a-z]+(?:-[a-z]+)*)$)?")


def below(kind: type[QuietwatchError]) -> Iterator[type[QuietwatchError]]:
    yield kind
    for child in kind.__subclasses__():
        yield from below(child)


TREE = list(below(QuietwatchError))


def drawn() -> dict[str, tuple[str | None, str | None]]:
    """Name to (parent, code) of every line of the drawing; branches have no code in it."""
    assert errors.__doc__ is not None
    found: dict[str, tuple[str | None, str | None]] = {}
    way: list[str] = []
    for line in errors.__doc__.splitlines():
        match = LINE.match(line)
        if match is None:
            continue
        depth = len(match["lead"]) // 4
        way[depth:] = [match["name"]]
        found[match["name"]] = (way[depth - 1] if depth else None, match["code"])
    return found


def test_the_drawing_is_the_tree() -> None:
    real = {
        kind.__name__: (
            None if kind is QuietwatchError else kind.__bases__[0].__name__,
            None if kind in {QuietwatchError, *BRANCHES} else kind.code,
        )
        for kind in TREE
    }
    assert drawn() == real


def test_nothing_else_is_an_error() -> None:
    defined = {
        value
        for value in vars(errors).values()
        if isinstance(value, type) and issubclass(value, Exception)
    }
    assert defined == set(TREE)
    assert all(len(kind.__bases__) == 1 for kind in TREE)


def test_the_root_has_four_branches() -> None:
    assert tuple(QuietwatchError.__subclasses__()) == BRANCHES


def test_codes_are_unique_and_plain() -> None:
    codes = [kind.code for kind in TREE]
    assert len(set(codes)) == len(codes)
    assert all(re.fullmatch(r"[a-z]+(-[a-z]+)*", code) for code in codes)
    assert all("code" in vars(kind) for kind in TREE), "a code is never inherited"


@pytest.mark.parametrize("kind", TREE)
def test_an_error_survives_pickling(kind: type[QuietwatchError]) -> None:
    sentence = "the file 'a\nb' breaks off; copy it again ☂"
    back = pickle.loads(pickle.dumps(kind(sentence)))  # noqa: S301
    assert type(back) is kind
    assert (back.code, back.detail, str(back)) == (kind.code, sentence, sentence)


@pytest.mark.parametrize("kind", TREE)
def test_each_says_when_it_is_raised(kind: type[QuietwatchError]) -> None:
    assert kind.__doc__


def test_a_broken_installation_is_nobodys_input() -> None:
    with pytest.raises(SetupError) as caught:
        raise WorkerFailed("no process can be started")
    assert not isinstance(caught.value, InputError)
