"""The values that cross stages: frozen, checked when made, no behaviour but their arithmetic.

Boxes everywhere are `x1, y1, x2, y2` as fractions of the picture (0 to 1, origin at the top left).
Times are seconds of media time from the start of the clip, unless a name says otherwise.

Values that hold arrays are imported when they are first asked for: NumPy takes a while, and a
program that only names an event should not wait for it.
"""

from importlib import import_module
from typing import TYPE_CHECKING

from quietwatch.model.box import Box, Polygon
from quietwatch.model.events import Event, Judgement
from quietwatch.model.familiar import Familiar, Portrait, Sighting
from quietwatch.model.footage import Arrival, Camera, Clip, Failure, Note, StartFrom
from quietwatch.model.kinds import CLASSES, Kind, NoteCode, Reason, Verdict
from quietwatch.model.versions import Blob, Commit, Difference, Entry, Meta, Origin, Repo, Use

if TYPE_CHECKING:
    from quietwatch.model.pictures import Detections, FloatArray, Frame, Picture, Region
    from quietwatch.model.tracks import Analysis, Link, Snapshot, Summary, Track
else:
    _ARRAYS = {
        **dict.fromkeys(("Detections", "FloatArray", "Frame", "Picture", "Region"), "pictures"),
        **dict.fromkeys(("Analysis", "Link", "Snapshot", "Summary", "Track"), "tracks"),
    }

    def __getattr__(name: str) -> object:
        if name not in _ARRAYS:
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        return getattr(import_module(f"{__name__}.{_ARRAYS[name]}"), name)


__all__ = [
    "CLASSES",
    "Analysis",
    "Arrival",
    "Blob",
    "Box",
    "Camera",
    "Clip",
    "Commit",
    "Detections",
    "Difference",
    "Entry",
    "Event",
    "Failure",
    "Familiar",
    "FloatArray",
    "Frame",
    "Judgement",
    "Kind",
    "Link",
    "Meta",
    "Note",
    "NoteCode",
    "Origin",
    "Picture",
    "Polygon",
    "Portrait",
    "Reason",
    "Region",
    "Repo",
    "Sighting",
    "Snapshot",
    "StartFrom",
    "Summary",
    "Track",
    "Use",
    "Verdict",
]
