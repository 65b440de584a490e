"""Pin every dependency with its hashes, for Python 3.11 to 3.13, naming no index.

    make lock

writes requirements.lock (what `make demo` installs: the product and its build tools),
requirements-dev.lock (the same and the tools of `make test` and `make lint`) and
requirements-train.lock (the same and TensorFlow, for `make test-tensorflow`). What is only started
or asked by `make test-services` has locks of its own: requirements-services.lock for the servers,
requirements-pachyderm.lock for Pachyderm's client.
"""

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
INPUT = """\
hatchling
editables
backports-strenum<1.3  # wanted by ai-edge-litert everywhere; 1.3 refuses Python 3.11 and later
"""
DEV = ("--extra", "dev", "--extra", "postgres", "--extra", "sqs")


def main() -> None:
    """Compile the locks; each is held to the versions of the one before."""
    subprocess.run([sys.executable, "-m", "pip", "install", "--quiet", "uv"], check=True)
    compile_lock("requirements.lock", ["pyproject.toml", "-"])
    compile_lock(
        "requirements-dev.lock",
        ["pyproject.toml", "-", *DEV, "--constraint", "requirements.lock"],
    )
    extras = [*DEV, "--extra", "train"]
    compile_lock(
        "requirements-train.lock",
        ["pyproject.toml", "-", *extras, "--constraint", "requirements-dev.lock"],
    )
    compile_lock("requirements-services.lock", ["--group", "services"])
    compile_lock("requirements-pachyderm.lock", ["--group", "pachyderm"])


def compile_lock(name: str, inputs: list[str]) -> None:
    """Write one lock file."""
    command = [
        *(sys.executable, "-m", "uv", "pip", "compile", *inputs),
        *("--universal", "--python-version", "3.11", "--generate-hashes", "--upgrade"),
        *("--no-emit-index-url", "--no-emit-find-links", "--no-annotate", "--no-header"),
        *("--quiet", "--output-file", name),
    ]
    subprocess.run(command, cwd=ROOT, check=True, input=INPUT, text=True)


if __name__ == "__main__":
    main()
