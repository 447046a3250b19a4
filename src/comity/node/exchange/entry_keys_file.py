"""Keys of entries in a file: from who can open them to a party that lost the keys of a card.

The text is that of `comity.joint.exchange.entry_keys`, sealed as an age file.

Given are key entries sealed to a card that the party's root key has revoked, and to nobody but that
party: the file is sealed to its newest card.  So it tells nobody anything new.  Each key is
tried on its entry before it is kept, so it does not matter who gives it.

Source: docs/spec/arrangement.md 3.7; docs/adr/0037.
Floor: node.
"""

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from comity.acts.record import KEY_KIND
from comity.joint.exchange import entry_keys as texts
from comity.joint.exchange.entry_keys import EntryKey
from comity.kernel import limits
from comity.kernel.fault import Fault
from comity.node.base import trust
from comity.node.base.context import Node
from comity.node.base.ports import Tx
from comity.node.base.rows import Log
from comity.node.base.trust import Trust
from comity.node.exchange import logs, seal
from comity.node.exchange.seal import Found, Keyed, Unreadable
from comity.seal import age, run
from comity.seal.age import Identity

_KEPT, _NEEDLESS, _UNHELD, _WRONG = "kept", "needless", "unheld", "wrong"


@dataclass(frozen=True, slots=True)
class Given:
    """Keys for a party.

    Attributes:
        data: the file.
        card: the number of the card that it is sealed to.
        keys: how many it holds.
        closed: how many of its entries do not open here either.
    """

    data: bytes
    card: int
    keys: int
    closed: int


@dataclass(frozen=True, slots=True)
class Taken:
    """What came of a file.

    Attributes:
        channel: its path.
        kept: keys that open an entry here.
        needless: keys of entries that open here without.
        unheld: keys of entries that are not held here yet.
        wrong: keys that do not open the entry that they name.
    """

    channel: str
    kept: int
    needless: int
    unheld: int
    wrong: int


def give(
    node: Node,
    channel: str,
    party: str,
    *,
    note: Callable[[Tx, Given], None] = lambda _tx, _given: None,
) -> Given:
    """Return the keys of a channel's entries that a party's revoked cards alone open, for it.

    `note` is called in a transaction before they leave.

    Raises:
        Fault: `exchange.channel.unknown`, `node.peer.unknown`, `exchange.entry-keys.none`;
            `keys.*`, `node.store.*`.
    """
    with node.store.read() as tx:
        logs.own_log(tx, channel)
        logs.require_peer(tx, node.party, party, channel)
        loaded = trust.load(tx, channel)
    revoked = {card for one in loaded.revocations[party] for card in one.revoked}
    counting = [number for number in loaded.cards[party] if number not in revoked]
    if not revoked or not counting:
        raise Fault(
            code="exchange.entry-keys.none",
            what=f"{party} has revoked no card in {channel}, as far as this node knows.",
            fix="Let it run `comity key rotate --lost` with its root key, and try again once its "
            "node was in reach.",
        )
    texts_of = {loaded.seal_text(party, number) for number in revoked & loaded.cards[party].keys()}
    place = loaded.arrangement.place(party)
    keys: list[EntryKey] = []
    closed = 0
    for log in loaded.logs:
        for index, found in _keys(node, loaded, log):
            if not isinstance(found, Keyed):
                closed += 1
            elif found.texts[place] in texts_of:
                keys.append((log.origin, index, found.file_key))
    recipient = node.suite.recipient(loaded.keys(party, counting[-1]).seal)
    data = age.seal(texts.render(channel, party, keys), [recipient], node.entropy)
    given = Given(data, counting[-1], len(keys), closed)
    with node.store.write() as tx:
        note(tx, given)
    return given


def _keys(node: Node, loaded: Trust, log: Log) -> Iterator[tuple[int, Found]]:
    """Give each key entry of a log: its index, and what it is here."""
    for start in range(0, log.understood, limits.TRANSACTION_ENTRIES_MAX):
        end = min(start + limits.TRANSACTION_ENTRIES_MAX, log.understood)
        with node.store.read() as tx:
            for index, entry in enumerate(tx.entries(log.origin, start, end), start):
                if entry[:1] == bytes((KEY_KIND,)):
                    yield index, seal.open_entry(node, tx, loaded, (log.origin, index), entry)


def take(
    node: Node, data: bytes, *, note: Callable[[Tx, str], None] = lambda _tx, _channel: None
) -> Taken:
    """Keep the keys in a file that open entries here; what waited for them is read in a round.

    `note` is called with the channel in the first transaction that keeps some.

    Raises:
        Fault: `exchange.entry-keys.closed`, `exchange.entry-keys.malformed`; `keys.*`,
            `node.store.*`.
    """
    channel, keys = _opened(node, data)
    counts = Counter[str]()
    for start in range(0, len(keys), limits.TRANSACTION_ENTRIES_MAX):
        part = keys[start : start + limits.TRANSACTION_ENTRIES_MAX]
        with node.store.write() as tx:
            if not start:
                note(tx, channel)
            loaded = trust.load(tx, channel)
            counts.update(_take(node, tx, loaded, one) for one in part)
        node.step("entry-keys.kept")
    node.wake(channel)
    return Taken(channel, **{name: counts[name] for name in (_KEPT, _NEEDLESS, _UNHELD, _WRONG)})


def _take(node: Node, tx: Tx, loaded: Trust, given: EntryKey) -> str:
    """Keep a key if it is needed, and opens its entry; return what came of it."""
    origin, index, key = given
    entry = _entry(tx, origin, index)
    if entry is None:
        return _UNHELD
    if not _is_key_of(entry, key):
        return _WRONG
    found = seal.open_entry(node, tx, loaded, (origin, index), entry)
    if not isinstance(found, Unreadable) or found.state != seal.LOCKED:
        return _NEEDLESS
    tx.save_record(seal.ENTRY_KEY, f"{origin}|{index}", key.hex())
    return _KEPT


def _is_key_of(entry: bytes, key: bytes) -> bool:
    """Return whether a key entry has this file key: the MAC of its header lets it have no other."""
    try:
        age.unseal_with(entry[1 + run.ROOT_BYTES :], key)
    except Fault:
        return False
    return entry[:1] == bytes((KEY_KIND,))


def _entry(tx: Tx, origin: str, index: int) -> bytes | None:
    """Return the entry that a line names, if it is held here."""
    log = tx.log(origin)
    if log is None or index >= log.size:
        return None
    return tx.entries(origin, index, index + 1)[0]


def _opened(node: Node, data: bytes) -> tuple[str, list[EntryKey]]:
    """Return the channel and the keys of a file that one of this node's newest cards opens."""
    for channel, identity in _identities(node):
        try:
            text = age.unseal_one(data, identity)
        except Fault as fault:
            if not fault.code.startswith("seal."):
                raise
        else:
            return channel, texts.parse(text, channel, node.party)
    raise Fault(
        code="exchange.entry-keys.closed",
        what="This file of keys opens with no card of this node whose keys are here.",
        fix="Let the party make it again, once its node has this node's newest card.",
    )


def _identities(node: Node) -> Iterator[tuple[str, Identity]]:
    with node.store.read() as tx:
        every = [trust.load(tx, channel) for channel in trust.channels(tx, node.party)]
    for loaded in every:
        for number in reversed(loaded.cards[node.party]):
            if node.keys.has(loaded.channel, number):
                yield loaded.channel, node.keys.identity(loaded.channel, number)
