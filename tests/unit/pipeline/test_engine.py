"""One pass after another over small footage, in this process, with the real stages."""

import os
import shutil
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from quietwatch.config import JudgeSettings, Settings, VisionSettings
from quietwatch.errors import RecordDamaged, SourceChanged, StoreUnavailable, UnreadableVideo
from quietwatch.events.report import choose
from quietwatch.model import Arrival, Camera, Failure
from quietwatch.pipeline import engine
from quietwatch.pipeline.onepass import RunResult
from quietwatch.pipeline.results import make_report
from quietwatch.pipeline.runners.base import Tick, Work
from quietwatch.pipeline.runners.inline import InlineRunner
from quietwatch.store.home import Home

DOOR, YARD = Camera("home", "main", "door"), Camera("home", "main", "yard")
NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
DEFAULTS = Settings()


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return Home(tmp_path / "home")


@pytest.fixture(scope="module")
def clip(footage: Any) -> Path:
    """Three seconds in which a square moves."""
    path: Path = footage.video("clip.mp4", size=(320, 240), frames=30, rate=10)
    os.utime(path, (NOON.timestamp(), NOON.timestamp()))
    return path


def _arrival(path: Path, camera: Camera = DOOR, **changes: Any) -> Arrival:
    return replace(Arrival(camera, str(path), (path,), None), **changes)


def _run(
    home: Home, *arrivals: Arrival | Failure, settings: Settings = DEFAULTS, work: Any = None
) -> RunResult:
    runner = InlineRunner(work or (lambda: engine.make_work(settings, home.path)))
    return engine.run(iter(arrivals), home, settings, runner, lambda *_: None)


def _no_work() -> Work:
    raise AssertionError("nothing is new: no model may be loaded")


def test_new_footage_is_analyzed_and_known_footage_is_not(home: Home, clip: Path) -> None:
    first = _run(home, _arrival(clip))
    assert (first.clips, first.skipped, first.failed) == (1, 0, ())
    assert len(first.events) >= 1
    again = _run(home, _arrival(clip), work=_no_work)
    assert (again.clips, again.skipped) == (0, 1)
    assert again.events == first.events


def test_the_same_bytes_are_one_clip_a_camera(home: Home, clip: Path, tmp_path: Path) -> None:
    copy = tmp_path / "copy.mp4"
    shutil.copy2(clip, copy)
    result = _run(home, _arrival(clip), _arrival(copy), _arrival(copy, YARD))
    assert result.clips == 2
    assert [record.clip.camera for record in result.records] == [DOOR, YARD]
    assert [record.source for record in result.records] == [str(clip), str(copy)]


def test_events_name_the_source_as_it_was_given_this_time(
    home: Home, clip: Path, tmp_path: Path
) -> None:
    _run(home, _arrival(clip))
    moved = tmp_path / "moved.mp4"
    shutil.copy2(clip, moved)
    result = _run(home, _arrival(moved))
    assert {event.source for event in result.events} == {str(moved)}
    assert {record.source for record in home.records()} == {str(clip)}


def test_a_changed_rule_judges_again_without_a_pixel(home: Home, clip: Path) -> None:
    _run(home, _arrival(clip))
    changed = Settings(judge=JudgeSettings(threats=(), review_score=0.2))
    result = _run(home, _arrival(clip), settings=changed, work=_no_work)
    assert (result.clips, result.skipped) == (0, 1)
    assert {event.judgement.score for event in result.events} == {0.0}


def test_a_changed_look_analyzes_anew(home: Home, clip: Path) -> None:
    _run(home, _arrival(clip))
    slower = Settings(vision=VisionSettings(rate=2.0))
    assert _run(home, _arrival(clip), settings=slower).clips == 1


def test_unusable_inputs_are_named_and_the_others_done(
    home: Home, clip: Path, footage: Any, tmp_path: Path
) -> None:
    text = footage.file("text.mp4", b"this is no video at all\n" * 50)
    gone = tmp_path / "gone.mp4"
    found = Failure("nowhere", "not-readable", "refused")
    result = _run(home, found, _arrival(text, YARD), _arrival(clip), _arrival(gone, YARD))
    assert result.clips == 1
    assert [(failure.source, failure.error) for failure in result.failed] == sorted(
        [
            ("nowhere", "not-readable"),
            (str(text), "unreadable-video"),
            (str(gone), "not-readable"),
        ]
    )
    assert list(home.path.rglob("*.part")) == []


def test_each_copy_of_bad_bytes_is_named(home: Home, footage: Any) -> None:
    bad = [footage.file(name, b"no video at all\n" * 50) for name in ("a.mp4", "b.mp4")]
    result = _run(home, *(_arrival(path) for path in bad))
    assert [failure.source for failure in result.failed] == sorted(str(path) for path in bad)


