"""Settings: typed, bounded, unknown keys refused; each field tells its default, unit and meaning.

docs/settings.md is held to this file by a test.
"""

import os
import tomllib
from pathlib import Path
from typing import Annotated
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError

from quietwatch.errors import ConfigError
from quietwatch.model import Kind
from quietwatch.names import DEFAULT_SITE, DEFAULT_TENANT, printable

SETTINGS_FILE = "quietwatch.toml"
"""Looked for in the home folder when no file is named."""

_SLUG = r"^[a-z0-9][a-z0-9-]{0,62}$"


def _known_zone(name: str) -> str:
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise ValueError(f"no time zone is called {name!r}") from error
    return name


class _Section(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class SourceSettings(_Section):
    """Whose footage it is and how its names are read."""

    tenant: str = Field(DEFAULT_TENANT, pattern=_SLUG, description="tenant the footage belongs to")
    site: str = Field(DEFAULT_SITE, pattern=_SLUG, description="site the cameras stand at")
    timezone: Annotated[str, AfterValidator(_known_zone)] = Field(
        "UTC", description="time zone in which times in file names are read (IANA name)"
    )


class MediaSettings(_Section):
    """Bounds on what is decoded."""

    max_pixels: int = Field(
        2**26, ge=2**10, le=2**29, description="largest picture that is decoded, pixels"
    )
    stills_rate: float = Field(
        1.0, gt=0, le=60, description="pictures a second in a folder of numbered stills"
    )
    decoder_threads: int = Field(
        1, ge=1, le=16, description="threads a decoder; more add memory for each frame in flight"
    )


class VisionSettings(_Section):
    """Perception: what of the footage is looked at, and how closely."""

    model: str = Field(
        "efficientdet-lite0", min_length=1, description="detector: a shipped name or a path"
    )
    rate: float = Field(5.0, gt=0, le=30, description="pictures a second that are looked at")
    motion_width: int = Field(
        320, ge=64, le=1920, description="width of the picture in which motion is sought, pixels"
    )
    look_score: float = Field(
        0.25, ge=0.05, le=0.9, description="lowest detector score that counts as a find"
    )
    max_regions: int = Field(
        8, ge=1, le=64, description="most regions a picture that the detector looks at"
    )
    inference_threads: int = Field(
        1, ge=1, le=16, description="threads of the detector; results are repeatable with one"
    )


class JudgeSettings(_Section):
    """Judgement: what is watched for and how much evidence an alarm needs."""

    threats: tuple[Kind, ...] = Field(
        (Kind.PERSON, Kind.VEHICLE), description="kinds that may raise an alarm"
    )
    alarm_score: float = Field(
        0.7, gt=0, lt=1, description="probability from which an event is an alarm"
    )
    review_score: float = Field(
        0.35, gt=0, lt=1, description="probability from which an event is shown for review"
    )
    incident_gap: float = Field(
        60.0, ge=0, le=3600, description="alarms of a camera closer than this are one incident, s"
    )


class RunSettings(_Section):
    """Workers and their bounds."""

    workers: int = Field(
        0, ge=0, le=256, description="worker processes; 0 takes one a processor core"
    )
    memory_mb: int = Field(2048, ge=256, le=2**20, description="most memory a worker may take, MiB")
    stall_s: float = Field(
        60.0, gt=0, le=3600, description="a worker without progress for so long is ended, s"
    )
    clip_s: float = Field(21600.0, gt=0, le=604800, description="most time one clip may take, s")
    tries: int = Field(3, ge=1, le=10, description="how often a clip is tried when its worker dies")


class Settings(_Section):
    """All settings, one section a part."""

    source: SourceSettings = SourceSettings()
    media: MediaSettings = MediaSettings()
    vision: VisionSettings = VisionSettings()
    judge: JudgeSettings = JudgeSettings()
    run: RunSettings = RunSettings()


def load(home: Path, file: Path | None = None) -> Settings:
    """Read the settings file: the one named, else `quietwatch.toml` in the home, else defaults.

    Raises:
        ConfigError: the named file is not there or can't be read, or it has an unknown key or a
            value out of bounds.
    """
    path = file or home / SETTINGS_FILE
    try:
        text = path.read_text(encoding="utf-8")
    except FileNotFoundError:
        if file is None:
            return Settings()
        raise ConfigError(f"{printable(path)} is not there") from None
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(f"{printable(path)} can't be read: {error}") from error
    try:
        return Settings.model_validate(tomllib.loads(text))
    except tomllib.TOMLDecodeError as error:
        raise ConfigError(f"{printable(path)} is not TOML: {error}") from error
    except ValidationError as error:
        problems = "; ".join(
            f"{'.'.join(str(part) for part in problem['loc'])}: {problem['msg']}"
            for problem in error.errors()
        )
        raise ConfigError(f"{printable(path)}: {problems}") from error


def default_home() -> Path:
    """Where results live unless told otherwise: QUIETWATCH_HOME, else ~/.quietwatch."""
    named = os.environ.get("QUIETWATCH_HOME")
    return Path(named) if named else Path.home() / ".quietwatch"
