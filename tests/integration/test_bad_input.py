"""Footage as it comes: each bad file is named with its reason, and harms nothing else.

One folder holds all of it beside a good clip; the program runs over it as an ordinary user.
"""

import json
import os
import re
import shutil
import struct
import zlib
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from tests.conftest import Footage
    from tests.integration.conftest import Done, Program

FAILED = {
    "empty.mp4": ("empty-file", "no bytes"),
    "text.mp4": ("unreadable-video", "not a video"),
    "no-moov.mp4": ("unreadable-video", "cut off before its index"),
    "sound.mp4": ("no-video", "no video stream"),
    "codec.mkv": ("unsupported-codec", "H.264 or H.265"),
    "huge.png": ("picture-too-large", "media.max_pixels"),
    "huge.avi": ("picture-too-large", "media.max_pixels"),
    "text.jpg": ("unreadable-picture", "no JPEG, PNG or WebP"),
    "secret.mp4": ("not-readable", "that you may read it"),
    "locked": ("not-readable", "the right to read it"),
    "loop.mp4": ("symlink-loop", "back to itself"),
    "again": ("symlink-loop", "remove it"),
    "nowhere.mp4": ("not-readable", "mend or remove the link"),
    "bell\\x07\\xff.mp4": ("empty-file", "no bytes"),
}
"""What each bad file must be told of: code, and words of the sentence."""

NOTED = {
    "half.mkv": "cut-short",
    "dot.mkv": "tiny-picture",
    "line\\nbreak.mp4": "name-escaped",
    "caf\\xe9.mp4": "name-escaped",
    "red\\x1b[31m.mp4": "name-escaped",
    "turn\\u202e4pm.mp4": "name-escaped",
}
"""What is analyzed all the same, by the name that is shown, and the note that it gets."""

HOSTILE_NAMES = (
    b"line\nbreak.mp4",
    b"caf\xe9.mp4",
    b"red\x1b[31m.mp4",
    "turn\u202e4pm.mp4".encode(),
    b"<script>alert(1)<!--.mp4",
)
CONTROL = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069]")
"""What no terminal and no page may get raw, beside the end of a line."""


@pytest.fixture(scope="module")
def folder(
    footage: "Footage",
    people: Callable[..., Path],
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Path]:
    """A good clip and everything bad, each a camera of its own."""
    folder = tmp_path_factory.mktemp("bad") / "source"
    good = people(folder / "good.mp4", 0, 2)

    def put(name: str, made: Path) -> None:
        shutil.copyfile(made, folder / name)

    sound = footage.video("a.mp4", frames=10)
    (folder / "empty.mp4").touch()
    (folder / "text.mp4").write_text("The camera was out of order today.\n" * 99)
    (folder / "text.jpg").write_text("Neither was this one well.\n" * 99)
    put("no-moov.mp4", footage.cut(sound, 0.6))
    put("sound.mp4", footage.sound())
    put("codec.mkv", unknown_codec(footage.video("a.mkv", frames=3)))
    (folder / "huge.png").write_bytes(png_of(60_000, 60_000))
    put("huge.avi", huge_jpegs(footage.video("a.avi", codec="mjpeg", frames=3)))
    put("secret.mp4", sound)
    (folder / "secret.mp4").chmod(0)
    (folder / "locked").mkdir(mode=0)
    (folder / "loop.mp4").symlink_to("loop.mp4")
    (folder / "again").symlink_to(folder)
    (folder / "nowhere.mp4").symlink_to("gone.mp4")
    os.mkfifo(folder / "pipe.mp4")
    (folder / os.fsdecode(b"bell\x07\xff.mp4")).touch()

    put("half.mkv", footage.cut(footage.video("a.mkv", size=(320, 240), frames=40), 0.5))
    put("dot.mkv", footage.video("a.mkv", codec="mjpeg", size=(1, 1), frames=10))
    for name in HOSTILE_NAMES:
        put(os.fsdecode(name), good)
    yield folder
    (folder / "locked").chmod(0o700)