def test_a_file_that_changes_while_it_is_read_is_set_aside(
    home: Home, clip: Path, tmp_path: Path
) -> None:
    growing = tmp_path / "growing.mp4"
    shutil.copy(clip, growing)

    def make() -> Work:
        work = engine.make_work(DEFAULTS, home.path)

        def meddle(payload: object, tick: Tick) -> None:
            work(payload, tick)
            with growing.open("ab") as file:
                file.write(b"more")

        return meddle

    result = _run(home, _arrival(growing), work=make)
    assert [failure.error for failure in result.failed] == ["source-changed"]
    assert list(home.records()) == []
    assert list((home.path / "analysis").rglob("*.zip")) == []


def test_a_damaged_analysis_and_a_damaged_record_are_made_anew(home: Home, clip: Path) -> None:
    first = _run(home, _arrival(clip))
    [analysis] = (home.path / "analysis").rglob("*.zip")
    analysis.write_bytes(analysis.read_bytes()[:-20])
    assert _run(home, _arrival(clip)).events == first.events
    [record] = (home.path / "clips").rglob("*.json")
    record.write_bytes(b"{")
    assert _run(home, _arrival(clip)).events == first.events


def test_a_damaged_record_costs_no_other_clip_anything(
    home: Home, clip: Path, footage: Any
) -> None:
    other = footage.video("other.mp4", size=(320, 240), frames=20, rate=10)
    os.utime(other, (NOON.timestamp() + 9999, NOON.timestamp() + 9999))
    both = _run(home, _arrival(clip), _arrival(other))
    spoiled = home.path / f"clips/home/main/door/{both.records[1].clip.sha256}.json"
    spoiled.write_bytes(spoiled.read_bytes()[:-9])

    alone = _run(home, _arrival(clip), work=_no_work)
    assert alone.events == tuple(event for event in both.events if event.source == str(clip))
    [(source, note)] = alone.notes
    assert (source, note.code) == (str(home.path), "record-damaged")
    assert str(spoiled) in note.detail
    assert "run again on its footage" in note.detail

    again = _run(home, _arrival(clip), _arrival(other), work=_no_work)
    assert (again.events, again.notes) == (both.events, ())


def test_a_report_goes_without_the_pictures_of_a_damaged_analysis(home: Home, clip: Path) -> None:
    result = _run(home, _arrival(clip), _arrival(clip, YARD))
    told: list[RecordDamaged] = []
    whole = make_report(home, result.records, result.events, (), told.append)
    assert (len(whole.pictures) > 0, told) == (True, [])
    [analysis] = (home.path / "analysis").rglob("*.zip")
    _spoil(analysis, "pictures/")
    page = make_report(home, result.records, result.events, (), told.append)
    assert (page.pictures, page.events) == ({}, whole.events)
    assert [str(analysis) in error.detail for error in told] == [True]


