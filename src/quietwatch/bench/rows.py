"""What every part of the results is."""

from pydantic import BaseModel, ConfigDict


class Row(BaseModel):
    """A part of the results: frozen, told as JSON, unknown keys refused."""

    model_config = ConfigDict(extra="forbid", frozen=True)
