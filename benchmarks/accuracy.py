"""Accuracy on a slice of the scenes and on the samples, held to bounds: what CI runs.

    python benchmarks/accuracy.py [--seconds 8] [--clips 1] [--seed 7]

One clip of each kind of the half to tune on, at least five minutes together, but for tampering,
which takes longer to be sure of than these clips last. They are few, so the bounds are wide: they
tell that something broke, not how good Quietwatch is; `make bench-accuracy` does.
"""

import argparse
import sys
import tempfile
from functools import partial
from pathlib import Path

from quietwatch.bench import truth
from quietwatch.bench.compare import Comparison, compare
from quietwatch.bench.measures import Figures
from quietwatch.bench.results import Results
from quietwatch.bench.scenes.catalogue import KINDS, Family
from quietwatch.bench.scenes.make import generate
from quietwatch.bench.systems.product import Product
from quietwatch.bench.systems.work import make_work
from quietwatch.config import Settings
from quietwatch.pipeline.runners.local import LocalRunner

SAMPLES = Path(__file__).resolve().parents[1] / "samples"

LEAST_RECALL = 0.9
"""Of the slice."""

MOST_FALSE = 30.0
"""False alarms a camera-hour on the slice, in which something happens all the time."""


def main() -> None:
    """Make the slice, run Quietwatch over it and over the samples, tell, and judge."""
    arguments = _arguments()
    with tempfile.TemporaryDirectory() as folder:
        work = Path(folder)
        half, clips, seconds = truth.Half.TUNE, arguments.clips, arguments.seconds
        kinds = [name for name, kind in KINDS.items() if kind.family is not Family.TAMPERING]
        generate(work / "scenes", half, arguments.seed, kinds, clips, seconds)
        scenes = measured("scenes", work / "scenes", work)
        samples = measured("samples", SAMPLES, work)
    figures = scenes.systems[0].figures
    wrong = [
        *beyond(figures),
        *(["not all visits of the samples rang"] if _missed(samples) else []),
        *(["a sample rang falsely"] if samples.systems[0].counts.false_alarms else []),
    ]
    if wrong:
        sys.exit("accuracy is beyond its bounds: " + "; ".join(wrong))


def measured(name: str, folder: Path, work: Path) -> Results:
    """Quietwatch as it comes over labelled clips; prints a line."""
    settings = Settings()
    wanted = Comparison(name, truth.labelled(folder), (), (Product(settings.judge),))
    runner = LocalRunner(partial(make_work, settings.vision.model, 1), settings.run)
    results = compare(wanted, settings, work, runner, lambda *_: None)
    counts = results.systems[0].counts
    print(
        f"{name:>8}: {counts.clips} clips, {counts.hours:.2f} h, {counts.caught} of "
        f"{counts.events} events, {counts.false_alarms} false alarms"
    )
    for mistake in results.mistakes:
        print(f"          {mistake.clip}: {mistake.words}")
    return results


def beyond(figures: Figures) -> list[str]:
    """What is worse than its bound."""
    wrong = []
    if figures.recall is None or figures.recall.value < LEAST_RECALL:
        wrong.append(f"recall is {figures.recall and figures.recall.value}, below {LEAST_RECALL}")
    false = figures.false_alarms_hour
    if false is None or false.value > MOST_FALSE:
        wrong.append(f"false alarms an hour are {false and false.value}, above {MOST_FALSE}")
    return wrong


def _missed(results: Results) -> int:
    counts = results.systems[0].counts
    return counts.events - counts.caught


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--seconds", type=float, default=8.0, help="length of a clip")
    parser.add_argument("--clips", type=int, default=1, help="clips of each kind")
    parser.add_argument("--seed", type=int, default=7, help="of the scenes")
    return parser.parse_args()


if __name__ == "__main__":
    main()
