"""The privacy masks of a tenant's cameras, as `optics` has them now."""

from collections.abc import Callable

from quietwatch.camera.effective import laid
from quietwatch.camera.layers import Layers
from quietwatch.config import Settings
from quietwatch.errors import PathMissing
from quietwatch.model import Camera, Polygon, Repo
from quietwatch.store.objects.blobs import Blobs
from quietwatch.store.repos import Repos


class Masks:
    """Tells what of a camera's pictures nobody may see.

    What holds is what `optics` says now, also for pictures that were taken before.

    Args:
        repos: of all tenants.
        blobs: gives the blobs of a tenant.
    """

    def __init__(self, repos: Repos, blobs: Callable[[str], Blobs]) -> None:
        self._repos = repos
        self._blobs = blobs
        self._layers: dict[tuple[str, str], Layers] = {}
        self._known: dict[tuple[Camera, str], tuple[Polygon, ...]] = {}

    def of(self, camera: Camera) -> tuple[Polygon, ...]:
        """The masks of a camera, none if it has none.

        Raises:
            ConfigError: its optics are wrong, so that nobody knows.
        """
        optics = Repo(camera.tenant, "optics")
        commit = self._repos.head(optics) if self._repos.exists(optics) else None
        if commit is None:
            return ()
        if (camera, commit.id) not in self._known:
            layers = self._at(optics, commit.id).of(camera)
            found = laid(Settings(), layers, ()).checked()
            self._known[camera, commit.id] = found.privacy.polygons
        return self._known[camera, commit.id]

    def _at(self, optics: Repo, commit: str) -> Layers:
        def read(path: str) -> bytes | None:
            try:
                entry = self._repos.entry(optics, path, commit)
            except PathMissing:
                return None
            return (
                None if entry.blob is None else self._blobs(optics.tenant).read(entry.blob.sha256)
            )

        if (optics.tenant, commit) not in self._layers:
            self._layers[optics.tenant, commit] = Layers("optics", read)
        return self._layers[optics.tenant, commit]
