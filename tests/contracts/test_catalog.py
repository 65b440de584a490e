"""What a catalog promises, whichever database it lies in."""

import os
import re
import sqlite3
import subprocess
import sys
import threading
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import Connection, Engine, create_engine, inspect, select, text
from sqlalchemy.engine.interfaces import ReflectedIndex
from sqlalchemy.exc import IntegrityError

from quietwatch.errors import CatalogTooNew, CatalogUnavailable, ConfigError, StorageFull
from quietwatch.store.catalog import Catalog, lines, listing, open_catalog, people, shape
from quietwatch.store.catalog.connect import sqlite_url
from quietwatch.store.catalog.lines import Change, Point
from quietwatch.store.catalog.tables import metadata, repos
from tests.contracts.conftest import Database

ADD = "INSERT INTO repos (tenant, name, born, description, created, turn) VALUES "


def add(catalog: Catalog, name: str) -> None:
    with catalog.begin() as connection:
        connection.execute(text(f"{ADD} ('t', '{name}', '', '', 0, 0)"))


def names(catalog: Catalog) -> list[str]:
    with catalog.reading() as connection:
        return sorted(connection.execute(select(repos.c.name)).scalars())


class TestShape:
    def test_the_migrations_make_what_the_tables_say(
        self, catalog: Catalog, database: Database
    ) -> None:
        other = create_engine(database())
        assert people.audit.metadata is metadata  # each file of tables was read
        metadata.create_all(other)
        migrated, told = shape_in_full(catalog.engine), shape_in_full(other)
        other.dispose()
        assert set(migrated) == set(told)
        for table in told:
            assert migrated[table] == told[table]

    def test_opening_again_changes_nothing(self, database: Database) -> None:
        url = database()
        with open_catalog(url) as catalog:
            add(catalog, "kept")
        with open_catalog(url) as catalog:
            assert names(catalog) == ["kept"]

    def test_an_older_one_is_brought_up_to_date(self, database: Database) -> None:
        url = database()
        engine = create_engine(url)
        with engine.begin() as connection:
            shape.upgrade(connection, shape.shapes()[0])
            connection.execute(text(f"{ADD} ('t', 'old', '', '', 0, 0)"))
        engine.dispose()
        with open_catalog(url) as catalog:
            assert names(catalog) == ["old"]
            with catalog.reading() as connection:
                assert shape.shape_of(connection) == shape.shapes()[-1]

    def test_a_newer_one_is_refused(self, database: Database) -> None:
        url = database()
        with open_catalog(url) as catalog, catalog.begin() as connection:
            connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
        with pytest.raises(CatalogTooNew, match=r"9999.*upgrade Quietwatch"):
            open_catalog(url)

    def test_many_open_a_new_one_at_once(self, database: Database) -> None:
        url = database()
        opened: list[Catalog] = []
        threads = [
            threading.Thread(target=lambda: opened.append(open_catalog(url))) for _ in range(4)
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert len(opened) == 4
        for catalog in opened:
            catalog.close()


def shape_in_full(engine: Engine) -> dict[str, list[object]]:
    """Columns, keys, indexes and rules of each table; PostgreSQL's parts of one are left out."""
    look = inspect(engine)
    return {
        table: [
            look.get_pk_constraint(table)["constrained_columns"],
            look.get_foreign_keys(table),
            look.get_unique_constraints(table),
            look.get_check_constraints(table),
            [(one["name"], str(one["type"]), one["nullable"]) for one in look.get_columns(table)],
            [(one.get("comment"), one.get("identity")) for one in look.get_columns(table)],
            [
                (one["name"], one["column_names"], one["unique"], str(where(one)))
                for one in look.get_indexes(table)
            ],
        ]
        for table in look.get_table_names()
        if not re.match(rf"entries_|{shape.VERSIONS}", table)
    }


def where(index: ReflectedIndex) -> object:
    options = index.get("dialect_options", {})
    return options.get("sqlite_where", options.get("postgresql_where"))


class TestTransactions:
    def test_all_or_nothing(self, catalog: Catalog) -> None:
        before = names(catalog)

        def fail() -> None:
            with catalog.begin() as connection:
                connection.execute(text(f"{ADD} ('t', 'never', '', '', 0, 0)"))
                raise RuntimeError

        with pytest.raises(RuntimeError):
            fail()
        assert names(catalog) == before

    def test_a_broken_rule_of_a_table_is_the_callers(self, catalog: Catalog) -> None:
        add(catalog, "twice")
        with pytest.raises(IntegrityError):
            add(catalog, "twice")

    def test_a_reader_sees_one_moment(self, catalog: Catalog) -> None:
        with catalog.reading() as connection:
            query = select(repos.c.name).where(repos.c.name == "meanwhile")
            assert connection.execute(query).all() == []
            add(catalog, "meanwhile")
            assert connection.execute(query).all() == []
        assert "meanwhile" in names(catalog)

    def test_one_that_need_not_last_is_whole_too(self, catalog: Catalog) -> None:
        with catalog.begin(lasting=False) as connection:
            connection.execute(text(f"{ADD} ('t', 'light', '', '', 0, 0)"))
        assert "light" in names(catalog)

    def test_the_next_one_lasts_again(self, catalog: Catalog) -> None:
        setting = "PRAGMA synchronous" if catalog.is_sqlite else "SHOW synchronous_commit"
        told = []
        for lasting in (True, False, True):
            with catalog.begin(lasting=lasting) as connection:
                told.append(str(connection.exec_driver_sql(setting).scalar()))
        assert told[0] == told[2]
        assert told[1] in {"1", "off"}
        if catalog.is_sqlite:
            assert told[0] == "2"  # FULL


class TestMonths:
    """PostgreSQL keeps entries apart by month; nobody sees a difference, and nothing is refused."""

    def put(self, catalog: Catalog, line: int, times: list[int]) -> None:
        with catalog.begin() as connection:
            for number, time in enumerate(times):
                change = Change(f"{number}", bytes(32), 1, "{}")
                lines.put(connection, "home", Point(line, 1), time, [change])

    def parts(self, catalog: Catalog, line: int) -> set[str]:
        if catalog.is_sqlite:
            return set()
        query = text("SELECT tableoid::regclass::text FROM entries WHERE line = :line")
        with catalog.reading() as connection:
            return set(connection.execute(query, {"line": line}).scalars())

    def paths(self, catalog: Catalog, line: int) -> list[str]:
        with catalog.reading() as connection:
            point = Point(line, 1)
            return [change.path for change in listing.made_by(connection, "home", point)]

    def test_each_has_its_table(self, catalog: Catalog) -> None:
        december, january = milliseconds(2031, 12, 31), milliseconds(2032, 1, 1)
        catalog.make_room(december, january)
        self.put(catalog, 1001, [december, january, january - 1])
        assert self.paths(catalog, 1001) == ["0", "1", "2"]
        if not catalog.is_sqlite:
            names = {re.sub(r"_\d_", "_", name) for name in self.parts(catalog, 1001)}
            assert names == {"entries_203112", "entries_203201"}

    def test_what_has_none_lies_in_the_rest(self, catalog: Catalog) -> None:
        time = milliseconds(2040, 5, 5)
        self.put(catalog, 1002, [time])
        catalog.make_room(time)  # can't take what lies there already
        self.put(catalog, 1003, [time])
        assert self.paths(catalog, 1002) == self.paths(catalog, 1003) == ["0"]
        if not catalog.is_sqlite:
            assert {name[-4:] for name in self.parts(catalog, 1003)} == {"rest"}

    def test_years_of_them(self, catalog: Catalog) -> None:
        catalog.make_room(milliseconds(2035, 1, 1), milliseconds(2035, 12, 1))
        months = [milliseconds(2035, month, 9) for month in range(1, 13)]
        self.put(catalog, 1004, months)
        assert len(self.paths(catalog, 1004)) == 12
        assert len(self.parts(catalog, 1004)) == (0 if catalog.is_sqlite else 12)


def milliseconds(year: int, month: int, day: int) -> int:
    return int(datetime(year, month, day, tzinfo=UTC).timestamp() * 1000)


class TestUrls:
    @pytest.mark.parametrize(
        "url", ["", "nonsense", "mysql://h/d", "sqlite://", "sqlite:///:memory:", "memory://"]
    )
    def test_what_is_no_catalog(self, url: str) -> None:
        with pytest.raises(ConfigError):
            open_catalog(url)

    def test_secrets_are_never_shown(self) -> None:
        url = "postgresql://ann:s3cret@127.0.0.1:1/x?sslpassword=s4cret&connect_timeout=1"
        with pytest.raises(CatalogUnavailable, match=r"postgresql://ann:\*\*\*@127.0.0.1:1/x") as e:
            open_catalog(url)
        assert "cret" not in str(e.value).replace("***", "")

    def test_a_folder_that_is_not_there(self, tmp_path: Path) -> None:
        with pytest.raises(CatalogUnavailable, match="unable to open"):
            open_catalog(sqlite_url(tmp_path / "none" / "catalog.sqlite"))

    def test_names_with_signs(self, tmp_path: Path) -> None:
        path = tmp_path / "a b?c#d%20é.sqlite"
        with open_catalog(sqlite_url(path)):
            assert path.exists()


def fill(catalog: Catalog) -> None:
    with catalog.begin() as connection:
        pages = connection.exec_driver_sql("PRAGMA page_count").scalar_one()
        connection.exec_driver_sql(f"PRAGMA max_page_count = {pages + 2}")
        for number in range(1000):
            connection.execute(text(f"{ADD} ('t', 'n{number}', '', '{'x' * 1000}', 0, 0)"))


def test_a_guard_is_asked_before_each_change_and_not_before_reading(database: Database) -> None:
    asked = []

    def refuse(_: Connection) -> None:
        asked.append(1)
        raise CatalogUnavailable("not now")

    def change(catalog: Catalog) -> None:
        with catalog.begin() as connection:
            connection.execute(text("CREATE TABLE guarded (what TEXT)"))

    with open_catalog(database()) as catalog:
        with catalog.guarded(refuse):
            with pytest.raises(CatalogUnavailable, match="not now"):
                change(catalog)
            with catalog.reading():
                pass
        assert asked == [1]
        change(catalog)  # it was not made before


class TestSqlite:
    def test_a_file_that_is_none(self, tmp_path: Path) -> None:
        path = tmp_path / "catalog.sqlite"
        path.write_bytes(b"no database at all" * 1000)
        with pytest.raises(CatalogUnavailable, match=r"damaged.*rebuild"):
            open_catalog(sqlite_url(path))

    def test_a_full_disk_changes_nothing(self, tmp_path: Path) -> None:
        with open_catalog(sqlite_url(tmp_path / "catalog.sqlite")) as catalog:
            add(catalog, "before")
            with pytest.raises(StorageFull, match="free some"):
                fill(catalog)
            assert names(catalog) == ["before"]

    def test_a_writer_waits_for_another(self, tmp_path: Path) -> None:
        path = tmp_path / "catalog.sqlite"
        with open_catalog(sqlite_url(path)) as catalog:
            other = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
            other.execute("BEGIN IMMEDIATE")
            release = threading.Timer(0.3, lambda: other.execute("COMMIT"))
            release.start()
            add(catalog, "patient")
            release.join()
            other.close()
            assert names(catalog) == ["patient"]


def test_opening_a_known_catalog_loads_no_alembic(tmp_path: Path) -> None:
    url = sqlite_url(tmp_path / "catalog.sqlite")
    open_catalog(url).close()
    code = (
        "import sys; from quietwatch.store.catalog import open_catalog\n"
        f"open_catalog({url!r}).close(); print('alembic' in sys.modules)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, env={**os.environ}
    )
    assert done.stdout == "False\n"
