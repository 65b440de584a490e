"""Results that are kept together, and incidents that are joined as events come in."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from itertools import count
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from quietwatch.judge.incidents import join
from quietwatch.model import Camera, Event, Repo, Verdict
from quietwatch.pipeline.batch import ANALYSIS, Batch, Judged, Span, rejoin
from quietwatch.pipeline.event_texts import EventTexts
from quietwatch.pipeline.sync import REPOS
from quietwatch.pipeline.work import made_in
from quietwatch.store.catalog import Catalog, clips, datums, happenings, jobs, leases, open_catalog
from quietwatch.store.catalog.connect import sqlite_url
from quietwatch.store.catalog.datums import Datum
from quietwatch.store.place import Place
from tests.unit.pipeline.conftest import TENANT
from tests.unit.store.catalog.conftest import make_event, make_record

GAP = 60.0
KEY, DECIDED = "a" * 64, "d" * 64


@pytest.fixture
def batch(place: Place) -> Batch:
    for name in REPOS:
        place.repos.create(Repo(TENANT, name))
    with place.catalog.begin() as connection:
        job = jobs.begin(connection, TENANT, {})
    return Batch(place, TENANT, job, ())


def judged(
    minute: float, *events: Event, key: str = KEY, seen: Datum | None = None, digit: str = "0"
) -> Judged:
    record = make_record(TENANT, minute, digit=digit, analysis=key, decision=DECIDED)
    texts = EventTexts.of(events)
    return Judged(record, Datum(DECIDED, "decide", record.path), texts, GAP, frozenset(), seen)


def reach(events: list[Event]) -> Span:
    return min(event.start for event in events), max(event.end for event in events)


def events_of(place: Place) -> list[Event]:
    with place.catalog.reading() as connection:
        return list(happenings.matching(connection, TENANT, camera=["door"]))


def test_an_analysis_goes_from_the_spool_into_the_store(place: Place, batch: Batch) -> None:
    made = made_in(place.spool, KEY)
    made.write_bytes(b"a pack")
    one = judged(0, make_event(TENANT, 1))
    batch.add_analysis(Datum(KEY, "analyze", one.record.path))
    batch.add_judged(one)
    kept = batch.flush()
    pack = kept[KEY].pack
    assert pack is not None
    assert place.blobs(TENANT).read(pack) == b"a pack"
    assert kept[KEY].size == 6
    assert made.exists()  # somebody may be about to read it
    entry = place.repos.entry(Repo(TENANT, ANALYSIS), one.record.path)
    assert (entry.blob, entry.meta) == (entry.blob, {"key": KEY})
    with place.catalog.reading() as connection:
        assert datums.get(connection, TENANT, [KEY, DECIDED]) == {**kept, DECIDED: one.datum}
        assert list(clips.by_paths(connection, TENANT, [one.record.path])) == [
            replace(one.record, pack=pack)
        ]
        assert leases.leased(connection, TENANT) == set()
    assert batch.counts == {"total": 0, "analyzed": 1, "judged": 1, "failed": 0}
    assert batch.flush() == {}


def test_a_clip_judged_after_its_analysis_was_kept_has_it_in_the_repo_too(
    place: Place, batch: Batch
) -> None:
    made_in(place.spool, KEY).write_bytes(b"a pack")
    one = judged(0)
    batch.add_analysis(Datum(KEY, "analyze", one.record.path))
    seen = batch.flush()[KEY]
    batch.add_judged(replace(one, seen=seen))
    batch.flush()
    blob = place.repos.entry(Repo(TENANT, ANALYSIS), one.record.path).blob
    assert blob is not None
    assert blob.sha256 == seen.pack


def test_when_a_stream_is_judged_its_events_are_those_it_told_of(
    place: Place, batch: Batch
) -> None:
    """An event may be told of in a later clip than it began in: no clip alone can say it is not."""
    stays, goes = make_event(TENANT, 1), make_event(TENANT, 2, 60)
    elsewhere = make_event(TENANT, 3, footage_path=judged(9).record.path)
    clips_of_it = [judged(0), judged(1, stays, goes)]
    for one in (*clips_of_it, judged(9, elsewhere)):
        batch.add_judged(one)
    batch.flush()
    assert {one.event_id for one in events_of(place)} == {
        one.event_id for one in (stays, goes, elsewhere)
    }
    paths = [one.record.path for one in clips_of_it]
    batch.add_judged(clips_of_it[0])
    batch.add_whole(paths, {stays.event_id})
    batch.flush()
    assert events_of(place) == [stays, replace(elsewhere, incident_id=stays.event_id)]


def test_what_changed_is_told_by_id_however_many_events_there_are(
    place: Place, batch: Batch
) -> None:
    events = [make_event(TENANT, number, number * 2) for number in range(350)]
    batch.add_judged(judged(0, *events))
    batch.flush()
    assert batch.changed == {event.event_id for event in events}
    first = events[0].event_id
    assert events_of(place) == [replace(event, incident_id=first) for event in events]
    longer = replace(events[-1], end=events[-1].end + timedelta(seconds=1))
    batch.changed.clear()
    batch.add_judged(judged(0, *events[:-1]))
    batch.add_judged(judged(1, longer))
    batch.flush()
    assert batch.changed == {longer.event_id}


def test_a_failure_is_kept_with_its_clip(place: Place, batch: Batch) -> None:
    record = make_record(TENANT, error="unreadable-video", detail="no frame")
    datum = Datum(KEY, "analyze", record.path, error="unreadable-video", detail="no frame", tries=3)
    yard = replace(make_record(TENANT, camera="yard"), error="unreadable-video", detail="no frame")
    batch.add_failure(datum, record)
    batch.add_failure(datum, yard)
    batch.flush()
    with place.catalog.reading() as connection:
        assert datums.failed(connection, TENANT) == [datum]
        paths = [record.path, yard.path]
        assert set(clips.by_paths(connection, TENANT, paths)) == {record, yard}
    assert [(camera.name, one.error) for camera, one in batch.rejected] == [
        ("door", "unreadable-video"),
        ("yard", "unreadable-video"),
    ]


def test_it_is_due_when_enough_has_come_together(batch: Batch) -> None:
    due = [batch.is_due]
    for number in range(128):
        batch.add_judged(judged(number / 10))
        due.append(batch.is_due)
    batch.flush()
    assert [*due, batch.is_due] == [False] * 128 + [True, False]


@pytest.fixture(scope="module")
def catalog(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Catalog]:
    folder: Path = tmp_path_factory.mktemp("catalog")
    with open_catalog(sqlite_url(folder / "catalog.sqlite")) as opened:
        yield opened


TENANTS = count()

VISITS = st.lists(
    st.tuples(
        st.integers(0, 900),
        st.integers(0, 120),
        st.sampled_from(list(Verdict)),
        st.integers(0, 5),  # the batch it comes in
    ),
    max_size=12,
)


class TestIncidents:
    @settings(max_examples=60)  # each writes a dozen times to a disk
    @given(
        visits=VISITS,
        again=VISITS,
        gaps=st.tuples(st.sampled_from([0.0, 30.0, 60.0]), st.none() | st.just(10.0)),
    )
    def test_joined_as_they_come_they_are_what_they_are_joined_at_once(
        self,
        catalog: Catalog,
        visits: list[tuple[int, int, Verdict, int]],
        again: list[tuple[int, int, Verdict, int]],
        gaps: tuple[float, float | None],
    ) -> None:
        tenant = f"tenant-{next(TENANTS)}"
        camera = Camera(tenant, "main", "door")
        gap, other_gap = gaps
        current: dict[str, Event] = {}
        self.arrive(catalog, current, tenant, visits, gap)
        self.check(catalog, camera, current, gap)
        # The same events are judged again: some last longer, or are of another verdict, or gone.
        gap = gap if other_gap is None else other_gap
        changes = [
            (visits[i][0], lasts, verdict, number)
            for i, (_, lasts, verdict, number) in enumerate(again[: len(visits)])
        ]
        gone = list(current.values())[len(changes) :: 2]
        kept = [
            (*visits[i][:3], visits[i][3])
            for i in range(len(changes), len(visits))
            if i not in range(len(changes), len(visits), 2)
        ]
        with catalog.begin() as connection:
            for event in gone:
                del current[event.event_id]
            left = {event.event_id for event in current.values()}
            path = make_event(tenant, 0).footage_path
            taken = happenings.withdraw(connection, tenant, [path], left, 2)
            if taken:
                rejoin(connection, camera, reach(taken), gap)
        numbers = [*range(len(changes)), *range(len(changes) + 1, len(visits), 2)]
        self.arrive(catalog, current, tenant, [*changes, *kept], gap, numbers)
        self.check(catalog, camera, current, gap)

    @staticmethod
    def arrive(
        catalog: Catalog,
        current: dict[str, Event],
        tenant: str,
        visits: list[tuple[int, int, Verdict, int]],
        gap: float,
        numbers: list[int] | None = None,
    ) -> None:
        numbered = list(zip(numbers or range(len(visits)), visits, strict=True))
        for batch in range(6):
            events = [
                make_event(tenant, number, begins, lasts, verdict)
                for number, (begins, lasts, verdict, at) in numbered
                if at == batch
            ]
            current |= {event.event_id: event for event in events}
            with catalog.begin() as connection:
                happenings.put(connection, events, 1)
                if events:
                    rejoin(connection, events[0].camera, reach(events), gap)

    @staticmethod
    def check(catalog: Catalog, camera: Camera, current: dict[str, Event], gap: float) -> None:
        with catalog.reading() as connection:
            found = list(happenings.matching(connection, camera.tenant, camera=[camera.name]))
        assert found == list(join(current.values(), gap))

    def test_what_lies_far_behind_a_change_is_not_read(
        self, catalog: Catalog, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        tenant = f"tenant-{next(TENANTS)}"
        visits = [(number * 600, 5, Verdict.ALARM, 0) for number in range(2000)]
        self.arrive(catalog, {}, tenant, visits, GAP)
        read: list[Event] = []
        original = happenings.visits_since

        def counted(*given: object) -> Iterator[Event]:
            for event in original(*given):  # type: ignore[arg-type]
                read.append(event)
                yield event

        monkeypatch.setattr(happenings, "visits_since", counted)
        event = make_event(tenant, 10, 6000, 700)
        with catalog.begin() as connection:
            happenings.put(connection, [event], 2)
            days = rejoin(connection, event.camera, reach([event]), GAP)
            moved = [
                one
                for one in happenings.matching(connection, tenant, camera=["door"])
                if one.incident_id != one.event_id
            ]
        assert [one.track for one in moved] == [11]
        assert moved[0].incident_id == event.event_id
        assert moved[0].start == event.start + timedelta(seconds=600)
        assert days == {moved[0].start.date()}
        assert len(read) < 10
