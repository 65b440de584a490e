"""Make the golden events of the samples anew: what the two stages give for them, committed.

    make golden

Raise ANALYZE_VERSION or DECIDE_VERSION (src/quietwatch/pipeline/stages.py) with a change of output:
without it this program refuses to write, and tests/golden/test_golden.py fails in CI.
"""

import json
import sys
import tempfile
from pathlib import Path
from typing import Any

from quietwatch.config import RunSettings, Settings
from quietwatch.events.table import to_json
from quietwatch.model import Event
from quietwatch.pipeline import engine, stages
from quietwatch.pipeline.results import joined
from quietwatch.sources.survey import survey
from quietwatch.store.home import Home

ROOT = Path(__file__).resolve().parents[2]
GOLDEN = Path(__file__).with_name("samples.json")
SAMPLES = (ROOT / "samples" / "tree.mp4", ROOT / "samples" / "vtest.mp4")

_OF_THE_MACHINE = ("source", "start", "end")  # they follow the files' place and time of change


def versions() -> dict[str, int]:
    """The versions that golden output belongs to."""
    return {"analyze": stages.ANALYZE_VERSION, "decide": stages.DECIDE_VERSION}


def run_samples(home: Path) -> tuple[Event, ...]:
    """The events of the samples, with default settings."""
    settings = Settings(run=RunSettings(workers=2))
    store = Home(home)
    arrivals = survey([str(path) for path in SAMPLES], settings, home)
    runner = engine.local_runner(settings, store)
    result = engine.run(arrivals, store, settings, runner, lambda *_: None)
    if result.failed:
        raise RuntimeError(f"the samples can't be read: {result.failed}")
    return kept(home)


def kept(home: Path) -> tuple[Event, ...]:
    """The events of a home in which the samples were judged."""
    store = Home(home)
    return tuple(joined(store, store.records(), Settings().judge.incident_gap))


def plain(events: tuple[Event, ...]) -> list[dict[str, Any]]:
    """Events as golden data has them, with their boxes."""
    rows = []
    for event in events:
        row = {k: v for k, v in to_json(event).items() if k not in _OF_THE_MACHINE}
        rows.append({**row, "box": [round(part, 4) for part in event.box]})
    return rows


def main() -> None:
    """Write the golden file, unless it changed and the versions did not."""
    with tempfile.TemporaryDirectory() as folder:
        made = {"versions": versions(), "events": plain(run_samples(Path(folder)))}
    if GOLDEN.exists():
        before = json.loads(GOLDEN.read_text(encoding="utf-8"))
        if before["events"] != made["events"] and before["versions"] == made["versions"]:
            sys.exit("The output has changed: raise the version of its stage, then make golden.")
    GOLDEN.write_text(json.dumps(made, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
