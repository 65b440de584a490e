"""Erasing on request: what goes, what stays, what is told; whichever database there is."""

from datetime import timedelta
from itertools import count

import pytest

from quietwatch import names
from quietwatch.config import KeepSettings
from quietwatch.errors import Erased
from quietwatch.model import Entry, Origin, Verdict
from quietwatch.store.catalog import Catalog, clips, datums, erasures, happenings, sighted
from quietwatch.store.catalog.datums import Datum
from quietwatch.store.catalog.erasures import REQUEST
from quietwatch.store.catalog.needs import Horizon
from quietwatch.store.home import Home
from quietwatch.store.keep import choose, erase, models
from quietwatch.store.keep.erase import Carried, Order
from quietwatch.store.keep.fsck import check
from quietwatch.store.keep.gc import collect
from quietwatch.store.keep.request import perform
from quietwatch.store.place import Place
from tests.toys.keeper import NOW, Keeper

NUMBERS = count()
FOR_EVER = Horizon(None)


@pytest.fixture(scope="module")
def place(catalog: Catalog, tmp_path_factory: pytest.TempPathFactory) -> Place:
    home = Home(tmp_path_factory.mktemp("erase") / "home")
    return Place(home, "memory://erase", catalog)


@pytest.fixture
def keeper(place: Place) -> Keeper:
    """A tenant for this test alone."""
    return Keeper(place, f"asked-{next(NUMBERS)}")


def erased(keeper: Keeper, *paths: str) -> Carried:
    order = Order("user:ann", "asked for by letter")
    return perform(keeper.place, keeper.tenant, paths, order, FOR_EVER).carried


