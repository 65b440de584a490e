"""What comes from outside is read as the contract says, and shown safely whatever it holds."""

import re
import string
import unicodedata
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from typing import Final
from zoneinfo import ZoneInfo

import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st

from quietwatch import names
from quietwatch.errors import InvalidName
from quietwatch.model import Camera, Clip

SLUG: Final = re.compile(r"[a-z0-9][a-z0-9-]{0,62}")
CLIP_PATH: Final = re.compile(
    r"[a-z0-9-]+/[a-z0-9-]+/(\d{4})/(\d{2})/(\d{2})/\1\2\3T\d{6}\.\d{3}Z-[0-9a-f]{8}\.[a-z0-9]+"
)
BERLIN: Final = ZoneInfo("Europe/Berlin")
UTC_ZONE: Final = ZoneInfo("UTC")

ARABIC: Final = str.maketrans(string.digits, "".join(chr(0x660 + digit) for digit in range(10)))
"""Python takes these digits for numbers, too."""

anything = st.text(st.characters(codec=None), max_size=100)
slugs = st.from_regex(SLUG, fullmatch=True)
moments = st.integers(10**15, 4 * 10**15).map(
    lambda microseconds: datetime.fromtimestamp(0, UTC) + timedelta(microseconds=microseconds)
)
"""From 2001, when epoch times got their ten digits, to 2096."""


class TestSlug:
    @given(anything)
    @example("ﬁ①Ⅻ")
    @example("\u0130")
    def test_matches_the_contract_or_is_refused(self, name: str) -> None:
        try:
            made = names.slug(name)
        except InvalidName:
            plain = unicodedata.normalize("NFKD", name)
            assert not set(plain) & set(string.ascii_letters + string.digits)
        else:
            assert SLUG.fullmatch(made)
            assert not made.endswith("-")
            assert names.slug(made) == made

    @pytest.mark.parametrize(
        ("name", "made"),
        [
            ("door", "door"),
            ("Front Door", "front-door"),
            ("--Hof & Tür__2--", "hof-tur-2"),
            ("caméra nº 3", "camera-no-3"),
            ("a\nb", "a-b"),
            ("\uff11\uff12", "12"),  # full-width digits
            ("x" * 64, "x" * 63),
            ("x" * 62 + " y", "x" * 62),
        ],
    )
    def test_of_names_that_people_give(self, name: str, made: str) -> None:
        assert names.slug(name) == made

    @pytest.mark.parametrize("name", ["", "---", "門", "\x00", "\udcff", "🎥"])
    def test_of_nothing_that_can_be_kept(self, name: str) -> None:
        with pytest.raises(InvalidName, match="rename") as caught:
            names.slug(name)
        caught.value.detail.encode()


