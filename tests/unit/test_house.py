"""The house stays as it was designed: cheap checks that need no judgement."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
HOUSE = ROOT / "src" / "quietwatch"
TESTS = ROOT / "tests"

SOURCES = sorted(HOUSE.rglob("*.py"))
PACKAGES = sorted({path.parent for path in SOURCES})
PAGES = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")])

MOST_LINES = 350
DRAWERS = {"util", "utils", "helper", "helpers", "common", "misc", "tools", "base_utils"}
"""Names that say nothing of what is inside."""

SMALL = 30
"""Lines below which a file may go without a test file of its own name."""

TESTED_WITH = {
    "unit/test_public_door.py": ("__init__.py",),
    "unit/test_model.py": (
        *("model/__init__.py", "model/footage.py", "model/kinds.py", "model/pictures.py"),
        *("model/familiar.py", "model/measures.py", "model/tracks.py", "model/versions.py"),
    ),
    "unit/bench/scenes/test_catalogue.py": (
        *("bench/scenes/animals.py", "bench/scenes/decoys.py", "bench/scenes/foliage.py"),
        *("bench/scenes/figures.py", "bench/scenes/footage.py", "bench/scenes/hard.py"),
        *("bench/scenes/images.py", "bench/scenes/insects.py", "bench/scenes/light.py"),
        *("bench/scenes/objects.py", "bench/scenes/stage.py", "bench/scenes/weather.py"),
        "bench/scenes/tampering.py",
    ),
    "unit/cli/test_camera.py": ("cli/camera_files.py", "cli/camera_picture.py"),
    "unit/cli/test_camera_memory.py": ("cli/dismiss.py",),
    "unit/cli/test_end.py": ("cli/__init__.py",),
    "unit/cli/test_keep.py": ("cli/gc.py", "cli/keep_text.py"),
    "integration/test_watch.py": ("cli/watch.py",),
    "unit/cli/test_run.py": ("cli/options.py", "cli/output.py", "cli/text.py"),
    "unit/cli/test_small.py": ("cli/checks.py", "cli/demo.py"),
    "unit/cli/test_filters.py": ("cli/gathered.py",),
    "unit/cli/test_listing.py": ("cli/words.py",),
    "unit/cli/test_repo.py": (
        *("cli/branch.py", "cli/diff.py", "cli/get.py", "cli/log.py", "cli/ls.py"),
        *("cli/rows.py", "cli/selection.py", "cli/where.py"),
    ),
    "unit/cli/test_token.py": ("cli/audit.py", "cli/role.py"),
    "unit/bench/readers/test_camera_traps.py": ("bench/readers/__init__.py",),
    "unit/bench/page/test_page.py": (
        *("bench/page/cards.py", "bench/page/plots.py", "bench/page/tables.py"),
    ),
    "unit/bench/systems/test_plain.py": ("bench/systems/base.py",),
    "unit/bench/readers/test_virat.py": ("bench/readers/tracks.py",),
    "unit/events/test_validate.py": ("events/checks.py",),
    "unit/events/report/test_page.py": (
        *("events/report/cards.py", "events/report/choose.py", "events/report/document.py"),
        "events/report/figures.py",
        *("events/report/head.py", "events/report/sections.py", "events/report/timeline.py"),
        "events/report/value.py",
    ),
    "unit/events/report/test_parts.py": (
        *("events/report/axis.py", "events/report/markup.py", "events/report/phrase.py"),
        "events/report/picture.py",
    ),
    "unit/judge/features/test_themes.py": (
        *("judge/features/appearance.py", "judge/features/scene.py", "judge/features/scores.py"),
        "judge/features/shape.py",
    ),
    "unit/media/test_video.py": ("media/claims.py", "media/log.py"),
    "unit/media/test_stills.py": ("media/exif.py", "media/opening.py"),
    "contracts/test_catalog.py": (
        *("store/catalog/connect.py", "store/catalog/faults.py", "store/catalog/shape.py"),
        *("store/catalog/partitions.py", "store/catalog/tables.py"),
        *("store/catalog/migrations/0001_repos.py", "store/catalog/migrations/0002_people.py"),
        *("store/catalog/migrations/0003_work.py", "store/catalog/migrations/0004_keep.py"),
        *(
            "store/catalog/people.py",
            "store/catalog/work_tables.py",
            "store/catalog/keep_tables.py",
        ),
    ),
    "contracts/test_repos.py": (
        *("store/catalog/history.py", "store/catalog/lines.py", "store/catalog/listing.py"),
        *("store/catalog/refs.py", "store/repos/draft.py", "store/repos/marks.py"),
        *("store/repos/naming.py", "store/repos/reading.py", "store/repos/record.py"),
        "store/repos/turns.py",
    ),
    "contracts/test_erase.py": (
        *("store/catalog/erasures.py", "store/keep/choose.py", "store/keep/followed.py"),
        *("store/keep/models.py", "store/keep/reading.py", "store/keep/request.py"),
        "store/repos/deeds.py",
    ),
    "contracts/test_fsck.py": ("store/keep/repair.py",),
    "contracts/test_keep.py": (
        *("store/catalog/needs.py", "store/keep/gc.py", "store/keep/retention.py"),
        "store/repos/rescue.py",
    ),
    "contracts/test_lineage.py": ("store/catalog/kin.py",),
    "contracts/test_sweep.py": ("store/catalog/condemned.py",),
    "contracts/test_reader.py": ("media/reader.py",),
    "contracts/test_detector.py": ("vision/detector.py", "vision/square.py"),
    "contracts/test_objects.py": ("store/objects/folders.py",),
    "contracts/test_runner.py": ("pipeline/runners/base.py",),
    "unit/pipeline/test_advance.py": ("pipeline/recipes.py", "pipeline/stream.py"),
    "unit/pipeline/test_engine.py": ("pipeline/onepass.py", "pipeline/runresult.py"),
    "unit/pipeline/test_folders.py": (
        *("pipeline/folders/analyze.py", "pipeline/folders/base.py"),
        "pipeline/folders/decide.py",
    ),
    "unit/pipeline/runners/test_local.py": (
        *("pipeline/runners/crew.py", "pipeline/runners/member.py"),
        "pipeline/runners/worker.py",
    ),
    "unit/sources/test_survey.py": ("sources/folder.py", "sources/piece.py"),
    "unit/store/access/test_desk.py": ("store/access/audit.py", "store/access/people.py"),
    "unit/store/test_pack.py": ("store/formats.py",),
    "unit/vision/test_analyze.py": ("vision/look.py",),
}
"""Parts of something that is tested as a whole: the test file, and what it covers."""


def inside(path: Path) -> str:
    return path.relative_to(HOUSE).as_posix()


def lines(path: Path) -> list[str]:
    return path.read_text(encoding="utf-8").splitlines()


def broad_handlers(path: Path) -> Iterator[ast.ExceptHandler]:
    """Handlers of everything, but those that only tidy up and raise it again."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if not isinstance(node, ast.ExceptHandler):
            continue
        kinds = node.type.elts if isinstance(node.type, ast.Tuple) else [node.type]
        names = {kind.id if isinstance(kind, ast.Name) else None for kind in kinds}
        last = node.body[-1]
        raised_again = isinstance(last, ast.Raise) and last.exc is None
        if (node.type is None or names & {"Exception", "BaseException"}) and not raised_again:
            yield node


