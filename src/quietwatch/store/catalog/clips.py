"""The clips of a tenant: where they came from, and which results are theirs."""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any, TypeVar

from pydantic import TypeAdapter
from sqlalchemy import Connection, and_, delete, select, tuple_, update

from quietwatch.errors import QuietwatchError
from quietwatch.model import Camera, Clip, Note
from quietwatch.store.catalog.among import MANY, among
from quietwatch.store.catalog.clock import micros
from quietwatch.store.catalog.upsert import upsert
from quietwatch.store.catalog.work_tables import arrivals, cameras, clips

_MOST = 500  # values asked for in one statement, a parameter each
_CLIP = TypeAdapter(Clip)
_CLIPS = TypeAdapter(list[Clip])  # many at once cost less than one by one

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class ClipRecord:
    """A clip that was taken in, and what was made of it.

    Attributes:
        clip: the footage.
        path: in the repo `footage`.
        source: path or URL as it was first given, printable.
        analysis: key of its newest analysis, None before there is one.
        pack: SHA-256 of the blob of that analysis.
        decision: key of its newest judgement, None before there is one.
        notes: what was odd and survived.
        noise: movers that were seen too seldom to be events; see `model.Summary`.
        length: seconds that were there to be seen, None before it was analyzed; the clip's own
            duration is what the file says.
        error: code of why it could not be analyzed when that was tried last, else None.
        detail: sentence of that.
    """

    clip: Clip
    path: str
    source: str
    analysis: str | None = None
    pack: str | None = None
    decision: str | None = None
    notes: tuple[Note, ...] = ()
    noise: int = 0
    length: float | None = None
    error: str | None = None
    detail: str | None = None

    @property
    def seconds(self) -> float:
        """How long it lasts, as far as is known."""
        return self.clip.duration if self.length is None else self.length


_FIELDS = [clips.c[name] for name in ClipRecord.__dataclass_fields__]
_NO_NOTES = "[]"


def put(connection: Connection, records: Iterable[ClipRecord]) -> None:
    """Keep records, in the place of those of the same paths."""
    upsert(connection, clips, [_values(record) for record in records])


def by_paths(connection: Connection, tenant: str, paths: Iterable[str]) -> Iterator[ClipRecord]:
    """The records of these paths, in any order; none of those that are not there."""
    for part in chunks(paths, MANY):
        rows = connection.execute(
            select(*_FIELDS).where(clips.c.tenant == tenant, among(connection, clips.c.path, part))
        )
        yield from _records(rows)


def failed(connection: Connection, tenant: str) -> set[str]:
    """Paths of the clips that could not be analyzed when that was tried last."""
    query = select(clips.c.path).where(clips.c.tenant == tenant, clips.c.error.is_not(None))
    return set(connection.scalars(query))


def by_footage(
    connection: Connection, wanted: Sequence[tuple[Camera, str]]
) -> dict[tuple[Camera, str], str]:
    """Path of the clip with these bytes on this camera, where there is one."""
    found: dict[tuple[Camera, str], str] = {}
    columns = (clips.c.tenant, clips.c.site, clips.c.camera, clips.c.sha256)
    for part in chunks(wanted):
        keys = [(c.tenant, c.site, c.name, sha256) for c, sha256 in part]
        rows = connection.execute(select(*columns, clips.c.path).where(tuple_(*columns).in_(keys)))
        found |= {(Camera(t, s, c), sha256): path for t, s, c, sha256, path in rows}
    return found


def of_camera(connection: Connection, camera: Camera) -> Iterator[ClipRecord]:
    """The records of a camera, by time and path."""
    rows = connection.execute(
        select(*_FIELDS).where(_of(camera)).order_by(clips.c.start, clips.c.path)
    )
    return _records(rows)


def cameras_of(connection: Connection, tenant: str) -> list[Camera]:
    """The cameras of which there are clips, in order."""
    columns = (clips.c.tenant, clips.c.site, clips.c.camera)
    rows = connection.execute(
        select(*columns).where(clips.c.tenant == tenant).distinct().order_by(*columns)
    )
    return [Camera(*row) for row in rows]


def tenants(connection: Connection) -> list[str]:
    """The tenants that have clips, in order."""
    return list(connection.scalars(select(clips.c.tenant).distinct().order_by(clips.c.tenant)))


