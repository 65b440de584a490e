"""A bucket that fails in the middle, and databases whose transactions get in each other's way."""

import threading
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from itertools import count
from pathlib import Path

import pytest
from sqlalchemy import Connection, text

from quietwatch.errors import RecordDamaged, StorageError
from quietwatch.model import Commit, Repo
from quietwatch.store.catalog import Catalog, open_catalog
from quietwatch.store.catalog.history import marked
from quietwatch.store.objects.objects import connect
from quietwatch.store.repos import Repos
from tests.contracts.conftest import Database
from tests.contracts.test_repos import commit, files, paths

REPO = Repo("home", "faults")


@pytest.fixture
def repos(database: Database, tmp_path: Path) -> Iterator[Repos]:
    with open_catalog(database()) as catalog:
        made = Repos(catalog, connect(str(tmp_path / "store")))
        made.create(REPO)
        yield made


@pytest.fixture
def break_store(tmp_path: Path) -> Callable[[], None]:
    """Puts a file where the folder of commits would be."""

    def harm() -> None:
        (tmp_path / "store" / "home" / "commits").write_text("in the way")

    return harm


def mend(tmp_path: Path) -> None:
    (tmp_path / "store" / "home" / "commits").unlink()


def unwritten(catalog: Catalog) -> int:
    with catalog.reading() as connection:
        return len(marked(connection))


def objects_of(repos: Repos) -> set[str]:
    return {one.key.split("/")[-1] for one in repos.objects.list("home/commits")}


class TestBucketThatFails:
    def test_the_commit_stands_and_is_written_by_the_next(
        self, repos: Repos, tmp_path: Path, break_store: Callable[[], None]
    ) -> None:
        break_store()
        with pytest.raises(StorageError):
            commit(repos, REPO, files("a"))
        first = repos.head(REPO)
        assert first is not None
        assert unwritten(repos.catalog) == 1
        with pytest.raises(StorageError):  # nothing is done before that is written
            commit(repos, REPO, files("b"))
        assert repos.head(REPO) == first
        mend(tmp_path)
        second = commit(repos, REPO, files("c"))
        assert objects_of(repos) == {f"{first.id}.json", f"{second.id}.json"}
        assert unwritten(repos.catalog) == 0

    def test_or_by_the_next_process(
        self, repos: Repos, tmp_path: Path, break_store: Callable[[], None]
    ) -> None:
        break_store()
        with pytest.raises(StorageError):
            commit(repos, REPO, files("a"))
        with pytest.raises(StorageError):
            Repos(repos.catalog, repos.objects)
        mend(tmp_path)
        again = Repos(repos.catalog, repos.objects)
        assert unwritten(repos.catalog) == 0
        assert again.rebuild().commits == 1

    def test_a_damaged_object_of_a_marked_commit_is_replaced(self, repos: Repos) -> None:
        made = commit(repos, REPO, files("a"))
        key = f"home/commits/faults/{made.id}.json"
        data = repos.objects.read(key)
        with repos.catalog.begin() as connection:
            connection.execute(text("UPDATE commits SET unwritten = (1 = 1)"))
        repos.objects.put(key, data[:10])
        Repos(repos.catalog, repos.objects)
        assert repos.objects.read(key) == data

    def test_rows_that_were_changed_are_not_taken_for_the_commit(self, repos: Repos) -> None:
        commit(repos, REPO, files("a"))
        with repos.catalog.begin() as connection:
            connection.execute(text("UPDATE commits SET unwritten = (1 = 1), author = 'else'"))
        with pytest.raises(RecordDamaged, match="no longer as it was made"):
            Repos(repos.catalog, repos.objects)


class TestInEachOthersWay:
    """Transactions that wait for each other: the database ends one, and it is done again."""

    def test_a_deadlock_is_tried_again(self, repos: Repos) -> None:
        other = Repo("home", "other")
        repos.create(other)
        with repos.catalog.begin() as connection:
            connection.execute(text("CREATE TABLE locks (name TEXT PRIMARY KEY, turn INTEGER)"))
            connection.execute(text("INSERT INTO locks VALUES ('a', 0), ('b', 0)"))
        ready = threading.Barrier(2, timeout=5)

        def within(first: str, second: str) -> Callable[[Connection, Commit], None]:
            tries = count()

            def take(connection: Connection, _made: Commit) -> None:
                change = text("UPDATE locks SET turn = turn + 1 WHERE name = :name")
                connection.execute(change, {"name": first})
                if next(tries) == 0 and not repos.catalog.is_sqlite:
                    ready.wait()  # now each holds what the other wants
                connection.execute(change, {"name": second})

            return take

        def work(repo: Repo, first: str, second: str) -> None:
            repos.commit(repo, files("a"), author="a", message="", within=within(first, second))

        threads = [
            threading.Thread(target=work, args=(REPO, "a", "b")),
            threading.Thread(target=work, args=(other, "b", "a")),
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert paths(repos, REPO) == paths(repos, other) == ["a"]
        with repos.catalog.reading() as connection:
            turns = connection.execute(text("SELECT turn FROM locks")).scalars().all()
        assert turns == [2, 2]

    def test_a_loser_comes_after_the_winner(self, repos: Repos) -> None:
        """Another writer is quicker between the look at the branch and its move."""
        looked = count()

        def slow() -> datetime:
            if next(looked) == 1:  # the commit has looked where the branch stands
                commit(repos, REPO, files("winner"))
            return datetime.now(UTC)

        loser = commit(Repos(repos.catalog, repos.objects, clock=slow), REPO, files("loser"))
        assert next(repos.log(REPO)) == loser
        assert paths(repos, REPO) == ["loser", "winner"]