@pytest.mark.parametrize("path", SOURCES, ids=inside)
def test_a_file_fits_the_mind(path: Path) -> None:
    assert len(lines(path)) <= MOST_LINES, "split it where its subject does"


def test_no_file_is_a_drawer() -> None:
    named = {path.stem for path in SOURCES} | {path.name for path in PACKAGES}
    assert not named & DRAWERS


@pytest.mark.parametrize("path", SOURCES, ids=inside)
def test_whoever_catches_everything_says_why(path: Path) -> None:
    text = lines(path)
    for handler in broad_handlers(path):
        _, _, comment = text[handler.lineno - 1].partition("#")
        reason = comment.removeprefix(" noqa: BLE001").strip(" -")
        assert reason, f"{inside(path)}:{handler.lineno} catches everything and does not say why"


@pytest.mark.parametrize("path", SOURCES, ids=inside)
def test_a_file_begins_with_what_it_is_for(path: Path) -> None:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    assert ast.get_docstring(tree)


@pytest.mark.parametrize("folder", PACKAGES, ids=inside)
def test_a_folder_of_code_is_a_package(folder: Path) -> None:
    assert (folder / "__init__.py").is_file()


@pytest.mark.parametrize("path", SOURCES, ids=inside)
def test_a_file_has_a_test(path: Path) -> None:
    if len(lines(path)) < SMALL:
        return
    covered = {part for parts in TESTED_WITH.values() for part in parts}
    assert inside(path) in covered or list(TESTS.rglob(f"test_{path.stem}.py"))


def test_parts_and_the_tests_of_their_whole_are_there() -> None:
    for test, parts in TESTED_WITH.items():
        assert (TESTS / test).is_file()
        for part in parts:
            assert (HOUSE / part).is_file()


def test_unit_tests_stand_where_the_code_does() -> None:
    folders = {path.parent.relative_to(TESTS / "unit") for path in TESTS.glob("unit/**/test_*.py")}
    assert folders <= {folder.relative_to(HOUSE) for folder in PACKAGES}


def test_folders_of_tests_are_no_packages() -> None:
    assert not list(TESTS.rglob("__init__.py"))


@pytest.mark.parametrize("name", sorted(path.name for path in ROOT.glob("*.lock")))
def test_a_lock_names_no_index(name: str) -> None:
    text = (ROOT / name).read_text(encoding="utf-8")
    assert "://" not in text
    assert "--index" not in text
    assert "--hash=sha256:" in text


def anchors(page: Path) -> set[str]:
    """What a heading can be linked by: small letters, words joined by dashes, the rest dropped."""
    headings = re.findall(r"^#+ (.+)$", page.read_text(encoding="utf-8"), re.MULTILINE)
    return {re.sub(r"[^\w -]", "", heading.lower()).replace(" ", "-") for heading in headings}


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_links_lead_somewhere(page: Path) -> None:
    for link in re.findall(r"\]\(([^)\s]+)\)", page.read_text(encoding="utf-8")):
        if "://" in link:
            continue
        name, _, anchor = link.partition("#")
        target = page.parent / name if name else page
        assert target.exists(), link
        assert not anchor or anchor in anchors(target), link


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_files_that_are_named_are_there(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    for name in re.findall(r"`([a-z_]+/[a-z_/]*(?:\.py|/))`", text):
        places = [folder / name for folder in (ROOT, HOUSE, TESTS)]
        if name.split("/")[0] in {"analysis", "clips", "spool"}:  # of a home
            continue
        assert any(place.exists() for place in places), name
