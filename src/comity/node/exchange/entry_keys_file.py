"""Keys of entries in a file: from who can open them to a party that lost the keys of a card.

The text is that of `comity.joint.exchange.entry_keys`, sealed as an age file.

Given is what is sealed to a card that the party's root key has revoked, and to nobody but that
party: the file is sealed to its newest card.  So it tells nobody anything new.  Each key is
tried on its entry before it is kept, so it does not matter who gives it.

Source: docs/spec/arrangement.md 3.7; docs/adr/0037.
Floor: node.
"""

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from comity.acts.causality import EMPTY
from comity.joint.exchange import entry_keys as texts
from comity.joint.exchange.entry_keys import EntryKey
from comity.kernel import limits
from comity.kernel.fault import Fault
from comity.node.base import trust
from comity.node.base.context import Node
from comity.node.base.ports import Tx
from comity.node.base.rows import Log
from comity.node.base.trust import Trust
from comity.node.exchange import entry_keys, logs, place, prefetch, seal
from comity.seal import age
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
    keys: list[EntryKey] = []
    closed = 0
    for log in loaded.logs:
        for index, key in _keys(node, loaded, log, (party, revoked)):
            closed += not key
            keys += [(log.origin, index, key)] if key else []
    recipient = node.suite.recipient(loaded.keys(party, counting[-1]).seal)
    data = age.seal(texts.render(channel, party, keys), [recipient], node.entropy)
    given = Given(data, counting[-1], len(keys), closed)
    with node.store.write() as tx:
        note(tx, given)
    return given


def _keys(
    node: Node, loaded: Trust, log: Log, of: tuple[str, set[int]]
) -> Iterator[tuple[int, bytes]]:
    """Give the index and key of each entry of a log that is sealed to one of a party's cards.

    The key is b"" where it does not open here.
    """
    party, cards = of
    place = loaded.arrangement.place(party)
    after_card = {one.index + 1 for one in loaded.entered(log.origin)}
    for start in range(0, log.understood, limits.TRANSACTION_ENTRIES_MAX):
        end = min(start + limits.TRANSACTION_ENTRIES_MAX, log.understood)
        with node.store.read() as tx:
            numbers: prefetch.Numbers | None = None
            for index, entry in enumerate(tx.entries(log.origin, start, end), start):
                if numbers is None or index in after_card:
                    numbers = _numbers(tx, loaded, log, index)
                if numbers[place] in cards:
                    at = (log.origin, index)
                    found = entry_keys.open_entry(node, tx, loaded, numbers, at, entry)
                    yield index, found.file_key
                if not prefetch.is_act(entry):
                    numbers = None  # a receipt: what follows has seen more


def _numbers(tx: Tx, loaded: Trust, log: Log, index: int) -> prefetch.Numbers:
    cut = {**place.seen_by(tx, log, index), log.origin: index}
    return seal.cards_in_force(loaded, cut)


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
    if entry_keys.opened_by(entry, key) is None:
        return _WRONG
    if _opens(node, loaded, entry):
        return _NEEDLESS
    tx.save_record(entry_keys.ENTRY_KEY, entry_keys.name(origin, index), key.hex())
    return _KEPT


def _opens(node: Node, loaded: Trust, entry: bytes) -> bool:
    """Whether a card of ours opens an entry, whichever was in force where it stands."""
    try:
        opened = seal.open_entry(node, loaded, seal.cards_in_force(loaded, EMPTY), entry)
    except Fault as fault:
        if fault.code != seal.KEY_MISSING:
            raise
        return False
    return opened.file_key != b""


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
            text, _ = age.unseal_at(data, 0, 1, identity)
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
