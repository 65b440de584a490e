"""Whose time is over: rules per tenant and camera, applied to clips."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import groupby

from sqlalchemy import Connection, select

from quietwatch.config import KeepSettings
from quietwatch.errors import InvalidName
from quietwatch.model import Camera, Verdict
from quietwatch.names import read_clip_path
from quietwatch.store.catalog import history
from quietwatch.store.catalog.clips import by_paths
from quietwatch.store.catalog.clock import micros, moment
from quietwatch.store.catalog.connect import Catalog
from quietwatch.store.catalog.erasures import is_erased
from quietwatch.store.catalog.tables import entries, lines, repos
from quietwatch.store.catalog.work_tables import events
from quietwatch.store.keep.followed import FOOTAGE

_PAGE = 1000
_FOR_EVER = timedelta.max
_WEIGHTY = (Verdict.ALARM.value, Verdict.REVIEW.value)

_Key = tuple[int, str, int]


@dataclass(frozen=True, slots=True)
class Rule:
    """How long clips of a camera are kept.

    Attributes:
        footage: any clip.
        alarm: a clip with an alarm in it, if that is longer; `review` likewise.
        review: see `alarm`.
    """

    footage: timedelta
    alarm: timedelta
    review: timedelta

    def of(self, verdicts: set[str]) -> timedelta:
        """How long a clip is kept in which events of these verdicts were."""
        told = [self.footage]
        told += [self.alarm] if Verdict.ALARM.value in verdicts else []
        told += [self.review] if Verdict.REVIEW.value in verdicts else []
        return max(told)


def rule_of(keep: KeepSettings, camera: Camera | None) -> Rule:
    """The rule for a camera; None: for files in `footage` that are no clips."""
    found = [keep.footage_days, keep.alarm_days, keep.review_days]
    for one in keep.cameras:
        if camera and one.camera in {f"{camera.site}/{camera.name}", f"{camera.site}/*"}:
            own = (one.footage_days, one.alarm_days, one.review_days)
            wide = (keep.footage_days, keep.alarm_days, keep.review_days)
            found = [w if o is None else o for o, w in zip(own, wide, strict=True)]
    return Rule(*(_span(days) for days in found))


@dataclass(frozen=True, slots=True)
class Due:
    """A file of `footage` whose time is over, and the rule that says so."""

    path: str
    sha256: str
    size: int
    why: str


@dataclass(frozen=True, slots=True)
class _Held:
    """A file that `footage` holds or held; `start` is None of what is no clip."""

    path: str
    sha256: str
    size: int
    came: datetime
    camera: Camera | None
    start: datetime | None

    @property
    def since(self) -> datetime:
        """From when on its age is counted."""
        return self.came if self.start is None else max(self.came, self.start)


def due(catalog: Catalog, tenant: str, keep: KeepSettings, now: datetime) -> Iterator[Due]:
    """The files whose time is over, also those that stand in old commits alone.

    Footage is as old as its recording or its coming in, whichever is later: who brings in old
    footage has as long to look at it as anybody.

    Args:
        catalog: to look in.
        tenant: whose footage.
        keep: the rules.
        now: the time, UTC.
    """
    named = [_span(one.footage_days) for one in keep.cameras if one.footage_days is not None]
    shortest = min([_span(keep.footage_days), *named])
    if shortest == _FOR_EVER:
        return
    after: _Key = (0, "", 0)
    while True:
        with catalog.reading() as connection:
            page, last = _page(connection, tenant, now - shortest, after)
            over = [
                one
                for _, members in groupby(page, key=lambda held: held.camera)
                for one in _over(connection, tenant, list(members), keep, now)
            ]
        yield from over
        if last is None:
            return
        after = last


def _over(
    connection: Connection, tenant: str, held: Sequence[_Held], keep: KeepSettings, now: datetime
) -> Iterator[Due]:
    """Those of one camera whose time is over."""
    rule = rule_of(keep, held[0].camera)
    old = [one for one in held if now - one.since >= rule.footage]
    seen = _verdicts(connection, tenant, old)
    for one in old:
        kept = rule.of(seen.get(one.path, set()))
        if now - one.since >= kept:
            yield Due(one.path, one.sha256, one.size, f"it was kept for {kept.days} days")


def _verdicts(connection: Connection, tenant: str, held: Sequence[_Held]) -> dict[str, set[str]]:
    """The verdicts of the events that overlap each clip of one camera."""
    starts = {one.path: one.start for one in held if one.start is not None}
    if not starts or held[0].camera is None:
        return {}
    spans = {
        record.path: (start, start + timedelta(seconds=record.seconds))
        for record in by_paths(connection, tenant, starts)
        if (start := starts[record.path]) is not None
    }
    if not spans:
        return {}
    rows = connection.execute(
        select(events.c.start, events.c.end, events.c.verdict).where(
            events.c.tenant == tenant,
            events.c.site == held[0].camera.site,
            events.c.camera == held[0].camera.name,
            events.c.verdict.in_(_WEIGHTY),
            events.c.start <= micros(max(end for _, end in spans.values())),
            events.c.end >= micros(min(start for start, _ in spans.values())),
        )
    ).all()
    weighty = [(moment(row.start), moment(row.end), row.verdict) for row in rows]
    return {
        path: {told for began, ended, told in weighty if began <= end and ended >= start}
        for path, (start, end) in spans.items()
    }


def _page(
    connection: Connection, tenant: str, latest: datetime, after: _Key
) -> tuple[list[_Held], _Key | None]:
    """Files that came in by a time and are not erased, and where to go on; by line and path."""
    key = (entries.c.line, entries.c.path, entries.c.since)
    line, path, since = after
    further = (entries.c.line > line) | (
        (entries.c.line == line)
        & ((entries.c.path > path) | ((entries.c.path == path) & (entries.c.since > since)))
    )
    rows = connection.execute(
        select(*key, entries.c.sha256, entries.c.size, entries.c.time)
        .join(lines, lines.c.id == entries.c.line)
        .join(repos, repos.c.id == lines.c.repo)
        .where(
            repos.c.tenant == tenant,
            repos.c.name == FOOTAGE,
            entries.c.tenant == tenant,
            entries.c.sha256.is_not(None),
            entries.c.time <= history.milliseconds(latest),
            further,
            ~is_erased(),
        )
        .order_by(*key)
        .limit(_PAGE)
    ).all()
    held = []
    for row in rows:
        camera, start = _clip(row.path, tenant)
        came = history.moment(row.time)
        held.append(_Held(row.path, row.sha256.hex(), row.size, came, camera, start))
    end = rows[-1] if len(rows) == _PAGE else None
    return held, None if end is None else (end.line, end.path, end.since)


def _clip(path: str, tenant: str) -> tuple[Camera, datetime] | tuple[None, None]:
    try:
        return read_clip_path(path, tenant)
    except InvalidName:
        return None, None


def _span(days: int) -> timedelta:
    return timedelta(days=days) if days else _FOR_EVER
