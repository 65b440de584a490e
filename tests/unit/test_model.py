"""The values that cross stages: frozen, checked when made, and their arithmetic."""

import dataclasses
import math
from datetime import UTC, datetime, timedelta, timezone
from fractions import Fraction
from typing import Any, Final

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from quietwatch import model
from quietwatch.model import (
    CLASSES,
    Blob,
    Camera,
    Clip,
    Commit,
    Detections,
    Event,
    Familiar,
    Frame,
    Judgement,
    Kind,
    Reason,
    Region,
    Repo,
    Sighting,
    Track,
    Verdict,
)

DOOR: Final = Camera("home", "main", "door")
START: Final = datetime(2026, 11, 23, 16, tzinfo=UTC)
SURE: Final = Judgement(Verdict.ALARM, Kind.PERSON, (Reason.PERSON,), 0.9)


def clip(**changed: Any) -> Clip:
    usual: dict[str, Any] = {
        "camera": DOOR,
        "sha256": "0f" * 32,
        "size": 1,
        "start": START,
        "start_from": "name",
        "duration": 1.0,
        "width": 64,
        "height": 48,
        "codec": "h264",
        "extension": "mp4",
    }
    return Clip(**usual | changed)


def detections(count: int = 2, **changed: Any) -> Detections:
    usual: dict[str, Any] = {
        "boxes": np.tile([0.1, 0.2, 0.3, 0.4], (count, 1)),
        "scores": np.full(count, 0.5),
        "kinds": np.zeros(count, np.int64),
    }
    return Detections(**usual | changed)


def track(count: int = 3, **changed: Any) -> Track:
    usual: dict[str, Any] = {
        "ordinal": 4,
        "times": np.arange(count) / 5,
        "boxes": np.tile([0.1, 0.2, 0.3, 0.4], (count, 1)),
        "scores": np.full((count, len(CLASSES)), np.nan),
        "motion": np.linspace(0, 1, count),
        "changed": np.linspace(0, 0.1, count),
        "contrast": np.linspace(-1, 1, count),
    }
    return Track(**usual | changed)


def event(**changed: Any) -> Event:
    usual: dict[str, Any] = {
        "event_id": "e",
        "incident_id": "e",
        "revision": 1,
        "camera": DOOR,
        "source": "door.mp4",
        "start": START,
        "end": START + timedelta(seconds=2),
        "start_s": 1.0,
        "end_s": 3.0,
        "alarm_s": 1.4,
        "judgement": SURE,
        "box": (0.1, 0.2, 0.3, 0.4),
        "path": ((0.2, 0.3),),
        "footage": "0f" * 32,
        "footage_path": "main/door/x.mp4",
        "track": 0,
        "model": "m@00000000",
        "analyze_version": 1,
        "decide_version": 1,
    }
    return Event(**usual | changed)


def frame(**changed: Any) -> Frame:
    luma = np.zeros((4, 6), np.uint8)
    usual: dict[str, Any] = {
        "pts": 0,
        "time_base": Fraction(1, 90000),
        "luma": luma,
        "to_rgb": lambda: np.zeros((4, 6, 3), np.uint8),
    }
    return Frame(**usual | changed)


VALUES: Final = [
    value
    for value in vars(model).values()
    if isinstance(value, type) and dataclasses.is_dataclass(value)
]


@pytest.mark.parametrize("kind", VALUES)
def test_every_value_is_frozen_and_says_what_it_holds(kind: Any) -> None:
    assert kind.__dataclass_params__.frozen
    assert kind.__doc__
    assert not kind.__doc__.startswith(f"{kind.__name__}(")  # not the one that dataclasses make


@pytest.mark.parametrize(
    ("value", "field"),
    [
        (DOOR, "name"),
        (clip(), "size"),
        (frame(), "pts"),
        (Region(0, 0, 1, 1), "left"),
        (detections(), "scores"),
        (track(), "times"),
        (SURE, "score"),
        (event(), "revision"),
    ],
)
def test_no_field_can_be_set(value: object, field: str) -> None:
    with pytest.raises(dataclasses.FrozenInstanceError):
        setattr(value, field, 0)


