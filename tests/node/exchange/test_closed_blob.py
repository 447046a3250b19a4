"""A blob that is there and does not open: who finds it says so, and their own clock waits."""

from dataclasses import replace
from pathlib import Path

import making_cards as making
import pytest
from support.counted import count
from support.pair import World, make_world, sealed

from comity.acts.record import CODE_BLOB, Act, Addressee, Blob, Office, Unread
from comity.joint.exchange import acts as exchange_acts
from comity.joint.request import acts as request_acts
from comity.joint.request.acts import Asked, Saying
from comity.kernel import limits
from comity.kernel.ids import random_id
from comity.node.base import trust
from comity.node.exchange import contested_entries, openings, unreadable_blobs
from comity.node.exchange.append import Appended
from comity.node.operate import rebuild
from comity.node.room import act_blobs as desk_bodies

SIZES = (100, limits.ROW_BLOB_BYTES_MAX + 100)


def ask(world: World, size: int, *, is_wrong: bool = True) -> tuple[Appended, Blob]:
    """Let aa ask with one body of that size, under a wrong key; return the right blob too."""
    node = world.node("aa")
    blob, stored = sealed(node, b"x" * size)
    rows = {blob.sha256: stored} if len(stored) <= limits.ROW_BLOB_BYTES_MAX else {}
    if not rows:
        node.bodies.stage(blob.sha256, 0, stored)
        assert node.bodies.commit(blob.sha256)
    named = replace(blob, key=b"\x01" * 32) if is_wrong else blob
    saying = Saying(random_id(node.entropy(16)), Office("police"), "ref", (named,))
    to = tuple(Addressee(party) for party in world.states if party != "aa")
    asked = Asked("preservation", "urgent", ("one",), ("element-1",))
    return world.say("aa", request_acts.submitted(saying, "aa", to, asked), rows), blob


def named(world: World, party: str) -> list[list[Unread]]:
    """Return what each receipt of a party for aa's log names, as aa understands it."""
    with world.node("aa").store.read() as tx:
        rows = tx.receipts(world.origin(party), 0, 999)
    return [list(row.receipt.unread) for row in rows if row.receipt.of == world.origin("aa")]


def received(world: World, party: str) -> list[object]:
    """Return when the turns of the one matter were received, as a node shows it."""
    (row,) = world.matters(party)
    assert isinstance(row.state, dict)
    assert isinstance(row.state["turns"], list)
    return [turn.get("received_at_ms") for turn in row.state["turns"] if isinstance(turn, dict)]


def show(world: World, placed: Appended, blob: Blob) -> Appended:
    """Let aa show a blob of an entry under another key."""
    codes = {"origin": placed.origin, "index": str(placed.index)}
    act_id = random_id(world.node("aa").entropy(16))
    act = exchange_acts.register_act(act_id, exchange_acts.OPENING_SHOWN, "live", codes)
    return world.say("aa", replace(act, blobs=(blob,)))


def opened(world: World, party: str, act: Act) -> list[str]:
    """Return the states of the bodies of an act as an officer of a party reads them."""
    node = world.node(party)
    with node.store.read() as tx:
        keys = openings.blob_keys(trust.load(tx, world.channel))
        return [body.state for body in desk_bodies.open_all(node, tx, act, keys)]


@pytest.mark.parametrize("size", SIZES)
def test_it_is_named_and_the_clock_waits_until_its_key_is_shown(tmp_path: Path, size: int) -> None:
    """Large or small: the receipt names its entry; a good opening starts the clock; all agree."""
    world = make_world(tmp_path)
    placed, blob = ask(world, size)
    world.pump()
    world.advance(120_000)  # a large one has been fetched by now
    world.pump()
    told = [one for unread in named(world, "bb") for one in unread]
    assert [(one.index, one.code) for one in told] == [(placed.index, CODE_BLOB)]
    assert received(world, "aa") == received(world, "bb") == [None]
    assert world.digests("aa") == world.digests("bb")
    assert "exchange.blob.disputed" in dict(world.alarms("aa"))
    assert "exchange.blob.closed" in dict(world.alarms("bb"))
    assert opened(world, "bb", placed.act) == [desk_bodies.DAMAGED]
    with making.refused("exchange.blob.closed"):
        contested_entries.show_opening(world.node("aa"), placed.origin, placed.index)

    show(world, placed, replace(blob, key=b"\x02" * 32))  # wrong again: it is named again
    world.pump()
    assert received(world, "bb") == [None]
    show(world, placed, blob)
    world.pump()
    assert all(received(world, "bb"))
    assert world.digests("aa") == world.digests("bb")
    assert opened(world, "bb", placed.act) == [desk_bodies.HELD]


