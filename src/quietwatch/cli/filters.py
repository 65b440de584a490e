"""Which events are meant: the options that several verbs have in common, and what they let in."""

from dataclasses import dataclass, fields
from datetime import datetime
from typing import Annotated

import typer

from quietwatch.addresses import moment
from quietwatch.cli.gathered import gathered
from quietwatch.errors import InvalidName
from quietwatch.model import Event, Kind, Verdict


def time(text: str) -> datetime:
    """Read a time of the command line; raises BadParameter."""
    try:
        return moment(text)
    except InvalidName as error:
        raise typer.BadParameter(error.detail) from None


@dataclass(frozen=True, slots=True, kw_only=True)
class Filter:
    """Each field is an option of the command line; an empty one leaves all in."""

    camera: Annotated[
        list[str] | None,
        typer.Option("--camera", metavar="NAME", help="Of this camera; repeatable."),
    ] = None
    site: Annotated[
        list[str] | None, typer.Option("--site", metavar="NAME", help="Of this site; repeatable.")
    ] = None
    verdict: Annotated[
        list[Verdict] | None,
        typer.Option(
            "--verdict", metavar="VERDICT", help="alarm, review or suppressed; repeatable."
        ),
    ] = None
    kind: Annotated[
        list[Kind] | None,
        typer.Option(
            "--kind", metavar="KIND", help="person, vehicle, animal or unknown; repeatable."
        ),
    ] = None
    since: Annotated[
        datetime | None,
        typer.Option(
            "--since", metavar="TIME", parser=time, help="Started at or after this time (UTC)."
        ),
    ] = None
    until: Annotated[
        datetime | None,
        typer.Option(
            "--until", metavar="TIME", parser=time, help="Started before this time (UTC)."
        ),
    ] = None

    @property
    def narrows(self) -> bool:
        """Whether it may leave anything out."""
        return any(getattr(self, field.name) for field in fields(self))

    def takes(self, event: Event) -> bool:
        """Whether an event is meant."""
        return (
            self.takes_camera(event.camera.site, event.camera.name)
            and (not self.verdict or event.judgement.verdict in self.verdict)
            and (not self.kind or event.judgement.kind in self.kind)
            and (self.since is None or event.start >= self.since)
            and (self.until is None or event.start < self.until)
        )

    def takes_camera(self, site: str, camera: str) -> bool:
        """Whether a camera is meant."""
        return (not self.camera or camera in self.camera) and (not self.site or site in self.site)


filtered = gathered(Filter, first=True)
"""Give a verb the options of `Filter`."""
