"""Bucket URLs to obstore's stores, and its errors to ours. No secret ever stands in a message."""

import configparser
import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from obstore.exceptions import (
    BaseError,
    InvalidPathError,
    PermissionDeniedError,
    UnauthenticatedError,
)
from obstore.store import AzureStore, GCSStore, S3Store

from quietwatch.errors import InvalidName, StoreUnavailable, UsageError
from quietwatch.names import printable

if TYPE_CHECKING:  # obstore has these names for type checkers only
    from obstore.store import ClientConfig, RetryConfig, S3Config

Bucket = S3Store | GCSStore | AzureStore

SCHEMES = ("s3", "gs", "az")
"""Amazon S3 and what speaks its language, Google Cloud Storage, Azure Blob Storage."""

_URL = re.compile(
    r"(?P<scheme>[a-zA-Z][a-zA-Z0-9+.-]*)://(?P<bucket>[^/]*)/?(?P<key>.*)", re.DOTALL
)
_SIGNED = re.compile(r"(?is)\?.*(?:sig|token|secret|credential|key)[^=&]*=")
_RETRY: "RetryConfig" = {"max_retries": 6, "retry_timeout": timedelta(seconds=90)}
# The bound on a whole request would cut off a long download: what is bound is each wait for bytes.
_CLIENT: "ClientConfig" = {"connect_timeout": "10s", "read_timeout": "30s", "timeout": "24h"}
_AWS_ENDPOINTS = ("AWS_ENDPOINT_URL_S3", "AWS_ENDPOINT_URL", "AWS_ENDPOINT")
_AWS_IDENTITY = (
    "AWS_ACCESS_KEY_ID",
    "AWS_WEB_IDENTITY_TOKEN_FILE",
    "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI",
    "AWS_CONTAINER_CREDENTIALS_FULL_URI",
    "AWS_SKIP_SIGNATURE",
)


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


def is_url(source: str) -> bool:
    """Whether a source is a URL rather than a path."""
    return _URL.fullmatch(source) is not None


def parse(source: str) -> BucketUrl:
    """Read `s3://BUCKET/KEY`, `gs://BUCKET/KEY` or `az://CONTAINER/KEY`; keys stand as they are.

    Raises:
        UsageError: another scheme, no bucket, or credentials in the URL.
    """
    match = _URL.fullmatch(source)
    if match is None:
        raise UsageError(f"'{redacted(source)}' is no URL")
    scheme, bucket, key = match["scheme"].lower(), match["bucket"], match["key"]
    if "@" in bucket or _SIGNED.search(source):
        raise UsageError(
            f"'{redacted(source)}' carries credentials; take them out of the URL, where others can "
            "read them, and give them by the environment (see docs/cli.md)"
        )
    if scheme not in SCHEMES:
        raise UsageError(
            f"'{redacted(source)}' is of no kind that can be read: give a path, or a URL with "
            "s3://, gs:// or az://"
        )
    if not bucket:
        raise UsageError(f"'{redacted(source)}' names no bucket; write {scheme}://BUCKET/FOLDER")
    return BucketUrl(scheme, bucket, key)  # type: ignore[arg-type]


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


def connect(url: BucketUrl) -> Bucket:
    """The store of a bucket, with credentials from the usual places; nothing is sent yet.

    Raises:
        StoreUnavailable: what is needed to reach it is not set.
    """
    with translated(url):
        if url.scheme == "gs":
            return GCSStore(url.bucket, client_options=_CLIENT, retry_config=_RETRY)
        if url.scheme == "az":
            return AzureStore(url.bucket, client_options=_CLIENT, retry_config=_RETRY)
        plain = any(os.environ.get(name, "").startswith("http://") for name in _AWS_ENDPOINTS)
        client: ClientConfig = {**_CLIENT, "allow_http": True} if plain else _CLIENT
        return S3Store(
            url.bucket, config=_aws_profile(), client_options=client, retry_config=_RETRY
        )


@contextmanager
def translated(url: BucketUrl) -> Iterator[None]:
    """Turn obstore's errors into ours; an object that is not there stays `FileNotFoundError`.

    Raises:
        StoreUnavailable: the bucket is not there, refuses us or does not answer.
        InvalidName: it holds an object whose name can't be used.
    """
    place = printable(f"{url.scheme}://{url.bucket}")
    try:
        yield
    except (PermissionDeniedError, UnauthenticatedError) as error:
        raise StoreUnavailable(_refusal(place)) from error
    except (InvalidPathError, ValueError) as error:
        raise InvalidName(
            f"{place}: a name with an empty or dotted folder or a control character in it can't be "
            f"handled ({_first_line(error)}); rename the object, or name a folder without it"
        ) from error
    except BaseError as error:
        raise StoreUnavailable(_outage(place, str(error))) from error


def _refusal(place: str) -> str:
    return (
        f"{place} refused access; check the credentials in the environment and that they may list "
        "and read the bucket"
    )


def _outage(place: str, said: str) -> str:
    """The sentence for what has no class of its own in obstore; its own text may hold anything."""
    if "NoSuchBucket" in said or "ContainerNotFound" in said or "bucket does not exist" in said:
        return f"{place} is not there; check its name, its account and the endpoint"
    if "Account must be specified" in said:
        return f"{place} needs an account; set AZURE_STORAGE_ACCOUNT_NAME"
    if "169.254.169.254" in said or "metadata.google.internal" in said:
        return f"no credentials were found for {place}; set them in the environment"
    if "status code: 401" in said or "status code: 403" in said:
        return _refusal(place)
    if "redirect" in said:
        return f"{place} is in another region; set AWS_REGION to the bucket's own"
    status = re.search(r"status code: (\d{3}[A-Za-z ]*)", said)
    cause = f"answered {status[1].strip()}" if status else "could not be reached"
    return f"{place} {cause}; check the network and the endpoint, and run again"


def _first_line(error: Exception) -> str:
    return printable(str(error).split("\n", 1)[0])


def _aws_profile() -> "S3Config":
    """Keys and region of the AWS profile, where the environment names no identity itself."""
    config: S3Config = {}
    home = Path.home() / ".aws"
    profile = os.environ.get("AWS_PROFILE", "default")
    section = profile if profile == "default" else f"profile {profile}"
    settings = _ini(Path(os.environ.get("AWS_CONFIG_FILE", home / "config")), section)
    if "region" in settings and not (
        "AWS_REGION" in os.environ or "AWS_DEFAULT_REGION" in os.environ
    ):
        config["region"] = settings["region"]
    if any(name in os.environ for name in _AWS_IDENTITY):
        return config
    file = Path(os.environ.get("AWS_SHARED_CREDENTIALS_FILE", home / "credentials"))
    keys = {**settings, **_ini(file, profile)}
    if "aws_access_key_id" in keys and "aws_secret_access_key" in keys:
        config["access_key_id"] = keys["aws_access_key_id"]
        config["secret_access_key"] = keys["aws_secret_access_key"]
        if "aws_session_token" in keys:
            config["session_token"] = keys["aws_session_token"]
    return config


def _ini(file: Path, section: str) -> dict[str, str]:
    parser = configparser.RawConfigParser()
    try:
        parser.read(file, encoding="utf-8")
    except (configparser.Error, OSError, UnicodeDecodeError) as error:
        raise StoreUnavailable(f"{printable(file)} can't be read: mend or remove it") from error
    return dict(parser[section]) if parser.has_section(section) else {}
