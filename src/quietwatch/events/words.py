"""Reasons, verdicts, kinds and failures in plain words, for people and for the docs."""

from typing import Final, NamedTuple

from quietwatch import errors
from quietwatch.model import Kind, Reason, Verdict


class Words(NamedTuple):
    """How a reason reads.

    Attributes:
        name: two or three words, for a heading or a filter.
        alarm: the sentence under an alarm, where the reason speaks for it.
        otherwise: the sentence under a review or a suppressed event, where it speaks against it.
    """

    name: str
    alarm: str
    otherwise: str


def _cause(name: str, sentence: str) -> Words:
    """A harmless cause: it can only weaken an alarm, never make one."""
    return Words(name, f"in spite of this: {sentence}", sentence)


def _done(name: str, sentence: str) -> Words:
    """What was done to the camera; it reads the same where that is not sure."""
    return Words(name, sentence, f"perhaps: {sentence}")


REASONS: Final[dict[Reason, Words]] = {
    Reason.PERSON: Words(
        "Person",
        "a person was seen",
        "it looked like a person, but that alone did not raise an alarm here",
    ),
    Reason.VEHICLE: Words(
        "Vehicle",
        "a vehicle was seen on the move",
        "a vehicle, which does not raise an alarm here",
    ),
    Reason.ANIMAL: Words(
        "Animal",
        "an animal was seen, and animals are watched for here",
        "an animal, which does not raise an alarm here",
    ),
    Reason.LOITERING: Words(
        "Loitering",
        "stayed around for longer than is usual",
        "stayed around, but not in a way that raises an alarm here",
    ),
    Reason.LINE_CROSSING: Words(
        "Line crossing",
        "crossed a line that is watched",
        "crossed a watched line, but nothing watched for was seen doing it",
    ),
    Reason.TAMPER: Words(
        "Tampering",
        "something was done to the camera itself: covered, turned, blinded or pushed",
        "much of the picture changed at once, as when somebody reaches for the camera",
    ),
    Reason.INSECT: _cause("Insect", "flew close before the lens like an insect: blurred and fast"),
    Reason.FOLIAGE: _cause(
        "Foliage", "moved like leaves or branches: to and fro without getting anywhere"
    ),
    Reason.PRECIPITATION: _cause("Rain or snow", "fell through the picture like rain or snow"),
    Reason.LIGHTING: _cause(
        "Light", "the light changed: a lamp, headlights or a cloud, nothing that moved"
    ),
    Reason.SHADOW: _cause("Shadow", "a shadow: the ground showed through, only darker"),
    Reason.CAMERA_MOTION: _cause(
        "Camera shake", "the whole picture moved: the camera shook or was turned"
    ),
    Reason.COMPRESSION: _cause(
        "Picture noise", "noise of the recording: blocks and flicker where nothing moved"
    ),
    Reason.DRIFTING_OBJECT: _cause(
        "Drifting object", "drifted along like a bag, a web or a balloon, without a will of its own"
    ),
    Reason.TOO_BRIEF: _cause("Too brief", "was there too briefly to be somebody coming or going"),
    Reason.NO_TRAVEL: _cause("No travel", "moved on the spot and went nowhere"),
    Reason.STATIC_REPEAT: _cause(
        "Same again", "the same thing at the same place again and again: part of the scene"
    ),
    Reason.OUTSIDE_ZONE: _cause("Outside the zone", "stayed outside the zones watched here"),
    Reason.MASKED: _cause("Masked", "lay under a privacy mask of this camera"),
    Reason.DISARMED: _cause("Disarmed", "happened while this camera was not armed"),
    Reason.KNOWN_FALSE_ALARM: _cause(
        "Known false alarm", "looks like something that people here have called a false alarm"
    ),
    Reason.LOW_EVIDENCE: _cause("Thin evidence", "too little was seen of it to be sure"),
    Reason.WRONG_SIZE: _cause(
        "Wrong size", "was smaller or larger in the picture than what counts here"
    ),
    Reason.NO_TRIGGER: _cause(
        "No trigger", "did not do what alone rings here: stay for long, or cross a line"
    ),
    Reason.FRAMED: _cause(
        "Framed", "kept within a pane, a screen or a picture that is part of the scene"
    ),
    Reason.COVERED: _done("Covered", "something was put over the lens, and hides all of the view"),
    Reason.SPRAYED: _done(
        "Sprayed", "a part of the view is blotted out, as with paint on the glass"
    ),
    Reason.DEFOCUSED: _done("Out of focus", "the picture is blurred where it was sharp"),
    Reason.MOVED: _done("Moved", "the camera was turned, and looks at something else"),
    Reason.FROZEN: _done("Frozen", "the picture is the same all the time, as if it stood still"),
    Reason.BLACK: _done("Black", "the picture went black, and shows nothing at all any more"),
}

