"""Repos, lines, refs, commits and their entries."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None

SHARES = 8
"""Into which PostgreSQL parts the entries by tenant; each is parted by time in turn."""

WHOLE = sa.BigInteger().with_variant(sa.Integer, "sqlite")
COMMIT = sa.String(64).with_variant(sa.String(64, collation="C"), "postgresql")
PATH = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")


def upgrade() -> None:
    """Make the first tables."""
    _repos()
    _refs()
    _commits()
    _entries()
    op.create_table(
        "unwritten",
        sa.Column("key", sa.Text, primary_key=True),
        sa.Column("body", sa.Text, nullable=False),
        comment="small objects that may not be in the bucket yet",
    )


def _repos() -> None:
    op.create_table(
        "repos",
        sa.Column("id", WHOLE, sa.Identity(), primary_key=True),
        sa.Column("tenant", sa.String(63), nullable=False),
        sa.Column("name", sa.String(63), nullable=False),
        sa.Column("born", sa.String(16), nullable=False, comment="tells repos of one name apart"),
        sa.Column("description", sa.Text, nullable=False),
        sa.Column("created", sa.BigInteger, nullable=False),
        sa.Column("removed", sa.BigInteger, comment="when; its history stays"),
        sa.Column("turn", sa.BigInteger, nullable=False, comment="changes of its refs so far"),
        sa.UniqueConstraint("tenant", "name", "born", name="repos_born"),
    )
    live = sa.text("removed IS NULL")
    op.create_index(
        "repos_live",
        "repos",
        ["tenant", "name"],
        unique=True,
        sqlite_where=live,
        postgresql_where=live,
    )
    op.create_table(
        "lines",
        sa.Column("id", WHOLE, sa.Identity(), primary_key=True),
        sa.Column("repo", WHOLE, sa.ForeignKey("repos.id"), nullable=False),
        sa.Column("root_line", WHOLE, comment="the line that it left"),
        sa.Column("root_number", sa.BigInteger, comment="where it left it"),
        sa.Column("head", sa.BigInteger, nullable=False, comment="number of the last commit"),
    )
    op.create_index("ix_lines_repo", "lines", ["repo"])


def _refs() -> None:
    op.create_table(
        "refs",
        sa.Column("repo", WHOLE, sa.ForeignKey("repos.id"), nullable=False),
        sa.Column("name", sa.String(63), nullable=False),
        sa.Column("kind", sa.String(8), nullable=False),
        sa.Column(
            "born", sa.String(16), nullable=False, comment="tells branches of one name apart"
        ),
        sa.Column("line", WHOLE, sa.ForeignKey("lines.id"), nullable=False),
        sa.Column("number", sa.BigInteger, nullable=False, comment="0: no commit yet"),
        sa.PrimaryKeyConstraint("repo", "name", name="refs_pkey"),
        sa.CheckConstraint("kind IN ('branch', 'tag')", name="refs_kind"),
    )


def _commits() -> None:
    op.create_table(
        "commits",
        sa.Column("line", WHOLE, sa.ForeignKey("lines.id"), nullable=False),
        sa.Column("number", sa.BigInteger, nullable=False),
        sa.Column("id", COMMIT, nullable=False),
        sa.Column("repo", WHOLE, sa.ForeignKey("repos.id"), nullable=False),
        sa.Column("parent", COMMIT),
        sa.Column("time", sa.BigInteger, nullable=False, comment="rises along a line"),
        sa.Column("author", sa.Text, nullable=False),
        sa.Column("message", sa.Text, nullable=False),
        sa.Column("branch", sa.String(63), nullable=False, comment="on which it was made"),
        sa.Column("branch_born", sa.String(16), nullable=False),
        sa.Column("nonce", sa.String(16), nullable=False),
        sa.Column("changes", sa.BigInteger, nullable=False, comment="paths set or removed"),
        sa.Column(
            "unwritten", sa.Boolean, nullable=False, comment="its object may not be there yet"
        ),
        sa.PrimaryKeyConstraint("line", "number", name="commits_pkey"),
        sa.UniqueConstraint("id", name="commits_id"),
    )
    op.create_index("commits_time", "commits", ["line", "time"])
    op.create_index(
        "commits_unwritten",
        "commits",
        ["line", "number"],
        sqlite_where=sa.text("unwritten = 1"),
        postgresql_where=sa.text("unwritten"),
    )
    op.create_table(
        "origins",
        sa.Column("line", WHOLE, nullable=False),
        sa.Column("number", sa.BigInteger, nullable=False),
        sa.Column("ordinal", sa.Integer, nullable=False),
        sa.Column(
            "repo", sa.String(63), nullable=False, comment="name of a repo of the same tenant"
        ),
        sa.Column("commit", COMMIT, nullable=False),
        sa.PrimaryKeyConstraint("line", "number", "ordinal", name="origins_pkey"),
    )
    op.create_index("origins_commit", "origins", ["commit"])


def _entries() -> None:
    op.create_table(
        "entries",
        sa.Column("tenant", sa.String(63), nullable=False),
        sa.Column("line", WHOLE, nullable=False),
        sa.Column("path", PATH, nullable=False),
        sa.Column(
            "since", sa.BigInteger, nullable=False, comment="number of the commit that made it"
        ),
        sa.Column("time", sa.BigInteger, nullable=False, comment="of that commit"),
        sa.Column(
            "until",
            sa.BigInteger,
            comment="number of the commit that ended it; none: it stands",
        ),
        sa.Column("sha256", sa.LargeBinary(32), comment="none: the path was removed"),
        sa.Column("size", sa.BigInteger),
        sa.Column("meta", sa.Text, nullable=False, comment="a JSON object"),
        sa.PrimaryKeyConstraint("tenant", "line", "path", "since", "time", name="entries_pkey"),
        postgresql_partition_by="HASH (tenant)",
        sqlite_with_rowid=False,
    )
    op.create_index("entries_since", "entries", ["tenant", "line", "since"])
    op.create_index("entries_sha256", "entries", ["tenant", "sha256"])
    if op.get_context().dialect.name == "postgresql":
        op.create_index(
            "entries_standing",
            "entries",
            ["tenant", "line", "path"],
            postgresql_where=sa.text("until IS NULL AND sha256 IS NOT NULL"),
        )
        for share in range(SHARES):
            op.execute(
                f"CREATE TABLE entries_{share} PARTITION OF entries "
                f"FOR VALUES WITH (MODULUS {SHARES}, REMAINDER {share}) PARTITION BY RANGE (time)"
            )
            op.execute(f"CREATE TABLE entries_{share}_rest PARTITION OF entries_{share} DEFAULT")
