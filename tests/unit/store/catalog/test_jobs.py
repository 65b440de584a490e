from sqlalchemy import Connection

from quietwatch.store.catalog import jobs


def test_a_job_from_its_begin_to_its_end(tenant: str, writing: Connection) -> None:
    inputs = {"footage": "a" * 64, "rules": None}
    number = jobs.begin(writing, tenant, inputs)
    begun = jobs.get(writing, tenant, number)
    assert begun is not None
    assert (begun.state, begun.ended, begun.inputs) == ("running", None, inputs)
    jobs.progress(writing, number, analyzed=2, failed=1)
    jobs.progress(writing, number, judged=3, total=9)
    far = jobs.get(writing, tenant, number)
    assert far is not None
    assert (far.total, far.analyzed, far.judged, far.failed) == (9, 2, 3, 1)
    jobs.end(writing, number, "done")
    done = jobs.get(writing, tenant, number)
    assert done is not None
    assert (done.total, done.analyzed, done.judged, done.failed) == (4, 2, 3, 1)
    assert done.state == "done"
    assert done.ended is not None
    assert done.began <= done.ended
    assert jobs.get(writing, "another", number) is None


def test_one_that_never_ended_broke_off(tenant: str, writing: Connection) -> None:
    lost, other = jobs.begin(writing, tenant, {}, 7), jobs.begin(writing, f"{tenant}-b", {})
    newest = jobs.begin(writing, tenant, {})
    assert lost < other < newest
    assert [(job.id, job.state) for job in jobs.recent(writing, tenant)] == [
        (newest, "running"),
        (lost, "broken-off"),
    ]
    assert jobs.recent(writing, tenant)[1].ended is not None
    assert jobs.recent(writing, tenant)[1].total == 7  # it is not known to be less
    assert [job.id for job in jobs.recent(writing, tenant, limit=1)] == [newest]
    assert [job.state for job in jobs.recent(writing, f"{tenant}-b")] == ["running"]


def test_marks(tenant: str, writing: Connection) -> None:
    assert jobs.mark(writing, tenant, "results") is None
    jobs.set_mark(writing, tenant, "results", "one")
    jobs.set_mark(writing, tenant, "results", "two")
    jobs.set_mark(writing, tenant, "other", "three")
    assert jobs.mark(writing, tenant, "results") == "two"
    assert jobs.mark(writing, "another", "results") is None