def test_of_the_pictures_only_those_that_fit_are_read(
    home: Home, clip: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    result = _run(home, _arrival(clip))
    whole = make_report(home, result.records, result.events, (), print)
    assert len(whole.pictures) > 1
    first = max(whole.pictures.values(), key=len)
    monkeypatch.setattr(choose, "MAX_PICTURE_BYTES", len(first))
    part = make_report(home, result.records, result.events, (), print)
    assert 0 < sum(len(jpeg) for jpeg in part.pictures.values()) <= len(first)
    assert choose.choose(part) == choose.choose(whole)


def test_movers_that_were_only_counted_are_kept_with_the_clip(home: Home, footage: Any) -> None:
    def flickering(index: int, width: int, height: int) -> Any:
        picture = footage.quarters(index, width, height)
        if index > 10:  # now here, now there
            top, left = (20, 150)[index // 2 % 2], (20, 200, 110)[index // 2 % 3]
            picture[top : top + 60, left : left + 60] = 255
        return picture

    clip = footage.video("flicker.mp4", size=(320, 240), frames=30, painter=flickering)
    result = _run(home, _arrival(clip))
    [record] = result.records
    assert record.noise == home.read_analysis(record.analysis).summary.noise > 0
    report = make_report(home, result.records, result.events, (), print)
    assert [one.noise for one in report.made_from] == [record.noise]
    assert _run(home, _arrival(clip), work=_no_work).records == result.records


def _spoil(analysis: Path, member: str) -> None:
    """Damage one part of an analysis, and nothing else in it."""
    with zipfile.ZipFile(analysis) as file:
        name = next(name for name in file.namelist() if name.startswith(member))
        at = file.getinfo(name).header_offset + 30 + len(name)
    data = bytearray(analysis.read_bytes())
    data[at : at + 4] = b"\xaa" * 4
    analysis.write_bytes(data)


def test_of_a_known_clip_only_the_record_is_read(home: Home, clip: Path) -> None:
    first = _run(home, _arrival(clip))
    [analysis] = (home.path / "analysis").rglob("*.zip")
    for part in ("tracks/", "state.bin"):
        _spoil(analysis, part)
    assert _run(home, _arrival(clip), work=_no_work).events == first.events

    # It is noticed when it is needed.
    other = Settings(judge=JudgeSettings(review_score=0.2))
    assert _run(home, _arrival(clip), settings=other).clips == 1
    assert _run(home, _arrival(clip), settings=other, work=_no_work).skipped == 1


def test_a_damaged_picture_of_the_report_is_made_anew(home: Home, clip: Path) -> None:
    first = _run(home, _arrival(clip), _arrival(clip, YARD))
    [analysis] = (home.path / "analysis").rglob("*.zip")
    whole = analysis.read_bytes()
    _spoil(analysis, "pictures/")
    again = _run(home, _arrival(clip), _arrival(clip, YARD))
    assert (again.clips, again.skipped, again.failed) == (2, 0, ())
    assert again.events == first.events
    assert analysis.read_bytes() == whole


@pytest.mark.parametrize("changed", [True, False])
def test_a_damaged_picture_whose_footage_is_gone_is_named(
    home: Home,
    clip: Path,
    changed: bool,  # noqa: FBT001
) -> None:
    """The source has the footage when it is asked for it first, and not when it is asked again."""
    first = _run(home, _arrival(clip))
    [analysis] = (home.path / "analysis").rglob("*.zip")
    _spoil(analysis, "pictures/")
    fetched: list[Path] = []

    def fetch(folder: Path) -> tuple[Path, ...]:
        if fetched and not changed:
            raise SourceChanged("the object was removed after it was listed; run again")
        path = folder / f"{len(fetched)}.mp4"
        path.write_bytes(clip.read_bytes() + b"more" * len(fetched))
        fetched.append(path)
        return (path,)

    again = _run(home, Arrival(DOOR, "s3://b/a.mp4", (), None, fetch=fetch), work=_no_work)
    assert [failure.error for failure in again.failed] == ["source-changed"]
    assert (again.clips, again.skipped, len(again.events)) == (0, 1, len(first.events))
    assert [path for path in fetched if path.exists()] == []
    assert not analysis.exists()


def _fetched(clip: Path, fetched: list[Path]) -> Any:
    def fetch(folder: Path) -> tuple[Path, ...]:
        path = folder / f"{len(fetched)}-clip.mp4"
        shutil.copy2(clip, path)
        fetched.append(path)
        return (path,)

    return fetch


def test_what_was_fetched_is_removed_when_it_is_done_also_when_it_was_known(
    home: Home, clip: Path
) -> None:
    fetched: list[Path] = []
    remote = Arrival(DOOR, "s3://bucket/clip.mp4", (), None, fetch=_fetched(clip, fetched))
    assert _run(home, remote).clips == 1
    assert _run(home, remote, remote).skipped == 1
    assert len(fetched) == 3
    assert [path for path in fetched if path.exists()] == []


def test_what_can_not_be_fetched_is_one_failure_and_a_lost_store_ends_the_run(home: Home) -> None:
    def broken(_: Path) -> tuple[Path, ...]:
        raise UnreadableVideo("cut off on the way")

    def lost(_: Path) -> tuple[Path, ...]:
        raise StoreUnavailable("the store does not answer")

    result = _run(home, Arrival(DOOR, "s3://b/x.mp4", (), None, fetch=broken))
    assert [failure.error for failure in result.failed] == ["unreadable-video"]
    with pytest.raises(StoreUnavailable):
        _run(home, Arrival(DOOR, "s3://b/x.mp4", (), None, fetch=lost))


@pytest.mark.parametrize(
    ("metadata", "named", "start_from", "expected"),
    [
        ({"creation_time": "2025-01-02T03:04:05.678901Z"}, (NOON, "recorder"), "recorder", NOON),
        (
            {"creation_time": "2025-01-02T03:04:05.678901Z"},
            (NOON, "name"),
            "metadata",
            datetime(2025, 1, 2, 3, 4, 5, tzinfo=UTC),  # MP4 keeps whole seconds
        ),
        ({}, (NOON, "name"), "name", NOON),
        ({}, (None, "name"), "mtime", datetime(2026, 11, 23, 11, 59, 59, tzinfo=UTC)),
    ],
)
def test_when_a_clip_starts(
    home: Home, footage: Any, metadata: Any, named: Any, start_from: str, expected: datetime
) -> None:
    path = footage.video("a.mp4", frames=10, rate=10, metadata=metadata)
    os.utime(path, (NOON.timestamp(), NOON.timestamp()))
    [record] = _run(home, _arrival(path, start=named[0], start_from=named[1])).records
    assert record.clip.start_from == start_from
    assert abs((record.clip.start - expected).total_seconds()) < 0.002
    assert record.clip.start.microsecond % 1000 == 0


def test_tasks_are_asked_for_only_when_there_is_room(home: Home, clip: Path) -> None:
    asked: list[str] = []

    def arrivals() -> Iterator[Arrival]:
        for camera in (DOOR, YARD):
            asked.append(camera.name)
            yield _arrival(clip, camera)

    def make() -> Work:
        assert asked == ["door"]
        return engine.make_work(DEFAULTS, home.path)

    runner = InlineRunner(make)
    result = engine.run(arrivals(), home, DEFAULTS, runner, lambda *_: None)
    assert result.clips == 2
