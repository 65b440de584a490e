import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import av
import pytest
from typer.testing import CliRunner, Result

from quietwatch.cli import app
from quietwatch.media.samples import samples

if TYPE_CHECKING:
    from tests.conftest import Footage

Call = Callable[..., Result]


@pytest.fixture(autouse=True)
def no_home(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """No test finds the home of whoever runs it."""
    for name in ("HOME", "STORE", "CATALOG", "TOKEN"):
        monkeypatch.delenv(f"QUIETWATCH_{name}", raising=False)
    monkeypatch.setenv("HOME", str(tmp_path / "nobody"))


@pytest.fixture(scope="session")
def call() -> Call:
    """Call the program in this process; standard output and error come apart."""

    def run(*words: object) -> Result:
        return CliRunner().invoke(app, [str(word) for word in words], prog_name="quietwatch")

    return run


@pytest.fixture(scope="session")
def full_store(call: Call, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home with a repo of a few files in three commits, which tests only read."""
    folder = tmp_path_factory.mktemp("store")
    inside = folder / "in" / "a" / "b"
    inside.mkdir(parents=True)
    (folder / "in" / "x.txt").write_bytes(b"first")
    (inside.parent / "y.txt").write_bytes(b"second")
    (inside / "z.bin").write_bytes(bytes(1500))
    home = folder / "home"
    for words in (
        ("repo", "create", "footage", "--description", "what cameras sent"),
        ("put", "footage:door", "-r", folder / "in", "-m", "all of it"),
        ("put", "footage:door/x.txt", inside.parent / "y.txt"),
        ("tag", "create", "footage@v1"),
        ("put", "footage:yard/", folder / "in" / "x.txt"),
    ):
        result = call(*words, "--home", home)
        assert result.exit_code == 0, result.output
    return home


@pytest.fixture(scope="session")
def start() -> Callable[..., "subprocess.Popen[str]"]:
    """Start the program as a process of its own."""

    def run(*words: object) -> "subprocess.Popen[str]":
        command = [sys.executable, "-m", "quietwatch", *(str(word) for word in words)]
        return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)

    return run


@pytest.fixture(scope="session")
def people(footage: "Footage") -> Path:
    """The first two seconds of a sample: people walk from the first picture on."""
    path = footage.path("square_1511891155.mp4")
    with av.open(str(samples() / "vtest.mp4")) as source, av.open(str(path), "w") as out:
        stream = out.add_stream_from_template(source.streams.video[0])
        for packet in source.demux(source.streams.video[0]):
            if packet.pts is None or packet.pts * packet.time_base > 2:
                break
            packet.stream = stream
            out.mux(packet)
    return path


@pytest.fixture(scope="session")
def full_home(
    call: Call, people: Path, footage: "Footage", tmp_path_factory: pytest.TempPathFactory
) -> Path:
    """A home with events of one camera, and a camera that saw nothing."""
    home = tmp_path_factory.mktemp("full") / "home"
    still = footage.video("quiet_1511891155.mp4", frames=3, painter=footage.quarters)
    result = call("run", people, still, "--home", home, "--workers", 2)
    assert result.exit_code == 0, result.output
    return home
