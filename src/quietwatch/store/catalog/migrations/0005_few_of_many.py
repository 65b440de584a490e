"""Ways to the few among very many: clips that failed, the events of a day."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    """Make the indexes."""
    failed = sa.text("error IS NOT NULL")
    op.create_index(
        "clips_failed",
        "clips",
        ["tenant", "path"],
        sqlite_where=failed,
        postgresql_where=failed,
    )
    op.create_index("events_by_start", "events", ["tenant", "start"])
