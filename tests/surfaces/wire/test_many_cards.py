"""The cards of many years travel in one request."""

from pathlib import Path

from support.pair import make_world
from surfaces.wire.stage import through_the_wire

from comity.node.base.ports import Request
from comity.node.exchange import blobs, handshake

CARDS = 300
"""Of a State that rotates each month for eight years, in three arrangements with the other."""


def test_who_rotated_his_keys_for_years_is_heard(tmp_path: Path) -> None:
    """All cards are shown at each start: refused there, the two would compare and sign no more."""
    world = make_world(tmp_path, ("a", "b"))
    world.pump()
    node = world.node("a")
    with node.store.read() as tx:
        (card,) = handshake.own_texts(tx, "a", "b")
    body = blobs.render_batch([card] * CARDS)
    with through_the_wire(world, lambda peers: peers):
        asked = Request("POST", "/cards", body, {"content-type": handshake.MEDIA_TYPE})
        assert world.node("a").peers.call("b", asked).status == 200
