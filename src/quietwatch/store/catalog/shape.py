"""Which shape a catalog has, and how it gets the newest.

Alembic takes a while to import, so it is asked only when something has to be done.
"""

import re
from importlib import resources
from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection, inspect, text

from quietwatch.errors import CatalogTooNew
from quietwatch.names import printable

if TYPE_CHECKING:
    from quietwatch.store.catalog.connect import Catalog

VERSIONS = "alembic_version"
"""The table in which Alembic keeps the shape."""

_LOCK = 0x71756974  # any number that nobody else locks by
_MIGRATIONS = resources.files(f"{__package__}.migrations")


def shapes() -> list[str]:
    """All shapes there ever were, oldest first: the numbers of the migrations."""
    found = (re.match(r"(\d{4})_\w+\.py$", one.name) for one in _MIGRATIONS.iterdir())
    return sorted(match[1] for match in found if match)


def shape_of(connection: Connection) -> str | None:
    """The shape of a catalog, None of one that has no tables yet."""
    if not inspect(connection).has_table(VERSIONS):
        return None
    found: str | None = connection.execute(
        text(f"SELECT version_num FROM {VERSIONS}")  # noqa: S608  (a name of ours)
    ).scalar()
    return found


def bring_up_to_date(catalog: "Catalog") -> None:
    """Give a new or older catalog the newest shape, whoever else tries the same.

    Raises:
        CatalogTooNew: a newer Quietwatch wrote it.
    """
    with catalog.reading() as connection:
        if _is_newest(connection, catalog.url):
            return
    with catalog.begin() as connection:
        if not catalog.is_sqlite:
            connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({_LOCK})")
        if not _is_newest(connection, catalog.url):  # nobody else was first
            upgrade(connection, shapes()[-1])


def upgrade(connection: Connection, shape: str) -> None:
    """Bring a catalog to a shape, in the transaction that is open."""
    from alembic.config import Config  # noqa: PLC0415  (dear to import)
    from alembic.runtime.environment import EnvironmentContext  # noqa: PLC0415
    from alembic.script import ScriptDirectory  # noqa: PLC0415

    with resources.as_file(_MIGRATIONS) as folder:
        config = Config()
        config.set_main_option("script_location", str(folder).replace("%", "%%"))
        config.set_main_option("version_locations", str(folder).replace("%", "%%"))
        config.set_main_option("path_separator", "newline")
        scripts = ScriptDirectory.from_config(config)

        def steps(now: Any, _context: object) -> Any:
            return scripts._upgrade_revs(shape, now)  # noqa: SLF001  (as alembic.command does)

        with EnvironmentContext(config, scripts, fn=steps) as environment:
            environment.configure(connection=connection)
            environment.run_migrations()


def _is_newest(connection: Connection, url: str) -> bool:
    known, found = shapes(), shape_of(connection)
    if found is not None and found not in known:
        raise CatalogTooNew(
            f"the catalog {url} has the shape {printable(found)}, this Quietwatch knows those up "
            f"to {known[-1]}; upgrade Quietwatch"
        )
    return found == known[-1]
