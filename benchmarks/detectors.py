"""How fast the shipped detectors look, and how well they see.

    python benchmarks/detectors.py                  milliseconds a look
    python benchmarks/detectors.py --coco DIR       and the average precision on labelled pictures

DIR holds pictures (*.jpg) and, in a folder `labels` that mirrors theirs or beside them, a text file
for each: a line a box, `class x y width height`, the class in COCO's order of 80, the centre and
the size as fractions of the picture. coco128 is such a folder. The average precision is grouped:
a find counts when its kind (person, vehicle, animal) is right and it covers a labelled box of that
kind at an intersection over union of 0.5 or more.

Expected on one quiet core: 15 ms a look for efficientdet-lite0, 43 ms for efficientdet-lite2.
Expected on 128 pictures of COCO: person .60, vehicle .50, animal .70; and .68, .61, .84.
"""

import argparse
import sys
import time
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from quietwatch.model import CLASSES, Detections, FloatArray, Picture
from quietwatch.vision import zoo
from quietwatch.vision.boxes import iou
from quietwatch.vision.detector import Detector

KIND_OF_80 = {0: 0} | dict.fromkeys((1, 2, 3, 5, 6, 7), 1) | dict.fromkeys(range(14, 24), 2)
"""Of COCO's 80 classes in their order, the watched ones as indices into `CLASSES`."""


def main() -> None:
    """Measure each shipped model."""
    parser = argparse.ArgumentParser(description="Speed and precision of the shipped detectors.")
    parser.add_argument("--coco", type=Path, metavar="DIR", help="pictures with labels")
    parser.add_argument("--looks", type=int, default=100, help="looks that are timed (100)")
    arguments = parser.parse_args()
    labelled = read_labelled(arguments.coco) if arguments.coco else []

    header = f"{'model':20} {'median':>8} {'p10':>6} {'p90':>6}   ms a look, 1 thread"
    print(header + "".join(f" {kind.value:>8}" for kind in CLASSES if labelled))
    for model in zoo.shipped():
        detector = zoo.load(model.name, threads=1)
        middle, low, high = milliseconds(detector, arguments.looks)
        row = f"{model.name:20} {middle:8.1f} {low:6.1f} {high:6.1f} {'':21}"
        print(
            row + "".join(f" {value:8.3f}" for value in precision(detector, labelled)), flush=True
        )


def milliseconds(detector: Detector, looks: int) -> tuple[float, float, float]:
    """Median, 10th and 90th percentile of the time of a look at a 640x480 picture."""
    picture = np.random.default_rng(0).integers(0, 256, (480, 640, 3), dtype=np.uint8)
    took = []
    for _ in range(looks + 5):
        begin = time.perf_counter()
        detector.detect(picture)
        took.append((time.perf_counter() - begin) * 1000)
    middle, low, high = np.percentile(took[5:], (50, 10, 90))  # the first looks warm up
    return float(middle), float(low), float(high)


def read_labelled(folder: Path) -> list[tuple[Path, Detections]]:
    """Pictures and what is really in them (as finds with the score 1)."""
    texts = {path.stem: path for path in folder.rglob("*.txt")}
    found = [
        (path, texts[path.stem]) for path in sorted(folder.rglob("*.jpg")) if path.stem in texts
    ]
    if not found:
        sys.exit(f"{folder} has no .jpg with a .txt of its name")
    return [(picture, read_labels(text)) for picture, text in found]


def read_labels(path: Path) -> Detections:
    """The boxes of watched kinds in one label file."""
    lines = [line.split() for line in path.read_text(encoding="utf-8").splitlines()]
    rows = np.array([line[:5] for line in lines if int(line[0]) in KIND_OF_80], dtype=np.float64)
    rows = rows.reshape(-1, 5)
    corner, size = rows[:, 1:3] - rows[:, 3:5] / 2, rows[:, 3:5]
    kinds = np.array([KIND_OF_80[int(number)] for number in rows[:, 0]], dtype=np.int64)
    boxes = np.clip(np.hstack([corner, corner + size]), 0, 1)
    return Detections(boxes, np.ones(len(rows)), kinds)


def precision(detector: Detector, labelled: list[tuple[Path, Detections]]) -> list[float]:
    """Average precision at IoU 0.5 of each kind of `CLASSES`; empty without pictures."""
    if not labelled:
        return []
    found = [(detector.detect(read_picture(path)), truth) for path, truth in labelled]
    return [average_precision(found, kind) for kind in range(len(CLASSES))]


def read_picture(path: Path) -> Picture:
    """A picture in RGB."""
    picture = cv2.imread(str(path), cv2.IMREAD_COLOR_RGB)
    if picture is None:
        sys.exit(f"{path} is no picture")
    return picture.astype(np.uint8, copy=False)


def average_precision(found: list[tuple[Detections, Detections]], kind: int) -> float:
    """Area under the curve of precision over recall, precision made monotonous."""
    scores: list[float] = []
    hits: list[bool] = []
    wanted = 0
    for finds, truth in found:
        boxes = truth.boxes[truth.kinds == kind]
        wanted += len(boxes)
        mine = finds.kinds == kind
        scores.extend(finds.scores[mine].tolist())
        hits.extend(matches(finds.boxes[mine], finds.scores[mine], boxes).tolist())
    right = np.cumsum(np.array(hits, dtype=bool)[np.argsort(-np.array(scores), kind="stable")])
    recall = right / max(wanted, 1)
    sharp = np.maximum.accumulate((right / np.arange(1, len(right) + 1))[::-1])[::-1]
    return float(np.sum(np.diff(recall, prepend=0.0) * sharp))


def matches(boxes: FloatArray, scores: FloatArray, truth: FloatArray) -> NDArray[np.bool_]:
    """Which finds (N,) cover a labelled box; each label is given to one find, the best first."""
    overlap = iou(boxes, truth)
    hit = np.zeros(len(boxes), dtype=np.bool_)
    for number in np.argsort(-scores, kind="stable"):
        if len(truth) and overlap[number].max() >= 0.5:
            hit[number] = True
            overlap[:, overlap[number].argmax()] = 0.0
    return hit


if __name__ == "__main__":
    main()
