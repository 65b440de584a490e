"""Changes of repos, branches and tags as small objects in the bucket.

They lie under `<tenant>/refs/<repo>/<born>/<turn>.json`; taken in the order of their turns they
tell which repos, branches and tags there are.
"""

import json
from dataclasses import dataclass, fields
from typing import Literal

from pydantic import TypeAdapter

from quietwatch.errors import RecordDamaged
from quietwatch.model import Repo
from quietwatch.store.formats import check_format, why

FORMAT = 1

Deed = Literal[
    "repo-created", "repo-removed", "branch-made", "branch-dropped", "tag-made", "tag-dropped"
]


@dataclass(frozen=True, slots=True)
class Turn:
    """A change of a repo or its refs, in the order of `turn`.

    Attributes:
        format: of the object.
        repo: `tenant/name`.
        born: tells repos of one name apart.
        turn: its place among all of this repo, from 1.
        deed: what was done.
        time: when, in milliseconds since 1970.
        name: of the branch or tag.
        branch_born: tells branches of one name apart.
        commit: to which the branch or tag was set.
        description: of a new repo.
    """

    format: int
    repo: str
    born: str
    turn: int
    deed: Deed
    time: int
    name: str = ""
    branch_born: str = ""
    commit: str | None = None
    description: str = ""

    @property
    def key(self) -> str:
        """Where it lies."""
        tenant, _, name = self.repo.partition("/")
        return f"{folder(Repo(tenant, name))}/{self.born}/{self.turn:012d}.json"

    def text(self) -> str:
        """As JSON."""
        values = {field.name: getattr(self, field.name) for field in fields(self)}
        told = {name: value for name, value in values.items() if value not in {"", None}}
        return json.dumps(told, ensure_ascii=False, separators=(",", ":"))


_TURN = TypeAdapter(Turn)


def read_turn(data: bytes) -> Turn:
    """Read back a change of refs.

    Raises:
        RecordDamaged: it is none.
    """
    try:
        check_format(data, FORMAT)
        return _TURN.validate_json(data)
    except ValueError as error:
        raise RecordDamaged(f"no change of a repo can be read from it ({why(error)})") from error


def folder(repo: Repo) -> str:
    """Where the changes of all repos lie that ever had this name."""
    return f"{repo.tenant}/refs/{repo.name}"
