"""`quietwatch lineage`: what an event or a file was made from, and what was made of it."""

import re
from typing import TYPE_CHECKING, Annotated

import typer

from quietwatch.cli.options import Format, FormatOption
from quietwatch.cli.output import output
from quietwatch.cli.where import Where, at_of, placed
from quietwatch.errors import UsageError
from quietwatch.names import printable

if TYPE_CHECKING:
    from quietwatch.store.lineage import Node

_EVENT = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")


@placed
def lineage(
    where: Where,
    what: Annotated[
        str,
        typer.Argument(
            metavar="EVENT|REPO[@AT]:PATH", help="An event by its id, or a file of a repo."
        ),
    ],
    *,
    output_format: FormatOption = Format.TEXT,
) -> None:
    """Tell what something was made from, and what was made of it, as a tree."""
    found = _found(where, what)
    if output_format is Format.JSON:
        output(output_format).facts({"lineage": _json(found)})
        return
    from quietwatch.cli import keep_text  # noqa: PLC0415 - rich is not needed for JSON

    keep_text.show_lineage(found)


def _found(where: Where, what: str) -> "Node":
    from quietwatch.store.lineage import of_event, of_file  # noqa: PLC0415 - heavy

    if _EVENT.fullmatch(what):
        tenant = where.tenant_name()
        with where.looking(tenant) as place:
            return of_event(place, tenant, what)
    address = where.address(what)
    if address.path is None:
        raise UsageError(f"'{printable(what)}' names no file; write REPO:PATH, or an event's id")
    with where.looking(address.repo.tenant) as place:
        return of_file(place, address.repo, address.path, at_of(address))


def _json(node: "Node") -> dict[str, object]:
    return {
        "kind": node.kind,
        "name": node.name,
        "how": node.how,
        "facts": dict(node.facts),
        "below": [_json(one) for one in node.below],
    }
