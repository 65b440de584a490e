"""What is no longer kept: erased files, blobs that are about to go."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"

SLUG = sa.String(63)
PATH = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "erasures",
        sa.Column("tenant", SLUG, nullable=False),
        sa.Column("deed", sa.String(16), nullable=False),
        sa.Column("repo", SLUG, nullable=False),
        sa.Column("path", PATH, nullable=False),
        sa.Column("sha256", sa.LargeBinary(32), nullable=False),
        sa.Column("size", sa.BigInteger, nullable=False),
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("why", sa.Text, nullable=False),
        sa.Column("by", sa.Text, nullable=False),
        sa.Column("at", sa.BigInteger, nullable=False),
        sa.Column("gone", sa.BigInteger),
        sa.Column("lifted", sa.BigInteger),
        sa.PrimaryKeyConstraint("tenant", "deed", "repo", "path", "sha256"),
    )
    op.create_index("erasures_by_blob", "erasures", ["tenant", "sha256"])
    op.create_index("erasures_by_path", "erasures", ["tenant", "repo", "path"])
    left = sa.text("gone IS NULL")
    op.create_index(
        "erasures_open", "erasures", ["tenant"], sqlite_where=left, postgresql_where=left
    )
    op.create_table(
        "condemned",
        sa.Column("tenant", SLUG, nullable=False),
        sa.Column("sha256", sa.LargeBinary(32), nullable=False),
        sa.Column("since", sa.BigInteger, nullable=False),
        sa.Column("gone", sa.BigInteger),
        sa.PrimaryKeyConstraint("tenant", "sha256"),
    )
    op.create_index("clips_by_pack", "clips", ["tenant", "pack"])
    op.create_index("datums_by_pack", "datums", ["tenant", "pack"])
