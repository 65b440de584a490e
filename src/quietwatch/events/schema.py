"""The published schema of the events table, one row a column; docs/events-format.md is held to it.

Versions: a column is added at the end, nullable, and readers skip columns they don't know; anything
else (a column gone, another type, unit or meaning) raises `VERSION`. Files of every version stay
readable.
"""

from dataclasses import dataclass
from typing import Final

import pyarrow as pa

VERSION: Final = 1
"""Version of the format, written in the metadata of each file."""

VERSION_KEY: Final = b"quietwatch.events.version"
"""Key of the version in the file's key-value metadata."""

MAX_PATH: Final = 64
"""Most points of a `path`."""

PARTITION: Final = ("tenant", "date")
"""Keys of the folders `tenant=.../date=.../` in their order; left out of the files below them."""

SORT: Final = ("tenant", "site", "camera", "start", "event_id", "revision")
"""Order of the rows in a file."""

_TEXT = pa.string()
_TIME = pa.timestamp("us", tz="UTC")
_INT = pa.int32()
_REAL = pa.float64()
_REASONS = pa.list_(pa.field("element", _TEXT, nullable=False))
_POINT = pa.struct([pa.field("x", _REAL, nullable=False), pa.field("y", _REAL, nullable=False)])
_PATH = pa.list_(pa.field("element", _POINT, nullable=False))


@dataclass(frozen=True, slots=True)
class Column:
    """One column of the table.

    Attributes:
        name: of the column.
        type: Arrow type.
        meaning: one sentence, for the docs and for the file's own metadata.
        unit: of its values; "" where there is none.
        low, high: bounds of its values, inclusive; None where there is none.
        form: what its text looks like: "slug", "uuid", "sha256", "kind", "verdict", "reasons" or ""
            (any text).
        nullable: it may be empty.
    """

    name: str
    type: pa.DataType
    meaning: str
    unit: str = ""
    low: float | None = None
    high: float | None = None
    form: str = ""
    nullable: bool = False

    @property
    def range(self) -> str:
        """Its bounds as they stand in the docs."""
        if self.low is None:
            return self.form
        return f"{self.low:g} to {self.high:g}" if self.high is not None else f"from {self.low:g}"


def _fraction(name: str, meaning: str) -> Column:
    return Column(name, _REAL, meaning, "fraction of the picture", 0, 1)


COLUMNS: Final = (
    Column("tenant", _TEXT, "Whose footage it is.", form="slug"),
    Column("site", _TEXT, "Where the camera stands.", form="slug"),
    Column("camera", _TEXT, "The camera, unique within its site.", form="slug"),
    Column("event_id", _TEXT, "The event; stays while it grows and is revised.", form="uuid"),
    Column("incident_id", _TEXT, "The visit: event_id of its first event.", form="uuid"),
    Column("revision", _INT, "How often the judgement has turned; the highest holds.", low=1),
    Column("source", _TEXT, "Path or URL of the clip it began in, as it was given."),
    Column("start", _TIME, "First moment at which it was seen.", "UTC, microseconds"),
    Column("end", _TIME, "Last moment at which it was seen.", "UTC, microseconds"),
    Column("start_s", _REAL, "The first moment, from the start of the source.", "s", low=0),
    Column("end_s", _REAL, "The last moment, from the start of the source.", "s", low=0),
    Column(
        "alarm_s",
        _REAL,
        "When it first became an alarm, from the start of the source; empty when it never did.",
        "s",
        low=0,
        nullable=True,
    ),
    Column("kind", _TEXT, "What it most likely is.", form="kind"),
    Column("verdict", _TEXT, "What is to be done about it.", form="verdict"),
    Column("reasons", _REASONS, "Why, the weightiest first; at least one.", form="reasons"),
    Column(
        "score",
        _REAL,
        "Probability that something of a kind watched for is really there.",
        "probability",
        0,
        1,
    ),
    _fraction("box_x1", "Left edge of its box at the best moment, from the left."),
    _fraction("box_y1", "Upper edge of its box at the best moment, from the top."),
    _fraction("box_x2", "Right edge of its box at the best moment, from the left."),
    _fraction("box_y2", "Lower edge of its box at the best moment, from the top."),
    Column(
        "path",
        _PATH,
        f"Centres of its boxes over time, at most {MAX_PATH}.",
        "fraction of the picture",
        0,
        1,
    ),
    Column("footage", _TEXT, "SHA-256 of the clip it began in.", form="sha256"),
    Column("footage_path", _TEXT, "Path of that clip in the repo `footage`."),
    Column("track", _INT, "Number of its track in the analysis of that clip.", low=0),
    Column("model", _TEXT, "The detector: its name, @ and 8 digits of its file's SHA-256."),
    Column("analyze_version", _INT, "Version of the stage that followed it.", low=0),
    Column("decide_version", _INT, "Version of the stage that judged it.", low=0),
    Column(
        "optics", _TEXT, "Commit of the camera's optics; empty while unversioned.", nullable=True
    ),
    Column("rules", _TEXT, "Commit of the camera's rules; empty while unversioned.", nullable=True),
)


def _schema(columns: tuple[Column, ...]) -> pa.Schema:
    fields = [
        pa.field(c.name, c.type, nullable=c.nullable, metadata={"description": c.meaning})
        for c in columns
    ]
    return pa.schema(fields, metadata={VERSION_KEY: str(VERSION)})


SCHEMA: Final[pa.Schema] = _schema(COLUMNS)
"""The whole table, as in a single file."""

PARTITION_SCHEMA: Final[pa.Schema] = _schema(tuple(c for c in COLUMNS if c.name not in PARTITION))
"""What a file below the folders `tenant=.../date=.../` holds."""
