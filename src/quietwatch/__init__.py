"""Quietwatch turns security-camera footage into alarms worth answering.

The public door: the values, the errors and the names. Everything that needs a codec, a model or a
server is imported from its own package, so that `import quietwatch` stays light.
"""

from quietwatch.errors import InputError, QuietwatchError, SetupError, StorageError, UsageError
from quietwatch.model import (
    Camera,
    Clip,
    Detections,
    Event,
    Frame,
    Judgement,
    Kind,
    Note,
    Reason,
    Region,
    Track,
    Verdict,
)

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