@pytest.fixture(scope="module")
def ran(
    program: "Program",
    ordinary: Sequence[str],
    folder: Path,
    tmp_path_factory: pytest.TempPathFactory,
) -> SimpleNamespace:
    """The run over the folder, one for people after it, and one of the good clip alone."""
    home = tmp_path_factory.mktemp("bad-home") / "home"
    alone = tmp_path_factory.mktemp("good-home") / "home"
    as_json = program("run", folder, "--home", home, "--format", "json", prefix=ordinary)
    as_text = program("run", folder, "--home", home, prefix=ordinary)
    good = program("run", folder / "good.mp4", "--home", alone, "--format", "json")
    return SimpleNamespace(home=home, json=as_json, text=as_text, good=good)


def unknown_codec(path: Path) -> Path:
    path.write_bytes(path.read_bytes().replace(b"V_MPEG4/ISO/AVC", b"V_MPEG4/ISO/QQQ"))
    return path


def huge_jpegs(path: Path) -> Path:
    """Let every JPEG of a file claim to be 65,000 pixels wide and high."""
    data = bytearray(path.read_bytes())
    at = data.find(b"\xff\xc0")
    assert at >= 0
    while at >= 0:
        data[at + 5 : at + 9] = (65_000).to_bytes(2, "big") * 2
        at = data.find(b"\xff\xc0", at + 1)
    path.write_bytes(data)
    return path


