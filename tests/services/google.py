"""Speaks for fake-gcs-server what obstore asks of Google: puts as Google's XML interface has them.

The server knows them by the JSON interface only (and signed URLs). A put is passed on as such,
with its precondition; everything else goes through as it is.
"""

import http.client
import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import quote, unquote, urlsplit

from tests.services.process import HOST

_HOP = {"connection", "host", "transfer-encoding", "content-length", "date", "server"}


@contextmanager
def translator(upstream: int) -> Iterator[int]:
    """Listens on the port that it gives, and asks a server at another one."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def pass_on(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            headers = {
                name: value for name, value in self.headers.items() if name.lower() not in _HOP
            }
            method, path = self.command, self.path
            put = method == "PUT" and not urlsplit(path).query
            if put:
                method, path = (
                    "POST",
                    _as_json(path, self.headers.get("x-goog-if-generation-match")),
                )
            connection = http.client.HTTPConnection(HOST, upstream, timeout=60)
            connection.request(method, path, body, headers)
            answer = connection.getresponse()
            data = answer.read()
            told = dict(answer.getheaders())
            if put and answer.status == 200:
                made = json.loads(data)
                told |= {"ETag": f'"{made["etag"]}"', "x-goog-generation": made["generation"]}
            connection.close()
            self._answer(answer.status, told, data)

        def _answer(self, status: int, headers: dict[str, str], data: bytes) -> None:
            self.send_response(status)
            for name, value in headers.items():
                if name.lower() not in _HOP:
                    self.send_header(name, value)
            length = str(len(data))
            if self.command == "HEAD":
                length = {name.lower(): value for name, value in headers.items()}["content-length"]
            self.send_header("Content-Length", length)
            self.end_headers()
            self.wfile.write(data)

        do_GET = do_HEAD = do_PUT = do_POST = do_DELETE = pass_on  # noqa: N815

        def log_message(self, *args: object) -> None:
            pass

    server = ThreadingHTTPServer((HOST, 0), Handler)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield server.server_port
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def _as_json(path: str, generation: str | None) -> str:
    _, bucket, name = path.split("/", 2)
    query = f"uploadType=media&name={quote(unquote(name), safe='')}"
    if generation is not None:
        query += f"&ifGenerationMatch={generation}"
    return f"/upload/storage/v1/b/{bucket}/o?{query}"