class TestStamped:
    def test_the_example_of_the_contract(self) -> None:
        assert names.stamped("dev1_1511891155") == names.Stamped(
            "dev1", datetime(2017, 11, 28, 17, 45, 55, tzinfo=UTC)
        )

    @given(moments)
    def test_reads_every_way_to_write_a_time(self, moment: datetime) -> None:
        second = moment.replace(microsecond=0)
        millisecond = moment.replace(microsecond=moment.microsecond // 1000 * 1000)
        epoch = int(second.timestamp())
        thousandth = moment.microsecond // 1000
        for text, time in [
            (f"{epoch}", second),
            (f"{epoch}{thousandth:03d}", millisecond),
            (f"{second:%Y%m%dT%H%M%S}Z", second),
            (f"{moment:%Y%m%dT%H%M%S}.{thousandth:03d}Z", millisecond),
            (f"{moment:%Y%m%dT%H%M%S.%f}Z", moment),
        ]:
            assert names.stamped(f"back_yard_{text}") == names.Stamped("back_yard", time)

    @pytest.mark.parametrize(
        "stem",
        [
            "1511891155",
            "_1511891155",
            "dev1-1511891155",
            "dev1_151189115",
            "dev1_15118911555",
            "dev1_0000000042",  # a counter
            "dev1_0000000000042",
            "dev_1511891155".translate(ARABIC),
            "dev1_20261123T160000",  # no Z: local time
            "dev1_20261199T160000Z",
            "dev1_20260229T160000Z",
            "dev1_20261123T250000Z",
            "dev1_20261123T160060Z",
            "dev1_00010101T000000Z",
            "dev1_99991231T235959Z",
            "dev1_20261123T160000.1234567Z",
            "dev1_1511891155 (1)",
        ],
    )
    def test_other_names_are_none(self, stem: str) -> None:
        assert names.stamped(stem) is None

    def test_a_camera_with_a_line_break_keeps_its_time(self) -> None:
        found = names.stamped("a\nb_1511891155")
        assert found is not None
        assert names.slug(found.camera) == "a-b"

    @given(anything, st.from_regex(r"[0-9]{8,14}|[0-9]{8}T[0-9]{6}Z", fullmatch=True))
    def test_a_time_always_leaves_room_for_a_clip(self, prefix: str, text: str) -> None:
        found = names.stamped(f"{prefix}_{text}")
        if found is not None:
            assert found.time.utcoffset() == timedelta(0)
            assert found.time + timedelta(days=365) > found.time  # no overflow


class TestTimeInName:
    @pytest.mark.parametrize(
        "stem",
        [
            "door 2026-11-23 16-00-01",
            "2026-11-23_16.00.01",
            "2026-11-23T16:00:01",
            "cam20261123T160001-x",
            "NVR_ch1_main_20261123160001",
            "20261123_160001_tp00001",
            "door_2026_11_23_16_00_01",
            "2026.11.23-16.00.01",
            "99999999 999999 20261123 160001",
        ],
    )
    def test_reads_a_local_time_wherever_it_stands(self, stem: str) -> None:
        assert names.time_in_name(stem, BERLIN) == datetime(2026, 11, 23, 15, 0, 1, tzinfo=UTC)

    @pytest.mark.parametrize(
        ("stem", "microsecond"),
        [
            ("20261123T160001Z", 0),
            ("2026-11-23 16:00:01Z door", 0),
            ("20261123T160001.250Z-0011aaff", 250_000),  # our own path of a clip
            ("20261123T160001.5Z", 500_000),
        ],
    )
    def test_a_z_says_that_it_is_utc(self, stem: str, microsecond: int) -> None:
        time = datetime(2026, 11, 23, 16, 0, 1, microsecond, tzinfo=UTC)
        assert names.time_in_name(stem, BERLIN) == time

    def test_a_word_with_z_says_nothing(self) -> None:
        found = names.time_in_name("20261123T160001Zoo", BERLIN)
        assert found == datetime(2026, 11, 23, 15, 0, 1, tzinfo=UTC)

    @pytest.mark.parametrize(
        "stem",
        [
            "",
            "door",
            "2026-11-23",
            "2026-11-23 16-00",
            "2026-13-23 16-00-01",
            "2026-02-29 16-00-01",
            "2026-11-23 24-00-00",
            "0999-11-23 16-00-01",
            "9999-12-31 23-59-59",
            "120261123160001",
            "202611231600012",
            "2026-11-23 16-00-01".translate(ARABIC),
        ],
    )
    def test_no_time_is_none(self, stem: str) -> None:
        assert names.time_in_name(stem, UTC_ZONE) is None

    def test_an_hour_that_comes_twice_is_the_first_of_them(self) -> None:
        found = names.time_in_name("2026-10-25 02-30-00", BERLIN)
        assert found == datetime(2026, 10, 25, 0, 30, tzinfo=UTC)

    def test_an_hour_that_is_skipped_goes_on_from_the_one_before(self) -> None:
        found = names.time_in_name("2026-03-29 02-30-00", BERLIN)
        assert found == datetime(2026, 3, 29, 1, 30, tzinfo=UTC)

    @given(moments)
    def test_is_the_local_time_of_its_zone(self, moment: datetime) -> None:
        second = moment.replace(microsecond=0)
        found = names.time_in_name(f"{second.astimezone(BERLIN):%Y-%m-%d %H-%M-%S}", BERLIN)
        assert found is not None
        assert second - found in {timedelta(0), timedelta(hours=1)}


class TestNumbered:
    @pytest.mark.parametrize(
        ("stem", "found"),
        [
            ("0001", ("", 1)),
            ("frame_12", ("frame_", 12)),
            ("a\nb7", ("a\nb", 7)),
            ("img0000000042", ("img", 42)),
            ("frame_0000000042", ("frame_", 42)),
            ("frame", None),
            ("frame 1 (copy)", None),
            ("frame3".translate(ARABIC), None),
            ("dev1_1511891155", None),
        ],
    )
    def test_reads_prefix_and_number(self, stem: str, found: tuple[str, int] | None) -> None:
        assert names.numbered(stem) == found

    @given(anything, st.integers(0, 10**15), st.integers(0, 15))
    def test_gives_back_what_was_joined(self, prefix: str, number: int, width: int) -> None:
        assume(not prefix[-1:].isdigit())
        stem = f"{prefix}{number:0{width}d}"
        assert (names.numbered(stem) is None) == (names.stamped(stem) is not None)
        assert names.numbered(stem) in {None, (prefix, number)}

    @given(anything | st.from_regex(r"[a-z]*_?[0-9]{1,14}", fullmatch=True))
    def test_is_never_a_time_as_well(self, stem: str) -> None:
        assert names.numbered(stem) is None or names.stamped(stem) is None


class TestClipPath:
    def clip(self, start: datetime, camera: Camera | None = None) -> Clip:
        camera = camera or Camera("home", "main", "door")
        return Clip(camera, "0123abcd" * 8, 1, start, "name", 1.0, 2, 2, "h264", "mp4")

    def test_is_as_the_contract_says(self) -> None:
        start = datetime(2026, 1, 2, 3, 4, 5, 6789, tzinfo=UTC)
        assert names.clip_path(self.clip(start)) == (
            "main/door/2026/01/02/20260102T030405.006Z-0123abcd.mp4"
        )

    @given(moments, slugs, slugs)
    def test_always_has_the_same_form(self, start: datetime, site: str, name: str) -> None:
        path = names.clip_path(self.clip(start, Camera("home", site, name)))
        assert CLIP_PATH.fullmatch(path)
        assert path.startswith(f"{site}/{name}/")

    @given(moments)
    def test_tells_its_own_time(self, start: datetime) -> None:
        stem = Path(names.clip_path(self.clip(start))).stem
        whole = start.replace(microsecond=start.microsecond // 1000 * 1000)
        assert names.time_in_name(stem, BERLIN) == whole


class TestEventId:
    DOOR: Final = Camera("home", "main", "door")

    def test_never_changes(self) -> None:
        found = names.event_id(self.DOOR, "ab" * 32, 1.2, 3)
        assert found == "e1815d8d-1789-5b7f-b826-f9982943168c"

    def test_depends_on_each_part(self) -> None:
        made = [
            names.event_id(self.DOOR, "ab" * 32, 1.2, 3),
            names.event_id(Camera("other", "main", "door"), "ab" * 32, 1.2, 3),
            names.event_id(Camera("home", "other", "door"), "ab" * 32, 1.2, 3),
            names.event_id(Camera("home", "main", "other"), "ab" * 32, 1.2, 3),
            names.event_id(self.DOOR, "cd" * 32, 1.2, 3),
            names.event_id(self.DOOR, "ab" * 32, 1.201, 3),
            names.event_id(self.DOOR, "ab" * 32, 1.2, 4),
        ]
        assert len(set(made)) == len(made)

    @given(st.integers(0, 10**7), st.floats(-4e-4, 4e-4))
    def test_does_not_depend_on_less_than_half_a_millisecond(self, ms: int, off: float) -> None:
        exact = names.event_id(self.DOOR, "ab" * 32, ms / 1000, 0)
        assert names.event_id(self.DOOR, "ab" * 32, ms / 1000 + off, 0) == exact


class TestIso:
    @given(st.datetimes(timezones=st.just(UTC)))
    def test_has_always_the_same_length_and_reads_back(self, time: datetime) -> None:
        text = names.iso(time)
        assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z", text)
        assert time - datetime.fromisoformat(text) < timedelta(milliseconds=1)

    def test_is_in_utc(self) -> None:
        time = datetime(2026, 11, 23, 17, 0, 1, 200_000, timezone(timedelta(hours=1)))
        assert names.iso(time) == "2026-11-23T16:00:01.200Z"


class TestPrintable:
    @given(anything)
    def test_is_safe_to_show(self, text: str) -> None:
        shown = names.printable(text)
        shown.encode()
        bad = {"Cc", "Cf", "Cs", "Zl", "Zp"}
        assert not {unicodedata.category(char) for char in shown} & bad
        assert names.printable(shown) == shown
        assert len(shown.splitlines()) <= 1

    @given(st.text(st.characters(categories=["L", "N", "P", "S", "Zs"])))
    def test_leaves_plain_text_alone(self, text: str) -> None:
        assert names.printable(text) == text

    @pytest.mark.parametrize(
        ("text", "shown"),
        [
            ("a\nb", r"a\nb"),
            ("\x1b[31mred", r"\x1b[31mred"),
            ("\x85\u2028", r"\x85\u2028"),
            ("gpj\u202e", r"gpj\u202e"),  # turns the direction of what follows
            ("\udcff\udc80", r"\xff\x80"),  # bytes that are no UTF-8, as the system gives them
            ("\ud800", r"\ud800"),
            ("\U000e0041", r"\U000e0041"),  # an invisible tag
            ("Tür 門 🎥", "Tür 門 🎥"),
        ],
    )
    def test_escapes_what_is_not_plain(self, text: str, shown: str) -> None:
        assert names.printable(text) == shown

    def test_takes_paths(self) -> None:
        assert names.printable(Path("a") / "b\n") == r"a/b\n"


@pytest.mark.parametrize("path", ["a", "a/b.mp4", "main/door/2026/11/23/x y.mp4", "é" * 512])
def test_a_path_of_a_repo_stays_as_it_is(path: str) -> None:
    assert names.repo_path(path) == path


@pytest.mark.parametrize(
    "path", ["", "/a", "a/", "a//b", "./a", "a/../b", "a\nb", "a\u202eb", "é" * 513]
)
def test_what_is_no_path_of_a_repo(path: str) -> None:
    with pytest.raises(InvalidName):
        names.repo_path(path)


def test_a_path_of_a_repo_has_one_form() -> None:
    assert names.repo_path("cafe\u0301") == "caf\u00e9"


@pytest.mark.parametrize(
    ("text", "repo"), [("footage", "home/footage"), ("acme/rules", "acme/rules")]
)
def test_names_of_repos(text: str, repo: str) -> None:
    assert str(names.repo(text, "home")) == repo


@pytest.mark.parametrize("text", ["", "/", "a/", "/a", "Footage", "a/b/c", "-a", "a" * 64])
def test_what_names_no_repo(text: str) -> None:
    with pytest.raises(InvalidName):
        names.repo(text, "home")


def test_clips_of_one_hour_have_one_beginning() -> None:
    path = "main/door/2026/11/23/20261123T160000.000Z-0123abcd.mp4"
    assert names.clip_hour(path) == "main/door/2026/11/23/20261123T16"
    assert path.startswith(names.clip_hour(path))
    assert names.clip_hour("main/door/notes.txt") == "main/door/"


def test_a_path_of_a_clip_tells_camera_and_time() -> None:
    path = "main/door/2026/11/23/20261123T160000.250Z-0123abcd.mp4"
    time = datetime(2026, 11, 23, 16, 0, 0, 250_000, UTC)
    assert names.read_clip_path(path, "acme") == (Camera("acme", "main", "door"), time)


@pytest.mark.parametrize(
    "path",
    [
        "main/door/20261123T160000.250Z-0123abcd.mp4",
        "main/door/2026/11/23/20261323T160000.250Z-0123abcd.mp4",
        "main/door/2026/11/23/clip.mp4",
        "Main/door/2026/11/23/20261123T160000.250Z-0123abcd.mp4",
    ],
)
def test_what_is_no_path_of_a_clip(path: str) -> None:
    with pytest.raises(InvalidName):
        names.read_clip_path(path, "acme")
