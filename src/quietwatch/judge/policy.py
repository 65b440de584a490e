"""Policy: where, when and at what a camera rings. It comes after the verdict of evidence.

It changes the verdict and the reasons, never the score: that tells what is there. Like the rest of
judgement it is a fold over the observations of a track, from each moment and earlier ones only.
Lengths are in heights of the picture.
"""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from quietwatch.camera.policy import Only, Sensitivity, Tamper
from quietwatch.camera.shapes import Direction, Line, ZoneKind
from quietwatch.config import JudgeSettings
from quietwatch.judge.zones import Point, Zone, contains, meets, side
from quietwatch.model import Box, Familiar, Judgement, Kind, Reason, Track, Verdict

_AWAY_S = 3.0  # who was out of a zone for longer begins to stay anew: feet jitter at its edge
_CLEAR = 0.1  # of its own height somebody must stand off a line to be on one side of it: likewise
_VEILED = 0.8  # share of a box under privacy masks from which nothing can have been seen there
_GRID = 5  # points across and down by which that share is measured
_SHIFT = {Sensitivity.LOW: 0.8, Sensitivity.NORMAL: 0.0, Sensitivity.HIGH: -0.8}  # log-odds


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What judgement must be told of a clip beside the rules.

    Attributes:
        armed: stream times, from and up to before which the camera is armed; None: always.
        masks: privacy masks under which the clip was analyzed.
        familiar: what was known of the camera when the clip began.
    """

    armed: tuple[tuple[float, float], ...] | None = None
    masks: tuple[Zone, ...] = ()
    familiar: tuple[Familiar, ...] = ()

    def is_armed(self, seconds: float) -> bool:
        """Whether the camera is armed at a stream time."""
        return self.armed is None or any(begin <= seconds < end for begin, end in self.armed)


OPEN = Surroundings()
"""Always armed, nothing masked, nothing known."""


@dataclass(frozen=True, slots=True)
class Ground:
    """The rules as they lie in the picture, taken apart once for many observations.

    Attributes:
        watched: alarm zones; none: the whole picture.
        ignored: zones in which nothing counts.
        places: where somebody may stay: each alarm zone, else the picture (None), with the seconds
            that are loitering; 0: none are.
        lines: that may be crossed.
        smallest: height from which something counts; `largest` up to which.
        largest: see `smallest`.
    """

    watched: tuple[Zone, ...]
    ignored: tuple[Zone, ...]
    places: tuple[tuple[Zone | None, float], ...]
    lines: tuple[Line, ...]
    smallest: float
    largest: float

    @staticmethod
    def of(settings: JudgeSettings) -> "Ground":
        """Take the rules apart."""
        alarm = [zone for zone in settings.zones if zone.kind is ZoneKind.ALARM]
        ignored = (zone.corners for zone in settings.zones if zone.kind is ZoneKind.IGNORE)
        places = [(zone.corners, zone.loitering_s or settings.loitering_s) for zone in alarm]
        return Ground(
            watched=tuple(zone.corners for zone in alarm),
            ignored=tuple(ignored),
            places=tuple(places) or ((None, settings.loitering_s),),
            lines=settings.lines,
            smallest=settings.smallest,
            largest=settings.largest,
        )

    @property
    def remembers(self) -> bool:
        """Whether anything is to be followed once it was all as it must be."""
        return bool(self.lines) or any(enough > 0 for _, enough in self.places)

    def is_watched(self, foot: Point) -> bool:
        """Whether something counts that stands there."""
        watched = not self.watched or any(contains(zone, foot) for zone in self.watched)
        return watched and not any(contains(zone, foot) for zone in self.ignored)


@dataclass(frozen=True, slots=True)
class Stay:
    """Since when somebody is in a place, and when they were seen in it last; stream times."""

    since: float
    last: float


@dataclass(frozen=True, slots=True)
class Side:
    """Where somebody stood last clear of a line: the foot, and whether that is its right side."""

    foot: Point
    right: bool


@dataclass(frozen=True, slots=True)
class Standing:
    """What policy remembers of a track: plain values, to be kept and taken up.

    Attributes:
        lacks: what spoke against ringing at the moment at which least did; nothing, once it was
            all as it must be at one moment.
        stays: by place (see `Ground`), None where nobody was yet.
        sides: by line, None as long as nobody stood clear of it.
        loitered: whether somebody stayed long enough.
        crossed: whether a line was crossed in its direction.
    """

    lacks: tuple[Reason, ...]
    stays: tuple[Stay | None, ...]
    sides: tuple[Side | None, ...]
    loitered: bool = False
    crossed: bool = False

    @staticmethod
    def start(ground: Ground) -> "Standing":
        """Before the first observation."""
        return Standing(_EVERYTHING, (None,) * len(ground.places), (None,) * len(ground.lines))

    def after(
        self, seconds: float, box: Box, aspect: float, ground: Ground, around: Surroundings
    ) -> "Standing":
        """Take one observation into account.

        Args:
            seconds: its stream time.
            box: where it was.
            aspect: width of the picture by its height.
            ground: the rules.
            around: what else holds.
        """
        if not (self.lacks or ground.remembers):
            return self
        lacks = tuple(_lacking(seconds, box, ground, around))
        least = lacks if len(lacks) < len(self.lacks) else self.lacks
        now = replace(self, lacks=least).moved(box, aspect, ground.lines, counts=_may_cross(lacks))
        return now if lacks else now.stayed(seconds, _foot(box), ground)

    def stayed(self, seconds: float, foot: Point, ground: Ground) -> "Standing":
        """Note in which places somebody is, and for how long."""
        stays, loitered = list(self.stays), self.loitered
        for index, (corners, enough) in enumerate(ground.places):
            if corners is not None and not contains(corners, foot):
                continue
            stay = stays[index]
            back = stay is not None and seconds - stay.last <= _AWAY_S
            since = stay.since if stay is not None and back else seconds
            stays[index] = Stay(since, seconds)
            loitered = loitered or 0 < enough <= seconds - since
        return replace(self, stays=tuple(stays), loitered=loitered)

    def moved(self, box: Box, aspect: float, lines: Sequence[Line], *, counts: bool) -> "Standing":
        """Note on which side of each line somebody stands, and whether that crossed it."""
        if not lines:
            return self
        x, y = _foot(box)
        foot, height = (x * aspect, y), box[3] - box[1]
        sides, crossed = list(self.sides), self.crossed
        for index, line in enumerate(lines):
            (x1, y1), (x2, y2) = line.points
            ends = (x1 * aspect, y1), (x2 * aspect, y2)
            distance = side(ends, foot)
            if abs(distance) < _CLEAR * height:
                continue
            before, now = sides[index], Side(foot, distance > 0)
            sides[index] = now
            if (
                before is not None
                and before.right != now.right
                and meets(ends, (before.foot, foot))
            ):
                way = Direction.RIGHT if now.right else Direction.LEFT
                crossed = crossed or (counts and line.direction in {way, Direction.BOTH})
        return replace(self, sides=tuple(sides), crossed=crossed)


_EVERYTHING = (
    Reason.OUTSIDE_ZONE,
    Reason.DISARMED,
    Reason.MASKED,
    Reason.WRONG_SIZE,
    Reason.TOO_BRIEF,
)
"""More than can be lacking at a moment."""


def standings(
    track: Track,
    aspect: float,
    settings: JudgeSettings,
    around: Surroundings = OPEN,
    before: Standing | None = None,
) -> Iterator[Standing]:
    """What policy knows after each observation.

    Args:
        track: what was observed, or the next part of it.
        aspect: width of the picture by its height.
        settings: the rules.
        around: what else holds for this part.
        before: where the part before left off; None for the first.
    """
    ground = Ground.of(settings)
    now = Standing.start(ground) if before is None else before
    for seconds, box in zip(track.times, track.boxes, strict=True):
        x1, y1, x2, y2 = (float(part) for part in box)
        now = now.after(float(seconds), (x1, y1, x2, y2), aspect, ground, around)
        yield now


def applied(judgement: Judgement, standing: Standing, settings: JudgeSettings) -> Judgement:
    """The judgement of evidence as policy leaves it.

    What is done to the camera (`tamper`) is no matter of where and when: see `tampered`.

    Args:
        judgement: what is to be thought of what is there.
        standing: where and when it was there.
        settings: the rules.
    """
    if Reason.TAMPER in judgement.reasons:
        return tampered(judgement, settings)
    if standing.lacks:
        return _held_back(judgement, standing.lacks)
    if judgement.verdict is not Verdict.ALARM:
        return judgement
    loiters = standing.loitered and judgement.kind is Kind.PERSON
    did = {Only.LOITERING: loiters, Only.LINE_CROSSING: standing.crossed}
    if settings.only and not any(did[one] for one in settings.only):
        return _held_back(judgement, (Reason.NO_TRIGGER,))
    told = tuple(_DONE[one] for one, done in did.items() if done)
    return replace(judgement, reasons=(*judgement.reasons, *told))


def tampered(judgement: Judgement, settings: JudgeSettings) -> Judgement:
    """A judgement of what is done to the camera, as `judge.tamper` wants it.

    Zones and schedule make no difference: a blinded camera sees nobody, wherever and whenever.
    """
    most = _TAMPERING[settings.tamper]
    if judgement.verdict is Verdict.SUPPRESSED or most is Verdict.ALARM:
        return judgement
    return replace(judgement, verdict=most)


_TAMPERING = {
    Tamper.ALARM: Verdict.ALARM,
    Tamper.REVIEW: Verdict.REVIEW,
    Tamper.OFF: Verdict.SUPPRESSED,
}
_DONE = {Only.LOITERING: Reason.LOITERING, Only.LINE_CROSSING: Reason.LINE_CROSSING}


def sensitive(settings: JudgeSettings) -> JudgeSettings:
    """The rules with the scores that their sensitivity asks for."""
    shift = _SHIFT[settings.sensitivity]
    if shift == 0.0:
        return settings
    scores = {name: _shifted(getattr(settings, name), shift) for name in _SCORES}
    return settings.model_copy(update=scores)


_SCORES = ("alarm_score", "review_score")


def _shifted(probability: float, shift: float) -> float:
    odds = math.log(probability / (1 - probability)) + shift
    return 1 / (1 + math.exp(-odds))


def _held_back(judgement: Judgement, why: tuple[Reason, ...]) -> Judgement:
    rest = tuple(reason for reason in judgement.reasons if reason not in why)
    return replace(judgement, verdict=Verdict.SUPPRESSED, reasons=(*why, *rest))


def _lacking(seconds: float, box: Box, ground: Ground, around: Surroundings) -> Iterator[Reason]:
    """What speaks against ringing for something at one moment, the weightiest first."""
    if not around.is_armed(seconds):
        yield Reason.DISARMED
    if around.masks and _veiled(box, around.masks) >= _VEILED:
        yield Reason.MASKED
    if not ground.is_watched(_foot(box)):
        yield Reason.OUTSIDE_ZONE
    if not ground.smallest <= box[3] - box[1] <= ground.largest:
        yield Reason.WRONG_SIZE


def _may_cross(lacks: tuple[Reason, ...]) -> bool:
    """A line may lie outside the zones."""
    return set(lacks) <= {Reason.OUTSIDE_ZONE}


def _foot(box: Box) -> Point:
    """The middle of the lower edge: where somebody stands."""
    return (box[0] + box[2]) / 2, box[3]


def _veiled(box: Box, masks: Sequence[Zone]) -> float:
    """About the share of a box that lies under masks, 0 to 1."""
    x1, y1, x2, y2 = box
    shares = [(index + 0.5) / _GRID for index in range(_GRID)]
    points = [
        (x1 + across * (x2 - x1), y1 + down * (y2 - y1)) for across in shares for down in shares
    ]
    return sum(any(contains(mask, point) for mask in masks) for point in points) / len(points)
