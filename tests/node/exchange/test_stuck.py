"""Nothing that a peer writes stops the reading of its log."""

from dataclasses import replace
from pathlib import Path

from support import sealing
from support.pair import World, make_world

from comity.acts.record import ACT_KIND, Receipt
from comity.node.base import trust
from comity.node.exchange import generation, logs
from comity.node.exchange.hold_alarm import HELD_BACK


def test_every_entry_that_does_not_parse_is_named_in_a_receipt(tmp_path: Path) -> None:
    """A receipt lists 64; where there are more, the next receipts list the others."""
    world = make_world(tmp_path)
    node, channel = world.node("aa"), world.channel
    with node.store.write() as tx:
        own = logs.own_log(tx, channel)
        junk = [bytes((ACT_KIND,)) + b"junk %d" % number for number in range(150)]
        logs.append_entries(tx, own, junk)
    world.pump()
    with world.node("bb").store.read() as tx:
        mine = logs.own_log(tx, channel).origin
        named: list[int] = []
        for index in range(tx.log(mine).size):  # type: ignore[union-attr] # the log is there
            row = tx.receipt_before(mine, index + 1)
            if row is not None and row.index == index and row.receipt.of == own.origin:
                assert row.receipt.root == logs.root_at(tx, own.origin, row.receipt.size)
                named += [unread.index for unread in row.receipt.unread]
        assert trust.load(tx, channel).logs
    assert named == list(range(own.size, own.size + 150))


def _sign_for_more(world: World, size: int, *, read: bool = False) -> str:
    """Let bb sign for more of the log of aa than there is; return the name of its own log."""
    node = world.node("bb")
    with node.store.write() as tx:
        own = logs.own_log(tx, world.channel)
        said = Receipt(world.origin("aa"), size, bytes(32), node.clock.now_ms())
        grown = logs.append_entries(tx, own, sealing.entries(node, tx, world.channel, said))
        tx.save_log(replace(grown, understood=grown.size if read else own.size))
    return own.origin


def test_what_a_log_waits_for_is_told_until_there_is_so_much(tmp_path: Path) -> None:
    """Who is told that it waits for others can do nothing; with the log's name they ask its author.

    Once the log has grown so far the receipt is foreign by its root, and reading goes on.
    """
    world = make_world(tmp_path)
    world.ask("aa")
    world.pump()
    origin = _sign_for_more(world, 6, read=True)
    world.ask("bb")
    world.pump()
    what = f"{origin} at 2 waits for 6 entries of {world.origin('aa')}."
    assert world.alarms("aa") == [(HELD_BACK, what)]
    for _ in range(4):
        world.ask("aa")
    world.pump()
    assert world.alarms("aa") == []
    assert len(world.matters("aa")) == 6


def test_a_log_that_was_ended_waits_for_nothing(tmp_path: Path) -> None:
    """What it waited for is cut as its successor begins, and so ends the alarm."""
    world = make_world(tmp_path)
    world.ask("aa")
    world.pump()
    _sign_for_more(world, 6)
    world.pump()
    assert [code for code, _ in world.alarms("bb")] == [HELD_BACK]
    generation.begin(world.node("bb"), world.channel, "damaged")
    world.round()
    assert HELD_BACK not in {code for code, _ in world.alarms("bb")}
