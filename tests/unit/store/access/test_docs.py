"""docs/access.md tells of every role and every line that a write leaves."""

import json
import re
from pathlib import Path

from quietwatch.store.access.gate import RULES
from quietwatch.store.access.roles import Need, Role

PAGE = (Path(__file__).parents[4] / "docs" / "access.md").read_text(encoding="utf-8")


def rows(heading: str) -> list[str]:
    """What stands in the first column of the table under a heading, word by word."""
    part = re.split(r"^## ", PAGE.split(f"## {heading}\n")[1], flags=re.MULTILINE)[0]
    cells = re.findall(r"^\| (`.*?) \|", part, re.MULTILINE)
    return [word for cell in cells for word in re.findall(r"`(\w+)`", cell)]


def test_every_role() -> None:
    assert rows("Roles") == list(Role)


def test_every_write_and_nothing_that_is_none() -> None:
    told = set(rows("The audit log"))
    reading = {"status", "audit"}
    assert {name for name, need in RULES.items() if need > Need.READ} - reading <= told
    assert told <= {*RULES, "enter"}


def test_the_policy_opens_one_tenant() -> None:
    [policy] = re.findall(r"```json\n(.*?)```", PAGE, re.DOTALL)
    listing, reading = json.loads(policy)["Statement"]
    assert listing["Condition"]["StringLike"]["s3:prefix"] == "store/acme/*"
    assert reading["Resource"].endswith("/store/acme/*")
