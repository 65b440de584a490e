"""`quietwatch doctor`: is everything here that is needed, and how is what is missing got."""

import typer

from quietwatch.cli.checks import State, examine
from quietwatch.cli.options import Format, FormatOption, HomeOption, named_home
from quietwatch.cli.output import output


def doctor(home: HomeOption = None, output_format: FormatOption = Format.TEXT) -> None:
    """Check the installation and say how to mend it.

    Looks at versions, codecs, models, the processor, the home and optional parts.
    """
    findings = examine(named_home(home))
    output(output_format).doctor(findings)
    if any(finding.state is State.BROKEN for finding in findings):
        raise typer.Exit(1)
