"""The bucket alone is enough: a catalog that is lost is made anew, and says the same."""

import json
import random
from collections.abc import Iterator
from typing import Any

import pytest

from quietwatch.errors import CommitMissing
from quietwatch.model import Commit, Entry, Origin, Repo
from quietwatch.store.catalog import open_catalog
from quietwatch.store.objects.objects import Objects, connect
from quietwatch.store.repos import Rebuilt, Repos
from tests.contracts.conftest import Database
from tests.contracts.test_repos import blob, commit, files, gone

FOOTAGE, EVENTS, OTHER = Repo("home", "footage"), Repo("home", "events"), Repo("acme", "footage")
ALL = (FOOTAGE, EVENTS, OTHER)


@pytest.fixture
def repos(database: Database) -> Iterator[Repos]:
    """Repos in a catalog and a bucket of their own."""
    with open_catalog(database()) as catalog:
        yield Repos(catalog, connect("memory://"))


@pytest.fixture
def fresh(database: Database, repos: Repos) -> Iterator[Repos]:
    """An empty catalog over the same bucket."""
    with open_catalog(database()) as catalog:
        yield Repos(catalog, repos.objects)


def told(repos: Repos, repo: Repo) -> dict[str, Any]:
    """All that can be asked of a repo."""
    if not repos.exists(repo):
        return {}
    branches, tags = repos.branches(repo), repos.tags(repo)
    commits = {
        one.id: one
        for head in {*branches.values(), *tags.values()} - {None}
        for one in repos.log(repo, head or "")
    }
    return {
        "description": repos.description(repo),
        "branches": branches,
        "tags": tags,
        "commits": commits,
        "entries": {one: list(repos.entries(repo, one)) for one in commits},
        "made from": {one: repos.made_from(repo, one) for one in commits},
    }


def everything(repos: Repos) -> dict[str, Any]:
    return {tenant: repos.list(tenant) for tenant in ("home", "acme")} | {
        str(repo): told(repos, repo) for repo in ALL
    }


def live(repos: Repos, seed: int) -> None:
    """Some weeks in the life of a store."""
    chance = random.Random(seed)
    for repo in ALL:
        repos.create(repo, f"what {repo} is for")
    for _ in range(80):
        repo = chance.choice(ALL)
        if not repos.exists(repo):
            repos.create(repo, "again")
        branch = chance.choice(list(repos.branches(repo)))
        deed = chance.choice(["commit"] * 6 + ["branch", "tag", "drop", "remove"])
        name = f"{branch}-{chance.randrange(9)}"
        if deed == "commit":
            changes = [
                *files(*(f"{chance.randrange(20)}" for _ in range(4)), of=chance.random()),
                *gone(f"{chance.randrange(20)}"),
                Entry("known", blob(1), {"number": chance.random(), "text": "ä☂"}),
            ]
            head = repos.head(FOOTAGE) if repos.exists(FOOTAGE) else None
            origin = [Origin("footage", head.id)] if head else []
            repos.commit(
                repo, changes, branch=branch, author="ann", message="ö\n", provenance=origin
            )
        elif deed == "remove" and chance.random() < 0.4:
            repos.remove(repo)
        elif deed == "drop" and branch != "main":
            repos.drop_branch(repo, branch)
        elif deed == "drop" and repos.tags(repo):
            repos.drop_tag(repo, chance.choice(list(repos.tags(repo))))
        elif deed in {"branch", "tag"} and repos.head(repo, branch):
            taken = {*repos.branches(repo), *repos.tags(repo)}
            make = repos.branch if deed == "branch" else repos.tag
            if name not in taken and len(name) < 40:
                make(repo, name, chance.choice(list(repos.log(repo, branch))).id)


@pytest.mark.parametrize("seed", range(4))
def test_a_lost_catalog_is_made_anew(repos: Repos, fresh: Repos, seed: int) -> None:
    live(repos, seed)
    before = everything(repos)
    said = fresh.rebuild()
    assert everything(fresh) == before
    assert said.lost == ()
    assert said.repos == sum(repos.exists(repo) for repo in ALL)


def test_it_goes_on_as_before(repos: Repos, fresh: Repos) -> None:
    live(repos, 1)
    fresh.rebuild()
    for repo in ALL:
        if not fresh.exists(repo):
            fresh.create(repo)
    live_on = commit(fresh, FOOTAGE, files("new"))
    fresh.tag(FOOTAGE, "after", live_on.id)
    before = everything(fresh)
    assert fresh.rebuild().lost == ()
    assert everything(fresh) == before


def test_one_that_is_there_is_made_anew_too(repos: Repos) -> None:
    live(repos, 2)
    before = everything(repos)
    repos.rebuild()
    repos.rebuild()
    assert everything(repos) == before


def test_an_empty_bucket_gives_an_empty_catalog(fresh: Repos) -> None:
    assert fresh.rebuild() == Rebuilt(0, 0, ())


def three(repos: Repos) -> list[Commit]:
    repos.create(FOOTAGE)
    return [commit(repos, FOOTAGE, files(f"{number}")) for number in range(3)]


def key(made: Commit) -> str:
    return f"{made.repo.tenant}/commits/{made.repo.name}/{made.id}.json"


def exchanged(objects: Objects, made: Commit) -> bytes:
    said = json.loads(objects.read(key(made)))
    said["author"] = "somebody else"
    return json.dumps(said).encode()


@pytest.mark.parametrize("harm", ["gone", "cut", "exchanged"])
def test_a_damaged_commit_is_named_with_all_that_come_after(
    repos: Repos, fresh: Repos, harm: str
) -> None:
    first, second, third = three(repos)
    objects = repos.objects
    if harm == "gone":
        objects.delete([key(second)])
    else:
        data = objects.read(key(second))
        objects.put(key(second), data[:-5] if harm == "cut" else exchanged(objects, second))
    said = fresh.rebuild()
    assert set(said.lost) == {key(third)} | ({key(second)} if harm != "gone" else set())
    assert fresh.head(FOOTAGE) == first
    with pytest.raises(CommitMissing):
        fresh.resolve(FOOTAGE, third.id)


def test_what_is_left_of_refs_is_used(repos: Repos, fresh: Repos) -> None:
    made = three(repos)
    repos.tag(FOOTAGE, "t", made[1].id)
    first = next(iter(repos.objects.list("home/refs/footage")))
    repos.objects.delete([first.key])
    fresh.rebuild()
    assert told(fresh, FOOTAGE) == told(repos, FOOTAGE)


def test_other_files_do_no_harm(repos: Repos, fresh: Repos) -> None:
    made = three(repos)
    repos.objects.put("README", b"hello")
    repos.objects.put("home/README", b"hello")
    repos.objects.put("home/blobs/ab/abc", b"hello")
    repos.objects.put("home/refs/footage/x", b"hello")
    repos.objects.put("home/commits/footage/x.json", b"{}")
    assert fresh.rebuild().commits == 3
    assert fresh.head(FOOTAGE) == made[-1]
