"""The tables of what is no longer kept: erased files, and blobs that are about to go.

Times are microseconds since 1970, UTC.
"""

from sqlalchemy import BigInteger, Column, Index, LargeBinary, String, Table, Text, text

from quietwatch.store.catalog.tables import PATH, metadata
from quietwatch.store.catalog.work_tables import clips, datums

_SLUG = String(63)

erasures = Table(
    "erasures",
    metadata,
    Column("tenant", _SLUG, primary_key=True),
    Column("deed", String(16), primary_key=True),
    Column("repo", _SLUG, primary_key=True),
    Column("path", PATH, primary_key=True),
    Column("sha256", LargeBinary(32), primary_key=True),
    Column("size", BigInteger, nullable=False),
    Column("kind", String(16), nullable=False),
    Column("why", Text, nullable=False),
    Column("by", Text, nullable=False),
    Column("at", BigInteger, nullable=False),
    Column("gone", BigInteger),
    Column("lifted", BigInteger),
    Index("erasures_by_blob", "tenant", "sha256"),
    Index("erasures_by_path", "tenant", "repo", "path"),
    Index(
        "erasures_open",
        "tenant",
        sqlite_where=text("gone IS NULL"),
        postgresql_where=text("gone IS NULL"),
    ),
)
"""Files that are erased, by deed: `gone` when their bytes were, `lifted` when it was taken back."""

condemned = Table(
    "condemned",
    metadata,
    Column("tenant", _SLUG, primary_key=True),
    Column("sha256", LargeBinary(32), primary_key=True),
    Column("since", BigInteger, nullable=False),
    Column("gone", BigInteger),
)
"""Blobs that nothing needed when `gc` looked; `gone` when it took them away."""

Index("clips_by_pack", clips.c.tenant, clips.c.pack)
Index("datums_by_pack", datums.c.tenant, datums.c.pack)