BAD: Final = [
    (clip, {"sha256": "0f"}, "64 hex digits; got '0f'"),
    (clip, {"sha256": "zz" * 32}, "64 hex digits; got 'zz"),
    (clip, {"size": -1}, "size is not negative; got -1"),
    (clip, {"start": START.replace(tzinfo=None)}, "UTC; got datetime"),
    (clip, {"start": START.replace(tzinfo=timezone(timedelta(hours=1)))}, "UTC; got datetime"),
    (clip, {"duration": -0.1}, "not negative; got -0.1"),
    (clip, {"duration": math.nan}, "not negative; got nan"),
    (clip, {"duration": math.inf}, "not negative; got inf"),
    (clip, {"width": 0}, r"positive; got \(0, 48\)"),
    (clip, {"height": -1}, r"positive; got \(64, -1\)"),
    (frame, {"luma": np.zeros((4, 6, 3), np.uint8)}, r"\(height, width\).*got \(\(4, 6, 3\)"),
    (frame, {"luma": np.zeros((4, 6))}, "uint8; got .*float64"),
    (detections, {"boxes": np.zeros((2, 3))}, r"shape \(2, 4\); got \(2, 3\)"),
    (detections, {"boxes": np.zeros((1, 4))}, r"shape \(2, 4\); got \(1, 4\)"),
    (detections, {"scores": np.zeros((2, 1))}, r"scores has shape \(2,\); got \(2, 1\)"),
    (detections, {"scores": np.array([0.5, 1.1])}, "0 to 1; got .*1.1"),
    (detections, {"scores": np.array([0.5, np.nan])}, "0 to 1; got .*nan"),
    (detections, {"kinds": np.zeros(3, np.int64)}, r"shape \(2,\); got \(3,\)"),
    (detections, {"kinds": np.array([0, 3])}, "CLASSES; got .*3"),
    (detections, {"kinds": np.array([0, -1])}, "CLASSES; got .*-1"),
    (detections, {"boxes": np.array([[0, 0, 1, 1], [0, 0, 1, np.nan]])}, "finite; got .*nan"),
    (detections, {"boxes": np.array([[0, 0, 1, 1], [0, 0, 1, 1.5]])}, "fractions.*got .*1.5"),
    (detections, {"boxes": np.array([[0, 0, 1, 1], [0.9, 0, 0.1, 1]])}, "x1, y1, x2, y2; got"),
    (track, {"times": np.zeros(0)}, "an observation; got 0"),
    (track, {"times": np.zeros((3, 1))}, r"times has shape \(3,\); got \(3, 1\)"),
    (track, {"times": np.array([0.0, 0.2, 0.2])}, "rise strictly; got"),
    (track, {"times": np.array([0.0, 0.2, np.nan])}, "times are finite; got .*nan"),
    (track, {"times": np.array([0.0, 0.2, np.inf])}, "times are finite; got .*inf"),
    (track, {"boxes": np.zeros((2, 4))}, r"shape \(3, 4\); got \(2, 4\)"),
    (track, {"boxes": np.full((3, 4), -0.1)}, "fractions.*got"),
    (track, {"scores": np.zeros((3, 2))}, r"shape \(3, 3\); got \(3, 2\)"),
    (track, {"motion": np.zeros(2)}, r"motion has shape \(3,\); got \(2,\)"),
    (track, {"changed": np.zeros((3, 1))}, r"changed has shape \(3,\); got \(3, 1\)"),
    (track, {"contrast": np.zeros(4)}, r"contrast has shape \(3,\); got \(4,\)"),
    (event, {"revision": 0}, "count from 1; got 0"),
    (event, {"end": START - timedelta(seconds=1)}, "no earlier than it starts; got"),
    (event, {"end_s": 0.5}, r"no earlier than it starts; got \(1.0, 0.5\)"),
    (event, {"start_s": -1.0}, r"starts; got \(-1.0, 3.0\)"),
    (event, {"start_s": math.nan}, r"starts; got \(nan, 3.0\)"),
    (event, {"alarm_s": None}, "an alarm says when it was raised; got 'e'"),
    (event, {"alarm_s": math.nan}, "a time; got nan"),
]


