"""From a record to the bytes of an entry, and back: who it is sealed to is decided here.

    entry = kind byte, age file with one mlkem768x25519 stanza per party in their order

Source: protocol rules 5, 12 and 13.
Floor: node.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Final

from comity.acts import codec, record
from comity.acts.causality import EMPTY, Cut
from comity.acts.record import Act, Record
from comity.kernel import limits
from comity.kernel.fault import Fault
from comity.node.base.context import Node
from comity.node.base.trust import Trust
from comity.seal import age
from comity.seal.age import Envelope, Identity

KEY_MISSING: Final = "keys.file.missing"


@dataclass(slots=True)
class Ready:
    """Envelopes that are ready.

    Attributes:
        envelopes: `{seal keys of each party: what is ready}` for the next entry to these cards, one
            at most; each is taken once. Where cards change, one of the old ones is left.
    """

    envelopes: dict[tuple[bytes, ...], list[Envelope]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Unreadable:
    """An entry that was kept and not understood.

    Attributes:
        code: `open` or `parse`.
        file_key: 16 bytes, of an entry that opens and does not parse; else nothing.
    """

    code: str
    file_key: bytes = b""


@dataclass(frozen=True, slots=True)
class Opened:
    """An entry that opened and parsed.

    Attributes:
        origin: that it names inside.
        record: what it says.
        file_key: 16 bytes that open it, for a disclosed proof or a contested entry.
    """

    origin: str
    record: Record
    file_key: bytes


def cards_in_force(trust: Trust, cut: Cut) -> tuple[int, ...]:
    """Return the card number of each party, in order, that an author with this cut seals to."""
    return tuple(trust.seal_card(party, cut) for party in trust.arrangement.party_ids())


def seal_entry(
    node: Node, trust: Trust, numbers: tuple[int, ...], origin: str, said: Record
) -> bytes:
    """Return the bytes of an entry.

    Raises:
        Fault: `acts.act.malformed`; `exchange.entry.too-large`.
    """
    keys = tuple(
        trust.keys(party, trust.card_sealed_to(party, number)).seal
        for party, number in zip(trust.arrangement.party_ids(), numbers, strict=True)
    )
    plaintext = codec.render(origin, said)
    sealed = age.seal_into(_envelope(node, keys), plaintext, node.entropy)
    entry = bytes((codec.kind_of(said),)) + sealed
    if len(entry) > limits.ENTRY_BYTES_MAX:
        raise Fault(
            code="exchange.entry.too-large",
            what=f"The act would be an entry of {len(entry)} bytes, over 65,535.",
            fix="Move what is long into an attachment, or split the request.",
        )
    return entry


def make_ahead(node: Node) -> None:
    """Make the envelope of the next entry to each group of cards that was sealed to before.

    It costs two encapsulations and more, which who waits for an act need not wait for.
    """
    for keys, ready in list(node.session.of(Ready).envelopes.items()):
        if not ready:
            ready.append(_made(node, keys))


def _envelope(node: Node, keys: tuple[bytes, ...]) -> Envelope:
    """Return an envelope to seal keys that nobody else gets: `pop` gives each to one thread."""
    ready = node.session.of(Ready).envelopes.setdefault(keys, [])
    try:
        return ready.pop()
    except IndexError:
        return _made(node, keys)


def _made(node: Node, keys: tuple[bytes, ...]) -> Envelope:
    return age.envelope([node.suite.recipient(key) for key in keys], node.entropy)


def open_entry(
    node: Node, trust: Trust, numbers: tuple[int, ...], entry: bytes
) -> Opened | Unreadable:
    """Open an entry at this node's own place; never raises for what a peer wrote.

    Raises:
        Fault: `keys.file.missing` if it opens with no key that is here, and that of the card in
            force is not: whether it opens is not known then.
    """
    parties = trust.arrangement.party_ids()
    place = trust.arrangement.place(node.party)
    if not entry or entry[0] not in (record.ACT_KIND, record.RECEIPT_KIND):
        return Unreadable(record.CODE_PARSE)
    try:
        return _open_at(entry, place, len(parties), _identities(node, trust, numbers[place]))
    except Fault as fault:
        if fault.code == KEY_MISSING and not is_for(entry, len(parties)):
            return Unreadable(record.CODE_PARSE)
        raise


def _open_at(
    entry: bytes, place: int, count: int, identities: Iterator[Identity]
) -> Opened | Unreadable:
    opened: Opened | Unreadable = Unreadable(record.CODE_OPEN)
    for identity in identities:
        try:
            plaintext, file_key = age.unseal_at(entry[1:], place, count, identity)
        except Fault as fault:
            opened = Unreadable(_code_of(fault))
            if opened.code != record.CODE_OPEN:
                return opened
        else:
            return _parsed(entry[0], plaintext, file_key)
    return opened


def _identities(node: Node, trust: Trust, number: int) -> Iterator[Identity]:
    """Give what an entry may be sealed to: the card in force first, then newer ones of ours.

    Its author may have seen a newer card in what a later generation leaves out of our log, or hold
    the revocation of the one in force (docs/spec/arrangement.md 3.4.10 and 3.4.11).  The key of a
    newer card may be lost with a home: then what was sealed to it opens no more, and that stops
    nothing.
    """
    lacking: Fault | None = None
    for one in (number, *trust.newer_cards(node.party, number)):
        try:
            identity = node.keys.identity(trust.channel, one)
        except Fault as fault:
            if fault.code != KEY_MISSING:
                raise
            lacking = fault if one == number else lacking
        else:
            yield identity
    if lacking is not None:
        raise lacking


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
    """Return whether this node could open what it would seal where these cards are in force."""
    return node.keys.has(trust.channel, _own_number(node, trust, numbers))


def require_opens_own(node: Node, trust: Trust, numbers: tuple[int, ...]) -> None:
    """Return if this node could open what it would seal: it could sign it no more than open it.

    Raises:
        Fault: `node.card.lost`.
    """
    if not opens_own(node, trust, numbers):
        raise _lost(_own_number(node, trust, numbers))


def _own_number(node: Node, trust: Trust, numbers: tuple[int, ...]) -> int:
    return trust.card_sealed_to(node.party, numbers[trust.arrangement.place(node.party)])


def _lost(number: int) -> Fault:
    return Fault(
        code="node.card.lost",
        what=f"The private keys of card {number} of this node are not here: nothing can be signed "
        "with them.",
        fix="Bring their file back, from a backup made since or the disk of the home before; "
        "where it is gone for good, run `comity key rotate --lost` with the root key.",
    )


def own_acts(
    node: Node, trust: Trust, first: int, entries: Sequence[bytes]
) -> Iterator[tuple[int, Act]]:
    """Give the acts among entries of an own log, from an index on, each with its index.

    What they had seen is not asked: the oldest cards are tried first, and newer ones after them.
    """
    numbers = cards_in_force(trust, EMPTY)
    for index, entry in enumerate(entries, first):
        opened = open_entry(node, trust, numbers, entry)
        if isinstance(opened, Opened) and isinstance(opened.record, Act):
            yield index, opened.record


def is_for(entry: bytes, parties: int) -> bool:
    """Return whether an entry has one stanza for each of so many parties.

    What has not does not parse, for every party alike, whatever key is shown of it.
    """
    try:
        return age.stanza_count(entry[1:]) == parties
    except Fault:
        return False


def open_with_file_key(entry: bytes, file_key: bytes) -> Opened | Unreadable:
    """Open an entry with the file key that its author showed."""
    try:
        plaintext = age.unseal_entry(entry[1:], file_key)
    except Fault:
        return Unreadable(record.CODE_OPEN)
    return _parsed(entry[0], plaintext, file_key)


def _parsed(kind: int, plaintext: bytes, file_key: bytes) -> Opened | Unreadable:
    try:
        origin, said = codec.parse(kind, plaintext)
    except Fault:
        return Unreadable(record.CODE_PARSE, file_key)
    return Opened(origin, said, file_key)


def _code_of(fault: Fault) -> str:
    """A malformed envelope is judged alike by all; a stanza that does not open, only by us."""
    is_envelope = fault.code in {"seal.header.malformed", "seal.stanza.count"}
    return record.CODE_PARSE if is_envelope else record.CODE_OPEN
