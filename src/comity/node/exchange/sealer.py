"""From a record to the bytes of an entry: whom the entries of an own log are sealed to.

A key entry is appended where one is due: at the beginning of a log, where a key text changed, and
after 256 entries.

Source: docs/spec/seal.md 2.1.4 to 2.1.13, arrangement.md 3.7.2.
Floor: node.
"""

from comity.acts import codec, record
from comity.acts.causality import Cut
from comity.acts.record import KeyEntry, Record
from comity.kernel import limits
from comity.kernel.fault import Fault
from comity.node.base.context import Node
from comity.node.base.ports import Tx
from comity.node.base.rows import Log
from comity.node.base.trust import Trust
from comity.node.exchange import seal
from comity.node.exchange.seal import Keyed
from comity.seal import run
from comity.seal.header import FILE_KEY_BYTES
from comity.seal.run import Run, SealKey
from comity.seal.stream import NONCE_BYTES


def cards_in_force(trust: Trust, cut: Cut) -> tuple[int, ...]:
    """Return the card number of each party, in order, that an author with this cut seals to."""
    return tuple(
        trust.card_sealed_to(party, trust.seal_card(party, cut))
        for party in trust.arrangement.party_ids()
    )


class Sealer:
    """Seals records for the end of an own log, a key entry before them where one is due.

    Attributes:
        entries: all that are to be appended, in order.
    """

    def __init__(self, node: Node, tx: Tx, trust: Trust, log: Log, cut: Cut) -> None:
        """Begin at the end of a log.

        Args:
            node: ours.
            tx: the write that appends.
            trust: of its channel.
            log: ours.
            cut: what the next entry will have seen.

        Raises:
            Fault: `node.card.lost`.
        """
        self.entries: list[bytes] = []
        self._node, self._tx, self._trust, self._log = node, tx, trust, log
        self._numbers = cards_in_force(trust, cut)
        require_opens_own(node, trust, self._numbers)
        parties = trust.arrangement.party_ids()
        self._texts = tuple(text for text, _ in map(trust.sealed_to, parties, self._numbers))
        self._key = self._in_force()

    @property
    def next(self) -> int:
        """Where the next record will stand."""
        end = self._log.size + len(self.entries)
        return end + (self._place_at(end) is None)

    def add(self, said: Record) -> int:
        """Seal a record; return its index.

        Raises:
            Fault: `acts.act.malformed`; `exchange.entry.too-large`; `seal.mlkem.missing`.
        """
        plaintext = codec.render(self._log.origin, said)
        end = self._log.size + len(self.entries)
        if self._place_at(end) is None:
            self.entries.append(self._made(end))
            end += 1
        place = self._place_at(end)
        assert self._key is not None
        assert place is not None
        nonce = self._node.entropy(NONCE_BYTES)
        entry = bytes((codec.kind_of(said),)) + self._key.run.seal(plaintext, place, nonce)
        if len(entry) > limits.ENTRY_BYTES_MAX:
            raise Fault(
                code="exchange.entry.too-large",
                what=f"The act would be an entry of {len(entry)} bytes, over 65,535.",
                fix="Move what is long into an attachment, or split the request.",
            )
        self.entries.append(entry)
        return end

    def _place_at(self, index: int) -> int | None:
        """The place in the run in force, or None where a key entry is due."""
        place = index - self._key.run.index - 1 if self._key else run.RUN_ENTRIES
        return place if place < run.RUN_ENTRIES else None

    def _in_force(self) -> Keyed | None:
        """The key entry that the last entry is under, if it is to the texts that are due."""
        log = self._log
        if not log.size:
            return None
        raw = seal.raws(self._tx, log.origin)
        last = raw(log.size - 1)
        is_key = last[:1] == bytes((record.KEY_KIND,))
        at = seal.place_named(last)
        index = log.size - 1 if is_key else at.index if at else None
        if index is None:
            return None
        found = seal.open_entry(self._node, self._tx, self._trust, (log.origin, index), raw(index))
        return found if isinstance(found, Keyed) and found.texts == self._texts else None

    def _made(self, index: int) -> bytes:
        """A key entry, compared as every reader compares it (docs/spec/arrangement.md 3.7.2)."""
        node, origin = self._node, self._log.origin
        entry = made_key(node, self._trust, self._numbers, origin, index)
        found = seal.open_entry(node, self._tx, self._trust, (origin, index), entry)
        assert isinstance(found, Keyed), "what this node seals by rule is void for nobody"
        self._key = found
        return entry


def made_key(node: Node, trust: Trust, numbers: tuple[int, ...], origin: str, index: int) -> bytes:
    """Return the bytes of a new key entry.

    Raises:
        Fault: `seal.mlkem.missing`.
    """
    parties = trust.arrangement.party_ids()
    texts, raw = zip(*map(trust.sealed_to, parties, numbers), strict=True)
    secret = node.entropy(run.SECRET_BYTES)
    file_key, nonce = node.entropy(FILE_KEY_BYTES), node.entropy(NONCE_BYTES)
    plaintext = codec.render_key(origin, KeyEntry(secret, texts))
    keys = [SealKey(one, node.suite.recipient(one)) for one in raw]
    data = run.seal_ruled(plaintext, file_key, nonce, keys)
    return bytes((record.KEY_KIND,)) + Run(secret, origin, index).root + data


def require_newest_here(node: Node, trust: Trust) -> None:
    """Return if the private keys of this node's newest card are here: what they sign is to come.

    Raises:
        Fault: `node.card.lost`.
    """
    if not has_newest(node, trust):
        raise _lost(max(trust.cards[node.party]))


def has_newest(node: Node, trust: Trust) -> bool:
    """Return whether the private keys of this node's newest card are here."""
    return node.keys.has(trust.channel, max(trust.cards[node.party]))


def opens_own(node: Node, trust: Trust, numbers: tuple[int, ...]) -> bool:
    """Return whether this node could open what it would seal where it seals to these cards."""
    return node.keys.has(trust.channel, numbers[trust.arrangement.place(node.party)])


def require_opens_own(node: Node, trust: Trust, numbers: tuple[int, ...]) -> None:
    """Return if this node could open what it would seal: it could sign it no more than open it.

    Raises:
        Fault: `node.card.lost`.
    """
    if not opens_own(node, trust, numbers):
        raise _lost(numbers[trust.arrangement.place(node.party)])


def _lost(number: int) -> Fault:
    return Fault(
        code="node.card.lost",
        what=f"The private keys of card {number} of this node are not here: nothing can be signed "
        "with them.",
        fix="Bring their file back, from a backup made since or the disk of the home before; "
        "where it is gone for good, run `comity key rotate --lost` with the root key.",
    )
