"""The part of Pachyderm's pipeline specification that is used here, as values.

Fields have the names of the specification, so that a value turns into JSON without a table between
them: https://docs.pachyderm.com/latest/build-dags/pipeline-spec/full-spec/. What is left out has
Pachyderm's default.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, fields, is_dataclass
from datetime import timedelta
from typing import Any


@dataclass(frozen=True, slots=True)
class Named:
    """A project, by its name."""

    name: str


@dataclass(frozen=True, slots=True)
class PipelineName:
    """A pipeline and the repo that it writes, which Pachyderm names alike."""

    name: str
    project: Named


@dataclass(frozen=True, slots=True)
class Trigger:
    """When a branch follows another: at the times of a cron expression."""

    branch: str
    cron_spec: str


@dataclass(frozen=True, slots=True)
class Pfs:
    """Files of a repo, one unit for each path that `glob` matches.

    Args:
        project: of the repo.
        name: folder below /pfs in which the stage finds them.
        repo: that holds them.
        branch: that is read.
        glob: paths, `*` and `?` within a folder, `(...)` a numbered capture.
        group_by: key of a path, with `$1` for what the first capture took.
        trigger: moves the branch; else whoever commits does.
    """

    project: str
    name: str
    repo: str
    branch: str
    glob: str
    group_by: str = ""
    trigger: Trigger | None = None


@dataclass(frozen=True, slots=True)
class Input:
    """Where datums come from; exactly one field is given.

    Args:
        pfs: a datum for each match.
        group: one datum of all matches that have the same key.
        cross: a datum for each combination.
    """

    pfs: Pfs | None = None
    group: "tuple[Input, ...]" = ()
    cross: "tuple[Input, ...]" = ()


@dataclass(frozen=True, slots=True)
class Transform:
    """What is run, in which image, as whom."""

    image: str
    cmd: tuple[str, ...]
    err_cmd: tuple[str, ...]
    env: Mapping[str, str]
    accept_return_code: tuple[int, ...]
    user: str
    datum_batching: bool


@dataclass(frozen=True, slots=True)
class Resources:
    """What a worker is given: processor cores, and memory and disk as Kubernetes writes them."""

    cpu: float
    memory: str
    disk: str


@dataclass(frozen=True, slots=True)
class Parallelism:
    """Most workers at once."""

    constant: int


@dataclass(frozen=True, slots=True)
class DatumSets:
    """Datums that a worker takes at a time."""

    number: int


@dataclass(frozen=True, slots=True)
class Metadata:
    """What Kubernetes shows of the workers."""

    annotations: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Egress:
    """Folder of a bucket to which output is copied after each job; the specification writes URL."""

    URL: str


@dataclass(frozen=True, slots=True)
class Pipeline:
    """A pipeline, as `pachctl create pipeline` takes it."""

    pipeline: PipelineName
    description: str
    metadata: Metadata
    input: Input
    output_branch: str
    transform: Transform
    parallelism_spec: Parallelism
    autoscaling: bool
    resource_requests: Resources
    resource_limits: Resources
    datum_set_spec: DatumSets
    datum_timeout: timedelta
    datum_tries: int
    job_timeout: timedelta
    reprocess_spec: str
    egress: Egress | None = field(default=None, kw_only=True)


def to_json(value: object) -> Any:
    """A value as JSON has it: fields that say nothing are left out, durations are `3600s`."""
    if is_dataclass(value):
        told = {one.name: getattr(value, one.name) for one in fields(value)}
        return {name: to_json(part) for name, part in told.items() if part not in (None, "", ())}
    if isinstance(value, Mapping):
        return {name: to_json(part) for name, part in value.items()}
    if isinstance(value, tuple):
        return [to_json(part) for part in value]
    if isinstance(value, timedelta):
        return f"{value // timedelta(seconds=1)}s"
    return value
