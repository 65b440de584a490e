"""A store is opened where it lies, and made where it is not."""

from pathlib import Path

import pytest

from quietwatch.errors import ConfigError, StorageError, UsageError
from quietwatch.model import Repo
from quietwatch.store.catalog import leases
from quietwatch.store.home import Home
from quietwatch.store.place import catalog_url, open_place


def test_all_of_it_lies_in_the_home_unless_told(tmp_path: Path) -> None:
    home = tmp_path / "deep" / "home"
    with open_place(home) as place:
        place.repos.create(Repo("home", "a"))
        place.blobs("home").put_bytes(b"a")
    assert home.stat().st_mode & 0o777 == 0o700
    assert {path.name for path in home.iterdir()} >= {"store", "catalog.sqlite", "spool"}
    with open_place(home) as place:
        assert place.repos.list("home") == (Repo("home", "a"),)
        assert place.spool == home / "spool"


def test_it_lies_where_it_is_told(tmp_path: Path) -> None:
    (tmp_path / "elsewhere").mkdir()
    catalog = catalog_url(tmp_path / "elsewhere", None)
    assert catalog_url(tmp_path, "postgresql://x@y/z") == "postgresql://x@y/z"
    with open_place(tmp_path / "home", "memory://", catalog) as place:
        place.repos.create(Repo("home", "a"))
    assert {path.name for path in (tmp_path / "home").iterdir()} == {"spool", "home.json"}
    assert (tmp_path / "elsewhere" / "catalog.sqlite").is_file()


@pytest.mark.parametrize(
    ("store", "catalog", "error"),
    [("ftp://x", None, UsageError), (None, "mysql://x/y", ConfigError)],
)
def test_what_can_not_be_opened(
    tmp_path: Path, store: str | None, catalog: str | None, error: type[Exception]
) -> None:
    with pytest.raises(error), open_place(tmp_path / "home", store, catalog) as place:
        place.blobs("home").put_bytes(b"a")


def test_one_engine_at_a_time(tmp_path: Path) -> None:
    with open_place(tmp_path) as place, place.exclusive():
        with pytest.raises(StorageError, match="another run"), Home(tmp_path).exclusive():
            pass
        with open_place(tmp_path) as reader:  # who only reads is not kept out
            assert reader.repos.list("home") == ()


def test_blobs_are_leased_for_a_while(tmp_path: Path) -> None:
    with open_place(tmp_path) as place:
        with place.leasing("home", ["a" * 64]), place.catalog.reading() as connection:
            assert leases.leased(connection, "home") == {"a" * 64}
        with place.catalog.reading() as connection:
            assert leases.leased(connection, "home") == set()


def test_the_blobs_of_a_tenant_are_no_other_s(tmp_path: Path) -> None:
    with open_place(tmp_path) as place:
        blob = place.blobs("home").put_bytes(b"a")
        assert place.blobs("home").has(blob.sha256)
        assert not place.blobs("acme").has(blob.sha256)
