"""`quietwatch stage`: one stage over folders, for other engines than ours."""

import re
from collections.abc import Iterator, Sequence
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from quietwatch.cli.options import Format, FormatOption, reached
from quietwatch.cli.output import output
from quietwatch.errors import UsageError
from quietwatch.names import DEFAULT_TENANT, SLUG, printable

if TYPE_CHECKING:
    from quietwatch.pipeline.folders import Outcome


class Stage(StrEnum):
    """The stages there are."""

    ANALYZE = "analyze"
    DECIDE = "decide"


_INPUTS = {Stage.ANALYZE: ("footage", "optics", "models"), Stage.DECIDE: ("analysis", "rules")}
"""What each stage reads; the first is needed, and is what the work is shared out by."""


def stage(
    name: Annotated[Stage, typer.Argument(metavar="NAME", help="analyze or decide.")],
    *,
    inputs: Annotated[
        list[str],
        typer.Option(
            "--in",
            metavar="INPUT=DIR",
            help="A folder to read. analyze: footage, optics, models; decide: analysis, rules. "
            "Those but the first may be left out.",
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
    folders = _folders(name, inputs)
    if not re.fullmatch(SLUG, tenant):
        raise typer.BadParameter(
            f"{printable(tenant)} names no tenant; write small letters, digits and -",
            param_hint="--tenant",
        )
    with reached(out, "--out"):
        if out.exists() and not out.is_dir():
            raise typer.BadParameter(f"{printable(out)} is a file", param_hint="--out")
    outcomes = list(_run(name, folders, out, tenant))
    output(output_format).stage(outcomes)
    if any(one.error for one in outcomes):
        raise typer.Exit(3)


def _run(name: Stage, folders: dict[str, Path], out: Path, tenant: str) -> "Iterator[Outcome]":
    # Heavy: codecs, models, Arrow.
    from quietwatch.pipeline.folders import AnalyzeFolder, DecideFolder  # noqa: PLC0415

    if name is Stage.ANALYZE:
        optics, models = folders.get("optics"), folders.get("models")
        return AnalyzeFolder(folders["footage"], out, optics, models).run()
    return DecideFolder(folders["analysis"], out, folders.get("rules"), tenant).run()


def _folders(name: Stage, inputs: Sequence[str]) -> dict[str, Path]:
    """The folders by the names of the inputs; raises UsageError or BadParameter."""
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
        with reached(found[key], "--in"):
            if not found[key].is_dir():
                raise UsageError(f"{printable(place)} is no folder; name that of {key} with --in")
    if known[0] not in found:
        raise typer.BadParameter(f"{known[0]}=DIR is needed", param_hint="--in")
    return found
