"""A node: its party and the ports that its use cases run over.

Floor: node.
"""

from dataclasses import dataclass

from comity.node.ports import (
    Alarms,
    Bodies,
    Clock,
    Entropy,
    HighWater,
    Keys,
    Peers,
    Step,
    Store,
    Suite,
)


@dataclass(frozen=True, slots=True)
class Node:
    """Everything a use case needs of the world.

    Attributes:
        party: the State whose node this is.
        store: durable rows.
        bodies: blobs and documents over 64 KiB.
        peers: the wire to other nodes.
        keys: private keys.
        suite: public-key algorithms.
        highwater: what was ever signed.
        clock: time.
        entropy: chance.
        alarms: who is woken.
        step: called at each numbered point of send and receive.
    """

    party: str
    store: Store
    bodies: Bodies
    peers: Peers
    keys: Keys
    suite: Suite
    highwater: HighWater
    clock: Clock
    entropy: Entropy
    alarms: Alarms
    step: Step
