"""The filters of `events list` and `events export`; what they let in is in test_events.py."""

import inspect
from dataclasses import fields
from datetime import UTC, datetime
from typing import Any

import pytest
from typer.main import get_command

from quietwatch.cli import events
from quietwatch.cli.filters import Filter, filtered


@pytest.mark.parametrize("name", ["list", "export"])
def test_both_verbs_have_every_filter(name: str) -> None:
    group: Any = get_command(events.app)
    has = {word for parameter in group.commands[name].params for word in parameter.opts}
    assert {f"--{field.name}" for field in fields(Filter)} < has
    assert {"--home", "--store", "--catalog", "--format"} < has


def test_a_verb_keeps_its_name_its_words_and_its_own_arguments() -> None:
    got: list[object] = []

    @filtered
    def look(wanted: Filter, *, far: int = 1) -> None:
        """Look around."""
        got.extend((wanted, far))

    assert (look.__name__, look.__doc__) == ("look", "Look around.")
    names = [field.name for field in fields(Filter)]
    assert list(inspect.signature(look).parameters) == [*names, "far"]
    since = datetime(2026, 11, 23, tzinfo=UTC)
    look(**dict.fromkeys(names) | {"since": since}, far=3)
    assert got == [Filter(since=since), 3]
