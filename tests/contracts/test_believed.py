"""A clock that jumps: nothing goes too early by it, and no commit names what is not there."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from itertools import count

import pytest

from quietwatch.config import KeepSettings
from quietwatch.errors import ObjectMissing, SetupError
from quietwatch.model import Blob, Entry
from quietwatch.store.catalog import Catalog, clock, condemned, leases, needs
from quietwatch.store.catalog.clock import micros
from quietwatch.store.home import Home
from quietwatch.store.keep.believed import believe
from quietwatch.store.keep.gc import Collected, collect
from quietwatch.store.place import Place
from quietwatch.store.repos import Repos
from tests.toys.keeper import NOW, Keeper

NUMBERS = count()
YEAR = 365.0
JUMP = 29.0
"""Days; the furthest jump that may be believed."""

Jump = Callable[[float], None]


@pytest.fixture(scope="module")
def place(catalog: Catalog, tmp_path_factory: pytest.TempPathFactory) -> Place:
    return Place(Home(tmp_path_factory.mktemp("clock") / "home"), "memory://clock", catalog)


@pytest.fixture
def keeper(place: Place) -> Keeper:
    return Keeper(place, f"clock-{next(NUMBERS)}")


def on(days: float) -> datetime:
    return NOW + timedelta(days=days)


def committed(keeper: Keeper, *days: float) -> None:
    """Commit something by a clock that shows these days."""
    shown = NOW
    repos = Repos(keeper.place.catalog, keeper.place.objects, clock=lambda: shown)
    for day in days:
        shown = on(day)
        entry = Entry("a.json", keeper.put(str(day).encode()))
        repos.commit(keeper.repo("rules"), [entry], author="ann", message="why")


def believed(keeper: Keeper, day: float, *, trust: bool = False, dry: bool = False) -> bool:
    try:
        believe(keeper.place.catalog, keeper.tenant, on(day), trust=trust, dry=dry)
    except SetupError:
        return False
    return True


class TestAhead:
    def test_a_year_ahead_is_not_believed_until_somebody_says_so(self, keeper: Keeper) -> None:
        committed(keeper, 0)
        assert believed(keeper, 1)
        assert not believed(keeper, YEAR)
        assert believed(keeper, 2), "it was for a moment"
        assert believed(keeper, YEAR, trust=True)
        assert believed(keeper, YEAR + 1)

    def test_nor_before_the_first_gc(self, keeper: Keeper) -> None:
        committed(keeper, 0)
        assert not believed(keeper, YEAR)
        assert believed(keeper, JUMP)

    def test_who_works_by_the_wrong_clock_does_not_make_it_right(self, keeper: Keeper) -> None:
        committed(keeper, 0)
        assert believed(keeper, 0)
        committed(keeper, YEAR, YEAR + 0.1)
        assert not believed(keeper, YEAR + 0.2)
        assert believed(keeper, 1), "what lies in the future does no harm"

    def test_steady_work_needs_no_gc(self, keeper: Keeper) -> None:
        committed(keeper, *range(0, 200, 20))
        assert believed(keeper, 200)

    def test_a_quiet_home_needs_no_work(self, keeper: Keeper) -> None:
        committed(keeper, 0)
        assert all(believed(keeper, day) for day in range(0, 200, 20))

    def test_after_a_long_absence_it_is_said_once(self, keeper: Keeper) -> None:
        committed(keeper, 0)
        assert believed(keeper, 0)
        committed(keeper, 40)
        assert not believed(keeper, 41)
        assert believed(keeper, 41, trust=True)
        assert believed(keeper, 42)

    def test_only_looking_notes_nothing(self, keeper: Keeper) -> None:
        committed(keeper, 0)
        assert believed(keeper, 20, dry=True)
        assert believed(keeper, YEAR, trust=True, dry=True)
        assert not believed(keeper, 40)

    def test_of_nothing_any_clock_is_believed(self, keeper: Keeper) -> None:
        assert believed(keeper, YEAR)

    def test_the_work_of_another_tenant_says_nothing(self, keeper: Keeper, place: Place) -> None:
        committed(Keeper(place, f"{keeper.tenant}-b"), *range(0, 360, 20))
        committed(keeper, 0)
        assert not believed(keeper, 360)


def test_a_clock_that_is_behind_is_not_believed_either(keeper: Keeper) -> None:
    committed(keeper, 0)
    assert believed(keeper, 10)
    assert believed(keeper, 9.5), "it was set right by some hours"
    assert not believed(keeper, 5)
    assert believed(keeper, 5, trust=True)
    assert believed(keeper, 6)


@pytest.fixture
def jump(monkeypatch: pytest.MonkeyPatch) -> Jump:
    """Let the clock of marks and leases show so many days more than it is."""

    def jumped(days: float) -> None:
        def shown() -> int:
            return micros(datetime.now(UTC) + timedelta(days=days))

        for module in (clock, condemned, leases, needs):
            monkeypatch.setattr(module, "now", shown)

    return jumped


def collected(keeper: Keeper) -> Collected:
    return collect(keeper.place, keeper.tenant, KeepSettings(grace_s=3600), now=NOW)


def late(keeper: Keeper, blob: Blob) -> None:
    keeper.place.repos.commit(
        keeper.repo("rules"), [Entry("a.json", blob)], author="ann", message="late"
    )


class TestMarksAndLeases:
    """In each case a writer has put a blob and is about to commit it."""

    @pytest.mark.parametrize("days", [JUMP, -YEAR])
    def test_a_jump_after_it_was_taken_away(self, keeper: Keeper, jump: Jump, days: float) -> None:
        blob = keeper.put(b"about to be committed")
        collected(keeper)
        jump(0.1)  # the grace is over
        assert collected(keeper).taken == 1
        jump(days)
        collected(keeper)
        self.is_told(keeper, blob)

    def test_a_jump_between_mark_and_sweep(self, keeper: Keeper, jump: Jump) -> None:
        blob = keeper.put(b"leased by a writer at work")
        assert collected(keeper).marked == 1
        with keeper.place.leasing(keeper.tenant, [blob.sha256]):
            jump(JUMP)
            assert collected(keeper).taken == 1, "the lease seems to have run out"
            jump(0)
            self.is_told(keeper, blob)

    def test_marked_by_a_clock_that_was_behind(self, keeper: Keeper, jump: Jump) -> None:
        blob = keeper.put(b"leased by a writer at work")
        jump(-0.9)
        with keeper.place.leasing(keeper.tenant, [blob.sha256]):
            assert collected(keeper).marked == 0
            jump(0)
            collected(keeper)
            jump(0.1)
            assert collected(keeper).taken == 1
            self.is_told(keeper, blob)

    def test_taken_away_by_a_clock_that_was_behind(self, keeper: Keeper, jump: Jump) -> None:
        blob = keeper.put(b"about to be committed")
        jump(-0.9)
        collected(keeper)
        jump(-0.8)
        assert collected(keeper).taken == 1
        jump(0)
        collected(keeper)
        self.is_told(keeper, blob)

    def test_set_back_after_the_mark(self, keeper: Keeper, jump: Jump) -> None:
        blob = keeper.put(b"nobody's")
        collected(keeper)
        jump(-0.9)
        assert collected(keeper).taken == 0
        late(keeper, blob)
        jump(0.1)
        assert collected(keeper).taken == 0

    @staticmethod
    def is_told(keeper: Keeper, blob: Blob) -> None:
        """The writer learns that the blob is gone, and no commit names it."""
        with pytest.raises(ObjectMissing, match="put it again"):
            late(keeper, blob)
        assert keeper.paths("rules") == []
