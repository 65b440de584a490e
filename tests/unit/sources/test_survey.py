import os
import subprocess
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quietwatch.config import Settings, SourceSettings
from quietwatch.errors import NotReadable, SourceNotFound, UsageError
from quietwatch.model import Arrival, Camera, Failure
from quietwatch.names import printable
from quietwatch.pipeline.intake import take
from quietwatch.sources.survey import survey

Find = Callable[..., list[Arrival | Failure]]
Make = Callable[..., Path]


def cameras(found: list[Arrival | Failure]) -> list[str]:
    assert all(isinstance(one, Arrival) for one in found), found
    return [one.camera.name for one in found if isinstance(one, Arrival)]


def only(found: list[Arrival | Failure]) -> Arrival:
    assert len(found) == 1
    assert isinstance(found[0], Arrival), found[0]
    return found[0]


def failure(found: list[Arrival | Failure]) -> Failure:
    assert len(found) == 1
    assert isinstance(found[0], Failure), found[0]
    return found[0]


class TestIdentity:
    def test_a_stamped_name_gives_camera_and_time(self, find: Find, make: Make) -> None:
        root = make("porch/dev1_1511891155.jpg")
        arrival = only(find(root))
        assert arrival.camera == Camera("home", "main", "dev1")
        assert arrival.start == datetime(2017, 11, 28, 17, 45, 55, tzinfo=UTC)
        assert arrival.start_from == "recorder"

    def test_the_first_sub_folder_is_the_camera(self, find: Find, make: Make) -> None:
        assert cameras(find(make("Back Door/2026/11/a.mp4"))) == ["back-door"]

    def test_a_file_in_the_source_is_a_camera_of_its_own(self, find: Find, make: Make) -> None:
        assert cameras(find(make("b.mp4", "a.v2.MKV"))) == ["a-v2", "b"]

    def test_a_file_named_by_itself_has_no_sub_folder(self, find: Find, make: Make) -> None:
        assert cameras(find(make("porch/a.mp4") / "porch/a.mp4")) == ["a"]

    def test_tenant_and_site_come_from_the_settings(self, find: Find, make: Make) -> None:
        settings = Settings(source=SourceSettings(tenant="acme", site="yard"))
        assert only(find(make("a.mp4"), settings=settings)).camera == Camera("acme", "yard", "a")

    def test_a_time_in_the_name_is_local(self, find: Find, make: Make) -> None:
        settings = Settings(source=SourceSettings(timezone="Europe/Berlin"))
        arrival = only(find(make("cam/2026-11-23 16-00-00.mp4"), settings=settings))
        assert arrival.start == datetime(2026, 11, 23, 15, tzinfo=UTC)
        assert arrival.start_from == "name"

    @pytest.mark.parametrize("name", ["0001-01-01 00-00-00", "9999-12-31 23-59-59"])
    def test_a_time_beyond_the_calendar_is_none(self, find: Find, make: Make, name: str) -> None:
        root = make(f"cam/{name}.mp4")
        for zone in ("Asia/Tokyo", "America/New_York"):
            only(find(root, settings=Settings(source=SourceSettings(timezone=zone))))

    def test_two_names_of_one_slug_are_both_named(self, find: Find, make: Make) -> None:
        root = make("Front Door/a.mp4", "front-door/b.mp4", "gate/c.mp4")
        clashing, other, fine = find(root)
        assert isinstance(clashing, Failure)
        assert isinstance(other, Failure)
        assert (clashing.source, clashing.error) == (f"{root}/Front Door/a.mp4", "ambiguous-camera")
        for one in (clashing, other):
            assert "'Front Door'" in one.detail
            assert "'front-door'" in one.detail
        assert isinstance(fine, Arrival)

    def test_names_clash_across_sources(self, find: Find, make: Make) -> None:
        root = make("1/Door.mp4", "2/door.mp4")
        found = find(root / "1", root / "2")
        assert [one.error for one in found if isinstance(one, Failure)] == ["ambiguous-camera"] * 2

    def test_one_name_in_two_ways_of_writing_is_one(self, find: Find, make: Make) -> None:
        root = make("caf\u00e9/a.mp4", "cafe\u0301/b.mp4")
        assert cameras(find(root)) == ["cafe", "cafe"]

    def test_a_name_without_a_letter_costs_one_file(self, find: Find, make: Make) -> None:
        bad, good = find(make("---.mp4", "a.mp4"))
        assert isinstance(bad, Failure)
        assert bad.error == "invalid-name"
        assert isinstance(good, Arrival)


