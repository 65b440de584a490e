"""Settings: typed, bounded, unknown keys refused; each field tells its default, unit and meaning.

docs/settings.md is held to this file by a test.
"""

import os
import tomllib
from pathlib import Path
from typing import Annotated, Self

from pydantic import (
    AfterValidator,
    Field,
    ValidationError,
    model_validator,
)
from pydantic_core import ErrorDetails

from quietwatch.camera.policy import Policy, PrivacySettings, Section, TimeZone
from quietwatch.errors import ConfigError
from quietwatch.model import CLASSES, Kind
from quietwatch.names import DEFAULT_SITE, DEFAULT_TENANT, SLUG, printable

SETTINGS_FILE = "quietwatch.toml"
"""Looked for in the home folder when no file is named."""

_SLUG = f"^{SLUG}$"


def _nameable(kind: Kind) -> Kind:
    if kind not in CLASSES:
        raise ValueError(f"no detector names what is {kind}; name {', '.join(CLASSES)}")
    return kind


class SourceSettings(Section):
    """Whose footage it is and how its names are read."""

    tenant: str = Field(DEFAULT_TENANT, pattern=_SLUG, description="tenant the footage belongs to")
    site: str = Field(DEFAULT_SITE, pattern=_SLUG, description="site the cameras stand at")
    timezone: TimeZone = Field(
        "UTC", description="time zone in which times in file names are read (IANA name)"
    )


class MediaSettings(Section):
    """Bounds on what is decoded."""

    max_pixels: int = Field(
        2**26, ge=2**10, le=2**29, description="largest picture that is decoded, pixels"
    )
    stills_rate: float = Field(
        1.0, gt=0, le=60, description="pictures a second in a folder of numbered stills"
    )
    decoder_threads: int = Field(
        1,
        ge=1,
        le=16,
        description="threads a decoder; more help only streams coded in slices",
    )


class VisionSettings(Section):
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
        8, ge=1, le=64, description="most regions a picture that are cut around what moves"
    )
    second_model: str = Field(
        "efficientdet-lite2",
        min_length=1,
        description="detector of second looks: a shipped name or a path",
    )
    second_looks: int = Field(
        4,
        ge=0,
        le=100,
        description="most second looks at a track that is not sure, and half as many more at what "
        "may crawl; 0: none",
    )
    inference_threads: int = Field(
        1, ge=1, le=16, description="threads of the detector; results are repeatable with one"
    )

    @property
    def models(self) -> tuple[str, ...]:
        """All models that looking takes: that of the second looks is the last, if there are any."""
        return (self.model, self.second_model) if self.second_looks else (self.model,)


class JudgeSettings(Policy):
    """Judgement: what is watched for and how much evidence an alarm needs."""

    threats: tuple[Annotated[Kind, AfterValidator(_nameable)], ...] = Field(
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
    memory_days: int = Field(
        14, ge=0, le=60, description="what was found in a place is remembered so long, days; 0: not"
    )
    memory_times: int = Field(
        3, ge=2, le=1000, description="hours in which a thing must have been found to be known"
    )
    memory_spread_h: float = Field(
        6.0, ge=1, le=1000, description="least time from its first find to its last, hours"
    )
    dismissed_days: int = Field(
        90, ge=0, le=365, description="what somebody dismissed is known so long, days; 0: never"
    )

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.review_score > self.alarm_score:
            raise ValueError(
                f"review_score ({self.review_score:g}) must not be above alarm_score "
                f"({self.alarm_score:g})"
            )
        return self


class RunSettings(Section):
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


class WatchSettings(Section):
    """How `quietwatch watch` learns of footage."""

    settle_s: float = Field(
        5.0, gt=0, le=3600, description="a file is taken when it was not written to for so long, s"
    )
    poll_s: float = Field(
        30.0, gt=0, le=86400, description="buckets are asked for new objects so often, s"
    )
    reconcile_s: float = Field(
        900.0, gt=0, le=604800, description="all sources are looked through so often, s"
    )


class CameraKeep(Section):
    """What holds for some cameras instead; what is left out is as for all."""

    camera: str = Field(
        pattern=rf"^{SLUG}/(?:{SLUG}|\*)$", description="SITE/CAMERA, or SITE/* for all of a site"
    )
    footage_days: int | None = Field(None, ge=0, le=36500, description="see above")
    alarm_days: int | None = Field(None, ge=0, le=36500, description="see above")
    review_days: int | None = Field(None, ge=0, le=36500, description="see above")


class KeepSettings(Section):
    """How long footage and history are kept."""

    footage_days: int = Field(
        30, ge=0, le=36500, description="footage is kept so long, days; 0: for ever"
    )
    alarm_days: int = Field(
        365, ge=0, le=36500, description="clips with an alarm are kept so long, days; 0: for ever"
    )
    review_days: int = Field(
        90,
        ge=0,
        le=36500,
        description="clips with an event for review are kept so long, days; 0: for ever",
    )
    history_days: int = Field(
        90,
        ge=0,
        le=36500,
        description="replaced analyses, files of events and of memory are kept so long, days; "
        "0: for ever",
    )
    grace_s: float = Field(
        3600.0,
        ge=0,
        le=604800,
        description="what nothing needs is removed when that was so for so long, s",
    )
    audit_days: int = Field(
        0,
        ge=0,
        le=36500,
        description="lines of the audit log are kept so long, days; 0: for ever",
    )
    cameras: tuple[CameraKeep, ...] = Field(
        (), description="other days for some cameras; the last that names a camera holds"
    )


class Settings(Section):
    """All settings, one section a part."""

    source: SourceSettings = SourceSettings()
    media: MediaSettings = MediaSettings()
    vision: VisionSettings = VisionSettings()
    privacy: PrivacySettings = PrivacySettings()
    judge: JudgeSettings = JudgeSettings()
    run: RunSettings = RunSettings()
    watch: WatchSettings = WatchSettings()
    keep: KeepSettings = KeepSettings()


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
    except OSError as error:
        raise ConfigError(f"{printable(path)} can't be read: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise ConfigError(f"{printable(path)} is not text in UTF-8; save it as that") from error
    try:
        return Settings.model_validate(tomllib.loads(text))
    except tomllib.TOMLDecodeError as error:
        raise ConfigError(printable(f"{path} is not TOML: {error}")) from error
    except ValidationError as error:
        problems = "; ".join(_problem(details) for details in error.errors())
        raise ConfigError(printable(f"{path}: {problems}")) from error


def _problem(details: ErrorDetails) -> str:
    place = ".".join(str(part) for part in details["loc"])
    if details["type"] == "extra_forbidden":
        return f"{place} is not a setting; see docs/settings.md for those there are"
    return f"{place}: {details['msg'].removeprefix('Value error, ')}"


def default_home() -> Path:
    """Where results live unless told otherwise: QUIETWATCH_HOME, else ~/.quietwatch.

    Raises:
        ConfigError: nobody says where, and this user has no home folder.
    """
    named = os.environ.get("QUIETWATCH_HOME")
    if named:
        return Path(named)
    try:
        return Path.home() / ".quietwatch"
    except RuntimeError as error:  # in a container, a user without an entry of its own
        raise ConfigError("this user has no home folder; name one with --home") from error
