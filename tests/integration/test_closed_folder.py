"""Below a folder that may not be entered nothing can be read or written: said in a sentence."""

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.integration.conftest import Done, Program

Call = Callable[..., "Done"]


@pytest.fixture(scope="module")
def closed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A folder that nobody may enter."""
    folder = tmp_path_factory.mktemp("closed") / "shut"
    folder.mkdir(mode=0)
    yield folder
    folder.chmod(0o700)


@pytest.fixture(scope="module")
def home(
    program: "Program", people: Callable[..., Path], tmp_path_factory: pytest.TempPathFactory
) -> Path:
    """A home that holds results, in a folder with its footage."""
    folder = tmp_path_factory.mktemp("open")
    clip = people(folder / "door.mp4")
    assert program("run", clip, "--home", folder / "home").code == 0
    return folder / "home"


@pytest.fixture(scope="module")
def call(program: "Program", ordinary: Sequence[str]) -> Call:
    def run(*words: object) -> "Done":
        return program(*words, prefix=ordinary)

    return run


def refused(done: "Done", path: Path, option: str) -> None:
    """It ended as wrong usage, in one sentence that names the path and what to do."""
    assert (done.code, done.out) == (2, b"")
    assert done.err.decode() == (
        f"quietwatch: {path} can't be reached (Permission denied); let this account get there, "
        f"or name another place with {option}\n"
    )


def test_a_home(call: Call, closed: Path, home: Path) -> None:
    place = closed / "home"
    refused(call("run", home.parent / "door.mp4", "--home", place), place, "--home")
    refused(call("demo", "--home", place), place, "--home")
    refused(call("events", "list", "--home", place), place, "--home")


def test_a_home_that_may_be_looked_into_but_not_entered(
    call: Call, tmp_path: Path, home: Path
) -> None:
    listed = tmp_path / "listed"
    listed.mkdir(mode=0o400)
    for words in (("events", "list"), ("run", home.parent / "door.mp4")):
        done = call(*words, "--home", listed)
        assert (done.code, done.out) == (2, b"")
        assert done.err.decode() == (
            f"quietwatch: {listed}/quietwatch.toml can't be read: Permission denied\n"
        )


def test_a_report(call: Call, closed: Path, home: Path) -> None:
    words = ("run", home.parent / "door.mp4", "--home", home, "--report")
    refused(call(*words, closed / "a.html"), closed / "a.html", "--report")
    refused(call(*words, closed / "b" / "a.html"), closed / "b" / "a.html", "--report")


@pytest.mark.parametrize("name", ["events.csv", "table", "a/b/events.parquet"])
def test_an_export(call: Call, closed: Path, home: Path, name: str) -> None:
    words = ("events", "export", "--home", home, "--to")
    refused(call(*words, closed / name), closed / name, "--to")


def test_an_export_into_a_folder_that_may_only_be_read(
    call: Call, tmp_path: Path, home: Path
) -> None:
    table = tmp_path / "table"
    table.mkdir(mode=0o500)
    done = call("events", "export", "--home", home, "--to", table)
    assert (done.code, done.out) == (1, b"")
    assert done.err.decode().startswith(f"quietwatch: {table}/tenant=home")
    assert b"Permission denied" in done.err
    assert done.err.count(b"\n") == 1


def test_the_doctor_says_so_among_all_else(call: Call, closed: Path) -> None:
    done = call("doctor", "--home", closed / "home")
    assert (done.code, done.err) == (1, b"")
    assert f"!!  Folder  {closed}/home: Permission denied" in done.out.decode()
    assert b"1 thing must be mended." in done.out