def test_a_late_receipt_of_the_same_size_names_what_came_late(tmp_path: Path) -> None:
    """A large body comes after its entry was receipted; the next receipt has no greater size."""
    world = make_world(tmp_path)
    ask(world, SIZES[1])
    world.pump()
    with world.node("aa").store.read() as tx:
        rows = [r.receipt for r in tx.receipts(world.origin("bb"), 0, 999)]
    assert [(bool(r.missing), len(r.unread)) for r in rows] == [(True, 0), (False, 1)]
    assert rows[0].size == rows[1].size


def test_only_the_rejecters_clock_waits(tmp_path: Path) -> None:
    """Cc says that it does not open, bb does not: bb has received it, whatever cc says."""
    world = make_world(tmp_path, ("aa", "bb", "cc"))
    placed, _ = ask(world, 100, is_wrong=False)
    with world.node("cc").store.write() as tx:
        tx.save_record(
            unreadable_blobs.CLOSED, f"{placed.origin}|{placed.index}", {"leaf": "0" * 64}
        )
    world.pump()
    assert received(world, "bb") == [None]
    answer = contested_entries.show_opening(world.node("aa"), placed.origin, placed.index)
    assert answer
    world.pump()
    assert all(received(world, "bb"))
    assert world.digests("aa") == world.digests("bb") == world.digests("cc")
    assert not any(named(world, "bb"))


def test_another_party_cannot_start_that_clock(tmp_path: Path) -> None:
    """A key of a blob does not prove itself to a fold, so that only its author shows it."""
    world = make_world(tmp_path)
    placed, blob = ask(world, 100)
    world.pump()
    codes = {"origin": placed.origin, "index": str(placed.index)}
    act_id = random_id(world.node("bb").entropy(16))
    act = exchange_acts.register_act(act_id, exchange_acts.OPENING_SHOWN, "live", codes)
    world.say("bb", replace(act, blobs=(blob,)))
    world.pump()
    assert received(world, "aa") == received(world, "bb") == [None]


def test_a_rebuild_says_it_no_second_time(tmp_path: Path) -> None:
    """What was said of a blob is read from the logs again, though the blob be destroyed."""
    world = make_world(tmp_path)
    placed, blob = ask(world, 100)
    world.pump()
    before = named(world, "bb")
    for party in ("aa", "bb"):
        with world.node(party).store.write() as tx:
            tx.drop_body(blob.sha256)
        done = rebuild.rebuild(world.node(party))
        assert done.digest_before == done.digest_after
    world.pump()
    assert named(world, "bb") == before
    assert placed.act.blobs[0].sha256 == blob.sha256


def test_what_a_receipt_has_named_is_looked_at_no_more(tmp_path: Path) -> None:
    """A blob that does not open costs no look once it is told, and no fold of other acts."""
    world = make_world(tmp_path)
    for _ in range(40):
        ask(world, 100)
    world.pump()
    world.ask("aa")
    world.pump()
    with world.node("bb").store.read() as tx:
        assert not tx.records(unreadable_blobs.CLOSED)
        assert len(tx.records(unreadable_blobs.DISPUTED)) == 40
    counted = count(world, "bb")
    ask(world, 100, is_wrong=False)
    world.pump()
    assert counted.rows["records"] < 40
    for party in ("aa", "bb"):
        done = rebuild.rebuild(world.node(party))
        assert done.digest_before == done.digest_after
    world.pump()
    assert len([one for unread in named(world, "bb") for one in unread]) == 40
