"""The masks of a camera, as its tenant's optics have them."""

from pathlib import Path

import pytest

from quietwatch.errors import ConfigError
from quietwatch.model import Camera, Entry, Repo
from quietwatch.store.masks import Masks
from quietwatch.store.place import Place, open_place

DOOR, YARD = Camera("home", "main", "door"), Camera("home", "main", "yard")
OPTICS = Repo("home", "optics")
TRIANGLE = ((0.0, 0.0), (1.0, 0.0), (1.0, 1.0))


def put(place: Place, path: str, text: str) -> None:
    if not place.repos.exists(OPTICS):
        place.repos.create(OPTICS)
    blob = place.blobs("home").put_bytes(text.encode())
    place.repos.commit(OPTICS, [Entry(path, blob)], author="somebody", message="by hand")


def test_they_are_those_of_the_newest_commit(tmp_path: Path) -> None:
    with open_place(tmp_path / "home", "memory://") as place:
        masks = Masks(place.repos, place.blobs)
        assert masks.of(DOOR) == ()  # no repo yet
        put(place, "main/door.yaml", "privacy: {masks: [[[0, 0], [1, 0], [1, 1]]]}")
        assert masks.of(DOOR) == (TRIANGLE,)
        assert masks.of(YARD) == masks.of(Camera("acme", "main", "door")) == ()
        put(place, "default.json", '{"privacy": {"masks": [[[0, 0], [1, 0], [1, 1]]]}}')
        assert masks.of(YARD) == (TRIANGLE,)
        put(place, "main/door.yaml", "vision: {rate: -1}")
        with pytest.raises(ConfigError, match=r"optics:main/door.yaml:1: vision.rate"):
            masks.of(DOOR)
