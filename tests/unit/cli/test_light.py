"""The command line answers at once: what is heavy stays out until it is needed."""

import subprocess
import sys

import pytest

HEAVY = {
    *("av", "cv2", "pyarrow", "obstore", "ai_edge_litert", "tensorflow", "psutil"),
    *("sqlalchemy", "alembic", "numpy", "rich", "asyncio", "multiprocessing"),
}
"""pydantic is none of them: typer reads every option with it."""


def modules(code: str) -> set[str]:
    show = "print(*sys.modules, file=sys.stderr)"
    command = [sys.executable, "-c", f"import sys\n{code}\n{show}"]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    return {name.partition(".")[0] for name in done.stderr.split()}


@pytest.mark.parametrize(
    "code",
    [
        "import quietwatch",
        "import quietwatch.cli",
        "from quietwatch.cli import app\ntry: app(['version'])\nexcept SystemExit: pass",
        "from quietwatch.cli import app\ntry: app(['--help'])\nexcept SystemExit: pass",
        "from quietwatch.cli import app\ntry: app(['run', '--help'])\nexcept SystemExit: pass",
        "from quietwatch.cli import app\ntry: app(['put', '--help'])\nexcept SystemExit: pass",
        "from quietwatch.cli import app\ntry: app(['token', '--help'])\nexcept SystemExit: pass",
    ],
)
def test_what_is_heavy_stays_out(code: str) -> None:
    assert modules(code) & HEAVY == set()
