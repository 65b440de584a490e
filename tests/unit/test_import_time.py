"""What each part loads, as a list: importing stays quick because what is dear stays out.

tests/unit/cli/test_light.py holds the program itself to the same. Times are not measured here: they
depend on the machine, the list does not.
"""

import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]

IMPORTED_AS = {
    "ai-edge-litert": "ai_edge_litert",
    "opencv-python-headless": "cv2",
    "pyyaml": "yaml",
}
"""Packages whose import has another name."""

LATER = {"fastapi", "ray"}
"""Dear, and not used yet: they must stay out when they come."""

SETTINGS = {"numpy", "pydantic"}
"""What takes settings and looks at arrays."""

LOADS = {
    "quietwatch": set(),
    "quietwatch.config": {"pydantic"},
    "quietwatch.vision.zoo": {"numpy"},  # naming the models runs none of them
    "quietwatch.vision.analyze": SETTINGS | {"cv2"},
    "quietwatch.judge.decide": SETTINGS,
    "quietwatch.events.report": set(),
    "quietwatch.store.home": {"pydantic"},
    "quietwatch.store.catalog": {"sqlalchemy"},  # alembic only when there is something to migrate
    "quietwatch.store.repos": {"sqlalchemy", "pydantic", "obstore"},
    "quietwatch.store.place": {"obstore", "pydantic", "sqlalchemy", "yaml"},
    "quietwatch.pipeline.runners.local": {"pydantic", "psutil"},
    "quietwatch.targets.pachyderm.worker": set(),  # its client only inside a worker
}
"""Of our dependencies, those that a part loads when it is imported; no others, and none less."""


def dependencies() -> set[str]:
    """Import names of everything that pyproject.toml lets us install."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    extras = project["optional-dependencies"]
    wanted = [*project["dependencies"], *(line for lines in extras.values() for line in lines)]
    names = {line.partition(">")[0].partition("<")[0].partition("=")[0] for line in wanted}
    return {IMPORTED_AS.get(name, name.replace("-", "_")) for name in names} | LATER


def loaded(module: str) -> set[str]:
    code = f"import sys, {module}\nprint(*{{name.partition('.')[0] for name in sys.modules}})"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    return set(done.stdout.split())


@pytest.mark.parametrize("module", LOADS)
def test_a_part_loads_what_it_needs(module: str) -> None:
    assert loaded(module) & dependencies() == LOADS[module]


def test_the_list_of_dependencies_is_the_real_one() -> None:
    assert {"av", "cv2", "pyarrow", "tensorflow", "obstore", "rich", "typer"} <= dependencies()
