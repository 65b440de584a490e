"""Which events are meant: the options that several verbs have in common, and what they let in."""

import functools
import inspect
from collections.abc import Callable
from dataclasses import dataclass, fields
from datetime import UTC, datetime
from typing import Annotated, Any

import typer

from quietwatch.model import Event, Kind, Verdict


def _time(text: str) -> datetime:
    try:
        time = datetime.fromisoformat(text)
        return time.replace(tzinfo=UTC) if time.tzinfo is None else time.astimezone(UTC)
    except (ValueError, OverflowError):
        raise typer.BadParameter(
            f"{text!r} is no time; write 2026-11-23 or 2026-11-23T16:00:00Z (UTC)"
        ) from None


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
            "--since", metavar="TIME", parser=_time, help="Started at or after this time (UTC)."
        ),
    ] = None
    until: Annotated[
        datetime | None,
        typer.Option(
            "--until", metavar="TIME", parser=_time, help="Started before this time (UTC)."
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


def filtered(verb: Callable[..., None]) -> Callable[..., None]:
    """Give a verb the options of `Filter`: typer reads them from the signature made here.

    Args:
        verb: takes the filter first; its other arguments are options of its own.
    """
    options = inspect.signature(Filter).parameters
    parameters = [*options.values(), *list(inspect.signature(verb).parameters.values())[1:]]

    @functools.wraps(verb)
    def call(**given: Any) -> None:
        wanted = Filter(**{name: given.pop(name) for name in options})
        verb(wanted, **given)

    call.__dict__["__signature__"] = inspect.Signature(parameters)
    call.__annotations__ = {parameter.name: parameter.annotation for parameter in parameters}
    return call
