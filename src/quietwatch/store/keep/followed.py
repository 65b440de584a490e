"""What was made of clips, file by file: erasing footage follows it there."""

import json
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from sqlalchemy import ColumnElement, Connection, and_, or_, select

from quietwatch.names import memory_day
from quietwatch.store.catalog.clips import chunks
from quietwatch.store.catalog.erasures import Erasure, erasure_of, is_erased, of_blobs
from quietwatch.store.catalog.keep_tables import erasures
from quietwatch.store.catalog.tables import entries, lines, repos
from quietwatch.store.repos.deeds import File

FOOTAGE, ANALYSIS = "footage", "analysis"
"""A clip, and what was seen in it, have the same path."""

MEMORY = "memory"
"""What a day of clips showed lies at `names.memory_day` of their paths."""

ORIGIN = "footage"
"""What is known of a file that was cut out of a clip: under this name the clip's SHA-256.

In `memory` of several clips, where any of them may be the one, with blanks between.
"""

_SHA256 = re.compile("[0-9a-f]{64}")


def of_paths(connection: Connection, tenant: str, paths: Iterable[str]) -> list[File]:
    """The footage at some paths and what was seen in it, in all commits."""
    found: set[File] = set()
    for part in chunks(paths):
        here = and_(repos.c.name.in_([FOOTAGE, ANALYSIS]), entries.c.path.in_(part))
        found |= set(_files(connection, tenant, here))
    return sorted(found)


def copies(connection: Connection, tenant: str, files: Sequence[File]) -> list[File]:
    """Files of other repos that have the bytes of some files, or were made out of them."""
    known = set(files)
    found: set[File] = set()
    for part in chunks({file.sha256 for file in files}):
        bytes_ = [bytes.fromhex(sha256) for sha256 in part]
        elsewhere = repos.c.name.not_in([FOOTAGE, ANALYSIS])
        found |= set(_files(connection, tenant, elsewhere & entries.c.sha256.in_(bytes_)))
    for part in chunks({file.sha256 for file in files if file.repo == FOOTAGE}, 50):
        cut = or_(*(entries.c.meta.contains(f'"{ORIGIN}":"{sha256}"') for sha256 in part))
        found |= set(_files(connection, tenant, repos.c.name.not_in([FOOTAGE, ANALYSIS]) & cut))
        said = or_(*(entries.c.meta.contains(sha256) for sha256 in part))
        found |= set(_files(connection, tenant, and_(repos.c.name == MEMORY, said)))
    for part in chunks({memory_day(file.path) for file in files if file.repo == FOOTAGE}):
        days = and_(repos.c.name == MEMORY, entries.c.path.in_(part))
        found |= set(_files(connection, tenant, days))
    return sorted(found - known)


def late(connection: Connection, tenant: str) -> list[Erasure]:
    """What was made of erased footage, and was committed after it was erased: goes with it."""
    same = and_(erasures.c.tenant == entries.c.tenant, erasures.c.path == entries.c.path)
    rows = connection.execute(
        select(erasures, entries.c.sha256.label("late"), entries.c.size.label("bytes"))
        .select_from(entries)
        .join(lines, lines.c.id == entries.c.line)
        .join(repos, repos.c.id == lines.c.repo)
        .join(erasures, same)
        .where(
            entries.c.tenant == tenant,
            entries.c.sha256.is_not(None),
            repos.c.name == ANALYSIS,
            erasures.c.repo == FOOTAGE,
            erasures.c.lifted.is_(None),
            ~is_erased(),
        )
    )
    analyses = [
        replace(erasure_of(row), repo=ANALYSIS, sha256=row.late.hex(), size=row.bytes, gone=None)
        for row in rows
    ]
    return analyses + _said_late(connection, tenant)


def _said_late(connection: Connection, tenant: str) -> list[Erasure]:
    """What people said of clips that are erased on request, likewise."""
    rows = connection.execute(
        select(entries.c.path, entries.c.sha256, entries.c.size, entries.c.meta)
        .join(lines, lines.c.id == entries.c.line)
        .join(repos, repos.c.id == lines.c.repo)
        .where(
            entries.c.tenant == tenant,
            entries.c.sha256.is_not(None),
            entries.c.meta.contains(f'"{ORIGIN}":"'),
            repos.c.name == MEMORY,
            ~is_erased(),
        )
    ).all()
    clips: dict[tuple[str, str, int], set[str]] = {}
    for row in rows:
        named = str(json.loads(row.meta).get(ORIGIN, "")).split()
        file = (row.path, row.sha256.hex(), row.size)
        clips.setdefault(file, set()).update(filter(_SHA256.fullmatch, named))
    asked = {
        one.sha256: one
        for one in of_blobs(connection, tenant, set[str]().union(*clips.values()))
        if one.repo == FOOTAGE and one.asked
    }
    return [
        replace(
            asked[min(asked.keys() & named)],
            repo=MEMORY,
            path=path,
            sha256=sha256,
            size=size,
            gone=None,
        )
        for (path, sha256, size), named in clips.items()
        if asked.keys() & named
    ]


def _files(connection: Connection, tenant: str, wanted: ColumnElement[bool]) -> Iterator[File]:
    rows = connection.execute(
        select(repos.c.name, entries.c.path, entries.c.sha256, entries.c.size)
        .distinct()
        .join(lines, lines.c.id == entries.c.line)
        .join(repos, repos.c.id == lines.c.repo)
        .where(
            entries.c.tenant == tenant,
            entries.c.sha256.is_not(None),
            repos.c.removed.is_(None),
            wanted,
        )
    )
    for name, path, sha256, size in rows:
        yield File(name, path, sha256.hex(), size)
