import zipfile
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from quietwatch.config import MediaSettings
from quietwatch.errors import EmptyFile, PictureTooLarge, UnreadablePicture
from quietwatch.media.opening import open_media
from quietwatch.media.sheaf import is_sheaf, stills

if TYPE_CHECKING:
    from tests.conftest import Footage


def test_equal_pictures_give_equal_bytes(footage: "Footage") -> None:
    files = footage.stills(["1.jpg", "2.jpg"])
    assert footage.sheaf(files).read_bytes() == footage.sheaf(files).read_bytes()
    assert footage.sheaf(files[::-1]).read_bytes() != footage.sheaf(files).read_bytes()


def test_a_sheaf_is_known_by_its_content(footage: "Footage", tmp_path: Path) -> None:
    assert is_sheaf(footage.sheaf(footage.stills(["1.jpg"]), "clip.jpg"))
    other = tmp_path / "a.zip"
    with zipfile.ZipFile(other, "w") as file:
        file.writestr("a.jpg", b"")
    assert not is_sheaf(other)
    assert not is_sheaf(footage.still("still.jpg"))


def test_pictures_keep_their_names_and_bytes(footage: "Footage") -> None:
    files = footage.stills(["9.jpg", "10.jpg"])
    found = stills(footage.sheaf(files))
    assert [still.name for still in found] == ["9.jpg", "10.jpg"]
    assert [still.contents(10**6) for still in found] == [file.read_bytes() for file in files]
    assert found[0].magic() == files[0].read_bytes()[:16]


def test_a_sheaf_of_one_is_a_clip(footage: "Footage") -> None:
    with open_media((footage.sheaf(footage.stills(["1.jpg"])),), MediaSettings()) as reader:
        assert not reader.info.lone_still


def test_a_bound_is_kept_and_what_is_empty_told(footage: "Footage", tmp_path: Path) -> None:
    [file] = footage.stills(["1.jpg"])
    empty = tmp_path / "2.jpg"
    empty.touch()
    large, nothing = stills(footage.sheaf([file, empty]))
    with pytest.raises(PictureTooLarge):
        large.contents(10)
    with pytest.raises(EmptyFile):
        nothing.contents(10)


@pytest.mark.parametrize("share", [0.2, 0.9])
def test_a_cut_sheaf_is_damaged(footage: "Footage", share: float) -> None:
    whole = footage.sheaf(footage.stills(["1.jpg", "2.jpg"]))
    with pytest.raises(UnreadablePicture, match="damaged"):
        stills(footage.cut(whole, share))


def test_a_damaged_picture_is_told_and_the_others_are_read(footage: "Footage") -> None:
    whole = footage.sheaf(footage.stills(["1.jpg", "2.jpg"]))
    data = bytearray(whole.read_bytes())
    data[200:220] = bytes(20)
    broken = footage.file("broken.zip", bytes(data))
    with open_media((broken,), MediaSettings()) as reader:
        assert len(list(reader.frames())) == 1
        assert [note.code for note in reader.notes] == ["damaged-frames"]


def test_nothing_in_it_may_be_compressed(tmp_path: Path) -> None:
    path = tmp_path / "bomb.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as file:
        file.writestr("000000/a.jpg", bytes(10**6))
    with pytest.raises(UnreadablePicture):
        stills(path)
