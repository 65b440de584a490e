"""What is said of one event: a card with its picture, or a row where there are too many."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from quietwatch.events import words
from quietwatch.events.report import phrase, picture
from quietwatch.events.report.markup import Markup, h, percent
from quietwatch.events.report.timeline import WORDS
from quietwatch.model import Event, Kind
from quietwatch.names import iso

_SEEN: Final = {
    Kind.PERSON: "Person",
    Kind.VEHICLE: "Vehicle",
    Kind.ANIMAL: "Animal",
    Kind.UNKNOWN: "Something moving",
}


@dataclass(frozen=True, slots=True)
class Entry:
    """An event with its place on the page.

    Attributes:
        event: which.
        number: counts from 1 down the page.
        jpeg: its picture, where there is one and it is to be shown.
        several: its camera's name alone does not tell it from the others.
    """

    event: Event
    number: int
    jpeg: bytes | None
    several: bool

    @property
    def anchor(self) -> str:
        """Id of the card or row on the page."""
        return f"e{self.number}"

    @property
    def camera(self) -> str:
        """The camera, as short as it can be."""
        return str(self.event.camera) if self.several else self.event.camera.name


def card(entry: Entry, anchors: Mapping[str, str]) -> Markup:
    """The card of an event; `anchors` are the addresses on the page by event_id."""
    event = entry.event
    judgement = event.judgement
    heading = f"h{entry.number}"
    return h(
        "article",
        h(
            "figure",
            picture.pair(event.box, event.path, entry.number, entry.jpeg, _picture_words(entry)),
        ),
        h(
            "div",
            h(
                "header",
                h("h3", _SEEN[judgement.kind], id=heading),
                h("span", WORDS[judgement.verdict], class_="badge"),
                _clock(event),
                class_="top",
            ),
            h("p", entry.camera, class_="where"),
            _reasons(event),
            _score(event),
            _facts(event, anchors.get(event.incident_id)),
            class_="says",
        ),
        id=entry.anchor,
        class_=f"card {judgement.verdict}",
        aria_labelledby=heading,
        **_data(entry),
    )


def row(entry: Entry) -> Markup:
    """The row of an event in the list of those without a card."""
    event = entry.event
    return h(
        "tr",
        h("td", h("time", phrase.moment(event.start), datetime=iso(event.start))),
        h("td", entry.camera),
        h("td", _SEEN[event.judgement.kind]),
        h("td", ", ".join(words.REASONS[reason].name for reason in event.judgement.reasons)),
        h("td", f"{event.judgement.score:.2f}", class_="count"),
        h("td", h("code", event.event_id)),
        id=entry.anchor,
        **_data(entry),
    )


def row_heads() -> Markup:
    """The heading over such rows."""
    names = ("Seen at (UTC)", "Camera", "Kind", "Why it was held back", "Score", "Event")
    return h("thead", h("tr", [h("th", name, scope="col") for name in names]))


def _data(entry: Entry) -> dict[str, str]:
    """What the filter goes by."""
    return {
        "data_camera": str(entry.event.camera),
        "data_verdict": entry.event.judgement.verdict.value,
        "data_event": entry.event.event_id,
    }


def _clock(event: Event) -> Markup:
    return h(
        "time",
        phrase.day(event.start),
        h("b", phrase.clock(event.start)),
        datetime=iso(event.start),
    )


def _reasons(event: Event) -> Markup:
    verdict = event.judgement.verdict
    said = [
        h("li", phrase.sentence(words.sentence(reason, verdict)), " ", h("code", reason.value))
        for reason in event.judgement.reasons
    ]
    return h("ul", said, class_="reasons")


def _score(event: Event) -> Markup:
    score = event.judgement.score
    bar = h(
        "svg",
        h("rect", class_="track", width="100%", height="6", rx=3),
        h("rect", class_="fill", width=percent(max(score * 100, 1)), height="6", rx=3),
        width="100%",
        height="6",
        aria_hidden="true",
    )
    text = h("span", "Score ", h("b", f"{score:.2f}"))
    return h("div", bar, text, class_="score", title="Probability that something is really there")


def _facts(event: Event, visit: str | None) -> Markup:
    facts: list[tuple[str, str]] = [
        ("Lasted", phrase.length((event.end - event.start).total_seconds())),
        ("In the clip", f"{phrase.media_time(event.start_s)} to {phrase.media_time(event.end_s)}"),
    ]
    if event.alarm_s is not None:
        late = phrase.length(max(event.alarm_s - event.start_s, 0))
        facts.append(("Alarm at", f"{phrase.media_time(event.alarm_s)}, after {late}"))
    if event.incident_id != event.event_id:
        begun = event.incident_id[:8]
        facts.append(("Same visit as", h("a", begun, href=visit) if visit else begun))
    facts += [("Clip", event.source), ("Event", event.event_id)]
    return h("dl", [h("div", h("dt", name), h("dd", value)) for name, value in facts])


def _picture_words(entry: Entry) -> str:
    event = entry.event
    seen = _SEEN[event.judgement.kind]
    if entry.jpeg is None or picture.jpeg_size(entry.jpeg) is None:
        return f"{seen}; no picture is shown, only where it was"
    x = (event.box[0] + event.box[2]) / 2
    y = (event.box[1] + event.box[3]) / 2
    across = ("left", "middle", "right")[min(int(x * 3), 2)]
    down = ("top", "middle", "bottom")[min(int(y * 3), 2)]
    return f"{seen} at the {down} {across} of the picture; close up, and the whole with its path"
