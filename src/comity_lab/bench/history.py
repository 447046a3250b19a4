"""The history that a fixture writes: acts of one party, receipts of the other, heads of both.

    group     128 acts of the first party, one receipt of the second, in one transaction
    heads     both logs signed and cosigned, every eight groups

What a node would have written by appending, keeping and understanding is written here in one
go; the rows are made by the same functions.  See `fixture`.

Floor: lab.
"""

import hashlib
import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

from comity.acts.order import Placed
from comity.acts.record import (
    NEEDED,
    Act,
    Addressee,
    Blob,
    Matter,
    Office,
    Receipt,
    Record,
)
from comity.joint.arrangement import validity
from comity.joint.request import acts
from comity.joint.request.acts import Asked, Saying
from comity.kernel.ids import RANDOM_ID_BYTES, random_id
from comity.node.base import ports, trust
from comity.node.base.context import Node
from comity.node.base.ports import Tx
from comity.node.base.rows import Cosignature, Head, Log, NamedBody, UnderstoodAct
from comity.node.base.trust import Trust
from comity.node.exchange import append, logs, receipts, refold, sealer
from comity.node.exchange.sealer import Sealer
from comity.seal.symmetric import seal_blob
from comity.tlog import checkpoint, note
from comity.tlog.checkpoint import Checkpoint

GROUP: Final = 128
"""Acts of one transaction, and of one receipt: what a node understands at once."""

GROUPS_A_HEAD: Final = 8
TEXT: Final = b"Please preserve the records named here."
_KEY_BYTES: Final = 32


@dataclass(frozen=True, slots=True)
class History:
    """What both sides must agree on to write the same bytes.

    Attributes:
        channel: its path.
        acting: origin of the log that speaks.
        answering: origin of the log that receipts it.
        parties: who speaks, and who is asked.
        agency: of the speaker.
        seed: of ids, nonces and bodies.
        at_ms: the one time of all receipts and heads.
    """

    channel: str
    acting: str
    answering: str
    parties: tuple[str, str]
    agency: str
    seed: int
    at_ms: int


@dataclass(frozen=True, slots=True)
class Sealed:
    """Entries for the end of a log, and where in it each of the records stands."""

    entries: tuple[bytes, ...]
    places: tuple[int, ...]


def sealed(node: Node, tx: Tx, log: Log, said: Sequence[Record], chance: random.Random) -> Sealed:
    """Seal records for the end of a log of either side; with equal chance the same bytes."""

    def entropy(size_bytes: int) -> bytes:
        return chance.randbytes(size_bytes)

    drawing, loaded = replace(node, entropy=entropy), trust.load(tx, log.channel)
    sealing = Sealer(drawing, tx, loaded, log, append.seen_by_end(tx, log))
    places = tuple(map(sealing.add, said))
    return Sealed(tuple(sealing.entries), places)


def new_history(
    node: Node, channel: str, parties: tuple[str, str], agency: str, seed: int, at_ms: int
) -> History:
    """Return a history that goes on where the logs of a channel stand."""
    with node.store.read() as tx:
        loaded = trust.load(tx, channel)
        own = logs.own_log(tx, channel)
        numbers = sealer.cards_in_force(loaded, append.seen_by_end(tx, own))
    assert set(numbers) == {1}, "a fixture begins before any key is rotated"
    return History(
        channel=channel,
        acting=own.origin,
        answering=loaded.newest_origin(parties[1]),
        parties=parties,
        agency=agency,
        seed=seed,
        at_ms=at_ms,
    )


def _named(row: UnderstoodAct, blob: Blob) -> NamedBody:
    return NamedBody(
        sha256=blob.sha256,
        origin=row.origin,
        index=row.index,
        size_bytes=blob.size_bytes,
        needed=True,
        document=False,
        held=True,
    )


@dataclass(frozen=True, slots=True)
class Keys:
    """Private keys of both homes, by party."""

    of: Mapping[str, ports.Keys]


@dataclass(frozen=True, slots=True)
class Heads:
    """Heads of both logs with the other side's cosignature."""

    signed: tuple[tuple[Head, Cosignature], ...]


