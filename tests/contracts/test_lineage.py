"""Lineage, both ways, whichever database there is."""

from collections.abc import Iterator
from itertools import count

import pytest

from quietwatch.errors import EventMissing, PathMissing
from quietwatch.model import Origin, Verdict
from quietwatch.store.catalog import Catalog, happenings
from quietwatch.store.catalog.needs import Horizon
from quietwatch.store.home import Home
from quietwatch.store.keep.erase import Order
from quietwatch.store.keep.request import perform
from quietwatch.store.lineage import Node, of_event, of_file
from quietwatch.store.place import Place
from tests.toys.keeper import Keeper

NUMBERS = count()


@pytest.fixture(scope="module")
def place(catalog: Catalog, tmp_path_factory: pytest.TempPathFactory) -> Place:
    return Place(Home(tmp_path_factory.mktemp("lineage") / "home"), "memory://lineage", catalog)


@pytest.fixture
def keeper(place: Place) -> Keeper:
    """A tenant for this test alone."""
    return Keeper(place, f"family-{next(NUMBERS)}")


def event_of(keeper: Keeper, path: str) -> str:
    with keeper.place.catalog.reading() as connection:
        [event] = happenings.of_clips(connection, keeper.tenant, [path])
    return event.event_id


def every(node: Node) -> Iterator[Node]:
    yield node
    for below in node.below:
        yield from every(below)


def told(node: Node) -> set[tuple[str, str, str]]:
    return {(one.how, one.kind, one.name) for one in every(node)}


def test_an_event_goes_back_to_where_it_came_from(keeper: Keeper) -> None:
    path = keeper.clip(verdict=Verdict.ALARM)
    day = f"tenant={keeper.tenant}/date=2026-11-23/events.parquet"
    kept = keeper.commit("events", day, b"rows", Origin("analysis", keeper.head("analysis")))
    tree = of_event(keeper.place, keeper.tenant, event_of(keeper, path))
    assert (tree.kind, tree.facts["verdict"], tree.facts["erased"]) == ("event", "alarm", False)
    footage, analysis = keeper.head("footage"), keeper.head("analysis")
    assert told(tree) >= {
        ("began in", "clip", f"footage:{path}"),
        ("came from", "source", f"/in/{path}"),
        ("brought in by", "commit", f"footage@{footage}"),
        ("kept by", "commit", f"analysis@{analysis}"),
        ("made from", "commit", f"footage@{footage}"),
        ("judged by", "decision", "d" * 64),
        ("told in", "day", f"events:{day}"),
        ("kept by", "commit", f"events@{kept.id}"),
    }
    [seen] = [one for one in every(tree) if one.kind == "analysis"]
    assert seen.facts["pack"] == keeper.sha(path, "analysis")
    assert (seen.facts["version"], seen.facts["model"]) == (3, "model@12345678")


def test_a_clip_goes_on_to_what_became_of_it(keeper: Keeper) -> None:
    path = keeper.clip(verdict=Verdict.REVIEW)
    keeper.clip("main/yard")
    data = keeper.commit("datasets", "a.json", b"a", Origin("footage", keeper.head("footage")))
    model = keeper.commit("models", "m.tflite", b"m", Origin("datasets", data.id))
    tree = of_file(keeper.place, keeper.repo("footage"), path)
    assert told(tree) >= {
        ("", "clip", f"footage:{path}"),
        ("became", "event", event_of(keeper, path)),
        ("used by", "commit", f"datasets@{data.id}"),
        ("used by", "commit", f"models@{model.id}"),
    }
    [seen] = [one for one in tree.below if one.kind == "analysis"]
    assert seen.how == "became"
    assert seen.facts["stands"] is True


def test_what_was_not_there_yet_was_not_used(keeper: Keeper) -> None:
    keeper.clip("main/yard")
    keeper.commit("datasets", "a.json", b"a", Origin("footage", keeper.head("footage")))
    tree = of_file(keeper.place, keeper.repo("footage"), keeper.clip())
    assert not [one for one in every(tree) if one.how == "used by"]


def test_any_file_goes_back_along_provenance(keeper: Keeper) -> None:
    keeper.clip()
    footage = keeper.head("footage")
    data = keeper.commit("datasets", "a.json", b"a", Origin("footage", footage))
    keeper.commit("models", "m.tflite", b"m", Origin("datasets", data.id))
    tree = of_file(keeper.place, keeper.repo("models"), "m.tflite")
    assert [one.name.partition("@")[0] for one in every(tree)] == [
        *("models:m.tflite", "models", "datasets", "footage")
    ]
    assert tree.below[0].below[0].below[0].name == f"footage@{footage}"


def test_erased_is_said_with_when_and_why(keeper: Keeper) -> None:
    path = keeper.clip(verdict=Verdict.ALARM)
    event = event_of(keeper, path)
    order = Order("user:ann", "asked by letter")
    perform(keeper.place, keeper.tenant, [path], order, Horizon(None))
    clip = of_file(keeper.place, keeper.repo("footage"), path)
    for tree in (clip, of_event(keeper.place, keeper.tenant, event)):
        said = [one for one in every(tree) if one.kind == "erasure"]
        assert said
        assert {one.facts["why"] for one in said} == {"asked by letter"}
    assert of_event(keeper.place, keeper.tenant, event).facts["erased"] is True


def test_what_never_was_is_said(keeper: Keeper) -> None:
    keeper.clip()
    with pytest.raises(EventMissing, match="events list"):
        of_event(keeper.place, keeper.tenant, "00000000-0000-0000-0000-000000000000")
    with pytest.raises(PathMissing):
        of_file(keeper.place, keeper.repo("footage"), "no/such.mp4")
