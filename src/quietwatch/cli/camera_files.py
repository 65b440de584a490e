"""Files of camera settings for the verbs of `quietwatch camera`: read, laid over others, kept."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from quietwatch.camera.effective import Effective, Problem, laid
from quietwatch.camera.layers import ENDINGS, Layers, Read, own
from quietwatch.camera.own_file import SECTIONS, OwnFile, read_own
from quietwatch.cli.options import reached
from quietwatch.cli.where import Where
from quietwatch.config import Settings
from quietwatch.errors import CommitMissing, ConfigError, PathMissing, RepoMissing, UsageError
from quietwatch.model import Camera, Entry, Repo
from quietwatch.names import SLUG, printable
from quietwatch.pipeline.sync import REPOS

if TYPE_CHECKING:
    from quietwatch.store.access import Door


def camera_named(text: str, tenant: str) -> Camera:
    """Read SITE/CAMERA; raises UsageError."""
    if not re.fullmatch(rf"{SLUG}/{SLUG}", text):
        raise UsageError(f"'{printable(text)}' is no camera; write SITE/CAMERA")
    site, _, name = text.partition("/")
    return Camera(tenant, site, name)


def bytes_of(file: Path) -> bytes:
    """The bytes of a file that was named; raises UsageError."""
    with reached(file, "FILE"):
        return file.read_bytes()


@contextmanager
def door_if_any(where: Where) -> Iterator["Door | None"]:
    """The store, or None where there is none yet."""
    try:
        where.require_store()
    except UsageError:
        yield None
        return
    with where.door() as door:
        yield door


def reader(door: "Door | None", tenant: str, name: str) -> Read:
    """Reads a repo of settings; one that the caller may not see has no files for it."""

    def read(path: str) -> bytes | None:
        if door is None:
            return None
        try:
            return door.read(Repo(tenant, name), path)
        except (PathMissing, RepoMissing, CommitMissing):
            return None

    return read


def effective(file: OwnFile, settings: Settings, door: "Door | None") -> Effective:
    """What holds with a camera's own file over the defaults and profiles that there are.

    Raises:
        ConfigError: one of those can't be read, or a profile is not there.
    """
    tenant, sides = settings.source.tenant, []
    for repo in SECTIONS:
        top = (file.layers[repo],) if repo in file.layers else ()
        sides.append(Layers(repo, reader(door, tenant, repo)).below(top))
    return laid(settings, *sides)


def problems(file: Path, settings: Settings, door: "Door | None") -> tuple[Problem, ...]:
    """All that is wrong with a file; what can't be read at all is one problem."""
    name = printable(file)
    try:
        return effective(read_own(bytes_of(file), name), settings, door).problems
    except ConfigError as error:
        line = re.match(rf"{re.escape(name)}:(\d+): ", error.detail)
        if line is None:
            return (Problem(name, None, "", error.detail),)
        return (Problem(name, int(line[1]), "", error.detail[line.end() :]),)


def make_repos(door: "Door", tenant: str) -> None:
    """See that the repos of settings are there, also before the first footage is."""
    for name in SECTIONS:
        repo = Repo(tenant, name)
        if not door.exists(repo):
            door.create(repo, REPOS[name])


def keep(door: "Door", camera: Camera, repo: str, text: bytes, message: str) -> str | None:
    """Commit a section as the camera's own file; None if it is what is there already."""
    where, path = Repo(camera.tenant, repo), f"{own(camera)}{ENDINGS[-1]}"
    read = reader(door, camera.tenant, repo)
    others = [f"{own(camera)}{ending}" for ending in ENDINGS[:-1]]
    gone = [Entry(one, None) for one in others if read(one) is not None]
    if read(path) == text and not gone:
        return None
    blob = door.put_bytes(where, text)
    said = message or f"settings of {own(camera)}"
    return door.commit(where, [Entry(path, blob), *gone], message=said).id
