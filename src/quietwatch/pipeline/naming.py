"""Two names that give one slug: told apart also when they come in different runs."""

from contextlib import suppress

from quietwatch.errors import AmbiguousCamera, RecordDamaged
from quietwatch.model import Arrival, Camera
from quietwatch.names import printable
from quietwatch.store.home import Home


class Names:
    """What the cameras of a home are called: each as when its first clip was kept."""

    def __init__(self, home: Home) -> None:
        self._home = home
        self._known: dict[Camera, str | None] = {}

    def require(self, arrival: Arrival) -> None:
        """See that the camera is called as it was before.

        Raises:
            AmbiguousCamera: it has another name, which gives the same slug.
        """
        camera, known = arrival.camera, self._called(arrival.camera)
        if arrival.named and known and arrival.named != known:
            raise AmbiguousCamera(
                f"'{arrival.named}' gives the camera {camera.name}, which was called '{known}' in "
                "an earlier run; rename one of them, run them apart with a site of their own, or, "
                f"if they are one camera, remove {printable(self._home.name_file(camera))}"
            )

    def keep(self, arrival: Arrival) -> None:
        """A clip of the camera is kept, and with the first one its name."""
        if arrival.named and not self._called(arrival.camera):
            self._home.put_name(arrival.camera, arrival.named)
            self._known[arrival.camera] = arrival.named

    def _called(self, camera: Camera) -> str | None:
        if camera not in self._known:
            self._known[camera] = None
            with suppress(RecordDamaged):  # it is kept anew
                self._known[camera] = self._home.get_name(camera)
        return self._known[camera]
