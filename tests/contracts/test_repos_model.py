"""Whatever is done to repos in whatever order, they say what a few dictionaries say."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from quietwatch.errors import CommitMissing, PathMissing
from quietwatch.model import Blob, Difference, Entry, Repo
from quietwatch.store.catalog import Catalog, open_catalog
from quietwatch.store.catalog.connect import sqlite_url
from quietwatch.store.objects.objects import connect
from quietwatch.store.repos import Repos

NUMBERS = count()
PATHS = st.sampled_from(["a", "a/b", "a/b/c.jpg", "a/c.jpg", "b", "b.jpg", "ä/☂", "~"])
BLOBS = st.integers(0, 3).map(lambda number: Blob(f"{number:064x}", number))
METAS = st.sampled_from([{}, {"n": 1}, {"n": 2.5, "t": "x"}])
CHANGES = st.lists(st.builds(Entry, PATHS, st.none() | BLOBS, METAS), max_size=6)
NAMES = st.sampled_from(["x", "y", "z"])
STEPS = st.sampled_from([-7200, -1, 0, 1, 60, 3600])
State = dict[str, Entry]

INSIDE: dict[str, Callable[[str], bool]] = {
    "**": lambda _: True,
    "*": lambda path: "/" not in path,
    "a/**": lambda path: path.startswith("a/"),
    "**/*.jpg": lambda path: path.endswith(".jpg"),
    "?": lambda path: len(path) == 1,
}
"""Which paths fit a pattern."""


class Against(RuleBasedStateMachine):
    """Repos on one side, dictionaries on the other."""

    catalog: Catalog

    @initialize()
    def begin(self) -> None:
        self.now = datetime(2026, 11, 24, tzinfo=UTC)
        self.repo = Repo("home", f"model-{next(NUMBERS)}")
        self.repos = Repos(self.catalog, connect("memory://"), clock=lambda: self.now)
        self.repos.create(self.repo)
        self.states: dict[str, State] = {}
        self.parents: dict[str, str | None] = {}
        self.times: dict[str, datetime] = {}
        self.branches: dict[str, str | None] = {"main": None}
        self.tags: dict[str, str] = {}

    def back(self, commit: str | None) -> Iterator[str]:
        while commit is not None:
            yield commit
            commit = self.parents[commit]

    def one(self, data: st.DataObject) -> str:
        return str(data.draw(st.sampled_from(list(self.states)), label="commit"))

    @rule(data=st.data(), changes=CHANGES, step=STEPS)
    def commit(self, data: st.DataObject, changes: list[Entry], step: int) -> None:
        self.now += timedelta(seconds=step)
        branch = data.draw(st.sampled_from(sorted(self.branches)), label="branch")
        parent = self.branches[branch]
        made = self.repos.commit(self.repo, changes, branch=branch, author="ann", message="")
        state = dict(self.states[parent]) if parent else {}
        for change in changes:
            state.pop(change.path, None)
            if change.blob is not None:
                state[change.path] = change
        assert made.parent == parent
        if parent is not None:
            assert made.time > self.times[parent]
        self.states[made.id], self.parents[made.id] = state, parent
        self.times[made.id], self.branches[branch] = made.time, made.id

    @precondition(lambda self: self.states)
    @rule(data=st.data(), name=NAMES, tag=st.booleans())
    def name(self, data: st.DataObject, name: str, tag: bool) -> None:  # noqa: FBT001
        if name in {*self.branches, *self.tags}:
            return
        commit = self.one(data)
        if tag:
            self.repos.tag(self.repo, name, commit)
            self.tags[name] = commit
        else:
            self.repos.branch(self.repo, name, commit)
            self.branches[name] = commit

    @rule(name=NAMES)
    def drop(self, name: str) -> None:
        if self.tags.pop(name, None) is not None:
            self.repos.drop_tag(self.repo, name)
        elif self.branches.pop(name, None) is not None:
            self.repos.drop_branch(self.repo, name)

    @precondition(lambda self: self.states)
    @rule(data=st.data(), glob=st.sampled_from(list(INSIDE)))
    def list_any(self, data: st.DataObject, glob: str) -> None:
        commit = self.one(data)
        found = list(self.repos.entries(self.repo, commit, glob))
        expected = sorted(self.states[commit].values(), key=lambda entry: entry.path)
        assert found == [entry for entry in expected if INSIDE[glob](entry.path)]

    @precondition(lambda self: self.states)
    @rule(data=st.data(), path=PATHS)
    def look_up(self, data: st.DataObject, path: str) -> None:
        commit = self.one(data)
        if path in self.states[commit]:
            assert self.repos.entry(self.repo, path, commit) == self.states[commit][path]
        else:
            with pytest.raises(PathMissing):
                self.repos.entry(self.repo, path, commit)

    @precondition(lambda self: self.states)
    @rule(data=st.data())
    def compare(self, data: st.DataObject) -> None:
        one, other = self.one(data), self.one(data)
        before, after = self.states[one], self.states[other]
        changed = sorted(path for path in {*before, *after} if before.get(path) != after.get(path))
        assert list(self.repos.diff(self.repo, one, other)) == [
            Difference(path, blob(before.get(path)), blob(after.get(path))) for path in changed
        ]
        if one in self.back(other):
            assert list(self.repos.changes(self.repo, one, other)) == [
                after.get(path, Entry(path, None)) for path in changed
            ]

    @precondition(lambda self: self.states)
    @rule(data=st.data(), step=STEPS)
    def travel(self, data: st.DataObject, step: int) -> None:
        asked = self.times[self.one(data)] + timedelta(seconds=step)
        there = [one for one in self.back(self.branches["main"]) if self.times[one] <= asked]
        if there:
            assert self.repos.resolve(self.repo, asked).id == there[0]
        else:
            with pytest.raises(CommitMissing):
                self.repos.resolve(self.repo, asked)

    @rule()
    def rebuild(self) -> None:
        assert self.repos.rebuild().lost == ()

    @invariant()
    def the_same_names(self) -> None:
        if not hasattr(self, "repo"):
            return
        assert self.repos.branches(self.repo) == self.branches
        assert self.repos.tags(self.repo) == self.tags
        for branch, commit in self.branches.items():
            if commit is not None:
                log = [one.id for one in self.repos.log(self.repo, branch)]
                assert log == list(self.back(commit))


def blob(entry: Entry | None) -> Blob | None:
    return None if entry is None else entry.blob


def test_repos_against_a_model(tmp_path: Path) -> None:
    with open_catalog(sqlite_url(tmp_path / "catalog.sqlite")) as opened:

        class Here(Against):
            catalog = opened

        few = settings(max_examples=25, stateful_step_count=25, deadline=None)
        run_state_machine_as_test(Here, settings=few)
