"""Where files of memory are read: by camera, and nothing beside."""

from pathlib import Path

from quietwatch.model import Repo
from quietwatch.pipeline.memory.files import MEMORY
from quietwatch.pipeline.memory.shelf import InFolder, Stored
from tests.unit.pipeline.memory.conftest import DOOR, TENANT, YARD, Shown


def test_a_commit_lists_the_files_of_a_camera_by_blob(shown: Shown) -> None:
    for path in ("main/door/2026/11/01.json", "main/door-2/2026/11/01.json", "main/door.json"):
        shown.put(path, path.encode())
    head = shown.place.repos.head(Repo(TENANT, MEMORY))
    assert head is not None
    shelf = Stored(shown.place, TENANT, head.id)
    [(path, name)] = shelf.list(DOOR)
    assert path == "main/door/2026/11/01.json"
    assert shelf.read(path, name) == path.encode()
    assert list(shelf.list(YARD)) == []
    assert list(Stored(shown.place, TENANT, None).list(DOOR)) == []


def test_a_folder_lists_the_same(tmp_path: Path) -> None:
    for path in ("main/door/2026/11/01.json", "main/door-2/2026/11/01.json", "main/door/x.txt"):
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_bytes(path.encode())
    shelf = InFolder(tmp_path)
    [(path, name)] = shelf.list(DOOR)
    assert path == name == "main/door/2026/11/01.json"
    assert shelf.read(path, name) == path.encode()
    assert list(shelf.list(YARD)) == list(InFolder(None).list(DOOR)) == []
