"""Notices of new objects: what a bucket on S3 sends to a queue (SQS) when something is put.

A notice may come twice, late, or never: it is only a hint where to look. It is taken from the queue
when what it tells of was dealt with.
"""

import json
from collections.abc import Iterator, Sequence
from importlib.util import find_spec
from typing import Any
from urllib.parse import unquote_plus
from zoneinfo import ZoneInfo

from quietwatch.errors import ExtraMissing, StoreUnavailable
from quietwatch.names import printable
from quietwatch.sources.bucket import known, pieces_of
from quietwatch.sources.piece import Piece
from quietwatch.store.objects.url import BucketUrl

_MOST = 10  # messages SQS gives at once
_ROUND = 500  # messages of one round
_CREATED = "ObjectCreated:"


class Notices:
    """The queue that tells of some buckets.

    Args:
        queue: URL of the SQS queue; credentials come from the environment, as for buckets.
        buckets: of which notices are taken; others' stay in the queue.
        zone: time zone in which times in names are read.

    Raises:
        ExtraMissing: what speaks to SQS is not installed.
    """

    def __init__(self, queue: str, buckets: Sequence[BucketUrl], zone: ZoneInfo) -> None:
        if find_spec("boto3") is None:
            raise ExtraMissing(
                "a queue needs what speaks to it; install it: pip install 'quietwatch[sqs]'"
            )
        import boto3  # noqa: PLC0415 - heavy, and an extra

        self._client: Any = boto3.client("sqs")
        self._queue = queue
        self._buckets = [bucket for bucket in buckets if bucket.scheme == "s3"]
        self._zone = zone
        self._taken: list[str] = []

    def pieces(self) -> Iterator[Piece]:
        """The footage that notices tell of.

        Raises:
            StoreUnavailable: the queue or a bucket does not answer.
        """
        found: dict[BucketUrl, set[str]] = {}
        for message in self._messages():
            keys = list(_keys(message.get("Body", "")))
            ours = [(url, key) for url in self._buckets for at, key in keys if _is_in(url, at, key)]
            for url, key in ours:
                found.setdefault(url, set()).add(key)
            if ours or not keys:  # what tells of others is for others
                self._taken.append(message["ReceiptHandle"])
        for url, wanted in found.items():
            metas = [meta for key in sorted(wanted) if (meta := known(url, key)) is not None]
            yield from pieces_of(url, metas, self._zone)

    def leave(self) -> None:
        """What was told of could not be dealt with: leave its notices in the queue."""
        self._taken = []

    def done(self) -> None:
        """What was told of is dealt with: take the notices from the queue.

        Raises:
            StoreUnavailable: the queue does not answer.
        """
        taken, self._taken = self._taken, []
        for first in range(0, len(taken), _MOST):
            part = taken[first : first + _MOST]
            entries = [{"Id": str(n), "ReceiptHandle": handle} for n, handle in enumerate(part)]
            self._call("delete_message_batch", Entries=entries)

    def _messages(self) -> Iterator[dict[str, Any]]:
        for _ in range(_ROUND // _MOST):
            answer = self._call("receive_message", MaxNumberOfMessages=_MOST, WaitTimeSeconds=0)
            messages = answer.get("Messages", [])
            yield from messages
            if len(messages) < _MOST:
                return

    def _call(self, what: str, **arguments: Any) -> dict[str, Any]:
        from botocore.exceptions import BotoCoreError, ClientError  # noqa: PLC0415

        try:
            answer: dict[str, Any] = getattr(self._client, what)(QueueUrl=self._queue, **arguments)
        except (BotoCoreError, ClientError) as error:
            raise StoreUnavailable(
                f"the queue {printable(self._queue)} does not answer ({type(error).__name__}); "
                "check its URL, its region and the credentials in the environment"
            ) from error
        return answer


def _is_in(url: BucketUrl, bucket: str, key: str) -> bool:
    """Whether an object lies in the folder of a URL."""
    root = url.key.rstrip("/")
    return url.bucket == bucket and (not root or key == root or key.startswith(f"{root}/"))


def _keys(body: str) -> Iterator[tuple[str, str]]:
    """Bucket and key of each object that a notice says was put; of anything else none."""
    try:
        told = json.loads(body)
        if isinstance(told, dict) and isinstance(told.get("Message"), str):  # by way of SNS
            told = json.loads(told["Message"])
        records = told.get("Records", []) if isinstance(told, dict) else []
        for record in records:
            if str(record["eventName"]).startswith(_CREATED):
                s3 = record["s3"]
                yield str(s3["bucket"]["name"]), unquote_plus(str(s3["object"]["key"]))
    except (ValueError, KeyError, TypeError):  # not from S3: somebody else's, or a test message
        return
