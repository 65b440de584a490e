"""Make the golden events of the samples anew: what the two stages give for them, committed.

    make golden

Raise ANALYZE_VERSION or DECIDE_VERSION (src/quietwatch/pipeline/stages.py) with a change of output:
without it this program refuses to write, and tests/golden/test_golden.py fails in CI. The ledger
versions.json tells them: it has one line for each version there ever was, with the hash of what it
gave, and lines are only added. So it needs no history to see that output changed and its version
did not.
"""

import hashlib
import json
import sys
import tempfile
from pathlib import Path
from typing import Any

from quietwatch.config import RunSettings, Settings
from quietwatch.events.table import to_json
from quietwatch.model import Event
from quietwatch.pipeline import engine, stages
from quietwatch.sources.survey import survey
from quietwatch.store.catalog import happenings
from quietwatch.store.place import open_place

ROOT = Path(__file__).resolve().parents[2]
GOLDEN = Path(__file__).with_name("samples.json")
LEDGER = Path(__file__).with_name("versions.json")
SAMPLES = (ROOT / "samples" / "tree.mp4", ROOT / "samples" / "vtest.mp4")

_OF_ANALYZE = ("event_id", "start_s", "end_s")  # what of an event no judgement can change
_OF_THE_MACHINE = ("source", "start", "end")  # they follow the files' place and time of change


def versions() -> dict[str, int]:
    """The versions that golden output belongs to."""
    return {"analyze": stages.ANALYZE_VERSION, "decide": stages.DECIDE_VERSION}


def run_samples(home: Path) -> tuple[Event, ...]:
    """The events of the samples, with default settings."""
    settings = Settings(run=RunSettings(workers=2))
    arrivals = survey([str(path) for path in SAMPLES], settings, home)
    with open_place(home) as place:
        runner = engine.runner_for(settings, place)
        result = engine.run(arrivals, place, settings, runner, lambda *_: None)
    if result.failed:
        raise RuntimeError(f"the samples can't be read: {result.failed}")
    return kept(home)


def kept(home: Path) -> tuple[Event, ...]:
    """The events of a home in which the samples were judged."""
    with open_place(home) as place, place.catalog.reading() as connection:
        return tuple(happenings.matching(connection, "home"))


def plain(events: tuple[Event, ...]) -> list[dict[str, Any]]:
    """Events as golden data has them, with their boxes."""
    rows = []
    for event in events:
        row = {k: v for k, v in to_json(event).items() if k not in _OF_THE_MACHINE}
        rows.append({**row, "box": [round(part, 4) for part in event.box]})
    return rows


def entries(golden: dict[str, Any]) -> dict[str, dict[str, str]]:
    """What the ledger must say of golden data: by stage its version, and the hash of its output.

    The output of `decide` depends on both stages, so both versions are named: `analyze.decide`.
    """
    analyze, decide = golden["versions"]["analyze"], golden["versions"]["decide"]
    seen = [[event[key] for key in _OF_ANALYZE] for event in golden["events"]]
    return {
        "analyze": {str(analyze): _digest(seen)},
        "decide": {f"{analyze}.{decide}": _digest(golden["events"])},
    }


def contradictions(ledger: dict[str, dict[str, str]], golden: dict[str, Any]) -> list[str]:
    """Versions that golden data says gave it, and that gave something else as the ledger knows."""
    return [
        f"{stage} {version}"
        for stage, said in entries(golden).items()
        for version, digest in said.items()
        if ledger[stage].get(version, digest) != digest
    ]


def _digest(values: list[Any]) -> str:
    return hashlib.sha256(json.dumps(values, sort_keys=True).encode()).hexdigest()


def main() -> None:
    """Write the golden file and its lines of the ledger, unless they contradict the ledger."""
    with tempfile.TemporaryDirectory() as folder:
        made = {"versions": versions(), "events": plain(run_samples(Path(folder)))}
    ledger = json.loads(LEDGER.read_text(encoding="utf-8"))
    if wrong := contradictions(ledger, made):
        sys.exit(
            f"The output is no longer that of {' and '.join(wrong)}: raise the version of the "
            "stage that changed (if analyze is named: that one), then make golden."
        )
    for stage, said in entries(made).items():
        ledger[stage] |= said
    GOLDEN.write_text(json.dumps(made, indent=1) + "\n", encoding="utf-8")
    LEDGER.write_text(json.dumps(ledger, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
