"""What the pipelines make datums of, on a tree of cameras and hours, and what they are given."""

import itertools
import re
from collections import Counter
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quietwatch import names
from quietwatch.errors import InvalidName, UsageError
from quietwatch.model import Camera, Clip
from quietwatch.targets.pachyderm.compile import HOUR, HOURS, Wishes, compiled, specs

if TYPE_CHECKING:
    from tests.unit.targets.pachyderm.conftest import Simulator

SPECS = specs(Wishes("home", "quietwatch:test"))
MIDNIGHT = datetime(2026, 11, 23, 22, 59, 50, tzinfo=UTC)
Hour = tuple[str, str, str]


def clip(site: str, camera: str, start: datetime, number: int = 0) -> Clip:
    sha256 = f"{number:08x}" + "0" * 56
    owner = Camera("home", site, camera)
    return Clip(owner, sha256, 1, start, "name", 10.0, 640, 480, "h264", "mp4")


def path(one: Clip, ending: str = "") -> str:
    return f"/{names.clip_path(one)}{ending}"


def hour(one: Clip) -> Hour:
    return one.camera.site, one.camera.name, f"{one.start:%Y%m%dT%H}"


# Names that run into one another, minutes around full hours and midnight, two clips of one moment.
CLIPS = tuple(
    clip(site, camera, MIDNIGHT + timedelta(minutes=minutes), number)
    for (site, camera), minutes, number in itertools.product(
        [("a", "bc"), ("ab", "c"), ("a", "b"), ("main", "door"), ("main", "door-2")],
        [-1440, -60, 0, 1, 30, 61, 90, 44640],
        [1, 2],
    )
)
REPOS: Mapping[str, Mapping[str, str]] = {
    "footage": {path(one): one.sha256 for one in CLIPS},
    "analysis": {path(one, ending): "" for one in CLIPS for ending in (".pack", ".state")},
    "optics": {"/default.json": "{}", "/main/door.json": "{}"},
    "models": {"/model.tflite": "weights"},
    "rules": {"/default.json": "{}", "/a/bc.json": "{}"},
}
FIRST = {"analyze": "footage", "decide": "analysis"}
OTHERS = {"analyze": ("optics", "models"), "decide": ("rules",)}


@pytest.fixture(params=["analyze", "decide"])
def stage(request: pytest.FixtureRequest) -> str:
    return str(request.param)


def changed(repo: str, where: str, content: str) -> dict[str, Mapping[str, str]]:
    return {**REPOS, repo: {**REPOS[repo], where: content}}


def anew(
    pachyderm: "Simulator", stage: str, repos: Mapping[str, Mapping[str, str]]
) -> list[dict[str, str]]:
    """What lies in the first folder of each datum that is processed again after a change."""
    before = {pachyderm.digest(one) for one in pachyderm.datums(SPECS[stage]["input"], REPOS)}
    after = pachyderm.datums(SPECS[stage]["input"], repos)
    new = [one for one in after if pachyderm.digest(one) not in before]
    return [pachyderm.files(one, FIRST[stage]) for one in new]


def test_a_datum_is_an_hour_of_a_camera_whole_and_alone(pachyderm: "Simulator", stage: str) -> None:
    endings = {"analyze": ("",), "decide": (".pack", ".state")}[stage]
    wanted: dict[Hour, set[str]] = {}
    for one in CLIPS:
        wanted.setdefault(hour(one), set()).update(path(one, ending) for ending in endings)
    found = [
        set(pachyderm.files(datum, FIRST[stage]))
        for datum in pachyderm.datums(SPECS[stage]["input"], REPOS)
    ]
    assert sorted(map(sorted, found)) == sorted(map(sorted, wanted.values()))
    assert Counter(itertools.chain(*found)) == Counter(REPOS[FIRST[stage]].keys())


