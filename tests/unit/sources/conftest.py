import os
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from quietwatch.config import Settings
from quietwatch.model import Arrival, Failure
from quietwatch.sources.survey import survey
from tests.adapters import CLOUDS
from tests.toys.fake_s3 import FakeS3, fake_s3

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


@pytest.fixture
def s3(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[FakeS3]:
    """An S3 endpoint of our own, named by the environment as a user would."""
    with fake_s3() as (fake, port):
        for name in [name for name in os.environ if name.startswith(CLOUDS)]:
            monkeypatch.delenv(name)
        monkeypatch.setenv("HOME", str(tmp_path / "no-home"))
        monkeypatch.setenv("AWS_ENDPOINT_URL", f"http://127.0.0.1:{port}")
        monkeypatch.setenv("AWS_ACCESS_KEY_ID", "an-id")
        monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "a-secret")
        yield fake
