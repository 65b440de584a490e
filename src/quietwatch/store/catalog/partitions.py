"""PostgreSQL keeps entries apart by tenant and by month, so that old months lie still.

A tenant's entries lie in one of a few shares (by hash, since tenants come and go), and there in a
table a month. What belongs to a month that has no table lies in the share's `rest`: nothing is
refused because a table is missing, and no table is made over rows that lie there already.
"""

from datetime import UTC, datetime

from sqlalchemy import Engine
from sqlalchemy.exc import IntegrityError, OperationalError

SHARES = 8
"""As in the first migration."""

_LOCK = 0x71756965  # any number that nobody else locks by


def month_of(time: int) -> int:
    """Months since year 0 of a time in milliseconds since 1970."""
    day = datetime.fromtimestamp(time / 1000, UTC)
    return day.year * 12 + day.month - 1


def make_month(engine: Engine, month: int) -> None:
    """Make the tables of a month unless they are there, or can't be made just now."""
    year, index = divmod(month, 12)
    first, last = _starts(month), _starts(month + 1)
    for share in range(SHARES):
        name = f"entries_{share}_{year:04d}{index + 1:02d}"
        try:
            with engine.begin() as connection:
                connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({_LOCK})")
                found = connection.exec_driver_sql(f"SELECT to_regclass('{name}')").scalar()
                if found is not None:
                    continue
                connection.exec_driver_sql("SET LOCAL lock_timeout = '5s'")
                connection.exec_driver_sql(
                    f"CREATE TABLE {name} PARTITION OF entries_{share} "
                    f"FOR VALUES FROM ({first}) TO ({last})"
                )
        except IntegrityError:  # rows of this month lie in `rest`
            continue
        except OperationalError as error:
            if getattr(error.orig, "sqlstate", None) != "55P03":  # no lock in time: not now
                raise


def _starts(month: int) -> int:
    year, index = divmod(month, 12)
    return int(datetime(year, index + 1, 1, tzinfo=UTC).timestamp() * 1000)
