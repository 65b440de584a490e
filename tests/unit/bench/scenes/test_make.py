"""Sets of clips as files."""

from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest

from quietwatch.bench.scenes.make import generate
from quietwatch.bench.truth import Half, labelled
from quietwatch.config import MediaSettings
from quietwatch.errors import ConfigError
from quietwatch.media.video import VideoReader


def test_a_set_is_clips_with_their_truth(tmp_path: Path) -> None:
    told: list[Path] = []
    kinds = ["walking", "empty"]
    clips = generate(tmp_path / "a", Half.TUNE, 3, kinds, 2, 1.5, 1, told.append)
    assert [clip.name for clip in clips] == [
        f"{kind}-tune-{number:03d}.mp4" for kind in kinds for number in range(2)
    ]
    assert told == list(clips)
    found = labelled(tmp_path / "a")
    assert sorted(one.clip for one in found) == sorted(clips)
    for one in found:
        assert one.truth.half is Half.TUNE
        assert one.truth.seed == 3
        assert one.truth.duration_s == 1.5
        assert one.truth.camera == one.clip.stem
        with VideoReader(one.clip, MediaSettings()) as reader:
            assert (reader.info.width, reader.info.height) == (640, 480)
            assert len(list(reader.frames())) == 15


def test_more_workers_make_the_same(tmp_path: Path) -> None:
    alone = generate(tmp_path / "one", Half.HELD_OUT, 1, ["empty"], 2, 1.0, 1)
    together = generate(tmp_path / "two", Half.HELD_OUT, 1, ["empty"], 2, 1.0, 2)
    for one, other in zip(alone, together, strict=True):
        assert one.read_bytes() == other.read_bytes()
        for path in (one, other):
            assert path.with_suffix(".truth.json").is_file()


def test_a_low_rate_pulses_with_its_keyframes(tmp_path: Path) -> None:
    (clip,) = generate(tmp_path, Half.TUNE, 2, ["compression"], 1, 10.0, 1)
    with VideoReader(clip, MediaSettings()) as reader:
        luma = [frame.luma.astype(int) for frame in reader.frames()]
    jumps = [float(np.abs(b - a).mean()) for a, b in pairwise(luma)]
    assert max(jumps) > 2.5 * float(np.median(jumps))


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        ({"kinds": ["dragon"]}, "no scenes of the kind 'dragon'"),
        ({"seed": -1}, "the seed is -1"),
        ({"seconds": 0.1}, "length of a clip"),
        ({"clips_per_kind": 0}, "clips a kind is 0"),
        ({"workers": 0}, "number of workers is 0"),
    ],
)
def test_what_is_asked_wrongly_is_said(tmp_path: Path, wrong: dict[str, object], says: str) -> None:
    asked: dict[str, object] = {"seed": 1, "kinds": ["empty"], **wrong}
    with pytest.raises(ConfigError, match=says):
        generate(tmp_path / "none", Half.TUNE, **asked)  # type: ignore[arg-type]
    assert not (tmp_path / "none").exists()
