"""Servers that stand in for the clouds: S3 (SeaweedFS, moto), Azure (Azurite), Google (fake-gcs).

Each listens on loopback with keys of its own, keeps its files in a folder of the test session, and
is ended by its own process id.
"""

import base64
import hashlib
import hmac
import json
import secrets
import signal
import subprocess
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from itertools import count
from pathlib import Path

from tests.adapters import ObjectStore
from tests.services import install
from tests.services.google import translator
from tests.services.process import HOST, answers, free_port, running

BUCKET = "footage"

_CREATE_BUCKET = """
import boto3, sys
boto3.client("s3").create_bucket(Bucket=sys.argv[1])
"""


@contextmanager
def seaweedfs(folder: Path) -> Iterator[ObjectStore]:
    """S3 by SeaweedFS: master, volume, filer and S3 gateway in one process."""
    key, secret = "seaweed-key", secrets.token_hex(16)
    identity = {
        "name": "tests",
        "credentials": [{"accessKey": key, "secretKey": secret}],
        "actions": ["Admin", "Read", "Write", "List", "Tagging"],
    }
    (folder / "s3.json").write_text(json.dumps({"identities": [identity]}))
    (folder / "data").mkdir()
    gateway = free_port()
    ports = [f"-s3.port={gateway}", "-s3.port.iceberg=0", "-s3.port.lance=0"]
    ports += [f"-{part}.port={free_port()}" for part in ("master", "volume", "filer")]
    ports += [f"-{part}.port.grpc={free_port()}" for part in ("master", "volume", "filer", "s3")]
    command = [
        *(install.python() / "weed", "server", f"-dir={folder / 'data'}", f"-ip={HOST}"),
        *(f"-ip.bind={HOST}", "-filer", "-s3", f"-s3.config={folder / 's3.json'}"),
        *("-master.volumeSizeLimitMB=128", "-volume.max=40", *ports),
    ]
    environment = _aws(gateway, key, secret)
    # It takes its time to end in order, and its files are of no more use.
    with running(command, lambda: answers(gateway), folder / "log", stop=signal.SIGKILL):
        _create_bucket(environment)
        yield _numbered(f"s3://{BUCKET}", environment, "order", "after")


@contextmanager
def moto(folder: Path) -> Iterator[ObjectStore]:
    """S3 (and SQS) by moto's server; it takes any keys."""
    port = free_port()
    command = [install.python() / "moto_server", "-H", HOST, "-p", str(port)]
    environment = _aws(port, "moto-key", secrets.token_hex(16))
    with running(command, lambda: answers(port), folder / "log"):
        _create_bucket(environment)
        yield _numbered(f"s3://{BUCKET}", environment)


@contextmanager
def azurite(folder: Path) -> Iterator[ObjectStore]:
    """Azure's blob service by Azurite."""
    account, key = "testaccount", base64.b64encode(secrets.token_bytes(64)).decode()
    port = free_port()
    command = [
        *(install.node(), install.azurite(), "--blobHost", HOST, "--blobPort", str(port)),
        *("--location", folder / "data", "--skipApiVersionCheck", "--silent"),
        "--disableTelemetry",
    ]
    endpoint = f"http://{HOST}:{port}/{account}"
    environment = {
        "AZURE_STORAGE_ENDPOINT": endpoint,
        "AZURE_STORAGE_ACCOUNT_NAME": account,
        "AZURE_STORAGE_ACCOUNT_KEY": key,
    }
    with running(
        command,
        lambda: answers(port),
        folder / "log",
        environment={"AZURITE_ACCOUNTS": f"{account}:{key}"},
    ):
        _create_container(endpoint, account, key)
        yield _numbered(f"az://{BUCKET}", environment)


@contextmanager
def fake_gcs(folder: Path) -> Iterator[ObjectStore]:
    """Google Cloud Storage by fake-gcs-server behind a translator; it asks for no credentials.

    All is in its memory: SIGKILL loses nothing, and SIGTERM takes it 25 seconds.
    """
    port = free_port()
    host = f"{HOST}:{port}"
    command = [
        *(install.fake_gcs(), "-scheme", "http", "-host", HOST, "-port", str(port)),
        *("-backend", "memory", "-public-host", host, "-external-url", f"http://{host}"),
        *("-log-level", "warn"),
    ]
    with (
        running(command, lambda: answers(port), folder / "log", stop=signal.SIGKILL),
        translator(port) as front,
    ):
        _post(f"http://{host}/storage/v1/b?project=tests", json.dumps({"name": BUCKET}).encode())
        environment = {"STORAGE_EMULATOR_HOST": f"{HOST}:{front}"}
        yield _numbered(f"gs://{BUCKET}", environment, "multipart")


def _numbered(url: str, environment: Mapping[str, str], *lacks: str) -> ObjectStore:
    numbers = count()
    return ObjectStore(lambda: f"{url}/place-{next(numbers)}", environment, frozenset(lacks))


def _aws(port: int, key: str, secret: str) -> dict[str, str]:
    return {
        "AWS_ENDPOINT_URL": f"http://{HOST}:{port}",
        "AWS_REGION": "us-east-1",
        "AWS_ACCESS_KEY_ID": key,
        "AWS_SECRET_ACCESS_KEY": secret,
    }


def _create_bucket(environment: Mapping[str, str]) -> None:
    """By Amazon's own client, which moto brings along."""
    command = [str(install.python() / "python"), "-c", _CREATE_BUCKET, BUCKET]
    names = {
        **environment,
        "AWS_DEFAULT_REGION": environment["AWS_REGION"],
        "PATH": "/usr/bin:/bin",
    }
    subprocess.run(command, check=True, env=names, timeout=120)


def _create_container(endpoint: str, account: str, key: str) -> None:
    """One signed request of Azure's REST interface."""
    url, version = f"{endpoint}/{BUCKET}?restype=container", "2021-08-06"
    time = datetime.now(UTC).strftime("%a, %d %b %Y %H:%M:%S GMT")
    named = f"x-ms-date:{time}\nx-ms-version:{version}\n"
    resource = f"/{account}/{account}/{BUCKET}\nrestype:container"
    text = "PUT" + "\n" * 12 + named + resource
    mark = hmac.new(base64.b64decode(key), text.encode(), hashlib.sha256).digest()
    headers = {
        "Authorization": f"SharedKey {account}:{base64.b64encode(mark).decode()}",
        "x-ms-date": time,
        "x-ms-version": version,
        "Content-Length": "0",
    }
    _send(urllib.request.Request(url, headers=headers, method="PUT"))  # noqa: S310 - on loopback


def _post(url: str, body: bytes) -> None:
    headers = {"Content-Type": "application/json"}
    _send(urllib.request.Request(url, body, headers))  # noqa: S310 - on loopback


def _send(request: urllib.request.Request) -> None:
    with urllib.request.urlopen(request, timeout=30):  # noqa: S310 - on loopback
        pass
