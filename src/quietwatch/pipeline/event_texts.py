"""Events held as text: an hour may have thousands, and a value takes four times as much."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Self

from pydantic import TypeAdapter

from quietwatch.model import Event

_EVENTS = TypeAdapter(Event)


@dataclass(slots=True)
class EventTexts:
    """Events in the order in which they came, each once; values are made when they are asked for.

    Attributes:
        texts: JSON of each event by its event_id.
    """

    texts: dict[str, bytes] = field(default_factory=dict)

    @classmethod
    def of(cls, events: Iterable[Event]) -> Self:
        """These events; of those with the same id the last."""
        made = cls()
        for event in events:
            made.add(event)
        return made

    def add(self, event: Event) -> None:
        """Take an event, in place of what was said of it before."""
        self.texts[event.event_id] = _EVENTS.dump_json(event)

    def update(self, later: "EventTexts") -> None:
        """Take what was said later, in place of what was said of the same events before."""
        self.texts |= later.texts

    def __iter__(self) -> Iterator[Event]:
        return map(_EVENTS.validate_json, self.texts.values())

    def __len__(self) -> int:
        return len(self.texts)
