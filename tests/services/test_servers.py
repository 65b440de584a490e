"""What the stand-ins lack is told in the docs, word for word."""

import re
from pathlib import Path

import pytest

from tests.adapters import ObjectStore

PAGE = Path(__file__).parents[2] / "docs" / "stores.md"
NAMES = {
    "seaweedfs": "SeaweedFS",
    "moto": "moto",
    "azurite": "Azurite",
    "gcs": "fake-gcs-server",
}


@pytest.mark.parametrize("name", NAMES)
def test_what_a_server_lacks_is_documented(name: str, request: pytest.FixtureRequest) -> None:
    store: ObjectStore = request.getfixturevalue(f"object_store_{name}")
    text = PAGE.read_text(encoding="utf-8")
    (row,) = re.findall(rf"^\| {NAMES[name]} [\d.]+ \|.*\|(.*)\|$", text, re.MULTILINE)
    assert set(re.findall(r"`([a-z]+)`:", row)) == store.lacks
