"""Which clips a request to erase means."""

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta

from sqlalchemy import and_, select

from quietwatch.errors import InvalidName, PathMissing
from quietwatch.names import printable, read_clip_path
from quietwatch.store.catalog import clips
from quietwatch.store.catalog.clips import chunks
from quietwatch.store.catalog.tables import entries, lines, repos
from quietwatch.store.keep.followed import FOOTAGE
from quietwatch.store.place import Place


def of_camera(
    place: Place, tenant: str, camera: str, since: datetime | None, until: datetime | None
) -> list[str]:
    """The clips of a camera that show anything of a span of time, by path.

    Also those that no branch holds any more.

    Args:
        place: the store.
        tenant: whose.
        camera: `SITE/CAMERA`.
        since: the span, UTC; None: from the first clip on.
        until: its end, no part of it; None: to the last clip.
    """
    return [
        path
        for path, start, end in _spans(place, tenant, _there(place, tenant, f"{camera}/"))
        if (until is None or start < until) and (since is None or end > since or start >= since)
    ]


def of_paths(place: Place, tenant: str, paths: Iterable[str]) -> list[str]:
    """Clips that were named; raises PathMissing for one that never was there."""
    wanted = sorted(set(paths))
    for path in wanted:
        if path not in _there(place, tenant, path):
            raise PathMissing(
                f"{tenant}/{FOOTAGE} never held '{printable(path)}'; list what it holds with "
                f"`quietwatch ls {FOOTAGE}`"
            )
    return wanted


def _there(place: Place, tenant: str, prefix: str) -> list[str]:
    """All paths that `footage` holds or held, beginning so."""
    with place.catalog.reading() as connection:
        return list(
            connection.scalars(
                select(entries.c.path)
                .distinct()
                .join(lines, lines.c.id == entries.c.line)
                .join(repos, repos.c.id == lines.c.repo)
                .where(
                    and_(repos.c.tenant == tenant, repos.c.name == FOOTAGE),
                    entries.c.tenant == tenant,
                    entries.c.sha256.is_not(None),
                    entries.c.path.startswith(prefix, autoescape=True),
                )
                .order_by(entries.c.path)
            )
        )


def _spans(place: Place, tenant: str, paths: list[str]) -> Iterator[tuple[str, datetime, datetime]]:
    """Start and end of clips, as far as is known; what is no clip has none."""
    for part in chunks(paths):
        with place.catalog.reading() as connection:
            lengths = {r.path: r.seconds for r in clips.by_paths(connection, tenant, part)}
        for path in part:
            try:
                _, start = read_clip_path(path, tenant)
            except InvalidName:
                continue
            yield path, start, start + timedelta(seconds=lengths.get(path, 0.0))
