"""The catalog: a SQL database that knows what the bucket holds, and what can't wait for it."""

from quietwatch.store.catalog.connect import Catalog, open_catalog

__all__ = ["Catalog", "open_catalog"]
