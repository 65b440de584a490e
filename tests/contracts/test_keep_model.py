"""In whatever order things are done: what is kept can be read, what is erased can't, and goes."""

from datetime import timedelta
from itertools import count

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from quietwatch.config import KeepSettings
from quietwatch.errors import Erased
from quietwatch.model import Entry, Verdict
from quietwatch.store.catalog import Catalog
from quietwatch.store.catalog.erasures import REQUEST
from quietwatch.store.catalog.needs import Horizon
from quietwatch.store.home import Home
from quietwatch.store.keep import erase
from quietwatch.store.keep.erase import Order
from quietwatch.store.keep.fsck import check
from quietwatch.store.keep.gc import collect
from quietwatch.store.place import Place
from tests.toys.keeper import NOW, Keeper

pytestmark = pytest.mark.faults  # it takes long

NUMBERS = count()
KEEP = KeepSettings(footage_days=30, alarm_days=60, grace_s=0)
ORDER = Order("user:ann", "why")
CAMERAS = range(4)


class Keeping(RuleBasedStateMachine):
    """Four cameras with one clip each, the same bytes on two of them.

    The model knows of each camera whether its clip is `here`, was `removed` by hand, or is
    `erased`; since when it is here; and whether an alarm was ever seen there.
    """

    place: Place

    def __init__(self) -> None:
        super().__init__()
        self.keeper = Keeper(self.place, f"model-{next(NUMBERS)}")
        self.days = 0.0
        self.state: dict[int, str] = {}
        self.path: dict[int, str] = {}
        self.since: dict[int, float] = {}
        self.alarmed: set[int] = set()
        self.shas: dict[int, set[str]] = {}
        self.returned: set[int] = set()

    def some(self, data: st.DataObject, *states: str | None) -> int:
        """One of the cameras that are in such a state."""
        return data.draw(st.sampled_from(self.cameras(*states)))

    def cameras(self, *states: str | None) -> list[int]:
        return [camera for camera in CAMERAS if self.state.get(camera) in states]

    @precondition(lambda self: self.cameras(None))
    @rule(data=st.data(), alarm=st.booleans())
    def bring_in(self, data: st.DataObject, alarm: bool) -> None:  # noqa: FBT001
        camera = self.some(data, None)
        content, verdict = f"content {camera // 2}".encode(), Verdict.ALARM if alarm else None
        path = self.keeper.clip(f"main/c{camera}", content=content, verdict=verdict)
        self.keeper.age(path, -self.days)
        self.state[camera], self.path[camera], self.since[camera] = "here", path, self.days
        self.alarmed |= {camera} if alarm else set()
        self.shas[camera] = {self.keeper.sha(path), self.keeper.sha(path, "analysis")}

    @precondition(lambda self: set(self.cameras("here")) - self.returned)
    @rule(data=st.data())
    def remove_by_hand(self, data: st.DataObject) -> None:
        camera = data.draw(st.sampled_from(sorted(set(self.cameras("here")) - self.returned)))
        change = Entry(self.path[camera], None)
        self.keeper.place.repos.commit(
            self.keeper.repo("footage"), [change], author="ann", message="away"
        )
        self.state[camera] = "removed"

    @precondition(lambda self: self.cameras("here", "removed"))
    @rule(data=st.data(), at_once=st.booleans())
    def ask(self, data: st.DataObject, at_once: bool) -> None:  # noqa: FBT001
        camera = self.some(data, "here", "removed")
        erase.record(self.place, self.keeper.tenant, [self.path[camera]], REQUEST, ORDER)
        if at_once:
            erase.carry_out(self.place, self.keeper.tenant, Horizon(None))
        self.state[camera] = "erased"

    @precondition(lambda self: self.cameras("erased"))
    @rule(data=st.data())
    def take_back(self, data: st.DataObject) -> None:
        camera = self.some(data, "erased")
        erase.carry_out(self.place, self.keeper.tenant, Horizon(None))
        lifted = erase.lift(self.place, self.keeper.tenant, [self.path[camera]], ORDER)
        back = {file.path for file in lifted}  # a copy that was erased with it comes back, too
        assert self.path[camera] in back
        for one in self.cameras("erased"):
            if self.path[one] in back:
                del self.state[one]
                self.returned.add(one)

    @rule(left=st.binary(max_size=3))
    def leave_something(self, left: bytes) -> None:
        self.keeper.put(left)

    @rule(days=st.sampled_from([1, 20, 31]))
    def wait(self, days: int) -> None:
        self.days += days

    @rule()
    def collect(self) -> None:
        now = NOW + timedelta(days=self.days)
        collect(self.place, self.keeper.tenant, KEEP, now=now)
        for camera, state in self.state.items():
            kept = 60 if camera in self.alarmed else 30
            if state != "erased" and self.days - self.since[camera] >= kept:
                self.state[camera] = "erased"
        assert self.keeper.stored() == self.kept()
        assert list(check(self.place, self.keeper.tenant, deep=True)) == []

    def kept(self) -> set[str]:
        """The blobs that somebody needs."""
        held = [self.shas[one] for one, state in self.state.items() if state != "erased"]
        return set().union(*held)

    @invariant()
    def what_is_kept_can_be_read_and_what_is_erased_cannot(self) -> None:
        blobs, kept = self.place.blobs(self.keeper.tenant), self.kept()
        for camera in self.shas:
            for sha256 in self.shas[camera]:
                if sha256 in kept:
                    assert blobs.read(sha256)
                else:
                    with pytest.raises(Erased):
                        blobs.read(sha256)

    @invariant()
    def the_head_is_what_is_here(self) -> None:
        here = {self.path[one] for one, state in self.state.items() if state == "here"}
        assert here <= set(self.keeper.paths())


def test_keeping(catalog: Catalog, tmp_path_factory: pytest.TempPathFactory) -> None:
    home = Home(tmp_path_factory.mktemp("model") / "home")
    machine = type("Here", (Keeping,), {"place": Place(home, "memory://model", catalog)})
    run_state_machine_as_test(machine, settings=settings(max_examples=25, stateful_step_count=15))
