"""Contract suites run on every adapter; `pytest --services` runs what needs servers, and only that.

`pytest --faults` runs what is marked `faults`, on plain adapters and on PostgreSQL: many rounds of
kills, and long ways through a model. No other call runs these.

A test that takes the fixture `object_store` or `database` gets each adapter of `PLAIN` (or of
`SERVED`) one after the other, from the fixture `object_store_<adapter>` or `database_<adapter>`.
Those of `PLAIN` stand beside the suite, those of `SERVED` in `tests/services/plugin.py`.
"""

import os
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import pytest

PLAIN = {"object_store": ("local", "memory"), "database": ("sqlite",)}
SERVED = {"object_store": ("seaweedfs", "moto", "azurite", "gcs"), "database": ("postgres",)}

_SERVICES = Path(__file__).parent / "services"


def pytest_addoption(parser: pytest.Parser) -> None:
    text = "run the tests that need servers, and only these"
    parser.addoption("--services", action="store_true", help=text)
    text = "run the long tests of faults, and only these; they need PostgreSQL"
    parser.addoption("--faults", action="store_true", help=text)


def pytest_configure(config: pytest.Config) -> None:
    if config.getoption("--services") or config.getoption("--faults"):
        config.pluginmanager.import_plugin("tests.services.plugin")


def pytest_ignore_collect(collection_path: Path, config: pytest.Config) -> bool | None:
    """What needs servers is not even looked for without them."""
    left_out = collection_path == _SERVICES and not config.getoption("--services")
    return left_out or None


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    chosen = SERVED if metafunc.config.getoption("--services") else PLAIN
    if metafunc.config.getoption("--faults"):
        chosen = {**PLAIN, "database": (*PLAIN["database"], *SERVED["database"])}
    for name, adapters in chosen.items():
        if name in metafunc.fixturenames:
            metafunc.parametrize(name, adapters, indirect=True, scope="module")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    faults, services = config.getoption("--faults"), config.getoption("--services")
    chosen: list[pytest.Item] = []
    others: list[pytest.Item] = []
    for item in items:
        is_fault = item.get_closest_marker("faults") is not None
        runs = is_fault == faults and (not services or _served(item))
        (chosen if runs else others).append(item)
    items[:] = chosen
    if others:
        config.hook.pytest_deselected(items=others)


def _served(item: pytest.Item) -> bool:
    return _SERVICES in item.path.parents or any(
        isinstance(item, pytest.Function) and name in item.fixturenames for name in SERVED
    )


def pytest_terminal_summary(
    terminalreporter: pytest.TerminalReporter, config: pytest.Config
) -> None:
    if not (config.getoption("--services") or config.getoption("--faults")):
        left_out = "what needs servers (make test-services), the long tests of faults"
        terminalreporter.write_line(f"left out: {left_out} (make test-faults)")


@dataclass(frozen=True)
class ObjectStore:
    """A place for objects, in a folder, in memory or on a server.

    Attributes:
        fresh: gives the URL of a place that is empty; another one with every call.
        environment: what has to be set to reach it.
        lacks: what the server can't do though the service that it stands for can; see the list in
            `docs/stores.md`.
    """

    fresh: Callable[[], str]
    environment: Mapping[str, str] = field(default_factory=dict)
    lacks: frozenset[str] = frozenset()


CLOUDS = ("AWS_", "AZURE_", "AZURITE_", "GOOGLE_", "STORAGE_EMULATOR_HOST")
"""How the names of settings begin that say where buckets are and who we are."""


@pytest.fixture(scope="module")
def object_store(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[ObjectStore]:
    """Where the contract of `store/objects` finds an adapter."""
    store: ObjectStore = request.getfixturevalue(f"object_store_{request.param}")
    with pytest.MonkeyPatch.context() as patch:
        for name in [name for name in os.environ if name.startswith(CLOUDS)]:
            patch.delenv(name)
        patch.setenv("HOME", str(tmp_path_factory.mktemp("home")))
        for name, value in store.environment.items():
            patch.setenv(name, value)
        yield store


@pytest.fixture(scope="module")
def database(request: pytest.FixtureRequest) -> object:
    """Where the contract of `store/catalog` finds an adapter."""
    return request.getfixturevalue(f"database_{request.param}")
