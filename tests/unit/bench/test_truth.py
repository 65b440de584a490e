"""The truth beside a clip: read, written, refused, found."""

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from quietwatch.bench.truth import (
    Half,
    Labelled,
    Nuisance,
    TrueEvent,
    Truth,
    labelled,
    read,
    truth_path,
    write,
)
from quietwatch.errors import ConfigError
from quietwatch.model import Kind

WHOLE: dict[str, Any] = {
    "format": 1,
    "duration_s": 30.0,
    "camera": "main/porch",
    "half": "held-out",
    "seed": 7,
    "background": "yard by night",
    "events": [
        {
            "kind": "person",
            "start_s": 1.2,
            "end_s": 9.0,
            "hard": "crawling",
            "note": "along the hedge",
            "track": [[1.2, 0.1, 0.5, 0.2, 0.9], [9.0, 0.4, 0.5, 0.5, 0.9]],
        }
    ],
    "nuisances": [{"kind": "insect", "start_s": 0.0, "end_s": 30.0}],
}


def written(folder: Path, **changes: object) -> Path:
    path = folder / "porch.truth.json"
    path.write_text(json.dumps({**WHOLE, **changes}), encoding="utf-8")
    return path


def test_the_format(tmp_path: Path) -> None:
    truth = read(written(tmp_path))
    assert truth.half is Half.HELD_OUT
    assert truth.events == (
        TrueEvent(
            kind=Kind.PERSON,
            start_s=1.2,
            end_s=9.0,
            hard="crawling",
            note="along the hedge",
            track=((1.2, 0.1, 0.5, 0.2, 0.9), (9.0, 0.4, 0.5, 0.5, 0.9)),
        ),
    )
    assert truth.nuisances == (Nuisance(kind="insect", start_s=0, end_s=30),)


def test_the_least_that_a_truth_says(tmp_path: Path) -> None:
    path = tmp_path / "empty.truth.json"
    path.write_text('{"format": 1, "duration_s": 5}', encoding="utf-8")
    assert read(path) == Truth(duration_s=5)


@settings(max_examples=20)  # each is written to the disk, and forced there
@given(
    duration=st.floats(0, 1e5),
    times=st.lists(st.floats(0, 1).flatmap(lambda a: st.tuples(st.just(a), st.floats(a, 1)))),
    kind=st.sampled_from([Kind.PERSON, Kind.VEHICLE, Kind.ANIMAL]),
    half=st.sampled_from([None, *Half]),
)
def test_what_is_written_is_read_again(
    tmp_path_factory: pytest.TempPathFactory,
    duration: float,
    times: list[tuple[float, float]],
    kind: Kind,
    half: Half | None,
) -> None:
    truth = Truth(
        duration_s=duration,
        half=half,
        events=tuple(
            TrueEvent(kind=kind, start_s=a * duration, end_s=b * duration) for a, b in times
        ),
        nuisances=tuple(
            Nuisance(kind="rain", start_s=a * duration, end_s=b * duration, note="n")
            for a, b in times
        ),
    )
    path = tmp_path_factory.getbasetemp() / "some.truth.json"
    write(path, truth)
    first = path.read_bytes()
    assert read(path) == truth
    write(path, read(path))
    assert path.read_bytes() == first


@pytest.mark.parametrize(
    ("changes", "place"),
    [
        ({"format": 2}, "format"),
        ({"durations": 3}, "durations"),
        ({"duration_s": -1}, "duration_s"),
        ({"duration_s": 5}, "after the clip"),
        ({"half": "third"}, "half"),
        ({"camera": "Front Door"}, "camera"),
        ({"events": [{"kind": "burglar", "start_s": 0, "end_s": 1}]}, "events.0.kind"),
        ({"events": [{"kind": "unknown", "start_s": 0, "end_s": 1}]}, "events.0.kind"),
        ({"events": [{"kind": "person", "start_s": 3, "end_s": 1}]}, "before it starts"),
        ({"events": [{"kind": "person", "start_s": 0}]}, "events.0.end_s"),
        ({"unlabelled": [{"start_s": 5, "end_s": 9}, {"start_s": 8, "end_s": 10}]}, "overlap"),
        ({"unlabelled": [{"start_s": 9, "end_s": 5}]}, "order"),
        ({"nuisances": [{"kind": "Big Moth", "start_s": 0, "end_s": 1}]}, "nuisances.0.kind"),
        (
            {
                "nuisances": [
                    {"kind": "rain", "start_s": 0, "end_s": 1, "track": [[0, 0.5, 0, 0.4, 1]]}
                ]
            },
            "box at 0 s",
        ),
        (
            {
                "nuisances": [
                    {
                        "kind": "rain",
                        "start_s": 0,
                        "end_s": 1,
                        "track": [[1, 0, 0, 1, 1], [0, 0, 0, 1, 1]],
                    }
                ]
            },
            "back in time",
        ),
    ],
)
def test_what_is_not_of_the_format_is_told(
    tmp_path: Path, changes: dict[str, object], place: str
) -> None:
    path = written(tmp_path, **changes)
    with pytest.raises(ConfigError) as caught:
        read(path)
    assert str(path) in caught.value.detail
    assert place in caught.value.detail


@pytest.mark.parametrize("text", [b"", b"[1]", b"{", b"\xff\xfe{}", b'{"duration_s": NaN}'])
def test_what_is_no_json_object_is_told(tmp_path: Path, text: bytes) -> None:
    path = tmp_path / "odd.truth.json"
    path.write_bytes(text)
    with pytest.raises(ConfigError, match=r"odd\.truth\.json"):
        read(path)


def test_a_truth_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="not there"):
        read(tmp_path / "none.truth.json")


def test_clips_are_found_in_order(tmp_path: Path) -> None:
    truth = Truth(duration_s=1)
    clips = [tmp_path / "b" / "porch.mp4", tmp_path / "still.JPG", tmp_path / "b" / "walk.v2"]
    (tmp_path / "b").mkdir()
    clips[2].mkdir()
    for clip in clips[:2]:
        clip.touch()
    (tmp_path / "b" / "porch.txt").touch()
    (tmp_path / "unlabelled.mp4").touch()
    for clip in clips:
        write(truth_path(clip), truth)
    assert truth_path(clips[2]) == tmp_path / "b" / "walk.v2.truth.json"
    assert labelled(tmp_path) == (
        Labelled("b/porch.mp4", clips[0], truth),
        Labelled("b/walk.v2", clips[2], truth),
        Labelled("still.JPG", clips[1], truth),
    )


def test_a_truth_without_its_clip_is_told(tmp_path: Path) -> None:
    path = written(tmp_path)
    with pytest.raises(ConfigError, match="there is none"):
        labelled(tmp_path)
    path.with_name("porch.mp4").touch()
    path.with_name("porch.mkv").touch()
    with pytest.raises(ConfigError, match=r"porch\.mkv and porch\.mp4"):
        labelled(tmp_path)


def test_a_folder_without_truth_is_told(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="no labelled clip"):
        labelled(tmp_path)
    with pytest.raises(ConfigError, match="no folder"):
        labelled(tmp_path / "none")
