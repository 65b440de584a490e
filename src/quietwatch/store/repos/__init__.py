"""Repos: named, versioned sets of files; the bucket and the catalog together."""

from quietwatch.store.repos.reading import At
from quietwatch.store.repos.rebuild import Rebuilt
from quietwatch.store.repos.repos import Repos

__all__ = ["At", "Rebuilt", "Repos"]
