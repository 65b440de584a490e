"""`quietwatch models`: the detectors in the package."""

import typer

from quietwatch.cli.checks import check_models
from quietwatch.cli.options import Format, FormatOption
from quietwatch.cli.output import output


def models(output_format: FormatOption = Format.TEXT) -> None:
    """List the shipped detectors and check that they are whole."""
    found = check_models()
    output(output_format).models(found)
    if not all(state.whole for state in found):
        raise typer.Exit(1)