class TestErasing:
    def test_all_that_was_made_of_a_clip_goes(self, keeper: Keeper) -> None:
        path = keeper.clip(verdict=Verdict.ALARM)
        other = keeper.clip("main/yard")
        footage, pack = keeper.sha(path), keeper.sha(path, "analysis")
        older = keeper.analyze(path, b"with another model").sha256
        keeper.commit("datasets", "a.mp4", b"the copy", footage=footage)
        copy = keeper.sha("a.mp4", "datasets")
        done = erased(keeper, path)
        assert done.files == 3
        assert {sha256 for sha256, _ in done.blobs} == {footage, pack, older, copy}
        assert keeper.stored() == {keeper.sha(other), keeper.sha(other, "analysis")}
        assert keeper.paths() == keeper.paths("analysis") == [other]
        assert keeper.paths("datasets") == []

    def test_whoever_asks_is_told_when_and_why(self, keeper: Keeper) -> None:
        path = keeper.clip()
        sha256, before = keeper.sha(path), keeper.head("footage")
        erased(keeper, path)
        blobs = keeper.place.blobs(keeper.tenant)
        assert keeper.sha(path, at=before) == sha256
        for read in (
            lambda: blobs.read(sha256),
            lambda: list(blobs.stream(sha256)),
            lambda: blobs.fetch(sha256, keeper.place.spool / "x"),
            lambda: blobs.at(sha256).__enter__(),
        ):
            with pytest.raises(Erased, match=r"on request at 2.*user:ann.*asked for by letter"):
                read()

    def test_events_stay_and_are_known_to_be_erased(self, keeper: Keeper) -> None:
        path = keeper.clip(verdict=Verdict.ALARM)
        erased(keeper, path)
        with keeper.place.catalog.reading() as connection:
            [event] = happenings.of_clips(connection, keeper.tenant, [path])
            [record] = clips.by_paths(connection, keeper.tenant, [path])
            gone = erasures.of_paths(connection, keeper.tenant, "footage", [event.footage_path])
        assert (record.pack, record.error) == (None, "erased")
        assert gone[path].why == "asked for by letter"

    def test_the_same_bytes_of_another_camera_stay(self, keeper: Keeper) -> None:
        one = keeper.clip("main/door", content=b"twice")
        two = keeper.clip("main/yard", content=b"twice")
        sha256 = keeper.sha(one)
        assert erased(keeper, one).waiting == 2
        assert keeper.place.blobs(keeper.tenant).read(sha256) == b"twice"
        assert keeper.paths() == [two]
        assert erased(keeper, two).waiting == 0
        assert keeper.stored() == set()

    def test_old_commits_of_another_camera_keep_the_same_bytes(self, keeper: Keeper) -> None:
        one = keeper.clip("main/door", content=b"twice")
        two = keeper.clip("main/yard", content=b"twice")
        sha256 = keeper.sha(one)
        keeper.place.repos.commit(
            keeper.repo("footage"), [Entry(two, None)], author="ann", message="away"
        )
        assert erased(keeper, one).waiting == 2
        assert keeper.place.blobs(keeper.tenant).read(sha256) == b"twice"

    def test_every_branch_lets_go(self, keeper: Keeper) -> None:
        path = keeper.clip()
        repo = keeper.repo("footage")
        keeper.place.repos.branch(repo, "audit")
        keeper.clip("main/yard")
        assert erased(keeper, path).files == 3
        assert list(keeper.place.repos.entries(repo, "audit")) == []

    def test_what_a_writer_holds_goes_later(self, keeper: Keeper) -> None:
        path = keeper.clip(content=b"held")
        sha256 = keeper.sha(path)
        with keeper.place.leasing(keeper.tenant, [sha256]):
            assert erased(keeper, path).waiting == 1
            with pytest.raises(Erased):
                keeper.place.blobs(keeper.tenant).read(sha256)
        assert [one for one, _ in erased(keeper).blobs] == [sha256]

    def test_an_analysis_that_comes_too_late_goes_too(self, keeper: Keeper) -> None:
        path = keeper.clip(content=b"slow")
        erased(keeper, path)
        late = keeper.analyze(path, b"made meanwhile").sha256
        assert late in keeper.stored()
        assert erased(keeper).files == 1
        assert keeper.stored() == set()

    def test_what_is_put_there_again_by_hand_goes_again(self, keeper: Keeper) -> None:
        path = keeper.clip(content=b"back")
        sha256 = keeper.sha(path)
        erased(keeper, path)
        keeper.commit("footage", path, b"back")
        with pytest.raises(Erased):
            keeper.place.blobs(keeper.tenant).read(sha256)
        found = collect(keeper.place, keeper.tenant, KeepSettings(), now=NOW)
        assert [one for one, _ in found.erased.blobs] == [sha256]
        assert keeper.paths() == []

    def test_analyses_in_the_spool_go(self, keeper: Keeper) -> None:
        path = keeper.clip()
        with keeper.place.catalog.reading() as connection:
            [key] = datums.keys_of(connection, keeper.tenant, [path])
        made = keeper.place.spool / "made" / f"{key}.zip"
        made.write_bytes(b"pictures")
        erased(keeper, path)
        assert not made.exists()

    def test_the_bytes_may_come_again_when_it_is_lifted(self, keeper: Keeper) -> None:
        path = keeper.clip(content=b"again")
        sha256 = keeper.sha(path)
        erased(keeper, path)
        with keeper.place.catalog.reading() as connection:
            assert erasures.refused(connection, keeper.tenant, "footage", sha256) is not None
        order = Order("user:ann", "a mistake")
        assert len(erase.lift(keeper.place, keeper.tenant, [path], order)) == 2
        with pytest.raises(Erased):
            keeper.place.blobs(keeper.tenant).read(sha256)
        assert list(check(keeper.place, keeper.tenant)) == []
        assert keeper.clip(content=b"again") == path
        erased(keeper)
        with keeper.place.catalog.reading() as connection:
            assert erasures.refused(connection, keeper.tenant, "footage", sha256) is None
        assert keeper.place.blobs(keeper.tenant).read(sha256) == b"again"

    def test_a_catalog_made_anew_does_not_bring_it_back(self, keeper: Keeper) -> None:
        path, lifted = keeper.clip(), keeper.clip("main/yard", content=b"lifted")
        shas = {path: keeper.sha(path), lifted: keeper.sha(lifted)}
        order = Order("user:ann", "why")
        erase.record(keeper.place, keeper.tenant, [path, lifted], REQUEST, order)
        erase.lift(keeper.place, keeper.tenant, [lifted], order)
        with keeper.place.catalog.begin() as connection:
            connection.exec_driver_sql("DELETE FROM erasures")
        assert keeper.place.repos.rebuild().lost == ()
        with keeper.place.catalog.reading() as connection:
            assert erasures.unread(connection, keeper.tenant, shas[path]) is not None
            assert erasures.unread(connection, keeper.tenant, shas[lifted]) is None
        erased(keeper)
        assert keeper.paths() == [lifted]
        assert shas[path] not in keeper.stored()

    def test_erasing_twice_is_once(self, keeper: Keeper) -> None:
        path = keeper.clip()
        erased(keeper, path)
        head = keeper.head("footage")
        assert erased(keeper, path) == Carried()
        assert keeper.head("footage") == head


class TestModels:
    def test_those_that_learned_from_it_say_so(self, keeper: Keeper) -> None:
        keeper.commit("models", "before.tflite", b"1", Origin("footage", _empty(keeper)))
        path = keeper.clip()
        data = keeper.commit("datasets", "a.json", b"a", Origin("footage", keeper.head("footage")))
        later = keeper.commit("datasets", "b.json", b"b")
        keeper.commit("models", "after.tflite", b"2", Origin("datasets", later.id))
        keeper.commit("models", "plain.tflite", b"3")
        assert data.id != later.id
        done = erased(keeper, path)
        assert done.models == ("after.tflite",)
        repo = keeper.repo("models")
        marked = {
            entry.path: models.MARK in entry.meta for entry in keeper.place.repos.entries(repo)
        }
        assert marked == {"after.tflite": True, "before.tflite": False, "plain.tflite": False}
        second = keeper.clip("main/yard")
        assert erased(keeper, second).models == ()


