import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.adapters import CLOUDS
from tests.toys.fake_s3 import FakeS3, fake_s3


@pytest.fixture
def s3(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[FakeS3]:
    """An S3 endpoint of our own with the bucket `footage`, named by the environment."""
    with fake_s3() as (fake, port):
        for name in [name for name in os.environ if name.startswith(CLOUDS)]:
            monkeypatch.delenv(name)
        monkeypatch.setenv("HOME", str(tmp_path / "no-home"))
        monkeypatch.setenv("AWS_ENDPOINT_URL", f"http://127.0.0.1:{port}")
        monkeypatch.setenv("AWS_ACCESS_KEY_ID", "an-id")
        monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "a-secret")
        yield fake
