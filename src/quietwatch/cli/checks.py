"""What the doctor looks at; each check gives findings and changes nothing."""

import os
import platform
import shutil
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

import quietwatch
from quietwatch.names import printable

if TYPE_CHECKING:
    from quietwatch.vision.zoo import ShippedModel

PYTHONS = ((3, 11), (3, 14))
"""The first Python that is supported, and the first that no longer is."""

LIBRARIES = (
    ("PyAV", "av", "av"),
    ("OpenCV", "cv2", "opencv-python-headless"),
    ("LiteRT", "ai_edge_litert.interpreter", "ai-edge-litert"),
    ("NumPy", "numpy", "numpy"),
    ("Arrow", "pyarrow", "pyarrow"),
    ("obstore", "obstore", "obstore"),
)
"""What it is called, what is imported, what is installed."""

DECODERS = {
    "H.264": ("h264",),
    "H.265": ("hevc",),
    "MPEG-4": ("mpeg4",),
    "MJPEG": ("mjpeg",),
    "VP9": ("vp9", "libvpx-vp9"),
    "AV1": ("libdav1d", "libaom-av1"),
}
"""Codecs that cameras send, and the names of FFmpeg's decoders for them, each enough."""

EXTRAS = (
    ("train", "tensorflow", "SavedModel detectors, also on a GPU"),
    ("pachyderm", "pachyderm_sdk", "stages inside a Pachyderm worker"),
)
"""Name of the extra, what it installs, what it is for."""

DEVICES = Path("/dev")
"""Where the system shows its GPUs."""

_FREE = 2**30
_EXTRA_TRAIN = "pip install 'quietwatch[train]' 'tensorflow[and-cuda]'"
_AGAIN = "install it again: pip install --force-reinstall "


class State(StrEnum):
    """How a finding is to be taken."""

    OK = "ok"
    OPTIONAL = "optional"
    BROKEN = "broken"


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at.

    Attributes:
        part: heading it stands under.
        name: of the thing.
        value: what was found.
        state: how it is to be taken.
        advice: what to do, "" when there is nothing to do.
    """

    part: str
    name: str
    value: str
    state: State = State.OK
    advice: str = ""

    @property
    def fine(self) -> bool:
        """Whether Quietwatch works with it."""
        return self.state is not State.BROKEN


@dataclass(frozen=True, slots=True)
class ModelState:
    """A shipped model, and whether its file is the one that was shipped."""

    model: "ShippedModel"
    whole: bool


def examine(home: Path) -> list[Finding]:
    """All findings, in the order in which they are shown."""
    return [
        *_program(),
        *_codecs(),
        *_models(),
        *_machine(),
        *_home(home),
        *_extras(),
    ]


def check_models() -> list[ModelState]:
    """The shipped models, each read and hashed."""
    from quietwatch.vision import zoo  # noqa: PLC0415 - heavy

    found = []
    for model in zoo.shipped():
        try:
            whole = zoo.sha256_of(zoo.file_of(model.name)) == model.sha256
        except OSError:
            whole = False
        found.append(ModelState(model, whole))
    return found


def _program() -> Iterator[Finding]:
    from importlib.metadata import PackageNotFoundError, version  # noqa: PLC0415 - slow

    part = "Program"
    yield Finding(part, "Quietwatch", quietwatch.__version__)
    first, beyond = PYTHONS
    supported = first <= sys.version_info[:2] < beyond
    yield Finding(
        part,
        "Python",
        platform.python_version(),
        State.OK if supported else State.BROKEN,
        "" if supported else f"use Python {first[0]}.{first[1]} to {beyond[0]}.{beyond[1] - 1}",
    )
    for name, module, package in LIBRARIES:
        try:
            import_module(module)
            yield Finding(part, name, version(package))
        except (ImportError, OSError, PackageNotFoundError) as error:  # OSError: a shared library
            yield Finding(part, name, printable(str(error)), State.BROKEN, f"{_AGAIN}{package}")


def _codecs() -> Iterator[Finding]:
    part = "Decoders"
    try:
        import av  # noqa: PLC0415 - heavy
        from av.codec.codec import UnknownCodecError  # noqa: PLC0415
    except (ImportError, OSError):
        return  # said above
    yield Finding(part, "FFmpeg", av.ffmpeg_version_info)
    for name, decoders in DECODERS.items():
        there = []
        for decoder in decoders:
            try:
                there.append(av.Codec(decoder, "r").name)
            except UnknownCodecError:
                continue
        if there:
            yield Finding(part, name, there[0])
        else:
            yield Finding(part, name, "no decoder", State.BROKEN, f"{_AGAIN}av")


def _models() -> Iterator[Finding]:
    for state in check_models():
        name = state.model.name
        if state.whole:
            yield Finding("Models", name, f"whole, {state.model.sha256[:8]}")
        else:
            advice = f"{_AGAIN}quietwatch"
            yield Finding("Models", name, "missing or damaged", State.BROKEN, advice)


def _machine() -> Iterator[Finding]:
    import psutil  # noqa: PLC0415 - heavy

    part = "Machine"
    yield Finding(part, "System", f"{platform.system()} {platform.release()} {platform.machine()}")
    cores = len(os.sched_getaffinity(0))
    yield Finding(part, "Processor", f"{cores} cores for us; {_processor()}")
    memory = psutil.virtual_memory()
    value = f"{memory.available / 2**30:.1f} GiB free of {memory.total / 2**30:.1f}"
    yield Finding(part, "Memory", value)
    yield from _gpus(*_devices(DEVICES), _seen_by_tensorflow())


def _processor() -> str:
    """What of the processor matters for inference, as Linux tells it."""
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError:
        return platform.processor() or "unknown"
    facts = {
        key.strip(): value.strip() for key, _, value in (line.partition(":") for line in lines)
    }
    flags = set(facts.get("flags", facts.get("Features", "")).split())
    known = ("avx2", "fma", "avx512f", "avx512_vnni", "avx_vnni", "amx_int8", "asimd", "asimddp")
    told = " ".join(flag for flag in known if flag in flags)
    return f"{printable(facts.get('model name', 'unknown'))}; {told or 'no vector extensions'}"


def _devices(folder: Path) -> tuple[list[str], list[str]]:
    """NVIDIA's GPUs and all others, by their device files; those closed to us say so."""
    nvidia = sorted(folder.glob("nvidia[0-9]*"))
    others = sorted(folder.glob("dri/renderD*"))
    return [_opened(path) for path in nvidia], [_opened(path) for path in others]


