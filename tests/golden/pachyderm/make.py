"""Make the golden Pachyderm specs anew: what `quietwatch pachyderm render` writes, committed.

make golden
"""

import json
from pathlib import Path
from typing import Any

from quietwatch.targets.pachyderm.compile import Wishes, specs

HERE = Path(__file__).parent
WISHES = Wishes("home", "quietwatch:golden", workers=4, egress="s3://bucket/events")


def files() -> dict[Path, Any]:
    """Each golden file, and the spec that it must hold."""
    return {HERE / f"{name}.json": spec for name, spec in specs(WISHES).items()}


def main() -> None:
    """Write them."""
    for file, spec in files().items():
        file.write_text(json.dumps(spec, indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
