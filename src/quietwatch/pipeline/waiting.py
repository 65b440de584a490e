"""Cameras whose settings can't be used: their footage waits, and that of all others goes on.

Settings that held before are not taken instead: what a mask that can't be read was to cover would
be seen, and a verdict would be traced to rules that did not make it. Footage is taken in all the
same, and made up to date when the settings are mended.
"""

import json
from collections.abc import Callable, Iterator, Mapping

from sqlalchemy import Connection

from quietwatch.errors import ConfigError, InvalidName
from quietwatch.model import Camera, Entry, Failure
from quietwatch.names import read_clip_path
from quietwatch.store.catalog import jobs
from quietwatch.store.place import Place

_MARK = "waiting"


def waiting(connection: Connection, tenant: str) -> list[Failure]:
    """The cameras of a tenant whose footage waits, each (`site/camera`) with what is wrong."""
    text = jobs.mark(connection, tenant, _MARK)
    return [] if text is None else [Failure(*one) for one in json.loads(text)]


class Waiting:
    """Tells which cameras' footage waits; it is noted, as who is up to date is not looked at again.

    Args:
        place: the store.
        tenant: whose cameras.
        prepare: gets ready what it takes to look at a camera's footage; raises ConfigError if its
            settings can't be used.
    """

    def __init__(self, place: Place, tenant: str, prepare: Callable[[Camera], object]) -> None:
        self._place = place
        self._tenant = tenant
        self._prepare = prepare
        with place.catalog.reading() as connection:
            known = waiting(connection, tenant)
        self._noted = {one.source: one for one in known}
        self._waits = dict(self._noted)
        self._asked: set[str] = set()

    @property
    def cameras(self) -> Mapping[str, Failure]:
        """By `site/camera` what is wrong with the settings of those that wait."""
        return self._waits

    def again(self) -> None:
        """Look at the settings of those that wait: they may be mended."""
        for name in list(self._waits):
            self._ask(Camera(self._tenant, *name.split("/")))

    def without(
        self, groups: Iterator[list[Entry]], left_out: Callable[[int], None]
    ) -> Iterator[list[Entry]]:
        """The groups of cameras that do not wait.

        Args:
            groups: of clips of one camera and hour each.
            left_out: told how many files a group has that waits.
        """
        for group in groups:
            if self._has_to_wait(group[0].path):
                left_out(len(group))
            else:
                yield group

    def keep(self) -> None:
        """Note which cameras wait, if it is not those of before."""
        if self._waits == self._noted:
            return
        rows = [[one.source, one.error, one.detail] for _, one in sorted(self._waits.items())]
        with self._place.catalog.begin() as connection:
            jobs.set_mark(connection, self._tenant, _MARK, json.dumps(rows))
        self._noted = dict(self._waits)

    def _has_to_wait(self, path: str) -> bool:
        try:
            camera, _ = read_clip_path(path, self._tenant)
        except InvalidName:  # a file beside the clips
            return False
        return self._ask(camera)

    def _ask(self, camera: Camera) -> bool:
        name = f"{camera.site}/{camera.name}"
        if name in self._asked:
            return name in self._waits
        self._asked.add(name)
        self._waits.pop(name, None)
        try:
            self._prepare(camera)
        except ConfigError as error:
            self._waits[name] = Failure(name, error.code, f"{error.detail}; its footage waits")
        return name in self._waits
