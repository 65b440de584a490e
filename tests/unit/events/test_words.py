import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

import quietwatch
from quietwatch import errors
from quietwatch.events import words
from quietwatch.model import Kind, Reason, Verdict


def setting_aside() -> Iterator[type[errors.QuietwatchError]]:
    """The errors that cost an input and nothing else: those of inputs, and what else is caught
    anywhere in the product to make a `Failure` of it."""
    yield from errors.InputError.__subclasses__()
    for path in Path(quietwatch.__file__).parent.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.ExceptHandler) and node.type and makes_a_failure(node):
                for name in ast.walk(node.type):
                    kind = getattr(errors, name.id, None) if isinstance(name, ast.Name) else None
                    if kind is not None:
                        yield from kind.__subclasses__() or [kind]


def makes_a_failure(handler: ast.ExceptHandler) -> bool:
    called = (node.func for node in ast.walk(handler) if isinstance(node, ast.Call))
    names = {getattr(one, "attr", getattr(one, "id", "")) for one in called}
    return bool(names & {"Failure", "_failure", "_fail"})


def test_everything_that_can_be_said_has_words() -> None:
    assert set(words.REASONS) == set(Reason)
    assert set(words.VERDICTS) == set(Verdict)
    assert set(words.KINDS) == set(Kind)
    assert set(words.FAILURES) == set(setting_aside())
    assert errors.InvalidName in words.FAILURES


def test_names_of_reasons_differ() -> None:
    assert len({entry.name for entry in words.REASONS.values()}) == len(Reason)


@pytest.mark.parametrize("reason", Reason)
def test_a_reason_reads_differently_for_and_against(reason: Reason) -> None:
    against = words.sentence(reason, Verdict.SUPPRESSED)
    assert words.sentence(reason, Verdict.ALARM) != against
    assert words.sentence(reason, Verdict.REVIEW) == against
    assert not against.endswith(".")


def test_noise() -> None:
    assert words.noise(1).startswith("1 mover was seen")
    assert words.noise(1349).startswith("1,349 movers were seen")
