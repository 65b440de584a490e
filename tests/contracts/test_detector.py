"""What every detector promises. A new adapter adds one line to FACTORIES.

TensorFlow is not part of the usual environment; where it is, its adapter takes part.
"""

import runpy
from collections.abc import Callable
from importlib.util import find_spec
from pathlib import Path

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from quietwatch.model import CLASSES, Detections, Kind, Picture
from quietwatch.vision import zoo
from quietwatch.vision.boxes import iou
from quietwatch.vision.detector import Detector

TESTS = Path(__file__).resolve().parent.parent
Factory = Callable[[Path], Detector]


def saved_model(folder: Path) -> Detector:
    make = runpy.run_path(str(TESTS / "tensorflow" / "make.py"))["make"]
    return zoo.load(str(make(folder / "bright")), threads=1)


FACTORIES: dict[str, Factory] = {
    "tflite-lite0": lambda _: zoo.load("efficientdet-lite0", threads=1),
    "tflite-lite2": lambda _: zoo.load("efficientdet-lite2", threads=1),
}
if find_spec("tensorflow"):
    FACTORIES["savedmodel"] = saved_model

EXPECTED = {
    "astronaut.jpg": Kind.PERSON,
    "cameraman.jpg": Kind.PERSON,
    "pavement.jpg": Kind.PERSON,
    "cat.jpg": Kind.ANIMAL,
    "raccoon.jpg": Kind.ANIMAL,
}


@pytest.fixture(scope="module", params=FACTORIES)
def detector(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Detector:
    return FACTORIES[request.param](tmp_path_factory.mktemp("model"))


@pytest.fixture(scope="module", params=[model.name for model in zoo.shipped()])
def shipped(request: pytest.FixtureRequest) -> Detector:
    return zoo.load(request.param, threads=1)


def picture(name: str) -> Picture:
    read = cv2.imread(str(TESTS / "pictures" / name), cv2.IMREAD_COLOR_RGB)
    assert read is not None
    return read.astype(np.uint8, copy=False)


def noise(height: int, width: int) -> Picture:
    return np.random.default_rng(height * width).integers(0, 256, (height, width, 3), np.uint8)


def best(finds: Detections) -> tuple[Kind, float, NDArray[np.float64]]:
    place = int(finds.scores.argmax())
    return CLASSES[finds.kinds[place]], float(finds.scores[place]), finds.boxes[place]


def same(one: Detections, other: Detections) -> bool:
    return (
        np.array_equal(one.boxes, other.boxes)
        and np.array_equal(one.scores, other.scores)
        and np.array_equal(one.kinds, other.kinds)
    )


def test_says_who_it_is_and_what_it_takes(detector: Detector) -> None:
    name, digest = detector.model_id.rsplit("@", 1)
    assert name
    assert len(digest) == 8
    assert set(digest) <= set("0123456789abcdef")
    assert 32 <= detector.size <= 2048


SHAPES = [(1, 1), (1, 700), (700, 1), (2, 3), (333, 517), (97, 1201), (1201, 97), (320, 320)]


@pytest.mark.parametrize("shape", SHAPES, ids=str)
def test_takes_a_picture_of_any_shape(detector: Detector, shape: tuple[int, int]) -> None:
    finds = detector.detect(noise(*shape))  # `Detections` checks shapes, ranges and kinds
    assert np.all(finds.boxes[:, :2] < finds.boxes[:, 2:])


@pytest.mark.parametrize("value", [0, 255])
def test_takes_a_picture_of_one_colour(detector: Detector, value: int) -> None:
    assert len(detector.detect(np.full((240, 320, 3), value, np.uint8))) >= 0


def test_sees_the_same_in_the_same_picture(detector: Detector) -> None:
    first, other = picture("pavement.jpg"), picture("cat.jpg")
    finds = detector.detect(first)
    detector.detect(other)  # nothing stays of the look before
    assert same(detector.detect(first), finds)


def test_leaves_the_picture_alone_and_takes_a_view_of_it(detector: Detector) -> None:
    whole = picture("pavement.jpg")
    before = whole.copy()
    view = whole[40:400, 100:500]
    assert same(detector.detect(view), detector.detect(view.copy()))
    assert np.array_equal(whole, before)


def test_what_it_gave_stays_when_it_looks_again(detector: Detector) -> None:
    finds = detector.detect(picture("cat.jpg"))
    kept = finds.boxes.copy(), finds.scores.copy()
    detector.detect(picture("pavement.jpg"))
    assert np.array_equal(finds.boxes, kept[0])
    assert np.array_equal(finds.scores, kept[1])


@pytest.mark.parametrize("wrong", [(9, 9), (9, 9, 4), (9, 9, 1)], ids=str)
def test_refuses_what_is_no_rgb_picture(detector: Detector, wrong: tuple[int, ...]) -> None:
    with pytest.raises(ValueError, match="expected"):
        detector.detect(np.zeros(wrong, np.uint8))


@pytest.mark.parametrize("name", EXPECTED)
def test_finds_the_right_kind(shipped: Detector, name: str) -> None:
    kind, score, _ = best(shipped.detect(picture(name)))
    assert (kind, score > 0.6) == (EXPECTED[name], True)


def test_finds_nobody_in_a_tree(shipped: Detector) -> None:
    assert not np.any(shipped.detect(picture("tree.jpg")).scores > 0.25)


def test_finds_the_people_of_a_pavement_and_the_vans(shipped: Detector) -> None:
    finds = shipped.detect(picture("pavement.jpg"))
    sure = finds.kinds[finds.scores > 0.4]
    assert np.sum(sure == CLASSES.index(Kind.PERSON)) >= 5
    assert np.sum(sure == CLASSES.index(Kind.VEHICLE)) >= 1


@pytest.mark.parametrize("name", ["astronaut.jpg", "cat.jpg"])
def test_boxes_are_fractions_of_the_picture_not_of_the_padded_square(
    shipped: Detector, name: str
) -> None:
    # Grey to the right and below makes another picture of it; the find stays where it was.
    plain = picture(name)
    height, width = plain.shape[:2]
    padded = np.full((height + 200, width + 60, 3), 127, np.uint8)
    padded[:height, :width] = plain
    kind, _, box = best(shipped.detect(plain))
    padded_kind, _, padded_box = best(shipped.detect(padded))
    back = padded_box * np.tile([(width + 60) / width, (height + 200) / height], 2)
    assert padded_kind is kind
    assert iou(box[None], np.clip(back, 0, 1)[None])[0, 0] > 0.75


def test_one_thread_or_two_see_alike() -> None:
    one, two = (
        zoo.load("efficientdet-lite0", threads=n).detect(picture("cat.jpg")) for n in (1, 2)
    )
    assert best(one)[0] is best(two)[0]
    assert best(one)[1] == pytest.approx(best(two)[1], abs=0.01)