class TestChoosing:
    def test_a_camera_and_a_span(self, keeper: Keeper) -> None:
        one, two = keeper.clip(days=2), keeper.clip(days=1)
        keeper.clip("main/yard", days=2)
        keeper.commit("footage", "main/door/notes.txt", b"beside")

        def chosen(since: float | None, until: float | None) -> list[str]:
            ends = [None if at is None else NOW + timedelta(days=at) for at in (since, until)]
            return choose.of_camera(keeper.place, keeper.tenant, "main/door", *ends)

        assert chosen(None, None) == [one, two]
        assert chosen(-1.5, None) == [two]
        assert chosen(None, -1.5) == [one]
        assert chosen(-2 + 5 / 86400, -1.5) == [one], "it shows something of that span"


def _empty(keeper: Keeper) -> str:
    return keeper.place.repos.commit(
        keeper.repo("footage"), [Entry("readme", None)], author="ann", message="begin"
    ).id


class TestMemory:
    """What a day of clips showed is made of them, and goes with them; then it is written anew."""

    def test_every_version_of_the_day_goes_and_no_other_day(self, keeper: Keeper) -> None:
        path, older = keeper.clip(), keeper.clip(days=3)
        keeper.place.repos.create(keeper.repo("memory"))
        day, other = names.memory_day(path), names.memory_day(older)
        versions = set()
        for data in (b"one hour of it", b"two hours of it"):
            keeper.commit("memory", day, data)
            versions.add(keeper.sha(day, "memory"))
        keeper.commit("memory", other, b"another day")
        erased(keeper, path)
        assert keeper.paths("memory") == [other]
        assert not versions & keeper.stored()
        assert keeper.sha(other, "memory") in keeper.stored()

    def test_what_was_dismissed_of_it_goes(self, keeper: Keeper) -> None:
        path, other = keeper.clip(), keeper.clip("main/yard")
        keeper.place.repos.create(keeper.repo("memory"))
        for name, clip in (("one", path), ("other", other)):
            said = f"main/door/dismissed/{name}.json"
            keeper.commit("memory", said, name.encode(), footage=keeper.sha(clip))
        erased(keeper, path)
        assert keeper.paths("memory") == ["main/door/dismissed/other.json"]

    def test_what_was_forgotten_of_it_goes_where_any_of_several_clips_may_be_the_one(
        self, keeper: Keeper
    ) -> None:
        one, other, third = (keeper.clip(days=days) for days in (0, 1, 2))
        keeper.place.repos.create(keeper.repo("memory"))
        shas = [keeper.sha(path) for path in (one, other, third)]
        for name, of in (("both", shas[:2]), ("last", shas[1:]), ("none", shas[2:])):
            said = f"main/door/forgotten/{name}.json"
            keeper.commit("memory", said, name.encode(), footage=" ".join(of))
        erased(keeper, other)
        assert keeper.paths("memory") == ["main/door/forgotten/none.json"]

    def test_what_is_said_of_it_after_it_was_erased_goes_too(self, keeper: Keeper) -> None:
        path, kept = keeper.clip(), keeper.clip(days=1)
        keeper.place.repos.create(keeper.repo("memory"))
        shas = {path: keeper.sha(path), kept: keeper.sha(kept)}
        erased(keeper, path)
        for name, of in (("late", shas[path]), ("kept", shas[kept]), ("odd", "no sha")):
            said = f"main/door/dismissed/{name}.json"
            keeper.commit("memory", said, name.encode(), footage=of)
        late = keeper.sha("main/door/dismissed/late.json", "memory")
        assert late in keeper.stored()
        erase.carry_out(keeper.place, keeper.tenant, FOR_EVER)
        names_ = [path.rpartition("/")[2] for path in keeper.paths("memory")]
        assert names_ == ["kept.json", "odd.json"]
        assert late not in keeper.stored()

    def test_what_it_showed_is_known_no_more_and_its_hour_is_noted(self, keeper: Keeper) -> None:
        path, other = keeper.clip(), keeper.clip("main/yard")
        with keeper.place.catalog.begin() as connection:
            for number, one in enumerate((path, other)):
                shows = Datum(f"{number:064x}", "decide", one, summary="[]")
                datums.put(connection, keeper.tenant, [shows])
        erased(keeper, path)
        with keeper.place.catalog.reading() as connection:
            known = datums.get(connection, keeper.tenant, [f"{number:064x}" for number in (0, 1)])
            noted = sighted.noted(connection, keeper.tenant)
            unjudged = sighted.unjudged(connection, keeper.tenant)
        assert [datum.summary for _, datum in sorted(known.items())] == [None, "[]"]
        assert noted == {names.clip_hour(path)}
        assert unjudged == {"main/door": names.clip_hour(path)}  # though no file is written anew

    def test_retention_leaves_what_is_remembered(self, keeper: Keeper) -> None:
        path = keeper.clip()
        keeper.place.repos.create(keeper.repo("memory"))
        keeper.commit("memory", names.memory_day(path), b"a day")
        order = Order("gc", "its time is over")
        assert erase.record(keeper.place, keeper.tenant, [path], erasures.RETENTION, order)
        erase.carry_out(keeper.place, keeper.tenant, FOR_EVER)
        assert keeper.paths("memory") == [names.memory_day(path)]
