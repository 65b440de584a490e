"""What a report says, as one number: a page that says it already need not be written again."""

import hashlib
import re
from collections.abc import Callable, Iterator
from datetime import datetime
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Final

from quietwatch.events.report.value import Report, ReportClip
from quietwatch.model import Event, Failure

MARK: Final = "quietwatch-report"
"""Name of the page's `meta` element that holds it."""

Told = tuple[tuple[ReportClip, ...], tuple[Event, ...], tuple[Failure, ...]]

_HEAD: Final = 2048  # bytes of a page in which its mark stands
_END: Final = b"</html>\n"


def fingerprint(report: Report) -> str:
    """SHA-256 over all of a report and the code that draws it, 64 hex digits.

    Clips and events may come in any order.
    """
    digest = hashlib.sha256(_drawn_by())
    clips = tuple(sorted(report.made_from, key=_clip_place))
    events = tuple(sorted(report.events, key=lambda event: event.event_id))
    parts = [report.title.encode(), *_as_json()((clips, events, report.failed))]
    for event_id, jpeg in sorted(report.pictures.items()):
        parts += [event_id.encode(), jpeg]
    for part in parts:
        digest.update(f"{len(part)}:".encode())
        digest.update(part)
    return digest.hexdigest()


def _clip_place(clip: ReportClip) -> tuple[str, str, str, datetime, str]:
    camera = clip.camera
    return camera.tenant, camera.site, camera.name, clip.start, clip.source


def says(page: Path, report: Report) -> bool:
    """Whether a file is the page of this report, whole.

    Raises:
        OSError: it is there and can't be read.
    """
    try:
        with page.open("rb") as file:
            head = file.read(_HEAD)
            file.seek(0, 2)
            file.seek(max(0, file.tell() - len(_END)))
            end = file.read()
    except FileNotFoundError:
        return False
    found = re.search(rb'<meta name="%b" content="([0-9a-f]{64})">' % MARK.encode(), head)
    return found is not None and end == _END and found[1].decode() == fingerprint(report)


@cache
def _as_json() -> Callable[[Told], Iterator[bytes]]:
    from pydantic import TypeAdapter  # noqa: PLC0415 - heavy

    kinds = (ReportClip, Event, Failure)
    adapters = [TypeAdapter(tuple[kind, ...]) for kind in kinds]  # type: ignore[valid-type]

    def dump(told: Told) -> Iterator[bytes]:
        for adapter, values in zip(adapters, told, strict=True):
            yield adapter.dump_json(values)

    return dump


@cache
def _drawn_by() -> bytes:
    """SHA-256 of the files of this package and the words it uses: another page for other code."""
    own = [file for file in files(__package__).iterdir() if file.is_file()]
    own.append(files("quietwatch.events").joinpath("words.py"))
    digest = hashlib.sha256()
    for file in sorted(own, key=lambda file: file.name):
        digest.update(file.read_bytes())
    return digest.digest()
