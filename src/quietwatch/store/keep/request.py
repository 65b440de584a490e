"""A request to erase, from its record to its end."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from quietwatch.store.catalog import happenings
from quietwatch.store.catalog.erasures import REQUEST
from quietwatch.store.catalog.lines import slices
from quietwatch.store.catalog.needs import Horizon
from quietwatch.store.keep import erase
from quietwatch.store.keep.erase import Carried, Order
from quietwatch.store.keep.followed import FOOTAGE
from quietwatch.store.keep.sweep import Step, no_step
from quietwatch.store.place import Place


@dataclass(frozen=True, slots=True)
class Erased:
    """What a request did.

    Attributes:
        deeds: under which it is on record.
        clips: that are erased, by path; without those that were before.
        events: that began in them; their rows stay.
        carried: what went.
    """

    deeds: tuple[str, ...] = ()
    clips: tuple[str, ...] = ()
    events: int = 0
    carried: Carried = field(default_factory=Carried)


def perform(
    place: Place,
    tenant: str,
    paths: Sequence[str],
    order: Order,
    horizon: Horizon,
    step: Step = no_step,
) -> Erased:
    """Erase clips with all that was made of them.

    Raises:
        StorageError: it broke off. What is on record is carried out by the next call, or by `gc`.
    """
    done = []
    for some in slices(sorted(paths), erase.AT_ONCE):
        step("record")
        deed = erase.record(place, tenant, some, REQUEST, order)
        done += [] if deed is None else [deed]
    clips = sorted({one.path for deed in done for one in deed.files if one.repo == FOOTAGE})
    carried = erase.carry_out(place, tenant, horizon, step)
    with place.catalog.reading() as connection:
        events = sum(1 for _ in happenings.of_clips(connection, tenant, clips))
    return Erased(tuple(deed.deed for deed in done), tuple(clips), events, carried)
