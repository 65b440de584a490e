"""What a database says went wrong, told as one of our errors, without its secrets."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import exc

from quietwatch.errors import CatalogUnavailable, StorageFull
from quietwatch.names import printable

_DISK_FULL = "53100"  # SQLSTATE of PostgreSQL
_IN_EACH_OTHERS_WAY = {"40001", "40P01"}  # a snapshot that is too old, a deadlock


@contextmanager
def catalog_errors(url: str) -> Iterator[None]:
    """Tell what a database refuses as one of ours; a broken rule of a table stays what it is.

    Args:
        url: of the catalog, without its secrets.

    Raises:
        StorageFull: it has no space left. CatalogUnavailable: anything else it can't do.
    """
    try:
        yield
    except (exc.IntegrityError, exc.ProgrammingError, exc.DataError, exc.NotSupportedError):
        raise  # what was asked is wrong, not the database
    except exc.DBAPIError as error:
        raise _ours(url, error.orig) from error
    except exc.TimeoutError as error:  # of the pool of connections
        raise CatalogUnavailable(
            f"the catalog {url} is in use by too many at once; run again"
        ) from error


def in_each_others_way(error: CatalogUnavailable) -> bool:
    """Whether two transactions stood in each other's way, so that trying again helps."""
    cause = error.__cause__
    found = getattr(cause.orig, "sqlstate", None) if isinstance(cause, exc.DBAPIError) else None
    return found in _IN_EACH_OTHERS_WAY


def _ours(url: str, error: BaseException | None) -> CatalogUnavailable | StorageFull:
    why = printable(str(error).strip().partition("\n")[0])
    full = (
        error.sqlite_errorcode == sqlite3.SQLITE_FULL
        if isinstance(error, sqlite3.Error) and hasattr(error, "sqlite_errorcode")
        else getattr(error, "sqlstate", None) == _DISK_FULL
    )
    if full:
        return StorageFull(
            f"no space is left for the catalog {url} ({why}); free some and run again: what is "
            "done is kept"
        )
    if getattr(error, "sqlite_errorcode", None) == sqlite3.SQLITE_IOERR_WRITE:
        return CatalogUnavailable(  # of a quota, SQLite tells no more than of a broken disk
            f"the catalog {url} can't be written ({why}); see that the disk is sound, and that no "
            "quota or limit is reached, then run again: what is done is kept"
        )
    if "malformed" in why or "not a database" in why:
        return CatalogUnavailable(
            f"the catalog {url} is damaged ({why}); move it away, then restore a backup or make "
            "it anew from the bucket with 'quietwatch catalog rebuild'"
        )
    return CatalogUnavailable(f"the catalog {url} can't do its work ({why}); mend that, run again")
