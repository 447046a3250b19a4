"""One channel of both nodes, as two logs in memory: entries sealed, receipts, heads.

    channel.say("fr", act, at_ms)          the act stands in the log of its author
    channel.receive("sy", at_ms)           the other side signs for what it holds, if that is new
    channel.close(at_ms)                   both logs signed and cosigned to their ends
    channel.taken()                        what was made since, for the stores of both nodes

A head is signed when what it covers is received, at the time of its newest act, and cosigned at
that of the receipt: so acts that travel together share one.

Floor: lab.
"""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from comity.acts import codec, record
from comity.acts.order import Depths, Placed
from comity.acts.record import Act, KeyEntry, Receipt, Record
from comity.kernel.ijson import Json
from comity.node.base.ports import Entropy
from comity.node.base.rows import Cosignature, Head, UnderstoodAct, UnderstoodReceipt
from comity.seal import run
from comity.seal.header import FILE_KEY_BYTES
from comity.seal.run import Run, SealKey
from comity.seal.stream import NONCE_BYTES
from comity.tlog import checkpoint, note, tree
from comity.tlog.checkpoint import Checkpoint
from comity.tlog.note import Signer
from comity.tlog.tree import Frontier

EMPTY: Final = Frontier(0, ())


@dataclass(frozen=True, slots=True)
class Signers:
    """Private keys of one party in one channel: of its log, and of its mirror."""

    log: tuple[Signer, ...]
    mirror: tuple[Signer, ...]


@dataclass(slots=True)
class Made:
    """What was made of one channel since it was last taken.

    Attributes:
        channel: its path.
        entries: `{origin: entries}`, each log's in its order.
        leaves: their leaf hashes.
        acts, receipts: as both nodes understand them.
        heads: signed by the author, cosigned by the other side.
        bodies: `{sha256: stored bytes}` that acts name.
        releases: `{party: {act id: release record}}`; each stays at home.
    """

    channel: str
    entries: dict[str, list[bytes]] = field(default_factory=dict)
    leaves: dict[str, list[bytes]] = field(default_factory=dict)
    acts: list[UnderstoodAct] = field(default_factory=list)
    receipts: list[UnderstoodReceipt] = field(default_factory=list)
    heads: list[tuple[Head, Cosignature]] = field(default_factory=list)
    bodies: dict[str, bytes] = field(default_factory=dict)
    releases: dict[str, dict[str, Json]] = field(default_factory=dict)

    @property
    def size(self) -> int:
        """How many entries."""
        return len(self.acts) + len(self.receipts)

    def newest_heads(self) -> dict[str, Head]:
        """Return `{origin: newest head}`."""
        return {head.origin: head for head, _ in self.heads}


@dataclass(slots=True)
class _Log:
    origin: str
    party: str
    place: int
    run: Run
    tree: Frontier = EMPTY
    received: int = 0
    signed: int = 0
    seen: int = 0
    spoke_ms: int = 0


