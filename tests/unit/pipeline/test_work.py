"""What a worker does with one payload."""

import hashlib
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from quietwatch.config import Settings
from quietwatch.errors import FootageDamaged, FootageMissing, SetupError, UnreadableVideo
from quietwatch.pipeline.runners.base import Work
from quietwatch.pipeline.work import (
    Look,
    PackAt,
    Probe,
    Probed,
    ProbeStored,
    StateLost,
    Workplace,
    made_in,
    make_work,
)
from quietwatch.store.home import Home
from quietwatch.store.objects.blobs import Blobs
from quietwatch.store.objects.objects import connect
from quietwatch.store.pack import PackReader

if TYPE_CHECKING:
    from tests.conftest import Footage

SETTINGS = Settings()
TENANT = "home"
KEY, NEXT = "a" * 64, "b" * 64


@pytest.fixture(params=["local", "memory"])
def workplace(request: pytest.FixtureRequest, tmp_path: Path) -> Workplace:
    url = str(tmp_path / "store") if request.param == "local" else f"memory://{tmp_path.name}"
    home = Home(tmp_path / "home")
    return Workplace(url, home.spool, SETTINGS.vision.model, 1)


@pytest.fixture
def blobs(workplace: Workplace) -> Blobs:
    return Blobs(connect(workplace.store), TENANT, workplace.spool)


@pytest.fixture
def work(workplace: Workplace) -> Work:
    return make_work(workplace)


@pytest.fixture(scope="module")
def clip(footage: "Footage") -> Path:
    return footage.video("clip.mp4", size=(320, 240), frames=10)


def look(footage: str, key: str = KEY, **more: Any) -> Look:
    return Look(key, TENANT, footage, SETTINGS.media, SETTINGS.vision, **more)


def tick(_: float, __: float | None) -> None:
    """Nobody listens."""


def nothing_is_left(workplace: Workplace) -> bool:
    return [path for path in workplace.spool.iterdir() if path.name != "made"] == []


def test_a_file_is_probed_where_it_is_and_in_the_store(
    work: Work, blobs: Blobs, workplace: Workplace, clip: Path
) -> None:
    here = work(Probe(clip, SETTINGS.media), tick)
    stored = blobs.put_file(clip)
    there = work(ProbeStored(TENANT, stored.sha256, SETTINGS.media), tick)
    assert isinstance(here, Probed)
    assert here == there
    assert (here.info.width, here.info.height, here.info.codec) == (320, 240, "h264")
    assert here.duration == pytest.approx(1.0)
    assert nothing_is_left(workplace)


def test_what_is_no_footage_is_told(work: Work, footage: "Footage") -> None:
    text = footage.file("text.mp4", b"this is no video at all\n" * 50)
    with pytest.raises(UnreadableVideo):
        work(Probe(text, SETTINGS.media), tick)


def test_a_clip_is_analyzed_into_the_spool(
    work: Work, blobs: Blobs, workplace: Workplace, clip: Path
) -> None:
    ticks: list[float] = []
    stored = blobs.put_file(clip)
    assert work(look(stored.sha256), lambda done, _: ticks.append(done)) is None
    made = made_in(workplace.spool, KEY)
    assert workplace.made(KEY) == made
    with made.open("rb") as file, PackReader(file) as pack:
        assert pack.analysis().summary.frames == 10
    assert len(ticks) >= 10
    assert nothing_is_left(workplace)
    stamp = made.stat().st_mtime_ns
    assert work(look("f" * 64), tick) is None  # it was made before
    assert made.stat().st_mtime_ns == stamp


def test_it_goes_on_from_the_clip_before_wherever_that_lies(
    work: Work, blobs: Blobs, workplace: Workplace, clip: Path
) -> None:
    stored = blobs.put_file(clip)
    work(look(stored.sha256), tick)
    first = workplace.made(KEY)
    pack = blobs.put_file(first)
    found = set()
    for at in (PackAt(KEY, None), PackAt(KEY, pack.sha256), PackAt("c" * 64, pack.sha256)):
        assert work(look(stored.sha256, NEXT, offset=1.0, before=at), tick) is None
        found.add(hashlib.sha256(workplace.made(NEXT).read_bytes()).hexdigest())
        with workplace.made(NEXT).open("rb") as file, PackReader(file) as made:
            assert made.analysis().summary.link.before == stored.sha256
        workplace.made(NEXT).unlink()
    assert len(found) == 1


@pytest.mark.parametrize(
    "spoil", [lambda data: data[:-9], lambda data: data.replace(b"state.bin", b"state.bim")]
)
def test_what_the_clip_before_left_may_be_lost(
    work: Work, blobs: Blobs, workplace: Workplace, clip: Path, spoil: Callable[[bytes], bytes]
) -> None:
    stored = blobs.put_file(clip)
    work(look(stored.sha256), tick)
    made = workplace.made(KEY)
    made.write_bytes(spoil(made.read_bytes()))
    for at in (PackAt(KEY, None), PackAt("c" * 64, "d" * 64)):
        assert work(look(stored.sha256, NEXT, offset=1.0, before=at), tick) == StateLost()
    assert not workplace.made(NEXT).exists()


def test_footage_that_is_gone_or_damaged_costs_one_clip(
    work: Work, blobs: Blobs, workplace: Workplace, clip: Path
) -> None:
    stored = blobs.put_file(clip)
    blobs.delete([stored.sha256])
    with pytest.raises(FootageMissing, match="bring it in again"):
        work(look(stored.sha256), tick)
    connect(workplace.store).put(f"{TENANT}/blobs/{stored.sha256[:2]}/{stored.sha256}", b"other")
    with pytest.raises(FootageDamaged, match="bring it in again"):
        work(look(stored.sha256), tick)
    with pytest.raises(FootageDamaged):
        work(ProbeStored(TENANT, stored.sha256, SETTINGS.media), tick)
    assert list((workplace.spool / "made").iterdir()) == []
    assert nothing_is_left(workplace)


def test_what_it_does_not_know_is_a_mistake(work: Work) -> None:
    with pytest.raises(TypeError, match="a probe or a look"):
        work("something else", tick)


def test_without_a_model_there_is_no_work(workplace: Workplace, tmp_path: Path) -> None:
    text = tmp_path / "model.tflite"
    text.write_bytes(b"no model")
    with pytest.raises(SetupError):
        make_work(Workplace(workplace.store, workplace.spool, str(text), 1))