@pytest.mark.parametrize(("make", "changed", "said"), BAD)
def test_a_wrong_value_says_what_was_expected_and_what_came(
    make: Any, changed: dict[str, Any], said: str
) -> None:
    with pytest.raises(ValueError, match=f"(?s)^expected: .*{said}"):
        make(**changed)


@pytest.mark.parametrize("score", [-0.1, 1.1, math.nan])
def test_a_score_is_a_probability(score: float) -> None:
    with pytest.raises(ValueError, match=f"0 to 1; got {score}"):
        Judgement(Verdict.REVIEW, Kind.PERSON, (Reason.LOW_EVIDENCE,), score)


def test_a_judgement_says_why() -> None:
    with pytest.raises(ValueError, match=r"has a reason; got \(\)"):
        Judgement(Verdict.REVIEW, Kind.PERSON, (), 0.5)


def test_an_event_that_once_rang_keeps_the_time() -> None:
    quiet = Judgement(Verdict.REVIEW, Kind.PERSON, (Reason.LOW_EVIDENCE,), 0.4)
    assert event(judgement=quiet).alarm_s == 1.4
    assert event(judgement=quiet, alarm_s=None).alarm_s is None


class TestVocabulary:
    def test_the_contract_names_these_words(self) -> None:
        assert [kind.value for kind in Kind] == ["person", "vehicle", "animal", "unknown"]
        assert [verdict.value for verdict in Verdict] == ["alarm", "review", "suppressed"]
        assert [reason.value for reason in Reason] == [
            *("person", "vehicle", "animal", "loitering", "line-crossing", "tamper", "insect"),
            *("foliage", "precipitation", "lighting", "shadow", "camera-motion", "compression"),
            *("drifting-object", "too-brief", "no-travel", "static-repeat", "outside-zone"),
            *(
                "masked",
                "disarmed",
                "known-false-alarm",
                "low-evidence",
                "wrong-size",
                "no-trigger",
                "framed",
            ),
            *("covered", "sprayed", "defocused", "moved", "frozen", "black"),
        ]

    def test_a_detector_names_all_kinds_but_unknown(self) -> None:
        assert {*CLASSES, Kind.UNKNOWN} == set(Kind)

    def test_a_camera_is_written_in_full(self) -> None:
        assert str(DOOR) == "home/main/door"


class TestFrame:
    @given(
        st.integers(0, 2**62),
        st.fractions(min_value=Fraction(1, 10**9), max_value=10, max_denominator=10**9),
    )
    def test_seconds_are_the_nearest_to_the_exact_time(self, pts: int, base: Fraction) -> None:
        exact = pts * base
        seconds = frame(pts=pts, time_base=base).seconds
        error = abs(Fraction(seconds) - exact)
        assert error <= abs(Fraction(math.nextafter(seconds, math.inf)) - exact)
        assert error <= abs(Fraction(math.nextafter(seconds, -math.inf)) - exact)

    def test_an_hour_at_an_odd_rate_does_not_drift(self) -> None:
        assert frame(pts=30 * 3600, time_base=Fraction(1001, 30000)).seconds == 3603.6

    def test_colour_is_made_once_and_only_when_asked_for(self) -> None:
        calls = []

        def to_rgb() -> model.Picture:
            calls.append(1)
            return np.zeros((4, 6, 3), np.uint8)

        seen = frame(to_rgb=to_rgb)
        assert calls == []
        assert seen.rgb is seen.rgb
        assert calls == [1]

    def test_colour_has_the_size_of_luma(self) -> None:
        with pytest.raises(ValueError, match=r"size of luma; got \(2, 6, 3\)"):
            _ = frame(to_rgb=lambda: np.zeros((2, 6, 3), np.uint8)).rgb


