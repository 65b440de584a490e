"""A commit in the making: what it changes, before it is known on which commit it will stand."""

import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from quietwatch.errors import RecordDamaged
from quietwatch.model import Commit, Entry, Origin, Repo
from quietwatch.store.catalog import history
from quietwatch.store.catalog.history import Making
from quietwatch.store.catalog.lines import Change, Tip
from quietwatch.store.catalog.refs import Known
from quietwatch.store.repos import record


@dataclass(frozen=True, slots=True)
class Draft:
    """A commit without parent, time and id.

    Attributes:
        repo: to which it is made.
        changes: by path.
        text: the same, as its object holds them.
        author: who makes it.
        message: why.
        provenance: commits from which it was made.
    """

    repo: Repo
    changes: list[Change]
    text: str
    author: str
    message: str
    provenance: tuple[Origin, ...]

    @classmethod
    def of(
        cls,
        repo: Repo,
        wanted: Iterable[Entry],
        author: str,
        message: str,
        provenance: Iterable[Origin],
    ) -> "Draft":
        """Check what is wanted.

        Raises:
            InvalidName: a path is none, or what is to be known of a file is no JSON.
        """
        changes = record.as_changes(wanted)
        text = record.changes_as_text(changes)
        return cls(repo, changes, text, plain(author), plain(message), tuple(provenance))

    def after(self, tip: Tip, known: Known, now: datetime) -> tuple[Commit, Making, bytes]:
        """The commit on top of a branch, how it was made, and its object.

        Its time is now, but later than its parent's even when the clock was set back.
        """
        time = history.milliseconds(now)
        if tip.time is not None:
            time = max(time, tip.time + 1)
        making = Making(known.born, tip.branch, tip.born, secrets.token_hex(8))
        commit = Commit(
            id="0" * 64,
            repo=self.repo,
            parent=tip.parent,
            time=history.moment(time),
            author=self.author,
            message=self.message,
            provenance=self.provenance,
            count=len(self.changes),
        )
        return record.signed(commit, making, self.text)


def rewritten(kept: history.Kept, changes: Iterable[Change]) -> bytes:
    """The object of a commit from its rows.

    Raises:
        RecordDamaged: the rows are not what was committed.
    """
    text = record.changes_as_text(changes)
    again, _, data = record.signed(kept.commit, kept.making, text)
    if again.id != kept.commit.id:
        raise RecordDamaged(
            f"the catalog holds commit {kept.commit.id} of {kept.commit.repo} no longer as it was "
            "made; restore a backup of the catalog"
        )
    return data


def plain(text: str) -> str:
    """Text that every database takes: no half characters, no zero bytes."""
    return text.encode(errors="replace").decode().replace("\0", "\ufffd")
