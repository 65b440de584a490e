"""One HTML file that asks no network for anything: head, policy, style, script, and a body."""

import base64
import hashlib
from collections.abc import Iterator
from importlib.resources import files

from quietwatch.events.report.markup import Child, Markup, h, pieces


def document(
    title: str, style: Markup, script: Markup | None, body: Child, **marks: str
) -> Iterator[bytes]:
    """A page in pieces; the whole is never in memory.

    Args:
        title: of the page; whose it is follows.
        style: its style sheet, of a file of our own.
        script: its script, likewise; None for a page without.
        body: what it holds. Names in it may be hostile: every text is escaped, and the page's own
            policy (CSP) lets nothing run or load but this script, this style and its pictures.
        marks: what programs are told of the page, each a `meta` element of that name.
    """
    run = f"script-src '{_hash(script)}'; " if script is not None else ""
    policy = (
        f"default-src 'none'; img-src data:; style-src '{_hash(style)}'; {run}"
        "base-uri 'none'; form-action 'none'"
    )
    page = pieces(
        "html",
        h(
            "head",
            h("meta", charset="utf-8"),
            [h("meta", name=name.replace("_", "-"), content=told) for name, told in marks.items()],
            h("meta", http_equiv="Content-Security-Policy", content=policy),
            h("meta", name="viewport", content="width=device-width, initial-scale=1"),
            h("meta", name="color-scheme", content="light dark"),
            h("meta", name="referrer", content="no-referrer"),
            h("title", f"{title} \u00b7 Quietwatch"),
            h("style", style),
        ),
        pieces("body", body, h("script", script) if script is not None else None),
        lang="en",
    )
    yield b"<!doctype html>\n"
    for piece in page:
        yield piece.encode()
    yield b"\n"


def asset(package: str, name: str) -> Markup:
    """A style sheet or script that is shipped in a package."""
    return Markup(files(package).joinpath(name).read_text(encoding="utf-8"))


def _hash(text: str) -> str:
    digest = hashlib.sha256(text.encode()).digest()
    return f"sha256-{base64.b64encode(digest).decode()}"
