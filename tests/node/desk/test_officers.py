"""Who signs in."""

from dataclasses import replace
from pathlib import Path

import pytest
from support.states import state

from comity.boot.rooms import ROOMS
from comity.domestic.officer import role
from comity.joint.arrangement.channel import EXERCISE, PURPOSES, Terms
from comity.kernel.fault import Fault
from comity.node.base import channel_records
from comity.node.base.profile import local_origin
from comity.node.base.rows import Officer
from comity.node.desk import officer_admin as officer_rows
from comity.node.room import account_notices, officers


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
    """Their token was right and opens nothing any more."""
    fr = state(tmp_path, "fr")
    token = officer_rows.add(fr.node, "ann", "police")
    officer_rows.end(fr.node, "ann")

    with pytest.raises(Fault) as caught:
        officers.authenticate(fr.node, "ann", token)
    assert caught.value.code == "officer.account.ended"
    with fr.node.store.read() as tx:
        assert officers.ended_names(tx) == {"ann"}


SPEAKS = {role.CONTACT_POINT, role.CASE_OFFICER, role.COUNSEL, role.RELEASING}


def holding(*roles: str) -> Officer:
    """Return an officer with these roles."""
    return Officer("ann", bytes(32), "police", "", 0, roles=roles)


@pytest.mark.parametrize("one", [*role.ROLES, ""])
def test_each_role_writes_what_it_says_and_nothing_else(one: str, tmp_path: Path) -> None:
    """Exercises by who runs them, joint texts by the secretariat; who only reads: no."""
    ann = holding(one) if one else holding()
    node = state(tmp_path, "fr").node
    paths = {purpose: f"{'a' * 26}/for-{purpose}" for purpose in PURPOSES}
    with node.store.write() as tx:
        for purpose, path in paths.items():
            channel_records.save_terms(tx, path, Terms(f"for-{purpose}", purpose))
    for purpose, path in paths.items():
        there = replace(ann, compartment=path if purpose == EXERCISE else "")
        for kind in ("request", "case", "guideline", "review"):
            may = (
                one in SPEAKS
                or (one == role.CONTROLLER and purpose == EXERCISE)
                or (one == role.SECRETARIAT and kind in {"guideline", "review"})
            )
            with node.store.read() as tx:
                no = officers.may_not_say(tx, ROOMS, there, path, kind)
                assert (no is None) == may, (one, purpose, kind)
                if not may:
                    with pytest.raises(Fault, match=r"officer\.role\.lacking"):
                        officers.require_say(tx, ROOMS, there, path, kind)
                elsewhere = replace(ann, compartment="" if there.compartment else paths[EXERCISE])
                with pytest.raises(Fault, match=r"officer\.compartment\.other"):
                    officers.require_say(tx, ROOMS, elsewhere, path, kind)
    changes = one in SPEAKS | {role.CONTROLLER, role.SECRETARIAT}
    assert (officers.changes_nothing(ann) is None) == changes
    for require, may in (
        (officers.require_change, changes),
        (officers.require_work, one in SPEAKS),
    ):
        if may:
            require(ann)
            continue
        with pytest.raises(Fault, match=r"officer\.role\.lacking"):
            require(ann)


def test_roles_are_given_and_changed_and_noted(tmp_path: Path) -> None:
    """An officer drafts and releases unless told otherwise; a change counts at once."""
    fr = state(tmp_path, "fr")
    token = officer_rows.add(fr.node, "ann", "police")
    officer_rows.add(fr.node, "ben", "police", roles=[role.COUNSEL, role.CONTACT_POINT])
    assert officers.authenticate(fr.node, "ann", token).roles == role.DEFAULT
    assert officers.lacks_role(officers.authenticate(fr.node, "ann", token), role.RELEASING) is None

    officer_rows.give_roles(fr.node, "ann", [role.AUDITOR])
    officer_rows.give_roles(fr.node, "ann", [role.AUDITOR])
    ann = officers.authenticate(fr.node, "ann", token)
    no = officers.lacks_role(ann, role.RELEASING, role.COUNSEL)
    assert ann.roles == (role.AUDITOR,)
    assert no is not None
    assert no.rule == "officer.role.lacking"
    with fr.node.store.read() as tx:
        steps = tx.entries(local_origin("fr"), 0, 9)
    assert [b"roles-changed" in step for step in steps] == [False, False, True]


def test_a_lost_token_is_replaced_told_and_noted(tmp_path: Path) -> None:
    """The new one signs in as the same officer; the one before opens nothing from then on."""
    fr = state(tmp_path, "fr")
    lost = officer_rows.add(fr.node, "ann", "police", roles=[role.COUNSEL])
    token = officer_rows.renew_token(fr.node, "ann")

    ann = officers.authenticate(fr.node, "ann", token)
    assert (ann.agency, ann.roles) == ("police", (role.COUNSEL,))
    with pytest.raises(Fault) as caught:
        officers.authenticate(fr.node, "ann", lost)
    assert caught.value.code == "officer.token.wrong"
    assert [(one.what, one.by) for one in account_notices.listing(fr.node, ann)] == [
        (account_notices.TOKEN, "")
    ]
    with fr.node.store.read() as tx:
        steps = tx.entries(local_origin("fr"), 0, 9)
    assert [b"token-renewed" in step for step in steps] == [False, True]
    officer_rows.end(fr.node, "ann")
    with pytest.raises(Fault) as gone:
        officer_rows.renew_token(fr.node, "ann")
    assert gone.value.code == "officer.account.ended"


def test_who_has_left_is_given_no_role(tmp_path: Path) -> None:
    """Neither is someone who never was."""
    fr = state(tmp_path, "fr")
    officer_rows.add(fr.node, "ann", "police")
    officer_rows.end(fr.node, "ann")
    for name, code in (("ann", "officer.account.ended"), ("bob", "officer.name.unknown")):
        with pytest.raises(Fault) as caught:
            officer_rows.give_roles(fr.node, name, [role.COUNSEL])
        assert caught.value.code == code
