"""Open the catalog: SQLite in a file, or PostgreSQL; by URL."""

import logging
import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from sqlalchemy import URL, Connection, Engine, create_engine, event, make_url
from sqlalchemy.exc import ArgumentError

from quietwatch.errors import ConfigError, ExtraMissing
from quietwatch.names import printable
from quietwatch.store.catalog import partitions
from quietwatch.store.catalog.faults import catalog_errors
from quietwatch.store.catalog.shape import bring_up_to_date

_PATIENCE = 60
"""Seconds to wait for a lock that another writer holds."""

_SECRETS = {"password", "passfile", "sslpassword", "sslkey"}

# The driver logs that a connection is gone, with no handler to standard error; our errors say it.
logging.getLogger("psycopg").addHandler(logging.NullHandler())

_BEGIN, _LASTING = "quietwatch_begin", "quietwatch_lasting"


def open_catalog(url: str) -> "Catalog":
    """Open a catalog; a new one is made, an older one brought up to date.

    Args:
        url: `sqlite:////absolute/path/catalog.sqlite` or `postgresql://user@host/name`.

    Raises:
        ConfigError: the URL is none of these. ExtraMissing: PostgreSQL's driver is not installed.
        CatalogTooNew: a newer Quietwatch wrote it. CatalogUnavailable: it can't be reached.
    """
    catalog = reach(url)
    try:
        bring_up_to_date(catalog)
    except BaseException:
        catalog.close()
        raise
    return catalog


def reach(url: str) -> "Catalog":
    """A catalog as it is, whatever its shape; raises ConfigError and ExtraMissing as above."""
    where = _read(url)
    return Catalog(_engine(where), _shown(where))


class Catalog:
    """An open catalog; safe to use from several threads, not across a fork.

    Attributes:
        engine: SQLAlchemy's, for those who need more than a transaction.
        url: where it is, without secrets.
    """

    def __init__(self, engine: Engine, url: str) -> None:
        self.engine = engine
        self.url = url
        self._months: set[int] = set()
        self._guard: Callable[[Connection], None] | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    @property
    def is_sqlite(self) -> bool:
        """Whether it is a file of one machine, which one writer at a time may change."""
        return self.engine.dialect.name == "sqlite"

    @contextmanager
    def begin(self, *, lasting: bool = True) -> Iterator[Connection]:
        """A transaction that writes; whole when the block ends, undone when it raises.

        On SQLite it is the only one that writes. Nothing else may be waited for inside.

        Args:
            lasting: whether it must survive a power cut once it is done; one that is made again
                if it got lost need not.

        Raises:
            StorageFull, CatalogUnavailable: as `open_catalog`; nothing has changed.
        """
        options = {_BEGIN: "BEGIN IMMEDIATE", _LASTING: lasting}
        with catalog_errors(self.url), self.engine.connect() as connection:
            connection.execution_options(**options)
            with connection.begin():
                if not (lasting or self.is_sqlite):
                    connection.exec_driver_sql("SET LOCAL synchronous_commit = off")
                if self._guard is not None:
                    self._guard(connection)
                yield connection

    @contextmanager
    def guarded(self, guard: Callable[[Connection], None]) -> Iterator[None]:
        """Ask in each transaction that writes, before all else, whether it may; it raises if not.

        Only of this catalog object, while the block runs.
        """
        self._guard = guard
        try:
            yield
        finally:
            self._guard = None

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """A transaction that reads: all its queries see the catalog as it is at one moment.

        Raises:
            CatalogUnavailable: it can't be reached.
        """
        with catalog_errors(self.url), self.engine.connect() as connection:
            if not self.is_sqlite:
                connection.execution_options(isolation_level="REPEATABLE READ")
            with connection.begin():
                yield connection

    def make_room(self, first: int, last: int | None = None) -> None:
        """Have tables for entries of these times (milliseconds since 1970), on PostgreSQL."""
        if self.is_sqlite:
            return
        months = range(partitions.month_of(first), partitions.month_of(last or first) + 1)
        for month in set(months) - self._months:
            with catalog_errors(self.url):
                partitions.make_month(self.engine, month)
            self._months.add(month)

    def analyze(self) -> None:
        """Count anew after very much was added, lest PostgreSQL goes by the wrong index.

        It does so by itself within a minute or so.
        """
        if not self.is_sqlite:
            with self.begin(lasting=False) as connection:
                connection.exec_driver_sql("ANALYZE")

    def close(self) -> None:
        """Let go of all connections."""
        self.engine.dispose()


def _read(url: str) -> URL:
    try:
        where = make_url(url)
    except ArgumentError:
        raise ConfigError(
            "the catalog's URL can't be read; write sqlite:////absolute/path/catalog.sqlite or "
            "postgresql://user@host/name"
        ) from None
    if where.drivername in {"postgresql", "postgres"}:
        where = where.set(drivername="postgresql+psycopg")
    if where.drivername not in {"sqlite", "postgresql+psycopg"}:
        raise ConfigError(
            f"a catalog can't lie in {printable(where.drivername)}; name one by sqlite: or "
            "postgresql:"
        )
    if where.drivername == "sqlite" and where.database in {None, "", ":memory:"}:
        raise ConfigError("a catalog in SQLite needs a file: sqlite:////absolute/path/name.sqlite")
    return where


def _shown(where: URL) -> str:
    plain = {key: value for key, value in where.query.items() if key.lower() not in _SECRETS}
    named = where.set(drivername=where.get_backend_name(), query=plain)
    return printable(named.render_as_string(hide_password=True))


def _engine(where: URL) -> Engine:
    if where.get_backend_name() == "sqlite":
        return _sqlite(where)
    if find_spec("psycopg") is None:
        raise ExtraMissing(
            "a catalog in PostgreSQL needs its driver; install it: pip install "
            "'quietwatch[postgres]'"
        )
    return _postgres(where)


def _sqlite(where: URL) -> Engine:
    engine = create_engine(where, connect_args={"timeout": _PATIENCE})

    @event.listens_for(engine, "connect")
    def prepare(connection: sqlite3.Connection, _record: object) -> None:
        connection.isolation_level = None  # transactions begin where we say, see below
        _log_ahead(connection)
        for setting in ("foreign_keys=ON", "cache_size=-8192"):
            connection.execute(f"PRAGMA {setting}").close()

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        options = connection.get_execution_options()
        lasting = options.get(_LASTING, True)
        connection.exec_driver_sql(f"PRAGMA synchronous={'FULL' if lasting else 'NORMAL'}")
        connection.exec_driver_sql(options.get(_BEGIN, "BEGIN"))

    return engine


def _log_ahead(connection: sqlite3.Connection) -> None:
    """Keep a write-ahead log; SQLite itself waits for nobody who switches a new file to it, too."""
    until = time.monotonic() + _PATIENCE
    while True:
        try:
            connection.execute("PRAGMA journal_mode=WAL").close()
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode != sqlite3.SQLITE_BUSY or time.monotonic() > until:
                raise
            time.sleep(0.01)
        else:
            return


def _postgres(where: URL) -> Engine:
    engine = create_engine(where, pool_pre_ping=True, connect_args={"connect_timeout": 10})

    @event.listens_for(engine, "connect")
    def prepare(connection: Any, _record: object) -> None:
        with connection.cursor() as cursor:
            cursor.execute(f"SET lock_timeout = '{_PATIENCE}s'")
        connection.commit()

    return engine


def sqlite_url(path: Path) -> str:
    """The URL of a catalog in a file of SQLite."""
    return URL.create("sqlite", database=str(path.absolute())).render_as_string()
