"""The loop over datums, outside a worker; tests/services/test_pachyderm.py has it inside one."""

import sys

import pytest

from quietwatch.errors import ExtraMissing, SetupError
from quietwatch.targets.pachyderm.worker import DATUMS, STAGE_VERSION, each_datum


def test_elsewhere_the_work_is_done_once() -> None:
    done: list[None] = []
    each_datum(lambda: done.append(None), 2, {})
    assert done == [None]


@pytest.mark.parametrize("rendered", [{}, {STAGE_VERSION: "1"}, {STAGE_VERSION: ""}])
def test_another_version_than_rendered_is_refused(rendered: dict[str, str]) -> None:
    done: list[None] = []
    with pytest.raises(SetupError, match="image has version 2") as caught:
        each_datum(lambda: done.append(None), 2, {DATUMS: "pachyderm", **rendered})
    assert done == []
    assert "--reprocess" in caught.value.detail


def test_an_image_without_the_client_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pachyderm_sdk", None)
    with pytest.raises(ExtraMissing, match=r"quietwatch\[pachyderm\]"):
        each_datum(lambda: None, 2, {DATUMS: "pachyderm", STAGE_VERSION: "2"})
