"""What repos promise, whichever database the catalog lies in."""

import hashlib
import threading
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from itertools import count

import pytest
from sqlalchemy import Connection, text

from quietwatch.errors import (
    CatalogBehind,
    CommitMissing,
    InvalidName,
    PathMissing,
    RefExists,
    RepoExists,
    RepoMissing,
    UsageError,
)
from quietwatch.model import Blob, Commit, Difference, Entry, Meta, Origin, Repo, Use
from quietwatch.store.catalog import Catalog, open_catalog
from quietwatch.store.objects.objects import connect
from quietwatch.store.repos import Repos
from tests.contracts.conftest import Database

NUMBERS = count()


def blob(of: object) -> Blob:
    return Blob(hashlib.sha256(str(of).encode()).hexdigest(), len(str(of)))


def files(*paths: str, of: object = "") -> list[Entry]:
    return [Entry(path, blob(f"{path}{of}")) for path in paths]


def gone(*paths: str) -> list[Entry]:
    return [Entry(path, None) for path in paths]


def commit(repos: Repos, repo: Repo, changes: Iterable[Entry], branch: str = "main") -> Commit:
    return repos.commit(repo, changes, branch=branch, author="ann", message="why")


def paths(repos: Repos, repo: Repo, at: str | datetime = "main", **which: str) -> list[str]:
    return [entry.path for entry in repos.entries(repo, at, **which)]


@pytest.fixture
def repo(repos: Repos) -> Repo:
    """A repo for this test alone."""
    made = Repo("home", f"repo-{next(NUMBERS)}")
    repos.create(made, "for a test")
    return made


class TestRepos:
    def test_a_new_one_is_empty(self, repos: Repos, repo: Repo) -> None:
        assert repos.exists(repo)
        assert repos.description(repo) == "for a test"
        assert repos.head(repo) is None
        assert repos.branches(repo) == {"main": None}
        with pytest.raises(CommitMissing, match="has no commit yet"):
            repos.resolve(repo)

    def test_there_is_one_of_a_name(self, repos: Repos, repo: Repo) -> None:
        with pytest.raises(RepoExists, match=str(repo)):
            repos.create(repo)
        with pytest.raises(InvalidName):
            repos.create(Repo("home", "No Slug"))

    def test_they_belong_to_a_tenant(self, repos: Repos) -> None:
        for name in ("b", "a"):
            repos.create(Repo("acme", name))
        repos.create(Repo("other", "a"))
        assert repos.list("acme") == (Repo("acme", "a"), Repo("acme", "b"))
        assert repos.list("nobody") == ()

    def test_a_removed_one_is_gone_and_its_name_free(self, repos: Repos, repo: Repo) -> None:
        made = commit(repos, repo, files("a"))
        repos.remove(repo)
        assert not repos.exists(repo)
        with pytest.raises(RepoMissing):
            repos.head(repo)
        with pytest.raises(RepoMissing):
            repos.remove(repo)
        with pytest.raises(RepoMissing):
            commit(repos, repo, files("b"))
        assert list(repos.uses("home", blob("a").sha256)) == []
        repos.create(repo)
        assert repos.head(repo) is None
        with pytest.raises(CommitMissing):
            repos.resolve(repo, made.id)

    def test_a_bucket_that_knows_more_is_left_alone(self, database: Database) -> None:
        objects, repo = connect("memory://"), Repo("home", "footage")
        with open_catalog(database()) as lost:
            Repos(lost, objects).create(repo)
        with open_catalog(database()) as fresh, pytest.raises(CatalogBehind, match="rebuild"):
            Repos(fresh, objects).create(repo)


