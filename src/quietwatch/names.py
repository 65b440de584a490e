"""Every id, path and time in a name is formatted and parsed here, and nowhere else."""

import os
import re
import unicodedata
import uuid
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import PurePosixPath
from typing import NamedTuple
from zoneinfo import ZoneInfo

from quietwatch.errors import InvalidName
from quietwatch.model import Camera, Clip, Repo

DEFAULT_TENANT = "home"
DEFAULT_SITE = "main"

ENGINE = "engine"
"""Author of what the engine itself commits; no principal can be called so: theirs have a sort."""

SLUG = r"[a-z0-9][a-z0-9-]{0,62}"
"""What a tenant, a site and a camera may be called, as a regular expression."""

_SLUG = re.compile(SLUG)
_CLIP_NAME = re.compile(r"\d{8}T\d{6}\.\d{3}Z(?=-[0-9a-f]{8}\.[a-z0-9]{1,8}$)", re.ASCII)
_REF = re.compile(r"[a-z0-9][a-z0-9._-]{0,62}")
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
_COMMIT = re.compile(r"[0-9a-f]{8,64}")  # a commit's id, or the beginning of one
_LONGEST_PATH = 1024  # bytes; what every object store takes
_UNFINISHED = re.compile(r"#\d+$")
_LONGEST_PART = 250  # bytes of a folder or a name; file systems take 255
_BLOB = re.compile(
    rf"(?P<tenant>{SLUG})/blobs/(?P<start>[0-9a-f]{{2}})/(?P<sha>(?P=start)[0-9a-f]{{62}})"
)
_EVENTS = uuid.UUID("5f0a4c0e-3d0b-5b5e-9a53-6b1c9d2f7e10")
# Names come from outside: they may hold line breaks, and digits of other scripts, which are none.
# An epoch time has no leading zero (that is a counter), and a year far off is no time of footage.
_STAMPED = re.compile(
    r"(?P<camera>.+)_"
    r"(?P<time>[1-9]\d{9}|[1-9]\d{12}|(?:19|20|21)\d{6}T\d{6}(?:\.\d{1,6})?Z)",
    re.ASCII | re.DOTALL,
)
_LOCAL_TIME = re.compile(
    r"(?<!\d)((?:19|20)\d{2})[-._]?(\d{2})[-._]?(\d{2})"
    r"[T_ -]?(\d{2})[-.:_]?(\d{2})[-.:_]?(\d{2})"
    r"(?:(?:\.(?P<fraction>\d{1,6}))?(?P<utc>Z)(?![0-9A-Za-z])|(?!\d))",
    re.ASCII,
)
_NUMBERED = re.compile(r"(?P<prefix>(?:.*\D)?)(?P<number>\d+)", re.ASCII | re.DOTALL)


class Stamped(NamedTuple):
    """A file name of the form `<camera>_<time>`."""

    camera: str
    time: datetime


def slug(name: str) -> str:
    """The slug of a name: what is left of it in `SLUG`.

    Accents are dropped; every run of other characters becomes one dash, none at either end. Two
    names may give one slug: whoever makes cameras of names has to look for that.

    Raises:
        InvalidName: no letter or digit of the name can be kept.
    """
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode()
    made = re.sub(r"[^a-z0-9]+", "-", plain.lower()).strip("-")[:63].rstrip("-")
    if not made:
        raise InvalidName(
            f"{printable(name)!r} has no letter or digit to name a camera by; "
            "rename the file or its folder"
        )
    return made


def stamped(stem: str) -> Stamped | None:
    """Read `<camera>_<time>`: epoch seconds or milliseconds, or ISO 8601 basic in UTC.

    None for any other name, one with an impossible date too.
    """
    match = _STAMPED.fullmatch(stem)
    if match is None:
        return None
    text = match["time"]
    try:
        if text.isdigit():
            scale = 1 if len(text) == 10 else 1000
            whole, rest = divmod(int(text), scale)
            time = datetime.fromtimestamp(whole, UTC) + timedelta(milliseconds=rest)
        else:
            time = datetime.fromisoformat(text)
    except ValueError:  # 20261399T...: digits, but no time
        return None
    return Stamped(match["camera"], time)


