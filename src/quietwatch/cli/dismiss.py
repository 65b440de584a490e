"""`quietwatch events dismiss`: say that an event is a false alarm."""

from datetime import UTC, datetime
from typing import Annotated

import typer

from quietwatch.cli.options import Format, FormatOption
from quietwatch.cli.output import output
from quietwatch.cli.where import Where, placed
from quietwatch.errors import EventMissing
from quietwatch.names import iso, printable


@placed
def dismiss(
    where: Where,
    event: Annotated[
        str, typer.Argument(metavar="EVENT_ID", help="An event, as `events list` shows it.")
    ],
    *,
    note: Annotated[
        str, typer.Option("--note", metavar="TEXT", help="Why, for people.", show_default=False)
    ] = "",
    undo: Annotated[bool, typer.Option("--undo", help="Take it back.")] = False,
    output_format: FormatOption = Format.TEXT,
) -> None:
    """Say that an event is a false alarm: what stands there and looks so is held back from now on.

    The event itself stays as it is.
    """
    from quietwatch.pipeline.memory import sayings  # noqa: PLC0415 - heavy
    from quietwatch.store.catalog import happenings  # noqa: PLC0415

    tenant, now = where.tenant_name(), datetime.now(UTC)
    with where.looking(tenant) as place:
        with place.catalog.reading() as connection:
            found = next(happenings.by_ids(connection, tenant, [event]), None)
        if found is None:
            raise EventMissing(
                f"there is no event {printable(event)}; list those there are with "
                "`quietwatch events list`"
            )
        door = place.door(where.token())
        if undo:
            done, not_done = "is dismissed no longer", "was not dismissed"
            changed = sayings.take_back(door, found, now)
        else:
            done, not_done = "is dismissed", "was dismissed already"
            changed = sayings.dismiss(place, door, found, note, now)
    values = {"event_id": event, "changed": changed, "at": iso(now)}
    output(output_format).done(f"{event} {done if changed else not_done}", values)
