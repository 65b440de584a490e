"""Quietwatch turns security-camera footage into alarms worth answering.

The public door: the values, the errors and the names. Everything that needs a codec, a model or a
server is imported from its own package, and values that hold arrays when they are first asked for,
so that `import quietwatch` stays light.
"""

import typing

from quietwatch import model
from quietwatch.errors import InputError, QuietwatchError, SetupError, StorageError, UsageError
from quietwatch.model import (
    Camera,
    Clip,
    Event,
    Judgement,
    Kind,
    Note,
    Reason,
    Verdict,
)

if typing.TYPE_CHECKING:
    from quietwatch.model import Detections, Frame, Region, Track
else:

    def __getattr__(name: str) -> object:
        if name not in __all__:
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        return getattr(model, name)


__version__ = "0.1.0"

__all__ = [
    "Camera",
    "Clip",
    "Detections",
    "Event",
    "Frame",
    "InputError",
    "Judgement",
    "Kind",
    "Note",
    "QuietwatchError",
    "Reason",
    "Region",
    "SetupError",
    "StorageError",
    "Track",
    "UsageError",
    "Verdict",
    "__version__",
]
