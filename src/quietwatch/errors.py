"""Every error Quietwatch raises on purpose, one tree; the branch says what the caller should do.

    QuietwatchError
    ├── UsageError                fix the call                        (exit 2)
    │   ├── SourceNotFound        source-not-found
    │   ├── InvalidName           invalid-name
    │   ├── ConfigError           invalid-config
    │   ├── RepoMissing           repo-missing
    │   ├── RepoExists            repo-exists
    │   ├── RefExists             ref-exists
    │   ├── CommitMissing         commit-missing
    │   ├── PathMissing           path-missing
    │   ├── EventMissing          event-missing
    │   ├── AccessRefused         access-refused
    │   ├── LastAdmin             last-admin
    │   ├── GrantMissing          grant-missing
    │   └── TokenMissing          token-missing
    ├── InputError                set this input aside, go on         (exit 3, listed in `failed`)
    │   ├── EmptyFile             empty-file
    │   ├── NotReadable           not-readable
    │   ├── SymlinkLoop           symlink-loop
    │   ├── AmbiguousCamera       ambiguous-camera
    │   ├── SourceChanged         source-changed
    │   ├── UnreadableVideo       unreadable-video
    │   ├── UnreadablePicture     unreadable-picture
    │   ├── NoVideo               no-video
    │   ├── UnsupportedCodec      unsupported-codec
    │   ├── PictureTooLarge       picture-too-large
    │   ├── DecoderCrashed        decoder-crashed
    │   ├── DecoderStalled        decoder-stalled
    │   ├── MemoryExceeded        memory-exceeded
    │   ├── FootageMissing        footage-missing
    │   ├── FootageDamaged        footage-damaged
    │   └── Erased                erased
    ├── StorageError              free space, mend the disk or the remote store, run again (exit 1)
    │   ├── StorageFull           storage-full
    │   ├── RecordDamaged         record-damaged
    │   │   └── AnalysisDamaged   analysis-damaged
    │   ├── ObjectMissing         object-missing
    │   ├── BlobDamaged           blob-damaged
    │   ├── StoreUnavailable      store-unavailable
    │   ├── CatalogUnavailable    catalog-unavailable
    │   └── CatalogBehind         catalog-behind
    └── SetupError                mend the installation               (exit 1)
        ├── ModelDamaged          model-damaged
        ├── ModelUnsupported      model-unsupported
        ├── ExtraMissing          extra-missing
        ├── CatalogTooNew         catalog-too-new
        └── WorkerFailed          worker-failed

A code is stable: programs match on it. The sentence is for people: what happened, what to do.
"""

from typing import ClassVar


class QuietwatchError(Exception):
    """Root of the tree.

    Args:
        detail: a sentence a person can act on, without the name of the input (callers add it).
    """

    code: ClassVar[str] = "error"

    def __init__(self, detail: str) -> None:
        super().__init__(detail)
        self.detail = detail

    def __reduce__(self) -> tuple[type["QuietwatchError"], tuple[str]]:
        """Errors cross from a worker to the engine by pickle."""
        return type(self), (self.detail,)


class UsageError(QuietwatchError):
    """The call is wrong; nothing was done."""

    code = "usage"


class SourceNotFound(UsageError):
    """A named source is not there."""

    code = "source-not-found"


class InvalidName(UsageError):
    """A tenant, site, camera or path breaks the naming rules."""

    code = "invalid-name"


class ConfigError(UsageError):
    """A settings file has an unknown key or a value out of bounds."""

    code = "invalid-config"


class RepoMissing(UsageError):
    """No repo has this name."""

    code = "repo-missing"


class RepoExists(UsageError):
    """A repo of this name is there already."""

    code = "repo-exists"


class RefExists(UsageError):
    """A branch or tag of this name is there already."""

    code = "ref-exists"


class CommitMissing(UsageError):
    """No branch, tag, commit or time of the repo is meant by this."""

    code = "commit-missing"


class PathMissing(UsageError):
    """The repo holds no file of this path at this commit."""

    code = "path-missing"


class AccessRefused(UsageError):
    """The caller may not do this: call with another token, or ask for the role that it takes."""

    code = "access-refused"


