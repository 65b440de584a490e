"""docs/bench.md tells the formats as they are."""

import json
import re
from pathlib import Path

import pytest
from pydantic import BaseModel

from quietwatch.bench.calibration import Bin, Calibration
from quietwatch.bench.curves import Point
from quietwatch.bench.measures import Confusion, Counts, EventRow, Figures, NuisanceRow
from quietwatch.bench.mistakes import Mistake
from quietwatch.bench.readers import FORMATS
from quietwatch.bench.results import Results, Role, SystemResult
from quietwatch.bench.truth import Nuisance, TrueEvent, Truth, read

PAGE = (Path(__file__).parents[3] / "docs" / "bench.md").read_text(encoding="utf-8")
TOLD = set(re.findall(r"`([a-z_0-9-]+)`", PAGE))


def test_the_example_is_a_truth(tmp_path: Path) -> None:
    (example,) = re.findall(r"(?ms)^```json\n(.*?)^```", PAGE)
    path = tmp_path / "porch.truth.json"
    path.write_text(example, encoding="utf-8")
    truth = read(path)
    assert truth.events[0].hard == "crawling"
    assert json.loads(example).keys() <= Truth.model_fields.keys()


@pytest.mark.parametrize(
    "kind",
    [
        *(Truth, TrueEvent, Nuisance, Results, SystemResult, Counts, Figures, NuisanceRow),
        *(EventRow, Confusion, Point, Calibration, Bin, Mistake),
    ],
)
def test_every_key_is_told(kind: type[BaseModel]) -> None:
    assert set(kind.model_fields) <= TOLD


def test_every_role_and_format_of_labels_is_told() -> None:
    assert {*Role, *FORMATS} <= TOLD
