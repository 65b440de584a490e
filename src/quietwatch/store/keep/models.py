"""Which models learned from footage that is erased; they are marked, and nothing else is done.

What a model was made from is told by the provenance of its commit, and of the commits that this
names: a data set, and the footage that the data set was made from. Whether a certain clip was used
is not known there; a model is marked when it may have been.
"""

from collections.abc import Iterator, Sequence

from quietwatch.errors import CommitMissing, RepoMissing
from quietwatch.model import Commit, Entry, Origin, Repo
from quietwatch.store.catalog import lines, listing
from quietwatch.store.catalog.erasures import Erasure
from quietwatch.store.place import Place
from quietwatch.store.repos import Repos
from quietwatch.store.repos.reading import resolve

MODELS = "models"
MARK = "learned-from-erased"
"""What is known of a marked model: under this name the deeds that erased what it learned from."""

_WHOLE = {"footage", "analysis", "events", "optics", "rules", MODELS}
"""Repos of which a commit tells all by itself: it holds nothing of what those before it were made
from that matters here."""


def mark(place: Place, tenant: str, erased: Sequence[Erasure]) -> tuple[str, ...]:
    """Mark the models at the head of `models` that may have learned from files; gives their paths.

    Args:
        place: the store.
        tenant: whose models.
        erased: the files.
    """
    repo = Repo(tenant, MODELS)
    if not erased or not place.repos.exists(repo) or place.repos.head(repo) is None:
        return ()
    marked = []
    for entry in place.repos.entries(repo):
        commit = made_by(place.repos, repo, entry)
        if commit is None or not commit.provenance:
            continue
        known = set(str(entry.meta.get(MARK, "")).split())
        new = [one for one in erased if one.deed not in known]
        if new and _learned(place.repos, tenant, commit, new):
            told = " ".join(sorted({*known, *(one.deed for one in new)}))
            place.repos.commit(
                repo,
                [Entry(entry.path, entry.blob, {**entry.meta, MARK: told})],
                author=new[0].by,
                message=f"{entry.path} may have learned from footage that is erased",
                provenance=commit.provenance,
            )
            marked.append(entry.path)
    return tuple(marked)


def made_by(repos: Repos, repo: Repo, entry: Entry) -> Commit | None:
    """The commit that put a file as it stands at the head of a repo."""
    if entry.blob is None:
        return None
    found = [
        repos.resolve(repo, use.commit)
        for use in repos.uses(repo.tenant, entry.blob.sha256)
        if (use.repo, use.path) == (repo, entry.path)
    ]
    return max(found, key=lambda commit: commit.time, default=None)


def _learned(repos: Repos, tenant: str, commit: Commit, erased: Sequence[Erasure]) -> bool:
    """Whether any of some files stood in what a commit was made from, near or far."""
    for origin in ancestors(repos, tenant, commit):
        wanted = {(one.path, one.sha256) for one in erased if one.repo == origin.repo}
        if not wanted:
            continue
        with repos.catalog.reading() as connection:
            kept = resolve(connection, Repo(tenant, origin.repo), origin.commit)
            way = lines.chain(connection, kept.point)
            found = listing.find(connection, tenant, way, {path for path, _ in wanted})
        if any((path, (c.sha256 or b"").hex()) in wanted for path, c in found.items()):
            return True
    return False


def ancestors(repos: Repos, tenant: str, commit: Commit) -> Iterator[Origin]:
    """All commits from which a commit was made, near and far, each once."""
    seen: set[Origin] = set()
    left = list(commit.provenance)
    while left:
        origin = left.pop()
        if origin in seen:
            continue
        seen.add(origin)
        repo = Repo(tenant, origin.repo)
        try:
            found = list(repos.log(repo, origin.commit, 1 if origin.repo in _WHOLE else None))
        except (RepoMissing, CommitMissing):  # removed since: nothing can be told of it
            continue
        yield origin
        left += [one for each in found for one in each.provenance]
