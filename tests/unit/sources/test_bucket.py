import pickle
import resource
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Protocol

import pytest

from quietwatch.config import Settings
from quietwatch.errors import (
    InvalidName,
    QuietwatchError,
    SourceChanged,
    SourceNotFound,
    StorageFull,
    StoreUnavailable,
)
from quietwatch.model import Arrival, Failure
from quietwatch.sources.survey import survey
from quietwatch.store.objects import connect

Find = Callable[..., list[Arrival | Failure]]


class Bucket(Protocol):
    objects: dict[str, bytes]
    faults: list[int | str]
    denied: bool
    requests: list[str]


def fetched(arrival: Arrival | Failure, folder: Path) -> tuple[Path, ...]:
    assert isinstance(arrival, Arrival), arrival
    assert arrival.fetch is not None
    return arrival.fetch(folder)


def arrivals(found: list[Arrival | Failure]) -> list[tuple[str, str]]:
    assert all(isinstance(one, Arrival) for one in found), found
    return [(one.source, one.camera.name) for one in found if isinstance(one, Arrival)]


def test_objects_are_named_by_the_rules_of_identity(find: Find, s3: Bucket) -> None:
    s3.objects = dict.fromkeys(
        [
            "a/b/x.mp4",
            "a/dev1_1511891155.mp4",
            "a/notes.txt",
            "a/Porch/2026/y.mp4",
            "a/z.mp4",
            "b.mp4",
        ],
        b"x",
    )
    found = find("s3://footage/a")
    assert arrivals(found) == [
        ("s3://footage/a/Porch/2026/y.mp4", "porch"),
        ("s3://footage/a/b/x.mp4", "b"),
        ("s3://footage/a/dev1_1511891155.mp4", "dev1"),
        ("s3://footage/a/z.mp4", "z"),
    ]
    stamped = found[2]
    assert isinstance(stamped, Arrival)
    assert stamped.start == datetime(2017, 11, 28, 17, 45, 55, tzinfo=UTC)


def test_the_whole_bucket_and_its_hidden_objects(find: Find, s3: Bucket) -> None:
    s3.objects = dict.fromkeys(["a.mp4", ".trash/b.mp4", "c/.d.mp4", "c/"], b"x")
    for source in ("s3://footage", "s3://footage/"):
        assert arrivals(find(source)) == [("s3://footage/a.mp4", "a")]


def test_one_object_is_taken_whatever_its_ending(find: Find, s3: Bucket, tmp_path: Path) -> None:
    s3.objects = {"a/clip.bin": b"bytes", "a/clip.bin.mp4": b"x"}
    found = find("s3://footage/a/clip.bin")
    assert arrivals(found) == [("s3://footage/a/clip.bin", "clip")]
    (file,) = fetched(found[0], tmp_path)
    assert file.read_bytes() == b"bytes"


def test_numbered_stills_of_a_folder_are_one_clip(find: Find, s3: Bucket, tmp_path: Path) -> None:
    s3.objects = {f"yard/{n}.jpg": str(n).encode() for n in (1, 2, 9, 10)} | {"yard/n/a.mp4": b"x"}
    found = find("s3://footage/yard")
    assert arrivals(found) == [("s3://footage/yard/n/a.mp4", "n"), ("s3://footage/yard", "yard")]
    files = fetched(found[1], tmp_path)
    assert [file.read_bytes() for file in files] == [b"1", b"2", b"9", b"10"]
    assert [file.name for file in files] == ["1.jpg", "2.jpg", "9.jpg", "10.jpg"]
    assert arrivals(find("s3://footage"))[1] == ("s3://footage/yard", "yard")


def test_numbered_stills_in_the_bucket_itself(find: Find, s3: Bucket) -> None:
    s3.objects = dict.fromkeys(["1.jpg", "2.jpg"], b"x")
    assert arrivals(find("s3://footage")) == [("s3://footage/", "footage")]


def test_a_fetch_travels_and_keeps_the_objects_time(find: Find, s3: Bucket, tmp_path: Path) -> None:
    data = bytes(range(256)) * 40_000
    s3.objects = {"cam/a b%20c.mp4": data}
    (arrival,) = find("s3://footage/")
    assert isinstance(arrival, Arrival)
    travelled = pickle.loads(pickle.dumps(arrival.fetch))  # noqa: S301 - our own
    (file,) = travelled(tmp_path)
    assert file.read_bytes() == data
    assert file.suffix == ".mp4"
    assert datetime.fromtimestamp(file.stat().st_mtime, UTC) == datetime(
        2026, 11, 23, 16, tzinfo=UTC
    )


def test_faults_are_tried_again(find: Find, s3: Bucket, tmp_path: Path) -> None:
    data = bytes(range(256)) * 4_000
    s3.objects = {"a.mp4": data}
    s3.faults = [503, "cut", 500, "cut"]
    (file,) = fetched(find("s3://footage")[0], tmp_path)
    assert file.read_bytes() == data
    assert s3.faults == []


def test_fetches_into_one_folder_keep_apart(find: Find, s3: Bucket, tmp_path: Path) -> None:
    s3.objects = {"a.mp4": b"a", "b.mp4": b"b"}
    files = [fetched(found, tmp_path)[0] for found in find("s3://footage")]
    assert [file.read_bytes() for file in files] == [b"a", b"b"]


