"""A node in memory that belongs to nobody: what a file discloses is read with it, and it is gone.

Floor: boot.
"""

from pathlib import Path
from typing import Final

from comity.adapters.alarms import StandingAlarms
from comity.adapters.clock import SystemClock
from comity.adapters.entropy import SystemEntropy
from comity.adapters.keyfiles import KeyFiles
from comity.adapters.memory import MemoryStore, memory_disk
from comity.adapters.memory_blobs import MemoryBodies
from comity.adapters.memory_highwater import MemoryHighWater
from comity.adapters.suite import RealSuite
from comity.adapters.vault import of_key
from comity.boot.rooms import ROOMS
from comity.kernel.fault import Fault
from comity.node.base.context import Node
from comity.node.base.ports import Request, Response

PARTY: Final = "nobody"
_NOWHERE: Final = Path("/nonexistent")
"""It has no keys, and makes none."""


class _Alone:
    """Peers that there are not."""

    def call(self, party: str, request: Request) -> Response:  # noqa: ARG002 -- the port says what is asked
        """Refuse: a file is read alone.

        Raises:
            Fault: `node.peer.unknown`.
        """
        raise Fault(
            code="node.peer.unknown",
            what=f"Nothing is asked of {party}: a file is read alone.",
            fix="Ask for a file that has all it needs.",
        )


def node() -> Node:
    """Return it, with an empty store."""
    entropy = SystemEntropy()
    return Node(
        party=PARTY,
        store=MemoryStore(memory_disk()),
        bodies=MemoryBodies(),
        peers=_Alone(),
        keys=KeyFiles(_NOWHERE, of_key(bytes(32), entropy), entropy),
        suite=RealSuite(),
        highwater=MemoryHighWater(),
        clock=SystemClock(),
        entropy=entropy,
        alarms=StandingAlarms(lambda *_: None),
        step=lambda _name: None,
        rooms=ROOMS,
    )