class TestStills:
    def test_a_folder_of_numbered_stills_is_one_clip(self, find: Find, make: Make) -> None:
        root = make("yard/f10.jpg", "yard/f9.jpg", "yard/f1.jpg")
        arrival = only(find(root / "yard"))
        assert arrival.files == tuple(
            str(root / "yard" / name) for name in ("f1.jpg", "f9.jpg", "f10.jpg")
        )
        assert arrival.camera.name == "yard"
        assert arrival.source == str(root / "yard")

    def test_in_a_sub_folder_the_first_one_is_the_camera(self, find: Find, make: Make) -> None:
        arrival = only(find(make("gate/night/001.png", "gate/night/007.png")))
        assert arrival.camera.name == "gate"
        assert arrival.source.endswith("/gate/night")

    def test_stamped_stills_are_pictures_of_their_time(self, find: Find, make: Make) -> None:
        root = make("dev1_1511891155.jpg", "dev1_1511891156.jpg", "dev2_20261123T160000Z.jpg")
        assert cameras(find(root)) == ["dev1", "dev1", "dev2"]

    def test_stills_that_name_a_time_are_no_sequence(self, find: Find, make: Make) -> None:
        found = find(make("cam/IMG_20261123_160000.jpg", "cam/IMG_20261123_160001.jpg"))
        assert cameras(found) == ["cam", "cam"]
        assert all(isinstance(one, Arrival) and one.start for one in found)

    def test_one_numbered_still_is_alone(self, find: Find, make: Make) -> None:
        assert cameras(find(make("photo1.jpg"))) == ["photo1"]

    def test_two_sequences_in_a_folder_are_two_clips(self, find: Find, make: Make) -> None:
        root = make("a1.jpg", "a2.jpg", "b1.jpg", "b2.jpg", "clip1.mp4", "clip2.mp4")
        found = find(root)
        assert [one.source for one in found] == [
            f"{root}/{name}" for name in ("a*", "b*", "clip1.mp4", "clip2.mp4")
        ]


