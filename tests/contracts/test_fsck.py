"""Finding and mending what is missing or damaged, whichever database there is."""

from itertools import count

import pytest

from quietwatch.model import Verdict
from quietwatch.names import blob_key
from quietwatch.store.catalog import Catalog, clips, datums, jobs
from quietwatch.store.home import Home
from quietwatch.store.keep.fsck import Finding, Trouble, check
from quietwatch.store.keep.repair import mend
from quietwatch.store.place import Place
from quietwatch.store.repos.record import commit_key
from tests.toys.keeper import Keeper

NUMBERS = count()


@pytest.fixture(scope="module")
def place(catalog: Catalog, tmp_path_factory: pytest.TempPathFactory) -> Place:
    return Place(Home(tmp_path_factory.mktemp("fsck") / "home"), "memory://fsck", catalog)


@pytest.fixture
def keeper(place: Place) -> Keeper:
    """A tenant for this test alone."""
    return Keeper(place, f"checked-{next(NUMBERS)}")


def found(keeper: Keeper, *, deep: bool = False) -> list[Finding]:
    return list(check(keeper.place, keeper.tenant, deep=deep))


def spoil(keeper: Keeper, sha256: str) -> None:
    """Change a byte and no more."""
    key = blob_key(keeper.tenant, sha256)
    data = keeper.place.objects.read(key)
    keeper.place.objects.put(key, data[:-1] + bytes([data[-1] ^ 1]))


def test_all_is_well(keeper: Keeper) -> None:
    keeper.clip(verdict=Verdict.ALARM)
    assert found(keeper, deep=True) == []


def test_what_is_missing_names_what_it_costs(keeper: Keeper) -> None:
    path = keeper.clip(verdict=Verdict.ALARM)
    sha256 = keeper.sha(path)
    keeper.place.blobs(keeper.tenant).delete([sha256])
    [one] = found(keeper)
    assert (one.trouble, one.name, one.is_wrong) == (Trouble.MISSING, sha256, True)
    assert (one.files, one.clips, len(one.events)) == ((f"footage:{path}",), (path,), 1)


def test_a_changed_byte_is_found_when_all_is_read(keeper: Keeper) -> None:
    path = keeper.clip()
    spoil(keeper, keeper.sha(path, "analysis"))
    assert found(keeper) == []
    [one] = found(keeper, deep=True)
    assert (one.trouble, one.clips) == (Trouble.DAMAGED, (path,))


def test_another_size_is_found_at_once(keeper: Keeper) -> None:
    key = blob_key(keeper.tenant, keeper.sha(keeper.clip()))
    keeper.place.objects.put(key, b"short")
    assert [one.trouble for one in found(keeper)] == [Trouble.DAMAGED]


def test_an_orphan_is_told_and_is_not_wrong(keeper: Keeper) -> None:
    sha256 = keeper.put(b"nobody's").sha256
    [one] = found(keeper)
    assert (one.trouble, one.name, one.size) == (Trouble.ORPHANED, sha256, 8)
    assert not one.is_wrong


def test_an_old_analysis_may_be_gone_and_old_rules_may_not(keeper: Keeper) -> None:
    path = keeper.clip()
    old = keeper.sha(path, "analysis")
    keeper.analyze(path, b"anew")
    keeper.commit("rules", "default.json", b"1")
    rules = keeper.sha("default.json", "rules")
    keeper.commit("rules", "default.json", b"2")
    keeper.place.blobs(keeper.tenant).delete([old, rules])
    assert [one.name for one in found(keeper)] == [rules]


class TestMending:
    def test_a_damaged_analysis_is_made_anew(self, keeper: Keeper) -> None:
        path = keeper.clip()
        pack = keeper.sha(path, "analysis")
        spoil(keeper, pack)
        with keeper.place.catalog.begin() as connection:
            jobs.set_mark(connection, keeper.tenant, jobs.RESULTS, "all")
        [one] = found(keeper, deep=True)
        assert "anew" in mend(keeper.place, keeper.tenant, one).how
        with keeper.place.catalog.reading() as connection:
            [record] = clips.by_paths(connection, keeper.tenant, [path])
            assert datums.keys_of(connection, keeper.tenant, [path]) == []
            assert jobs.mark(connection, keeper.tenant, jobs.RESULTS) is None
        assert (record.analysis, record.pack, record.decision) == (None, None, None)
        data = keeper.place.objects.read(f"{keeper.tenant}/damaged/{pack}")
        assert len(data) > 0

    def test_lost_footage_is_asked_for(self, keeper: Keeper) -> None:
        path = keeper.clip()
        keeper.place.blobs(keeper.tenant).delete([keeper.sha(path)])
        [one] = found(keeper)
        assert "bring the footage in again" in mend(keeper.place, keeper.tenant, one).how
        with keeper.place.catalog.reading() as connection:
            [failed] = datums.failed(connection, keeper.tenant)
        assert (failed.path, failed.error) == (path, "footage-missing")

    def test_a_damaged_day_of_events_is_named(self, keeper: Keeper) -> None:
        path = f"tenant={keeper.tenant}/date=2026-11-23/events.parquet"
        keeper.commit("events", path, b"rows")
        spoil(keeper, keeper.sha(path, "events"))
        [one] = found(keeper, deep=True)
        assert mend(keeper.place, keeper.tenant, one).day == "2026-11-23"

    def test_a_lost_setting_cannot_be_mended(self, keeper: Keeper) -> None:
        keeper.commit("rules", "default.json", b"1")
        keeper.place.blobs(keeper.tenant).delete([keeper.sha("default.json", "rules")])
        [one] = found(keeper)
        assert mend(keeper.place, keeper.tenant, one).how == ""

    def test_commits_are_written_again(self, keeper: Keeper) -> None:
        keeper.clip()
        objects, repo = keeper.place.objects, keeper.repo("footage")
        lost = commit_key(repo, keeper.head("footage"))
        spoilt = commit_key(keeper.repo("analysis"), keeper.head("analysis"))
        before = [objects.read(lost), objects.read(spoilt)]
        objects.delete([lost])
        objects.put(spoilt, b"{}")
        both = found(keeper, deep=True)
        assert {one.trouble for one in both} == {Trouble.COMMIT_MISSING, Trouble.COMMIT_DAMAGED}
        assert all(mend(keeper.place, keeper.tenant, one).how for one in both)
        assert [objects.read(lost), objects.read(spoilt)] == before
        assert found(keeper, deep=True) == []

    def test_a_commit_that_nobody_knows_is_told(self, keeper: Keeper) -> None:
        keeper.place.objects.put(commit_key(keeper.repo("rules"), "a" * 64), b"{}")
        [one] = found(keeper)
        assert (one.trouble, one.name) == (Trouble.COMMIT_UNKNOWN, "a" * 64)
        assert mend(keeper.place, keeper.tenant, one).how == ""