def time_in_name(stem: str, zone: ZoneInfo) -> datetime | None:
    """A time somewhere in a file name, such as `door 2026-11-23 16-00-00`, as UTC.

    The first that is a real date counts. Of the two moments that a clock set back shows, it is the
    first; one that a clock set forward skips is read as if it had not been set yet.

    Args:
        stem: the file's name without ending.
        zone: in which the time is read, unless a Z behind it says that it is UTC.
    """
    for match in _LOCAL_TIME.finditer(stem):
        year, month, day, hour, minute, second = (int(part) for part in match.groups()[:6])
        fraction = int((match["fraction"] or "0").ljust(6, "0"))
        tz = UTC if match["utc"] else zone
        try:
            time = datetime(year, month, day, hour, minute, second, fraction, tzinfo=tz)
        except ValueError:  # 20261399: digits, but no date
            continue
        return time.astimezone(UTC)
    return None


def numbered(stem: str) -> tuple[str, int] | None:
    """Read `<prefix><number>`, as in a folder of numbered stills; a stamped name is none.

    All digits at the end are the number: the prefix does not end with one.
    """
    match = _NUMBERED.fullmatch(stem)
    if match is None or stamped(stem) is not None:
        return None
    return match["prefix"], int(match["number"])


def clip_path(clip: Clip) -> str:
    """Path of a clip in `footage`: site/camera/YYYY/MM/DD/YYYYMMDDTHHMMSS.mmmZ-<sha8>.ext."""
    start = clip.start
    name = f"{start:%Y%m%dT%H%M%S}.{start.microsecond // 1000:03d}Z-{clip.sha256[:8]}"
    folder = PurePosixPath(clip.camera.site, clip.camera.name, f"{start:%Y/%m/%d}")
    return str(folder / f"{name}.{clip.extension}")


def clip_hour(path: str) -> str:
    """What the paths of all clips of a camera that start in the same hour begin with.

    `site/camera/2026/11/23/20261123T16`; of a path that is none of a clip, its folder.
    """
    folder, _, name = path.rpartition("/")
    return f"{folder}/{name[:11]}" if _CLIP_NAME.match(name) else f"{folder}/"


def memory_day(path: str) -> str:
    """Path in `memory` of what a camera showed on a day: of a clip's path or hour in `footage`.

    `site/camera/2026/11/23.json`
    """
    return f"{path.rpartition('/')[0]}.json"


def hour_of(hour: str) -> datetime:
    """The UTC time at which an hour begins that `clip_hour` names."""
    return datetime.strptime(hour.rpartition("/")[2], "%Y%m%dT%H").replace(tzinfo=UTC)


def read_clip_path(path: str, tenant: str) -> tuple[Camera, datetime]:
    """Camera and start of a clip, from its path in `footage`.

    Raises:
        InvalidName: it is no path of a clip.
    """
    parts = path.split("/")
    if len(parts) == 6 and (match := _CLIP_NAME.match(parts[-1])):
        site, camera = parts[:2]
        if _SLUG.fullmatch(site) and _SLUG.fullmatch(camera):
            with suppress(ValueError):
                return Camera(tenant, site, camera), datetime.fromisoformat(match[0])
    raise InvalidName(
        f"'{printable(path)}' is no path of a clip; write "
        "SITE/CAMERA/YYYY/MM/DD/YYYYMMDDTHHMMSS.mmmZ-<first 8 of its SHA-256>.EXT"
    )


def repo_path(path: str) -> str:
    """A path in a repo, as it must be written: parts joined by `/`, in Unicode's form NFC.

    Raises:
        InvalidName: a part is empty, `.` or `..`, a character can't be shown, or it is longer than
            1,024 bytes.
    """
    plain = unicodedata.normalize("NFC", path)
    if any(part in {"", ".", ".."} for part in plain.split("/")):
        raise InvalidName(
            f"'{printable(path)}' is no path in a repo: write folders and a name joined by /, none "
            "of them empty, . or .."
        )
    if printable(plain) != plain:
        raise InvalidName(
            f"'{printable(path)}' has characters that can't be shown; give the file another name"
        )
    if len(plain.encode()) > _LONGEST_PATH:
        raise InvalidName(
            f"'{printable(plain[:60])}...' is longer than {_LONGEST_PATH} bytes; shorten it"
        )
    return plain


