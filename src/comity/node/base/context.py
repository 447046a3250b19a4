"""A node: its party and the ports that its use cases run over.

Floor: node.
"""

from collections.abc import Callable
from dataclasses import dataclass, field

from comity.acts.vocabulary import OURS, Vocabulary
from comity.kernel import ids
from comity.kernel.fault import Fault
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
from comity.node.base.rows import Head, NamedBody, Witness
from comity.node.base.scope import Outside


@dataclass(slots=True)
class Session:
    """What one process knows since it started; lost with it, and rightly so.

    Attributes:
        started: (own origin, party) pairs that compared their logs since the start (rule 21).
        entered: own origins in which what a restore took out of the register was entered again.
        adopted: `{channel: version}` of the register in which the program's vocabulary was found
            adopted by this node: a log that is cut or ended may take that back.
        compared: parties whose answer at the start was read: what was cosigned of their logs too.
        unreached: parties that were asked since the start and did not answer.
        asked_of: (own origin, party) pairs: own logs that were here when a party was asked.
        is_witnessed: whether any witness is configured; None where that was not looked at.
        witnessed: (own origin, witness) pairs where it was asked how much it cosigned.
        awaited: `{(own origin, witness): since when}` a head waits for that.
        pending: `{(origin, party): size}`: the head size a mirror said it has last.
        enclosed: `{(origin, party): (size, when)}` of the own head that last went in an answer.
        skew_ms: `{party: their clock less ours}`, measured on each answer and each request.
        rules: `{party: number}` of the rules by which its program computes, as it last showed.
        clock_alarms: parties of whose clock an alarm stands.
        delivered: `{(own origin, party): when}` of the last success, milliseconds.
        failing: `{(own origin, party): {(code, what)}}` of the alarms that say why nothing arrives.
        told: `{(kind, what it is of): {(code, what)}}` of other alarms, which end together.
        heard: `{origin: when}` a peer last sent a head of its log, milliseconds of our clock.
        silent: origins of peers' logs whose heads have stopped coming.
        held_back: channels where an act waits for what it has seen and is not held here, or for a
            head by the keys in force; others' mirrors are asked.
        waits: `{origin: (code, what)}` of the alarm that says what a log waits for.
        walked: `{origin: (by, since, until, found, last)}` of heads that were looked at by certain
            keys: from one size to another, the greatest of which a key that counts made, and the
            heads of the last size.
        owed: channels whose receipts must be looked at even if nothing new came.
        damaged: `{sha256: when}` a large body of ours was found lost or damaged here.
        refused: `{(party, sha256): when}` a peer did not take a large body of ours.
        apart_ms: when the bodies store last did not answer; None once it does.
        wanted: documents by hash that entries which are not understood yet name.
        asked: `{(origin, party): {sha256: when}}` a missing body was asked for and not had.
        coming: `{(party, sha256): bytes}` of a large body that were staged when last looked at.
        sought: `{(origin, party): (index, sha256)}` of the missing body that was looked at last.
        settled: key of the record of unnamed bodies that was looked at last, or "".
        settled_ms: when that was.
        clocks_told: whether the alarms of clocks that stood before the start stand again.
        clocks_at_ms: what our clock showed when clocks were last looked at; 0 before.
        clocks_moved_ms: when a calendar last moved open clocks, while that is told; or None.
        actless: `{origin: (since, until, last)}` of entries that were looked at and are no acts,
            and the last of them.
        unworded: key of the act that lacked words and was looked at last, or "".
        reminded: id of the request that is over of which it was looked last what is due, or "".
        overdue: bodies that were found due since the first of them.
        runs: key entries that were opened, by log, index and hash; the last 64.
    """

    started: set[tuple[str, str]] = field(default_factory=set)
    entered: set[str] = field(default_factory=set)
    adopted: dict[str, str] = field(default_factory=dict)
    compared: set[str] = field(default_factory=set)
    unreached: set[str] = field(default_factory=set)
    asked_of: set[tuple[str, str]] = field(default_factory=set)
    is_witnessed: bool | None = None
    witnessed: set[tuple[str, str]] = field(default_factory=set)
    awaited: dict[tuple[str, str], int] = field(default_factory=dict)
    pending: dict[tuple[str, str], int] = field(default_factory=dict)
    enclosed: dict[tuple[str, str], tuple[int, int]] = field(default_factory=dict)
    skew_ms: dict[str, int] = field(default_factory=dict)
    rules: dict[str, int] = field(default_factory=dict)
    clock_alarms: set[str] = field(default_factory=set)
    owed: set[str] = field(default_factory=set)
    held_back: set[str] = field(default_factory=set)
    waits: dict[str, tuple[str, str]] = field(default_factory=dict)
    failing: dict[tuple[str, str], set[tuple[str, str]]] = field(default_factory=dict)
    told: dict[tuple[str, str], set[tuple[str, str]]] = field(default_factory=dict)
    heard: dict[str, int] = field(default_factory=dict)
    silent: set[str] = field(default_factory=set)
    walked: dict[str, tuple[object, int, int, int, list[Head]]] = field(default_factory=dict)
    delivered: dict[tuple[str, str], int] = field(default_factory=dict)
    damaged: dict[str, int] = field(default_factory=dict)
    refused: dict[tuple[str, str], int] = field(default_factory=dict)
    apart_ms: int | None = None
    wanted: dict[str, NamedBody] = field(default_factory=dict)
    asked: dict[tuple[str, str], dict[str, int]] = field(default_factory=dict)
    coming: dict[tuple[str, str], int] = field(default_factory=dict)
    sought: dict[tuple[str, str], tuple[int, str]] = field(default_factory=dict)
    settled: str = ""
    settled_ms: int = 0
    clocks_told: bool = False
    clocks_at_ms: int = 0
    clocks_moved_ms: int | None = None
    actless: dict[str, tuple[int, int, bytes]] = field(default_factory=dict)
    unworded: str = ""
    reminded: str = ""
    overdue: int = 0
    runs: dict[tuple[str, int, bytes], object] = field(default_factory=dict)


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

    def act_id(self) -> str:
        """Return the id of an act that is about to be said."""
        bits = self.entropy(ids.RANDOM_ID_BYTES)
        return ids.act_id(self.clock.now_ms() // 1_000, bits)
