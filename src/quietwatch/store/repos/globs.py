"""Patterns of paths: `*` and `?` within a part, `[...]` of a character, `**` for any parts."""

import re
from collections.abc import Callable

from quietwatch.errors import UsageError
from quietwatch.names import printable

_SPECIAL = re.compile(r"[*?\[]")
_CLASS = re.compile(r"\[(!?)(\]?[^\]/]*)\]")


def matcher(glob: str) -> Callable[[str], object]:
    """A function that tells whether a path matches a pattern as a whole.

    Raises:
        UsageError: `**` is not a whole part of the pattern, or a range in `[...]` runs backwards.
    """
    if glob == "**":
        return bool
    parts = glob.split("/")
    made = ""
    for place, part in enumerate(parts):
        last = place == len(parts) - 1
        if part == "**":
            made += ".+" if last else "(?:[^/]+/)*"
        elif "**" in part:
            raise UsageError(
                f"'{printable(glob)}' is no pattern: ** stands for whole folders; write **/ before "
                "or /** behind it"
            )
        else:
            made += _part(part) + ("" if last else "/")
    try:
        return re.compile(made, re.DOTALL).fullmatch
    except re.error as error:  # [b-a]
        raise UsageError(
            f"'{printable(glob)}' is no pattern ({error}); mend what is in []"
        ) from None


def literal_start(glob: str) -> str:
    """What every path that matches begins with."""
    found = _SPECIAL.search(glob)
    return glob if found is None else glob[: found.start()]


def first_after(prefix: str) -> str | None:
    """The first text, in order, behind all that begin so; None if there is none."""
    for end in range(len(prefix) - 1, -1, -1):
        code = ord(prefix[end]) + 1
        if code == 0xD800:  # what follows are halves of characters, which are none
            code = 0xE000
        if code <= 0x10FFFF:
            return prefix[:end] + chr(code)
    return None


def _part(part: str) -> str:
    made, place = "", 0
    while place < len(part):
        char = part[place]
        chosen = _CLASS.match(part, place) if char == "[" else None
        if chosen is not None:
            inside = re.sub(r"([\\\[\]^&~|])", r"\\\1", chosen[2])
            made += f"(?!/)[{'^' if chosen[1] else ''}{inside}]"
            place = chosen.end()
            continue
        made += {"*": "[^/]*", "?": "[^/]"}.get(char) or re.escape(char)
        place += 1
    return made
