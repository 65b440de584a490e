import os
import re
import tempfile
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import parse_qs, unquote, urlsplit
from xml.sax.saxutils import escape

import pytest

from quietwatch.config import Settings
from quietwatch.model import Arrival, Failure
from quietwatch.sources.survey import survey

Find = Callable[..., list[Arrival | Failure]]


@pytest.fixture
def find() -> Find:
    """Survey sources with the settings given, all at once."""

    def run(*sources: object, settings: Settings | None = None) -> list[Arrival | Failure]:
        return list(survey([str(source) for source in sources], settings or Settings()))

    return run


@pytest.fixture
def make(tmp_path: Path) -> Callable[..., Path]:
    """Make files of one byte below tmp_path; returns tmp_path."""

    def write(*names: str) -> Path:
        for name in names:
            file = tmp_path / name
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_bytes(b"x")
        return tmp_path

    return write


@pytest.fixture
def users_folder() -> Iterator[Path]:
    """A folder of an ordinary user, who we are for the time of a test; root may read everything."""
    with tempfile.TemporaryDirectory() as name:
        root = os.geteuid() == 0
        if root:
            os.chown(name, 65534, 65534)
            os.seteuid(65534)
        try:
            yield Path(name)
        finally:
            if root:
                os.seteuid(0)


class FakeS3:
    """The three calls of S3 that reading takes, over HTTP, with faults to order.

    Attributes:
        objects: key to bytes of the bucket `footage`; no other bucket is there.
        faults: what the next requests for an object's bytes meet: an HTTP status, or "cut" for a
            connection that breaks off halfway. "cut" again and again never ends well.
        denied: every request is refused.
        requests: method and path of each request.
    """

    page = 3

    def __init__(self) -> None:
        self.objects: dict[str, bytes] = {}
        self.faults: list[int | str] = []
        self.denied = False
        self.requests: list[str] = []

    def answer(self, handler: BaseHTTPRequestHandler) -> None:
        """Answer one request."""
        self.requests.append(f"{handler.command} {handler.path}")
        url = urlsplit(handler.path)
        _, bucket, *rest = unquote(url.path).split("/", 2)
        key = rest[0] if rest else ""
        if self.denied:
            self._send(handler, 403, b"<Error><Code>AccessDenied</Code></Error>")
        elif bucket != "footage":
            self._send(handler, 404, b"<Error><Code>NoSuchBucket</Code></Error>")
        elif not key:
            query = {name: values[0] for name, values in parse_qs(url.query).items()}
            self._send(handler, 200, self._listing(query))
        elif key not in self.objects:
            self._send(handler, 404, b"<Error><Code>NoSuchKey</Code></Error>")
        else:
            self._object(handler, self.objects[key])

    def _listing(self, query: dict[str, str]) -> bytes:
        after = query.get("continuation-token", "")
        keys = sorted(
            key for key in self.objects if key.startswith(query.get("prefix", "")) and key > after
        )
        page, more = keys[: self.page], len(keys) > self.page
        rows = "".join(
            f"<Contents><Key>{escape(key)}</Key><Size>{len(self.objects[key])}</Size>"
            "<LastModified>2026-11-23T16:00:00.000Z</LastModified><ETag>&quot;e&quot;</ETag></Contents>"
            for key in page
        )
        token = f"<NextContinuationToken>{escape(page[-1])}</NextContinuationToken>" if more else ""
        flag = str(more).lower()
        return (
            f"<ListBucketResult><IsTruncated>{flag}</IsTruncated>{rows}{token}</ListBucketResult>"
        ).encode()

    def _object(self, handler: BaseHTTPRequestHandler, data: bytes) -> None:
        fault = self.faults.pop(0) if self.faults and handler.command == "GET" else None
        if isinstance(fault, int):
            self._send(handler, fault, b"")
            return
        asked = re.fullmatch(r"bytes=(\d+)-(\d*)", handler.headers.get("Range", ""))
        first = int(asked[1]) if asked else 0
        headers = {"ETag": '"e"', "Last-Modified": "Mon, 23 Nov 2026 16:00:00 GMT"}
        if asked:
            headers["Content-Range"] = f"bytes {first}-{len(data) - 1}/{len(data)}"
        body = data[first:]
        self._send(handler, 206 if asked else 200, body, headers, cut=fault == "cut")

    @staticmethod
    def _send(
        handler: BaseHTTPRequestHandler,
        status: int,
        body: bytes,
        headers: dict[str, str] | None = None,
        *,
        cut: bool = False,
    ) -> None:
        handler.send_response(status)
        for name, value in {"Content-Length": str(len(body)), **(headers or {})}.items():
            handler.send_header(name, value)
        handler.end_headers()
        if handler.command == "GET":
            handler.wfile.write(body[: len(body) // 2] if cut else body)
        if cut:
            handler.close_connection = True


@pytest.fixture
def s3(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[FakeS3]:
    """An S3 endpoint of our own, named by the environment as a user would."""
    fake = FakeS3()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            fake.answer(self)

        def do_HEAD(self) -> None:
            fake.answer(self)

        def log_message(self, *args: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    for name in list(os.environ):
        if name.startswith(("AWS_", "AZURE_", "GOOGLE_")):
            monkeypatch.delenv(name)
    monkeypatch.setenv("HOME", str(tmp_path / "no-home"))
    monkeypatch.setenv("AWS_ENDPOINT_URL", f"http://127.0.0.1:{server.server_port}")
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "an-id")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "a-secret")
    try:
        yield fake
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
