"""Killed at any moment, erasing and collecting leave what was, or what the next call completes."""

import subprocess
import sys
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from quietwatch.config import KeepSettings
from quietwatch.errors import Erased
from quietwatch.model import Verdict
from quietwatch.store.catalog import erasures
from quietwatch.store.keep.fsck import check
from quietwatch.store.keep.gc import collect
from quietwatch.store.place import Place, open_place
from tests.toys.keeper import NOW, Keeper

pytestmark = pytest.mark.faults  # it takes long

ROOT = Path(__file__).parents[2]
KEEP = KeepSettings(grace_s=0)


@pytest.fixture
def place(tmp_path: Path) -> Iterator[Place]:
    with open_place(tmp_path / "home") as opened:
        yield opened


@pytest.fixture
def eraser(place: Place) -> Iterator[Callable[[str, str, int], bool]]:
    """Tells whether it was killed, so that not all was done."""
    words = [sys.executable, "-m", "tests.toys.eraser", str(place.home.path)]
    with subprocess.Popen(
        words, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        into, out = process.stdin, process.stdout

        def killed(tenant: str, path: str, moment: int) -> bool:
            into.write(f"{tenant} {path} {moment}\n")
            into.flush()
            code = int(out.readline())
            assert code in {0, -9}
            return code == -9

        yield killed
        into.close()


def test_at_any_moment(place: Place, eraser: Callable[[str, str, int], bool]) -> None:
    moment, asked = 0, 0
    while True:
        moment += 1
        keeper = Keeper(place, f"t-{moment}")
        keeper.clip("main/door", days=11)
        asked_for = keeper.clip("main/yard", verdict=Verdict.ALARM)
        kept = keeper.clip("main/gate")
        keeper.put(b"nobody's")
        gone = {keeper.sha(asked_for), keeper.sha(asked_for, "analysis")}
        if not eraser(keeper.tenant, asked_for, moment):
            break
        asked += _was_on_record(keeper, asked_for)
        collect(place, keeper.tenant, KEEP, now=NOW + timedelta(days=20))
        assert [one for one in check(place, keeper.tenant, deep=True) if one.is_wrong] == []
        if _was_on_record(keeper, asked_for):
            assert keeper.paths() == [kept]
            assert not gone & keeper.stored()
        else:
            assert keeper.paths() == sorted([kept, asked_for])
    assert moment > 20, "it was killed often"
    assert 0 < asked < moment


def _was_on_record(keeper: Keeper, path: str) -> bool:
    """Whether a clip is erased; what is read of it agrees with that."""
    with keeper.place.catalog.reading() as connection:
        found = erasures.of_paths(connection, keeper.tenant, "footage", [path])
    if not found:
        assert keeper.place.blobs(keeper.tenant).read(keeper.sha(path))
        return False
    with pytest.raises(Erased):
        keeper.place.blobs(keeper.tenant).read(found[path].sha256)
    return True
