"""`quietwatch stage`: one stage over folders, for other engines than ours."""

import re
from collections.abc import Iterator, Mapping, Sequence
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from quietwatch.cli.options import Format, FormatOption, reached
from quietwatch.cli.output import output
from quietwatch.errors import UsageError
from quietwatch.names import DEFAULT_TENANT, SLUG, printable

if TYPE_CHECKING:
    from quietwatch.pipeline.folders import Detectors, Outcome


class Stage(StrEnum):
    """The stages there are."""

    ANALYZE = "analyze"
    DECIDE = "decide"


_INPUTS = {
    Stage.ANALYZE: ("footage", "optics", "models"),
    Stage.DECIDE: ("analysis", "rules", "memory"),
}
"""What each stage reads; the first is needed, and is what the work is shared out by."""


def stage(
    name: Annotated[Stage, typer.Argument(metavar="NAME", help="analyze or decide.")],
    *,
    inputs: Annotated[
        list[str],
        typer.Option(
            "--in",
            metavar="INPUT=DIR",
            help="A folder to read. analyze: footage, optics, models; decide: analysis, rules, "
            "memory. Those but the first may be left out.",
            show_default=False,
        ),
    ],
    out: Annotated[
        Path, typer.Option("--out", metavar="DIR", help="Folder to write.", show_default=False)
    ],
    tenant: Annotated[
        str,
        typer.Option(
            "--tenant", metavar="NAME", envvar="QUIETWATCH_TENANT", help="Whose footage it is."
        ),
    ] = DEFAULT_TENANT,
    output_format: FormatOption = Format.TEXT,
) -> None:
    """Run one stage over folders; nothing else is read or written.

    The same bytes give the same bytes, wherever and in whatever pieces they are given.
    """
    if not re.fullmatch(SLUG, tenant):
        raise typer.BadParameter(
            f"{printable(tenant)} names no tenant; write small letters, digits and -",
            param_hint="--tenant",
        )
    named = _named(name, inputs)
    # Heavy: codecs, models, Arrow.
    from quietwatch.pipeline.folders import Detectors  # noqa: PLC0415
    from quietwatch.pipeline.stages import ANALYZE_VERSION, DECIDE_VERSION  # noqa: PLC0415
    from quietwatch.targets.pachyderm.worker import each_datum  # noqa: PLC0415

    detectors = Detectors()
    rejected: list[Outcome] = []

    def work() -> None:
        _require(named, out)
        outcomes = list(_run(name, named, out, tenant, detectors))
        rejected.extend(one for one in outcomes if one.error is not None)
        output(output_format).stage(outcomes)

    each_datum(work, ANALYZE_VERSION if name is Stage.ANALYZE else DECIDE_VERSION)
    if rejected:
        raise typer.Exit(3)


def _run(
    name: Stage, folders: Mapping[str, Path], out: Path, tenant: str, detectors: "Detectors"
) -> "Iterator[Outcome]":
    from quietwatch.pipeline.folders import AnalyzeFolder, DecideFolder  # noqa: PLC0415

    if name is Stage.ANALYZE:
        optics, models = folders.get("optics"), folders.get("models")
        return AnalyzeFolder(folders["footage"], out, optics, models, detectors).run()
    rules, memory = folders.get("rules"), folders.get("memory")
    return DecideFolder(folders["analysis"], out, rules, memory, tenant).run()


def _require(folders: Mapping[str, Path], out: Path) -> None:
    """See that what is read is there; raises UsageError or BadParameter."""
    for key, place in folders.items():
        with reached(place, "--in"):
            if not place.is_dir():
                raise UsageError(f"{printable(place)} is no folder; name that of {key} with --in")
    with reached(out, "--out"):
        if out.exists() and not out.is_dir():
            raise typer.BadParameter(f"{printable(out)} is a file", param_hint="--out")


def _named(name: Stage, inputs: Sequence[str]) -> dict[str, Path]:
    """The folders by the names of the inputs; raises BadParameter."""
    known = _INPUTS[name]
    found: dict[str, Path] = {}
    for text in inputs:
        key, equals, place = text.partition("=")
        if not equals or key not in known or key in found:
            raise typer.BadParameter(
                f"{printable(text)} is none of {', '.join(f'{one}=DIR' for one in known)}, "
                "each once",
                param_hint="--in",
            )
        found[key] = Path(place)
    if known[0] not in found:
        raise typer.BadParameter(f"{known[0]}=DIR is needed", param_hint="--in")
    return found
