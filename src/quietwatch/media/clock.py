"""Time stamps that rise: repairs what recorders get wrong, and leaves alone what is right.

All times here are whole ticks of the stream's time base; nothing is rounded to a frame rate.
"""

from fractions import Fraction

LONGEST_GAP = Fraction(24 * 3600)
"""Seconds. No clip pauses for longer: a stamp that far ahead is a clock that was set."""

LONGEST_SHOW = Fraction(60)
"""Seconds. A last frame that claims to be shown for longer is not believed."""

SLOWEST, FASTEST = Fraction(1, 60), Fraction(1000)
"""Frames a second. Containers that claim less or more (90,000 is common) are not believed."""

USUAL_STEP = Fraction(1, 25)
"""Seconds from one frame to the next when nothing else is known."""


class Clock:
    """Gives each frame of a clip its time: from 0, strictly rising.

    Stamps that rise as they should pass unchanged but for their start, which becomes 0. Otherwise:

    - a missing stamp follows the last by what that frame claims to last, or a usual step;
    - a stamp that is not later than the last (a duplicate, a step back) follows it by half a step,
      so that later, good stamps can still pass unchanged;
    - when the stamps then go on from there (a clock that was set back), they are shifted for good;
    - a stamp more than a day ahead is a clock that was set, too.

    Args:
        time_base: seconds a tick.
        rate: frames a second as the container says, or None.
    """

    def __init__(self, time_base: Fraction, rate: Fraction | None = None) -> None:
        believed = rate is not None and SLOWEST <= rate <= FASTEST
        step = 1 / rate if rate is not None and believed else USUAL_STEP
        self._usual = max(1, round(step / time_base))
        self._gap = max(self._usual, int(LONGEST_GAP / time_base))
        self._show = max(self._usual, int(LONGEST_SHOW / time_base))
        self._shift: int | None = None
        self._stamp: int | None = None
        self._time: int | None = None
        self._interval = 0
        self._shown = 0
        self._in_row = 0
        self.repaired = 0
        """Stamps that were missing or did not rise."""

    def time(self, stamp: int | None, shown: int = 0) -> int:
        """The time of the next frame, ticks.

        Args:
            stamp: presentation time stamp as decoded, None when it is missing.
            shown: how long the frame is shown as decoded, ticks; 0 when not known.
        """
        if self._time is None:
            now = 0
            if stamp is None:
                self.repaired += 1
            else:
                self._shift = -stamp
        else:
            now = self._next(stamp, self._time)
            self._interval = now - self._time
        self._time = now
        self._stamp = stamp
        self._shown = shown
        return now

    @property
    def end(self) -> int:
        """The end of the last frame, ticks: its own claim if sane, else as long as the one before.

        A single frame that claims nothing lasts a usual step; no frame, 0.
        """
        if self._time is None:
            return 0
        return self._time + (self._claimed or self._interval or self._usual)

    @property
    def _claimed(self) -> int:
        return self._shown if 0 < self._shown <= self._show else 0

    def _next(self, stamp: int | None, last: int) -> int:
        if stamp is None:
            return self._repair(last + (self._claimed or self._usual))
        if self._shift is None:  # the first stamp of all: those before were missing
            self._shift = last + self._usual - stamp
        now = stamp + self._shift
        if last < now <= last + self._gap:
            self._in_row = 0
            return now
        if now > last:
            now = last + self._usual
            self._shift = now - stamp
        elif self._in_row and self._stamp is not None and stamp > self._stamp:
            now = last + min(stamp - self._stamp, self._gap)
            self._shift = now - stamp
        else:
            # Half a step the first time; where stamps stand still for long, time goes on.
            now = last + (self._usual if self._in_row else max(1, self._usual // 2))
        return self._repair(now)

    def _repair(self, now: int) -> int:
        self.repaired += 1
        self._in_row += 1
        return now
