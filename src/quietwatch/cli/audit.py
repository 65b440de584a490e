"""`quietwatch audit`: who did what, and what was refused."""

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Annotated

import typer

from quietwatch.cli import rows
from quietwatch.cli.filters import time
from quietwatch.cli.gathered import gathered
from quietwatch.cli.options import Format, FormatOption
from quietwatch.cli.output import output
from quietwatch.cli.where import Where, placed

if TYPE_CHECKING:
    from quietwatch.store.access.audit import Wanted


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """Each field is an option of the command line; an empty one leaves all in."""

    principal: Annotated[
        str | None, typer.Option("--principal", metavar="NAME", help="Of this principal.")
    ] = None
    action: Annotated[
        str | None, typer.Option("--action", metavar="NAME", help="Of this action: commit, grant.")
    ] = None
    repo: Annotated[str | None, typer.Option("--repo", metavar="REPO", help="On this repo.")] = None
    refused: Annotated[bool, typer.Option("--refused", help="Only what was refused.")] = False
    since: Annotated[
        datetime | None,
        typer.Option("--since", metavar="TIME", parser=time, help="At or after this time (UTC)."),
    ] = None
    until: Annotated[
        datetime | None,
        typer.Option("--until", metavar="TIME", parser=time, help="Before this time (UTC)."),
    ] = None

    def wanted(self, where: Where) -> "Wanted":
        """What to ask the log for."""
        from quietwatch.store.access.audit import Outcome, Wanted  # noqa: PLC0415 - heavy

        repo = None if self.repo is None else where.repo(self.repo)
        return Wanted(
            principal=self.principal,
            action=self.action,
            tenant=where.tenant if repo is None else repo.tenant,
            repo=None if repo is None else repo.name,
            outcome=Outcome.REFUSED if self.refused else None,
            since=self.since,
            until=self.until,
        )


@placed
@gathered(Asked, first=True)
def audit(
    asked: Asked,
    where: Where,
    *,
    limit: Annotated[
        int, typer.Option("--limit", metavar="N", min=1, help="Most lines to list.")
    ] = 50,
    output_format: FormatOption = Format.TEXT,
) -> None:
    """List the audit log, the latest first; the lines of a tenant with --tenant or --repo."""
    with where.door() as door:
        found = door.desk.audit(asked.wanted(where), limit)
    output(output_format).listing("audit", map(rows.deed, found))
