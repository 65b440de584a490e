"""Buckets and folders as obstore's stores: credentials, endpoints, patience.

Everything that says how long we wait stands here and in `docs/stores.md`.
"""

import configparser
import os
from datetime import timedelta
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING

from obstore.store import AzureStore, GCSStore, LocalStore, MemoryStore, S3Store

from quietwatch.errors import StoreUnavailable
from quietwatch.names import printable
from quietwatch.store.files import make_folder
from quietwatch.store.objects.faults import translated
from quietwatch.store.objects.url import BucketUrl, Folder, Memory, Place

if TYPE_CHECKING:  # obstore has these names for type checkers only
    from obstore.store import ClientConfig, GCSConfig, RetryConfig, S3Config

Bucket = S3Store | GCSStore | AzureStore
Store = Bucket | LocalStore | MemoryStore

RETRY: "RetryConfig" = {
    "max_retries": 6,
    "retry_timeout": timedelta(seconds=90),
    "backoff": {
        "init_backoff": timedelta(milliseconds=100),
        "max_backoff": timedelta(seconds=15),
        "base": 2,
    },
}
"""A request that met a fault is sent again, each time after a longer pause, within a bound."""

# The bound on a whole request would cut off a long download: what is bound is each wait for bytes.
CLIENT: "ClientConfig" = {"connect_timeout": "10s", "read_timeout": "30s", "timeout": "24h"}
"""How long we wait for a connection, for the next bytes, and for a whole transfer."""

# The wait for an answer begins with the first byte that is sent: all of a put has to go in it.
SENDING: "ClientConfig" = {"read_timeout": "120s"}
"""What is other than in `CLIENT` where bytes are sent: 64 MB pass at 4.5 Mbit/s."""

SENDING_AGAIN: "RetryConfig" = {"retry_timeout": timedelta(seconds=240)}
"""What is other than in `RETRY` where bytes are sent; credentials may not last longer."""

PAUSES = (0.2, 1.0, 5.0)
"""Seconds before a create-only put is sent again. obstore sends it again after an answer that says
so, not after none: it can't know that this is safe, but the bytes that lie there tell."""

_AWS_ENDPOINTS = ("AWS_ENDPOINT_URL_S3", "AWS_ENDPOINT_URL", "AWS_ENDPOINT")
_AZURE_ENDPOINTS = ("AZURE_STORAGE_ENDPOINT", "AZURE_ENDPOINT")
_AWS_IDENTITY = (
    "AWS_ACCESS_KEY_ID",
    "AWS_WEB_IDENTITY_TOKEN_FILE",
    "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI",
    "AWS_CONTAINER_CREDENTIALS_FULL_URI",
    "AWS_SKIP_SIGNATURE",
)
_MEMORIES: dict[str, MemoryStore] = {}
_MEMORIES_LOCK = Lock()


def open_store(place: Place) -> tuple[Store, Store]:
    """The store at a place, to read and to write; only what is below its key or folder is seen.

    Raises:
        StoreUnavailable: what is needed to reach it is not set.
        StorageError: the folder can't be made.
    """
    if isinstance(place, Folder):
        make_folder(place.path)
        with translated(place):
            folder = LocalStore(place.path)
        return folder, folder
    if isinstance(place, Memory):
        with _MEMORIES_LOCK:
            memory = MemoryStore()
            memory = _MEMORIES.setdefault(place.name, memory) if place.name else memory
        return memory, memory
    below = place.key.strip("/")
    return open_bucket(place, below), open_bucket(place, below, sending=True)


def open_bucket(url: BucketUrl, below: str = "", *, sending: bool = False) -> Bucket:
    """The store of a bucket, with credentials from the usual places; nothing is sent yet.

    Args:
        url: names the bucket.
        below: only what lies in this folder of it is seen; "" for all.
        sending: wait as long as it takes to send much.

    Raises:
        StoreUnavailable: what is needed to reach it is not set.
    """
    prefix = below or None
    retry: RetryConfig = {**RETRY, **SENDING_AGAIN} if sending else RETRY
    with translated(url):
        if url.scheme == "gs":
            google = _emulator()
            client = _client(
                google.get("base_url", os.environ.get("GOOGLE_BASE_URL", "")), sending=sending
            )
            return GCSStore(
                url.bucket, prefix=prefix, config=google, client_options=client, retry_config=retry
            )
        if url.scheme == "az":
            client = _client(*_set(_AZURE_ENDPOINTS), sending=sending)
            return AzureStore(url.bucket, prefix=prefix, client_options=client, retry_config=retry)
        client = _client(*_set(_AWS_ENDPOINTS), sending=sending)
        return S3Store(
            url.bucket,
            prefix=prefix,
            config=_aws_profile(),
            client_options=client,
            retry_config=retry,
        )


def _set(names: tuple[str, ...]) -> list[str]:
    return [os.environ[name] for name in names if name in os.environ]


def _client(*endpoints: str, sending: bool) -> "ClientConfig":
    """Without TLS only where an endpoint says so."""
    client: ClientConfig = {**CLIENT, **SENDING} if sending else {**CLIENT}
    if any(endpoint.startswith("http://") for endpoint in endpoints):
        client["allow_http"] = True
    return client


def _emulator() -> "GCSConfig":
    """What Google's own clients do where STORAGE_EMULATOR_HOST is set: that host, any token."""
    host = os.environ.get("STORAGE_EMULATOR_HOST")
    if host is None:
        return {}
    return {"base_url": host if "://" in host else f"http://{host}", "bearer_token": "emulator"}


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
