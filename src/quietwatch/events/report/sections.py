"""Parts of the page below its top: what failed, the filter, and each camera over time."""

from collections.abc import Mapping, Sequence
from typing import Final

from quietwatch.events import words
from quietwatch.events.report import phrase
from quietwatch.events.report.figures import CameraFigures, Oddity
from quietwatch.events.report.markup import Child, Markup, h
from quietwatch.events.report.timeline import WORDS, timeline
from quietwatch.events.report.value import ReportClip
from quietwatch.model import Failure, Verdict

_MOST_CLIPS: Final = 200
_MOST_FAILED: Final = 500
_START_FROM: Final = {
    "recorder": "time from the recorder",
    "metadata": "time from the file",
    "name": "time from its name",
    "mtime": "time from when the file was last changed",
}


def failed_section(failed: Sequence[Failure], *, open_: bool) -> Child:
    """Inputs that could not be used: each with its reason and what to do."""
    if not failed:
        return None
    rows = [
        h(
            "li",
            h("p", h("b", one.source), " ", h("code", one.error)),
            h("p", phrase.sentence(one.detail)),
        )
        for one in failed[:_MOST_FAILED]
    ]
    rest = len(failed) - _MOST_FAILED
    return h(
        "section",
        h(
            "details",
            h("summary", f"{phrase.count(len(failed), 'input')} could not be used"),
            h("ul", rows),
            h("p", f"{rest:,} more are not listed here.") if rest > 0 else None,
            open=open_ or len(failed) <= 3,
        ),
        id="failed",
        class_="failed",
    )


def filter_bar(figures: Sequence[CameraFigures]) -> Markup:
    """Choose a camera and verdicts; hidden until the script that does it is there."""
    options = [h("option", "all cameras", value="")]
    options += [h("option", str(one.camera), value=str(one.camera)) for one in figures]
    boxes = [
        h(
            "label",
            h("input", type="checkbox", name="verdict", value=verdict.value, checked=True),
            h("span", WORDS[verdict], class_=verdict.value),
        )
        for verdict in Verdict
    ]
    return h(
        "form",
        h("label", "Show ", h("select", options, name="camera")),
        h("span", boxes, role="group", aria_label="Verdicts", class_="verdicts"),
        h("output", aria_live="polite"),
        h("span", "Open a picture, then leaf with the arrow keys.", class_="hint"),
        id="filter",
        hidden=True,
    )


def camera_section(number: int, figures: CameraFigures, anchors: Mapping[str, str]) -> Markup:
    """One camera: its chart and time line, its clips and their notes."""
    alarms, reviews, held = (figures.count(verdict) for verdict in Verdict)
    of = [phrase.count(alarms, "alarm"), f"{reviews:,} to look at", f"{held:,} held back"]
    flag = figures.oddity is not Oddity.NONE
    advice = {
        Oddity.MANY: "Far more events than the other cameras have: look at its picture and zones.",
        Oddity.SILENT: "No event at all: a quiet place, or a camera that sees nothing.",
        Oddity.NONE: "",
    }
    return h(
        "article",
        h(
            "header",
            h("h3", figures.camera.name, id=f"k{number}"),
            h("p", ", ".join(of)),
            h("p", phrase.sentence(words.noise(figures.noise))) if figures.noise else None,
            h("p", advice[figures.oddity], class_="flag") if flag else None,
        ),
        timeline(figures, anchors),
        _clips(figures.clips),
        id=f"c{number}",
        class_="camera",
        aria_labelledby=f"k{number}",
        data_camera=str(figures.camera),
    )


def _clips(clips: Sequence[ReportClip]) -> Child:
    if not clips:
        return None
    noted = sum(bool(clip.notes) for clip in clips)
    said = phrase.count(len(clips), "clip")
    if noted:
        said += f", {noted:,} with notes"
    rest = len(clips) - _MOST_CLIPS
    # What has a note is worth a line more than what has none.
    listed = sorted(clips, key=lambda clip: not clip.notes)[:_MOST_CLIPS]
    return h(
        "details",
        h("summary", said),
        h("ul", [_clip(clip) for clip in sorted(listed, key=lambda clip: clip.start)]),
        h("p", f"{rest:,} more are not listed here.") if rest > 0 else None,
        class_="clips",
    )


def _clip(clip: ReportClip) -> Markup:
    long = phrase.length(clip.duration) if clip.duration else "still"
    learned = f" ({_START_FROM[clip.start_from]})" if clip.start_from else ""
    notes = [
        h("p", phrase.sentence(note.detail), " ", h("code", note.code), class_="note")
        for note in clip.notes
    ]
    return h("li", h("b", clip.source), f" {phrase.moment(clip.start)} UTC{learned}, {long}", notes)
