"""What was seen of a clip, made by hand; and a few seconds of people from a sample."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import av
import numpy as np
import pytest

from quietwatch.bench.systems.glimpses import Finds, Glimpses
from quietwatch.model import CLASSES, Detections, Kind

if TYPE_CHECKING:
    from tests.conftest import Footage

Found = tuple[Kind, float, tuple[float, float, float, float]]
SAMPLES = Path(__file__).parents[4] / "samples"
Box = tuple[float, float, float, float]


def detections(found: Sequence[Found]) -> Detections:
    return Detections(
        np.array([box for _, _, box in found], np.float64).reshape(-1, 4),
        np.array([score for _, score, _ in found], np.float64),
        np.array([CLASSES.index(kind) for kind, _, _ in found], np.int64),
    )


@pytest.fixture
def detected() -> Callable[[Sequence[Found]], Detections]:
    """`detected([(kind, score, box), ...])`."""
    return detections


@pytest.fixture
def glimpses() -> Callable[..., Glimpses]:
    """`glimpses(movers=[[box, ...], ...], whole=[[(kind, score, box)], ...], near=...)`.

    Each is given picture by picture, five a second; what is left out saw nothing.
    """

    def make(
        movers: Sequence[Sequence[Box]] = (),
        whole: Sequence[Sequence[Found]] = (),
        near: Sequence[Sequence[Found]] = (),
    ) -> Glimpses:
        count = max(len(movers), len(whole), len(near))
        boxes = [*movers, *[[]] * (count - len(movers))]
        return Glimpses(
            np.arange(count) / 5,
            4 / 3,
            np.repeat(np.arange(count, dtype=np.int64), [len(some) for some in boxes]),
            np.array([box for some in boxes for box in some], np.float64).reshape(-1, 4),
            *(
                Finds.joined([*map(detections, found), *[detections([])] * (count - len(found))])
                for found in (whole, near)
            ),
        )

    return make


@pytest.fixture(scope="session")
def street(footage: "Footage") -> Path:
    """Four seconds of a sample, cut out without encoding: people walk."""
    path = footage.path("street.mp4")
    with av.open(str(SAMPLES / "vtest.mp4")) as source, av.open(str(path), "w") as out:
        stream = out.add_stream_from_template(source.streams.video[0])
        for packet in source.demux(source.streams.video[0]):
            if packet.pts is None or packet.pts * packet.time_base > 4:
                break
            packet.stream = stream
            out.mux(packet)
    return path