VERDICTS: Final[dict[Verdict, str]] = {
    Verdict.ALARM: "Something watched for is there: worth answering now.",
    Verdict.REVIEW: "Evidence is thin, or something large moved that has no class: "
    "shown to people, rings nobody.",
    Verdict.SUPPRESSED: "A false alarm, held back; its track, picture and reasons are kept.",
}

KINDS: Final[dict[Kind, str]] = {
    Kind.PERSON: "A human being, on foot or otherwise.",
    Kind.VEHICLE: "A car, truck, bus, motorcycle, bicycle or the like.",
    Kind.ANIMAL: "A dog, cat, bird, horse or another animal.",
    Kind.UNKNOWN: "Something moved, and seeing could not tell what it was.",
}

FAILURES: Final[dict[type[errors.QuietwatchError], str]] = {
    errors.EmptyFile: "Copy it again from the camera or recorder: nothing of it has arrived.",
    errors.NotReadable: "Give the account that runs it the right to read it, or mend the link.",
    errors.SymlinkLoop: "Remove the link that points back to itself, or name the real file.",
    errors.AmbiguousCamera: "Rename one of the two, or give each camera a folder of its own.",
    errors.InvalidName: "Give the file or its folder a name with a letter a to z or a digit in it.",
    errors.ConfigError: "Mend the settings that are named; the footage was taken in, and waits.",
    errors.SourceChanged: "Wait until it is written to its end, then run again.",
    errors.UnreadableVideo: "Play it elsewhere; if that fails too, fetch it again.",
    errors.UnreadablePicture: "Open it elsewhere; if that fails too, fetch it again.",
    errors.NoVideo: "Leave it out, or check that the recorder writes pictures, not sound alone.",
    errors.UnsupportedCodec: "Set the camera to H.264 or H.265, or convert the file with FFmpeg.",
    errors.PictureTooLarge: "If its size is right, raise `media.max_pixels` in the settings.",
    errors.DecoderCrashed: "Likely damaged: fetch it again; if that changes nothing, report it.",
    errors.DecoderStalled: "Fetch it again; if it is slow, raise `run.stall_s` or `run.clip_s`.",
    errors.MemoryExceeded: "Raise `run.memory_mb` in the settings, or run fewer workers.",
    errors.FootageMissing: "Bring it in again; `quietwatch fsck` finds what else is missing.",
    errors.FootageDamaged: "Bring it in again; `quietwatch fsck --deep` finds what else is.",
    errors.Erased: "Remove it from the source; `quietwatch erase --lift` lets it come in again.",
}
"""What to do about an input that could not be used, by every error that sets one aside."""


def sentence(reason: Reason, verdict: Verdict) -> str:
    """The reason in plain words, as it reads under an event of this verdict."""
    words = REASONS[reason]
    return words.alarm if verdict is Verdict.ALARM else words.otherwise


def noise(count: int) -> str:
    """What is said of movers that were seen too seldom to be events; at least one."""
    movers = "1 mover was" if count == 1 else f"{count:,} movers were"
    return f"{movers} seen too seldom to be followed, and only counted"
