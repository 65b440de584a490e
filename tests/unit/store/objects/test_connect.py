"""Where a store is reached and as whom: told by the environment, never by a message."""

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


def test_what_is_sent_may_take_longer() -> None:
    assert connecting._client(sending=False)["read_timeout"] == "30s"
    assert connecting._client(sending=True)["read_timeout"] == "120s"
    waits = connecting.RETRY["retry_timeout"], connecting.SENDING_AGAIN["retry_timeout"]
    assert waits == (timedelta(seconds=90), timedelta(seconds=240))


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
