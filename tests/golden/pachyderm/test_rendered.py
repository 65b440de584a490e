"""The specs are the golden ones: a change of what a cluster is told is read before it is merged."""

import importlib.util
import json
from pathlib import Path

HERE = Path(__file__).parent
MAKE = importlib.util.spec_from_file_location("golden_pachyderm_make", HERE / "make.py")


def test_specs_are_the_golden_ones() -> None:
    assert MAKE is not None
    assert MAKE.loader is not None
    make = importlib.util.module_from_spec(MAKE)
    MAKE.loader.exec_module(make)
    files = make.files()
    assert sorted(files) == sorted(HERE.glob("*.json"))
    for file, spec in files.items():
        golden = json.loads(file.read_text(encoding="utf-8"))
        assert golden == spec, f"{file.name}: run `make golden`, and read the difference"
        assert list(golden) == list(spec)
