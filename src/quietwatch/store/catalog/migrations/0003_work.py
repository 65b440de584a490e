"""Work: what was taken in, what was made of it, what was seen."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"

SLUG, HASH = sa.String(63), sa.String(64)
WHOLE = sa.BigInteger().with_variant(sa.Integer, "sqlite")
PATH = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")


def upgrade() -> None:
    """Make the tables."""
    _intake()
    _results()
    _jobs()


def _intake() -> None:
    op.create_table(
        "arrivals",
        sa.Column("tenant", SLUG, nullable=False),
        sa.Column("source", sa.Text, nullable=False),
        sa.Column("stamp", sa.Text, nullable=False),
        sa.Column("path", PATH, nullable=False),
        sa.PrimaryKeyConstraint("tenant", "source"),
    )
    op.create_table(
        "cameras",
        sa.Column("tenant", SLUG, nullable=False),
        sa.Column("site", SLUG, nullable=False),
        sa.Column("camera", SLUG, nullable=False),
        sa.Column("called", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("tenant", "site", "camera"),
    )
    op.create_table(
        "clips",
        sa.Column("tenant", SLUG, nullable=False),
        sa.Column("path", PATH, nullable=False),
        sa.Column("site", SLUG, nullable=False),
        sa.Column("camera", SLUG, nullable=False),
        sa.Column("start", sa.BigInteger, nullable=False),
        sa.Column("sha256", HASH, nullable=False),
        sa.Column("clip", sa.Text, nullable=False),
        sa.Column("source", sa.Text, nullable=False),
        sa.Column("analysis", HASH),
        sa.Column("pack", HASH),
        sa.Column("decision", HASH),
        sa.Column("notes", sa.Text, nullable=False),
        sa.Column("noise", sa.Integer, nullable=False),
        sa.Column("length", sa.Float),
        sa.Column("error", HASH),
        sa.Column("detail", sa.Text),
        sa.PrimaryKeyConstraint("tenant", "path"),
    )
    op.create_index("clips_by_footage", "clips", ["tenant", "site", "camera", "sha256"])
    op.create_index("clips_by_time", "clips", ["tenant", "site", "camera", "start"])


def _results() -> None:
    op.create_table(
        "datums",
        sa.Column("tenant", SLUG, nullable=False),
        sa.Column("key", HASH, nullable=False),
        sa.Column("stage", sa.String(length=32), nullable=False),
        sa.Column("path", PATH, nullable=False),
        sa.Column("pack", HASH),
        sa.Column("size", sa.BigInteger),
        sa.Column("summary", sa.Text),
        sa.Column("state", sa.LargeBinary),
        sa.Column("error", HASH),
        sa.Column("detail", sa.Text),
        sa.Column("tries", sa.Integer, nullable=False),
        sa.Column("retry_at", sa.BigInteger),
        sa.Column("at", sa.BigInteger, nullable=False),
        sa.PrimaryKeyConstraint("tenant", "key"),
    )
    op.create_index("datums_by_error", "datums", ["tenant", "error", "retry_at"])
    op.create_index("datums_by_path", "datums", ["tenant", "path"])
    op.create_table(
        "events",
        sa.Column("tenant", SLUG, nullable=False),
        sa.Column("event_id", sa.String(length=36), nullable=False),
        sa.Column("site", SLUG, nullable=False),
        sa.Column("camera", SLUG, nullable=False),
        sa.Column("path", PATH, nullable=False),
        sa.Column("start", sa.BigInteger, nullable=False),
        sa.Column("end", sa.BigInteger, nullable=False),
        sa.Column("verdict", sa.String(length=16), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("score", sa.Float, nullable=False),
        sa.Column("incident_id", sa.String(length=36), nullable=False),
        sa.Column("picture", PATH),
        sa.Column("data", sa.Text, nullable=False),
        sa.Column("at", sa.BigInteger, nullable=False),
        sa.PrimaryKeyConstraint("tenant", "event_id"),
    )
    op.create_index("events_by_clip", "events", ["tenant", "path"])
    op.create_index("events_by_time", "events", ["tenant", "site", "camera", "start"])
    op.create_table(
        "revisions",
        sa.Column("id", WHOLE, sa.Identity(), nullable=False),
        sa.Column("tenant", SLUG, nullable=False),
        sa.Column("event_id", sa.String(length=36), nullable=False),
        sa.Column("job", sa.BigInteger, nullable=False),
        sa.Column("withdrawn", sa.Boolean, nullable=False),
        sa.Column("data", sa.Text, nullable=False),
        sa.Column("at", sa.BigInteger, nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("revisions_by_event", "revisions", ["tenant", "event_id"])


def _jobs() -> None:
    op.create_table(
        "jobs",
        sa.Column("id", WHOLE, sa.Identity(), nullable=False),
        sa.Column("tenant", SLUG, nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("began", sa.BigInteger, nullable=False),
        sa.Column("ended", sa.BigInteger),
        sa.Column("inputs", sa.Text, nullable=False),
        sa.Column("total", sa.Integer, nullable=False),
        sa.Column("analyzed", sa.Integer, nullable=False),
        sa.Column("judged", sa.Integer, nullable=False),
        sa.Column("failed", sa.Integer, nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("jobs_by_tenant", "jobs", ["tenant", "id"])
    op.create_table(
        "leases",
        sa.Column("tenant", SLUG, nullable=False),
        sa.Column("sha256", HASH, nullable=False),
        sa.Column("holder", sa.String(length=36), nullable=False),
        sa.Column("until", sa.BigInteger, nullable=False),
        sa.PrimaryKeyConstraint("tenant", "sha256", "holder"),
    )
    op.create_table(
        "marks",
        sa.Column("tenant", SLUG, nullable=False),
        sa.Column("name", HASH, nullable=False),
        sa.Column("value", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("tenant", "name"),
    )
