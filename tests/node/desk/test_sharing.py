"""Who is let read a request, and which one is meant: by those who read it, to those in office."""

from pathlib import Path

import pytest
from making_cards import refused
from support.states import State, paired

from comity.acts.record import Addressee
from comity.domestic.officer import role
from comity.node.base.reader import CONTACT, Reader
from comity.node.desk import officer_admin as officer_rows
from comity.node.desk import sharing
from comity.node.desk.sharing import Readers
from comity.node.room import need_to_know, request_file
from comity.node.room.release.draft_store import Result, Sent, Waiting
from comity.rooms.request import desk


@pytest.fixture
def fr(tmp_path: Path) -> State:
    """A State that has paired with another."""
    return paired(tmp_path, "fr", "sn")[0]


def ask(fr: State, *, is_held: bool = False) -> Result:
    """Ask as ann, or keep the request as a draft."""
    asked = request_file.parse(
        b'{"type":"preservation","urgency":"routine","elements":{}}', "request", ""
    )
    to = (Addressee("sn"),)
    return desk.send(fr.node, fr.officer("ann"), asked, (), to, is_held=is_held)


def test_the_request_that_is_named_is_shared_and_no_draft(fr: State) -> None:
    """Though there is one draft alone; two characters name neither, and a draft by its own id."""
    sent, held = ask(fr), ask(fr, is_held=True)
    assert isinstance(sent, Sent)
    assert isinstance(held, Waiting)
    ann = fr.officer("ann")
    fr.officer("ben")
    shared = sharing.share(fr.node, ann, sent.matter_id, "@ben")
    assert isinstance(shared, Readers)
    assert (shared.matter_id, shared.is_changed) == (sent.matter_id, True)
    assert "@ben" not in sharing.readers(fr.node, ann, held.draft_id).keys
    with refused("node.matter.prefix-short"):
        sharing.share(fr.node, ann, held.draft_id[:3], "@ben")
    by_four = sharing.share(fr.node, ann, held.draft_id[:4], "@ben")
    assert isinstance(by_four, Readers)
    assert by_four.matter_id == held.matter_id


def test_what_is_shared_twice_changes_once_and_ends_once(fr: State) -> None:
    """Whoever never had it has nothing that ends; whoever lost it may be given it again."""
    sent = ask(fr)
    assert isinstance(sent, Sent)
    ann, where = fr.officer("ann"), sent.matter_id
    for name in ("ben", "cyd"):
        fr.officer(name)
    assert not sharing.unshare(fr.node, ann, where, "@ben").is_changed
    for _ in range(2):
        told = [sharing.share(fr.node, ann, where, "@ben") for _ in range(2)]
        assert [isinstance(one, Readers) and one.is_changed for one in told] == [True, False]
        assert not sharing.unshare(fr.node, ann, where, "@cyd").is_changed
        ended = [sharing.unshare(fr.node, ann, where, "@ben") for _ in range(2)]
        assert [one.is_changed for one in ended] == [True, False]
        assert "@ben" not in ended[0].keys


def test_nothing_is_shared_with_who_has_left(fr: State) -> None:
    """They are as unknown as who never was."""
    sent = ask(fr)
    assert isinstance(sent, Sent)
    ann = fr.officer("ann")
    fr.officer("ben")
    officer_rows.end(fr.node, "ben")
    for name in ("@ben", "@nobody"):
        with refused("officer.name.unknown"):
            sharing.share(fr.node, ann, sent.matter_id, name)
    assert "@ben" not in sharing.readers(fr.node, ann, sent.matter_id).keys


def test_what_nobody_is_named_for_is_read_by_the_contact_point_alone(fr: State) -> None:
    """By all where there is none, or none any more; an auditor reads it, an operator nothing."""

    def reader(name: str, *roles: str) -> Reader:
        with fr.node.store.read() as tx:
            found = tx.officer(name)
        if found is None:
            officer_rows.add(fr.node, name, "police", roles=roles)
            return reader(name)
        with fr.node.store.read() as tx:
            return need_to_know.reader(tx, found)

    assert CONTACT in reader("ann", *role.DEFAULT).keys
    assert CONTACT in reader("con", role.CONTACT_POINT).keys
    assert CONTACT not in reader("ann").keys
    assert CONTACT in reader("aud", role.AUDITOR).keys
    assert reader("op", role.OPERATOR).keys == ()
    officer_rows.end(fr.node, "con")
    assert CONTACT in reader("ann").keys
    assert reader("con").keys == ()
