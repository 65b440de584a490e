"""Jobs: each bringing results up to date, and how far that got."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, delete, insert, select, update

from quietwatch.store.catalog.clock import moment, now
from quietwatch.store.catalog.upsert import upsert
from quietwatch.store.catalog.work_tables import jobs, marks

RESULTS = "results"
"""The mark of the inputs up to which results are whole."""


@dataclass(frozen=True, slots=True)
class Job:
    """One bringing up to date.

    Attributes:
        id: number, rising.
        tenant: whose results.
        state: `running`, `done`, or `broken-off` when it ended before all was done.
        began: UTC; `ended` None while it runs.
        ended: see `began`.
        inputs: commit of each input repo that it started from, None where a repo was empty.
        total: clips that it has to judge or set aside, as far as is known: at first all that are
            concerned; those that turn out to be up to date are taken off, so it mostly falls. Of
            one that is done it is `judged` and `failed` together.
        analyzed: clips analyzed so far; `judged` and `failed` likewise.
        judged: see `analyzed`.
        failed: see `analyzed`.
    """

    id: int
    tenant: str
    state: str
    began: datetime
    ended: datetime | None
    inputs: Mapping[str, str | None]
    total: int
    analyzed: int
    judged: int
    failed: int


def begin(
    connection: Connection, tenant: str, inputs: Mapping[str, str | None], total: int = 0
) -> int:
    """Note that a job begins, and that those of the tenant that still seem to run broke off."""
    connection.execute(
        update(jobs)
        .where(jobs.c.tenant == tenant, jobs.c.state == "running")
        .values(state="broken-off", ended=now())
    )
    row = {
        "tenant": tenant,
        "state": "running",
        "began": now(),
        "inputs": json.dumps(inputs, sort_keys=True),
        "total": total,
        **dict.fromkeys(("analyzed", "judged", "failed"), 0),
    }
    key = connection.execute(insert(jobs).values(row)).inserted_primary_key
    assert key is not None  # noqa: S101 - an insert of one row has one
    return int(key[0])


def progress(connection: Connection, job: int, **counts: int) -> None:
    """Note how far a job got: `total`, `analyzed`, `judged`, `failed`."""
    connection.execute(update(jobs).where(jobs.c.id == job).values(counts))


def end(connection: Connection, job: int, state: str) -> None:
    """Note how a job ended; of one that is done nothing is left to do."""
    values: dict[str, Any] = {"state": state, "ended": now()}
    if state == "done":
        values["total"] = jobs.c.judged + jobs.c.failed
    connection.execute(update(jobs).where(jobs.c.id == job).values(values))


def recent(connection: Connection, tenant: str, limit: int = 20) -> list[Job]:
    """The newest jobs of a tenant, the newest first."""
    query = select(jobs).where(jobs.c.tenant == tenant).order_by(jobs.c.id.desc()).limit(limit)
    return [_job(row) for row in connection.execute(query)]


def get(connection: Connection, tenant: str, job: int) -> Job | None:
    """A job of a tenant, None when there is none of this number."""
    query = select(jobs).where(jobs.c.tenant == tenant, jobs.c.id == job)
    row = connection.execute(query).one_or_none()
    return None if row is None else _job(row)


def mark(connection: Connection, tenant: str, name: str) -> str | None:
    """How far somebody got, as they noted it; None when they never did."""
    query = select(marks.c.value).where(marks.c.tenant == tenant, marks.c.name == name)
    found = connection.execute(query).scalar()
    return None if found is None else str(found)


def set_mark(connection: Connection, tenant: str, name: str, value: str) -> None:
    """Note how far somebody got."""
    upsert(connection, marks, [{"tenant": tenant, "name": name, "value": value}])


def drop_mark(connection: Connection, tenant: str, name: str) -> None:
    """Forget how far somebody got: all is looked at anew."""
    connection.execute(delete(marks).where(marks.c.tenant == tenant, marks.c.name == name))


def _job(row: Any) -> Job:
    return Job(
        id=row.id,
        tenant=row.tenant,
        state=row.state,
        began=moment(row.began),
        ended=None if row.ended is None else moment(row.ended),
        inputs=json.loads(row.inputs),
        total=row.total,
        analyzed=row.analyzed,
        judged=row.judged,
        failed=row.failed,
    )