def _opened(device: Path) -> str:
    closed = not os.access(device, os.R_OK | os.W_OK)
    return f"{printable(device)} (closed to this account)" if closed else printable(device)


def _seen_by_tensorflow() -> list[str] | None:
    """GPUs that TensorFlow can use, None without it; it is imported only where it is installed."""
    if find_spec("tensorflow") is None:
        return None
    try:
        tensorflow = import_module("tensorflow")
    except (ImportError, OSError):  # OSError: a shared library
        return None
    return [device.name for device in tensorflow.config.list_physical_devices("GPU")]


def _gpus(nvidia: list[str], others: list[str], seen: list[str] | None) -> Iterator[Finding]:
    """What there is to speed things up, and whether anything here makes use of it.

    Args:
        nvidia: GPUs of NVIDIA that the system has; `others` are the rest, or NVIDIA's once more.
        others: see `nvidia`.
        seen: those that TensorFlow can use, None where it can't be asked.
    """
    there = ", ".join(nvidia + others) or "none that the system shows in /dev"
    if seen:
        used = f"TensorFlow uses {', '.join(seen)}, for SavedModel detectors alone"
        yield Finding("Machine", "GPU", f"{there}; {used}")
    elif not nvidia:
        used = "; nothing here can use it: models run on the processor" if others else ""
        yield Finding("Machine", "GPU", there + used)
    else:
        used = f"{there}; not used: models run on the processor"
        advice = "SavedModel detectors can use it, with TensorFlow and NVIDIA's CUDA libraries"
        install = "pip install 'tensorflow[and-cuda]'" if seen is not None else _EXTRA_TRAIN
        yield Finding("Machine", "GPU", used, State.OPTIONAL, f"{advice}: {install}")


def _home(home: Path) -> Iterator[Finding]:
    part = "Home"
    there = home
    shown = printable(home)
    try:
        # A link that leads nowhere is there, and no folder can be made in its place.
        while not (there.exists() or there.is_symlink() or there == there.parent):
            there = there.parent
            shown = f"{printable(home)} (made by the first run)"
        with tempfile.TemporaryFile(dir=there):
            pass
        free = shutil.disk_usage(there).free
    except OSError as error:
        advice = "let this account write there, or name another home with --home"
        yield Finding(part, "Folder", f"{printable(home)}: {error.strerror}", State.BROKEN, advice)
        return
    yield Finding(part, "Folder", shown)
    low = free < _FREE
    yield Finding(
        part,
        "Free space",
        f"{free / 2**30:.1f} GiB",
        State.BROKEN if low else State.OK,
        "free some space, or name a home on another disk with --home" if low else "",
    )


def _extras() -> Iterator[Finding]:
    from importlib.metadata import version  # noqa: PLC0415 - slow

    for extra, module, purpose in EXTRAS:
        if find_spec(module) is None:
            advice = f"for {purpose}: pip install 'quietwatch[{extra}]'"
            yield Finding("Extras", extra, "not installed", State.OPTIONAL, advice)
        else:
            yield Finding("Extras", extra, f"{module} {version(module)}")
