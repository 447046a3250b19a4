"""Who signs in."""

from pathlib import Path

import pytest
from support.states import state

from comity.kernel.fault import Fault
from comity.node import officer as officer_rows
from comity.node.desk import officers


def test_only_the_token_of_an_officer_signs_in(tmp_path: Path) -> None:
    """A wrong token and a name that does not exist are answered alike."""
    fr = state(tmp_path, "fr")
    token = officer_rows.add(fr.node, "ann", "police")
    other = officer_rows.add(fr.node, "ben", "police")

    assert officers.authenticate(fr.node, "ann", token + "\n").name == "ann"
    for name, given in (("ann", other), ("ann", ""), ("cyd", token)):
        with pytest.raises(Fault) as caught:
            officers.authenticate(fr.node, name, given)
        assert caught.value.code == "officer.token.wrong"
        assert given not in str(caught.value) or not given


def test_an_officer_who_has_ended_does_not_sign_in(tmp_path: Path) -> None:
    """His token was right and opens nothing any more."""
    fr = state(tmp_path, "fr")
    token = officer_rows.add(fr.node, "ann", "police")
    officer_rows.end(fr.node, "ann")

    with pytest.raises(Fault) as caught:
        officers.authenticate(fr.node, "ann", token)
    assert caught.value.code == "officer.account.ended"
    with fr.node.store.read() as tx:
        assert officers.ended_names(tx) == {"ann"}