class LastAdmin(UsageError):
    """Nobody would be left who may do everything."""

    code = "last-admin"


class GrantMissing(UsageError):
    """A role that is to be taken away is not held."""

    code = "grant-missing"


class TokenMissing(UsageError):
    """No token has this id."""

    code = "token-missing"


class EventMissing(UsageError):
    """No event has this id."""

    code = "event-missing"


class InputError(QuietwatchError):
    """One input is unusable; the others are not touched by it."""

    code = "unusable-input"


class EmptyFile(InputError):
    """The file has no bytes."""

    code = "empty-file"


class NotReadable(InputError):
    """The operating system refused to read the file."""

    code = "not-readable"


class SymlinkLoop(InputError):
    """The path leads back to itself."""

    code = "symlink-loop"


class AmbiguousCamera(InputError):
    """Two different names give the same camera."""

    code = "ambiguous-camera"


class SourceChanged(InputError):
    """The file changed while it was read."""

    code = "source-changed"


class UnreadableVideo(InputError):
    """No frame could be decoded from the file."""

    code = "unreadable-video"


class UnreadablePicture(InputError):
    """The still can't be decoded."""

    code = "unreadable-picture"


class NoVideo(InputError):
    """The file holds no video stream."""

    code = "no-video"


class UnsupportedCodec(InputError):
    """The bundled FFmpeg has no decoder for the stream."""

    code = "unsupported-codec"


class PictureTooLarge(InputError):
    """The picture has more pixels than the configured bound."""

    code = "picture-too-large"


class DecoderCrashed(InputError):
    """The worker process died on this input as often as it was tried."""

    code = "decoder-crashed"


class DecoderStalled(InputError):
    """The worker made no progress, or not enough, within its bound on time."""

    code = "decoder-stalled"


class MemoryExceeded(InputError):
    """The worker took more memory than its bound."""

    code = "memory-exceeded"


class FootageMissing(InputError):
    """The footage of a clip is not in the store any more."""

    code = "footage-missing"


class FootageDamaged(InputError):
    """The footage of a clip in the store is not what was put there."""

    code = "footage-damaged"


class Erased(InputError):
    """The bytes were erased, on request or when their time was over."""

    code = "erased"


class StorageError(QuietwatchError):
    """A store can't do its work; nothing is half written, and the next run completes it."""

    code = "storage"


class StorageFull(StorageError):
    """No space is left for the results."""

    code = "storage-full"


class RecordDamaged(StorageError):
    """A stored record is not what was written."""

    code = "record-damaged"


class AnalysisDamaged(RecordDamaged):
    """A stored analysis is not what was written; from its footage it can be made anew."""

    code = "analysis-damaged"


class ObjectMissing(StorageError):
    """Nothing lies in the store under a key."""

    code = "object-missing"


class BlobDamaged(StorageError):
    """The bytes of a blob are not those it is named after; they are not given out."""

    code = "blob-damaged"


class StoreUnavailable(StorageError):
    """A bucket can't be reached or refuses us."""

    code = "store-unavailable"


class CatalogUnavailable(StorageError):
    """The catalog's database can't be reached or refuses us."""

    code = "catalog-unavailable"


class CatalogBehind(StorageError):
    """The bucket holds what the catalog does not know."""

    code = "catalog-behind"


class SetupError(QuietwatchError):
    """The installation lacks something or is damaged."""

    code = "setup"


class ModelDamaged(SetupError):
    """A model file is missing or its SHA-256 is not the one it was shipped with."""

    code = "model-damaged"


class ModelUnsupported(SetupError):
    """A model file can't be loaded, or has another signature than detectors here have."""

    code = "model-unsupported"


class ExtraMissing(SetupError):
    """An optional part is not installed; the sentence names the extra."""

    code = "extra-missing"


class CatalogTooNew(SetupError):
    """A newer Quietwatch wrote the catalog."""

    code = "catalog-too-new"


class WorkerFailed(SetupError):
    """Workers can't be started or kept alive, whatever the input."""

    code = "worker-failed"
