"""HTML and SVG as values: `h` builds an element, and whatever is not `Markup` is escaped."""

from collections.abc import Iterable
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
    opening = f"<{tag}{''.join(_attribute(*item) for item in attributes.items())}>"
    if tag in _VOID:
        return Markup(opening)
    return Markup(f"{opening}{join(*children)}</{tag}>")


def join(*children: Child) -> Markup:
    """Children without an element around them."""
    return Markup("".join(_child(child) for child in children))


def number(value: float) -> str:
    """A coordinate, short: at most three digits behind the point, the same on every machine."""
    text = f"{value:.3f}".rstrip("0").rstrip(".")
    return "0" if text in {"", "-0"} else text


def percent(value: float) -> str:
    """A coordinate that follows the width of the page."""
    return f"{number(value)}%"


def _child(child: Child) -> str:
    if child is None:
        return ""
    if isinstance(child, Markup):
        return child
    if isinstance(child, str | int):
        return Markup(_safe(str(child)))
    return join(*child)


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
