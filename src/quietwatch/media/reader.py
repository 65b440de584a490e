"""The port of the decoder: what a reader of any kind of footage gives."""

from abc import ABC, abstractmethod
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from types import TracebackType
from typing import Self

from quietwatch.model import Frame, Note, NoteCode


@dataclass(frozen=True, slots=True)
class MediaInfo:
    """What is known of a piece of footage before its frames are decoded.

    Attributes:
        container: FFmpeg's name of the container, `stills` for a folder of numbered stills, or
            `still` for a single one.
        codec: FFmpeg's name of the codec.
        width: pixels across, as shown (after rotation).
        height: pixels down, as shown.
        duration: seconds as the container claims, None when it does not say; never trusted
            for more than a progress bar.
        recorded: UTC time of the first frame as the file's own metadata says, else None.
        lone_still: a single picture, in which nothing can move.
    """

    container: str
    codec: str
    width: int
    height: int
    duration: float | None
    recorded: datetime | None
    lone_still: bool


class Reader(ABC):
    """An open piece of footage; a context manager. Adapters: `VideoReader`, `StillsReader`.

    What they share is here: the notes, and letting go at the end.
    """

    info: MediaInfo

    def __init__(self) -> None:
        self._resized = 0
        self._notes: list[Note] = []

    @abstractmethod
    def frames(self) -> Iterator[Frame]:
        """The frames in order of presentation, once; `pts` starts at 0 and rises strictly.

        Memory is bounded whatever the length. A frame's arrays are valid until the next one.

        Raises:
            UnreadableVideo, UnreadablePicture: not one frame could be decoded.
            PictureTooLarge: a picture inside is larger than the bound.
        """

    @property
    @abstractmethod
    def duration(self) -> float:
        """Seconds from the first frame to the end of the last one read so far."""

    @abstractmethod
    def extent(self) -> float:
        """About how many seconds it lasts, without decoding more; frames can't be read after it.

        As the container says, or by the times in the rest of the file where it does not say.
        """

    @property
    def notes(self) -> tuple[Note, ...]:
        """What was odd and survived; complete when all frames are read."""
        return tuple(self._notes)

    @abstractmethod
    def close(self) -> None:
        """Let go of the footage; pictures given stay valid, and once more does no harm."""

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def _note(self, code: NoteCode, detail: str) -> None:
        self._notes.append(Note(code, detail))

    def _note_resized(self, what: str) -> None:
        """Say how many pictures had another size than the first, if any had."""
        if self._resized:
            size = f"{self.info.width} x {self.info.height}"
            detail = f"{self._resized} {what} of another size were stretched to {size}"
            self._note(NoteCode.SIZE_CHANGED, detail)
