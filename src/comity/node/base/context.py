"""A node: its party and the ports that its use cases run over.

Floor: node.
"""

from collections.abc import Callable
from dataclasses import dataclass, field

from comity.acts.vocabulary import OURS, Vocabulary
from comity.kernel import ids
from comity.kernel.fault import Fault
from comity.node.base.codes import Codes, NoCodes
from comity.node.base.ports import (
    Alarms,
    Beside,
    Bodies,
    Clock,
    Entropy,
    HighWater,
    Keys,
    Peers,
    Response,
    Step,
    Store,
    Suite,
    Witnesses,
)
from comity.node.base.rooms import Rooms
from comity.node.base.rows import Witness
from comity.node.base.scope import Outside
from comity.node.base.sources import NoSources, Sources


@dataclass(slots=True)
class Session:
    """What one process knows since it started; lost with it, and rightly so.

    Each owner keeps a part of its own: a dataclass that begins empty.

    Attributes:
        parts: by their types, once they were asked for.
    """

    parts: dict[type, object] = field(default_factory=dict)

    def of[Part](self, part: type[Part]) -> Part:
        """Return a part; it begins when it is first asked for."""
        found = self.parts.get(part)
        if found is None:
            found = self.parts.setdefault(part, part())  # two threads may ask at once
        assert isinstance(found, part)
        return found


class NoWitnesses:
    """No line to witnesses: each is out of reach."""

    def add_checkpoint(self, witness: Witness, body: bytes) -> Response:
        """See `comity.node.base.ports.Witnesses`."""
        del body
        raise Fault(
            code="node.witness.unreachable",
            what=f"The witness {witness.name} cannot be reached: there is no line to witnesses.",
            fix="Wait: the node that serves asks it.",
        )


def when_asked[Made](do: Callable[[], Made]) -> Callable[[], Made]:
    """Do nothing beside: what is asked for is done when it is waited for."""
    return do


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
        rooms: what it knows of each kind of matter.
        wake: tells the pumps that there is work in a channel.
        session: what this process knows since it started, and forgets.
        vocabulary: the tags that this program knows.
        require_room: (bytes, whether for the hotline): Fault `node.store.full` where the disk
            has no room for them beside its reserve.
        beside: does what an act waits for while this thread goes on.
        witnesses: the line to witnesses.
        outside: what it offers to those who are no officers.
        sources: the line to feeds that this State reads.
        codes: reads the codes of officers' apps.
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
    rooms: Rooms
    wake: Callable[[str], None] = lambda _channel: None
    session: Session = field(default_factory=Session)
    vocabulary: Vocabulary = OURS
    require_room: Callable[[int, bool], None] = lambda _size_bytes, _is_hotline: None
    beside: Beside = when_asked
    witnesses: Witnesses = field(default_factory=NoWitnesses)
    outside: Outside = field(default_factory=Outside)
    sources: Sources = field(default_factory=NoSources)
    codes: Codes = field(default_factory=NoCodes)

    def act_id(self) -> str:
        """Return the id of an act that is about to be said."""
        bits = self.entropy(ids.RANDOM_ID_BYTES)
        return ids.act_id(self.clock.now_ms() // 1_000, bits)
