"""A store is opened where it lies, and made where it is not."""

from pathlib import Path

import pytest

from quietwatch.errors import ConfigError, UsageError
from quietwatch.model import Repo
from quietwatch.store.home import Home
from quietwatch.store.place import catalog_url, holds_catalog, open_place


def test_all_of_it_lies_in_the_home_unless_told(tmp_path: Path) -> None:
    home = tmp_path / "deep" / "home"
    assert not holds_catalog(home)
    with open_place(home) as place:
        place.repos.create(Repo("home", "a"))
        place.blobs("home").put_bytes(b"a")
    assert holds_catalog(home)
    assert home.stat().st_mode & 0o777 == 0o700
    assert {path.name for path in home.iterdir()} >= {"store", "catalog.sqlite", "spool"}
    with open_place(home) as place:
        assert place.repos.list("home") == (Repo("home", "a"),)


def test_it_lies_where_it_is_told(tmp_path: Path) -> None:
    (tmp_path / "elsewhere").mkdir()
    catalog = catalog_url(tmp_path / "elsewhere")
    with open_place(tmp_path / "home", "memory://", catalog) as place:
        place.repos.create(Repo("home", "a"))
    assert {path.name for path in (tmp_path / "home").iterdir()} == {"spool"}
    assert (tmp_path / "elsewhere" / "catalog.sqlite").is_file()


@pytest.mark.parametrize(
    ("store", "catalog", "error"),
    [("ftp://x", None, UsageError), (None, "mysql://x/y", ConfigError)],
)
def test_what_can_not_be_opened(
    tmp_path: Path, store: str | None, catalog: str | None, error: type[Exception]
) -> None:
    with pytest.raises(error):
        open_place(tmp_path / "home", store, catalog)


def test_a_run_can_begin_in_the_same_home(tmp_path: Path) -> None:
    with open_place(tmp_path / "home") as place:
        place.repos.create(Repo("home", "a"))
    Home(tmp_path / "home")
    with open_place(tmp_path / "home") as place:
        assert place.repos.exists(Repo("home", "a"))