def test_each_datum_has_the_other_repos_whole(pachyderm: "Simulator", stage: str) -> None:
    for datum in pachyderm.datums(SPECS[stage]["input"], REPOS):
        for name in OTHERS[stage]:
            assert pachyderm.files(datum, name) == REPOS[name]


def test_no_two_datums_write_one_path(pachyderm: "Simulator", stage: str) -> None:
    """Pachyderm fails a job for that, also where one is a folder and the other a file in it."""
    written = [
        {found.removesuffix(".mp4") for found in pachyderm.files(datum, FIRST[stage])}
        for datum in pachyderm.datums(SPECS[stage]["input"], REPOS)
    ]
    paths = list(itertools.chain(*written))
    assert len(paths) == len(set(paths))
    folders = {found.rpartition("/")[0] for found in paths}
    assert not folders & set(paths)


def test_an_empty_repo_makes_no_datums(pachyderm: "Simulator", stage: str) -> None:
    """So a tenant needs a model and both default.json before anything runs."""
    for name in (FIRST[stage], *OTHERS[stage]):
        assert pachyderm.datums(SPECS[stage]["input"], {**REPOS, name: {}}) == []


def test_a_new_clip_does_its_own_hour_again(pachyderm: "Simulator") -> None:
    new = clip("main", "door", MIDNIGHT + timedelta(minutes=2), 7)
    (again,) = anew(pachyderm, "analyze", changed("footage", path(new), "new"))
    assert {found for found in again if found != path(new)} == {
        path(one) for one in CLIPS if hour(one) == hour(new)
    }


def test_a_new_camera_or_hour_does_itself_alone(pachyderm: "Simulator") -> None:
    for new in (
        clip("main", "yard", MIDNIGHT),
        clip("main", "door", MIDNIGHT + timedelta(hours=9)),
    ):
        assert anew(pachyderm, "analyze", changed("footage", path(new), "new")) == [
            {path(new): "new"}
        ]


def test_rules_judge_all_again_and_touch_no_pixel(pachyderm: "Simulator") -> None:
    repos = changed("rules", "/main/door.json", '{"zones": []}')
    assert len(anew(pachyderm, "decide", repos)) == len({hour(one) for one in CLIPS})
    assert anew(pachyderm, "analyze", repos) == []


def test_optics_of_one_camera_do_every_camera_again(pachyderm: "Simulator") -> None:
    """What a cross costs; docs/design/009-engine.md says why it is one."""
    repos = changed("optics", "/main/door.json", '{"mask": []}')
    assert len(anew(pachyderm, "analyze", repos)) == len({hour(one) for one in CLIPS})


OF_CAMERA = {"join_on": "$1/$2", "outer_join": True}
FOOTAGE = {"name": "footage", "repo": "footage", "glob": HOURS, "group_by": HOUR, **OF_CAMERA}
OPTICS = {"name": "optics", "repo": "optics", "glob": "/(*)/(*).json", **OF_CAMERA}


class TestWhyNoJoin:
    """Optics joined to hours of a camera: what Pachyderm would make of it."""

    def test_a_join_takes_groups_apart(self, pachyderm: "Simulator") -> None:
        joined = {"join": [{"group": [{"pfs": FOOTAGE}]}, {"pfs": OPTICS}]}
        found = pachyderm.datums(joined, REPOS)
        assert {len(pachyderm.files(datum, "footage")) for datum in found} == {1}

    def test_a_group_parts_what_was_joined(self, pachyderm: "Simulator") -> None:
        grouped = {"group": [{"join": [{"pfs": FOOTAGE}, {"pfs": OPTICS}]}]}
        for datum in pachyderm.datums(grouped, REPOS):
            assert len({match.name for match in datum}) == 1

    def test_hours_that_are_folders_could_be_joined(self, pachyderm: "Simulator") -> None:
        folder = "/{0.camera.site}/{0.camera.name}/{0.start:%Y/%m/%d/%H}/{0.sha256}.mp4"
        hours = {**FOOTAGE, "glob": "/(*)/(*)/*/*/*/*"}
        repos = {**REPOS, "footage": {folder.format(one): "" for one in CLIPS}}
        found = pachyderm.datums({"join": [{"pfs": hours}, {"pfs": OPTICS}]}, repos)
        assert len(found) == len({hour(one) for one in CLIPS})
        for datum in found:
            of_door = all("/main/door/" in one for one in pachyderm.files(datum, "footage"))
            assert len(pachyderm.files(datum, "optics")) == of_door


