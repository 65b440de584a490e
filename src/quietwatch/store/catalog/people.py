"""Tables of the people: who may do what, the tokens by which they are known, and what they did."""

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Column,
    ForeignKey,
    Identity,
    Index,
    LargeBinary,
    PrimaryKeyConstraint,
    String,
    Table,
    Text,
)

from quietwatch.store.catalog.tables import NAME, WHOLE, metadata

PRINCIPAL = String(135)
"""`user:NAME` or `robot:NAME`, as `addresses.principal` reads it."""

TOKEN = String(12)
"""A token's id; the secret is nowhere."""

principals = Table(
    "principals",
    metadata,
    Column("name", PRINCIPAL, primary_key=True),
    Column("made", BigInteger, nullable=False),
    Column("made_by", PRINCIPAL, nullable=False),
    comment="none: the catalog is open",
)

tokens = Table(
    "tokens",
    metadata,
    Column("id", TOKEN, primary_key=True),
    Column("principal", PRINCIPAL, ForeignKey("principals.name"), nullable=False, index=True),
    Column("sha256", LargeBinary(32), nullable=False, comment="of the secret"),
    Column("note", Text, nullable=False, comment="what it is for"),
    Column("made", BigInteger, nullable=False),
    Column("made_by", PRINCIPAL, nullable=False),
    Column("expires", BigInteger, comment="none: never"),
    Column("revoked", BigInteger),
)

grants = Table(
    "grants",
    metadata,
    Column("principal", PRINCIPAL, ForeignKey("principals.name"), nullable=False),
    Column("tenant", NAME, nullable=False, comment="*: all"),
    Column("repo", NAME, nullable=False, comment="*: all of the tenant"),
    Column("role", String(32), nullable=False),
    Column("made", BigInteger, nullable=False),
    Column("made_by", PRINCIPAL, nullable=False),
    PrimaryKeyConstraint("principal", "tenant", "repo", "role", name="grants_pkey"),
)
Index("grants_scope", grants.c.tenant, grants.c.repo)

audit = Table(
    "audit",
    metadata,
    Column("id", WHOLE, Identity(), primary_key=True),
    Column("time", BigInteger, nullable=False),
    Column("principal", PRINCIPAL, nullable=False),
    Column("token", TOKEN, comment="by which the principal was known"),
    Column("action", String(32), nullable=False),
    Column("tenant", NAME, comment="none: it concerns no tenant"),
    Column("repo", NAME),
    Column("target", Text, nullable=False, comment="what in it: a branch, a commit, a token's id"),
    Column("outcome", String(8), nullable=False),
    CheckConstraint("outcome IN ('allowed', 'refused')", name="audit_outcome"),
    comment="rows are added, never changed",
)
Index("audit_time", audit.c.time)
Index("audit_tenant", audit.c.tenant, audit.c.time)
Index("audit_principal", audit.c.principal, audit.c.time)
