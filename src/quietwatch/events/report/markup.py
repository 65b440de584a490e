"""HTML and SVG as values: `h` builds an element, and whatever is not `Markup` is escaped.

What is too large to be held as a whole is given in pieces, by `pieces`.
"""

from collections.abc import Iterable, Iterator
from html import escape
from typing import Final

from quietwatch.names import printable

_VOID: Final = frozenset({"br", "col", "hr", "img", "input", "link", "meta"})


class Markup(str):
    """Text that is markup already; made by `h`, `join`, or of a file of our own."""

    __slots__ = ()


Child = str | int | None | Iterable["Child"]
"""What an element may hold: text, markup, nothing, or several of these."""

Value = str | float | bool | None
"""What an attribute may be: True is a bare name; False and None leave it out."""


def h(tag: str, *children: Child, **attributes: Value) -> Markup:
    """An element.

    Args:
        tag: its name.
        children: what it holds; text is escaped, control characters and text direction too.
        attributes: `class_` is class, `aria_label` is aria-label.
    """
    opening = _opening(tag, attributes)
    return opening if tag in _VOID else Markup(f"{opening}{join(*children)}</{tag}>")


def join(*children: Child) -> Markup:
    """Children without an element around them."""
    return Markup("".join(_flat(children)))


def pieces(tag: str, *children: Child, **attributes: Value) -> Iterator[Markup]:
    """An element as `h` builds it, piece by piece.

    Of children that come one by one, from a generator or from here, none is kept.
    """
    yield _opening(tag, attributes)
    yield from _flat(children)
    yield Markup(f"</{tag}>")


def number(value: float) -> str:
    """A coordinate, short: at most three digits behind the point, the same on every machine."""
    text = f"{value:.3f}".rstrip("0").rstrip(".")
    return "0" if text in {"", "-0"} else text


def percent(value: float) -> str:
    """A coordinate that follows the width of the page."""
    return f"{number(value)}%"


def _flat(children: Iterable[Child]) -> Iterator[Markup]:
    for child in children:
        if isinstance(child, Markup):
            yield child
        elif isinstance(child, str | int):
            yield Markup(_safe(str(child)))
        elif child is not None:
            yield from _flat(child)


def _opening(tag: str, attributes: dict[str, Value]) -> Markup:
    return Markup(f"<{tag}{''.join(_attribute(*item) for item in attributes.items())}>")


def _attribute(name: str, value: Value) -> str:
    name = name.rstrip("_").replace("_", "-")
    if value is None or value is False:
        return ""
    if value is True:
        return f" {name}"
    text = number(value) if isinstance(value, int | float) else _safe(value)
    return f' {name}="{text}"'


def _safe(text: str) -> str:
    if isinstance(text, Markup):  # a picture's data: large, and of base64's letters only
        return text
    return escape(text if text.isascii() and text.isprintable() else printable(text))
