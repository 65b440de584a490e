"""`gc`: apply retention, carry out what was erased, and take away what nobody needs.

What is no longer needed is marked by one call and taken away by a later one, when the grace is
over: nobody has to wait here, and a bucket is listed once a call.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import groupby, islice

from quietwatch.config import KeepSettings
from quietwatch.store.catalog import clock, condemned, erasures, needs
from quietwatch.store.catalog.clips import chunks
from quietwatch.store.catalog.erasures import RETENTION
from quietwatch.store.catalog.needs import Horizon
from quietwatch.store.keep import erase
from quietwatch.store.keep.believed import GAP
from quietwatch.store.keep.erase import Carried, Order
from quietwatch.store.keep.retention import Due, due
from quietwatch.store.keep.sweep import Step, no_step, sweep
from quietwatch.store.objects.blobs import StoredBlob
from quietwatch.store.place import Place
from quietwatch.store.repos import deeds

_MEMORY = (GAP + timedelta(days=1)) // timedelta(microseconds=1)
"""So long it is known which blobs were taken away, microseconds: nobody puts one and commits it
after more than a day, and no clock is believed that jumps further than `GAP`."""


@dataclass(slots=True)
class Collected:
    """What `gc` did, or would do.

    Attributes:
        expired: clips whose time was over, with the bytes of their footage.
        expired_bytes: see `expired`.
        erased: what carrying out took away.
        marked: blobs that nothing needs since now; they go when the grace is over.
        marked_bytes: see `marked`.
        taken: blobs that nothing needed and that went.
        taken_bytes: see `taken`.
    """

    expired: int = 0
    expired_bytes: int = 0
    erased: Carried = field(default_factory=Carried)
    marked: int = 0
    marked_bytes: int = 0
    taken: int = 0
    taken_bytes: int = 0


def collect(
    place: Place,
    tenant: str,
    keep: KeepSettings,
    *,
    by: str = "gc",
    dry: bool = False,
    now: datetime | None = None,
    step: Step = no_step,
) -> Collected:
    """Do all of it for one tenant; another process may be at work meanwhile.

    Args:
        place: the store.
        tenant: whose.
        keep: the rules.
        by: principal on whose behalf.
        dry: only tell; nothing is changed.
        now: the time, UTC, by which footage is old; who may not know it asks `believed` first.
        step: see `sweep`.

    Raises:
        StorageError: it broke off; what is done stays done, and the next call goes on.
    """
    now = now or datetime.now(UTC)
    horizon = Horizon.of(keep.history_days)
    found = Collected()
    if not dry:
        step("catch up")
        deeds.restore(place.catalog, place.objects, tenant)
    for some in _batches(due(place.catalog, tenant, keep, now)):
        found.expired += len({one.path for one in some})
        found.expired_bytes += sum(one.size for one in some)
        if not dry:
            step("expire")
            paths = sorted({one.path for one in some})
            erase.record(place, tenant, paths, RETENTION, Order(by, some[0].why))
    if not dry:
        found.erased = erase.carry_out(place, tenant, horizon, step)
    sizes = _mark(place, tenant, horizon, found, dry=dry, step=step)
    if not dry:
        found.erased += erase.carry_out(place, tenant, horizon, step)  # what has come back
        _take(place, tenant, keep, horizon, sizes, found, step)
    return found


def _batches(found: Iterator[Due]) -> Iterator[list[Due]]:
    """Clips of one rule each, as many as one deed takes."""
    for _, members in groupby(found, key=lambda one: one.why):
        while some := list(islice(members, erase.AT_ONCE)):
            yield some


def _mark(
    place: Place, tenant: str, horizon: Horizon, found: Collected, *, dry: bool, step: Step
) -> dict[str, int]:
    """Mark what nothing needs; gives the sizes of all of that, marked now or before."""
    sizes: dict[str, int] = {}
    before = _waiting(place, tenant)
    for part in chunks(place.blobs(tenant).all()):
        step("mark")
        with place.catalog.reading() as connection:
            shas = [one.sha256 for one in part]
            still = needs.needed(connection, tenant, shas, horizon)
            back = [e.sha256 for e in erasures.of_blobs(connection, tenant, shas) if e.gone]
        idle: list[StoredBlob] = [one for one in part if one.sha256 not in still]
        new = [one for one in idle if one.sha256 not in before]
        found.marked += len(new)
        found.marked_bytes += sum(one.size for one in new)
        sizes |= {one.sha256: one.size for one in idle}
        saved = before & still
        if not dry and (new or saved or back):
            with place.catalog.begin(lasting=False) as connection:
                condemned.condemn(connection, tenant, [one.sha256 for one in new])
                condemned.acquit(connection, tenant, saved)
                erasures.reopen(connection, tenant, back)
    return sizes


def _waiting(place: Place, tenant: str) -> set[str]:
    with place.catalog.reading() as connection:
        return set(condemned.waiting(connection, tenant, clock.now()))


def _take(
    place: Place,
    tenant: str,
    keep: KeepSettings,
    horizon: Horizon,
    sizes: dict[str, int],
    found: Collected,
    step: Step,
) -> None:
    """Take away what was marked before the grace began."""
    this = clock.now()
    with place.catalog.begin(lasting=False) as connection:
        condemned.forget(connection, tenant, this - _MEMORY)
        over = condemned.waiting(connection, tenant, this - round(keep.grace_s * 1e6))
    taken = sweep(place, tenant, over, horizon, step)
    found.taken = len(taken)
    found.taken_bytes = sum(sizes.get(sha256, 0) for sha256 in taken)
    found.marked = max(0, found.marked - len(set(taken) & set(sizes)))
