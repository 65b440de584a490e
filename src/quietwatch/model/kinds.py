"""The words of the field: what things are, what is to be done, and why."""

from enum import StrEnum


class Kind(StrEnum):
    """What something is, as far as seeing can tell."""

    PERSON = "person"
    VEHICLE = "vehicle"
    ANIMAL = "animal"
    UNKNOWN = "unknown"


CLASSES = (Kind.PERSON, Kind.VEHICLE, Kind.ANIMAL)
"""The kinds a detector can name; their order is the order of every score array."""


class Verdict(StrEnum):
    """What is to be done about an event: ring, show to a person, or hold back."""

    ALARM = "alarm"
    REVIEW = "review"
    SUPPRESSED = "suppressed"


class Reason(StrEnum):
    """Why a verdict was given; append-only, documented in docs/events-format.md."""

    PERSON = "person"
    VEHICLE = "vehicle"
    ANIMAL = "animal"
    LOITERING = "loitering"
    LINE_CROSSING = "line-crossing"
    TAMPER = "tamper"
    INSECT = "insect"
    FOLIAGE = "foliage"
    PRECIPITATION = "precipitation"
    LIGHTING = "lighting"
    SHADOW = "shadow"
    CAMERA_MOTION = "camera-motion"
    COMPRESSION = "compression"
    DRIFTING_OBJECT = "drifting-object"
    TOO_BRIEF = "too-brief"
    NO_TRAVEL = "no-travel"
    STATIC_REPEAT = "static-repeat"
    OUTSIDE_ZONE = "outside-zone"
    MASKED = "masked"
    DISARMED = "disarmed"
    KNOWN_FALSE_ALARM = "known-false-alarm"
    LOW_EVIDENCE = "low-evidence"
    WRONG_SIZE = "wrong-size"
    NO_TRIGGER = "no-trigger"
    FRAMED = "framed"
    COVERED = "covered"
    SPRAYED = "sprayed"
    DEFOCUSED = "defocused"
    MOVED = "moved"
    FROZEN = "frozen"
    BLACK = "black"


class NoteCode(StrEnum):
    """What was odd, and done all the same; append-only, see docs/cli.md."""

    CUT_SHORT = "cut-short"
    DAMAGED_FRAMES = "damaged-frames"
    TIMESTAMPS_REPAIRED = "timestamps-repaired"
    SIZE_CHANGED = "size-changed"
    TINY_PICTURE = "tiny-picture"
    NAME_ESCAPED = "name-escaped"
    RECORD_DAMAGED = "record-damaged"
