"""Mistakes as cards: the picture, close up and whole, and what happened."""

from collections.abc import Sequence

from quietwatch.bench.mistakes import Mistake, Sort
from quietwatch.events.report import phrase, picture
from quietwatch.events.report.markup import Child, Markup, h

_WORDS = {
    Sort.MISSED: ("Missed", "review"),
    Sort.FALSE: ("False alarm", "alarm"),
    Sort.LATE: ("Too late", "alarm"),
}
_WHOLE = (0.0, 0.0, 1.0, 1.0)


def mistakes(some: Sequence[Mistake]) -> Child:
    """A card each; None where there was none."""
    if not some:
        return None
    return h("div", (_card(number, one) for number, one in enumerate(some, 1)), class_="cards")


def _card(number: int, one: Mistake) -> Markup:
    name, tone = _WORDS[one.sort]
    heading = f"h{number}"
    return h(
        "article",
        h("figure", picture.pair(one.box or _WHOLE, (), number, one.jpeg, f"{name}: {one.words}")),
        h(
            "div",
            h(
                "header",
                h("h3", one.kind, id=heading),
                h("span", name, class_="badge"),
                h("time", h("b", phrase.media_time(one.seconds))),
                class_="top",
            ),
            h("p", one.clip, class_="where"),
            h("p", phrase.sentence(one.words)),
            class_="says",
        ),
        class_=f"card {tone}",
        aria_labelledby=heading,
    )