class TestWhatIsTaken:
    def test_a_path_that_is_not_there_stops_all(self, make: Make) -> None:
        root = make("a.mp4")
        with pytest.raises(SourceNotFound, match="no-such"):
            survey([str(root), str(root / "no-such.mp4")], Settings())

    @pytest.mark.parametrize("source", ["", "a.mp4/b", "x" * 5000])
    def test_what_can_be_no_path_is_not_there(self, make: Make, source: str) -> None:
        root = make("a.mp4")
        with pytest.raises(SourceNotFound):
            survey([str(root / source) if source else ""], Settings())

    def test_other_endings_and_hidden_files_are_left_out(self, find: Find, make: Make) -> None:
        root = make("notes.txt", ".hidden.mp4", ".cache/a.mp4", "a.mp4", "b")
        assert cameras(find(root)) == ["a"]

    def test_a_named_file_is_taken_whatever_its_ending(self, find: Find, make: Make) -> None:
        root = make("clip.bin", ".hidden")
        assert cameras(find(root / "clip.bin", root / ".hidden")) == ["clip", "hidden"]

    def test_files_come_in_order_and_once(self, find: Find, make: Make) -> None:
        root = make("b.mp4", "a/c.mp4", "a/b.mp4")
        (root / "z.mp4").symlink_to(root / "b.mp4")
        (root / "zz").symlink_to(root / "a")
        found = find(root, root / "b.mp4", root, f"{root}/./a")
        assert [one.source for one in found] == [
            f"{root}/{name}" for name in ("b.mp4", "a/b.mp4", "a/c.mp4")
        ]

    def test_the_source_is_shown_as_given(
        self, find: Find, make: Make, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.chdir(make("cam/a.mp4"))
        for given_as, shown in (
            ("cam", "cam/a.mp4"),
            ("./cam/", "./cam/a.mp4"),
            (".", "./cam/a.mp4"),
        ):
            assert only(find(given_as)).source == shown

    def test_numbered_stills_here_are_named_after_this_folder(
        self, find: Find, make: Make, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.chdir(make("yard/1.jpg", "yard/2.jpg") / "yard")
        arrival = only(find("."))
        assert (arrival.camera.name, arrival.source) == ("yard", ".")

    def test_the_home_is_no_source(self, make: Make) -> None:
        root = make("cam/a.mp4", "home/spool/000000.mp4")
        (root / "link").symlink_to(root / "home")
        found = list(survey([str(root)], Settings(), root / "home"))
        assert cameras(found) == ["cam"]

    def test_an_empty_folder_holds_nothing(self, find: Find, tmp_path: Path) -> None:
        assert find(tmp_path) == []

    def test_total_counts_before_the_first_is_given(self, make: Make) -> None:
        assert survey([str(make("a.mp4", "b.mp4"))], Settings()).total == 2

    def test_a_folder_deeper_than_python_calls(self, find: Find, tmp_path: Path) -> None:
        here = os.open(tmp_path, os.O_RDONLY)
        depth = min(1500, (4000 - len(str(tmp_path))) // 2)
        try:
            for _ in range(depth):
                os.mkdir("d", dir_fd=here)
                below = os.open("d", os.O_RDONLY, dir_fd=here)
                os.close(here)
                here = below
            os.close(os.open("a.mp4", os.O_CREAT | os.O_WRONLY, dir_fd=here))
            assert len(find(tmp_path)) == 1
        finally:
            os.close(here)
            subprocess.run(["rm", "-rf", tmp_path / "d"], check=True)  # Python's own recurses


class TestNames:
    @pytest.mark.parametrize("raw", [b"new\nline.mp4", b"bad\xff\xfe.mp4", b"[red]x\x1b[31m.mp4"])
    def test_any_name_is_shown_escaped(self, find: Find, tmp_path: Path, raw: bytes) -> None:
        name = os.fsdecode(raw)
        (tmp_path / name).write_bytes(b"x")
        arrival = only(find(tmp_path))
        assert arrival.files == (str(tmp_path / name),)
        assert arrival.source.isprintable()
        arrival.source.encode()

    @given(
        st.binary(min_size=1, max_size=40).filter(
            lambda raw: not {0, 47} & set(raw) and raw not in {b".", b".."}
        )
    )
    def test_no_name_breaks_the_walk(
        self, tmp_path_factory: pytest.TempPathFactory, raw: bytes
    ) -> None:
        root = tmp_path_factory.mktemp("names")
        for name in (raw + b".mp4", raw + b"_1511891155.jpg"):
            (root / os.fsdecode(name)).write_bytes(b"x")
        found = list(survey([str(root)], Settings()))
        assert len(found) == (0 if raw.startswith(b".") else 2)
        for one in found:
            assert one.source == printable(one.source)
            one.source.encode()
            if isinstance(one, Failure):
                assert one.error in {"invalid-name", "ambiguous-camera"}


class TestBadInput:
    def test_nothing_is_opened(self, find: Find, make: Make) -> None:
        root = make("empty.mp4")
        (root / "empty.mp4").write_bytes(b"")
        assert only(find(root)).files == (str(root / "empty.mp4"),)

    def test_a_link_to_itself(self, find: Find, tmp_path: Path) -> None:
        (tmp_path / "a.mp4").symlink_to("a.mp4")
        assert failure(find(tmp_path)).error == "symlink-loop"
        assert failure(find(tmp_path / "a.mp4")).error == "symlink-loop"

    def test_a_link_to_a_folder_above(self, find: Find, make: Make) -> None:
        root = make("cam/a.mp4")
        (root / "cam/back").symlink_to(root)
        loop, arrival = find(root)
        assert isinstance(arrival, Arrival)
        assert isinstance(loop, Failure)
        assert (loop.source, loop.error) == (f"{root}/cam/back", "symlink-loop")

    def test_folders_that_link_to_each_other(self, find: Find, make: Make) -> None:
        root = make("a/x.mp4", "b/y.mp4")
        (root / "a/to-b").symlink_to(root / "b")
        (root / "b/to-a").symlink_to(root / "a")
        found = find(root)
        assert sum(isinstance(one, Arrival) for one in found) == 2
        assert [one.error for one in found if isinstance(one, Failure)] == ["symlink-loop"]

    def test_many_folders_that_all_link_to_all(self, find: Find, tmp_path: Path) -> None:
        for name in range(12):
            (tmp_path / str(name)).mkdir()
            (tmp_path / str(name) / "a.mp4").write_bytes(b"x")
            for other in range(12):
                (tmp_path / str(name) / f"to{other}").symlink_to(tmp_path / str(other))
        found = find(tmp_path)
        assert sum(isinstance(one, Arrival) for one in found) == 12

    def test_a_link_to_nowhere(self, find: Find, tmp_path: Path) -> None:
        (tmp_path / "a.mp4").symlink_to("gone.mp4")
        (tmp_path / "notes.txt").symlink_to("gone.txt")
        assert failure(find(tmp_path)).error == "not-readable"
        assert failure(find(tmp_path / "a.mp4")).error == "not-readable"

    def test_a_pipe_is_never_waited_for(self, find: Find, tmp_path: Path) -> None:
        os.mkfifo(tmp_path / "a.mp4")
        assert find(tmp_path) == []
        assert failure(find(tmp_path / "a.mp4")).error == "not-readable"
        assert failure(find("/dev/zero")).error == "not-readable"

    def test_what_may_not_be_read(self, find: Find, users_folder: Path) -> None:
        file, shut = users_folder / "a.mp4", users_folder / "shut"
        file.write_bytes(b"x")
        shut.mkdir()
        (shut / "b.mp4").write_bytes(b"x")
        file.chmod(0)
        shut.chmod(0)
        arrival, failed = find(users_folder)
        assert isinstance(failed, Failure)
        assert (failed.source, failed.error) == (str(shut), "not-readable")
        assert failure(find(shut / "b.mp4")).error == "not-readable"
        assert isinstance(arrival, Arrival)
        with pytest.raises(NotReadable):  # a file is opened when it is taken in
            take(arrival, users_folder, stall_s=9)

    @pytest.mark.parametrize(
        "source", ["https://host/a.mp4", "file:///a.mp4", "s3://", "s3://key:secret@bucket/a"]
    )
    def test_a_url_that_can_not_be_used(self, source: str) -> None:
        with pytest.raises(UsageError) as caught:
            survey([source], Settings())
        assert "secret" not in caught.value.detail
