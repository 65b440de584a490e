"""What could not be used, on record in the repo `rejected`: who sends rubbish is noticed."""

import hashlib
import json
from collections.abc import Sequence

from quietwatch.errors import PathMissing
from quietwatch.model import Blob, Camera, Entry, Failure, Repo
from quietwatch.names import ENGINE
from quietwatch.store.place import Place

REJECTED = "rejected"


def keep_rejected(place: Place, tenant: str, failures: Sequence[tuple[Camera, Failure]]) -> None:
    """Commit what is not on record yet.

    Args:
        place: the store.
        tenant: whose.
        failures: camera and failure of each input that could not be used.
    """
    repo, blobs = Repo(tenant, REJECTED), place.blobs(tenant)
    entries, contents = {}, {}
    for camera, failure in failures:
        path, data = _path(camera, failure), _content(failure)
        blob = Blob(hashlib.sha256(data).hexdigest(), len(data))
        if _there(place, repo, path) != blob:
            meta = {"source": failure.source, "error": failure.error}
            entries[path], contents[blob.sha256] = Entry(path, blob, meta), data
    if entries:
        with place.leasing(tenant, list(contents)):
            for data in contents.values():
                blobs.put_bytes(data)
            count = f"{len(entries)} input{'s' if len(entries) > 1 else ''}"
            message = f"set {count} aside"
            place.repos.commit(repo, entries.values(), author=ENGINE, message=message)


def _there(place: Place, repo: Repo, path: str) -> Blob | None:
    if place.repos.head(repo) is None:
        return None
    try:
        return place.repos.entry(repo, path).blob
    except PathMissing:
        return None


def _path(camera: Camera, failure: Failure) -> str:
    name = hashlib.sha256(failure.source.encode("utf-8", "replace")).hexdigest()[:16]
    return f"{camera.site}/{camera.name}/{name}.json"


def _content(failure: Failure) -> bytes:
    values = {"source": failure.source, "error": failure.error, "detail": failure.detail}
    return json.dumps(values, indent=1, sort_keys=True).encode() + b"\n"
