"""Where a store is reached and as whom: told by the environment, never by a message."""

import re
import threading
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from quietwatch.errors import StoreUnavailable
from quietwatch.store.objects import connect as connecting
from quietwatch.store.objects.connect import open_bucket
from quietwatch.store.objects.objects import connect
from quietwatch.store.objects.url import parse
from tests.toys.fake_s3 import FakeS3


def test_a_folder_is_made(tmp_path: Path) -> None:
    objects = connect(str(tmp_path / "deep" / "store"))
    assert objects.url == (tmp_path / "deep" / "store").as_uri()
    assert (tmp_path / "deep" / "store").is_dir()
    assert objects.local_path("a/b") == tmp_path / "deep" / "store" / "a" / "b"


def test_memory_is_shared_by_name_only() -> None:
    connect("memory://shared").put("a", b"x")
    assert connect("memory://shared").read("a") == b"x"
    assert connect("memory://other").info("a") is None
    connect("memory://").put("a", b"x")
    assert connect("memory://").info("a") is None
    assert connect("memory://shared").local_path("a") is None


def test_nothing_is_asked_before_it_is_needed(s3: FakeS3) -> None:
    connect("s3://footage/store")
    assert s3.requests == []


def test_only_what_is_below_is_seen(s3: FakeS3) -> None:
    s3.objects = {"store/a": b"1", "stored/b": b"2", "c": b"3"}
    assert [found.key for found in connect("s3://footage/store/").list()] == ["a"]
    assert [found.key for found in connect("s3://footage").list()] == ["c", "store/a", "stored/b"]


def test_plain_http_is_only_for_an_endpoint_that_says_so(
    s3: FakeS3, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(connecting, "_AWS_ENDPOINTS", ())
    with pytest.raises(StoreUnavailable):
        connect("s3://footage").put("a", b"")
    assert s3.requests == []


def test_the_docs_tell_how_long_we_wait() -> None:
    page = (Path(__file__).parents[4] / "docs" / "stores.md").read_text(encoding="utf-8")
    rows = dict(re.findall(r"^\| ([a-z][^|]*) \| (\w[^|]* \| [^|]*) \|$", page, re.MULTILINE))
    told = {name: re.findall(r"\d+ s", row) for name, row in rows.items()}
    reading, sending = (connecting._client(sending=sending) for sending in (False, True))
    again, sending_again = connecting.RETRY, {**connecting.RETRY, **connecting.SENDING_AGAIN}
    assert [(one["connect_timeout"], one["read_timeout"]) for one in (reading, sending)] == [
        ("10s", "30s"),
        ("10s", "120s"),
    ]
    assert told["no connection after"] == ["10 s", "10 s"]
    assert told["no bytes, or no answer, for"] == ["30 s", "120 s"]
    assert told["but not later than, after the first try"] == ["90 s", "240 s"]
    assert (again["retry_timeout"], sending_again["retry_timeout"]) == (
        timedelta(seconds=90),
        timedelta(seconds=240),
    )
    assert f"{again['max_retries']} times" in page
    assert connecting.PAUSES == (0.2, 1.0, 5.0)
    assert "after .2, 1 and 5 s" in page


@pytest.mark.parametrize("scheme", ["http://", ""])
def test_an_emulator_of_google_takes_its_place(
    s3: FakeS3, monkeypatch: pytest.MonkeyPatch, scheme: str
) -> None:
    assert s3.requests == []
    asked: list[tuple[str, str | None]] = []

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.append((self.path, self.headers["Authorization"]))
            self.send_error(404)

        def log_message(self, *args: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, args=(0.02,)).start()
    host = f"127.0.0.1:{server.server_port}"
    monkeypatch.setenv("STORAGE_EMULATOR_HOST", scheme + host)
    try:
        with pytest.raises(StoreUnavailable):
            list(connect("gs://bucket").list())
    finally:
        server.shutdown()
        server.server_close()
    assert asked == [("/bucket?list-type=2", "Bearer emulator")]


def test_azure_without_an_account_says_what_to_set(s3: FakeS3) -> None:
    assert s3.requests == []
    with pytest.raises(StoreUnavailable, match="AZURE_STORAGE_ACCOUNT_NAME"):
        open_bucket(parse("az://container"))
