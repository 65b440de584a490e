"""Errors of obstore as ours. Its own text may hold anything, so little of it is passed on."""

import errno
import os
import re
from collections.abc import Iterator
from contextlib import contextmanager

from obstore.exceptions import (
    BaseError,
    InvalidPathError,
    PermissionDeniedError,
    UnauthenticatedError,
)

from quietwatch.errors import InvalidName, StorageError, StoreUnavailable
from quietwatch.names import printable
from quietwatch.store.files import full_disk, is_full
from quietwatch.store.objects.url import BucketUrl, Folder, Place

_OF_THE_SYSTEM = re.compile(r"\(os error (\d+)\)")


@contextmanager
def translated(place: Place) -> Iterator[None]:
    """Turn obstore's errors into ours; an object that is not there stays `FileNotFoundError`.

    Raises:
        StoreUnavailable: the bucket is not there, refuses us or does not answer.
        StorageFull: a folder's disk is full. StorageError: it can't be used.
        InvalidName: an object's name can't be used.
    """
    shown = where(place)
    try:
        yield
    except (InvalidPathError, ValueError) as error:
        raise InvalidName(
            f"{shown}: a name with an empty or dotted folder or a control character in it can't be "
            f"handled ({_first_line(error)}); rename the object, or name a folder without it"
        ) from error
    except BaseError as error:
        if isinstance(place, Folder):
            raise _local(place, str(error)) from error
        if isinstance(error, PermissionDeniedError | UnauthenticatedError):
            raise StoreUnavailable(_refusal(shown)) from error
        raise StoreUnavailable(_outage(shown, str(error))) from error


def is_fleeting(place: Place, error: BaseError) -> bool:
    """Whether the same request may well succeed a moment later."""
    said = str(error)
    refused = re.search(r"status code: 4\d\d", said) or "169.254.169.254" in said
    return isinstance(place, BucketUrl) and not refused


def gone(place: Place) -> StorageError:
    """The error for a place that is not there."""
    if isinstance(place, Folder):
        return StorageError(f"{where(place)} can't be written: a file is where a folder must be")
    return StoreUnavailable(
        f"{where(place)} is not there; check its name, its account and the endpoint"
    )


def where(place: Place) -> str:
    """A place as messages name it: the bucket without what is below it, the folder by its path."""
    if isinstance(place, BucketUrl):
        return printable(f"{place.scheme}://{place.bucket}")
    return printable(place.path if isinstance(place, Folder) else str(place))


def _local(folder: Folder, said: str) -> StorageError | FileNotFoundError:
    """The operating system's error about a file, by the number that stands in the text."""
    numbers = [int(number) for number in _OF_THE_SYSTEM.findall(said)]
    for number in numbers:
        if is_full(number):
            return full_disk(folder.path, number)
    if errno.ENOTDIR in numbers:  # the key of an object was taken for a folder
        return FileNotFoundError(errno.ENOTDIR, os.strerror(errno.ENOTDIR))
    cause = os.strerror(numbers[0]) if numbers else _first_line(said)
    return StorageError(f"{where(folder)} can't be used ({cause}); mend that and run again")


def _refusal(shown: str) -> str:
    return (
        f"{shown} refused access; check the credentials in the environment and that they may list, "
        "read and, for a store, write there"
    )


def _outage(shown: str, said: str) -> str:
    """The sentence for what has no class of its own in obstore."""
    if "NoSuchBucket" in said or "ContainerNotFound" in said or "bucket does not exist" in said:
        return f"{shown} is not there; check its name, its account and the endpoint"
    if "Account must be specified" in said:
        return f"{shown} needs an account; set AZURE_STORAGE_ACCOUNT_NAME"
    if "169.254.169.254" in said or "metadata.google.internal" in said:
        return f"no credentials were found for {shown}; set them in the environment"
    if "status code: 401" in said or "status code: 403" in said:
        return _refusal(shown)
    if "redirect" in said:
        return f"{shown} is in another region; set AWS_REGION to the bucket's own"
    status = re.search(r"status code: (\d{3}[A-Za-z ]*)", said)
    cause = f"answered {status[1].strip()}" if status else "could not be reached"
    return f"{shown} {cause}; check the network and the endpoint, and run again"


def _first_line(said: object) -> str:
    return printable(str(said).split("\n", 1)[0])