class TestCommits:
    def test_what_is_set_is_there(self, repos: Repos, repo: Repo) -> None:
        meta: Meta = {
            "seconds": 1.5,
            "codec": "h264",
            "still": False,
            "note": "Tür\0\ud800",
            "none": None,
        }
        made = repos.commit(
            repo,
            [Entry("a/b.mp4", blob(1), meta)],
            author="ann",
            message="first\nsecond ☂",
            provenance=[Origin("footage", "a" * 64), Origin("rules", "b" * 64)],
        )
        assert repos.entry(repo, "a/b.mp4") == Entry("a/b.mp4", blob(1), meta)
        assert list(repos.entries(repo)) == [Entry("a/b.mp4", blob(1), meta)]
        assert made == repos.head(repo) == repos.resolve(repo, made.id)
        assert (made.author, made.message, made.count) == ("ann", "first\nsecond ☂", 1)
        assert made.provenance == (Origin("footage", "a" * 64), Origin("rules", "b" * 64))
        assert made.parent is None
        assert made.repo == repo

    def test_a_commit_is_a_change(self, repos: Repos, repo: Repo) -> None:
        first = commit(repos, repo, files("a", "b", "c"))
        second = commit(repos, repo, [*files("b", of=2), *gone("a", "never-there")])
        assert second.parent == first.id
        assert list(repos.entries(repo)) == [*files("b", of=2), *files("c")]
        assert list(repos.entries(repo, first.id)) == files("a", "b", "c")
        with pytest.raises(PathMissing, match="'a'"):
            repos.entry(repo, "a")
        assert repos.entry(repo, "a", first.id[:8]) == files("a")[0]

    def test_its_object_is_its_proof(self, repos: Repos, repo: Repo) -> None:
        made = commit(repos, repo, files("a"))
        data = repos.objects.read(f"{repo.tenant}/commits/{repo.name}/{made.id}.json")
        assert hashlib.sha256(data).hexdigest() == made.id

    def test_of_several_to_one_path_the_last_counts(self, repos: Repos, repo: Repo) -> None:
        made = commit(repos, repo, [*files("a", "b"), *gone("a"), *files("b", of=2)])
        assert made.count == 2
        assert list(repos.entries(repo)) == files("b", of=2)

    def test_one_without_changes_is_one(self, repos: Repos, repo: Repo) -> None:
        made = commit(repos, repo, [])
        assert (made.count, repos.head(repo)) == (0, made)
        assert paths(repos, repo) == []

    def test_paths_are_checked_before_anything_is_done(self, repos: Repos, repo: Repo) -> None:
        for bad in (Entry("../a", blob(1)), Entry("a", blob(1), {"x": float("nan")})):
            with pytest.raises(InvalidName):
                commit(repos, repo, [*files("b"), bad])
        assert repos.head(repo) is None

    def test_a_path_has_one_spelling(self, repos: Repos, repo: Repo) -> None:
        commit(repos, repo, files("cafe\u0301"))
        assert repos.entry(repo, "cafe\u0301").path == "caf\u00e9"

    def test_many_at_once(self, repos: Repos, repo: Repo) -> None:
        many = [f"{number:05d}" for number in range(7000)]
        commit(repos, repo, files("before", *many[::2]))
        made = commit(repos, repo, files(*many, of=2))
        assert list(repos.entries(repo)) == files(*many, of=2) + files("before")
        assert len(list(repos.changes(repo, made.parent, made.id))) == 7000

    def test_strange_text_is_kept_readable(self, repos: Repos, repo: Repo) -> None:
        made = repos.commit(repo, [], author="a\0", message="\ud800")
        assert (made.author, made.message) == ("a\ufffd", "?")
        assert repos.head(repo) == made

    def test_a_branch_that_is_not_there(self, repos: Repos, repo: Repo) -> None:
        with pytest.raises(CommitMissing, match="no branch 'x'"):
            commit(repos, repo, files("a"), "x")
        with pytest.raises(CommitMissing, match="no branch 'x'"):
            repos.head(repo, "x")


class TestWithin:
    """Statements of a caller stand or fall with the commit."""

    def test_both_stand(self, repos: Repos, repo: Repo) -> None:
        seen = []

        def note(connection: Connection, made: Commit) -> None:
            seen.append(made)
            connection.execute(
                text("UPDATE repos SET description = :id WHERE name = :name"),
                {"id": made.id, "name": repo.name},
            )

        made = repos.commit(repo, files("a"), author="ann", message="", within=note)
        assert seen == [made]
        assert repos.description(repo) == made.id

    def test_both_fall(self, repos: Repos, repo: Repo) -> None:
        def fail(connection: Connection, _made: Commit) -> None:
            connection.execute(text("UPDATE repos SET description = 'x'"))
            raise ValueError("no")

        with pytest.raises(ValueError, match="no"):
            repos.commit(repo, files("a"), author="ann", message="", within=fail)
        assert repos.description(repo) == "for a test"
        assert repos.head(repo) is None
        key = f"{repo.tenant}/commits/{repo.name}"
        assert list(repos.objects.list(key)) == []


