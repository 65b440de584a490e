"""Taking blobs away never races a writer: every order of their steps, one by one."""

from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack
from datetime import UTC, datetime
from itertools import combinations_with_replacement, count

import pytest

from quietwatch.config import KeepSettings
from quietwatch.errors import ObjectMissing
from quietwatch.model import Blob, Entry
from quietwatch.store.catalog import Catalog
from quietwatch.store.home import Home
from quietwatch.store.keep.gc import collect
from quietwatch.store.place import Place
from tests.toys.keeper import Keeper

NUMBERS = count()
DATA = b"needed by nothing, until now"
INSIDE = {"delete", "deleted"}
"""Steps of `gc` within a transaction, in which writers to the catalog wait."""

PLACES = 5  # before each step of gc, and after the last


@pytest.fixture(scope="module")
def place(catalog: Catalog, tmp_path_factory: pytest.TempPathFactory) -> Place:
    return Place(Home(tmp_path_factory.mktemp("sweep") / "home"), "memory://sweep", catalog)


@pytest.fixture(scope="module")
def pool() -> Iterator[ThreadPoolExecutor]:
    with ThreadPoolExecutor(1) as made:
        yield made


class Writer:
    """Puts a blob and commits it, a step whenever it is told to, in a thread of its own."""

    def __init__(self, keeper: Keeper, pool: ThreadPoolExecutor, *, leases: bool) -> None:
        self.keeper, self.pool = keeper, pool
        self.sha256 = keeper.put(DATA).sha256
        self.stack = ExitStack()
        leased = [self.lease] if leases else []
        self.steps: list[Callable[[], object]] = [*leased, self.put, self.commit]
        self.steps += [self.stack.close] if leases else []
        self.left = list(self.steps)
        self.running: list[Future[object]] = []

    def lease(self) -> None:
        self.stack.enter_context(self.keeper.place.leasing(self.keeper.tenant, [self.sha256]))

    def put(self) -> None:
        self.keeper.put(DATA)

    def commit(self) -> None:
        entry = Entry("a.json", Blob(self.sha256, len(DATA)))
        self.keeper.place.repos.commit(
            self.keeper.repo("rules"), [entry], author="ann", message="why"
        )

    def go(self, *, inside: bool) -> None:
        """Begin the next step; wait for its end, unless it may have to wait itself."""
        step = self.left.pop(0)
        idle = all(one.done() for one in self.running)
        self.running.append(self.pool.submit(step))
        if not inside or (idle and step == self.put):
            self.wait()

    def wait(self) -> None:
        for one in self.running:
            one.exception()


def played(keeper: Keeper, writer: Writer, plan: tuple[int, ...]) -> None:
    """Collect; the writer's steps come before the steps of `gc` that the plan says."""
    passed = 0

    def step(name: str) -> None:
        nonlocal passed
        if name not in INSIDE:
            writer.wait()
        for _ in range(sum(one == passed for one in plan)):
            writer.go(inside=name in INSIDE)
        passed += 1

    collect(keeper.place, keeper.tenant, KeepSettings(grace_s=0), now=datetime.now(UTC), step=step)
    writer.wait()
    while writer.left:
        writer.go(inside=False)


@pytest.mark.parametrize("plan", list(combinations_with_replacement(range(PLACES), 4)))
def test_a_writer_who_leases_never_loses_a_blob(
    place: Place, pool: ThreadPoolExecutor, plan: tuple[int, ...]
) -> None:
    keeper = Keeper(place, f"leases-{next(NUMBERS)}")
    writer = Writer(keeper, pool, leases=True)
    played(keeper, writer, plan)
    assert [one.exception() for one in writer.running] == [None] * 4
    assert place.blobs(keeper.tenant).read(keeper.sha("a.json", "rules")) == DATA


@pytest.mark.parametrize("plan", list(combinations_with_replacement(range(PLACES), 2)))
def test_a_writer_without_a_lease_keeps_the_blob_or_is_told(
    place: Place, pool: ThreadPoolExecutor, plan: tuple[int, ...]
) -> None:
    keeper = Keeper(place, f"without-{next(NUMBERS)}")
    writer = Writer(keeper, pool, leases=False)
    played(keeper, writer, plan)
    error = writer.running[-1].exception()
    if error is None:
        assert place.blobs(keeper.tenant).read(keeper.sha("a.json", "rules")) == DATA
    else:
        assert isinstance(error, ObjectMissing)
        assert keeper.paths("rules") == []
