"""The top of the page: what came of it at a glance, and the cameras side by side."""

from collections.abc import Mapping, Sequence
from typing import Final

from quietwatch.events.report import phrase
from quietwatch.events.report.figures import CameraFigures, Oddity, verdicts
from quietwatch.events.report.markup import Child, Markup, h, join, percent
from quietwatch.events.report.timeline import LANES, WORDS
from quietwatch.events.report.value import Report
from quietwatch.model import Event, Verdict

_SKY: Final = 150  # height of the drawing of all events, pixels
_MOST_DOTS: Final = 1500


def masthead(
    report: Report,
    figures: Sequence[CameraFigures],
    events: Sequence[Event],
    anchors: Mapping[str, str],
) -> Markup:
    """Title, the result in one sentence, the numbers, and every event as a dot.

    Args:
        report: what the page is about.
        figures: of each camera.
        events: all of them, in order of time.
        anchors: by event_id the address on the page.
    """
    return h(
        "header",
        h(
            "div",
            brand(),
            h("h1", report.title),
            h("p", _result(report), class_="result"),
            h("p", _when(report), class_="when"),
            _numbers(report, figures),
            class_="inner",
        ),
        _sky(events, anchors) if events else None,
        class_="masthead",
    )


def brand() -> Markup:
    """Whose page it is."""
    return h("p", _mark(), "Quietwatch", class_="brand")


def _mark() -> Markup:
    """An eye, half closed."""
    return h(
        "svg",
        h("path", class_="lid", d="M2 10 Q12 22 22 10"),
        h("path", class_="lash", d="M5.5 13.5 l-2 3 M12 16 v3.6 M18.5 13.5 l2 3"),
        h("circle", cx="12", cy="5.5", r="2.4"),
        viewBox="0 0 24 22",
        width="30",
        height="28",
        aria_hidden="true",
    )


def _result(report: Report) -> Markup:
    if not report.events:
        if report.made_from:
            return join("Nothing moved that could be followed.")
        return join("None of the inputs could be used." if report.failed else "Nothing to report.")
    of = verdicts(report.events)
    alarms, reviews, held = (of[verdict] for verdict in Verdict)
    told: list[Child] = [
        h("b", phrase.count(alarms, "alarm") if alarms else "No alarm", class_="alarm"),
        f" out of {phrase.count(len(report.events), 'event')}",
    ]
    if reviews:
        told += [", ", h("b", f"{reviews:,} to look at", class_="review")]
    if held:
        share = phrase.share(held, len(report.events))
        told += [". ", h("b", share, class_="held"), " held back"]
    return join(told, ".")


def _when(report: Report) -> str:
    if not report.made_from:
        return ""
    first = min(clip.start for clip in report.made_from)
    last = max(clip.end for clip in report.made_from)
    if phrase.day(first) == phrase.day(last):
        return f"{phrase.day(first)}, {phrase.clock(first)} to {phrase.clock(last)} UTC"
    return f"{phrase.moment(first)} to {phrase.moment(last)} UTC"


def _numbers(report: Report, figures: Sequence[CameraFigures]) -> Markup:
    of = verdicts(report.events)
    seconds = sum(one.seconds for one in figures)
    numbers = [
        ("Cameras", "glance", len(figures)),
        ("Clips", "cameras", len(report.made_from)),
        *((LANES[verdict], verdict.value, of[verdict]) for verdict in Verdict),
        ("Not usable", "failed", len(report.failed)),
    ]
    shown = [
        h("div", h("dt", name), h("dd", h("a", f"{n:,}", href=f"#{to}") if n else "0"))
        for name, to, n in numbers
    ]
    footage = phrase.length(seconds) if seconds else "stills" if figures else "none"
    shown.insert(2, h("div", h("dt", "Footage"), h("dd", footage)))
    return h(
        "dl",
        shown,
        class_="numbers",
    )


