"""The page holds what was found, fetches nothing, and lets nobody else speak."""

import re
from collections.abc import Callable
from typing import Any

import pytest

from quietwatch.bench.columns import COLUMNS
from quietwatch.bench.page import render
from quietwatch.bench.results import Bench, Results, Run
from quietwatch.bench.scoring import Outcome
from quietwatch.bench.truth import Truth


@pytest.fixture(scope="module")
def page(results: Results, read: Callable[[str], Any]) -> Any:
    return read(b"".join(render(results)).decode())


def test_tags_match_and_ids_are_unique(page: Any) -> None:
    assert page.faults == []
    ids = page.having("id")
    assert len(ids) == len(set(ids))


def test_every_system_kind_and_measure_is_told(page: Any, results: Results) -> None:
    for one in results.systems:
        assert one.name in page.text
        for column in COLUMNS:
            cell = column.cell(one.figures)
            assert column.name in page.text
            assert cell.value in page.text
            assert cell.interval in page.text
        kinds = [row.kind for row in one.nuisances] + [row.kind for row in one.hard]
        assert all(kind in page.text for kind in kinds)
    assert "without memory" in page.text
    assert page.text.count("solved by every baseline") == 2  # rain, and plain people


def test_curves_and_calibration_are_drawn(page: Any, results: Results) -> None:
    lines = [attributes for tag, attributes in page.tags if tag == "polyline"]
    assert len(lines) == len(results.systems)
    points = sum(len(one.curve) for one in results.systems)
    bins = sum(
        one_bin.count > 0
        for one in results.systems
        if one.calibration
        for one_bin in one.calibration.bins
    )
    circles = [attributes for tag, attributes in page.tags if tag == "circle" and "r" in attributes]
    assert len(circles) == points + len(results.systems) + bins + 1  # and the moon of the mark
    numbers = [float(value) for line in lines for value in re.split("[ ,]", line["points"] or "")]
    assert all(0 <= value <= 640 for value in numbers)


def test_mistakes_have_their_pictures(page: Any, results: Results) -> None:
    cards = [attributes for tag, attributes in page.tags if tag == "article"]
    images = [attributes for tag, attributes in page.tags if tag == "image"]
    assert len(cards) == len(results.mistakes)
    assert len(images) == len(results.mistakes) - 1  # of one there is no picture
    for one in results.mistakes:
        assert one.words[1:] in page.text


def test_nothing_is_fetched_and_nobody_else_speaks(page: Any) -> None:
    assert all(link.startswith(("#", "data:image/jpeg;base64,")) for link in page.having("href"))
    assert page.having("src") == []
    assert not {tag for tag, _ in page.tags} & {"script", "img", "iframe", "object", "link"}
    assert "url(" not in page.raw["style"]
    assert "@import" not in page.raw["style"]
    (policy,) = (text for text in page.having("content") if "default-src" in text)
    assert policy.startswith("default-src 'none'; img-src data:; style-src 'sha256-")
    assert "script-src" not in policy


def test_a_page_of_next_to_nothing(read: Callable[[str], Any], runs: Any) -> None:
    still = Outcome("still.jpg", Truth(duration_s=0), ())
    product: Run = runs[0][0]
    told = Bench("one still").results(
        [Run(product.name, product.role, product.words, 0.7, (still,))]
    )
    page = read(b"".join(render(told)).decode())
    assert page.faults == []
    assert "one still" in page.text
    assert "As the threshold moves" not in page.text
