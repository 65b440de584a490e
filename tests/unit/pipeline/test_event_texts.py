"""Events held as text are the events they were made of."""

from dataclasses import replace
from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from quietwatch.model import Event
from quietwatch.pipeline.event_texts import EventTexts
from tests.unit.store.catalog.conftest import make_event

shares = st.floats(0, 1)


@st.composite
def events(draw: st.DrawFn) -> Event:
    lasts = draw(st.floats(0, 1e6))
    event = make_event("home", draw(st.integers(0, 9)), lasts=lasts)
    return replace(
        event,
        source=draw(st.text(st.characters(exclude_categories=["Cs"]))),
        start=event.start - timedelta(microseconds=draw(st.integers(0, 10**9))),
        alarm_s=draw(st.floats(-1e6, 1e6)),
        path=tuple(draw(st.lists(st.tuples(shares, shares), max_size=3))),
    )


@given(st.lists(events(), max_size=5), st.lists(events(), max_size=5))
def test_the_last_that_was_said_of_each_is_held_as_it_was(
    earlier: list[Event], later: list[Event]
) -> None:
    held = EventTexts.of(earlier)
    held.update(EventTexts.of(later))
    last = {event.event_id: event for event in (*earlier, *later)}
    assert list(held) == list(last.values())
    assert list(held) == list(held)  # as often as it is asked for
    assert (len(held), held) == (len(last), EventTexts.of(last.values()))
