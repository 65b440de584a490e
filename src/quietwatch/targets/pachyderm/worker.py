"""Inside a Pachyderm worker: a stage's process is started once and asks for datum after datum.

With `datum_batching` the worker puts a datum's files below /pfs and answers `NextDatum`; the next
call hands in what lies in /pfs/out, or an error, and asks for more. When nothing is left the worker
ends the process, so the loop has no end of its own. What was loaded before the loop, the model, is
loaded once a process (https://docs.pachyderm.com/latest/prepare-data/datum-batching/, and
pachyderm_sdk/api/worker/extension.py of version 2.12.2).
"""

import os
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Final

from quietwatch.errors import ExtraMissing, SetupError

if TYPE_CHECKING:
    import pachyderm_sdk

DATUMS: Final = "QUIETWATCH_DATUMS"
"""Says where datums come from: `pachyderm`, or not set: what lies in the folders now, once."""

STAGE_VERSION: Final = "QUIETWATCH_STAGE_VERSION"
"""The version of the stage for which a pipeline was rendered."""


def each_datum(
    work: Callable[[], None], version: int, environment: Mapping[str, str] = os.environ
) -> None:
    """Do the work once, or in a Pachyderm worker once for each datum until the worker ends us.

    Args:
        work: reads the folders below /pfs and writes /pfs/out. Whatever it raises, an exit code
            too, fails this datum alone: the worker tries it again, or sets it aside.
        version: of the stage in this image.
        environment: in which `DATUMS` and `STAGE_VERSION` are looked up.

    Raises:
        SetupError: the pipeline was rendered for another version than the image has.
        ExtraMissing: the client of Pachyderm is not installed.
    """
    if environment.get(DATUMS) != "pachyderm":
        work()
        return
    _agree(environment.get(STAGE_VERSION), version)
    worker = _client().worker
    while True:
        with worker.batch_datum():
            work()


def _agree(rendered: str | None, version: int) -> None:
    """Pachyderm hashes neither image nor code: unequal versions would give results a wrong name."""
    if rendered != str(version):
        raise SetupError(
            f"the pipeline was rendered for version {rendered} of its stage, and the image has "
            f"version {version}; run `quietwatch pachyderm render` of the image's own version, and "
            "update the pipeline with --reprocess"
        )


def _client() -> "pachyderm_sdk.Client":
    try:
        import pachyderm_sdk  # noqa: PLC0415 - an extra
    except ImportError as error:
        raise ExtraMissing(
            "the client of Pachyderm is not installed; put it into the image with "
            "pip install 'quietwatch[pachyderm]'"
        ) from error
    return pachyderm_sdk.Client()