def png_of(width: int, height: int) -> bytes:
    """A sound PNG of black pixels; its data ends after the first few rows."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        check = zlib.crc32(kind + data)
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", check)

    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    rows = zlib.compress(bytes(8 * (1 + 3 * width)))
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")


def by_name(entries: list[dict[str, Any]], folder: Path) -> dict[str, list[dict[str, Any]]]:
    found: dict[str, list[dict[str, Any]]] = {}
    for entry in entries:
        assert entry["source"].startswith(f"{folder}/")
        found.setdefault(entry["source"].removeprefix(f"{folder}/"), []).append(entry)
    return found


def test_the_exit_code_says_that_some_inputs_were_unusable(ran: SimpleNamespace) -> None:
    assert ran.json.code == 3
    assert ran.text.code == 3
    assert ran.good.code == 0


def test_standard_output_is_one_json_object_and_nothing_else(ran: SimpleNamespace) -> None:
    text = ran.json.out.decode("ascii")
    told, end = json.JSONDecoder().raw_decode(text)
    assert text[end:] == "\n"
    assert told["schema"] == 1
    assert ran.json.err == b""  # nor do codecs speak on standard error


def test_all_that_is_bad_is_named_once_and_nothing_else(ran: SimpleNamespace, folder: Path) -> None:
    failed = by_name(ran.json.json["failed"], folder)
    assert {name: len(entries) for name, entries in failed.items()} == dict.fromkeys(FAILED, 1)


@pytest.mark.parametrize("name", FAILED)
def test_each_has_its_code_and_a_sentence(name: str, ran: SimpleNamespace, folder: Path) -> None:
    (entry,) = by_name(ran.json.json["failed"], folder)[name]
    code, words = FAILED[name]
    assert entry["error"] == code
    assert words in entry["detail"]
    assert "Error" not in entry["detail"]  # no name of an exception, no traceback


@pytest.mark.parametrize("name", NOTED)
def test_what_is_odd_is_analyzed_with_a_note(name: str, ran: SimpleNamespace, folder: Path) -> None:
    codes = {note["note"] for note in by_name(ran.json.json["notes"], folder)[name]}
    assert NOTED[name] in codes


def test_all_the_rest_was_analyzed(ran: SimpleNamespace) -> None:
    told = ran.json.json
    assert (told["clips"], told["skipped"]) == (3 + len(HOSTILE_NAMES), 0)


def test_the_good_clip_is_unharmed(ran: SimpleNamespace, folder: Path) -> None:
    alone = ran.good.json["events"]
    assert "alarm" in {event["verdict"] for event in alone}
    assert by_name(ran.json.json["events"], folder)["good.mp4"] == alone
    assert ran.good.json["failed"] == []
    assert ran.good.json["notes"] == []


def test_a_clip_by_a_hostile_name_is_judged_as_by_a_good_one(
    ran: SimpleNamespace, folder: Path
) -> None:
    events = by_name(ran.json.json["events"], folder)
    for name in ("line\\nbreak.mp4", "caf\\xe9.mp4", "<script>alert(1)<!--.mp4"):
        assert judged(events[name]) == judged(events["good.mp4"])


def judged(events: list[dict[str, Any]]) -> list[tuple[float, float, str]]:
    return sorted((event["start_s"], event["score"], event["verdict"]) for event in events)


def test_the_terminal_gets_no_control_characters(ran: SimpleNamespace) -> None:
    text = ran.text.out.decode("utf-8")
    assert CONTROL.search(text) is None
    for name, (code, _) in FAILED.items():
        assert f"/{name}\n    {code}: " in text
    assert "line\\nbreak.mp4" in text
    assert ran.text.err == b""


def test_the_report_holds_no_control_characters_and_no_markup_of_names(
    ran: SimpleNamespace,
) -> None:
    page = (ran.home / "report.html").read_bytes().decode("utf-8")
    assert CONTROL.search(page) is None
    assert "<script>alert" not in page
    for shown in ("line\\nbreak.mp4", "caf\\xe9.mp4", "&lt;script&gt;alert(1)", "huge.png"):
        assert shown in page


def test_a_hostile_name_can_be_named(
    program: "Program", ran: SimpleNamespace, folder: Path
) -> None:
    name = os.fsencode(folder) + b"/caf\xe9.mp4"
    done = program("run", name, "--home", ran.home, "--format", "json")
    assert done.code == 0
    assert {event["source"] for event in done.json["events"]} == {f"{folder}/caf\\xe9.mp4"}
    assert done.json["skipped"] == 1


def test_a_pipe_that_is_named_is_refused_at_once(
    program: "Program", folder: Path, tmp_path: Path
) -> None:
    done = program("run", folder / "pipe.mp4", "--home", tmp_path / "home", "--format", "json")
    assert done.code == 3
    assert [entry["error"] for entry in done.json["failed"]] == ["not-readable"]


def refused(done: "Done", *words: str) -> None:
    """Wrong usage: exit code 2, nothing on standard output, one sentence that says why."""
    assert done.code == 2
    assert done.out == b""
    sentence = done.err.decode()
    assert sentence.count("\n") == 1
    assert CONTROL.search(sentence) is None
    for word in words:
        assert word in sentence


def test_a_path_that_is_not_there(program: "Program", folder: Path, tmp_path: Path) -> None:
    home = tmp_path / "home"
    gone = tmp_path / "not\nthere.mp4"
    done = program("run", folder / "good.mp4", gone, "--home", home, "--format", "json")
    refused(done, "not\\nthere.mp4", "is not there", "check the path")
    assert not home.exists()


def test_settings_that_are_wrong(program: "Program", folder: Path, tmp_path: Path) -> None:
    settings = tmp_path / "quietwatch.toml"
    settings.write_text("[vision]\nrat = 5\n")
    good = folder / "good.mp4"
    refused(program("run", good, "--home", tmp_path), "quietwatch.toml", "vision.rat")
    settings.write_text("[media]\nmax_pixels = 3\n")
    refused(program("run", good, "--home", tmp_path), "media.max_pixels", "1024")
    settings.write_bytes(b"[media\xff\n\x1b[31m")
    refused(program("run", good, "--home", tmp_path), "quietwatch.toml", "UTF-8")


def test_the_bound_on_pictures_is_a_setting(
    program: "Program", folder: Path, tmp_path: Path
) -> None:
    (tmp_path / "quietwatch.toml").write_text("[media]\nmax_pixels = 400000\n")
    done = program("run", folder / "good.mp4", "--home", tmp_path, "--format", "json")
    assert done.code == 3
    (entry,) = done.json["failed"]
    assert entry["error"] == "picture-too-large"
    assert "768 x 576" in entry["detail"]
    assert "400000 (media.max_pixels)" in entry["detail"]
