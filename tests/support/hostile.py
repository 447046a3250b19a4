"""A stage for a peer that has valid keys and bad intent: what it holds, and how it asks.

    stage = hostile.make_stage()
    answer = stage.ask(Request("GET", "/start"))

Floor: tests.
"""

import hashlib
import random
from dataclasses import dataclass, replace

from comity.acts.record import NEEDED, Blob
from comity.kernel.fault import Fault
from comity.node.base.ports import Request, Response
from comity.node.base.rows import Head
from comity.surfaces.wire import refusals, routes
from comity.surfaces.wire.routes import Call
from comity_lab.sim.byzantine import OTHER, Branch, Liar, other_entries
from comity_lab.sim.network import EXCHANGE
from comity_lab.sim.world import make_world

LIAR, VICTIM, THIRD = "fr", "sn", "ke"
LARGE = hashlib.sha256(b"a large body").hexdigest()
LARGE_BYTES = 70_000


@dataclass
class Stage:
    """Three States of which one lies, after some honest business.

    Attributes:
        liar: the hand of `fr`.
        head: the newest head of its log that `sn` holds; of 5 entries or more, no power of 2.
        true: its log.
    """

    liar: Liar
    head: Head
    true: Branch

    @property
    def channel(self) -> str:
        """The path of `live`."""
        return self.liar.world.channel()

    def other(self, cut: int, size: int) -> Branch:
        """Another history of the liar's log."""
        return Branch(self.liar, self.channel, cut, [OTHER] * (size - cut))

    def grown(self, count: int = 2) -> Branch:
        """The true history and what comes next."""
        return Branch(
            self.liar, self.channel, self.head.size, other_entries(self.liar, self.channel, count)
        )

    def origin(self, party: str, name: str = "live", generation: int = 1) -> str:
        """The name of a log."""
        return self.liar.world.origin(party, name, generation)

    def sha256(self, party: str, name: str = "live") -> str:
        """The hash by which a log's tiles are found."""
        return hashlib.sha256(self.origin(party, name).encode()).hexdigest()

    def head_of(self, party: str, name: str = "live") -> bytes:
        """The newest head of another's log, as the liar mirrors it."""
        with self.liar.node.store.read() as tx:
            head = tx.newest_head(self.origin(party, name))
        assert head is not None
        return head.note

    def ask(self, request: Request) -> Response:
        """Let the liar ask the victim, as the listener does once it knows who calls."""
        try:
            route, found = routes.find(request.method, request.path)
            node = self.liar.world.node(VICTIM)
            return route.answer(EXCHANGE, Call(node, LIAR, request, found))
        except Fault as fault:
            return refusals.render(fault)


def make_stage() -> Stage:
    """Return a fresh stage."""
    world = make_world(3, (LIAR, VICTIM, THIRD))
    liar = Liar(world, LIAR, random.Random(3))  # noqa: S311 -- it must be repeated
    large = Blob(LARGE, b"k" * 32, LARGE_BYTES, "text/plain", "texts", NEEDED, "TLP:RED")
    liar.say(world.channel(), *(liar.act() for _ in range(4)), replace(liar.act(), blobs=(large,)))
    for _ in range(4):
        world.instant.at_ms += 1_000
        world.pump(VICTIM, THIRD)
        liar.push()
    with world.node(VICTIM).store.read() as tx:
        head = tx.newest_head(world.origin(LIAR))
    assert head is not None
    assert head.size & (head.size - 1)
    return Stage(liar, head, Branch(liar, world.channel(), head.size, ()))
