"""Tables of the versioned store: repos, lines, refs, commits, and what they hold.

Other parts of the catalog add tables to the same `metadata`, in files of their own. What they note
of a repo they note by tenant and name, of a commit by its id: the numbers in here are made anew
when the catalog is rebuilt from the bucket.

Times are whole milliseconds since 1970, UTC. Hashes of blobs are 32 bytes, ids of commits 64 hex
digits, since people search for them by their beginning.
"""

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    ForeignKey,
    Identity,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    PrimaryKeyConstraint,
    String,
    Table,
    Text,
    UniqueConstraint,
    text,
)

metadata = MetaData()

WHOLE = BigInteger().with_variant(Integer, "sqlite")
"""A number that counts rows: SQLite numbers only rows of a plain INTEGER by itself."""

NAME = String(63)
"""A slug, or the name of a branch or tag."""

COMMIT = String(64).with_variant(String(64, collation="C"), "postgresql")
"""A commit's id, ordered by its digits."""

PATH = Text().with_variant(Text(collation="C"), "postgresql")
"""A path, ordered by its bytes whatever the language of the database."""

repos = Table(
    "repos",
    metadata,
    Column("id", WHOLE, Identity(), primary_key=True),
    Column("tenant", NAME, nullable=False),
    Column("name", NAME, nullable=False),
    Column("born", String(16), nullable=False, comment="tells repos of one name apart"),
    Column("description", Text, nullable=False),
    Column("created", BigInteger, nullable=False),
    Column("removed", BigInteger, comment="when; its history stays"),
    Column("turn", BigInteger, nullable=False, comment="changes of its refs so far"),
    UniqueConstraint("tenant", "name", "born", name="repos_born"),
)
Index(
    "repos_live",
    repos.c.tenant,
    repos.c.name,
    unique=True,
    sqlite_where=text("removed IS NULL"),
    postgresql_where=text("removed IS NULL"),
)

lines = Table(
    "lines",
    metadata,
    Column("id", WHOLE, Identity(), primary_key=True),
    Column("repo", WHOLE, ForeignKey("repos.id"), nullable=False, index=True),
    Column("root_line", WHOLE, comment="the line that it left"),
    Column("root_number", BigInteger, comment="where it left it"),
    Column("head", BigInteger, nullable=False, comment="number of the last commit"),
)

refs = Table(
    "refs",
    metadata,
    Column("repo", WHOLE, ForeignKey("repos.id"), nullable=False),
    Column("name", NAME, nullable=False),
    Column("kind", String(8), nullable=False),
    Column("born", String(16), nullable=False, comment="tells branches of one name apart"),
    Column("line", WHOLE, ForeignKey("lines.id"), nullable=False),
    Column("number", BigInteger, nullable=False, comment="0: no commit yet"),
    PrimaryKeyConstraint("repo", "name", name="refs_pkey"),
    CheckConstraint("kind IN ('branch', 'tag')", name="refs_kind"),
)

commits = Table(
    "commits",
    metadata,
    Column("line", WHOLE, ForeignKey("lines.id"), nullable=False),
    Column("number", BigInteger, nullable=False),
    Column("id", COMMIT, nullable=False),
    Column("repo", WHOLE, ForeignKey("repos.id"), nullable=False),
    Column("parent", COMMIT),
    Column("time", BigInteger, nullable=False, comment="rises along a line"),
    Column("author", Text, nullable=False),
    Column("message", Text, nullable=False),
    Column("branch", NAME, nullable=False, comment="on which it was made"),
    Column("branch_born", String(16), nullable=False),
    Column("nonce", String(16), nullable=False),
    Column("changes", BigInteger, nullable=False, comment="paths set or removed"),
    Column("unwritten", Boolean, nullable=False, comment="its object may not be there yet"),
    PrimaryKeyConstraint("line", "number", name="commits_pkey"),
    UniqueConstraint("id", name="commits_id"),
)
Index("commits_time", commits.c.line, commits.c.time)
Index(
    "commits_unwritten",
    commits.c.line,
    commits.c.number,
    sqlite_where=text("unwritten = 1"),
    postgresql_where=text("unwritten"),
)

origins = Table(
    "origins",
    metadata,
    Column("line", WHOLE, nullable=False),
    Column("number", BigInteger, nullable=False),
    Column("ordinal", Integer, nullable=False),
    Column("repo", NAME, nullable=False, comment="name of a repo of the same tenant"),
    Column("commit", COMMIT, nullable=False),
    PrimaryKeyConstraint("line", "number", "ordinal", name="origins_pkey"),
)
Index("origins_commit", origins.c.commit)

entries = Table(
    "entries",
    metadata,
    Column("tenant", NAME, nullable=False),
    Column("line", WHOLE, nullable=False),
    Column("path", PATH, nullable=False),
    Column("since", BigInteger, nullable=False, comment="number of the commit that made it"),
    Column("time", BigInteger, nullable=False, comment="of that commit"),
    Column("until", BigInteger, comment="number of the commit that ended it; none: it stands"),
    Column("sha256", LargeBinary(32), comment="none: the path was removed"),
    Column("size", BigInteger),
    Column("meta", Text, nullable=False, comment="a JSON object"),
    # Whatever PostgreSQL parts a table by must be in its key: tenant and time. A row is known by
    # line, path and since alone.
    PrimaryKeyConstraint("tenant", "line", "path", "since", "time", name="entries_pkey"),
    postgresql_partition_by="HASH (tenant)",
    sqlite_with_rowid=False,
)
# SQLite keeps a table without row ids in the order of its key, which is as quick to read.
Index(
    "entries_standing",
    entries.c.tenant,
    entries.c.line,
    entries.c.path,
    postgresql_where=text("until IS NULL AND sha256 IS NOT NULL"),
).ddl_if(dialect="postgresql")
Index("entries_since", entries.c.tenant, entries.c.line, entries.c.since)
Index("entries_sha256", entries.c.tenant, entries.c.sha256)

unwritten = Table(
    "unwritten",
    metadata,
    Column("key", Text, primary_key=True),
    Column("body", Text, nullable=False),
    comment="small objects that may not be in the bucket yet",
)
