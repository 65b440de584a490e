"""Notices of a bucket by SQS: a queue and a bucket that sends notifications, as moto has them."""

import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import boto3
import obstore
import pytest

from quietwatch.errors import StoreUnavailable
from quietwatch.sources.notices import Notices
from quietwatch.store.objects.connect import open_bucket
from quietwatch.store.objects.url import BucketUrl, parse
from tests.adapters import ObjectStore

UTC = ZoneInfo("UTC")


@pytest.fixture(autouse=True)
def _moto(object_store_moto: ObjectStore, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    for name, value in object_store_moto.environment.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setenv("AWS_DEFAULT_REGION", object_store_moto.environment["AWS_REGION"])


@pytest.fixture
def bucket(object_store_moto: ObjectStore) -> BucketUrl:
    """An empty place whose bucket sends notices to the queue."""
    return parse(object_store_moto.fresh())


@pytest.fixture
def queue(bucket: BucketUrl) -> Iterator[str]:
    client: Any = boto3.client("sqs")
    url = client.create_queue(QueueName="new-footage")["QueueUrl"]
    arn = client.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])["Attributes"]
    told = [{"QueueArn": arn["QueueArn"], "Events": ["s3:ObjectCreated:*", "s3:ObjectRemoved:*"]}]
    boto3.client("s3").put_bucket_notification_configuration(
        Bucket=bucket.bucket, NotificationConfiguration={"QueueConfigurations": told}
    )
    yield url
    client.delete_queue(QueueUrl=url)


def put(bucket: BucketUrl, name: str) -> None:
    obstore.put(open_bucket(bucket), f"{bucket.key}/{name}", b"x")


def waiting(queue: str) -> int:
    told = boto3.client("sqs").get_queue_attributes(QueueUrl=queue, AttributeNames=["All"])
    names = ("ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible")
    return sum(int(told["Attributes"][name]) for name in names)


def sources(notices: Notices) -> set[str]:
    """What has come within some seconds."""
    found: set[str] = set()
    end = time.monotonic() + 10
    while not found and time.monotonic() < end:
        found = {piece.source.rpartition("/")[2] for piece in notices.pieces()}
    return found


def test_what_is_put_is_told_with_its_camera(bucket: BucketUrl, queue: str) -> None:
    notices = Notices(queue, [bucket], UTC)
    put(bucket, "door/a b+c.mp4")
    [piece] = list(notices.pieces())
    assert (piece.camera, piece.source) == ("door", str(bucket.of(f"{bucket.key}/door/a b+c.mp4")))
    assert piece.stamp


def test_a_notice_stays_until_it_is_dealt_with(bucket: BucketUrl, queue: str) -> None:
    notices = Notices(queue, [bucket], UTC)
    for number in range(25):
        put(bucket, f"door/{number}.mp4")
    assert len(sources(notices)) == 25
    assert waiting(queue) >= 25
    notices.done()
    assert waiting(queue) <= 1  # S3 sends a test message of its own


def test_what_is_no_footage_is_gone_or_lies_elsewhere_is_not_taken(
    bucket: BucketUrl, queue: str
) -> None:
    notices = Notices(queue, [bucket], UTC)
    put(bucket, "notes.txt")
    put(bucket, "door/gone.mp4")
    obstore.delete(open_bucket(bucket), f"{bucket.key}/door/gone.mp4")
    obstore.put(open_bucket(bucket), "elsewhere/door/a.mp4", b"x")
    boto3.client("sqs").send_message(QueueUrl=queue, MessageBody="no JSON")
    obstore.put(open_bucket(bucket), f"{bucket.key}-beside/door/a.mp4", b"x")
    put(bucket, "door/there.mp4")
    assert sources(notices) == {"there.mp4"}
    notices.done()
    assert waiting(queue) == 2  # those that tell of elsewhere are somebody else's


def test_a_queue_that_is_not_there_is_told(bucket: BucketUrl, queue: str) -> None:
    notices = Notices(f"{queue}-other", [bucket], UTC)
    with pytest.raises(StoreUnavailable, match="does not answer"):
        list(notices.pieces())
