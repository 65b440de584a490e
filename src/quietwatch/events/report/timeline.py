"""One camera over time: how much rang and was held back, and each event at its moment."""

import math
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

from quietwatch.events.report import phrase
from quietwatch.events.report.axis import Axis, fold
from quietwatch.events.report.figures import CameraFigures
from quietwatch.events.report.markup import Markup, h, join, percent
from quietwatch.events.report.value import ReportClip
from quietwatch.model import Event, Verdict

_BINS: Final = 80
_TALL: Final = 84  # most height of the chart, pixels
_UNIT: Final = 11  # most pixels of an event in the chart
_LANES: Final = {
    Verdict.ALARM: (14, 20),  # top and height below the chart, pixels
    Verdict.REVIEW: (40, 12),
    Verdict.SUPPRESSED: (58, 9),
}
_FOOTAGE: Final = (78, 10)
_LANES_HEIGHT: Final = 132
_CROWD: Final = 500  # marks or clips; more are drawn together
_GAP: Final = 1 / 3  # between two clips of a crowd, percent of the axis: less is none
_LABEL_ROOM: Final = 11.0  # least distance of two labels, percent
WORDS: Final = {
    Verdict.ALARM: "Alarm",
    Verdict.REVIEW: "Review",
    Verdict.SUPPRESSED: "Held back",
}
"""Verdicts as the report names them."""

LANES: Final = WORDS | {Verdict.ALARM: "Alarms", Verdict.REVIEW: "Reviews"}
"""The same of several."""


def timeline(figures: CameraFigures, anchors: Mapping[str, str]) -> Markup:
    """The drawing of one camera; empty when nothing is known of any time.

    Args:
        figures: of the camera.
        anchors: by event_id the address on the page of what is said of an event.
    """
    intervals = [(clip.start, clip.end) for clip in figures.clips]
    intervals += [(event.start, event.end) for event in figures.events]
    if not intervals:
        return Markup("")
    axis = fold(intervals)
    bins = _bins(figures.events, axis)
    scale = _Scale.of(bins)
    lanes = h(
        "svg",
        _clips(figures, axis),
        [_mark(event, axis, anchors) for event in _thinned(figures.events, axis)],
        _labels(axis),
        _folds(axis),
        y=scale.height,
        class_="lanes",
    )
    drawing = h(
        "svg",
        _grid(axis, scale.height + _FOOTAGE[0]),
        _bars(bins, scale),
        lanes,
        class_="timeline",
        height=scale.height + _LANES_HEIGHT,
        width="100%",
        role="group",
        aria_label=f"Time line of {figures.camera.name}",
    )
    return h("div", _legend(scale), drawing, class_="chart")


@dataclass(frozen=True, slots=True)
class _Scale:
    """How the chart is drawn: most events of a bin upward and downward, and pixels an event."""

    up: int
    down: int
    unit: float

    @classmethod
    def of(cls, bins: Mapping[Verdict, Counter[int]]) -> "_Scale":
        up = max((bins[Verdict.ALARM] + bins[Verdict.REVIEW]).values(), default=0)
        down = max(bins[Verdict.SUPPRESSED].values(), default=0)
        return cls(up, down, min(_UNIT, _TALL / max(up + down, 1)))

    @property
    def base(self) -> float:
        """Where the chart's base line lies; there is room for a label above it."""
        return max(self.up * self.unit, 14) + 4

    @property
    def height(self) -> float:
        """Of the chart."""
        return self.base + max(self.down * self.unit, 14) + 4


def _legend(scale: _Scale) -> Markup:
    """Names of the lanes, left of the drawing, at their heights."""
    lanes = [(top + size / 2 + 4, LANES[verdict]) for verdict, (top, size) in _LANES.items()]
    lanes.append((_FOOTAGE[0] + 9, "Footage"))
    names = [(scale.height + y, name) for y, name in lanes]
    most = []
    if scale.up:
        most.append((scale.base - 5, f"\u2191 most {scale.up}"))
    if scale.down:
        most.append((scale.base + 14, f"\u2193 most {scale.down}"))
    return h(
        "svg",
        [
            h("text", text, x="100%", y=y, text_anchor="end", class_=class_)
            for class_, texts in (("faint", most), ("", names))
            for y, text in texts
        ],
        class_="legend",
        width="76",
        height=scale.height + _LANES_HEIGHT,
        aria_hidden="true",
    )


def _bins(events: Sequence[Event], axis: Axis) -> dict[Verdict, Counter[int]]:
    bins: dict[Verdict, Counter[int]] = {verdict: Counter() for verdict in Verdict}
    for event in events:
        place = min(int(axis.x(event.start) * _BINS / 100), _BINS - 1)
        bins[event.judgement.verdict][place] += 1
    return bins


def _bars(bins: Mapping[Verdict, Counter[int]], scale: _Scale) -> Markup:
    """Alarms and reviews upward, held back downward, all on one scale."""
    base, unit = scale.base, scale.unit
    bars = [h("line", class_="base", x1="0", x2="100%", y1=base, y2=base)]
    for place in range(_BINS):
        alarm, review, held = (bins[verdict][place] for verdict in Verdict)
        bars += [
            _bar(place, base - alarm * unit, alarm * unit, Verdict.ALARM),
            _bar(place, base - (alarm + review) * unit, review * unit, Verdict.REVIEW),
            _bar(place, base + 1, held * unit, Verdict.SUPPRESSED),
        ]
    words = f"Most at once: {scale.up} alarms and reviews, {scale.down} held back"
    return h("g", bars, role="img", aria_label=words)