class Channel:
    """Two logs, and who signs for which."""

    def __init__(
        self,
        path: str,
        origins: Sequence[str],
        seals: Mapping[str, SealKey],
        signers: Mapping[str, Signers],
        entropy: Entropy,
    ) -> None:
        """Begin with two empty logs.

        Args:
            path: of the channel.
            origins: of both logs, in the order of the parties.
            seals: keys of both parties, in the same order, by the hash of their key text.
            signers: by party.
            entropy: chance.
        """
        self._logs = {
            origin.partition("/")[0]: _Log(
                origin, origin.partition("/")[0], place, Run(entropy(run.SECRET_BYTES), origin, 0)
            )
            for place, origin in enumerate(origins)
        }
        self._seals = seals
        self._signers = signers
        self._entropy = entropy
        self._depths: dict[str, Depths] = {}
        self._effective_ms = 0
        self._made = Made(path)

    def say(self, party: str, act: Act, at_ms: int, bodies: Mapping[str, bytes]) -> None:
        """Append an act to the log of its author."""
        log, other = self._pair(party)
        index = self._next(log)
        seen = {other.origin: log.seen} if log.seen else {}
        placed = Placed(act, log.origin, log.place, 1, index, seen, 0)
        depths = self._depths.setdefault(f"{act.matter.kind}/{act.matter.id}", Depths())
        depth = depths.after(placed)
        row = UnderstoodAct(log.origin, index, party, 1, act, seen, depth)
        depths.add(row.placed(log.place))
        self._append(log, act)
        log.spoke_ms = at_ms
        self._made.acts.append(row)
        self._made.bodies.update(bodies)

    def receive(self, party: str, at_ms: int) -> bool:
        """Let a party sign for what it now holds of the other log; return whether that is new."""
        log, other = self._pair(party)
        if other.received >= other.tree.size:
            return False
        self._sign(other, other.spoke_ms, at_ms)
        size, root = other.tree.size, other.tree.root()
        receipt = Receipt(other.origin, size, root, at_ms)
        index = self._next(log)
        assert at_ms >= self._effective_ms  # so that its effective time is what it claims
        self._effective_ms = at_ms
        self._append(log, receipt)
        log.seen = size
        seen = {other.origin: size}
        self._made.receipts.append(
            UnderstoodReceipt(log.origin, index, party, receipt, seen, at_ms)
        )
        other.received = size
        return True

    def sign(self, party: str, at_ms: int) -> None:
        """Sign the log of a party to its end."""
        self._sign(self._logs[party], at_ms, at_ms)

    def keep_release(self, party: str, act_id: str, value: Json) -> None:
        """Keep the release record of an act, for its author's node alone."""
        self._made.releases.setdefault(party, {})[act_id] = value

    def close(self, at_ms: int) -> None:
        """Sign both logs to their ends."""
        for party in self._logs:
            self.sign(party, at_ms)

    def taken(self) -> Made:
        """Return what was made since the last time."""
        made = self._made
        self._made = Made(made.channel)
        return made

    @property
    def waiting(self) -> int:
        """How many entries were made since the last time."""
        return self._made.size

    def _pair(self, party: str) -> tuple[_Log, _Log]:
        (other,) = (log for log in self._logs.values() if log.party != party)
        return self._logs[party], other

    def _next(self, log: _Log) -> int:
        """Return where the next record of a log stands, after a key entry where one is due."""
        size = log.tree.size
        if size == 0 or size - log.run.index > run.RUN_ENTRIES:
            log.run = Run(self._entropy(run.SECRET_BYTES), log.origin, size)
            plaintext = codec.render_key(log.origin, KeyEntry(log.run.secret, tuple(self._seals)))
            file_key, nonce = self._entropy(FILE_KEY_BYTES), self._entropy(NONCE_BYTES)
            made = run.seal_ruled(plaintext, file_key, nonce, [*self._seals.values()])
            self._keep(log, bytes((record.KEY_KIND,)) + log.run.root + made)
        return log.tree.size

    def _append(self, log: _Log, said: Record) -> None:
        plaintext, place = codec.render(log.origin, said), log.tree.size - log.run.index - 1
        made = log.run.seal(plaintext, place, self._entropy(NONCE_BYTES))
        self._keep(log, bytes((codec.kind_of(said),)) + made)

    def _keep(self, log: _Log, entry: bytes) -> None:
        leaf = tree.leaf_hash(entry)
        log.tree = log.tree.extend([leaf])
        self._made.entries.setdefault(log.origin, []).append(entry)
        self._made.leaves.setdefault(log.origin, []).append(leaf)

    def _sign(self, log: _Log, signed_ms: int, cosigned_ms: int) -> None:
        """Sign a log to its end, and cosign that head as its mirror does."""
        size, root = log.tree.size, log.tree.root()
        if size == log.signed:
            return
        _, other = self._pair(log.party)
        time_s, after_s = signed_ms // 1_000, max(signed_ms, cosigned_ms) // 1_000
        body = checkpoint.render_body(Checkpoint(log.origin, size, root))
        text = note.render(note.sign(body, self._signers[log.party].log, at_s=time_s))
        given = note.sign(body, self._signers[other.party].mirror, at_s=after_s)
        lines = note.render_signatures(given.signatures)
        digest = hashlib.sha256(text).digest()
        self._made.heads.append(
            (
                Head(log.origin, size, root, text, time_s),
                Cosignature(log.origin, size, other.party, digest, lines, after_s),
            )
        )
        log.signed = size
