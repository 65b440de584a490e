from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from quietwatch.events.report import Report, render, says
from quietwatch.events.report.fingerprint import MARK, fingerprint
from quietwatch.model import Failure


@pytest.fixture
def page(report: Report, tmp_path: Path) -> Path:
    path = tmp_path / "report.html"
    path.write_bytes(b"".join(render(report)))
    return path


def other_reports(report: Report) -> list[Report]:
    """The report with each of its parts a little different."""
    clip, event = report.made_from[0], report.events[0]
    event_id, jpeg = next(iter(report.pictures.items()))
    later = replace(clip, start=clip.start + timedelta(milliseconds=1))
    revised = replace(event, revision=event.revision + 1)
    return [
        replace(report, title=f"{report.title}!"),
        replace(report, made_from=(later, *report.made_from[1:])),
        replace(report, made_from=report.made_from[1:]),
        replace(report, events=(revised, *report.events[1:])),
        replace(report, pictures={**report.pictures, event_id: jpeg + b"\0"}),
        replace(report, pictures={k: v for k, v in report.pictures.items() if k != event_id}),
        replace(report, failed=(*report.failed, Failure("a", "unreadable-video", "damaged"))),
    ]


def test_a_page_says_the_report_it_was_made_of(page: Path, report: Report) -> None:
    assert says(page, report)
    assert f'<meta name="{MARK}" content="{fingerprint(report)}">' in page.read_text()


def test_a_page_does_not_say_any_other_report(page: Path, report: Report) -> None:
    others = other_reports(report)
    assert [says(page, other) for other in others] == [False] * len(others)
    assert len({fingerprint(other) for other in (report, *others)}) == len(others) + 1


@pytest.mark.parametrize("left", [0, 1, 500, -1])
def test_a_page_that_was_cut_says_nothing(page: Path, report: Report, left: int) -> None:
    page.write_bytes(page.read_bytes()[:left])
    assert not says(page, report)


def test_what_is_not_there_says_nothing(tmp_path: Path, report: Report) -> None:
    assert not says(tmp_path / "none.html", report)
