"""Who may do what: principals, tokens, roles, and the door through which every caller goes."""

from quietwatch.store.access.desk import Desk
from quietwatch.store.access.door import Door
from quietwatch.store.access.gate import Gate

__all__ = ["Desk", "Door", "Gate"]
