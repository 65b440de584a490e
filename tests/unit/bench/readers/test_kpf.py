"""MEVA's three files a clip, in both ways in which they are written."""

from pathlib import Path

import pytest

from quietwatch.bench.readers import read
from quietwatch.config import MediaSettings
from quietwatch.errors import ConfigError
from quietwatch.model import Kind

TYPES = """\
- { meta: "made by hand" }
- { types: {id1: 5, cset3: {person: 1.0}}}
- {'types': {'cset3': {'Vehicle': 0.9, 'person': 0.1}, 'id1': 6}}
- { types: {id1: 7, cset3: {bag: 1.0}}}
"""
GEOM = '- { meta: "made by hand" }\n' + "".join(
    f"- {{ geom: {{id1: 5, id0: {at}, ts0: {at}, ts1: {at / 10}, g0: {at * 2} 10 {at * 2 + 10} 40, "
    "keyframe: true } }\n"
    f"- {{'geom': {{'g0': '20 20 60 40', 'id0': {at}, 'id1': 6, 'ts0': {at}}}}}\n"
    f"- {{'geom': {{'g0': '1 1 2 2', 'id0': {at}, 'id1': 7, 'ts0': {at}}}}}\n"
    for at in range(10, 30)
)
ACTIVITIES = """\
- { act: {act2: {person_enters_vehicle: 1.0}, id2: 1, timespan: [{tsr0: [15, 20]}], src: truth, \
actors: [{id1: 5, timespan: [{tsr0: [15, 20]}]}, {id1: 6, timespan: [{tsr0: [15, 20]}]}]} }
- {'act': {'act2': {'person_texts_on_phone': 1.0}, 'actors': [{'id1': 5}], 'id2': 2}}
"""


@pytest.fixture
def labels(tmp_path: Path) -> Path:
    folder = tmp_path / "meva" / "14"
    folder.mkdir(parents=True)
    for kind, text in (("types", TYPES), ("geom", GEOM), ("activities", ACTIVITIES)):
        (folder / f"gate.{kind}.yml").write_text(text, encoding="utf-8")
    return folder.parent


def test_actors_become_events(labels: Path, clips: Path) -> None:
    ((clip, truth),) = read("meva", labels, clips, MediaSettings())
    assert clip.name == "gate.r13.mp4"
    (person,) = truth.events
    assert person.kind is Kind.PERSON
    assert (person.start_s, person.end_s) == pytest.approx((1, 3))
    assert person.note == "person_enters_vehicle, person_texts_on_phone"
    assert person.track is not None
    assert person.track[0] == pytest.approx((1.0, 0.2, 0.2, 0.3, 0.8))
    (parked,) = truth.nuisances
    assert (parked.kind, parked.note) == ("parked-car", "person_enters_vehicle")


def test_without_activities_it_reads_as_well(labels: Path, clips: Path) -> None:
    (labels / "14" / "gate.activities.yml").unlink()
    ((_, truth),) = read("meva", labels, clips, MediaSettings())
    assert truth.events[0].note is None


@pytest.mark.parametrize(
    ("kind", "text", "told"),
    [
        ("geom", "- {geom: {id1: 5, ts0: 3}}\n", "record 1"),
        ("geom", "- {meta: x}\n- {geom: {id1: 5, ts0: 3, g0: 1 2 3}}\n", "record 2"),
        ("types", "- {types: {id1: 5, cset3: {}}}\n", "record 1"),
        ("types", "types: 3\n", "expected a list"),
        ("types", "- {", "can't be read"),
        ("activities", "- 3\n", "record 1"),
    ],
)
def test_what_is_no_kpf_is_told(labels: Path, clips: Path, kind: str, text: str, told: str) -> None:
    path = labels / "14" / f"gate.{kind}.yml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(ConfigError, match=told) as caught:
        list(read("meva", labels, clips, MediaSettings()))
    assert str(path) in caught.value.detail


def test_types_that_are_not_there_are_told(labels: Path, clips: Path) -> None:
    (labels / "14" / "gate.types.yml").unlink()
    with pytest.raises(ConfigError, match=r"gate\.types\.yml can't be read"):
        list(read("meva", labels, clips, MediaSettings()))
