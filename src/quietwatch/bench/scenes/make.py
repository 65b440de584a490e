"""Making a set of labelled clips: a folder of videos, each with its truth beside it."""

import multiprocessing
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from quietwatch.bench import truth
from quietwatch.bench.scenes.catalogue import KINDS, scene
from quietwatch.bench.scenes.compose import RATE, Happening, Scene, spans
from quietwatch.errors import ConfigError
from quietwatch.media.writer import write_video
from quietwatch.model import Kind


@dataclass(frozen=True, slots=True)
class Order:
    """One clip to make.

    Attributes:
        folder: where it goes.
        kind: of scene.
        half: of the bench.
        seed: of the set.
        number: among the clips of its kind.
        seconds: its length.
    """

    folder: Path
    kind: str
    half: truth.Half
    seed: int
    number: int
    seconds: float

    @property
    def path(self) -> Path:
        """Of the clip; every clip is a camera of its own, named after it."""
        return self.folder / f"{self.kind}-{self.half.value}-{self.number:03d}.mp4"


def generate(  # noqa: PLR0913, PLR0917 - each says something else of the set
    folder: Path,
    half: truth.Half,
    seed: int,
    kinds: Sequence[str] | None = None,
    clips_per_kind: int = 30,
    seconds: float = 20.0,
    workers: int = 2,
    told: Callable[[Path], None] = lambda _: None,
) -> tuple[Path, ...]:
    """Make the clips of a half; the same arguments give the same pictures, however many workers.

    Args:
        folder: where clips and truths go; made if it is not there, files of the same names are
            replaced, others are left.
        half: `tune` or `held-out`; they share no person and no background.
        seed: of all chance, at least 0.
        kinds: names from `catalogue.KINDS`; None for all.
        clips_per_kind: how many clips of each, at least 1.
        seconds: length of a clip, 1 to 90.
        workers: processes, at least 1; with 1 it all happens in this one.
        told: called with each clip when it is there.

    Returns:
        The clips, in order of kinds and numbers.

    Raises:
        ConfigError: a kind is unknown, or a number is out of its bounds.
    """
    names = list(kinds or KINDS)
    _check(names, seed, clips_per_kind, seconds, workers)
    folder.mkdir(parents=True, exist_ok=True)
    orders = [
        Order(folder, kind, half, seed, number, seconds)
        for kind in names
        for number in range(clips_per_kind)
    ]
    paths = []
    for path in _made(orders, workers):
        told(path)
        paths.append(path)
    return tuple(paths)


def make(order: Order) -> Path:
    """Make one clip and its truth; returns the clip."""
    made = scene(KINDS[order.kind], order.half, order.seed, order.number, order.seconds)
    path = order.path
    write_video(
        path, made.pictures(), made.size, RATE, quality=made.quality, keyframe_s=made.keyframe_s
    )
    truth.write(truth.truth_path(path), truth_of(made, order))
    return path


def truth_of(made: Scene, order: Order) -> truth.Truth:
    """What really happens in a scene."""
    return truth.Truth(
        duration_s=made.seconds,
        camera=order.path.stem,
        half=order.half,
        seed=order.seed,
        background=made.name,
        events=tuple(
            truth.TrueEvent(
                kind=truth.TAMPER if event.kind == truth.TAMPER else Kind(event.kind),
                hard=event.hard,
                start_s=span.start_s,
                end_s=span.end_s,
                track=span.track,
            )
            for event in made.events
            for span in spans(made, event)
        ),
        nuisances=tuple(_nuisances(made, made.nuisances)),
    )


def _nuisances(made: Scene, happenings: list[Happening]) -> Iterator[truth.Nuisance]:
    for happening in happenings:
        for span in spans(made, happening):
            yield truth.Nuisance(
                kind=happening.kind, start_s=span.start_s, end_s=span.end_s, track=span.track
            )


def _made(orders: list[Order], workers: int) -> Iterator[Path]:
    if workers == 1 or len(orders) == 1:
        yield from map(make, orders)
        return
    # Processes that start anew: OpenCV's and FFmpeg's threads don't survive a fork.
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(min(workers, len(orders)), mp_context=context) as pool:
        yield from pool.map(make, orders)


def _check(
    kinds: Sequence[str], seed: int, clips_per_kind: int, seconds: float, workers: int
) -> None:
    if unknown := [name for name in kinds if name not in KINDS]:
        raise ConfigError(
            f"there are no scenes of the kind {unknown[0]!r}; there are {', '.join(KINDS)}"
        )
    for what, value, low, high in (
        ("seed", seed, 0, 2**63),
        ("number of clips a kind", clips_per_kind, 1, 10_000),
        ("length of a clip in seconds", seconds, 1, 90),
        ("number of workers", workers, 1, 64),
    ):
        if not low <= value <= high:
            raise ConfigError(f"the {what} is {value}; give one from {low} to {high}")
