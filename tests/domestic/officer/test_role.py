"""What an officer may do."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from comity.domestic.officer import role
from comity.kernel.fault import Fault


@given(st.lists(st.sampled_from(sorted(role.ROLES)), min_size=1))
def test_roles_are_named_once_in_one_order(wanted: list[str]) -> None:
    """However they are given; who runs the machine or audits has no other role."""
    if len(set(wanted)) > 1 and role.ALONE.keys() & set(wanted):
        with pytest.raises(Fault) as caught:
            role.require_roles(wanted)
        assert caught.value.code == "officer.role.incompatible"
        return
    roles = role.require_roles(wanted)
    assert set(roles) == set(wanted)
    assert roles == role.require_roles(reversed(wanted))


@pytest.mark.parametrize(
    ("wanted", "code"),
    [(["minister"], "officer.role.unknown"), ([], "officer.role.missing")],
)
def test_a_role_is_one_of_those_that_are_known(wanted: list[str], code: str) -> None:
    """A misspelt one gives no officer anything."""
    with pytest.raises(Fault) as caught:
        role.require_roles(wanted)
    assert caught.value.code == code
