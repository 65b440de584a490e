"""A sheaf: the numbered stills of one clip as one file, because a store of many small ones is slow.

It is a zip in which nothing is compressed, with the pictures in order: `000000/<name>`, ... Equal
pictures with equal names give equal bytes. Whoever packs it is us, but what is read is hostile as
all footage is: sizes are those of the bytes that are there.
"""

import zipfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO

from quietwatch.errors import EmptyFile, PictureTooLarge, UnreadablePicture
from quietwatch.media.files import magic, opened

_EPOCH = (1980, 1, 1, 0, 0, 0)  # the first date a zip can tell
_PIECE = 2**20
_START = b"PK\x03\x04"
_FIRST = b"000000/"
_MAGIC = 16


def pack(files: Sequence[tuple[str, Path]], out: BinaryIO) -> None:
    """Write a sheaf.

    Args:
        files: (name, file) of each picture in order; names are printable.
        out: takes the bytes.

    Raises:
        NotReadable, SymlinkLoop: a picture can't be read. An empty one is kept: it is one that is
            damaged.
    """
    with zipfile.ZipFile(out, "w", zipfile.ZIP_STORED) as sheaf:
        for index, (name, path) in enumerate(files):
            entry = zipfile.ZipInfo(f"{index:06d}/{name.replace('/', '_')}", _EPOCH)
            entry.create_system = 3  # Unix, whatever writes it
            with sheaf.open(entry, "w") as member, suppress(EmptyFile), opened(path) as picture:
                while piece := picture.read(_PIECE):
                    member.write(piece)


def is_sheaf(path: Path) -> bool:
    """Whether a file looks like one; raises what `files.opened` does."""
    if magic(path)[:4] != _START:
        return False
    with path.open("rb") as file:
        file.seek(30)
        return file.read(len(_FIRST)) == _FIRST


class SheafStill:
    """A picture in a sheaf."""

    def __init__(self, sheaf: Path, entry: zipfile.ZipInfo) -> None:
        self._sheaf = sheaf
        self._entry = entry
        self.name = entry.filename.partition("/")[2]

    def magic(self) -> bytes:
        """The first 16 bytes; raises what `contents` does."""
        with _read(self._sheaf, self._entry) as member:
            return member.read(_MAGIC)

    def contents(self, most: int) -> bytes:
        """All bytes.

        Raises:
            EmptyFile: there are none.
            UnreadablePicture: they are damaged.
            PictureTooLarge: there are more than `most`.
        """
        if self._entry.file_size > most:
            raise PictureTooLarge(
                f"the picture has {self._entry.file_size} bytes, more than the {most} it may have; "
                "raise media.max_pixels if it is a picture"
            )
        with _read(self._sheaf, self._entry) as member:
            return member.read(most)


def stills(path: Path) -> tuple[SheafStill, ...]:
    """The pictures of a sheaf in order.

    Raises:
        UnreadablePicture: it is damaged or none.
    """
    with _damage_told(), zipfile.ZipFile(path) as sheaf:
        entries = [entry for entry in sheaf.infolist() if not entry.is_dir()]
        if any(entry.compress_type != zipfile.ZIP_STORED for entry in entries):
            raise zipfile.BadZipFile("compressed")
    if not entries:
        raise UnreadablePicture("this sheaf of pictures holds none; bring the footage in again")
    return tuple(SheafStill(path, entry) for entry in entries)


@contextmanager
def _read(path: Path, entry: zipfile.ZipInfo) -> Iterator[zipfile.ZipExtFile]:
    if entry.file_size == 0:
        raise EmptyFile("the file has no bytes; send or copy it again")
    with _damage_told(), zipfile.ZipFile(path) as sheaf, sheaf.open(entry) as member:
        yield member  # type: ignore[misc] # a member that is read


@contextmanager
def _damage_told() -> Iterator[None]:
    try:
        yield
    except (zipfile.BadZipFile, EOFError, KeyError, NotImplementedError, RuntimeError) as error:
        raise UnreadablePicture(
            "this sheaf of pictures is damaged; bring the footage in again"
        ) from error