def forget(connection: Connection, tenant: str, path: str) -> None:
    """No result is a clip's any more: what was made of it is made anew."""
    empty: dict[str, Any] = {"analysis": None, "pack": None, "decision": None}
    connection.execute(
        update(clips).where(clips.c.tenant == tenant, clips.c.path == path).values(empty)
    )


def erase(
    connection: Connection, tenant: str, paths: Iterable[str], error: QuietwatchError | None
) -> None:
    """Note that clips are erased: nothing of them can be shown.

    Args:
        connection: in a transaction.
        tenant: whose.
        paths: in `footage`.
        error: told to who brings one in again; None: it counts as done.
    """
    told: dict[str, Any] = {"pack": None}
    if error is not None:
        told |= {"error": error.code, "detail": error.detail}
    for part in chunks(paths):
        connection.execute(
            update(clips).where(clips.c.tenant == tenant, clips.c.path.in_(part)).values(told)
        )


def drop(connection: Connection, tenant: str, paths: Iterable[str]) -> None:
    """Know nothing of clips and of their sources any more: they are taken in as if new."""
    for part in chunks(paths):
        for table in (clips, arrivals):
            connection.execute(
                delete(table).where(table.c.tenant == tenant, table.c.path.in_(part))
            )


@dataclass(frozen=True, slots=True)
class Known:
    """A source that was taken in: what it looked like then, and where it lies in `footage`."""

    stamp: str
    path: str


def known(connection: Connection, tenant: str, sources: Iterable[str]) -> dict[str, Known]:
    """What is known of sources, by their names."""
    found: dict[str, Known] = {}
    for part in chunks(sources, MANY):
        rows = connection.execute(
            select(arrivals.c.source, arrivals.c.stamp, arrivals.c.path).where(
                arrivals.c.tenant == tenant, among(connection, arrivals.c.source, part)
            )
        )
        found |= {source: Known(stamp, path) for source, stamp, path in rows}
    return found


def know(connection: Connection, tenant: str, sources: Mapping[str, Known]) -> None:
    """Keep what is known of sources."""
    upsert(
        connection,
        arrivals,
        [
            {"tenant": tenant, "source": source, "stamp": one.stamp, "path": one.path}
            for source, one in sources.items()
        ],
    )


def called(connection: Connection, tenant: str) -> dict[Camera, str]:
    """What the cameras of a tenant are called."""
    rows = connection.execute(select(cameras).where(cameras.c.tenant == tenant))
    return {Camera(row.tenant, row.site, row.camera): row.called for row in rows}


def call(connection: Connection, names: Mapping[Camera, str]) -> None:
    """Keep what cameras are called."""
    upsert(
        connection,
        cameras,
        [
            {"tenant": c.tenant, "site": c.site, "camera": c.name, "called": name}
            for c, name in names.items()
        ],
    )


def chunks(values: Iterable[T], size: int = _MOST) -> Iterator[list[T]]:
    """The values in lists that a statement can take."""
    rest = iter(values)
    while part := list(islice(rest, size)):
        yield part


def _of(camera: Camera) -> Any:
    return and_(
        clips.c.tenant == camera.tenant,
        clips.c.site == camera.site,
        clips.c.camera == camera.name,
    )


def _values(record: ClipRecord) -> dict[str, Any]:
    camera = record.clip.camera
    return {
        "tenant": camera.tenant,
        "path": record.path,
        "site": camera.site,
        "camera": camera.name,
        "start": micros(record.clip.start),
        "sha256": record.clip.sha256,
        "clip": _CLIP.dump_json(record.clip).decode(),
        "source": record.source,
        "analysis": record.analysis,
        "pack": record.pack,
        "decision": record.decision,
        "notes": json.dumps([[note.code, note.detail] for note in record.notes]),
        "noise": record.noise,
        "length": record.length,
        "error": record.error,
        "detail": record.detail,
    }


def _records(rows: Iterable[Sequence[Any]]) -> Iterator[ClipRecord]:
    """Of rows of `_FIELDS`."""
    for part in chunks(rows, MANY):
        told = _CLIPS.validate_json(f"[{','.join(row[0] for row in part)}]")
        for clip, row in zip(told, part, strict=True):
            _, path, source, analysis, pack, decision, notes, *rest = row
            yield ClipRecord(
                clip,
                *(path, source, analysis, pack, decision),
                () if notes == _NO_NOTES else tuple(Note(*note) for note in json.loads(notes)),
                *rest,
            )
