"""The drawings of the page: curves of misses against false alarms, and calibration."""

import math
from collections.abc import Iterable, Sequence

from quietwatch.bench.calibration import Calibration
from quietwatch.bench.columns import short
from quietwatch.bench.curves import Point
from quietwatch.bench.results import SystemResult
from quietwatch.events.report.markup import Child, Markup, h, join, number

_WIDTH, _HEIGHT = 640.0, 400.0  # of the curves, without what stands around them
_LEAST_MISS = 0.002  # what is less is drawn at the edge
_LEAST_RATE = 0.01
_RATES = (0.01, 0.1, 1.0, 10.0, 100.0, 1000.0, 10000.0)
_MISSES = (0.002, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1.0)
_SQUARE = 220.0
_COLOURS = 6  # in style.css: .s0 to .s5


def curves(systems: Sequence[SystemResult]) -> Child:
    """Misses against false alarms, both axes by their logarithm; None where there is no curve."""
    drawn = [(place, one) for place, one in enumerate(systems) if one.curve]
    if not drawn:
        return None
    most = max(point.false_alarms_hour for _, one in drawn for point in one.curve)
    top = next((rate for rate in _RATES[1:] if rate >= most), _RATES[-1])
    axes = _axes(top)
    lines = [_curve(place, one, top) for place, one in drawn]
    words = "Share of events missed against false alarms a camera-hour, a line a system"
    svg = h(
        "svg",
        axes,
        lines,
        viewBox=f"-64 -12 {number(_WIDTH + 84)} {number(_HEIGHT + 66)}",
        role="img",
        aria_label=words,
        class_="plot",
    )
    return h("figure", svg, _legend(drawn))


def calibrations(systems: Sequence[SystemResult]) -> Child:
    """A square a system that gave scores; None where none did."""
    drawn = [
        _calibration(place, one.name, one.calibration)
        for place, one in enumerate(systems)
        if one.calibration is not None
    ]
    return h("div", drawn, class_="squares") if drawn else None


def _x(rate: float, top: float) -> float:
    whole = math.log(top / _LEAST_RATE)
    return _WIDTH * math.log(min(max(rate, _LEAST_RATE), top) / _LEAST_RATE) / whole


def _y(miss: float) -> float:
    return _HEIGHT * math.log(max(miss, _LEAST_MISS)) / math.log(_LEAST_MISS)


def _axes(top: float) -> Markup:
    across = [
        join(
            h("line", class_="grid", x1=_x(rate, top), x2=_x(rate, top), y1=0.0, y2=_HEIGHT),
            h(
                "text",
                "0" if rate == _LEAST_RATE else f"{rate:g}",
                x=_x(rate, top),
                y=_HEIGHT + 20,
                text_anchor="middle",
            ),
        )
        for rate in _RATES
        if rate <= top
    ]
    up = [
        join(
            h("line", class_="grid", x1=0.0, x2=_WIDTH, y1=_y(miss), y2=_y(miss)),
            h(
                "text",
                "0" if miss == _LEAST_MISS else f"{100 * miss:g} %",
                x=-10.0,
                y=_y(miss) + 4,
                text_anchor="end",
            ),
        )
        for miss in _MISSES
    ]
    names = (
        h("text", "false alarms a camera-hour", x=_WIDTH / 2, y=_HEIGHT + 44, class_="name"),
        h("text", "missed", x=-10.0, y=_HEIGHT + 44, text_anchor="end"),
    )
    return join(across, up, names)


def _curve(place: int, one: SystemResult, top: float) -> Markup:
    points = " ".join(
        f"{number(_x(point.false_alarms_hour, top))},{number(_y(point.miss_rate))}"
        for point in one.curve
    )
    told = one.figures
    dot = None
    if told.recall is not None:
        rate = told.false_alarms_hour.value if told.false_alarms_hour is not None else 0.0
        dot = h(
            "circle",
            h("title", f"{one.name}, threshold {short(one.threshold)}"),
            cx=_x(rate, top),
            cy=_y(1 - told.recall.value),
            r=7.0,
        )
    return h(
        "g",
        h("polyline", points=points),
        [_dot(one.name, point, top) for point in one.curve],
        dot,
        class_=f"curve s{place % _COLOURS}",
    )


def _dot(name: str, point: Point, top: float) -> Markup:
    words = (
        f"{name}, threshold {short(point.threshold)}: {100 * point.miss_rate:.1f} % missed, "
        f"{point.false_alarms_hour:.3g} false alarms a camera-hour"
    )
    x, y = _x(point.false_alarms_hour, top), _y(point.miss_rate)
    return h("circle", h("title", words), cx=x, cy=y, r=2.5)


def _legend(drawn: Iterable[tuple[int, SystemResult]]) -> Markup:
    keys = (
        h("li", h("i", class_=f"s{place % _COLOURS}"), one.name, class_="key")
        for place, one in drawn
    )
    return h("ul", keys, class_="keys")


def _calibration(place: int, name: str, told: Calibration) -> Markup:
    most = max(one.count for one in told.bins)
    dots = [
        h(
            "circle",
            h("title", f"{one.count:,} scored {one.mean_score:.2f}, {one.share_true:.2f} real"),
            cx=one.mean_score * _SQUARE,
            cy=(1 - one.share_true) * _SQUARE,
            r=3 + 9 * math.sqrt(one.count / most),
        )
        for one in told.bins
        if one.mean_score is not None and one.share_true is not None
    ]
    frame = h("rect", class_="frame", x=0.0, y=0.0, width=_SQUARE, height=_SQUARE)
    honest = h("line", class_="grid", x1=0.0, y1=_SQUARE, x2=_SQUARE, y2=0.0)
    labels = (
        h("text", "score", x=_SQUARE / 2, y=_SQUARE + 34, class_="name"),
        h("text", "real", x=-8.0, y=_SQUARE / 2 + 4, text_anchor="end"),
        h("text", "0", x=0.0, y=_SQUARE + 18, text_anchor="middle"),
        h("text", "1", x=_SQUARE, y=_SQUARE + 18, text_anchor="middle"),
        h("text", "1", x=-8.0, y=8.0, text_anchor="end"),
    )
    svg = h(
        "svg",
        frame,
        honest,
        h("g", dots, class_=f"dots s{place % _COLOURS}"),
        labels,
        viewBox=f"-44 -14 {number(_SQUARE + 62)} {number(_SQUARE + 56)}",
        role="img",
        aria_label=f"{name}: share that is real against score",
        class_="plot",
    )
    words = f"off by {told.ece:.3f} on average (ECE), Brier {told.brier:.3f}, {told.count:,} scores"
    return h("figure", svg, h("figcaption", h("b", name), " ", words))
