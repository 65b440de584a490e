"""A small S3 for tests without servers: what a store asks of it, and faults to order."""

import re
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, unquote, urlsplit
from xml.sax.saxutils import escape


class FakeS3:
    """The calls of S3 that a store takes, over HTTP, with faults to order.

    Attributes:
        objects: key to bytes of the bucket `footage`; no other bucket is there.
        faults: what the next requests that get or put an object's bytes meet: an HTTP status; "cut"
            for a connection that breaks off halfway through the answer; "lost" for one that breaks
            off when all is done; "done 500" for that status when all is done. "cut" again and again
            never ends well;
            "silent" says nothing for three seconds.
        denied: every request is refused.
        requests: method and path of each request.
    """

    page = 3

    def __init__(self) -> None:
        self.objects: dict[str, bytes] = {}
        self.faults: list[int | str] = []
        self.denied = False
        self.requests: list[str] = []
        self._parts: dict[str, dict[int, bytes]] = {}
        self._lock = threading.Lock()

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
        elif handler.command in {"PUT", "POST", "DELETE"}:
            body = handler.rfile.read(int(handler.headers.get("Content-Length", 0)))
            query = {name: values[0] for name, values in parse_qs(url.query, True).items()}
            self._write(handler, key, query, body)
        elif key not in self.objects:
            self._send(handler, 404, b"<Error><Code>NoSuchKey</Code></Error>")
        else:
            self._object(handler, self.objects[key])

    def _write(
        self, handler: BaseHTTPRequestHandler, key: str, query: dict[str, str], body: bytes
    ) -> None:
        with self._lock:
            fault = self.faults.pop(0) if self.faults and handler.command == "PUT" else None
            if isinstance(fault, int):
                answer = fault, b""
            else:
                answer = self._written(handler, key, query, body)
        if fault == "silent":
            time.sleep(3)
        if fault in {"lost", "silent"}:
            handler.close_connection = True
        else:
            status = 500 if fault == "done 500" else answer[0]
            self._send(handler, status, answer[1], {"ETag": '"e"'})

    def _written(
        self, handler: BaseHTTPRequestHandler, key: str, query: dict[str, str], body: bytes
    ) -> tuple[int, bytes]:
        """Do what is asked; gives status and body."""
        if handler.command == "DELETE":
            self.objects.pop(key, None)
            self._parts.pop(query.get("uploadId", ""), None)
            return 204, b""
        if "uploads" in query:
            name = str(len(self._parts))
            self._parts[name] = {}
            return 200, f"<R><UploadId>{name}</UploadId></R>".encode()
        if "partNumber" in query:
            self._parts[query["uploadId"]][int(query["partNumber"])] = body
            return 200, b""
        if "uploadId" in query:
            parts = self._parts.pop(query["uploadId"])
            self.objects[key] = b"".join(parts[number] for number in sorted(parts))
            return 200, b'<R><ETag>"e"</ETag></R>'
        if handler.headers.get("If-None-Match") == "*" and key in self.objects:
            return 412, b""
        self.objects[key] = body
        return 200, b""

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
        if fault == "silent":
            time.sleep(3)
            handler.close_connection = True
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
        if handler.command != "HEAD":
            handler.wfile.write(body[: len(body) // 2] if cut else body)
        if cut:
            handler.close_connection = True


@contextmanager
def fake_s3() -> Iterator[tuple[FakeS3, int]]:
    """One that listens on the port given while the block runs."""
    fake = FakeS3()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def ask(self) -> None:
            fake.answer(self)

        do_GET = do_HEAD = do_PUT = do_POST = do_DELETE = ask  # noqa: N815

        def log_message(self, *args: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield fake, server.server_port
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
