"""What there is to analyze: every source looked at, every camera named, nothing opened for long."""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from pathlib import Path
from unicodedata import normalize
from zoneinfo import ZoneInfo

from quietwatch import names
from quietwatch.config import Settings, SourceSettings
from quietwatch.errors import AmbiguousCamera, EmptyFile, InvalidName
from quietwatch.model import Arrival, Camera, Failure
from quietwatch.names import printable
from quietwatch.sources import bucket, folder
from quietwatch.sources.piece import Piece
from quietwatch.store.objects import url


def survey(sources: Sequence[str], settings: Settings, home: Path | None = None) -> "Survey":
    """Find the footage of all sources, in order; nothing of it is opened.

    All is found before the first piece is given, because two different names of one camera can
    only be told when both were seen. It is held until then: about 1 KB a piece.

    Args:
        sources: paths of files and folders, and URLs of buckets.
        settings: whose footage it is and in which time zone names are read.
        home: folder of our own results, left out where it lies in a source.

    Raises:
        SourceNotFound: a source is not there; nothing was done.
        UsageError, InvalidName: a URL can't be used.
        StoreUnavailable: a bucket can't be reached, now or while it is read.
    """
    for source in sources:
        if url.is_url(source):
            url.parse(source)
        else:
            folder.require(source)
    return Survey(tuple(sources), settings.source, home)


class Survey(Iterator[Arrival | Failure]):
    """The arrivals of a run, one by one; unusable ones are failures.

    Attributes:
        total: how many pieces of footage were counted, for a progress bar.
    """

    def __init__(
        self, sources: tuple[str, ...], settings: SourceSettings, home: Path | None
    ) -> None:
        self._sources = sources
        self._home = home
        self._zone = ZoneInfo(settings.timezone)
        cameras = Cameras(settings.tenant, settings.site)
        found = list(self._walk())
        pieces = [one for one in found if isinstance(one, Piece)]
        for name in dict.fromkeys(piece.camera for piece in pieces):
            cameras.learn(name)
        self.total = len(pieces)
        self._results = received(found, cameras)

    def __next__(self) -> Arrival | Failure:
        return next(self._results)

    def _walk(self) -> Iterator[Piece | Failure]:
        walk = folder.Walk(self._zone, self._home)
        fetched: set[str] = set()
        for source in self._sources:
            if not url.is_url(source):
                yield from walk.pieces(source)
                continue
            for piece in bucket.pieces(url.parse(source), self._zone):
                if piece.source not in fetched:
                    fetched.add(piece.source)
                    yield piece


def received(pieces: Iterable[Piece | Failure], cameras: "Cameras") -> Iterator[Arrival | Failure]:
    """What was found, as arrivals of named cameras; what can't be used, as failures.

    Args:
        pieces: as sources find them.
        cameras: the names known so far; learns those that come.
    """
    for found in pieces:
        if isinstance(found, Failure):
            yield found
            continue
        try:
            camera = cameras.named(found.camera)
        except (AmbiguousCamera, InvalidName) as error:
            yield Failure(found.source, error.code, error.detail)
            continue
        if found.size == 0:
            yield Failure(found.source, EmptyFile.code, "the object has no bytes; send it again")
            continue
        named = printable(normalize("NFC", found.camera))
        yield Arrival(
            *(camera, found.source, found.files, found.start, found.start_from),
            *(found.fetch, named, found.stamp),
        )


class Cameras:
    """Names of cameras by their slugs; two names of one slug are told apart by nobody."""

    def __init__(self, tenant: str, site: str) -> None:
        self._tenant = tenant
        self._site = site
        self._names: dict[str, list[str]] = {}
        self._known: dict[str, tuple[Camera, str]] = {}

    def learn(self, name: str) -> None:
        """Note a name; of one slug two are enough to know that it is ambiguous."""
        with suppress(InvalidName):  # said when the piece is given
            self._read(name)

    def named(self, name: str) -> Camera:
        """The camera of a name.

        Raises:
            InvalidName: nothing of the name can stand in a slug.
            AmbiguousCamera: another name gives the same slug.
        """
        camera, plain = self._read(name)  # it may have come after the count
        for other in self._names[camera.name]:
            if other != plain:
                raise AmbiguousCamera(
                    f"'{printable(plain)}' and '{printable(other)}' both give the camera "
                    f"{camera.name}; rename one of them, or run them apart with a site of their own"
                )
        return camera

    def _read(self, name: str) -> tuple[Camera, str]:
        """The camera of a name, and the name in one way of writing; both are kept."""
        if name not in self._known:
            slug, plain = names.slug(name), normalize("NFC", name)
            others = self._names.setdefault(slug, [])
            if plain not in others and len(others) < 2:
                others.append(plain)
            self._known[name] = Camera(self._tenant, self._site, slug), plain
        return self._known[name]
