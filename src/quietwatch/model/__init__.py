"""The values that cross stages: frozen, checked when made, no behaviour but their arithmetic.

Boxes everywhere are `x1, y1, x2, y2` as fractions of the picture (0 to 1, origin at the top left).
Times are seconds of media time from the start of the clip, unless a name says otherwise.
"""

from quietwatch.model.events import Event, Judgement
from quietwatch.model.footage import Arrival, Camera, Clip, Failure, Note, StartFrom
from quietwatch.model.kinds import CLASSES, Kind, NoteCode, Reason, Verdict
from quietwatch.model.pictures import Box, Detections, FloatArray, Frame, Picture, Region
from quietwatch.model.tracks import Analysis, Snapshot, Summary, Track

__all__ = [
    "CLASSES",
    "Analysis",
    "Arrival",
    "Box",
    "Camera",
    "Clip",
    "Detections",
    "Event",
    "Failure",
    "FloatArray",
    "Frame",
    "Judgement",
    "Kind",
    "Note",
    "NoteCode",
    "Picture",
    "Reason",
    "Region",
    "Snapshot",
    "StartFrom",
    "Summary",
    "Track",
    "Verdict",
]
