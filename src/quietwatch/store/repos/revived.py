"""Which analyses there are, told by the repo `analysis`: after a rebuild none is made again.

Only what the engine has committed counts: whoever may write to the repo could put anything there
under any key.
"""

import json
import re

from sqlalchemy import Connection, and_, select

from quietwatch.names import ENGINE
from quietwatch.store.catalog import datums
from quietwatch.store.catalog.connect import Catalog
from quietwatch.store.catalog.datums import Datum
from quietwatch.store.catalog.erasures import is_erased
from quietwatch.store.catalog.tables import commits, entries, lines, repos

ANALYSIS, STAGE = "analysis", "analyze"

_KEY = re.compile("[0-9a-f]{64}")
_AT_ONCE = 1000

_Place = tuple[int, str]
"""Line and path of an entry."""


def revive(catalog: Catalog, tenant: str) -> None:
    """Know the results of `analyze` that stand in a tenant's repo, unless they are known."""
    after: _Place | None = (0, "")
    while after is not None:
        with catalog.begin() as connection:
            found, after = _page(connection, tenant, after)
            known = datums.get(connection, tenant, found)
            datums.put(connection, tenant, [one for key, one in found.items() if key not in known])


def _page(
    connection: Connection, tenant: str, after: _Place
) -> tuple[dict[str, Datum], _Place | None]:
    """Some results by their keys, and where to go on; None behind the last."""
    line, path = after
    rows = connection.execute(
        select(entries.c.line, entries.c.path, entries.c.sha256, entries.c.size, entries.c.meta)
        .join(lines, lines.c.id == entries.c.line)
        .join(repos, repos.c.id == lines.c.repo)
        .join(commits, and_(commits.c.line == entries.c.line, commits.c.number == entries.c.since))
        .where(
            entries.c.tenant == tenant,
            entries.c.until.is_(None),
            entries.c.sha256.is_not(None),
            (entries.c.line > line) | ((entries.c.line == line) & (entries.c.path > path)),
            repos.c.name == ANALYSIS,
            repos.c.removed.is_(None),
            commits.c.author == ENGINE,
            ~is_erased(),
        )
        .order_by(entries.c.line, entries.c.path)
        .limit(_AT_ONCE)
    ).all()
    found: dict[str, Datum] = {}
    for row in rows:
        key = json.loads(row.meta).get("key")
        if isinstance(key, str) and _KEY.fullmatch(key):
            found[key] = Datum(key, STAGE, row.path, pack=row.sha256.hex(), size=row.size)
    last = rows[-1] if len(rows) == _AT_ONCE else None
    return found, None if last is None else (last.line, last.path)
