"""Pachyderm's way from an input to datums, small: as src/server/worker/datum/worker.go has it.

Globs are those of github.com/pachyderm/ohmyglob: turned into a regular expression that must match
all of a path, with `/` as the separator.
"""

import hashlib
import itertools
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import pytest

Repo = Mapping[str, str]
"""What a repo holds: paths with a slash before them, and contents."""


@dataclass(frozen=True)
class Match:
    """A path that an input's glob matched: a file, or a folder with all that is in it."""

    name: str
    path: str
    files: tuple[tuple[str, str], ...]
    group_by: str
    join_on: str
    outer_join: bool


Datum = tuple[Match, ...]


def pattern(glob: str) -> re.Pattern[str]:
    assert not re.search(r"[*?+@!]\(", glob), "a quantifier, not a capture"
    table = {"**": ".*", "*": "[^/]*", "?": "[^/]", "(": "(", ")": ")"}
    parts = re.findall(r"\*\*|[*?()]|[^*?()]+", glob)
    return re.compile("".join(table.get(part, re.escape(part)) for part in parts), re.DOTALL)


def filled(template: str, match: re.Match[str]) -> str:
    """A capture that the glob does not have is empty."""
    captures = ("", *match.groups(), *itertools.repeat("", 9))
    return re.sub(r"\$(\d)", lambda one: captures[int(one[1])], template)


def matches(pfs: Mapping[str, Any], repo: Repo) -> Iterator[Match]:
    """Files and folders; an empty repo has not even its root."""
    parents = {path[:end] for path in repo for end in (m.start() for m in re.finditer("/", path))}
    for path in sorted({*repo, *parents}):
        found = pattern(pfs["glob"]).fullmatch(path or "/")
        if found is not None:
            inside = ((one, repo[one]) for one in sorted(repo) if f"{one}/".startswith(f"{path}/"))
            group_by, join_on = (filled(pfs.get(key, ""), found) for key in ("group_by", "join_on"))
            outer = bool(pfs.get("outer_join"))
            yield Match(pfs["name"], path or "/", tuple(inside), group_by, join_on, outer)


def keyed(datums: list[Datum], key: str) -> dict[str, list[Match]]:
    """Each path under its own key: which datum it came in is forgotten."""
    found: dict[str, list[Match]] = {}
    for match in itertools.chain.from_iterable(datums):
        found.setdefault(getattr(match, key), []).append(match)
    return found


def datums(spec: Mapping[str, Any], repos: Mapping[str, Repo]) -> list[Datum]:
    """The datums of an input."""
    ((kind, inner),) = spec.items()
    if kind == "pfs":
        return [(match,) for match in matches(inner, repos[inner["repo"]])]
    parts = [datums(one, repos) for one in inner]
    if kind == "cross":
        return [sum(chosen, ()) for chosen in itertools.product(*parts)]
    by_key = [keyed(part, {"group": "group_by", "join": "join_on"}[kind]) for part in parts]
    keys = sorted({key for part in by_key for key in part})
    if kind == "group":
        return [tuple(match for part in by_key for match in part.get(key, ())) for key in keys]
    made: list[Datum] = []
    for key in keys:
        for chosen in itertools.product(*(part[key] for part in by_key if key in part)):
            whole = len(chosen) == len(parts)
            kept = chosen if whole else tuple(match for match in chosen if match.outer_join)
            made += [kept] if kept else []
    return made


@dataclass(frozen=True)
class Simulator:
    """What Pachyderm makes of an input over repos."""

    def datums(self, spec: Mapping[str, Any], repos: Mapping[str, Repo]) -> list[Datum]:
        return datums(spec, repos)

    def files(self, datum: Datum, name: str) -> dict[str, str]:
        """What lies in /pfs/<name> while the datum is processed."""
        return {path: data for match in datum if match.name == name for path, data in match.files}

    def digest(self, datum: Datum) -> str:
        """What Pachyderm knows a datum by: the paths of its inputs, and their contents."""
        told = [(match.name, match.path, match.files) for match in datum]
        return hashlib.sha256(repr(told).encode()).hexdigest()


@pytest.fixture(scope="session")
def pachyderm() -> Simulator:
    return Simulator()
