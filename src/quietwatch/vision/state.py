"""The state of perception at the end of a clip, as bytes: what the next clip is taken up from."""

import io
import json
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from quietwatch.errors import RecordDamaged

FORMAT: Final = 4
"""Raised when the state is another; there is no way from an old one to a new one but to look again.

1 was the analyzer's alone; 2 has the tracks that live, too; 3 what is measured of them;
4 the frames around them, and the usual view of the camera.
"""

_VALUES = "values"
_DAMAGE = (
    ValueError,
    KeyError,
    TypeError,
    AttributeError,
    OSError,
    EOFError,
    zipfile.BadZipFile,
    zlib.error,
)


@dataclass(frozen=True, slots=True)
class State:
    """What is remembered: JSON-ready values, and arrays by name."""

    values: dict[str, Any]
    arrays: dict[str, NDArray[np.generic]]


def dump(state: State) -> bytes:
    """The bytes of a state; equal states give equal bytes."""
    text = json.dumps({"format": FORMAT, **state.values}, sort_keys=True, allow_nan=False)
    out = io.BytesIO()
    values = {_VALUES: np.frombuffer(text.encode(), np.uint8)}
    np.savez_compressed(out, allow_pickle=False, **values, **state.arrays)
    return out.getvalue()


@contextmanager
def loaded(data: bytes) -> Iterator[State]:
    """The state that `dump` gave, while something goes on from it.

    Raises:
        RecordDamaged: it is damaged, of another format, or can't be gone on from.
    """
    try:
        with np.load(io.BytesIO(data), allow_pickle=False) as arrays:
            values = json.loads(arrays[_VALUES].tobytes())
            state = State(values, {name: arrays[name] for name in arrays.files if name != _VALUES})
        if values["format"] == FORMAT:
            yield state
            return
    except _DAMAGE as error:
        raise RecordDamaged(
            f"the state at the end of the clip before can't be read ({error}); analyze that clip "
            "again"
        ) from error
    raise RecordDamaged(
        f"the state at the end of the clip before has format {values['format']}, and {FORMAT} is "
        "needed; analyze that clip again"
    )
