"""What URLs say, and what of them is never shown."""

from pathlib import Path

import pytest

from quietwatch.errors import UsageError
from quietwatch.store.objects.url import (
    BucketUrl,
    Folder,
    Memory,
    Place,
    is_url,
    parse,
    parse_place,
    redacted,
)


@pytest.mark.parametrize(
    ("source", "bucket", "key"),
    [
        ("s3://b", "b", ""),
        ("S3://b/", "b", ""),
        ("gs://b/a b/c?d.mp4", "b", "a b/c?d.mp4"),
        ("az://c/a%20b", "c", "a%20b"),
    ],
)
def test_keys_stand_as_they_are(source: str, bucket: str, key: str) -> None:
    url = parse(source)
    assert (url.bucket, url.key) == (bucket, key)


@pytest.mark.parametrize("source", ["a/b.mp4", "./s3:/x", "C:\\x", "s3:/b", "://x"])
def test_paths_are_no_urls(source: str) -> None:
    assert not is_url(source)


@pytest.mark.parametrize(
    "source",
    [
        "s3://id:hush@bucket/a",
        "az://c/a?sv=2026&sig=hush",
        "s3://b/a?X-Amz-Signature=hush",
        "https://account.blob.core.windows.net/c/a?sv=1&sig=hush",
        "https://user:hush@host/a.mp4",
    ],
)
def test_credentials_in_a_url_are_refused_and_not_shown(source: str) -> None:
    with pytest.raises(UsageError) as caught:
        parse(source)
    assert "hush" not in caught.value.detail
    assert "hush" not in redacted(source)


@pytest.mark.parametrize(
    ("text", "place", "shown"),
    [
        ("/var/lib/q store", Folder(Path("/var/lib/q store")), "file:///var/lib/q%20store"),
        (
            "file:///var/lib/q%20store/",
            Folder(Path("/var/lib/q store")),
            "file:///var/lib/q%20store",
        ),
        ("file://localhost/q", Folder(Path("/q")), "file:///q"),
        ("memory://", Memory(""), "memory://"),
        ("memory://one/two", Memory("one/two"), "memory://one/two"),
        ("s3://bucket/a/b", BucketUrl("s3", "bucket", "a/b"), "s3://bucket/a/b"),
        ("GS://bucket", BucketUrl("gs", "bucket", ""), "gs://bucket/"),
    ],
)
def test_places_and_how_they_are_written(text: str, place: Place, shown: str) -> None:
    assert parse_place(text) == place
    assert str(place) == shown
    assert parse_place(shown) == place


def test_a_path_may_be_relative(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert parse_place("store") == Folder(tmp_path / "store")


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "no name"),
        ("ftp://host/a", "no place for a store"),
        ("file://server/a", "another machine"),
        ("s3:///a", "names no bucket"),
        ("https://user:hush@host/a", "carries credentials"),
        ("memory://hush@b", "carries credentials"),
    ],
)
def test_what_is_no_place_is_said_without_a_secret(text: str, reason: str) -> None:
    with pytest.raises(UsageError, match=reason) as caught:
        parse_place(text)
    assert "hush" not in caught.value.detail
