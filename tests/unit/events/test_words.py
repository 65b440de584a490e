import pytest

from quietwatch import errors
from quietwatch.events import words
from quietwatch.model import Kind, Reason, Verdict


def test_everything_that_can_be_said_has_words() -> None:
    assert set(words.REASONS) == set(Reason)
    assert set(words.VERDICTS) == set(Verdict)
    assert set(words.KINDS) == set(Kind)
    assert set(words.FAILURES) == set(errors.InputError.__subclasses__())


def test_names_of_reasons_differ() -> None:
    assert len({entry.name for entry in words.REASONS.values()}) == len(Reason)


@pytest.mark.parametrize("reason", Reason)
def test_a_reason_reads_differently_for_and_against(reason: Reason) -> None:
    against = words.sentence(reason, Verdict.SUPPRESSED)
    assert words.sentence(reason, Verdict.ALARM) != against
    assert words.sentence(reason, Verdict.REVIEW) == against
    assert not against.endswith(".")


def test_remedy() -> None:
    assert "H.264" in words.remedy("unsupported-codec")
    assert words.remedy("never-heard-of") == ""
