"""What a system says of a clip: candidates, and the alarms that a threshold makes of them."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from itertools import pairwise

from quietwatch.model import Box, Kind
from quietwatch.model.checks import require


@dataclass(frozen=True, slots=True)
class Raised:
    """An alarm of a system.

    Attributes:
        start_s: first moment of what is alarmed of, seconds from the start of the clip.
        end_s: its last moment.
        alarm_s: moment at which the alarm is raised, known at that moment.
        kind: what it is taken for.
        score: the highest it came to, 0 to 1.
        reasons: why, in the system's own words.
        incident: alarms of one incident ring once; None for an alarm that rings by itself.
        box: where it is at its best moment, fractions of the picture; None where nobody says.
    """

    start_s: float
    end_s: float
    alarm_s: float
    kind: Kind
    score: float
    reasons: tuple[str, ...] = ()
    incident: str | None = None
    box: Box | None = None


@dataclass(frozen=True, slots=True)
class Candidate:
    """What a system would alarm of, if its threshold were low enough.

    Attributes:
        start_s: first moment, seconds from the start of the clip; `end_s` the last.
        end_s: see above.
        kind: what it is taken for.
        rises: (seconds, score) of each moment at which the score rose, in order; scores are 0 to 1
            and never fall. None of them where it can never alarm.
        reasons: as those of an alarm; `incident` and `box` likewise.
        incident: see above.
        box: see above.
    """

    start_s: float
    end_s: float
    kind: Kind
    rises: tuple[tuple[float, float], ...]
    reasons: tuple[str, ...] = ()
    incident: str | None = None
    box: Box | None = None

    def __post_init__(self) -> None:
        require(self.start_s <= self.end_s, "it ends no earlier than it starts", self)
        require(all(0 <= score <= 1 for _, score in self.rises), "scores are 0 to 1", self.rises)
        require(
            all(a[0] <= b[0] and a[1] <= b[1] for a, b in pairwise(self.rises)),
            "neither time nor score falls from one rise to the next",
            self.rises,
        )

    @property
    def score(self) -> float:
        """The highest score; 0 when it never rose."""
        return self.rises[-1][1] if self.rises else 0.0

    def at(self, threshold: float) -> Raised | None:
        """The alarm at a threshold: raised at the first moment with a score as high; else None."""
        for moment, score in self.rises:
            if score >= threshold:
                return Raised(
                    start_s=self.start_s,
                    end_s=self.end_s,
                    alarm_s=moment,
                    kind=self.kind,
                    score=self.score,
                    reasons=self.reasons,
                    incident=self.incident,
                    box=self.box,
                )
        return None


def raised(candidates: Iterable[Candidate], threshold: float) -> tuple[Raised, ...]:
    """The alarms that candidates give at a threshold, in their order."""
    alarms = (candidate.at(threshold) for candidate in candidates)
    return tuple(alarm for alarm in alarms if alarm is not None)


Join = Callable[[tuple[Raised, ...]], tuple[Raised, ...]]
"""Makes of the alarms of a clip those that are told: a system may tell of several as one."""


def each_alone(alarms: tuple[Raised, ...]) -> tuple[Raised, ...]:
    """Every alarm is told."""
    return alarms
