"""Lineage, both ways: what an event or a file was made from, and what was made of it."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Literal

from quietwatch.errors import EventMissing, PathMissing, QuietwatchError
from quietwatch.model import Commit, Event, Origin, Repo
from quietwatch.names import iso, printable
from quietwatch.store.catalog import clips, datums, erasures, happenings, jobs, kin
from quietwatch.store.catalog.clips import ClipRecord
from quietwatch.store.catalog.happenings import Revision
from quietwatch.store.catalog.kin import Stay
from quietwatch.store.place import Place
from quietwatch.store.repos import At

Kind = Literal[
    "event", "clip", "analysis", "decision", "file", "commit", "source", "day", "erasure"
]
Fact = str | int | float | bool | None

FOOTAGE, ANALYSIS, EVENTS = "footage", "analysis", "events"
_ENGINE = (FOOTAGE, ANALYSIS, EVENTS, "rejected")
"""Repos that the engine fills: what lies there of a clip is told by path."""

_DEPTH = 8  # commits made from commits made from commits


@dataclass(frozen=True, slots=True)
class Node:
    """Something in the family tree of an event or a file.

    Attributes:
        kind: what it is.
        name: what it is called.
        how: its relation to the node above, such as `made from`; "" of the first.
        facts: what is known of it, by name.
        below: its relations.
    """

    kind: Kind
    name: str
    how: str = ""
    facts: Mapping[str, Fact] = field(default_factory=dict)
    below: tuple["Node", ...] = ()


def of_event(place: Place, tenant: str, event_id: str) -> Node:
    """What an event was made from: clip, analysis, judgement, settings, model.

    Raises:
        EventMissing: there never was such an event.
    """
    with place.catalog.reading() as connection:
        said = happenings.history(connection, tenant, event_id)
        if not said:
            raise EventMissing(
                f"there is no event {printable(event_id)}; list those there are with "
                "`quietwatch events list`"
            )
        event, last = said[-1].event, said[-1]
        record = next(clips.by_paths(connection, tenant, [event.footage_path]), None)
    tree = _Tree(place, tenant)
    below = [tree.clip(event.footage_path, "began in", event.footage)]
    if record is not None and not last.withdrawn:
        below += [*tree.analysis(record, event), *tree.decision(record, event, last)]
    below += tree.days([event])
    return Node("event", event_id, "", _told(event, said, tree.erased(event)), tuple(below))


def of_file(place: Place, repo: Repo, path: str, at: At = "main") -> Node:
    """What a file was made from, and what was made of it.

    Of a file that is erased all is told but its bytes.

    Raises:
        RepoMissing, CommitMissing: as `Reading.resolve`. PathMissing: it is not there.
    """
    with place.catalog.reading() as connection:
        there = kin.stays(connection, repo, path)
        gone = erasures.of_paths(connection, repo.tenant, repo.name, [path])
    try:
        blob = place.repos.entry(repo, path, at).blob
    except PathMissing:
        if at != "main" or path not in gone:
            raise
        blob = None
    tree = _Tree(place, repo.tenant)
    fitting = [one for one in there if blob is None or one.blob == blob]
    return tree.file(repo, path, fitting[-1])


class _Tree:
    """Grows the nodes of one tenant; a commit is told in full where it comes first."""

    def __init__(self, place: Place, tenant: str) -> None:
        self._place = place
        self._tenant = tenant
        self._seen: set[str] = set()

    def erased(self, event: Event) -> bool:
        """Whether the footage of an event is erased."""
        with self._place.catalog.reading() as connection:
            paths = [event.footage_path]
            return bool(erasures.of_paths(connection, self._tenant, FOOTAGE, paths))

    def clip(self, path: str, how: str, sha256: str) -> Node:
        """The clip with these bytes, without what was made of it."""
        repo = Repo(self._tenant, FOOTAGE)
        with self._place.catalog.reading() as connection:
            there = kin.stays(connection, repo, path)
        stay = next((one for one in reversed(there) if one.blob.sha256 == sha256), None)
        if stay is None:  # the catalog was made anew without it
            return Node("clip", f"{FOOTAGE}:{path}", how, {"sha256": sha256})
        facts: dict[str, Fact] = {"sha256": sha256, "size": stay.blob.size}
        below = (*self._sources(path), self._commit(repo, stay.commit, "brought in by"))
        return Node("clip", f"{FOOTAGE}:{path}", how, facts, (*self._erasure(repo, path), *below))

    def analysis(self, record: ClipRecord, event: Event) -> list[Node]:
        """What was seen in the clip in which an event began."""
        if record.analysis is None:
            return []
        repo = Repo(self._tenant, ANALYSIS)
        facts: dict[str, Fact] = {
            "pack": record.pack,
            "version": event.analyze_version,
            "model": event.model,
            "track": event.track,
        }
        with self._place.catalog.reading() as connection:
            there = kin.stays(connection, repo, record.path)
        fitting = [one for one in there if record.pack in {None, one.blob.sha256}]
        below = [self._commit(repo, one.commit, "kept by") for one in fitting[-1:]]
        gone = self._erasure(repo, record.path)
        return [Node("analysis", record.analysis, "seen by", facts, (*gone, *below))]

    def decision(self, record: ClipRecord, event: Event, last: Revision) -> list[Node]:
        """How an event was judged."""
        if record.decision is None:
            return []
        with self._place.catalog.reading() as connection:
            job = jobs.get(connection, self._tenant, last.job)
        facts: dict[str, Fact] = {
            "version": event.decide_version,
            "job": last.job,
            "at": iso(last.at),
        }
        inputs = {} if job is None else job.inputs
        below = [
            self._commit(Repo(self._tenant, name), commit, "made from")
            for name, commit in sorted(inputs.items())
            if commit is not None and name != FOOTAGE
        ]
        return [Node("decision", record.decision, "judged by", facts, tuple(below))]

    def days(self, events: Iterable[Event]) -> list[Node]:
        """The files of the repo `events` that hold events."""
        repo, found = Repo(self._tenant, EVENTS), []
        for day in sorted({event.start.date() for event in events}):
            path = f"tenant={self._tenant}/date={day}/events.parquet"
            with self._place.catalog.reading() as connection:
                there = [one for one in kin.stays(connection, repo, path) if one.stands]
            for stay in there:
                facts: dict[str, Fact] = {"sha256": stay.blob.sha256}
                below = (self._commit(repo, stay.commit, "kept by"),)
                found.append(Node("day", f"{EVENTS}:{path}", "told in", facts, below))
        return found

    def file(self, repo: Repo, path: str, stay: Stay) -> Node:
        """A file with all its relations."""
        kind: Kind = "clip" if repo.name == FOOTAGE else "file"
        facts: dict[str, Fact] = {"sha256": stay.blob.sha256, "size": stay.blob.size}
        how = "brought in by" if kind == "clip" else "put by"
        below = [*self._erasure(repo, path), *(self._sources(path) if kind == "clip" else ())]
        below.append(self._commit(repo, stay.commit, how))
        if kind == "clip":
            below += self._became(path)
        below += self._used(repo, path)
        return Node(kind, f"{repo.name}:{path}", "", facts, tuple(below))

    def _became(self, path: str) -> Iterator[Node]:
        """What the engine made of a clip."""
        repo = Repo(self._tenant, ANALYSIS)
        with self._place.catalog.reading() as connection:
            packs = kin.stays(connection, repo, path)
            keys = datums.packs_of(connection, self._tenant, path)
            found = happenings.of_clips(connection, self._tenant, [path])
            events = sorted(found, key=lambda event: (event.start, event.event_id))
        for stay in packs:
            facts: dict[str, Fact] = {"pack": stay.blob.sha256, "stands": stay.stands}
            name = keys.get(stay.blob.sha256, f"{ANALYSIS}:{path}")
            below = (*self._erasure(repo, path), self._commit(repo, stay.commit, "kept by"))
            yield Node("analysis", name, "became", facts, below)
        for event in events:
            yield Node("event", event.event_id, "became", _verdict(event))
        yield from self.days(events)

    def _used(self, repo: Repo, path: str) -> Iterator[Node]:
        """Commits of others that were made from commits with a file, and what was made of those."""
        names = (repo.name, ANALYSIS) if repo.name == FOOTAGE else (repo.name,)
        with self._place.catalog.reading() as connection:
            found = {
                commit: other
                for name in names
                for other, commit in kin.made_with(
                    connection, Repo(self._tenant, name), path, _ENGINE
                )
            }
        for commit, other in found.items():
            yield self._descendant(other, commit, 1)

    def _descendant(self, repo: Repo, commit: str, depth: int) -> Node:
        kept = self._place.repos.resolve(repo, commit)
        below = []
        if commit not in self._seen and depth < _DEPTH:
            self._seen.add(commit)
            made = self._place.repos.made_from(repo, commit)
            below = [self._descendant(one.repo, one.id, depth + 1) for one in made]
        return Node("commit", f"{repo.name}@{commit}", "used by", _facts(kept), tuple(below))

    def _commit(self, repo: Repo, commit: str, how: str, depth: int = 1) -> Node:
        name = f"{repo.name}@{commit}"
        try:
            kept = self._place.repos.resolve(repo, commit)
        except QuietwatchError:  # its repo was removed
            return Node("commit", name, how)
        below: tuple[Node, ...] = ()
        if commit not in self._seen and depth < _DEPTH:
            self._seen.add(commit)
            below = tuple(self._origin(one, depth + 1) for one in kept.provenance)
        return Node("commit", name, how, _facts(kept), below)

    def _origin(self, origin: Origin, depth: int) -> Node:
        return self._commit(Repo(self._tenant, origin.repo), origin.commit, "made from", depth)

    def _sources(self, path: str) -> tuple[Node, ...]:
        with self._place.catalog.reading() as connection:
            record = next(clips.by_paths(connection, self._tenant, [path]), None)
        return () if record is None else (Node("source", record.source, "came from"),)

    def _erasure(self, repo: Repo, path: str) -> tuple[Node, ...]:
        with self._place.catalog.reading() as connection:
            gone = erasures.of_paths(connection, self._tenant, repo.name, [path])
        return tuple(
            Node(
                "erasure",
                one.deed,
                "erased by",
                {"at": iso(one.at), "by": one.by, "why": one.why, "on_request": one.asked},
            )
            for one in gone.values()
        )


def _told(event: Event, said: list[Revision], erased: bool) -> dict[str, Fact]:  # noqa: FBT001
    return {
        **_verdict(event),
        "camera": str(event.camera),
        "start": iso(event.start),
        "end": iso(event.end),
        "revisions": len(said),
        "withdrawn": said[-1].withdrawn,
        "erased": erased,
    }


def _verdict(event: Event) -> dict[str, Fact]:
    judged = event.judgement
    return {
        "verdict": judged.verdict.value,
        "kind": judged.kind.value,
        "score": round(judged.score, 4),
    }


def _facts(commit: Commit) -> dict[str, Fact]:
    return {"time": iso(commit.time), "author": commit.author, "message": commit.message}