class TestLists:
    @pytest.fixture
    def full(self, repos: Repos, repo: Repo) -> Repo:
        commit(repos, repo, files("Z", "a", "a/b/c.jpg", "a/b/d.mp4", "a/c.jpg", "b/b/x.jpg", "ä"))
        return repo

    def test_they_come_in_the_order_of_bytes(self, repos: Repos, full: Repo) -> None:
        found = paths(repos, full)
        assert found == sorted(found)
        assert (found[0], found[-1]) == ("Z", "ä")

    @pytest.mark.parametrize(
        ("glob", "expected"),
        [
            ("*", ["Z", "a", "ä"]),
            ("*.jpg", []),
            ("**/*.jpg", ["a/b/c.jpg", "a/c.jpg", "b/b/x.jpg"]),
            ("a/**", ["a/b/c.jpg", "a/b/d.mp4", "a/c.jpg"]),
            ("a/*", ["a/c.jpg"]),
            ("a/?/[a-c].*", ["a/b/c.jpg"]),
            ("a", ["a"]),
        ],
    )
    def test_by_pattern(self, repos: Repos, full: Repo, glob: str, expected: list[str]) -> None:
        assert paths(repos, full, glob=glob) == expected

    def test_by_prefix(self, repos: Repos, full: Repo) -> None:
        assert paths(repos, full, prefix="a/b") == ["a/b/c.jpg", "a/b/d.mp4"]
        assert paths(repos, full, prefix="a/b", glob="**/*.jpg") == ["a/b/c.jpg"]
        assert paths(repos, full, prefix="b", glob="a/**") == []

    def test_they_are_counted(self, repos: Repos, full: Repo) -> None:
        assert (repos.count(full), repos.count(full, prefixes=["a/b", "ä", "c"])) == (7, 3)
        before = commit(repos, full, [*gone("a/c.jpg"), *files("a/b/e.jpg", "c")])
        commit(repos, full, gone("a/b/e.jpg", "Z"))
        assert (repos.count(full), repos.count(full, before.id)) == (6, 8)
        assert repos.count(full, before.id, ["a/"]) == 3
        repos.branch(full, "try", before.id)
        commit(repos, full, [*gone("a"), *files("a/b/f.jpg")], "try")
        assert (repos.count(full, "try"), repos.count(full, "try", ["a/"])) == (8, 4)

    def test_they_stay_what_they_were_when_asked(self, repos: Repos) -> None:
        repo = Repo("home", "moving")
        repos.create(repo)
        many = [f"{number:05d}" for number in range(5000)]
        commit(repos, repo, files(*many))
        listing = repos.entries(repo)
        seen = [next(listing)]
        commit(repos, repo, [*gone(*many[2500:]), *files("00000x", "99999")])
        seen += listing
        assert seen == files(*many)


class TestTime:
    """A time means the last commit on main that is not later; commits never go back in time."""

    def test_a_time_gone_by_gives_the_same_for_good(self, catalog: Catalog) -> None:
        hour = datetime(2026, 11, 24, 12, tzinfo=UTC)
        shown = [hour]
        repos = Repos(catalog, connect("memory://"), clock=lambda: shown[0])
        repo = Repo("home", f"repo-{next(NUMBERS)}")
        repos.create(repo)
        first = commit(repos, repo, files("a"))
        shown[0] += timedelta(minutes=30)
        second = commit(repos, repo, files("b"))
        asked = hour + timedelta(minutes=20)
        assert repos.resolve(repo, asked) == first
        shown[0] = hour - timedelta(hours=5)  # the clock is set back
        third = commit(repos, repo, files("c"))
        assert first.time < second.time < third.time
        assert third.time == second.time + timedelta(milliseconds=1)
        assert repos.resolve(repo, asked) == first
        assert repos.resolve(repo, second.time) == second
        assert repos.resolve(repo, hour + timedelta(days=1)) == third
        shown[0] = hour + timedelta(days=2)  # and put right again
        assert commit(repos, repo, files("d")).time == shown[0]
        with pytest.raises(CommitMissing, match="no commit yet"):
            repos.resolve(repo, hour - timedelta(seconds=1))

    def test_a_time_says_its_zone(self, repos: Repos, repo: Repo) -> None:
        made = commit(repos, repo, files("a"))
        later = (made.time + timedelta(seconds=1)).astimezone(None)
        assert repos.resolve(repo, later) == made
        with pytest.raises(UsageError, match="time zone"):
            repos.resolve(repo, made.time.replace(tzinfo=None))