def object_key(key: str) -> str:
    """A key in the store, as it is: what a path in a repo may be, and a folder can hold.

    Raises:
        InvalidName: it is no such path, a part of it is longer than 250 bytes, or it ends with #
            and digits, which stands for what is not yet whole in a folder.
    """
    if repo_path(key) != key:
        raise InvalidName(
            f"'{printable(key)}' is no key in a store: write it in Unicode's form NFC"
        )
    if max(len(part.encode()) for part in key.split("/")) > _LONGEST_PART:
        raise InvalidName(
            f"'{printable(key[:60])}...' has a part longer than {_LONGEST_PART} bytes; shorten it"
        )
    if _UNFINISHED.search(key):
        raise InvalidName(f"'{printable(key)}' ends with # and digits; give it another ending")
    return key


def blob_key(tenant: str, sha256: str) -> str:
    """Where a tenant's blob lies in the store: TENANT/blobs/<first 2>/<sha256>."""
    return f"{blob_folder(tenant)}/{sha256[:2]}/{sha256}"


def blob_folder(tenant: str) -> str:
    """The folder of a tenant's blobs.

    Raises:
        InvalidName: the tenant is no slug.
    """
    if not _SLUG.fullmatch(tenant):
        raise InvalidName(
            f"'{printable(tenant)}' is no tenant; write small letters, digits and -, 63 at most"
        )
    return f"{tenant}/blobs"


def blob_of_key(key: str) -> str | None:
    """The SHA-256 of the blob at a key, None for what is no blob."""
    match = _BLOB.fullmatch(key)
    return None if match is None else match["sha"]


def repo(text: str, tenant: str) -> Repo:
    """Read a repo's name, `NAME` of the tenant given or `TENANT/NAME`; both are slugs.

    Raises:
        InvalidName: it is neither.
    """
    owner, slash, name = text.rpartition("/")
    found = Repo(owner if slash else tenant, name)
    if not (_SLUG.fullmatch(found.tenant) and _SLUG.fullmatch(found.name)):
        raise InvalidName(
            f"'{printable(text)}' names no repo; write NAME or TENANT/NAME, each of small letters, "
            "digits and -"
        )
    return found


def ref(name: str) -> str:
    """Check the name of a branch or a tag: as a slug, also with `.` and `_`.

    Raises:
        InvalidName: it is none, or it could be taken for a commit's id.
    """
    if not _REF.fullmatch(name):
        raise InvalidName(
            f"'{printable(name)}' can't name a branch or a tag; write up to 63 small letters, "
            "digits, ., _ and -, a letter or digit first"
        )
    if _DAY.fullmatch(name):
        raise InvalidName(f"'{name}' could be taken for a day; give the branch or tag another name")
    if commit_start(name):
        raise InvalidName(
            f"'{name}' could be taken for a commit's id; a name of digits and a to f alone has "
            "fewer than 8 characters"
        )
    return name


def commit_start(text: str) -> bool:
    """Whether this is a commit's id or the beginning of one: 8 to 64 hexadecimal digits."""
    return _COMMIT.fullmatch(text) is not None


def event_id(camera: Camera, stream: str, first_seen: float, ordinal: int) -> str:
    """UUIDv5 of camera, stream, media time of the track's first observation and its ordinal.

    Args:
        camera: where it was seen.
        stream: SHA-256 of the first clip of the stream.
        first_seen: seconds of stream time; taken to the millisecond.
        ordinal: number of the track in its stream.
    """
    return str(uuid.uuid5(_EVENTS, f"{camera}|{stream}|{round(first_seen * 1000)}|{ordinal}"))


def iso(time: datetime) -> str:
    """UTC with milliseconds: 2026-11-23T16:00:01.200Z."""
    return time.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def printable(text: str | os.PathLike[str]) -> str:
    r"""A name that is safe on a terminal, in a report and in JSON.

    Control characters and bytes that are no UTF-8 become escapes (`\n`, `\xff`).
    """
    plain = os.fspath(text)
    return plain if plain.isprintable() else "".join(map(_escape, plain))


def _escape(char: str) -> str:
    code = ord(char)
    if 0xDC80 <= code <= 0xDCFF:  # a byte that os.fsdecode could not decode
        return f"\\x{code - 0xDC00:02x}"
    if unicodedata.category(char) in {"Cc", "Cf", "Cs", "Zl", "Zp"}:  # Cf: also text direction
        return char.encode("unicode_escape").decode()
    return char
