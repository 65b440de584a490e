"""Whether the clock is to be believed, before anything goes by its age.

A clock that is a year ahead for a moment would let all footage go that is not kept for ever. So
the time must be reached in steps that are no longer than `GAP`: from the last `gc` (the first time
from the first commit) over what was committed since. Who works meanwhile by the wrong clock does
not make it right: before what he commits the gap is the same.
"""

from datetime import datetime, timedelta

from sqlalchemy import Connection, select

from quietwatch.errors import SetupError
from quietwatch.names import iso
from quietwatch.store.catalog import jobs
from quietwatch.store.catalog.clock import micros, moment
from quietwatch.store.catalog.connect import Catalog
from quietwatch.store.catalog.history import milliseconds
from quietwatch.store.catalog.history import moment as commit_moment
from quietwatch.store.catalog.tables import commits, lines, repos

GAP = timedelta(days=30)
"""So long nothing may have been committed or collected; who was away longer says that it is so."""

BACK = timedelta(days=1)
"""So far the clock may have been set back since the last `gc`."""

_MARK = "clock"


def believe(
    catalog: Catalog, tenant: str, now: datetime, *, trust: bool = False, dry: bool = False
) -> None:
    """See that the time can be right, and note that it was believed.

    Args:
        catalog: that knows what happened before.
        tenant: whose.
        now: what the clock says, UTC.
        trust: somebody says that it is right.
        dry: note nothing.

    Raises:
        SetupError: it is too far ahead of what happened last, or behind it.
    """
    if not trust:
        with catalog.reading() as connection:
            _require(connection, tenant, now)
    if not dry:
        with catalog.begin(lasting=False) as connection:
            jobs.set_mark(connection, tenant, _MARK, str(micros(now)))


def _require(connection: Connection, tenant: str, now: datetime) -> None:
    noted = jobs.mark(connection, tenant, _MARK)
    last = None if noted is None else moment(int(noted))
    if last is not None and now < last - BACK:
        raise SetupError(
            f"the clock says {iso(now)}, but the last gc was at {iso(last)}; set it right. Nothing "
            "was removed. If it is right now, say so once with --trust-clock"
        )
    alone = _last_before_gap(connection, tenant, last, now)
    if alone is not None:
        raise SetupError(
            f"the clock says {iso(now)}, but nothing was recorded for more than {GAP.days} days "
            f"after {iso(alone)}: it may be ahead, and footage would go too early. Nothing was "
            "removed. Set it right; or if it is, because nothing came in for so long, say so once "
            "with --trust-clock"
        )


def _last_before_gap(
    connection: Connection, tenant: str, last: datetime | None, now: datetime
) -> datetime | None:
    """What happened before the first gap that is too long; None if there is no such gap."""
    at = last or _commit(connection, tenant, newest=False)
    while at is not None and now - at > GAP:
        following = _commit(connection, tenant, after=at, until=at + GAP)
        if following is None:
            return at
        at = following
    return None


def _commit(
    connection: Connection,
    tenant: str,
    *,
    after: datetime | None = None,
    until: datetime | None = None,
    newest: bool = True,
) -> datetime | None:
    """When the newest, or oldest, commit of a tenant was made; within a span of time, if given."""
    # One look into the index for each line: a tenant may have millions of commits.
    mine = select(commits.c.time).where(commits.c.line == lines.c.id)
    if after is not None:
        mine = mine.where(commits.c.time > milliseconds(after))
    if until is not None:
        mine = mine.where(commits.c.time <= milliseconds(until))
    order = commits.c.time.desc() if newest else commits.c.time
    one = mine.order_by(order).limit(1).correlate(lines).scalar_subquery()
    rows = connection.scalars(
        select(one).select_from(lines.join(repos)).where(repos.c.tenant == tenant)
    )
    times = [time for time in rows if time is not None]
    if not times:
        return None
    return commit_moment(max(times) if newest else min(times))
