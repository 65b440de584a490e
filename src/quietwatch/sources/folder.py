"""Files and folders of this machine: found in sorted order, each once, nothing opened."""

import errno
import stat
from collections.abc import Iterator
from dataclasses import dataclass
from os import DirEntry, scandir
from pathlib import Path, PurePosixPath
from zoneinfo import ZoneInfo

from quietwatch.errors import InputError, NotReadable, SourceNotFound, SymlinkLoop
from quietwatch.model import Failure
from quietwatch.names import printable
from quietwatch.sources.piece import Piece, in_sequence, is_footage, read_name

_ABSENT = {errno.ENOENT, errno.ENOTDIR, errno.ENAMETOOLONG}
_LOOP = "the link leads back to itself; remove it or name the real file"


@dataclass(frozen=True, slots=True)
class _Folder:
    """A folder on the way.

    Attributes:
        path: where it is.
        shown: the same as the caller wrote it, ending in `/`, not yet printable.
        camera: first-level sub-folder it is or lies in, None for the source itself.
        real: its path without symlinks.
        above: the folder it was reached from.
    """

    path: Path
    shown: str
    camera: str | None
    real: Path
    above: "_Folder | None" = None

    def lies_in(self, real: Path) -> bool:
        """Whether the way here leads through the folder with this real path."""
        folder: _Folder | None = self
        while folder is not None:
            if folder.real == real:
                return True
            folder = folder.above
        return False


def require(source: str) -> None:
    """Check that there is something at a path, be it a link that leads nowhere.

    Raises:
        SourceNotFound: there is not.
    """
    try:
        if source:
            Path(source).lstat()
            return
    except OSError as error:
        if error.errno not in _ABSENT:
            return  # it is there; what is wrong with it is said when it is read
    raise SourceNotFound(f"'{printable(source)}' is not there; check the path")


class Walk:
    """One walk over local sources; what is reached twice, also by links, counts once.

    Args:
        zone: time zone in which times in names are read.
        home: folder that is not entered, None for none.
    """

    def __init__(self, zone: ZoneInfo, home: Path | None = None) -> None:
        self._zone = zone
        self._home = home.resolve() if home else None
        self._folders: set[str] = {str(self._home)} if self._home else set()
        self._files: set[str] = set()

    def pieces(self, source: str) -> Iterator[Piece | Failure]:
        """The footage at a path: a file whatever its ending, or what a folder holds."""
        path = Path(source)
        try:
            mode = path.stat().st_mode
            real = path.resolve()
        except OSError as error:
            yield _failure(source, error)
            return
        if stat.S_ISDIR(mode):
            yield from self._below(_Folder(path, f"{source.rstrip('/')}/", None, real))
        elif not stat.S_ISREG(mode):
            reason = "it is no file: a pipe, a socket or a device; name a file or a folder"
            yield Failure(printable(source), NotReadable.code, reason)
        elif self._is_new(str(real)):
            tells = read_name(path.name, None, self._zone)
            yield Piece(
                tells.camera, printable(source), (str(path),), tells.start, tells.start_from
            )

    def part(self, source: str, part: Path) -> Iterator[Piece | Failure]:
        """The footage of one folder of a source, and of those below it.

        Args:
            source: the folder that was named.
            part: it, or a folder below it.
        """
        top = Path(source)
        try:
            below, real = part.relative_to(top), part.resolve()
            if any(name.startswith(".") for name in below.parts) or not stat.S_ISDIR(
                part.stat().st_mode
            ):
                return
        except (OSError, ValueError) as error:
            if isinstance(error, FileNotFoundError | ValueError):
                return  # it went again
            yield _failure(str(part), error)
            return
        if self._home is not None and real.is_relative_to(self._home):
            return
        shown = "/".join((source.rstrip("/"), *below.parts)) + "/"
        camera = below.parts[0] if below.parts else None
        yield from self._below(_Folder(part, shown, camera, real))

    def _below(self, source: _Folder) -> Iterator[Piece | Failure]:
        """Walk depth first without recursion: a folder may lie deeper than Python can call."""
        waiting = [source]
        while waiting:
            folder = waiting.pop()
            if str(folder.real) in self._folders:
                continue
            self._folders.add(str(folder.real))
            try:
                with scandir(folder.path) as found:
                    entries = sorted(found, key=lambda entry: entry.name)
            except OSError as error:
                yield _failure(folder.shown.rstrip("/") or "/", error)
                continue
            files: list[tuple[str, str]] = []
            folders: list[_Folder] = []
            for entry in entries:
                if not entry.name.startswith("."):
                    try:
                        self._sort(entry, folder, files, folders)
                    except InputError as error:
                        shown = printable(folder.shown + entry.name)
                        yield Failure(shown, error.code, error.detail)
            yield from self._clips(folder, files)
            waiting.extend(reversed(folders))

    def _sort(
        self,
        entry: DirEntry[str],
        folder: _Folder,
        files: list[tuple[str, str]],
        folders: list[_Folder],
    ) -> None:
        """Put an entry where it belongs; what is neither footage nor folder, nowhere."""
        real = f"{folder.real}/{entry.name}"  # no Path for each of very many files
        try:
            if entry.is_symlink():
                target = Path(entry.path).resolve(strict=True)
                if target.is_dir() and folder.lies_in(target):
                    raise SymlinkLoop(f"the link leads back to {printable(target)}; remove it")
                real = str(target)
            is_folder, is_file = entry.is_dir(), entry.is_file()
        except RuntimeError as error:  # so says resolve() of a loop before Python 3.13
            raise SymlinkLoop(_LOOP) from error
        except OSError as error:
            if PurePosixPath(entry.name).suffix and not is_footage(entry.name):
                return  # a link to nowhere that never was footage
            raise _input_error(error) from error
        if is_folder:
            shown = f"{folder.shown}{entry.name}/"
            path, camera = Path(entry.path), folder.camera or entry.name
            folders.append(_Folder(path, shown, camera, Path(real), folder))
        elif is_file and is_footage(entry.name) and self._is_new(real):
            files.append((entry.name, entry.path))

    def _clips(self, folder: _Folder, files: list[tuple[str, str]]) -> Iterator[Piece]:
        clips = in_sequence(files, self._zone)
        only = sum(len(members) > 1 for _, members in clips) == 1
        for name, members in clips:
            shown = folder.shown + name
            if len(members) > 1:  # numbered stills: the folder is the camera, and the clip
                camera = folder.camera or folder.real.name
                shown = (folder.shown.rstrip("/") or "/") if only else shown
                yield Piece(camera, printable(shown), tuple(members), None, "name")
                continue
            tells = read_name(name, folder.camera, self._zone)
            yield Piece(
                tells.camera, printable(shown), tuple(members), tells.start, tells.start_from
            )

    def _is_new(self, real: str) -> bool:
        if real in self._files:
            return False
        self._files.add(real)
        return True


def _failure(source: str, error: OSError) -> Failure:
    known = _input_error(error)
    return Failure(printable(source), known.code, known.detail)


def _input_error(error: OSError) -> InputError:
    if error.errno == errno.ELOOP:
        return SymlinkLoop(_LOOP)
    if error.errno in _ABSENT:
        return NotReadable("it is a link to something that is not there; mend or remove the link")
    return NotReadable(
        f"the system refused to read it ({error.strerror}); give the account that runs Quietwatch "
        "the right to read it"
    )