class TestBranches:
    def test_they_go_their_own_ways(self, repos: Repos, repo: Repo) -> None:
        commit(repos, repo, files("a", "b", "c"))
        repos.branch(repo, "try")
        ours = commit(repos, repo, [*files("a", of="main"), *gone("b")])
        theirs = commit(repos, repo, [*files("c", of="try"), *gone("a")], "try")
        assert list(repos.entries(repo)) == [*files("a", of="main"), *files("c")]
        assert list(repos.entries(repo, "try")) == [*files("b"), *files("c", of="try")]
        assert repos.branches(repo) == {"main": ours.id, "try": theirs.id}
        assert ours.parent == theirs.parent
        deeper = repos.log(repo, "try")
        assert [made.id for made in deeper] == [theirs.id, theirs.parent]

    def test_from_an_old_commit(self, repos: Repos, repo: Repo) -> None:
        made = [commit(repos, repo, files(f"{number}")) for number in range(5)]
        repos.branch(repo, "old", made[1].id[:10])
        assert paths(repos, repo, "old") == ["0", "1"]
        commit(repos, repo, [*files("x"), *gone("0")], "old")
        repos.branch(repo, "older", "old")
        commit(repos, repo, files("0", of="again"), "old")
        last = commit(repos, repo, files("y"), "older")
        assert paths(repos, repo, "old") == ["0", "1", "x"]
        assert paths(repos, repo, "older") == ["1", "x", "y"]
        assert repos.entry(repo, "1", "older") == files("1")[0]
        with pytest.raises(PathMissing):
            repos.entry(repo, "0", "older")
        assert [one.message for one in repos.log(repo, "older", limit=3)] == ["why"] * 3
        assert [one.id for one in repos.log(repo, last.id)][-2:] == [made[1].id, made[0].id]

    def test_names(self, repos: Repos, repo: Repo) -> None:
        with pytest.raises(CommitMissing):
            repos.branch(repo, "early")
        made = commit(repos, repo, files("a"))
        repos.branch(repo, "b")
        repos.tag(repo, "v1.0")
        for taken in ("b", "v1.0", "main"):
            with pytest.raises(RefExists):
                repos.branch(repo, taken)
            with pytest.raises(RefExists):
                repos.tag(repo, taken)
        for bad in ("A", "", "-a", "deadbeef", "a/b"):
            with pytest.raises(InvalidName):
                repos.tag(repo, bad)
        assert repos.tags(repo) == {"v1.0": made.id}

    def test_a_tag_stays(self, repos: Repos, repo: Repo) -> None:
        made = commit(repos, repo, files("a"))
        repos.tag(repo, "seen")
        commit(repos, repo, gone("a"))
        assert repos.resolve(repo, "seen") == made
        assert paths(repos, repo, "seen") == ["a"]
        with pytest.raises(CommitMissing, match="no branch"):
            commit(repos, repo, files("b"), "seen")
        repos.drop_tag(repo, "seen")
        with pytest.raises(CommitMissing):
            repos.resolve(repo, "seen")

    def test_what_is_dropped_can_be_read_by_its_id(self, repos: Repos, repo: Repo) -> None:
        commit(repos, repo, files("a"))
        repos.branch(repo, "b")
        made = commit(repos, repo, files("b"), "b")
        with pytest.raises(CommitMissing):
            repos.drop_tag(repo, "b")
        repos.drop_branch(repo, "b")
        with pytest.raises(CommitMissing):
            repos.drop_branch(repo, "b")
        assert paths(repos, repo, made.id) == ["a", "b"]
        repos.branch(repo, "b")
        assert paths(repos, repo, "b") == ["a"]
        with pytest.raises(UsageError):
            repos.drop_branch(repo, "main")


