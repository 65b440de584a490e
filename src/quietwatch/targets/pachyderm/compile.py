"""Our two stages as Pachyderm pipelines: what a datum is, what runs on it, and within which bounds.

A datum of both is an hour of a camera: clips of one camera within one hour (UTC) are one stream,
whose state passes from clip to clip, so its clips can't be shared out. Paths in `footage` and
`analysis` begin with site/camera/YYYY/MM/DD/YYYYMMDDTHH, and `HOURS` reads the hour from them.

Sources: https://docs.pachyderm.com/latest/build-dags/pipeline-spec/ (input-group, input-join,
transform, reprocess-spec), and of github.com/pachyderm/pachyderm src/server/worker/datum/worker.go
(how group, join and cross make datums) and src/server/pps/server/api_server.go (what a spec must
hold, when a salt changes). docs/design/009-engine.md says what follows from them.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Final

from quietwatch.errors import InvalidName, UsageError
from quietwatch.names import SLUG, printable
from quietwatch.pipeline.stages import ANALYZE_VERSION, DECIDE_VERSION
from quietwatch.targets.pachyderm.spec import (
    DatumSets,
    Egress,
    Input,
    Metadata,
    Named,
    Parallelism,
    Pfs,
    Pipeline,
    PipelineName,
    Resources,
    Transform,
    Trigger,
    to_json,
)
from quietwatch.targets.pachyderm.worker import DATUMS, STAGE_VERSION

# A capture is `(`; `*(`, `?(`, `+(`, `@(` and `!(` mean something else: none may stand before it.
# The key has its slashes, lest site `a` with camera `bc` be site `ab` with camera `c`.
HOURS: Final = "/(*)/(*)/*/*/*/(????????T??)*"
HOUR: Final = "$1/$2/$3"

BRANCH: Final = "main"
USER: Final = "quietwatch"
"""Must be in /etc/passwd of the image, where Pachyderm looks it up; it doesn't run without it."""

# An hour is worth analyzing once it is over: a clip that comes later has all its hour made again.
_EVERY_HOUR: Final = Trigger(branch=BRANCH, cron_spec="7 * * * *")

_PROJECT: Final = re.compile(SLUG)
_IMAGE: Final = re.compile(r"[a-z0-9][A-Za-z0-9._:/@-]*")
_BUCKET: Final = re.compile(r"(s3|gs|wasb)://[^\s@?]+")


@dataclass(frozen=True, slots=True)
class Wishes:
    """What a cluster and its owner decide.

    Args:
        tenant: whose pipelines; its project in Pachyderm is named so.
        image: that holds Quietwatch, as Kubernetes names it.
        workers: most at once, for each stage.
        egress: folder of a bucket to which events are copied; nowhere by default.

    Raises:
        InvalidName: the tenant is no slug.
        UsageError: the image or the folder can't be one.
    """

    tenant: str
    image: str
    workers: int = 4
    egress: str | None = None

    def __post_init__(self) -> None:
        if not _PROJECT.fullmatch(self.tenant):
            raise InvalidName(
                f"'{printable(self.tenant)}' names no tenant; write small letters, digits and -"
            )
        if not _IMAGE.fullmatch(self.image):
            raise UsageError(
                f"'{printable(self.image)}' names no image; write it as in registry/quietwatch:1.2"
            )
        if self.egress is not None and not _BUCKET.fullmatch(self.egress):
            raise UsageError(
                "the folder for events must be a URL such as s3://bucket/folder, without keys in "
                "it; Pachyderm has its own"
            )


@dataclass(frozen=True, slots=True)
class _Stage:
    """What tells one stage from the other."""

    name: str
    version: int
    output: str
    about: str
    folders: tuple[str, ...]
    datums: int
    cores: float
    memory: tuple[str, str]
    disk: str
    datum: timedelta
    job: timedelta


_ANALYZE: Final = _Stage(
    name="analyze",
    version=ANALYZE_VERSION,
    output="analysis",
    about="Quietwatch analyze, version {}: footage to tracks, an hour of a camera at a time.",
    folders=("footage", "optics", "models"),
    datums=12,
    cores=1,
    memory=("1Gi", "3Gi"),
    disk="8Gi",
    datum=timedelta(hours=3),
    job=timedelta(days=14),
)
_DECIDE: Final = _Stage(
    name="decide",
    version=DECIDE_VERSION,
    output="events",
    about="Quietwatch decide, version {}: tracks to events, an hour of a camera at a time.",
    folders=("analysis", "rules"),
    datums=240,
    cores=0.5,
    memory=("512Mi", "2Gi"),
    disk="2Gi",
    datum=timedelta(minutes=10),
    job=timedelta(days=1),
)


def compiled(wishes: Wishes) -> dict[str, Pipeline]:
    """Both pipelines by the name of their stage, in the order in which they must be created."""
    analyze = _pipeline(_ANALYZE, wishes, trigger=_EVERY_HOUR)
    egress = None if wishes.egress is None else Egress(wishes.egress)
    decide = _pipeline(_DECIDE, wishes, egress=egress)
    return {_ANALYZE.name: analyze, _DECIDE.name: decide}


def specs(wishes: Wishes) -> Mapping[str, Any]:
    """The same as JSON has it."""
    return {name: to_json(pipeline) for name, pipeline in compiled(wishes).items()}


def _pipeline(
    stage: _Stage,
    wishes: Wishes,
    *,
    trigger: Trigger | None = None,
    egress: Egress | None = None,
) -> Pipeline:
    version = str(stage.version)
    low, high = stage.memory
    return Pipeline(
        pipeline=PipelineName(stage.output, Named(wishes.tenant)),
        description=stage.about.format(version),
        metadata=Metadata({"quietwatch/stage": stage.name, "quietwatch/stage-version": version}),
        input=_input(stage, wishes.tenant, trigger),
        output_branch=BRANCH,
        transform=Transform(
            image=wishes.image,
            cmd=_command(stage, wishes.tenant),
            # Run for a datum that failed: it counts as recovered, and the job goes on without it.
            err_cmd=("true",),
            env={DATUMS: "pachyderm", STAGE_VERSION: version},
            accept_return_code=(3,),  # some clips were unusable; each is named, the rest is done
            user=USER,
            datum_batching=True,
        ),
        parallelism_spec=Parallelism(wishes.workers),
        autoscaling=True,
        resource_requests=Resources(stage.cores, low, stage.disk),
        resource_limits=Resources(stage.cores, high, stage.disk),
        datum_set_spec=DatumSets(stage.datums),
        datum_timeout=stage.datum,
        datum_tries=3,
        job_timeout=stage.job,
        reprocess_spec="until_success",
        egress=egress,
    )


def _input(stage: _Stage, tenant: str, trigger: Trigger | None) -> Input:
    """The hours of one repo, each with the whole of the others."""
    first, *others = stage.folders
    branch = BRANCH if trigger is None else f"{BRANCH}-hourly"
    hours = Pfs(tenant, first, first, branch, HOURS, group_by=HOUR, trigger=trigger)
    whole = (Pfs(tenant, name, name, BRANCH, "/") for name in others)
    return Input(cross=(Input(group=(Input(pfs=hours),)), *(Input(pfs=one) for one in whole)))


def _command(stage: _Stage, tenant: str) -> tuple[str, ...]:
    ins = (word for name in stage.folders for word in ("--in", f"{name}=/pfs/{name}"))
    return ("quietwatch", "stage", stage.name, *ins, "--tenant", tenant, "--out", "/pfs/out")
