"""A dishonest State: a node that runs as it should, and a hand that holds its keys.

    liar.put(channel, entry, …)      any bytes into its own log; its node signs and sends them
    liar.say(channel, record)        any record, sealed as it should be
    Branch(liar, channel, cut=n)     another history of the same log, and all proofs in it
    liar.send("sn", request)         any request; the answer comes back
    liar.answers["/start"] = lie     what its node says is changed on the way out

Everything it signs is signed with keys of its cards, so an honest node can tell it by what
it says alone.

Source: protocol rules 12 to 24; reliability, section 2, actors T2, T3 and T6.
Floor: lab.
"""

import random
from collections.abc import Callable, Generator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Final

from comity.acts import codec
from comity.acts.record import ACT_KIND, KEY_KIND, Act, Addressee, KeyEntry, Matter, Office, Record
from comity.joint.arrangement import validity
from comity.joint.request import acts as request_acts
from comity.kernel.fault import Fault
from comity.kernel.ids import RANDOM_ID_BYTES, random_id
from comity.node.base import trust
from comity.node.base.context import Node
from comity.node.base.keymaker import RootKey
from comity.node.base.ports import Request, Response
from comity.node.base.rows import Log
from comity.node.base.trust import Trust
from comity.node.exchange import append, delivery, excuse, logs, pump, sealer, send
from comity.node.exchange.delivery import Delivery
from comity.seal import run
from comity.seal.header import header_of, scan_header
from comity.seal.run import SealKey
from comity.tlog import checkpoint, note, tree, wire
from comity.tlog.checkpoint import Checkpoint
from comity.tlog.wire import AddCheckpoint, AddEntriesHeader, EntryPackage
from comity_lab.sim.world import World

FILE_KEY_BYTES: Final = 16
NONCE_BYTES: Final = 16
OTHER: Final = b"another history"

KEY_LIES: Final = (
    *("another root", "another index", "another log", "texts in another order"),
    "a text of another",
)
"""What a key entry may lie about: each is void for everybody."""

type Lie = Callable[[str, Request, Response], Response]
"""(who asked, request, what an honest node answers) -> what is answered."""


