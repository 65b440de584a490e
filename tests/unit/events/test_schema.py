import pyarrow as pa

from quietwatch.events.schema import (
    COLUMNS,
    PARTITION,
    PARTITION_SCHEMA,
    SCHEMA,
    SORT,
    VERSION,
    VERSION_KEY,
)


def test_schema_carries_its_version() -> None:
    assert SCHEMA.metadata[VERSION_KEY] == str(VERSION).encode()
    assert PARTITION_SCHEMA.metadata[VERSION_KEY] == str(VERSION).encode()


def test_every_column_is_described_in_the_file_itself() -> None:
    for column, field in zip(COLUMNS, SCHEMA, strict=True):
        assert field.name == column.name
        assert field.metadata[b"description"].decode() == column.meaning
        assert column.meaning.endswith(".")


def test_version_1_never_changes() -> None:
    """A change of these names, types or their order needs a new version."""
    assert " ".join(SCHEMA.names) == (
        "tenant site camera event_id incident_id revision source start end start_s end_s "
        "alarm_s kind verdict reasons score box_x1 box_y1 box_x2 box_y2 path footage "
        "footage_path track model analyze_version decide_version optics rules"
    )
    assert SCHEMA.field("start").type == pa.timestamp("us", tz="UTC")
    assert [field.name for field in SCHEMA if field.nullable] == ["alarm_s", "optics", "rules"]
    assert VERSION == 1


def test_partitions_leave_out_what_their_folders_say() -> None:
    assert [name for name in SCHEMA.names if name not in PARTITION] == PARTITION_SCHEMA.names
    assert set(SORT) <= set(SCHEMA.names)
