"""Videos that are written can be read again."""

from pathlib import Path

import numpy as np
import pytest

from quietwatch.config import MediaSettings
from quietwatch.media.video import VideoReader
from quietwatch.media.writer import write_video


def pictures(count: int) -> list[np.ndarray[tuple[int, int, int], np.dtype[np.uint8]]]:
    made = []
    for number in range(count):
        picture = np.full((48, 64, 3), 60, np.uint8)
        picture[10:30, number : number + 16] = (220, 40, 40)
        made.append(picture)
    return made


def test_pictures_come_back_in_their_order_at_their_times(tmp_path: Path) -> None:
    path = tmp_path / "clip.mp4"
    write_video(path, pictures(25), (64, 48), 10, quality=12)
    with VideoReader(path, MediaSettings()) as reader:
        frames = [(frame.seconds, frame.rgb.copy()) for frame in reader.frames()]
    assert [round(seconds, 3) for seconds, _ in frames] == [n / 10 for n in range(25)]
    for (_, seen), written in zip(frames, pictures(25), strict=True):
        assert np.abs(seen.astype(int) - written).mean() < 6


def test_equal_pictures_give_equal_bytes(tmp_path: Path) -> None:
    for name in ("a", "b"):
        write_video(tmp_path / name, pictures(12), (64, 48), 10)
    assert (tmp_path / "a").read_bytes() == (tmp_path / "b").read_bytes()


def test_a_folder_that_is_not_there_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(OSError, match="No such file"):
        write_video(tmp_path / "none" / "a.mp4", pictures(1), (64, 48), 10)