def _bar(place: int, top: float, height: float, verdict: Verdict) -> Markup:
    if height <= 0:
        return Markup("")
    width = 100 / _BINS
    return h(
        "rect",
        class_=f"bar {verdict}",
        x=percent((place + 0.1) * width),
        width=percent(width * 0.8),
        y=top,
        height=height,
    )


def _thinned(events: Sequence[Event], axis: Axis) -> Iterator[Event]:
    """All events while they are few; of a crowd the first of each verdict at each place."""
    taken = set()
    for event in events:
        place = (event.judgement.verdict, round(axis.x(event.start) * 3))
        if len(events) <= _CROWD or place not in taken:
            taken.add(place)
            yield event


def _mark(event: Event, axis: Axis, anchors: Mapping[str, str]) -> Markup:
    verdict = event.judgement.verdict
    top, height = _LANES[verdict]
    left, right = axis.x(event.start), axis.x(event.end)
    words = f"{WORDS[verdict]}: {event.judgement.kind}, {phrase.moment(event.start)} UTC"
    mark = h(
        "rect",
        h("title", words),
        class_=f"mark {verdict}",
        x=percent(left),
        width=percent(max(right - left, 0.01)),
        y=top,
        height=height,
        rx=2,
    )
    anchor = anchors.get(event.event_id)
    if anchor is None:
        return mark
    quiet = verdict is Verdict.SUPPRESSED  # reached by the list; a thousand stops help nobody
    return h("a", mark, href=anchor, aria_label=words, tabindex="-1" if quiet else None)


def _clips(figures: CameraFigures, axis: Axis) -> list[Markup]:
    """A bar for each clip while they are few; of a crowd one for those without a gap to be seen."""
    least = _GAP if len(figures.clips) > _CROWD else -math.inf
    bars: list[list[ReportClip]] = []
    reached = -math.inf
    for clip in figures.clips:
        left, right = axis.x(clip.start), axis.x(clip.end)
        if left - reached < least:
            bars[-1].append(clip)
        else:
            bars.append([clip])
        reached = max(reached, right)
    return [_footage(clips, axis) for clips in bars]


def _footage(clips: Sequence[ReportClip], axis: Axis) -> Markup:
    """The bar of some clips, in order of time."""
    first = clips[0]
    start, end = first.start, max(clip.end for clip in clips)
    top, height = _FOOTAGE
    left, right = axis.x(start), axis.x(end)
    if len(clips) > 1:
        words = f"{len(clips)} clips, {phrase.moment(start)} to {phrase.moment(end)} UTC"
    else:
        long = phrase.length(first.duration) if first.duration else "still"
        words = f"{first.source}, {phrase.moment(start)} UTC, {long}"
    return h(
        "rect",
        h("title", words),
        class_="clip",
        x=percent(left),
        width=percent(max(right - left, 0.01)),
        y=top,
        height=height,
        rx=2,
    )


def _grid(axis: Axis, height: float) -> list[Markup]:
    return [
        h("line", class_="grid", x1=percent(x), x2=percent(x), y1="0", y2=height)
        for span in axis.spans
        for x in (span.x(tick.timestamp()) for tick in span.ticks())
    ]


def _labels(axis: Axis) -> list[Markup]:
    """The day under the start of each span, and times where there is room for them."""
    labels = []
    last_day = ""
    for span in axis.spans:
        start = datetime.fromtimestamp(span.start, UTC)
        room_from = span.left
        if (today := phrase.day(start)) != last_day:
            labels.append(_label(span.left, _LANES_HEIGHT - 8, today, "day"))
            last_day = today
        labels.append(_label(span.left, _LANES_HEIGHT - 24, phrase.clock(start), "first"))
        ticks = span.ticks()
        form = _form(ticks, span.end - span.start)
        for tick in ticks:
            x = span.x(tick.timestamp())
            if x - room_from >= _LABEL_ROOM and x <= min(span.right, 94):
                labels.append(_label(x, _LANES_HEIGHT - 24, form(tick), "tick"))
                room_from = x
    return labels


def _form(ticks: Sequence[datetime], shown: float) -> Callable[[datetime], str]:
    """How the ticks of a span are written: days, minutes or seconds."""
    if shown > 3 * 86400:
        return lambda time: phrase.day(time)[:-5]  # without the year
    if any(tick.second for tick in ticks):
        return phrase.clock
    return lambda time: phrase.clock(time)[:-3]


def _label(x: float, y: float, text: str, class_: str) -> Markup:
    return h("text", text, class_=class_, x=percent(x), y=y)


def _folds(axis: Axis) -> Markup:
    """Where time is folded: two strokes through the axis, and how much is left out."""
    top, height = _FOOTAGE
    drawn = []
    foot = top + height + 3
    for middle, seconds in axis.folds():
        words = f"{phrase.length(seconds)} without footage"
        drawn.append(
            h(
                "svg",
                h("title", words),
                h("rect", class_="hatch", x="-9", y="0", width="18", height=top + height),
                h("path", class_="fold", d=f"M-5 {foot} l4 -16 M1 {foot} l4 -16"),
                x=percent(middle),
                class_="break",
            )
        )
    return join(drawn)
