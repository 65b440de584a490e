"""Local files as FFmpeg may see them: bytes, and nothing else it could open or guess from."""

import errno
import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from quietwatch.errors import EmptyFile, InputError, NotReadable, PictureTooLarge, SymlinkLoop

_MAGIC_BYTES = 16


class LocalFile:
    """An open regular file, read-only.

    FFmpeg gets this object and no name: a name would let it guess the format from the ending, look
    for files that lie beside it, or resolve what a hostile playlist refers to. Any bytes may stand
    in the path.

    Raises:
        EmptyFile, NotReadable, SymlinkLoop: when made.
    """

    def __init__(self, path: Path) -> None:
        try:
            # Non-blocking, because opening a named pipe would wait for a writer for ever.
            self._handle = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
        except OSError as error:
            raise _refused(error) from error
        status = os.fstat(self._handle)
        self.size = status.st_size
        if not stat.S_ISREG(status.st_mode):
            os.close(self._handle)
            raise NotReadable("this is no regular file; name a file or a folder of files")
        if self.size == 0:
            os.close(self._handle)
            raise EmptyFile("the file has no bytes; send or copy it again")
        self.error: OSError | None = None
        """The first failure of the disk, which FFmpeg may take for the end of the file."""

    def read(self, count: int) -> bytes:
        """At most `count` bytes from where we are; none at the end."""
        try:
            return os.read(self._handle, count)
        except OSError as error:
            self.error = self.error or error
            raise

    def seek(self, offset: int, whence: int = os.SEEK_SET) -> int:
        """Go there; returns where we are."""
        return os.lseek(self._handle, offset, whence)

    def tell(self) -> int:
        """Where we are."""
        return os.lseek(self._handle, 0, os.SEEK_CUR)

    def check(self) -> None:
        """Raise NotReadable if the disk failed while the file was read."""
        if self.error is not None:
            raise _refused(self.error) from self.error

    def close(self) -> None:
        """Close the file; once more does no harm."""
        if self._handle >= 0:
            os.close(self._handle)
            self._handle = -1


@contextmanager
def opened(path: Path) -> Iterator[LocalFile]:
    """A file to be read in this block, closed after it.

    Raises:
        EmptyFile, NotReadable, SymlinkLoop: it can't be opened, or not be read in the block.
    """
    file = LocalFile(path)
    try:
        yield file
    except OSError as error:
        raise _refused(error) from error
    finally:
        file.close()


def magic(path: Path) -> bytes:
    """The first 16 bytes of a file, fewer when it has no more; raises what `opened` does."""
    with opened(path) as file:
        return file.read(_MAGIC_BYTES)


def contents(path: Path, most: int) -> bytes:
    """All bytes of a file.

    Args:
        path: the file.
        most: largest size that is taken into memory, bytes.

    Raises:
        EmptyFile, NotReadable, SymlinkLoop: it can't be read.
        PictureTooLarge: it has more bytes than that.
    """
    with opened(path) as file:
        if file.size > most:
            raise PictureTooLarge(
                f"the file has {file.size} bytes, more than the {most} a picture may have; "
                "raise media.max_pixels if it is a picture"
            )
        parts = bytearray()
        while len(parts) <= most and (part := file.read(most + 1 - len(parts))):
            parts += part
        return bytes(parts)


def _refused(error: OSError) -> InputError:
    if error.errno == errno.ELOOP:
        return SymlinkLoop("the link leads back to itself; remove it")
    return NotReadable(
        f"the operating system refused to read it ({os.strerror(error.errno or errno.EIO)}); "
        "check that it is there and that you may read it"
    )