class TestRegion:
    @given(*[st.integers(-3, 9)] * 4)
    def test_has_a_positive_area_or_is_refused(
        self, left: int, top: int, right: int, bottom: int
    ) -> None:
        if 0 <= left < right and 0 <= top < bottom:
            region = Region(left, top, right, bottom)
            assert region.width > 0
            assert region.height > 0
            cut = np.zeros((9, 9))[region.top : region.bottom, region.left : region.right]
            assert cut.shape == (region.height, region.width)
        else:
            with pytest.raises(ValueError, match=r"positive area.*got Region\("):
                Region(left, top, right, bottom)


class TestDetections:
    def test_none_is_empty_and_sound(self) -> None:
        nothing = Detections.none()
        assert len(nothing) == 0
        assert nothing.boxes.shape == (0, 4)
        assert nothing.kinds.dtype == np.int64

    @given(st.integers(0, 50))
    def test_has_the_length_of_its_arrays(self, count: int) -> None:
        assert len(detections(count)) == count

    def test_the_edges_of_the_picture_belong_to_it(self) -> None:
        found = detections(1, boxes=np.array([[0.0, 0.0, 1.0, 1.0]]), scores=np.ones(1))
        assert len(found) == 1


HASH = "a" * 64


@pytest.mark.parametrize(("sha256", "size"), [("a" * 63, 0), ("A" * 64, 0), (HASH, -1)])
def test_a_blob_is_named_by_its_hash(sha256: str, size: int) -> None:
    assert Blob(HASH, 0).sha256 == HASH
    with pytest.raises(ValueError, match="expected"):
        Blob(sha256, size)


def test_a_commit_tells_its_time_in_utc() -> None:
    repo = Repo("home", "footage")
    assert str(repo) == "home/footage"
    with pytest.raises(ValueError, match="UTC"):
        Commit(HASH, repo, None, datetime(2026, 11, 23), "me", "", (), 0)  # noqa: DTZ001


PORTRAIT_OF_ALL = (50,) * 24


@pytest.mark.parametrize("portrait", [(), (50,) * 23, (*(50,) * 23, 101), (*(50,) * 23, -1)])
def test_a_portrait_has_its_numbers_in_their_range(portrait: tuple[int, ...]) -> None:
    at = datetime(2026, 11, 23, tzinfo=UTC)
    with pytest.raises(ValueError, match="a portrait is 24 numbers"):
        Familiar("a", Reason.STATIC_REPEAT, (0, 0, 1, 1), portrait)
    with pytest.raises(ValueError, match="a portrait is 24 numbers"):
        Sighting(Kind.PERSON, (0, 0, 1, 1), portrait, 1, at, at)


def test_what_is_known_is_known_for_one_of_two_reasons() -> None:
    for why in (Reason.STATIC_REPEAT, Reason.KNOWN_FALSE_ALARM):
        assert Familiar("a", why, (0, 0, 1, 1), PORTRAIT_OF_ALL).why is why
    with pytest.raises(ValueError, match="why it is known"):
        Familiar("a", Reason.PERSON, (0, 0, 1, 1), PORTRAIT_OF_ALL)


def test_a_sighting_was_found_and_ends_no_earlier_than_it_begins() -> None:
    at, later = datetime(2026, 11, 23, tzinfo=UTC), datetime(2026, 11, 24, tzinfo=UTC)
    with pytest.raises(ValueError, match="it was found"):
        Sighting(Kind.PERSON, (0, 0, 1, 1), PORTRAIT_OF_ALL, 0, at, at)
    with pytest.raises(ValueError, match="no earlier"):
        Sighting(Kind.PERSON, (0, 0, 1, 1), PORTRAIT_OF_ALL, 1, later, at)
