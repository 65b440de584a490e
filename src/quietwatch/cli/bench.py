"""`quietwatch bench`: how many real events ring in time, at how many false alarms."""

import os
import sys
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from typer.core import TyperGroup

from quietwatch.cli.options import Format, FormatOption
from quietwatch.cli.output import output
from quietwatch.names import printable

if TYPE_CHECKING:
    from quietwatch.bench.systems.base import System
    from quietwatch.config import Settings

RESULTS, PAGE = "results.json", "index.html"
"""What a comparison writes into its folder."""


class _Bench(TyperGroup):
    """`bench FOLDER` is short for `bench run FOLDER`."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        if args and args[0] not in self.commands and not args[0].startswith("-"):
            args = ["run", *args]
        return super().parse_args(ctx, args)


class HalfName(StrEnum):
    """The halves of a bench; `bench.truth.Half`, which is heavy, has the same."""

    TUNE = "tune"
    HELD_OUT = "held-out"


class FormatName(StrEnum):
    """Formats of public labels; `bench.readers.FORMATS`, which is heavy, has the same."""

    CDNET = "cdnet"
    MEVA = "meva"
    VIRAT = "virat"
    CAMERA_TRAPS = "camera-traps"


ConfigOption = Annotated[
    Path | None,
    typer.Option(
        "--config",
        metavar="FILE",
        help="Settings, as in docs/settings.md.",
        show_default="the defaults",
    ),
]

app = typer.Typer(
    cls=_Bench,
    help="Measure accuracy on labelled clips; `bench FOLDER` is short for `bench run FOLDER`.",
    no_args_is_help=True,
)


class SystemName(StrEnum):
    """What can be compared."""

    QUIETWATCH = "quietwatch"
    MOTION = "motion"
    EVERY_FRAME = "every-frame"
    NVR = "nvr"


@app.command()
def run(
    folder: Annotated[
        Path, typer.Argument(metavar="FOLDER", help="Clips with their truth.", show_default=False)
    ],
    *,
    systems: Annotated[
        list[SystemName] | None,
        typer.Option(
            "--systems",
            metavar="NAME",
            help="quietwatch, motion, every-frame or nvr; again for more.",
            show_default="all of them",
        ),
    ] = None,
    tune: Annotated[
        Path | None,
        typer.Option(
            "--tune",
            metavar="FOLDER",
            help="Clips that thresholds are chosen on.",
            show_default="systems as they come",
        ),
    ] = None,
    config: ConfigOption = None,
    cache: Annotated[
        Path,
        typer.Option("--cache", metavar="DIR", help="What was seen of clips is kept here."),
    ] = Path("quietwatch-bench/cache"),
    out: Annotated[
        Path,
        typer.Option("--out", metavar="DIR", help=f"Folder for {RESULTS} and {PAGE}."),
    ] = Path("quietwatch-bench"),
    output_format: FormatOption = Format.TEXT,
) -> None:
    """Hold systems against the truth of labelled clips, and against each other."""
    # Heavy: codecs, models.
    from functools import partial  # noqa: PLC0415

    from quietwatch.bench import page, truth  # noqa: PLC0415
    from quietwatch.bench.compare import Comparison, compare  # noqa: PLC0415
    from quietwatch.bench.systems.work import make_work  # noqa: PLC0415
    from quietwatch.pipeline.runners.local import LocalRunner  # noqa: PLC0415
    from quietwatch.store.files import make_folder, write_whole  # noqa: PLC0415

    settings = _settings(config)
    wanted = Comparison(
        words=folder.resolve().name,
        clips=truth.labelled(folder),
        tune=truth.labelled(tune) if tune else (),
        systems=_systems(systems or list(SystemName), settings),
        ablation=True,
    )
    for place in (cache, out):
        make_folder(place)
    vision = settings.vision
    work = partial(make_work, vision.model, vision.inference_threads)
    results = compare(wanted, settings, cache, LocalRunner(work, settings.run), _told)
    write_whole(out / RESULTS, (results.model_dump_json(indent=1) + "\n").encode())
    write_whole(out / PAGE, page.render(results))
    output(output_format).bench(results, out / PAGE)


def _settings(config: Path | None) -> "Settings":
    """Those named, else the defaults, whatever a home says: figures are compared."""
    from quietwatch.config import Settings, load  # noqa: PLC0415

    return Settings() if config is None else load(config.parent, config)


def _systems(names: list[SystemName], settings: "Settings") -> "tuple[System, ...]":
    from quietwatch.bench.systems import plain  # noqa: PLC0415
    from quietwatch.bench.systems.product import Product  # noqa: PLC0415

    known: tuple[System, ...] = (
        Product(settings.judge),
        plain.Motion(),
        plain.EveryFrame(),
        plain.Nvr(),
    )
    return tuple(system for system in known if system.name in names)


def _told(what: str, done: int, total: int) -> None:
    """Progress, on a terminal alone."""
    if sys.stderr.isatty():
        end = "\n" if done == total else ""
        typer.echo(f"\r{what}: {done} of {total} clips \033[K{end}", err=True, nl=False)


@app.command()
def scenes(
    folder: Annotated[
        Path, typer.Argument(metavar="FOLDER", help="Where the clips go.", show_default=False)
    ],
    *,
    half: Annotated[
        HalfName,
        typer.Option("--half", help="They share no person and no background.", show_default=True),
    ] = HalfName.HELD_OUT,
    seed: Annotated[int, typer.Option("--seed", metavar="N", min=0, help="Of all chance.")] = 1,
    kinds: Annotated[
        list[str] | None,
        typer.Option(
            "--kind", metavar="NAME", help="Kind of scene; again for more.", show_default="all"
        ),
    ] = None,
    clips: Annotated[
        int, typer.Option("--clips", metavar="N", min=1, help="Clips of each kind.")
    ] = 30,
    seconds: Annotated[
        float, typer.Option("--seconds", metavar="S", min=1, max=90, help="Length of a clip.")
    ] = 20.0,
    output_format: FormatOption = Format.TEXT,
) -> None:
    """Make labelled clips: people and nuisances on real backgrounds, from a seed."""
    from quietwatch.bench.scenes.catalogue import KINDS  # noqa: PLC0415 - heavy
    from quietwatch.bench.scenes.make import generate  # noqa: PLC0415
    from quietwatch.bench.truth import Half  # noqa: PLC0415

    total = clips * len(kinds or KINDS)
    made: list[Path] = []

    def told(path: Path) -> None:
        made.append(path)
        _told("made", len(made), total)

    workers = len(os.sched_getaffinity(0))
    generate(folder, Half(half), seed, kinds, clips, seconds, workers, told)
    output(output_format).done(
        f"Made {len(made)} clips in {printable(folder)}",
        {"clips": len(made), "folder": str(folder), "half": half, "seed": seed},
    )


@app.command("import")
def import_labels(
    form: Annotated[
        FormatName,
        typer.Argument(
            metavar="FORMAT", help="cdnet, meva, virat or camera-traps.", show_default=False
        ),
    ],
    labels: Annotated[
        Path, typer.Argument(metavar="LABELS", help="As published.", show_default=False)
    ],
    folder: Annotated[
        Path, typer.Argument(metavar="FOLDER", help="Of the clips.", show_default=False)
    ],
    *,
    config: ConfigOption = None,
    output_format: FormatOption = Format.TEXT,
) -> None:
    """Write the truth of public footage beside its clips."""
    from quietwatch.bench import readers, truth  # noqa: PLC0415 - heavy

    count = 0
    for clip, found in readers.read(form, labels, folder, _settings(config).media):
        truth.write(truth.truth_path(clip), found)
        count += 1
    output(output_format).done(
        f"Wrote the truth of {count} clips in {printable(folder)}",
        {"clips": count, "folder": str(folder)},
    )
