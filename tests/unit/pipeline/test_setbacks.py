"""What failed is tried again if the machine may have been at fault, else it is set aside."""

import pytest

from quietwatch.errors import DecoderStalled, NotReadable, StorageError
from quietwatch.pipeline.setbacks import failed
from quietwatch.store.catalog import datums


def test_what_the_machine_may_have_done_is_tried_again_in_a_while() -> None:
    first = failed("key", "path", 1, DecoderStalled("it stood still"))
    assert (first.error, first.tries) == ("decoder-stalled", 1)
    assert first.retry_at is not None
    assert failed("key", "path", datums.TRIES, DecoderStalled("it did")).retry_at is None


def test_what_the_footage_is_to_blame_for_is_set_aside_at_once() -> None:
    one = failed("key", "path", 1, NotReadable("no permission"))
    assert (one.tries, one.retry_at) == (datums.TRIES, None)


def test_what_costs_more_than_a_clip_ends_the_pass() -> None:
    with pytest.raises(StorageError):
        failed("key", "path", 1, StorageError("the disk is full"))
