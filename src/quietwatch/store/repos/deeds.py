"""Erasures as small objects in the bucket, `<tenant>/erasures/<time>-<deed>.json`.

They make sure that a catalog that is made anew from the bucket does not bring back what was erased.
An object says which files a deed erased, or for which files that was taken back.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from pydantic import TypeAdapter
from sqlalchemy import Connection, insert

from quietwatch.errors import RecordDamaged
from quietwatch.names import iso
from quietwatch.store.catalog import erasures
from quietwatch.store.catalog.clock import micros
from quietwatch.store.catalog.connect import Catalog
from quietwatch.store.catalog.erasures import Erasure
from quietwatch.store.catalog.tables import unwritten
from quietwatch.store.formats import check_format, why
from quietwatch.store.objects.objects import Objects
from quietwatch.store.repos import marks

FORMAT = 1
LIFTED = "lifted"
"""The kind of a deed that takes others back."""


class File(NamedTuple):
    """A file that is erased."""

    repo: str
    path: str
    sha256: str
    size: int


@dataclass(frozen=True, slots=True)
class Deed:
    """An erasure, or the taking back of some.

    Attributes:
        format: of the object.
        deed: its name, 16 hex digits.
        kind: `retention`, `request` or `lifted`.
        at: when, ISO 8601 in UTC.
        by: principal.
        why: for people.
        files: which.
    """

    format: int
    deed: str
    kind: str
    at: str
    by: str
    why: str
    files: tuple[File, ...]

    @property
    def time(self) -> datetime:
        """When it was done."""
        return datetime.fromisoformat(self.at)

    @property
    def rows(self) -> list[Erasure]:
        """The files it erased."""
        told = (self.kind, self.why, self.by, self.time)
        return [Erasure(self.deed, *file, *told) for file in self.files]

    def key(self, tenant: str) -> str:
        """Where it lies."""
        return f"{_folder(tenant)}/{micros(self.time):016d}-{self.deed}.json"


_DEED = TypeAdapter(Deed)


def made(kind: str, name: str, at: datetime, by: str, why: str, files: tuple[File, ...]) -> Deed:
    """A deed; its time is cut to milliseconds, as it is written."""
    return Deed(FORMAT, name, kind, iso(at), by, why, files)


def record(
    catalog: Catalog,
    objects: Objects,
    tenant: str,
    deed: Deed,
    within: Callable[[Connection], None],
) -> None:
    """Put a deed on record: in the catalog, and as an object.

    Args:
        catalog: where to.
        objects: where to.
        tenant: whose files.
        deed: what is done.
        within: does it to the catalog.

    Raises:
        StorageError: nothing has changed; or it is on record, and whoever comes next writes its
            object.
    """
    key, body = deed.key(tenant), _DEED.dump_json(deed).decode() + "\n"
    with catalog.begin() as connection:
        within(connection)
        connection.execute(insert(unwritten).values(key=key, body=body))
    marks.write_turns(catalog, objects, key)


def take_back(connection: Connection, tenant: str, deed: Deed) -> None:
    """Take back what was erased before a deed."""
    erasures.lift(connection, tenant, {file[:3] for file in deed.files}, deed.time)


def restore(catalog: Catalog, objects: Objects, tenant: str) -> list[str]:
    """Read the deeds of a tenant that the catalog does not know; `gc` does what is not done.

    It does not know them when it is made anew, or restored from a backup that is older.

    Returns:
        keys of those that can't be read: what they erased may come back.
    """
    lost = []
    with catalog.reading() as connection:
        known = erasures.deeds(connection, tenant)
    for found in objects.list(_folder(tenant)):
        if found.key.rpartition("-")[2].removesuffix(".json") in known:
            continue
        try:
            deed = _read(objects.read(found.key))
        except RecordDamaged:
            lost.append(found.key)
            continue
        with catalog.begin() as connection:
            if deed.kind == LIFTED:
                take_back(connection, tenant, deed)
            else:
                erasures.put(connection, tenant, deed.rows)
    return lost


def _read(data: bytes) -> Deed:
    try:
        check_format(data, FORMAT)
        return _DEED.validate_json(data)
    except ValueError as error:
        raise RecordDamaged(f"no erasure can be read from it ({why(error)})") from error


def _folder(tenant: str) -> str:
    return f"{tenant}/erasures"