@dataclass(slots=True)
class Liar:
    """The hand that holds a State's keys.

    Attributes:
        world: in which it lies.
        party: its State.
        chance: of its own, from the seed.
        answers: lies by the first part of a path: `/start`, `/add-entries`, `tile`.
        malformed: plaintexts that must not parse, of either kind.
        forked: own logs of which two histories were signed.
        convicting: `{(victim, origin): strategy}` where the victim must hold the proof.
        statuses: of what was sent by hand, for the report.
        lied: tags of which an act was said that no decision admitted.
        scenes: lies that the others answer, step by step, once all is at rest.
        shown: what honest States showed of those.
        is_silent: whether its node does nothing by itself.
        is_stolen: whether it is the victim of a thief, and honest otherwise.
    """

    world: World
    party: str
    chance: random.Random
    answers: dict[str, Lie] = field(default_factory=dict)
    malformed: tuple[bytes, ...] = ()
    forked: set[str] = field(default_factory=set)
    convicting: dict[tuple[str, str], str] = field(default_factory=dict)
    statuses: list[tuple[str, int]] = field(default_factory=list)
    lied: set[str] = field(default_factory=set)
    scenes: list[Generator[None, None, None]] = field(default_factory=list)
    shown: set[str] = field(default_factory=set)
    is_silent: bool = False
    is_stolen: bool = False

    @property
    def node(self) -> Node:
        """Its node."""
        return self.world.node(self.party)

    @property
    def honest(self) -> list[str]:
        """The other parties."""
        return [party for party in self.world.parties if party != self.party]

    @property
    def victim(self) -> str:
        """One of them."""
        return self.chance.choice(self.honest)

    def log(self, channel: str) -> Log:
        """Return its own newest log in a channel."""
        with self.node.store.read() as tx:
            return logs.own_log(tx, channel)

    def held_by(self, victim: str, origin: str) -> Log:
        """Return how a victim holds one of its logs; a liar may know, for it is told."""
        with self.world.node(victim).store.read() as tx:
            return logs.require_log(tx, origin)

    def trust(self, channel: str) -> Trust:
        """Return what it trusts in a channel."""
        with self.node.store.read() as tx:
            return trust.load(tx, channel)

    def root_key(self) -> RootKey:
        """Return its root key."""
        keys = self.world.machines[self.party].keys
        return keys.open_root(Path(self.world.arrangement))

    def id(self) -> str:
        """Return a new id."""
        return random_id(self.chance.randbytes(RANDOM_ID_BYTES))

    # -- what it says ------------------------------------------------------------------

    def act(self, tag: str = request_acts.SUBMITTED, matter: Matter | None = None) -> Act:
        """Return an act that an honest node could say."""
        saying = request_acts.Saying(self.id(), Office("police"))
        to = tuple(Addressee(party) for party in self.honest)
        asked = request_acts.Asked("preservation", "urgent", ("one",))
        made = request_acts.submitted(saying, self.party, to, asked)
        return replace(made, tag=tag, matter=matter or made.matter)

    def sealed(
        self,
        channel: str,
        said: Sequence[tuple[int, bytes]],
        wrong: str = "",
        lie: str = "",
    ) -> list[bytes]:
        """Return a key entry, and entries under it, for the end of its log.

        Args:
            channel: its path.
            said: kind bytes and any plaintexts.
            wrong: a party whose stanza holds another file key.
            lie: one of `KEY_LIES` of the key entry, or `unheld`.
        """
        node, now, log = self.node, self.trust(channel), self.log(channel)
        with node.store.read() as tx:
            numbers = sealer.cards_in_force(now, append.seen_by_end(tx, log))
        parties = now.arrangement.party_ids()
        texts = [*map(now.seal_text, parties, numbers)]
        raws = [now.keys(party, n).seal for party, n in zip(parties, numbers, strict=True)]
        at = 0 if lie == "another index" else log.size
        secret, chance = self.chance.randbytes(run.SECRET_BYTES), self.chance.randbytes
        keys = run.Run(secret, log.origin, log.size)
        inside = self.world.origin(self.victim) if lie == "another log" else log.origin
        if lie == "texts in another order":
            texts.reverse()
        if lie in ("a text of another", "unheld"):
            texts[-1] = texts[0] if lie != "unheld" else chance(32).hex()
        root = chance(32) if lie == "another root" else run.Run(secret, log.origin, at).root
        file_key, nonce = chance(FILE_KEY_BYTES), chance(NONCE_BYTES)
        recipients = [SealKey(raw, node.suite.recipient(raw)) for raw in raws]
        plaintext = codec.render_key(inside, KeyEntry(secret, tuple(texts)))
        data = run.seal_ruled(plaintext, file_key, nonce, recipients)
        if wrong:
            header, size_bytes = scan_header(data)
            stanzas = [*header.stanzas]
            place = parties.index(wrong)
            stanzas[place] = recipients[place].recipient.wrap(chance(FILE_KEY_BYTES), chance)
            data = header_of(file_key, stanzas) + data[size_bytes:]
        return [
            bytes((KEY_KIND,)) + root + data,
            *(
                bytes((kind,)) + keys.seal(text, place, chance(NONCE_BYTES))
                for place, (kind, text) in enumerate(said)
            ),
        ]

    def put(self, channel: str, *entries: bytes) -> Log:
        """Write any bytes into its own log; its own node looks away."""
        with self.node.store.write() as tx:
            log = logs.own_log(tx, channel)
            grown = logs.append_entries(tx, log, list(entries)) if entries else log
            tx.save_log(replace(grown, understood=grown.size))
        return self.log(channel)

    def say(
        self, channel: str, *records: Record, origin: str = "", wrong: str = "", lie: str = ""
    ) -> Log:
        """Write records that no decision admitted."""
        named = origin or self.log(channel).origin
        said = [(codec.kind_of(one), codec.render(named, one)) for one in records]
        return self.put(channel, *self.sealed(channel, said, wrong, lie))

    def push(self) -> None:
        """Sign and send what its logs hold, to everybody, and ask nobody before."""
        node = self.node
        for party in self.world.parties:
            excuse.note_unreached(node, party, excuse.shared_logs(node, party))
        for pair in self.world.pairs(self.party):
            with suppress(Fault):
                with node.store.read() as tx:
                    origin = logs.own_log(tx, pair.channel).origin
                pump.sign_if_due(node, origin, node.clock.now_ms())
                send.push(node, origin, pair.party)

    # -- what it sends by hand ---------------------------------------------------------

    def send(self, to: str, path: str, body: bytes, method: str = "POST") -> Response:
        """Send a request; the answer comes back, whatever it is."""
        answer = self.world.network.deliver(self.party, to, Request(method, path, body))
        self.statuses.append((path, answer.status))
        return answer

    def send_head(
        self, to: str, head: bytes, old_size: int, proof: Sequence[bytes] = ()
    ) -> Response:
        """Send a head."""
        body = wire.render_add_checkpoint(AddCheckpoint(old_size, tuple(proof), head))
        return self.send(to, "/add-checkpoint", body)

    def signed(self, origin: str, size: int, root: bytes, number: int = 0) -> bytes:
        """Return a head signed with the keys of the card in force, or of another."""
        node, channel = self.node, self.log_channel(origin)
        number = number or self._card_at(origin, size)
        body = checkpoint.render_body(Checkpoint(origin, size, root))
        signers = node.keys.log_signers(origin, channel, number)
        at_s = max(1, node.clock.now_ms() // 1000)
        return note.render(note.sign(body, signers, at_s=at_s))

    def _card_at(self, origin: str, size: int) -> int:
        positions = self.trust(self.log_channel(origin)).positions(origin)
        return validity.log_card_at(positions, size)

    def log_channel(self, origin: str) -> str:
        """Return the channel of one of its logs."""
        with self.node.store.read() as tx:
            return logs.require_log(tx, origin).channel

    def note_fork(self, victim: str, origin: str, strategy: str, *, provable: bool = True) -> None:
        """Say that two histories of a log were signed, and whether the victim holds a proof.

        It takes none by a key that it knows to be revoked: anybody may have stolen that.
        """
        self.forked.add(origin)
        size = self.held_by(victim, origin).size + 1
        with self.world.node(victim).store.read() as tx:
            good = trust.load(tx, self.log_channel(origin)).log_cards(origin, size)
        if provable and self._card_at(origin, size) in good:
            self.convicting.setdefault((victim, origin), strategy)


class Branch:
    """Another history of one of the liar's logs: the true entries up to a cut, then others."""

    def __init__(self, liar: Liar, channel: str, cut: int, others: Sequence[bytes]) -> None:
        """Begin with the first `cut` true entries, and add others."""
        log = liar.log(channel)
        with liar.node.store.read() as tx:
            kept = tx.entries(log.origin, 0, cut)
        self._liar = liar
        self.origin = log.origin
        self.entries = [*kept, *others]
        self._leaves = [tree.leaf_hash(entry) for entry in self.entries]

    @property
    def size(self) -> int:
        """How many entries it has."""
        return len(self.entries)

    def root(self, size: int) -> bytes:
        """Return the root at a size."""
        return tree.root(self._leaves[:size])

    def head(self, size: int) -> bytes:
        """Return a signed head."""
        return self._liar.signed(self.origin, size, self.root(size))

    def proof(self, old_size: int, size: int) -> tuple[bytes, ...]:
        """Return the consistency proof between two sizes of this branch."""
        return tree.prove_consistency(old_size, size, self._read)

    def entries_body(self, start: int, end: int, count_max: int = 64) -> bytes:
        """Return the body of add-entries from start to the head of end."""
        parts = [wire.render_header(AddEntriesHeader(self.origin, start, end))]
        for count, bounds in enumerate(wire.package_bounds(start, end)):
            if count == count_max:
                break
            proof = tree.prove_subtree(bounds.subtree_start, bounds.end, end, self._read)
            entries = tuple(self.entries[bounds.start : bounds.end])
            parts.append(wire.render_package(EntryPackage(bounds, entries, proof)))
        return b"".join(parts)

    def deliver(self, to: str, old_size: int, size: int) -> int:
        """Send head and entries of this branch, at once or one by one; return the last status."""
        proof = self.proof(old_size, size) if 0 < old_size < size else ()
        if self._liar.chance.random() < 0.5:  # noqa: PLR2004 -- one in two
            body = self.delivery(old_size, size, proof)
            return self._liar.send(to, "/add-delivery", body).status
        answer = self._liar.send_head(to, self.head(size), old_size, proof)
        if answer.status != 200:  # noqa: PLR2004 -- HTTP OK
            return answer.status
        body = self.entries_body(old_size, size)
        return self._liar.send(to, "/add-entries", body).status

    def delivery(
        self, old_size: int, size: int, proof: Sequence[bytes], batch: bytes = b""
    ) -> bytes:
        """Return the body of add-delivery from an old size to the head of another."""
        head = wire.render_add_checkpoint(AddCheckpoint(old_size, tuple(proof), self.head(size)))
        return delivery.render(Delivery(batch, head, self.entries_body(old_size, size)))

    def _read(self, level: int, index: int) -> bytes:
        return tree.root(self._leaves[index << level : (index + 1) << level])


def other_entries(liar: Liar, channel: str, count: int) -> list[bytes]:
    """Return entries that an honest log could hold, not the true ones."""
    origin = liar.log(channel).origin
    said = [(ACT_KIND, codec.render(origin, liar.act())) for _ in range(count)]
    return liar.sealed(channel, said)[:count]


__all__ = ("Branch", "Liar", "Lie", "other_entries")
