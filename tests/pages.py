"""A reader of pages that knows HTML and nothing of our code, and what pages are tried with."""

import io
from collections.abc import Callable
from dataclasses import dataclass, field
from html.parser import HTMLParser

import av
import numpy as np
import pytest

HOSTILE = "\"'><script>alert(1)</script><img src=x onerror=alert(2)>\u202egpj.\n\x00&amp;"
VOID = {"br", "col", "hr", "img", "input", "link", "meta"}


@dataclass
class Page(HTMLParser):
    """The elements of a page; `faults` are tags that don't match."""

    tags: list[tuple[str, dict[str, str | None]]] = field(default_factory=list)
    texts: list[str] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)
    raw: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.open: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if not self.open or self.open.pop() != tag:
            self.faults.append(tag)

    def handle_data(self, data: str) -> None:
        if self.open and self.open[-1] in {"script", "style"}:
            self.raw[self.open[-1]] = data
        else:
            self.texts.append(data)

    def having(self, attribute: str) -> list[str]:
        """All values of an attribute."""
        return [
            value or ""
            for _, attributes in self.tags
            for name, value in attributes.items()
            if name == attribute
        ]

    @property
    def text(self) -> str:
        """What a person reads."""
        return "".join(self.texts)


@pytest.fixture(scope="session")
def read() -> Callable[[str], Page]:
    def parse(html: str) -> Page:
        page = Page()
        page.feed(html)
        page.close()
        page.faults += page.open
        return page

    return parse


@pytest.fixture(scope="session")
def jpeg() -> bytes:
    """A grey picture of 96 x 64 pixels."""
    out = io.BytesIO()
    with av.open(out, "w", format="mjpeg") as container:
        stream = container.add_stream("mjpeg", rate=1)
        stream.width, stream.height, stream.pix_fmt = 96, 64, "yuvj420p"
        frame = av.VideoFrame.from_ndarray(np.full((64, 96, 3), 99, np.uint8), format="rgb24")
        for packet in (*stream.encode(frame), *stream.encode()):
            container.mux(packet)
    return out.getvalue()
