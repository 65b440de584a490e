from typing import Any

import numpy as np
import pytest

from quietwatch.bench.systems.glimpses import Glimpses
from quietwatch.errors import RecordDamaged
from quietwatch.model import Kind

BOX = (0.1, 0.2, 0.3, 0.4)


def test_what_was_seen_comes_back_as_it_was(glimpses: Any) -> None:
    person = (Kind.PERSON, 0.625, BOX)
    seen = glimpses([[BOX], [], [BOX, BOX]], whole=[[], [person]], near=[[person, person]])
    back = Glimpses.load(seen.dump())
    assert back.dump() == seen.dump()
    assert back.times.tolist() == [0.0, 0.2, 0.4]
    assert back.aspect == seen.aspect
    assert [len(back.movers_of(picture)) for picture in range(3)] == [1, 0, 2]
    assert [len(back.whole.of(picture)) for picture in range(3)] == [0, 1, 0]
    assert [len(back.near.of(picture)) for picture in range(3)] == [2, 0, 0]
    assert back.whole.of(1).scores.tolist() == [0.625]
    assert np.array_equal(back.movers_of(2), [BOX, BOX])


def test_a_clip_in_which_nothing_was_seen(glimpses: Any) -> None:
    back = Glimpses.load(glimpses([[], []]).dump())
    assert (len(back.times), len(back.movers), len(back.whole.scores)) == (2, 0, 0)


@pytest.mark.parametrize("data", [b"", b"PK\x03\x04 no more", b"{}"])
def test_what_is_damaged_is_told(data: bytes) -> None:
    with pytest.raises(RecordDamaged, match="remove the cache"):
        Glimpses.load(data)


def test_one_of_another_format_is_told(glimpses: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    data = glimpses([[]]).dump()
    monkeypatch.setattr("quietwatch.bench.systems.glimpses.FORMAT", 99)
    with pytest.raises(RecordDamaged, match="format 1 instead of 99"):
        Glimpses.load(data)
