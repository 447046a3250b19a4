"""Reading the bytes of an entry: what it says, that it is void, or what it waits for.

    key entry    kind byte, root, age file sealed by rule to a key text of each party
    entry        kind byte, age file under a key of the run that a key entry before it gives

What an entry says, or that it is void, follows from its bytes and from what it names by hash: so
what one party reads all read.

    record kind   key                value
    entry-key     <origin>|<index>   file key, hex, of a key entry of which this home lost the key:
                                     who else can open it gave it

Source: docs/spec/seal.md 2.1, arrangement.md 3.7; docs/adr/0063.
Floor: node.
"""

import hashlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Final

from comity.acts import codec, record
from comity.acts.record import Act, Record
from comity.joint.arrangement import card as card_texts
from comity.kernel.fault import Fault
from comity.node.base.context import Node
from comity.node.base.ports import Tx
from comity.node.base.rows import Log
from comity.node.base.trust import Trust
from comity.node.exchange import excuse
from comity.seal import age, run
from comity.seal.run import Place, Run, SealKey, Shown

KEY_MISSING: Final = "keys.file.missing"
ENTRY_KEY: Final = "entry-key"

VOID: Final = "void"
LOCKED: Final = "locked"
LACKS: Final = "lacks"

_RUNS_MAX: Final = 64

type Raw = Callable[[int], bytes]
"""Gives the bytes of an entry of a log at an index, or b""."""


@dataclass(frozen=True, slots=True)
class Unreadable:
    """An entry that was kept and not understood.

    Attributes:
        state: `void` for everybody and for ever; `locked`, since a key of ours is lost, or
            `lacks`, since a text is not here: what it says is not known then.
        file_key: 16 bytes, of a void entry that opens; else nothing.
        lacks: SHA-256 of the key texts that are to come.
    """

    state: str = VOID
    file_key: bytes = b""
    lacks: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Opened:
    """An act or a receipt that opened and parsed.

    Attributes:
        origin: that it names inside.
        record: what it says.
        file_key: 16 bytes that open it, and no other entry.
    """

    origin: str
    record: Record
    file_key: bytes


@dataclass(frozen=True, slots=True)
class Keyed:
    """A key entry that is good.

    Attributes:
        run: the keys that it gives.
        texts: SHA-256 of the key text of each party.
        file_key: 16 bytes that open it, and all entries under it.
    """

    run: Run
    texts: tuple[str, ...]
    file_key: bytes = field(repr=False)


type Found = Opened | Keyed | Unreadable


@dataclass(slots=True)
class Runs:
    """Key entries that were opened.

    Attributes:
        known: `{(origin, index, hash): what was found}`; the last 64.
    """

    known: dict[tuple[str, int, bytes], Keyed | Unreadable] = field(default_factory=dict)


def raws(tx: Tx, origin: str) -> Raw:
    """Return what gives the stored entries of a log."""
    return lambda index: next(iter(tx.entries(origin, index, index + 1)), b"")


def open_entry(
    node: Node, tx: Tx, trust: Trust, at: tuple[str, int], entry: bytes, raw: Raw | None = None
) -> Found:
    """Open an entry at this node's own place; never raises for what a peer wrote.

    Args:
        node: ours.
        tx: a read or write.
        trust: of the channel.
        at: origin and index.
        entry: its bytes.
        raw: gives the key entry that it names; without, the store does.

    Raises:
        Fault: `keys.*` but for one that is missing; `seal.mlkem.missing`.
    """
    origin, index = at
    if entry[:1] == bytes((record.KEY_KIND,)):
        return _key(node, tx, trust, at, entry)
    place = place_named(entry)
    if place is None or place.entry != index:
        return Unreadable()
    key = (raw or raws(tx, origin))(place.index)
    if key[:1] != bytes((record.KEY_KIND,)):
        return Unreadable()
    found = _key(node, tx, trust, (origin, place.index), key)
    if isinstance(found, Unreadable):
        return Unreadable(found.state, lacks=found.lacks)
    return open_with_file_key(entry, found.run.key(place.place))


def open_with_file_key(entry: bytes, file_key: bytes) -> Opened | Unreadable:
    """Open an act or a receipt with a key that is shown; that it is the right one is not asked."""
    try:
        plaintext = run.open_entry(entry[1:], file_key)
    except Fault:
        return Unreadable()
    try:
        origin, said = codec.parse(entry[0], plaintext)
    except Fault:
        return Unreadable(file_key=file_key)
    return Opened(origin, said, file_key)


def shown(
    node: Node, tx: Tx, trust: Trust, at: tuple[str, int], entry: bytes
) -> tuple[int, Shown] | None:
    """Return the index of the key entry of an entry that is read here, and what shows its key."""
    place = place_named(entry)
    if place is None or place.entry != at[1]:
        return None
    key = raws(tx, at[0])(place.index)
    found = open_entry(node, tx, trust, (at[0], place.index), key)
    return (place.index, found.run.shown(place.place)) if isinstance(found, Keyed) else None


def is_shaped(entry: bytes, index: int) -> bool:
    """Return whether anybody can see that an entry may be read: else it is void for all to see."""
    place = place_named(entry)
    return place is not None and place.entry == index


