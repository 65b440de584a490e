"""Principals, their tokens and roles, and the audit log."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"

WHOLE = sa.BigInteger().with_variant(sa.Integer, "sqlite")
NAME = sa.String(63)
PRINCIPAL = sa.String(135)


def upgrade() -> None:
    """Make the tables of the people."""
    op.create_table(
        "principals",
        sa.Column("name", PRINCIPAL, primary_key=True),
        sa.Column("made", sa.BigInteger, nullable=False),
        sa.Column("made_by", PRINCIPAL, nullable=False),
        comment="none: the catalog is open",
    )
    _tokens()
    _grants()
    _audit()


def _tokens() -> None:
    op.create_table(
        "tokens",
        sa.Column("id", sa.String(12), primary_key=True),
        sa.Column("principal", PRINCIPAL, sa.ForeignKey("principals.name"), nullable=False),
        sa.Column("sha256", sa.LargeBinary(32), nullable=False, comment="of the secret"),
        sa.Column("note", sa.Text, nullable=False, comment="what it is for"),
        sa.Column("made", sa.BigInteger, nullable=False),
        sa.Column("made_by", PRINCIPAL, nullable=False),
        sa.Column("expires", sa.BigInteger, comment="none: never"),
        sa.Column("revoked", sa.BigInteger),
    )
    op.create_index("ix_tokens_principal", "tokens", ["principal"])


def _grants() -> None:
    op.create_table(
        "grants",
        sa.Column("principal", PRINCIPAL, sa.ForeignKey("principals.name"), nullable=False),
        sa.Column("tenant", NAME, nullable=False, comment="*: all"),
        sa.Column("repo", NAME, nullable=False, comment="*: all of the tenant"),
        sa.Column("role", sa.String(32), nullable=False),
        sa.Column("made", sa.BigInteger, nullable=False),
        sa.Column("made_by", PRINCIPAL, nullable=False),
        sa.PrimaryKeyConstraint("principal", "tenant", "repo", "role", name="grants_pkey"),
    )
    op.create_index("grants_scope", "grants", ["tenant", "repo"])


def _audit() -> None:
    op.create_table(
        "audit",
        sa.Column("id", WHOLE, sa.Identity(), primary_key=True),
        sa.Column("time", sa.BigInteger, nullable=False),
        sa.Column("principal", PRINCIPAL, nullable=False),
        sa.Column("token", sa.String(12), comment="by which the principal was known"),
        sa.Column("action", sa.String(32), nullable=False),
        sa.Column("tenant", NAME, comment="none: it concerns no tenant"),
        sa.Column("repo", NAME),
        sa.Column(
            "target",
            sa.Text,
            nullable=False,
            comment="what in it: a branch, a commit, a token's id",
        ),
        sa.Column("outcome", sa.String(8), nullable=False),
        sa.CheckConstraint("outcome IN ('allowed', 'refused')", name="audit_outcome"),
        comment="rows are added, never changed",
    )
    op.create_index("audit_time", "audit", ["time"])
    op.create_index("audit_tenant", "audit", ["tenant", "time"])
    op.create_index("audit_principal", "audit", ["principal", "time"])
