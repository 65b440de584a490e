"""Whatever is done in whatever order, objects are what a dictionary would be."""

import shutil
import tempfile
from datetime import timedelta
from itertools import count
from pathlib import Path

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, invariant, rule

from quietwatch.errors import ObjectMissing
from quietwatch.store.objects.objects import connect

# Names that are neighbours of folders in the order of keys, and folders in folders. The names of
# files are no names of folders: a folder can't hold both.
FOLDERS = st.lists(st.sampled_from(["a", "a-b", "a.b", "ä", "A"]), max_size=3)
NAMES = st.sampled_from(["x", "x-", "x.y", "x0", "~", "ö", "#x", "x y", "%2F"])
KEYS = st.builds(lambda folders, name: "/".join([*folders, name]), FOLDERS, NAMES)
DATA = st.binary(max_size=20)


class Machine(RuleBasedStateMachine):
    url: str
    keys = Bundle("keys")

    def __init__(self) -> None:
        super().__init__()
        self.objects = connect(self.url_of())
        self.model: dict[str, bytes] = {}

    def url_of(self) -> str:
        raise NotImplementedError

    @rule(target=keys, key=KEYS)
    def a_key(self, key: str) -> str:
        return key

    @rule(key=keys, data=DATA)
    def put(self, key: str, data: bytes) -> None:
        self.objects.put(key, data)
        self.model[key] = data

    @rule(key=keys, data=DATA)
    def create(self, key: str, data: bytes) -> None:
        made = self.objects.create(key, data)
        assert made == (self.model.setdefault(key, data) == data)

    @rule(key=keys, data=DATA)
    def upload(self, key: str, data: bytes) -> None:
        with tempfile.NamedTemporaryFile() as file:
            Path(file.name).write_bytes(data)
            self.objects.upload(key, Path(file.name))
        self.model[key] = data

    @rule(some=st.lists(keys, max_size=4))
    def delete(self, some: list[str]) -> None:
        self.objects.delete(some)
        for key in some:
            self.model.pop(key, None)

    @rule(key=keys, start=st.integers(0, 25), length=st.none() | st.integers(0, 25))
    def read(self, key: str, start: int, length: int | None) -> None:
        if key not in self.model:
            with pytest.raises(ObjectMissing):
                self.objects.read(key, start, length)
            assert self.objects.info(key) is None
            return
        data = self.model[key]
        end = None if length is None else start + length
        assert self.objects.read(key, start, length) == data[start:end]
        assert b"".join(self.objects.stream(key)) == data
        info = self.objects.info(key)
        assert info is not None
        assert info.size == len(data)

    @rule(folder=FOLDERS, after=KEYS | st.just(""))
    def list_some(self, folder: list[str], after: str) -> None:
        prefix = "/".join(folder)
        found = [one.key for one in self.objects.list(prefix, after)]
        start = f"{prefix}/" if prefix else ""
        assert found == sorted(k for k in self.model if k.startswith(start) and k > after)

    @rule()
    def settle_and_sweep(self) -> None:
        self.objects.settle()
        assert self.objects.sweep(timedelta(0)) == 0

    @invariant()
    def all_is_there(self) -> None:
        assert {one.key: one.size for one in self.objects.list()} == {
            key: len(data) for key, data in self.model.items()
        }


class InMemory(Machine):
    numbers = count()

    def url_of(self) -> str:
        return f"memory://stateful-{next(self.numbers)}"


class InAFolder(Machine):
    def url_of(self) -> str:
        self.folder = tempfile.mkdtemp()
        return self.folder

    def teardown(self) -> None:
        shutil.rmtree(self.folder)


SETTINGS = settings(max_examples=40, stateful_step_count=30)

TestInMemory = InMemory.TestCase
TestInMemory.settings = SETTINGS
TestInAFolder = InAFolder.TestCase
TestInAFolder.settings = SETTINGS
