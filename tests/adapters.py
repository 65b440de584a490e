"""Contract suites run on every adapter; `pytest --services` runs what needs servers, and only that.

A test that takes the fixture `object_store` or `database` gets each adapter of `PLAIN` (or of
`SERVED`) one after the other, from the fixture `object_store_<adapter>` or `database_<adapter>`.
Those of `PLAIN` stand beside the suite, those of `SERVED` in `tests/services/plugin.py`.
"""

from pathlib import Path

import pytest

PLAIN = {"object_store": ("local", "memory"), "database": ("sqlite",)}
SERVED = {"object_store": ("seaweedfs", "moto", "azurite", "gcs"), "database": ("postgres",)}

_SERVICES = Path(__file__).parent / "services"


def pytest_addoption(parser: pytest.Parser) -> None:
    text = "run the tests that need servers, and only these"
    parser.addoption("--services", action="store_true", help=text)


def pytest_configure(config: pytest.Config) -> None:
    if config.getoption("--services"):
        config.pluginmanager.import_plugin("tests.services.plugin")


def pytest_ignore_collect(collection_path: Path, config: pytest.Config) -> bool | None:
    """What needs servers is not even looked for without them."""
    left_out = collection_path == _SERVICES and not config.getoption("--services")
    return left_out or None


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    chosen = SERVED if metafunc.config.getoption("--services") else PLAIN
    for name, adapters in chosen.items():
        if name in metafunc.fixturenames:
            metafunc.parametrize(name, adapters, indirect=True, scope="module")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    if config.getoption("--services"):
        others = [item for item in items if not _served(item)]
        items[:] = [item for item in items if _served(item)]
        config.hook.pytest_deselected(items=others)


def _served(item: pytest.Item) -> bool:
    return _SERVICES in item.path.parents or any(
        isinstance(item, pytest.Function) and name in item.fixturenames for name in SERVED
    )


def pytest_terminal_summary(
    terminalreporter: pytest.TerminalReporter, config: pytest.Config
) -> None:
    if not config.getoption("--services"):
        terminalreporter.write_line("left out: what needs servers; make test-services runs it")


@pytest.fixture(scope="module")
def object_store(request: pytest.FixtureRequest) -> object:
    """Where the contract of `store/objects` finds an adapter."""
    return request.getfixturevalue(f"object_store_{request.param}")


@pytest.fixture(scope="module")
def database(request: pytest.FixtureRequest) -> object:
    """Where the contract of `store/catalog` finds an adapter."""
    return request.getfixturevalue(f"database_{request.param}")
