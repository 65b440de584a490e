"""What has to be looked at: groups of clips that changed inputs concern, and no others."""

import json
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import groupby

from quietwatch.model import Entry, Repo
from quietwatch.names import clip_hour
from quietwatch.pipeline.adopt import FOOTAGE
from quietwatch.pipeline.memory import again
from quietwatch.pipeline.memory.files import MEMORY
from quietwatch.store.catalog import datums, jobs
from quietwatch.store.place import Place

TUNING = ("optics", "rules")
"""The repos that say how footage is seen and judged."""


@dataclass(frozen=True, slots=True)
class Heads:
    """From what results are made.

    Attributes:
        commits: of `footage`, `optics`, `rules` and `memory`, by id; None where there is none yet.
        recipe: hash of the versions of stages, model and libraries.
    """

    commits: Mapping[str, str | None]
    recipe: str

    def dump(self) -> str:
        """As text; equal ones give equal text."""
        return json.dumps({"commits": self.commits, "recipe": self.recipe}, sort_keys=True)

    @staticmethod
    def parse(text: str) -> "Heads":
        """Read what `dump` gave."""
        values = json.loads(text)
        return Heads(values["commits"], values["recipe"])


def newest(place: Place, tenant: str, repos: Iterable[str]) -> dict[str, str | None]:
    """Id of the newest commit of each of these repos, None where there is none yet."""
    found: dict[str, str | None] = {}
    for name in repos:
        commit = place.repos.head(Repo(tenant, name))
        found[name] = None if commit is None else commit.id
    return found


def marked(place: Place, tenant: str) -> Heads | None:
    """Up to which inputs results are whole, None when they never were."""
    with place.catalog.reading() as connection:
        text = jobs.mark(connection, tenant, jobs.RESULTS)
    return None if text is None else Heads.parse(text)


def mark(place: Place, tenant: str, reached: Heads) -> None:
    """Note that results are whole up to there."""
    with place.catalog.begin() as connection:
        jobs.set_mark(connection, tenant, jobs.RESULTS, reached.dump())


@dataclass(frozen=True, slots=True)
class Scope:
    """Which groups are concerned: a group is the clips of a camera that start in one hour.

    Attributes:
        whole: all of them.
        cameras: folders `site/camera` of which all are.
        hours: single ones, see `names.clip_hour`.
    """

    whole: bool = False
    cameras: frozenset[str] = frozenset()
    hours: frozenset[str] = frozenset()

    @property
    def is_empty(self) -> bool:
        """Whether nothing has to be looked at."""
        return not (self.whole or self.cameras or self.hours)

    def takes(self, hour: str) -> bool:
        """Whether a group is concerned."""
        return self.whole or hour in self.hours or hour.rsplit("/", 4)[0] in self.cameras

    def within(self, hours: Iterable[str]) -> "Scope":
        """The part of it that lies in these groups."""
        return Scope(hours=frozenset(hour for hour in hours if self.takes(hour)))

    def with_hours(self, hours: Iterable[str]) -> "Scope":
        """It and these groups."""
        return replace(self, hours=self.hours | frozenset(hours))


def concerned(
    place: Place, tenant: str, before: Heads | None, now: Heads, waiting: Collection[str] = ()
) -> Scope:
    """What has changed since results were whole, and what failed and is due to be tried again.

    Its cost grows with what has changed, not with what there is. What failed of cameras that are
    waiting (`site/camera`) is tried again with all else of theirs, when their settings are mended.
    """
    if before is None or before.recipe != now.recipe:
        return Scope(whole=now.commits[FOOTAGE] is not None)
    cameras: set[str] = set()
    for name in TUNING:
        for entry in _changes(place, tenant, name, before, now):
            if "/" not in entry.path:  # of all cameras, or a profile: keys tell whose it is
                return Scope(whole=True)
            cameras.add(entry.path.rpartition(".")[0])
    hours = hours_of(e.path for e in _changes(place, tenant, FOOTAGE, before, now))
    with place.catalog.reading() as connection:
        due = hours_of(d.path for d in datums.failed(connection, tenant, due=True))
    hours |= {hour for hour in due if hour.rsplit("/", 4)[0] not in waiting}
    hours |= again.said(place, tenant, before.commits.get(MEMORY), now.commits.get(MEMORY))
    hours = hours.union(*again.unjudged(place, tenant).values())
    return Scope(cameras=frozenset(cameras), hours=frozenset(hours))


def hours_of(paths: Iterable[str]) -> set[str]:
    """The groups to which paths in `footage` belong; a file beside the clips has none."""
    return {hour for path in paths if not (hour := clip_hour(path)).endswith("/")}


def groups(place: Place, tenant: str, scope: Scope, footage: str | None) -> Iterator[list[Entry]]:
    """The clips of each group of a scope, by path.

    Args:
        place: the store.
        tenant: whose clips.
        scope: which groups.
        footage: the commit of `footage` as of which they are listed; None: there are no clips.
    """
    if footage is None:
        return
    repo = Repo(tenant, FOOTAGE)
    for prefix in _prefixes(scope):
        entries = place.repos.entries(repo, footage, prefix=prefix)
        for hour, members in groupby(entries, key=lambda entry: clip_hour(entry.path)):
            if not hour.endswith("/"):
                yield list(members)


def count(place: Place, tenant: str, scope: Scope, footage: str | None) -> int:
    """How many files lie in the groups of a scope: clips, but for what else was put beside them.

    It is asked of the catalog and reads none of them, so it costs a part of what `groups` does.
    """
    if footage is None:
        return 0
    return place.repos.count(Repo(tenant, FOOTAGE), footage, _prefixes(scope))


def _prefixes(scope: Scope) -> Iterator[str]:
    """How the paths of a scope begin, in order; none of them begins with another."""
    if scope.whole:
        yield ""
        return
    done = ""
    for prefix in sorted({*(f"{camera}/" for camera in scope.cameras), *scope.hours}):
        if done and prefix.startswith(done):  # an hour of a camera that is done
            continue
        done = prefix if prefix.endswith("/") else ""
        yield prefix


def _changes(place: Place, tenant: str, name: str, before: Heads, now: Heads) -> Iterator[Entry]:
    since, until = before.commits[name], now.commits[name]
    if until is None or since == until:
        return iter(())
    return place.repos.changes(Repo(tenant, name), since, until)
