"""Where blobs lie."""

from quietwatch.store.objects.blobs import Blobs
from quietwatch.store.objects.objects import Objects, connect

__all__ = ["Blobs", "Objects", "connect"]