class TestDifferences:
    def test_net_changes_of_a_line(self, repos: Repos, repo: Repo) -> None:
        first = commit(repos, repo, files("a", "b", "c", "d"))
        commit(repos, repo, [*files("a", of=2), *gone("b", "c"), *files("e", "f")])
        last = commit(repos, repo, [*files("a", of=3), *files("c"), *gone("f")])
        assert list(repos.changes(repo, first.id, last.id)) == [
            *files("a", of=3),
            *gone("b"),
            *files("e"),
        ]
        assert list(repos.changes(repo, last.id, last.id)) == []
        assert list(repos.changes(repo, None, first.id)) == files("a", "b", "c", "d")
        with pytest.raises(UsageError, match="does not go back"):
            list(repos.changes(repo, last.id, first.id))

    def test_what_is_known_of_a_file_counts(self, repos: Repos, repo: Repo) -> None:
        first = commit(repos, repo, [Entry("a", blob(1), {"x": 1})])
        commit(repos, repo, [Entry("a", blob(1), {"x": 2})])
        assert list(repos.changes(repo, first.id, "main")) == [Entry("a", blob(1), {"x": 2})]
        assert list(repos.diff(repo, first.id, "main")) == [Difference("a", blob(1), blob(1))]

    @pytest.mark.parametrize("few", [50_000, 0])
    def test_between_branches(
        self, repos: Repos, repo: Repo, few: int, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr("quietwatch.store.repos.reading._FEW", few)
        commit(repos, repo, files("a", "b", "c", "d"))
        base = commit(repos, repo, files("a", of=0))
        repos.branch(repo, "try")
        commit(repos, repo, [*files("a", of=1), *files("x")])
        commit(repos, repo, [*gone("b", "c"), *files("x")], "try")
        assert list(repos.diff(repo, "main", "try")) == [
            Difference("a", blob("a1"), blob("a0")),
            Difference("b", blob("b"), None),
            Difference("c", blob("c"), None),
        ]
        assert list(repos.diff(repo, "try", "main"))[1] == Difference("b", None, blob("b"))
        assert list(repos.changes(repo, base.id, "try")) == [*gone("b", "c"), *files("x")]
        with pytest.raises(UsageError):
            list(repos.changes(repo, "main", "try"))


class TestUses:
    def test_where_a_blob_stands_or_stood(self, repos: Repos) -> None:
        one, two = Repo("uses", "one"), Repo("uses", "two")
        other = Repo("stranger", "one")
        for repo in (one, two, other):
            repos.create(repo)
        same = blob("same")
        first = commit(repos, one, [Entry("b", same), Entry("a", same)])
        commit(repos, one, gone("a"))
        again = commit(repos, two, [Entry("c", same)])
        commit(repos, other, [Entry("c", same)])
        assert sorted(repos.uses("uses", same.sha256)) == [
            Use(one, "a", first.id),
            Use(one, "b", first.id),
            Use(two, "c", again.id),
        ]
        assert list(repos.uses("uses", blob("none").sha256)) == []

    def test_what_was_made_from_a_commit(self, repos: Repos, repo: Repo) -> None:
        source = commit(repos, repo, files("clip"))
        events = Repo("home", f"repo-{next(NUMBERS)}")
        repos.create(events)
        origin = [Origin(repo.name, source.id)]
        made = repos.commit(events, files("e"), author="a", message="", provenance=origin)
        assert repos.made_from(repo, source.id) == (made,)
        assert repos.made_from(repo, made.id) == ()
        assert repos.made_from(Repo("acme", repo.name), source.id) == ()


class TestWriters:
    @pytest.mark.parametrize("writers", [2, 4])
    def test_none_loses_a_commit(self, repos: Repos, repo: Repo, writers: int) -> None:
        made: list[list[str]] = [[] for _ in range(writers)]

        def work(number: int) -> None:
            for index in range(15):
                change = [*files(f"{number}/{index}"), *files("same", of=f"{number}{index}")]
                made[number].append(commit(repos, repo, change).id)

        threads = [threading.Thread(target=work, args=(number,)) for number in range(writers)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        log = [one.id for one in repos.log(repo)][::-1]
        assert sorted(log) == sorted(one for ids in made for one in ids)
        assert len(log) == 15 * writers
        for ids in made:
            assert [one for one in log if one in set(ids)] == ids
        assert len(paths(repos, repo)) == 15 * writers + 1
        last = repos.head(repo)
        assert last is not None
        changed = [one.path for one in repos.changes(repo, last.parent, last.id)]
        assert "same" in changed