def _sky(events: Sequence[Event], anchors: Mapping[str, str]) -> Markup:
    """Each event a dot: from first to last, the surer the higher."""
    every = -(-len(events) // _MOST_DOTS)
    rank = {Verdict.SUPPRESSED: 0, Verdict.REVIEW: 1, Verdict.ALARM: 2}
    drawn = [
        (at, event)
        for at, event in enumerate(events)
        if every == 1 or event.judgement.verdict is Verdict.ALARM or at % every == 0
    ]
    drawn.sort(key=lambda item: rank[item[1].judgement.verdict])  # alarms lie on top
    dots = [_dot(event, 100 * (at + 0.5) / len(events), anchors) for at, event in drawn]
    levels = [
        h("line", x1="0", x2="100%", y1=_level(score), y2=_level(score)) for score in (0, 0.5, 1)
    ]
    names = [
        h("text", text, x="0", y=_level(score) + below)  # clear of the dots on the line
        for score, below, text in ((1, -9, "surely something"), (0, 14, "surely nothing"))
    ]
    caption = "Every event in order of time: the surer that something is there, the higher."
    if every > 1:
        caption += f" Of what did not ring, one in {every} is drawn."
    drawing = h(
        "svg",
        levels,
        names,
        dots,
        width="100%",
        height=_SKY + 24,
        role="img",
        aria_label=caption,
    )
    return h("figure", drawing, h("figcaption", caption), class_="sky")


def _level(score: float) -> float:
    return 20 + (1 - score) * (_SKY - 12)


def _dot(event: Event, x: float, anchors: Mapping[str, str]) -> Markup:
    verdict = event.judgement.verdict
    words = f"{WORDS[verdict]}, {event.camera.name}, {phrase.moment(event.start)} UTC"
    radius = 5 if verdict is Verdict.ALARM else 3.5
    dot = h(
        "circle",
        h("title", words),
        class_=verdict.value,
        cx=percent(1 + x * 0.98),
        cy=_level(event.judgement.score),
        r=radius,
    )
    anchor = anchors.get(event.event_id)
    return h("a", dot, href=anchor, tabindex="-1") if anchor else dot


def overview(figures: Sequence[CameraFigures]) -> Child:
    """The cameras in a table: counts, rates, and those that stand out."""
    if not figures:
        return None
    heads = ("Camera", "Footage", "Alarms", "Review", "Held back", "Events an hour")
    steady = [one.rate for one in figures if one.rate and one.steady]
    most = max(steady or [one.rate or 0 for one in figures])
    rows = [_row(at, one, most, steady=bool(steady)) for at, one in enumerate(figures, 1)]
    short = any(one.seconds and not one.steady for one in figures)
    note = "No rate is told from less than ten minutes of footage: one more event would change it."
    table = h(
        "table",
        h("thead", h("tr", [h("th", name, scope="col") for name in heads])),
        h("tbody", rows),
        class_="overview",
    )
    return h(
        "section",
        h("h2", "Cameras at a glance"),
        h("div", table, class_="wide", tabindex="0", role="region", aria_label="Cameras"),
        h("p", note, class_="lead") if short else None,
        id="glance",
    )


def _row(number: int, one: CameraFigures, most: float, *, steady: bool) -> Markup:
    of = {verdict: one.count(verdict) for verdict in Verdict}
    flag = h("span", one.oddity.value, class_="flag") if one.oddity is not Oddity.NONE else None
    return h(
        "tr",
        h("th", h("a", one.camera.name, href=f"#c{number}"), _place(one), flag, scope="row"),
        h(
            "td",
            phrase.length(one.seconds) if one.seconds else phrase.count(len(one.clips), "still"),
        ),
        [
            h("td", f"{of[verdict]:,}", class_=f"count {verdict if of[verdict] else 'none'}")
            for verdict in Verdict
        ],
        h(
            "td",
            h("span", phrase.rate(len(one.events), one.seconds if one.steady else 0)),
            _share_bar(one, most) if one.steady or not steady else None,
            class_="rate",
        ),
        data_camera=str(one.camera),
    )


def _place(one: CameraFigures) -> Markup:
    return h("small", f"{one.camera.tenant} / {one.camera.site}")


def _share_bar(one: CameraFigures, most: float) -> Markup:
    """Its rate against the greatest that is no chance, split by verdict."""
    whole = min((one.rate or 0) / most, 1) * 100 if most else 0
    left = 0.0
    parts = []
    for verdict in Verdict:
        width = whole * one.count(verdict) / max(len(one.events), 1)
        parts.append(
            h("rect", class_=verdict.value, x=percent(left), width=percent(width), height="8")
        )
        left += width
    return h("svg", parts, width="100%", height="8", aria_hidden="true")
