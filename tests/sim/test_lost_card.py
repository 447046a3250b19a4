"""A card whose entry a restore took back: its author's peers still have the text."""

from dataclasses import replace

import pytest

from comity.node.base import trust
from comity.node.exchange import handshake
from comity_lab.sim import faults, rest
from comity_lab.sim.invariants import Watch
from comity_lab.sim.officers import Officers
from comity_lab.sim.world import make_world


@pytest.mark.parametrize("fails", [0, 1, 2])
@pytest.mark.parametrize("is_revoked", [False, True])
def test_a_card_that_a_restore_took_out_of_a_log_is_entered_again(
    *, is_revoked: bool, fails: int
) -> None:
    """The new keys sign, though the old card was revoked, or the disk was full at first."""
    world = make_world(5)
    watch, officers = Watch(world), Officers(world)
    fr = world.machines["fr"]
    backup = fr.backup()
    officers.rotate("fr")
    if is_revoked:
        officers.revoke("fr")
    handshake.shake_hands(fr.up(), "sn")
    fr.end()
    world.restore(fr, backup, highwater="kept")
    watch.note_restore("fr", highwater="kept")
    assert world.start("fr")
    node, left = fr.up(), [faults.full()] * fails

    def step(name: str) -> None:
        if name == "send.begun" and left:
            raise left.pop()
        node.step(name)

    fr.node = replace(node, step=step)
    rest.settle(world, watch)
    officers.ask("fr")
    rest.settle(world, watch)
    assert left == []
    for name in ("live", "hotline"):
        origin = world.origin("fr", name)
        with world.node("sn").store.read() as tx:
            (log,) = (one for one in tx.logs(world.channel(name)) if one.origin == origin)
            loaded = trust.load(tx, world.channel(name))
            count = len(tx.acts(origin, 0, log.size))
        assert [one.number for one in loaded.positions(origin)] == [1, 2]
        assert (log.signed, count) == (log.size, 1 + is_revoked + (name == "live"))
