"""What a camera's own settings may say beside how closely it is looked at: policy and privacy."""

from enum import StrEnum
from typing import Annotated, Self
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, model_validator

from quietwatch.camera.arming import Armed
from quietwatch.camera.shapes import Lines, Masks, Zones
from quietwatch.model import Polygon


def _known_zone(name: str) -> str:
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise ValueError(f"no time zone is called {name!r}") from error
    return name


TimeZone = Annotated[str, AfterValidator(_known_zone)]
"""An IANA name."""


class Sensitivity(StrEnum):
    """How readily a camera rings."""

    LOW = "low"
    NORMAL = "normal"
    HIGH = "high"


class Only(StrEnum):
    """What something must have done to ring, where that is asked for."""

    LOITERING = "loitering"
    LINE_CROSSING = "line-crossing"


class Tamper(StrEnum):
    """What is made of tampering with the camera."""

    ALARM = "alarm"
    REVIEW = "review"
    OFF = "off"


class Section(BaseModel):
    """A part of the settings: frozen, unknown keys refused."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Policy(Section):
    """Where, when and at what a camera rings: it changes verdicts and reasons, never the score."""

    zones: Zones = Field(
        (), max_length=100, description="polygons that are watched; the whole picture if none"
    )
    lines: Lines = Field((), max_length=100, description="lines that are crossed in a direction")
    loitering_s: float = Field(
        0.0, ge=0, le=86400, description="a person who stays so long loiters, s; 0: nobody does"
    )
    only: tuple[Only, ...] = Field(
        (), description="what alone rings: `loitering`, `line-crossing`; anything if none"
    )
    sensitivity: Sensitivity = Field(
        Sensitivity.NORMAL, description="`low`, `normal` or `high`: moves both scores"
    )
    tamper: Tamper = Field(
        Tamper.ALARM, description="tampering is an `alarm`, at most for `review`, or `off`"
    )
    smallest: float = Field(
        0.0, ge=0, le=1, description="height from which something counts, share of the picture's"
    )
    largest: float = Field(
        1.0, gt=0, le=1, description="height up to which it counts, share of the picture's"
    )
    armed: Armed = Field("always", description="`always`, `never`, or spans of time")
    timezone: TimeZone | None = Field(
        None, description="time zone of those spans (IANA name); spans need one"
    )
    latitude: float | None = Field(
        None, ge=-90, le=90, description="where the camera stands, degrees; the sun needs it"
    )
    longitude: float | None = Field(
        None, ge=-180, le=180, description="likewise, east of Greenwich"
    )

    @model_validator(mode="after")
    def _sized(self) -> Self:
        if self.smallest > self.largest:
            raise ValueError(
                f"smallest ({self.smallest:g}) must not be above largest ({self.largest:g})"
            )
        return self

    @model_validator(mode="after")
    def _timed(self) -> Self:
        spans = () if isinstance(self.armed, str) else self.armed
        if spans and self.timezone is None:
            raise ValueError("armed has spans: name the timezone in which they are meant")
        if any(span.needs_sun for span in spans) and None in {self.latitude, self.longitude}:
            raise ValueError("armed follows the sun: give the latitude and the longitude")
        return self

    @model_validator(mode="after")
    def _possible(self) -> Self:
        if Only.LINE_CROSSING in self.only and not self.lines:
            raise ValueError("only asks for line-crossing: draw one of the lines")
        loiters = self.loitering_s > 0 or any(zone.loitering_s > 0 for zone in self.zones)
        if Only.LOITERING in self.only and not loiters:
            raise ValueError("only asks for loitering: say after which time, in loitering_s")
        return self


class PrivacySettings(Section):
    """What of a camera's picture nobody may see."""

    masks: Masks = Field(
        (), max_length=100, description="polygons that are black for people and for the detector"
    )

    @property
    def polygons(self) -> tuple[Polygon, ...]:
        """The corners of the masks."""
        return tuple(mask.corners for mask in self.masks)
