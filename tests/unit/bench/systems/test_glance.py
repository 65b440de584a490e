from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from quietwatch.bench.systems import nvr
from quietwatch.bench.systems.glance import Glance
from quietwatch.config import Settings
from quietwatch.model import CLASSES, Kind
from quietwatch.vision import zoo
from quietwatch.vision.detector import Detector

if TYPE_CHECKING:
    from tests.conftest import Footage

SETTINGS = Settings()


@pytest.fixture(scope="module")
def detector() -> Detector:
    return zoo.load("efficientdet-lite0")


def test_people_are_seen_by_every_kind_of_look(street: Path, detector: Detector) -> None:
    glance, ticks = Glance(detector, SETTINGS.vision), []
    seen = glance.watch((street,), SETTINGS.media, lambda *told: ticks.append(told))
    assert seen.times.tolist() == pytest.approx([i / 5 for i in range(21)], abs=0.01)
    assert len(ticks) > len(seen.times)
    assert seen.aspect == pytest.approx(4 / 3)
    assert len(seen.movers) > 10
    person = CLASSES.index(Kind.PERSON)
    assert seen.whole.scores[seen.whole.kinds == person].max() > 0.4
    assert seen.near.scores[seen.near.kinds == person].max() > 0.6  # larger in the input
    assert any(track.best >= nvr.THRESHOLD for track in nvr.tracks(seen))
    assert all(spent > 0 for spent in glance.costs.values())


def test_where_nothing_moves_nothing_is_looked_at_twice(
    footage: "Footage", detector: Detector, monkeypatch: pytest.MonkeyPatch
) -> None:
    looks: list[Any] = []
    detect = detector.detect

    def counted(picture: Any) -> Any:
        looks.append(picture.shape)
        return detect(picture)

    monkeypatch.setattr(detector, "detect", counted)
    still = footage.video(size=(320, 240), frames=20, painter=footage.quarters)
    seen = Glance(detector, SETTINGS.vision).watch((still,), SETTINGS.media, lambda *_: None)
    assert len(seen.times) == 10
    assert not len(seen.movers)
    assert len(looks) == 10 + 1  # every picture whole, and the first one for the regions