def place_named(entry: bytes) -> Place | None:
    """Return where an entry says that its key comes from; None where nobody can read it."""
    if entry[:1] not in (bytes((record.ACT_KIND,)), bytes((record.RECEIPT_KIND,))):
        return None
    try:
        return run.place_of(entry[1:])
    except Fault:
        return None


def _key(node: Node, tx: Tx, trust: Trust, at: tuple[str, int], entry: bytes) -> Keyed | Unreadable:
    known, name = node.session.of(Runs).known, (*at, hashlib.sha256(entry).digest())
    kept = known.get(name)
    if kept is not None:
        return kept
    found = _opened_key(node, tx, trust, at, entry)
    if isinstance(found, Keyed) or found.state == VOID:
        known[name] = found
        while len(known) > _RUNS_MAX:
            known.pop(next(iter(known)), None)
    return found


def _opened_key(
    node: Node, tx: Tx, trust: Trust, at: tuple[str, int], entry: bytes
) -> Keyed | Unreadable:
    """Open a key entry, and make its header again for the texts that it names (2.1.6)."""
    origin, index = at
    root, data = entry[1 : 1 + run.ROOT_BYTES], entry[1 + run.ROOT_BYTES :]
    file_key = _file_key(node, tx, trust, at, data)
    if isinstance(file_key, Unreadable):
        return file_key
    try:
        inside, said = codec.parse_key(age.unseal_with(data, file_key))
    except Fault:
        return Unreadable()
    parties = trust.arrangement.party_ids()
    if inside != origin or len(said.texts) != len(parties):
        return Unreadable()
    made = Run(said.secret, origin, index)
    keys = [_seal_key(node, tx, trust, *one) for one in zip(parties, said.texts, strict=True)]
    lacks = tuple(one for one in keys if isinstance(one, str))
    if lacks:
        return Unreadable(LACKS, lacks=lacks)
    named = [one for one in keys if isinstance(one, SealKey)]
    if len(named) < len(parties) or made.root != root or not run.is_ruled(data, file_key, named):
        return Unreadable()
    return Keyed(made, said.texts, file_key)


def _file_key(
    node: Node, tx: Tx, trust: Trust, at: tuple[str, int], data: bytes
) -> bytes | Unreadable:
    """Return the file key by the stanza at our own place, or as it was given to us."""
    try:
        stanzas = age.stanzas(data)
    except Fault:
        return Unreadable()
    if len(stanzas) != len(trust.arrangement.parties):
        return Unreadable()
    mine = stanzas[trust.arrangement.place(node.party)]
    numbers = sorted(trust.cards[node.party], reverse=True)
    here = [number for number in numbers if node.keys.has(trust.channel, number)]
    try:
        tried = (node.keys.identity(trust.channel, number).unwrap(mine) for number in here)
        found = next((one for one in tried if one is not None), None)
    except Fault as fault:
        if not fault.code.startswith("seal."):
            raise
        return Unreadable()
    if found is not None:
        return found
    if here == numbers and not excuse.is_restored(tx, trust.channel):
        return Unreadable()  # a home put back may not know its newest card until all were compared
    given = tx.record(ENTRY_KEY, f"{at[0]}|{at[1]}")
    return bytes.fromhex(str(given)) if given is not None else Unreadable(LOCKED)


def _seal_key(node: Node, tx: Tx, trust: Trust, party: str, sha256: str) -> SealKey | str | None:
    """Return the seal key of a key text of a party (2.1.9); its hash while it is not held here.

    None where the text is none of that party: whoever reads it finds so.
    """
    number = next((n for n in trust.cards[party] if trust.seal_text(party, n) == sha256), None)
    if number is not None:
        raw = trust.keys(party, number).seal
        return SealKey(raw, node.suite.recipient(raw))
    if any(sha256 in held.values() for held in trust.texts.values()):
        return None
    text = tx.body(sha256) if party not in trust.opened else None
    if text is None:
        return sha256
    root = trust.arrangement.root(party)
    verifiers = node.suite.root_verifiers(
        trust.arrangement.root_name(party), root.root_ed25519, root.root_mldsa44
    )
    try:
        named = card_texts.verify_card(text, verifiers)
        keys = named.channels[trust.name]
        if (named.arrangement, named.party) != (trust.arrangement.id, party):
            return None
        return SealKey(keys.seal, node.suite.recipient(keys.seal))
    except (Fault, KeyError):
        return None


def own_acts(
    node: Node, tx: Tx, trust: Trust, log: Log, start: int, entries: Sequence[bytes]
) -> Iterator[tuple[int, Act]]:
    """Give the acts among entries of an own log, from an index on, each with its index.

    The key entries that they are under stand among them, or in the store.
    """
    stored = raws(tx, log.origin)

    def raw(index: int) -> bytes:
        is_given = start <= index < start + len(entries)
        return entries[index - start] if is_given else stored(index)

    for index, entry in enumerate(entries, start):
        opened = open_entry(node, tx, trust, (log.origin, index), entry, raw)
        if isinstance(opened, Opened) and isinstance(opened.record, Act):
            yield index, opened.record