def test_a_key_without_slashes_would_mix_cameras(pachyderm: "Simulator") -> None:
    pfs = {**FOOTAGE, "group_by": HOUR.replace("/", "")}
    found = pachyderm.datums({"group": [{"pfs": pfs}]}, REPOS)
    assert len(found) < len({hour(one) for one in CLIPS})


SLUGS = st.from_regex(names.SLUG, fullmatch=True)
TIMES = st.datetimes(datetime(1970, 1, 1), datetime(2200, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001


@given(site=SLUGS, camera=SLUGS, start=TIMES)
def test_every_path_of_footage_has_its_hour(
    pachyderm: "Simulator", site: str, camera: str, start: datetime
) -> None:
    one = clip(site, camera, start.replace(microsecond=0))
    ((found,),) = pachyderm.datums({"pfs": FOOTAGE}, {"footage": {path(one): ""}})
    assert found.group_by == "/".join(hour(one))


def test_a_pipeline_writes_the_repo_that_the_next_one_reads() -> None:
    analyze, decide = compiled(Wishes("home", "quietwatch:test")).values()
    assert analyze.pipeline.name == "analysis"
    (group, *_) = decide.input.cross
    (hours,) = group.group
    assert hours.pfs is not None
    assert (hours.pfs.repo, hours.pfs.branch) == (analyze.pipeline.name, analyze.output_branch)


def test_names_of_inputs_are_folders_of_the_command(stage: str) -> None:
    """Pachyderm refuses a spec in which a name stands twice, or is `out`."""
    found = re.findall(r"'name': '([a-z]+)', 'repo'", str(SPECS[stage]["input"]))
    assert found == [FIRST[stage], *OTHERS[stage]]
    command = SPECS[stage]["transform"]["cmd"]
    assert command[3:-4:2] == ["--in"] * len(found)
    assert command[4:-4:2] == [f"{name}=/pfs/{name}" for name in found]
    assert command[-4:] == ["--tenant", "home", "--out", "/pfs/out"]


def test_a_tenant_is_a_project_of_its_own() -> None:
    text = str(specs(Wishes("bank-7", "quietwatch:test")))
    assert set(re.findall(r"'project': (?:\{'name': )?'([a-z0-9-]+)'", text)) == {"bank-7"}


def test_wishes_are_kept() -> None:
    wishes = Wishes("home", "registry/qw@sha256:00ff", workers=9, egress="s3://bucket/events")
    analyze, decide = specs(wishes).values()
    assert decide["egress"] == {"URL": "s3://bucket/events"}
    assert "egress" not in analyze
    for spec in (analyze, decide):
        assert spec["transform"]["image"] == "registry/qw@sha256:00ff"
        assert spec["parallelism_spec"] == {"constant": 9}


@pytest.mark.parametrize(
    ("wishes", "error"),
    [
        ({"tenant": "Bank"}, InvalidName),
        ({"tenant": "../x"}, InvalidName),
        ({"image": ""}, UsageError),
        ({"image": "two words"}, UsageError),
        ({"egress": "bucket/events"}, UsageError),
        ({"egress": "s3://key:secret@bucket/events"}, UsageError),
        ({"egress": "s3://bucket/events?token=secret"}, UsageError),
    ],
)
def test_what_can_not_be_is_refused(wishes: dict[str, Any], error: type[UsageError]) -> None:
    with pytest.raises(error) as caught:
        Wishes(**{"tenant": "home", "image": "quietwatch:test", **wishes})
    assert "secret" not in caught.value.detail
