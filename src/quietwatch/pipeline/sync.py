"""Settings into the repos: what holds is committed before it is used."""

import hashlib
from collections.abc import Mapping

from quietwatch.camera.layers import Read
from quietwatch.config import Settings, VisionSettings
from quietwatch.errors import PathMissing
from quietwatch.model import Entry, Repo
from quietwatch.names import slug
from quietwatch.pipeline.tuning import DEFAULT, Tuning, optics_file, rules_file
from quietwatch.store.place import Place
from quietwatch.vision import zoo

REPOS = {
    "footage": "clips, as they came in",
    "optics": "how each camera's footage is looked at",
    "rules": "what is watched for, where and when",
    "models": "detectors",
    "analysis": "what was seen in each clip: tracks and pictures",
    "events": "events by day, as Parquet",
    "memory": "what stands before each camera, and what people dismissed",
    "labels": "judgements of people",
    "rejected": "what could not be used, and why",
}
"""Every tenant's repos."""

_BY = "settings"
"""Whose a default file is that follows the settings file; one put by hand stands."""


def sync(place: Place, tenant: str, settings: Settings) -> None:
    """See that the repos are there, and that optics and rules say what the settings file says.

    A `default.json` that somebody else has put is left as it is: then it holds, not the file.
    """
    there = {repo.name for repo in place.repos.list(tenant)}
    for name, description in REPOS.items():
        if name not in there:
            place.repos.create(Repo(tenant, name), description)
    keep_models(place, tenant, settings.vision)
    _put(place, Repo(tenant, "optics"), optics_file(settings))
    _put(place, Repo(tenant, "rules"), rules_file(settings))


def keep_models(place: Place, tenant: str, vision: VisionSettings) -> None:
    """See that the repo `models` has their files; a folder of TensorFlow is known by name only.

    Raises:
        ConfigError, ModelDamaged: there is no such model.
    """
    for model in vision.models:
        _keep_model(place, tenant, model)


def _keep_model(place: Place, tenant: str, model: str) -> None:
    file = zoo.tflite_of(model)
    if file is None:
        return
    repo, path = Repo(tenant, "models"), f"{slug(file.stem)}.tflite"
    digest = zoo.digest(model)
    if place.repos.head(repo) is not None:
        try:
            there = place.repos.entry(repo, path).blob
        except PathMissing:
            there = None
        if there is not None and there.sha256 == digest:
            return
    with place.leasing(tenant, [digest]):
        blob = place.blobs(tenant).put_file(file)
        message = f"as {path} is used"
        place.repos.commit(repo, [Entry(path, blob)], author=_BY, message=message)


def tuning_of(
    place: Place, tenant: str, settings: Settings, commits: Mapping[str, str | None]
) -> Tuning:
    """What holds for each camera of a tenant, as these commits of `optics` and `rules` say."""

    def reader(name: str) -> Read:
        repo, commit = Repo(tenant, name), commits[name]

        def read(path: str) -> bytes | None:
            if commit is None:
                return None
            try:
                entry = place.repos.entry(repo, path, commit)
            except PathMissing:
                return None
            return None if entry.blob is None else place.blobs(tenant).read(entry.blob.sha256)

        return read

    return Tuning(reader("optics"), reader("rules"), settings)


def _put(place: Place, repo: Repo, data: bytes) -> None:
    if place.repos.head(repo) is not None:
        try:
            there = place.repos.entry(repo, DEFAULT)
        except PathMissing:
            return  # somebody took it away
        if there.meta.get("by") != _BY:
            return
        blobs = place.blobs(repo.tenant)
        if there.blob is not None and blobs.read(there.blob.sha256) == data:
            return
    with place.leasing(repo.tenant, [hashlib.sha256(data).hexdigest()]):
        blob = place.blobs(repo.tenant).put_bytes(data)
        place.repos.commit(
            repo,
            [Entry(DEFAULT, blob, {"by": _BY})],
            author=_BY,
            message="as the settings file says",
        )
