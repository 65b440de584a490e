from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quietwatch.events.report import phrase
from quietwatch.events.report.axis import MAX_FOLDS, fold
from quietwatch.events.report.markup import Markup, h, join, number, pieces
from quietwatch.events.report.picture import jpeg_size

DAY = datetime(2026, 11, 23, 16, 0, tzinfo=UTC)

intervals = st.lists(
    st.tuples(st.integers(0, 10**8), st.integers(0, 10**5)), min_size=1, max_size=30
).map(
    lambda pairs: [
        (DAY + timedelta(seconds=at), DAY + timedelta(seconds=at + long)) for at, long in pairs
    ]
)


@given(intervals)
def test_the_axis_keeps_order_and_stays_within_its_width(
    made: list[tuple[datetime, datetime]],
) -> None:
    axis = fold(made)
    times = sorted(time for interval in made for time in interval)
    places = [axis.x(time) for time in times]
    assert places == sorted(places)
    assert all(0 <= place <= 100.000001 for place in places)
    assert 1 <= len(axis.spans) <= MAX_FOLDS + 1
    assert axis.spans[0].left == 0
    assert axis.spans[-1].right == pytest.approx(100)


@given(intervals)
def test_no_footage_is_folded_away(made: list[tuple[datetime, datetime]]) -> None:
    spans = fold(made).spans
    for start, end in made:
        assert any(
            span.start <= start.timestamp() and end.timestamp() <= span.end for span in spans
        )


@given(intervals)
def test_ticks_are_few_and_inside(made: list[tuple[datetime, datetime]]) -> None:
    for span in fold(made).spans:
        ticks = [tick.timestamp() for tick in span.ticks()]
        assert len(ticks) <= 10
        assert all(span.start <= tick <= span.end for tick in ticks)


def test_short_gaps_are_drawn_to_scale() -> None:
    clips = [
        (DAY + timedelta(minutes=at), DAY + timedelta(minutes=at, seconds=10)) for at in range(60)
    ]
    assert len(fold(clips).spans) == 1


def test_markup_escapes_whatever_is_text() -> None:
    assert h("p", '<b> & "q"', title='"><script>') == (
        '<p title="&quot;&gt;&lt;script&gt;">&lt;b&gt; &amp; &quot;q&quot;</p>'
    )
    assert h("p", h("b", "x"), ["a", None, 3]) == "<p><b>x</b>a3</p>"
    assert h("input", hidden=True, checked=False, value=None, class_="a") == (
        '<input hidden class="a">'
    )
    assert join("a", Markup("<i>")) == "a<i>"
    assert h("p", "a\u202e\nb\udcff") == "<p>a\\u202e\\nb\\xff</p>"


def test_pieces_are_the_element_that_they_make_up() -> None:
    inner = [h("b", "<x>"), "a & b", None, 3, ["c", h("i")]]
    made = pieces("p", *inner, pieces("q", (f"{at}" for at in range(2))), class_="d", hidden=True)
    parts = list(made)
    assert "".join(parts) == h("p", *inner, h("q", "0", "1"), class_="d", hidden=True)
    assert parts[0] == '<p class="d" hidden>'
    assert parts[-4:] == ["0", "1", "</q>", "</p>"]


@pytest.mark.parametrize(
    ("value", "text"), [(0.0, "0"), (-0.0001, "0"), (12.5, "12.5"), (1 / 3, "0.333"), (100, "100")]
)
def test_numbers_are_short(value: float, text: str) -> None:
    assert number(value) == text


def test_jpeg_size(jpeg: bytes) -> None:
    assert jpeg_size(jpeg) == (96, 64)
    assert jpeg_size(b"GIF89a") is None


@given(st.binary(max_size=40))
def test_jpeg_size_bears_anything(tail: bytes) -> None:
    jpeg_size(b"\xff\xd8\xff" + tail)


def test_jpeg_cut_at_any_byte(jpeg: bytes) -> None:
    assert {jpeg_size(jpeg[:at]) for at in range(len(jpeg))} == {None, (96, 64)}


def test_phrases() -> None:
    assert phrase.moment(DAY) == "23 Nov 2026, 16:00:00"
    assert phrase.media_time(59.96) == "1:00.0"
    assert phrase.media_time(3602.54) == "1:00:02.5"
    assert [phrase.length(s) for s in (1.25, 79.5, 600, 8 * 3600, 90 * 86400)] == [
        "1.2 s",
        "80 s",
        "10 min",
        "8.0 h",
        "90 days",
    ]
    assert phrase.count(1, "alarm") == "1 alarm"
    assert phrase.count(1200, "alarm") == "1,200 alarms"
    assert phrase.sentence("so it is") == "So it is."


@pytest.mark.parametrize(
    ("part", "whole", "said"),
    [(0, 0, "0 %"), (0, 9, "0 %"), (1, 9999, "1 %"), (9998, 9999, "99 %"), (5, 5, "100 %")],
)
def test_a_share_never_rounds_to_nothing_or_all(part: int, whole: int, said: str) -> None:
    assert phrase.share(part, whole) == said


def test_a_rate_needs_footage() -> None:
    assert phrase.rate(3, 0) == "\u2013"
    assert phrase.rate(3, 7200) == "1.5"
    assert phrase.rate(0, 60) == "0"
    assert phrase.rate(50, 3600) == "50"
