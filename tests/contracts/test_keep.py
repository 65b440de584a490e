"""What is kept and what goes, whichever database the catalog lies in."""

from datetime import timedelta
from itertools import count

import pytest

from quietwatch.config import CameraKeep, KeepSettings
from quietwatch.errors import Erased, ObjectMissing
from quietwatch.model import Entry, Verdict
from quietwatch.store.catalog import Catalog
from quietwatch.store.catalog.needs import Horizon
from quietwatch.store.home import Home
from quietwatch.store.keep import gc
from quietwatch.store.keep.gc import collect
from quietwatch.store.keep.retention import due
from quietwatch.store.keep.sweep import condemn, sweep
from quietwatch.store.place import Place
from tests.toys.keeper import NOW, Keeper

NUMBERS = count()
AT_ONCE = KeepSettings(grace_s=0)


@pytest.fixture(scope="module")
def place(catalog: Catalog, tmp_path_factory: pytest.TempPathFactory) -> Place:
    home = Home(tmp_path_factory.mktemp("keep") / "home")
    return Place(home, "memory://keep", catalog)


@pytest.fixture
def keeper(place: Place) -> Keeper:
    """A tenant for this test alone."""
    return Keeper(place, f"tenant-{next(NUMBERS)}")


def collected(keeper: Keeper, keep: KeepSettings = AT_ONCE, days: float = 0.0) -> gc.Collected:
    return collect(keeper.place, keeper.tenant, keep, now=NOW + timedelta(days=days))


class TestRetention:
    def test_footage_goes_when_its_time_is_over(self, keeper: Keeper) -> None:
        old, new = keeper.clip(days=31), keeper.clip(days=29)
        shas = {keeper.sha(old), keeper.sha(old, "analysis")}
        before = keeper.head("footage")
        found = collected(keeper)
        assert (found.expired, found.erased.files) == (1, 2)
        assert keeper.paths() == keeper.paths("analysis") == [new]
        assert not shas & keeper.stored()
        with pytest.raises(Erased, match="30 days"):
            keeper.place.blobs(keeper.tenant).read(keeper.sha(old, at=before))
        assert collected(keeper) == gc.Collected()

    def test_alarms_stay_longer(self, keeper: Keeper) -> None:
        kept = {keeper.clip("a/a", days=100, verdict=Verdict.ALARM)}
        kept |= {keeper.clip("a/b", days=80, verdict=Verdict.REVIEW)}
        keeper.clip("a/c", days=100, verdict=Verdict.SUPPRESSED)
        keeper.clip("a/d", days=366, verdict=Verdict.ALARM)
        keeper.clip("a/e", days=100, verdict=Verdict.REVIEW)
        collected(keeper)
        assert set(keeper.paths()) == kept

    def test_a_camera_has_its_own_rule(self, keeper: Keeper) -> None:
        rules = (
            CameraKeep(camera="main/*", footage_days=0),
            CameraKeep(camera="main/door", footage_days=5),
        )
        keep = KeepSettings(grace_s=0, cameras=rules)
        keeper.clip("main/door", days=6)
        kept = {keeper.clip("main/yard", days=600), keeper.clip("shop/till", days=6)}
        collected(keeper, keep)
        assert set(keeper.paths()) == kept

    def test_old_footage_has_its_time_from_when_it_came(self, keeper: Keeper) -> None:
        path = keeper.clip(days=4000)
        keeper.age(path, 3)
        collected(keeper)
        assert keeper.paths() == [path]
        collected(keeper, days=27.1)
        assert keeper.paths() == []

    def test_for_ever_is_for_ever(self, keeper: Keeper) -> None:
        path = keeper.clip(days=30000)
        collected(keeper, KeepSettings(footage_days=0, grace_s=0))
        assert keeper.paths() == [path]

    def test_what_was_removed_by_hand_goes_too(self, keeper: Keeper) -> None:
        path = keeper.clip(days=31)
        sha256 = keeper.sha(path)
        keeper.place.repos.commit(
            keeper.repo("footage"), [Entry(path, None)], author="ann", message="away"
        )
        assert sha256 in keeper.stored()
        collected(keeper)
        assert sha256 not in keeper.stored()

    def test_a_dry_run_changes_nothing(self, keeper: Keeper) -> None:
        keeper.clip(days=31)
        keeper.put(b"nobody's")
        before, head = keeper.stored(), keeper.head("footage")
        found = collect(keeper.place, keeper.tenant, AT_ONCE, now=NOW, dry=True)
        assert (found.expired, found.marked) == (1, 1)
        assert (keeper.stored(), keeper.head("footage")) == (before, head)
        assert len(list(due(keeper.place.catalog, keeper.tenant, AT_ONCE, NOW))) == 1


class TestCollecting:
    def test_what_nobody_needs_goes_after_the_grace(self, keeper: Keeper) -> None:
        lost = keeper.put(b"nobody's").sha256
        path = keeper.clip()
        keep = KeepSettings(grace_s=3600)
        assert collected(keeper, keep).marked == 1
        assert collected(keeper, keep).marked == 0
        assert lost in keeper.stored()
        found = collected(keeper)
        assert (found.taken, found.taken_bytes) == (1, 8)
        assert keeper.stored() == {keeper.sha(path), keeper.sha(path, "analysis")}

    def test_history_is_kept(self, keeper: Keeper) -> None:
        one = keeper.commit("rules", "default.json", b"{}").id
        keeper.commit("rules", "default.json", b"{ }")
        keeper.place.repos.commit(
            keeper.repo("rules"), [Entry("default.json", None)], author="ann", message="away"
        )
        collected(keeper)
        blobs = keeper.place.blobs(keeper.tenant)
        assert blobs.read(keeper.sha("default.json", "rules", one)) == b"{}"

    def test_replaced_analyses_are_kept_for_a_while(self, keeper: Keeper) -> None:
        path = keeper.clip()
        old = keeper.sha(path, "analysis")
        new = keeper.analyze(path, b"a better model").sha256
        collected(keeper)
        assert {old, new} <= keeper.stored()
        horizon = KeepSettings(grace_s=0, history_days=0)
        collected(keeper, horizon)
        assert old in keeper.stored()
        past_all(keeper)
        assert old not in keeper.stored()
        assert new in keeper.stored()

    def test_what_is_leased_stays(self, keeper: Keeper) -> None:
        blob = keeper.put(b"about to be committed")
        with keeper.place.leasing(keeper.tenant, [blob.sha256]):
            assert collected(keeper).taken == 0
        assert collected(keeper).taken == 1

    def test_who_commits_too_late_is_told(self, keeper: Keeper) -> None:
        blob = keeper.put(b"put long ago")
        collected(keeper)
        entry = Entry("a.json", blob)
        with pytest.raises(ObjectMissing, match="put it again"):
            commit(keeper, entry)
        assert keeper.paths("rules") == []
        keeper.put(b"put long ago")
        commit(keeper, entry)
        collected(keeper)
        assert blob.sha256 in keeper.stored()


def past_all(keeper: Keeper) -> None:
    """Collect as if all history were older than what is kept."""
    shas = sorted(keeper.stored())
    condemn(keeper.place, keeper.tenant, shas)
    sweep(keeper.place, keeper.tenant, shas, Horizon(2**62))


def commit(keeper: Keeper, entry: Entry) -> None:
    keeper.place.repos.commit(keeper.repo("rules"), [entry], author="ann", message="late")
