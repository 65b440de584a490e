"""Each role lets its holder do what those below it do, too."""

import pytest

from quietwatch.errors import UsageError
from quietwatch.model import Repo
from quietwatch.store.access.roles import EVERYTHING, Grant, Need, Role, least

PACHYDERM = ["repoReader", "repoWriter", "repoOwner", "clusterAdmin"]


def test_they_are_named_as_in_pachyderm_but_for_one() -> None:
    assert list(Role) == [*PACHYDERM, "originalReader"]


def test_the_least_role_gives_what_is_needed() -> None:
    needs = (Need.READ, Need.WRITE, Need.OWN, Need.ADMIN)
    assert [least(need) for need in needs] == PACHYDERM
    assert [role.gives for role in Role] == [*needs, Need.READ]


@pytest.mark.parametrize(
    ("role", "scope"),
    [(Role.ADMIN, Repo("home", "*")), (Role.ADMIN, Repo("home", "a")), (Role.OWNER, EVERYTHING)],
)
def test_a_role_is_on_what_it_can_be_on(role: Role, scope: Repo) -> None:
    with pytest.raises(UsageError, match="clusterAdmin is one over all"):
        Grant("user:ann", role, scope)
