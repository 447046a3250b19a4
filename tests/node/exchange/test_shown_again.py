"""Who shows a key that was shown before takes nothing back."""

from pathlib import Path
from typing import Any, cast

import pytest
from support.hidden import append
from support.pair import World, make_world

from comity.acts.record import Act, Addressee, Office
from comity.joint.exchange import acts as exchange_acts
from comity.joint.request import acts
from comity.joint.request.acts import Asked, Saying
from comity.node.base import trust
from comity.node.exchange import contested_entries, seal
from comity.node.operate import rebuild
from comity.node.operate.fsck import run


@pytest.fixture
def world(tmp_path: Path) -> World:
    """Two States that have paired."""
    made = make_world(tmp_path, ("aa", "bb"))
    made.pump()
    return made


def saying(world: World, party: str) -> Saying:
    """Return what every act of a party has."""
    return Saying(world.node(party).act_id(), Office("police"))


def turns(world: World, party: str) -> list[dict[str, Any]]:
    """Return what each act of the one matter did, as a party shows it."""
    (row,) = world.matters(party)
    return cast("list[dict[str, Any]]", cast("Any", row.state)["turns"])


def require_alike(world: World) -> None:
    """Both show the same, and reading all anew changes nothing."""
    shown = world.digests("aa")
    assert world.digests("bb") == shown
    for party in world.states:
        assert not run.check(world.node(party)).problems
        rebuild.rebuild(world.node(party))
        assert world.digests(party) == shown


def shown_by(world: World, reader: str, party: str, origin: str, index: int) -> Act:
    """Return the act by which a party shows the key of an entry that a reader can open."""
    node = world.node(reader)
    with node.store.read() as tx:
        now = trust.load(tx, world.channel)
        (raw,) = tx.entries(origin, index, index + 1)
        key = seal.open_entry(node, now, (1, 1), raw).file_key
    codes = {"origin": origin, "index": str(index), "file-key": key.hex()}
    act_id = world.node(party).act_id()
    return exchange_acts.register_act(act_id, exchange_acts.OPENING_SHOWN, "live", codes)


def test_who_rejected_an_entry_takes_back_no_receipt_by_showing_its_key_again(world: World) -> None:
    """Else an addressee rejects what it can read, and stops its clock for ever afterwards."""
    node = world.node("bb")
    said = acts.submitted(
        saying(world, "bb"), "bb", (Addressee("aa"),), Asked("preservation", "urgent", ("one",))
    )
    at = append(world, "bb", said, is_closed=True)
    world.pump()
    contested_entries.show_opening(node, world.origin("bb"), at)
    world.pump()
    (before,) = turns(world, "bb")
    assert before["received_at_ms"]

    world.advance(60_000)
    world.say("aa", shown_by(world, "bb", "aa", world.origin("bb"), at))
    world.pump()

    assert turns(world, "bb") == [before]
    require_alike(world)
