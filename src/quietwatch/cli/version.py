"""`quietwatch version`."""

import typer

from quietwatch import __version__


def version() -> None:
    """Show the version."""
    typer.echo(f"quietwatch {__version__}")


def eager(asked: bool) -> None:  # noqa: FBT001 - typer calls it so
    """Show the version and end, for the option `--version`."""
    if asked:
        version()
        raise typer.Exit
