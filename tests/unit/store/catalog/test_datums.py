from dataclasses import replace

import pytest
from sqlalchemy import Connection

from quietwatch.store.catalog import datums
from quietwatch.store.catalog.clock import now
from quietwatch.store.catalog.datums import BACKOFF_S, TRIES, Datum

DONE = Datum("a" * 64, "analyze", "main/door/a", pack="b" * 64, size=7, summary="{}", state=b"\0")


def broken(digit: str, retry_at: int | None, tries: int = 1) -> Datum:
    path = f"main/door/{digit}"
    return Datum(
        *(digit * 64, "analyze", path),
        error="decoder-crashed",
        detail="it died",
        tries=tries,
        retry_at=retry_at,
    )


def test_they_are_kept_replaced_and_forgotten(tenant: str, writing: Connection) -> None:
    datums.put(writing, tenant, [DONE, broken("c", None)])
    asked = [DONE.key, "c" * 64, "d" * 64]
    assert datums.get(writing, tenant, asked) == {DONE.key: DONE, "c" * 64: broken("c", None)}
    assert datums.get(writing, "another", asked) == {}
    datums.put(writing, tenant, [replace(DONE, state=None, size=2**40)])
    assert datums.get(writing, tenant, [DONE.key])[DONE.key].size == 2**40
    datums.forget(writing, tenant, DONE.key)
    assert set(datums.get(writing, tenant, asked)) == {"c" * 64}
    datums.put(writing, tenant, [])


def test_what_failed_is_due_when_its_time_has_come(tenant: str, writing: Connection) -> None:
    past, later, never = (
        broken("1", now() - 1),
        broken("2", now() + 10**9),
        broken("3", None, tries=TRIES),
    )
    datums.put(writing, tenant, [never, later, past, DONE])
    assert datums.failed(writing, tenant) == [past, later, never]
    assert datums.failed(writing, tenant, due=True) == [past]
    assert datums.failed(writing, "another") == []


def test_who_asks_has_it_tried_again_as_if_never_before(tenant: str, writing: Connection) -> None:
    failed = [broken("1", now() + 10**9), broken("2", None, tries=TRIES)]
    datums.put(writing, tenant, [*failed, DONE])
    assert datums.retry(writing, tenant, "main/door/2") == 1
    [one] = datums.failed(writing, tenant, due=True)
    assert (one.key, one.tries) == ("2" * 64, 0)
    assert datums.retry(writing, tenant) == 2
    assert len(datums.failed(writing, tenant, due=True)) == 2
    assert datums.retry(writing, "another") == 0


@pytest.mark.parametrize("tries", range(1, TRIES))
def test_it_waits_longer_each_time(tries: int) -> None:
    begun, again = now(), datums.next_try(tries)
    assert again is not None
    assert 0 <= again - begun - BACKOFF_S[tries - 1] * 10**6 < 60 * 10**6


def test_at_last_it_is_set_aside() -> None:
    assert datums.next_try(TRIES) is None
    assert sorted(BACKOFF_S) == list(BACKOFF_S)