def test_a_name_too_long_for_a_file(find: Find, s3: Bucket, tmp_path: Path) -> None:
    s3.objects = {f"cam/{'x' * 400}.MP4": b"x"}
    (file,) = fetched(find("s3://footage")[0], tmp_path)
    assert file.name == "000000.mp4"


def test_an_object_that_went_away_costs_itself(find: Find, s3: Bucket, tmp_path: Path) -> None:
    s3.objects = {"1.jpg": b"x", "2.jpg": b"x"}
    found = find("s3://footage")
    del s3.objects["2.jpg"]
    with pytest.raises(SourceChanged):
        fetched(found[0], tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_a_download_that_never_ends_well_leaves_nothing(
    find: Find, s3: Bucket, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(connect.RETRY, "max_retries", 1)
    s3.objects = {"a.mp4": bytes(100_000)}
    (found,) = find("s3://footage")
    s3.faults = [503] * 9
    with pytest.raises(StoreUnavailable, match="answered 503"):
        fetched(found, tmp_path)
    s3.faults = ["cut"] * 40
    with pytest.raises(StoreUnavailable):
        fetched(found, tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_a_full_disk_stops_the_run_and_leaves_nothing(
    find: Find, s3: Bucket, tmp_path: Path
) -> None:
    s3.objects = {"a.mp4": bytes(100_000)}
    (found,) = find("s3://footage")
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (10_000, before[1]))
    try:
        with pytest.raises(StorageFull):
            fetched(found, tmp_path)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
    assert list(tmp_path.iterdir()) == []


def test_an_empty_object(find: Find, s3: Bucket) -> None:
    s3.objects = {"a.mp4": b"", "b.mp4": b"x"}
    bad, good = find("s3://footage")
    assert isinstance(bad, Failure)
    assert (bad.source, bad.error) == ("s3://footage/a.mp4", "empty-file")
    assert isinstance(good, Arrival)


def test_the_same_object_twice_counts_once(find: Find, s3: Bucket) -> None:
    s3.objects = {"c/a.mp4": b"x"}
    assert len(find("s3://footage/c", "s3://footage/c/a.mp4")) == 1


def refusal(source: str) -> QuietwatchError:
    with pytest.raises(QuietwatchError) as caught:
        survey([source], Settings())
    assert "a-secret" not in caught.value.detail
    assert "\n" not in caught.value.detail
    return caught.value


def test_nothing_under_a_prefix(s3: Bucket) -> None:
    s3.objects = {"ab.mp4": b"x"}
    for source in ("s3://footage/a", "s3://footage/a/"):
        assert isinstance(refusal(source), SourceNotFound)


def test_a_bucket_that_is_not_there(s3: Bucket) -> None:
    assert s3.objects == {}
    error = refusal("s3://elsewhere/a/")
    assert isinstance(error, StoreUnavailable)
    assert "s3://elsewhere is not there" in error.detail


def test_access_denied(s3: Bucket) -> None:
    s3.denied = True
    for source in ("s3://footage/a", "s3://footage/a/"):
        error = refusal(source)
        assert isinstance(error, StoreUnavailable)
        assert "refused access" in error.detail


def test_a_name_that_can_not_be_listed(s3: Bucket) -> None:
    s3.objects = {"cam//a.mp4": b"x"}
    error = refusal("s3://footage")
    assert isinstance(error, InvalidName)
    assert "cam//a.mp4" in error.detail


def test_nobody_answers(s3: Bucket, monkeypatch: pytest.MonkeyPatch) -> None:
    assert s3.requests == []
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:9")
    monkeypatch.setitem(connect.RETRY, "max_retries", 1)
    error = refusal("s3://footage")
    assert isinstance(error, StoreUnavailable)
    assert "could not be reached" in error.detail


def test_http_is_only_for_an_endpoint_that_says_so(
    s3: Bucket, monkeypatch: pytest.MonkeyPatch
) -> None:
    s3.objects = {"a.mp4": b"x"}
    monkeypatch.setattr(connect, "_AWS_ENDPOINTS", ())
    assert isinstance(refusal("s3://footage"), StoreUnavailable)
    assert s3.requests == []


def test_azure_without_an_account_says_what_to_set(s3: Bucket) -> None:
    assert s3.requests == []
    assert "AZURE_STORAGE_ACCOUNT_NAME" in refusal("az://container/a").detail


def test_keys_of_the_aws_profile_are_used(
    find: Find, s3: Bucket, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    s3.objects = {"a.mp4": b"x"}
    monkeypatch.delenv("AWS_ACCESS_KEY_ID")
    monkeypatch.delenv("AWS_SECRET_ACCESS_KEY")
    folder = tmp_path / "no-home/.aws"
    folder.mkdir(parents=True)
    (folder / "credentials").write_text(
        "[work]\naws_access_key_id = k\naws_secret_access_key = s%\n"
    )
    (folder / "config").write_text("[profile work]\nregion = eu-central-1\n")
    monkeypatch.setenv("AWS_PROFILE", "work")
    assert connect._aws_profile() == {
        "region": "eu-central-1",
        "access_key_id": "k",
        "secret_access_key": "s%",
    }
    assert len(find("s3://footage")) == 1
    (folder / "credentials").write_text("aws_access_key_id\n")
    assert "credentials can't be read" in refusal("s3://footage").detail
