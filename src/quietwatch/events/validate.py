"""Checks a file or folder of events, whoever wrote it, against the published format."""

import re
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from quietwatch.errors import SourceNotFound
from quietwatch.events.checks import CHECKS, column_problems
from quietwatch.events.schema import PARTITION, SORT, VERSION, VERSION_KEY
from quietwatch.names import printable

MAX_PROBLEMS: Final = 20
"""Most problems of one sort that are told of a file; the count of the rest is."""

_BATCH: Final = 2**14
_DATE = re.compile(r"\d{4}-\d{2}-\d{2}")


@dataclass(frozen=True, slots=True)
class Problem:
    """One breach of the format.

    Attributes:
        file: path of the file, printable; relative to the folder that was checked.
        row: row within the file, from 0; None where it is about the file.
        sentence: what is wrong, and what is expected.
    """

    file: str
    row: int | None
    sentence: str

    def __str__(self) -> str:
        where = self.file if self.row is None else f"{self.file}, row {self.row}"
        return f"{where}: {self.sentence}"


def validate(source: Path) -> list[Problem]:
    """Check a Parquet file, or all of a folder `tenant=.../date=.../*.parquet`.

    Columns that the format does not name are allowed. Memory is bounded by a batch of rows and the
    ids of all of them.

    Returns:
        The problems in order of file and row, those about a whole file first; none when the
        format is kept.

    Raises:
        SourceNotFound: there is no such file or folder.
    """
    if not source.exists():
        raise SourceNotFound(f"{printable(source)} is not there")
    if not source.is_dir():
        return _File(source, printable(source.name), {}, {}).check()
    files = sorted(
        path
        for path in source.rglob("*.parquet")
        if not any(part.startswith((".", "_")) for part in path.relative_to(source).parts)
    )
    if not files:
        return [Problem(printable(source), None, "the folder has no file that ends in .parquet")]
    problems: list[Problem] = []
    seen: dict[tuple[str, int], str] = {}
    for path in files:
        place = path.relative_to(source)
        keys = dict(part.split("=", 1) for part in place.parts[:-1] if "=" in part)
        problems += _File(path, printable(place), keys, seen).check()
    return problems


class _File:
    """The check of one file.

    Args:
        path: of the file.
        name: as problems call it.
        keys: what its folders say: `tenant` and `date`, or nothing.
        seen: where each (event_id, revision) was first met, shared between files.
    """

    def __init__(
        self, path: Path, name: str, keys: dict[str, str], seen: dict[tuple[str, int], str]
    ) -> None:
        self._path = path
        self._name = name
        self._keys = keys
        self._seen = seen
        self._counts: dict[str, int] = {}
        self._problems: list[Problem] = []
        self._last: tuple[Any, ...] | None = None

    def check(self) -> list[Problem]:
        try:
            with pq.ParquetFile(self._path) as file:
                self._check_file(file)
        except (OSError, pa.ArrowException, UnicodeDecodeError) as error:
            self._add(None, f"it can't be read as Parquet: {printable(str(error))}")
        self._problems.sort(key=lambda problem: -1 if problem.row is None else problem.row)
        for sentence, count in self._counts.items():
            if count > MAX_PROBLEMS:
                rest = count - MAX_PROBLEMS
                self._problems.append(Problem(self._name, None, f"{rest} more rows: {sentence}"))
        return self._problems

    def _check_file(self, file: pq.ParquetFile) -> None:
        schema = file.schema_arrow
        self._check_version(file.metadata.metadata or {})
        self._check_keys()
        before = len(self._problems)
        for sentence in column_problems(schema, self._keys):
            self._add(None, sentence)
        if len(self._problems) > before:
            return  # values of the wrong type can't be checked
        first = 0
        for batch in file.iter_batches(_BATCH):
            self._check_rows(self._with_tenant(batch), first)
            first += batch.num_rows

    def _check_version(self, metadata: dict[bytes, bytes]) -> None:
        version = metadata.get(VERSION_KEY)
        if version is None:
            key = VERSION_KEY.decode()
            self._add(None, f"its metadata lack {key}: expected {VERSION}")
        elif version != str(VERSION).encode():
            said = printable(version.decode(errors="replace"))
            self._add(None, f"it is of version {said}; this validator knows {VERSION}")

    def _check_keys(self) -> None:
        if self._keys and tuple(self._keys) != PARTITION:
            self._add(None, "its folders are not tenant=.../date=...")
        date = self._keys.get("date")
        if date is not None and not _DATE.fullmatch(date):
            self._add(None, f"its folder names no date: {printable(date)}; expected YYYY-MM-DD")

    def _with_tenant(self, batch: pa.RecordBatch) -> pa.RecordBatch:
        """The tenant is in the name of the folder or in the file, never in both."""
        tenant = self._keys.get("tenant")
        if tenant is None:
            return batch
        return batch.append_column("tenant", pa.repeat(tenant, batch.num_rows))

    def _check_rows(self, batch: pa.RecordBatch, first: int) -> None:
        bad = pa.repeat(pa.scalar(False), batch.num_rows)
        for check in CHECKS:
            if check.column not in batch.schema.names:
                continue  # optional columns of a later minor change
            mask = pc.fill_null(check.broken(batch), check.null_is_bad)
            bad = pc.or_(bad, mask)
            for row in _rows(mask):
                self._add(first + row, check.sentence)
        self._check_day(batch, first)
        if pc.sum(bad).as_py() in {None, 0}:  # order and identity have a meaning among good rows
            self._check_order(batch, first)

    def _check_day(self, batch: pa.RecordBatch, first: int) -> None:
        date = self._keys.get("date")
        if date is not None:
            mask = pc.not_equal(pc.strftime(batch["start"], "%Y-%m-%d"), date)
            for row in _rows(pc.fill_null(mask, False)):
                self._add(first + row, "its start lies on another day than its folder says")

    def _check_order(self, batch: pa.RecordBatch, first: int) -> None:
        columns = [
            batch[name].cast(pa.int64()) if name == "start" else batch[name] for name in SORT
        ]
        keys = zip(*(column.to_pylist() for column in columns), strict=True)
        for row, key in enumerate(keys, first):
            if self._last is not None and key < self._last:
                self._add(row, f"it comes before the row above in the order {', '.join(SORT)}")
            self._last = key
            identity = (str(uuid.UUID(key[4])), key[5])
            where = self._seen.setdefault(identity, f"{self._name}, row {row}")
            if where != f"{self._name}, row {row}":
                self._add(row, f"its event_id and revision are already in {where}")

    def _add(self, row: int | None, sentence: str) -> None:
        count = self._counts.get(sentence, 0) + 1
        self._counts[sentence] = count
        if count <= MAX_PROBLEMS:
            self._problems.append(Problem(self._name, row, sentence))


def _rows(mask: Any) -> Iterator[int]:
    yield from pc.indices_nonzero(mask).to_pylist()
