"""URLs of buckets and folders, and how they may be shown. No secret ever stands in a message."""

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Literal
from urllib.parse import unquote

from quietwatch.errors import UsageError
from quietwatch.names import printable

SCHEMES = ("s3", "gs", "az")
"""Amazon S3 and what speaks its language, Google Cloud Storage, Azure Blob Storage."""

_URL = re.compile(
    r"(?P<scheme>[a-zA-Z][a-zA-Z0-9+.-]*)://(?P<bucket>[^/]*)/?(?P<key>.*)", re.DOTALL
)
_SIGNED = re.compile(r"(?is)\?.*(?:sig|token|secret|credential|key)[^=&]*=")


@dataclass(frozen=True, slots=True)
class BucketUrl:
    """A place in a bucket.

    Attributes:
        scheme: one of `SCHEMES`.
        bucket: the bucket; on Azure the container.
        key: of an object, or of the folder above objects; "" is the whole bucket.
    """

    scheme: Literal["s3", "gs", "az"]
    bucket: str
    key: str

    def of(self, key: str) -> str:
        """The URL of a key in the same bucket."""
        return f"{self.scheme}://{self.bucket}/{key}"

    def __str__(self) -> str:
        return self.of(self.key)


@dataclass(frozen=True, slots=True)
class Folder:
    """A folder of this machine, absolute."""

    path: Path

    def __str__(self) -> str:
        return self.path.as_uri()


@dataclass(frozen=True, slots=True)
class Memory:
    """Objects of this process; those of one name are shared, those without one are not."""

    name: str

    def __str__(self) -> str:
        return f"memory://{self.name}"


Place = BucketUrl | Folder | Memory
"""Where a store may be."""


def is_url(source: str) -> bool:
    """Whether a source is a URL rather than a path."""
    return _URL.fullmatch(source) is not None


def parse(source: str) -> BucketUrl:
    """Read `s3://BUCKET/KEY`, `gs://BUCKET/KEY` or `az://CONTAINER/KEY`; keys stand as they are.

    Raises:
        UsageError: another scheme, no bucket, or credentials in the URL.
    """
    scheme, bucket, key = _parts(source)
    if scheme not in SCHEMES:
        raise UsageError(
            f"'{redacted(source)}' is of no kind that can be read: give a path, or a URL with "
            "s3://, gs:// or az://"
        )
    if not bucket:
        raise UsageError(f"'{redacted(source)}' names no bucket; write {scheme}://BUCKET/FOLDER")
    return BucketUrl(scheme, bucket, key)  # type: ignore[arg-type]


def parse_place(text: str) -> Place:
    """Read where a store is: as `parse`, or a folder's path, `file:///FOLDER` or `memory://NAME`.

    A path may be relative; in a file URL it is absolute, with %20 and the like for what stands for
    nothing in a URL.

    Raises:
        UsageError: another scheme, no bucket, a folder of another machine, or credentials in it.
    """
    if not is_url(text):
        if not text:
            raise UsageError("the store has no name; give a folder or a URL")
        return Folder(Path(text).absolute())
    scheme, host, rest = _parts(text)
    if scheme == "file":
        if host not in {"", "localhost"}:
            raise UsageError(
                f"'{redacted(text)}' names a folder of another machine; write file:///FOLDER"
            )
        return Folder(Path("/" + unquote(rest)))
    if scheme == "memory":
        return Memory(f"{host}/{rest}".rstrip("/"))
    if scheme not in SCHEMES:
        raise UsageError(
            f"'{redacted(text)}' is no place for a store: give a folder, or a URL with file://, "
            "s3://, gs://, az:// or memory://"
        )
    return parse(text)


def redacted(source: str) -> str:
    """A source as it may be shown: without what stands before an @ or after a ? in a URL."""
    match = _URL.fullmatch(source)
    if match is None:
        return printable(source)
    bucket = match["bucket"]
    if "@" in bucket:
        bucket = f"***@{bucket.rpartition('@')[2]}"
    shown = f"{match['scheme']}://{bucket}/{match['key']}"
    signed = _SIGNED.search(shown)
    return printable(shown if signed is None else f"{shown[: signed.start()]}?***")


def _parts(source: str) -> tuple[str, str, str]:
    """Scheme in small letters, what stands for a host, and the rest.

    Raises:
        UsageError: it is no URL, or carries credentials.
    """
    match = _URL.fullmatch(source)
    if match is None:
        raise UsageError(f"'{redacted(source)}' is no URL")
    if "@" in match["bucket"] or _SIGNED.search(source):
        raise UsageError(
            f"'{redacted(source)}' carries credentials; take them out of the URL, where others can "
            "read them, and give them by the environment (see docs/stores.md)"
        )
    return match["scheme"].lower(), match["bucket"], match["key"]
