"""Run in the environment of Pachyderm's client: do its own types know every field of these specs?

    python tests/services/pachyderm_types.py SPEC.json...

Prints what is unknown to them, or comes back as something else, and ends with 1 if anything is.
"""

import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from betterproto import Casing
from pachyderm_sdk.api.pps import CreatePipelineRequest


def lost(given: Any, back: Any, where: str) -> Iterator[str]:
    """Where `given`, read by the types and written again, is not what it was.

    `from_dict` passes over keys that it does not know, so they are missed in what comes back. Large
    numbers come back as text, durations with a fraction, and the key URL in small letters.
    """
    if isinstance(given, dict) and isinstance(back, dict):
        for key, value in given.items():
            name = "url" if key == "URL" else key
            if name in back:
                yield from lost(value, back[name], f"{where}.{key}")
            else:
                yield f"{where}.{key} is unknown"
    elif isinstance(given, list) and isinstance(back, list) and len(given) == len(back):
        for index, (one, other) in enumerate(zip(given, back, strict=True)):
            yield from lost(one, other, f"{where}[{index}]")
    elif given != back and back not in (str(given), f"{given}".removesuffix("s") + ".000s"):
        yield f"{where} is {given!r} and came back as {back!r}"


def unknown(spec: dict[str, Any]) -> list[str]:
    """What the types of 2.12.2 do not take from a spec."""
    back = CreatePipelineRequest().from_dict(spec)
    again = CreatePipelineRequest().parse(bytes(back))  # as it goes over the wire
    return list(lost(spec, again.to_dict(Casing.SNAKE, include_default_values=True), ""))


def main() -> None:
    """Ask for each file."""
    found = [
        f"{name}: {one}"
        for name in sys.argv[1:]
        for one in unknown(json.loads(Path(name).read_text(encoding="utf-8")))
    ]
    sys.stdout.write("\n".join(found))
    sys.exit(bool(found))


if __name__ == "__main__":
    main()
