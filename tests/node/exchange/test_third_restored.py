"""One of three comes back from an old backup: what it had said, and what the others say of that."""

from dataclasses import replace
from pathlib import Path

from node.exchange.test_given_up import leave
from support.pair import World, make_world

from comity.adapters.memory import MemoryStore, copy_of
from comity.node.base import trust
from comity.node.base.context import Session
from comity.node.exchange import valid_cosignatures
from comity.node.operate.fsck import run
from comity.tlog.tree import Frontier

PARTIES = ("aa", "bb", "cc")


def roots(world: World, party: str) -> dict[str, tuple[int, bytes]]:
    """Return size and root of every log of the channel, as a node has them."""
    with world.node(party).store.read() as tx:
        return {
            log.origin: (log.size, Frontier(log.size, log.frontier).root())
            for log in tx.logs(world.channel)
        }


def signed_for(world: World, by: str) -> int:
    """Return how much of cc's log a party has signed for, as cc itself has it."""
    origin = world.origin("cc")
    with world.node("cc").store.read() as tx:
        found = valid_cosignatures.newest(tx, trust.load(tx, world.channel), origin, by)
        receipt = tx.newest_receipt(world.origin(by), origin)
    assert found is not None
    assert receipt is not None
    assert receipt.receipt.size <= found.size
    return found.size


def test_the_third_of_three_comes_back_while_the_others_went_on(tmp_path: Path) -> None:
    """It fetches what it had signed and what both signed for, and no alarm stands then."""
    world = make_world(tmp_path, PARTIES)
    world.ask("aa")
    world.pump()
    store = world.node("cc").store
    assert isinstance(store, MemoryStore)
    backup = MemoryStore(copy_of(store.disk))
    for party in ("cc", "bb", "cc"):
        world.acknowledge("cc" if party == "bb" else "aa", world.ask(party))
        world.pump()
    before = roots(world, "cc")[world.origin("cc")]
    leave(world, "cc")
    world.acknowledge("bb", world.ask("aa"))
    world.pump()
    world.replace_node("cc", replace(world.node("cc"), store=backup, session=Session()))
    assert roots(world, "cc")[world.origin("cc")] < before

    world.mend()
    world.pump()
    said = world.ask("cc")
    world.pump()
    assert roots(world, "aa") == roots(world, "bb") == roots(world, "cc")
    assert world.digests("aa") == world.digests("bb") == world.digests("cc")
    assert said.index >= before[0]
    assert {signed_for(world, by) for by in ("aa", "bb")} == {roots(world, "cc")[said.origin][0]}
    codes = {code for party in PARTIES for code, _ in world.alarms(party)}
    assert codes == set()
    for party in PARTIES:
        assert not run.check(world.node(party)).problems