class Writer:
    """Writes the history into the store of one side."""

    def __init__(self, node: Node, history: History) -> None:
        self._node = node
        self._history = history
        self._groups = 0

    def write_group(self) -> int:
        """Write one group; return how many acts it had."""
        history = self._history
        with self._node.store.write() as tx:
            loaded = trust.load(tx, history.channel)
            acting = logs.require_log(tx, history.acting)
            answering = logs.require_log(tx, history.answering)
            chance = random.Random(f"{history.seed}/{acting.size}")  # noqa: S311 -- a fixture
            said, bodies = self._acts(chance)
            grown, touched = self._append_acts(tx, loaded, acting, said, chance)
            tx.save_bodies(bodies)
            self._append_receipt(tx, answering, grown, chance)
            refold.refold(self._node.rooms, tx, loaded, touched, history.at_ms, touched)
        self._groups += 1
        return GROUP

    def is_head_due(self) -> bool:
        """Return whether both logs are to be signed now."""
        return self._groups % GROUPS_A_HEAD == 0

    def _acts(self, chance: random.Random) -> tuple[list[Act], dict[str, bytes]]:
        said: list[Act] = []
        bodies: dict[str, bytes] = {}
        for _ in range(GROUP):
            key = chance.randbytes(_KEY_BYTES)
            body = seal_blob(TEXT, key, chance.randbytes)
            sha256 = hashlib.sha256(body).hexdigest()
            bodies[sha256] = body
            blob = Blob(sha256, key, len(body), "text/plain", "texts", NEEDED, "TLP:AMBER")
            said.append(self._act(random_id(chance.randbytes(RANDOM_ID_BYTES)), blob))
        return said, bodies

    def _act(self, act_id: str, blob: Blob) -> Act:
        speaker, asked = self._history.parties
        saying = Saying(act_id, Office(self._history.agency), blobs=(blob,))
        what = Asked(type="preservation", urgency="routine", items=("one",))
        return acts.submitted(saying, speaker, (Addressee(asked),), what)

    def _append_acts(
        self, tx: Tx, loaded: Trust, log: Log, said: Sequence[Act], chance: random.Random
    ) -> tuple[Log, dict[Matter, list[Placed]]]:
        made = sealed(self._node, tx, log, said, chance)
        before = append.seen_by_end(tx, log)
        seen = {origin: size for origin, size in before.items() if origin != log.origin}
        grown = logs.append_entries(tx, log, made.entries)
        grown = replace(grown, understood=grown.size)
        tx.save_log(grown)
        rows = [
            UnderstoodAct(log.origin, index, log.party, log.generation, act, seen, 1)
            for index, act in zip(made.places, said, strict=True)
        ]
        touched = {row.act.matter: [refold.placed(loaded, row)] for row in rows}
        tx.save_acts(rows)
        tx.save_named_bodies([_named(row, blob) for row in rows for blob in row.act.blobs])
        return grown, touched

    def _append_receipt(self, tx: Tx, log: Log, of: Log, chance: random.Random) -> None:
        root = logs.root_at(tx, of.origin, of.size)
        receipt = Receipt(of.origin, of.size, root, self._history.at_ms, (), ())
        made = sealed(self._node, tx, log, [receipt], chance)
        grown = logs.append_entries(tx, log, made.entries)
        tx.save_log(replace(grown, understood=grown.size))
        (index,) = made.places
        tx.save_receipts([receipts.understood_receipt(tx, log, index, receipt)])

    def signed(self, keys: Keys) -> Heads:
        """Sign both logs as they stand, each cosigned by the other side."""
        with self._node.store.read() as tx:
            loaded = trust.load(tx, self._history.channel)
            origins = (self._history.acting, self._history.answering)
            standing = [logs.require_log(tx, origin) for origin in origins]
            roots = [logs.root_at(tx, log.origin, log.size) for log in standing]
        pairs = zip(standing, roots, reversed(standing), strict=True)
        return Heads(tuple(self._head(loaded, keys, *pair) for pair in pairs))

    def _head(
        self, loaded: Trust, keys: Keys, log: Log, root: bytes, by: Log
    ) -> tuple[Head, Cosignature]:
        channel, time_s = self._history.channel, self._history.at_ms // 1_000
        number = validity.log_card_at(loaded.positions(log.origin), log.size)
        signers = keys.of[log.party].log_signers(log.origin, channel, number)
        body = checkpoint.render_body(Checkpoint(log.origin, log.size, root))
        text = note.render(note.sign(body, signers, at_s=time_s))
        mirror = loaded.arrangement.mirror_name(by.party, loaded.name)
        number = validity.seal_card_seen(loaded.positions(by.origin), by.size)
        cosigners = keys.of[by.party].mirror_signers(mirror, channel, number)
        lines = note.render_signatures(note.sign(body, cosigners, at_s=time_s).signatures)
        digest = hashlib.sha256(text).digest()
        return (
            Head(log.origin, log.size, root, text, time_s),
            Cosignature(log.origin, log.size, by.party, digest, lines, time_s),
        )

    def keep(self, heads: Heads) -> None:
        """Keep heads and cosignatures: what they cover is signed."""
        with self._node.store.write() as tx:
            for head, given in heads.signed:
                assert logs.root_at(tx, head.origin, head.size) == head.root
                tx.save_head(head)
                tx.save_cosignature(given)
                tx.save_log(replace(logs.require_log(tx, head.origin), signed=head.size))

    def mark(self) -> None:
        """Let the high-water file say what was signed."""
        with self._node.store.read() as tx:
            standing = [
                logs.require_log(tx, origin)
                for origin in (self._history.acting, self._history.answering)
            ]
            heads = [tx.newest_head(log.origin) for log in standing]
        for log, head in zip(standing, heads, strict=True):
            if head is not None:
                self._node.highwater.raise_to(log.origin, head.size, head.root)
                if log.own:
                    self._node.highwater.covered(log.origin, head.size)
