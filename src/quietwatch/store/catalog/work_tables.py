"""The tables of the work: what was taken in, what was made of it, what was seen.

Times are microseconds since 1970, UTC; what has no column of its own is JSON.
"""

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Float,
    Identity,
    Index,
    Integer,
    LargeBinary,
    String,
    Table,
    Text,
    text,
)

from quietwatch.store.catalog.tables import PATH, WHOLE, metadata

_HASH = String(64)
_SLUG = String(63)

cameras = Table(
    "cameras",
    metadata,
    Column("tenant", _SLUG, primary_key=True),
    Column("site", _SLUG, primary_key=True),
    Column("camera", _SLUG, primary_key=True),
    Column("called", Text, nullable=False),
)
"""What a camera was called before that became a slug."""

arrivals = Table(
    "arrivals",
    metadata,
    Column("tenant", _SLUG, primary_key=True),
    Column("source", Text, primary_key=True),
    Column("stamp", Text, nullable=False),
    Column("path", PATH, nullable=False),
)
"""Sources that were taken in: where one that has not changed since lies in `footage`."""

clips = Table(
    "clips",
    metadata,
    Column("tenant", _SLUG, primary_key=True),
    Column("path", PATH, primary_key=True),
    Column("site", _SLUG, nullable=False),
    Column("camera", _SLUG, nullable=False),
    Column("start", BigInteger, nullable=False),
    Column("sha256", _HASH, nullable=False),
    Column("clip", Text, nullable=False),
    Column("source", Text, nullable=False),
    Column("analysis", _HASH),
    Column("pack", _HASH),
    Column("decision", _HASH),
    Column("notes", Text, nullable=False),
    Column("noise", Integer, nullable=False),
    Column("length", Float),
    Column("error", String(64)),
    Column("detail", Text),
    Index("clips_by_footage", "tenant", "site", "camera", "sha256"),
    Index("clips_by_time", "tenant", "site", "camera", "start"),
)
"""Every clip taken in: the footage, the keys of its newest results, the blob of its analysis."""

Index(
    "clips_failed",
    clips.c.tenant,
    clips.c.path,
    sqlite_where=text("error IS NOT NULL"),
    postgresql_where=text("error IS NOT NULL"),
)

datums = Table(
    "datums",
    metadata,
    Column("tenant", _SLUG, primary_key=True),
    Column("key", _HASH, primary_key=True),
    Column("stage", String(32), nullable=False),
    Column("path", PATH, nullable=False),
    Column("pack", _HASH),
    Column("size", BigInteger),
    Column("summary", Text),
    Column("state", LargeBinary),
    Column("error", String(64)),
    Column("detail", Text),
    Column("tries", Integer, nullable=False),
    Column("retry_at", BigInteger),
    Column("at", BigInteger, nullable=False),
    Index("datums_by_error", "tenant", "error", "retry_at"),
    Index("datums_by_path", "tenant", "path"),
)
"""Results by what made them; an error instead of a pack where there is none."""

events = Table(
    "events",
    metadata,
    Column("tenant", _SLUG, primary_key=True),
    Column("event_id", String(36), primary_key=True),
    Column("site", _SLUG, nullable=False),
    Column("camera", _SLUG, nullable=False),
    Column("path", PATH, nullable=False),
    Column("start", BigInteger, nullable=False),
    Column("end", BigInteger, nullable=False),
    Column("verdict", String(16), nullable=False),
    Column("kind", String(16), nullable=False),
    Column("score", Float, nullable=False),
    Column("incident_id", String(36), nullable=False),
    Column("picture", PATH),
    Column("data", Text, nullable=False),
    Column("at", BigInteger, nullable=False),
    Index("events_by_clip", "tenant", "path"),
    Index("events_by_time", "tenant", "site", "camera", "start"),
    Index("events_by_start", "tenant", "start"),
)
"""Every event as it stands, `data` being the whole of it.

`path` is the clip in which it began, `picture` the one whose analysis has its best picture.
"""

revisions = Table(
    "revisions",
    metadata,
    Column("id", WHOLE, Identity(), primary_key=True),
    Column("tenant", _SLUG, nullable=False),
    Column("event_id", String(36), nullable=False),
    Column("job", BigInteger, nullable=False),
    Column("withdrawn", Boolean, nullable=False),
    Column("data", Text, nullable=False),
    Column("at", BigInteger, nullable=False),
    Index("revisions_by_event", "tenant", "event_id"),
)
"""All that was ever said of an event, in order; never changed."""

jobs = Table(
    "jobs",
    metadata,
    Column("id", WHOLE, Identity(), primary_key=True),
    Column("tenant", _SLUG, nullable=False),
    Column("state", String(16), nullable=False),
    Column("began", BigInteger, nullable=False),
    Column("ended", BigInteger),
    Column("inputs", Text, nullable=False),
    Column("total", Integer, nullable=False),
    Column("analyzed", Integer, nullable=False),
    Column("judged", Integer, nullable=False),
    Column("failed", Integer, nullable=False),
    Index("jobs_by_tenant", "tenant", "id"),
)
"""Each bringing up to date: from which commits, how far it got."""

marks = Table(
    "marks",
    metadata,
    Column("tenant", _SLUG, primary_key=True),
    Column("name", String(64), primary_key=True),
    Column("value", Text, nullable=False),
)
"""How far somebody got: the input commits up to which results are whole."""

leases = Table(
    "leases",
    metadata,
    Column("tenant", _SLUG, primary_key=True),
    Column("sha256", _HASH, primary_key=True),
    Column("holder", String(36), primary_key=True),
    Column("until", BigInteger, nullable=False),
)
"""Blobs that somebody is about to commit: nobody may remove them meanwhile."""
