"""Keys of entries in a file: from who can open them to a party that lost the keys of a card.

    age( comity/entry-keys/1
         <channel>
         <party>
         <origin> <index> <32 hex digits>
         … )

Given is what is sealed to a card that the party's root key has revoked, and to nobody but that
party: the file is sealed to its newest card.  So it tells nobody what he was not told.  Each key is
tried on its entry before it is kept, so it does not matter who gives it.

Source: docs/spec/arrangement.md 3.7; docs/adr/0037.
Floor: node.
"""

import re
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from comity.acts.seen import EMPTY
from comity.kernel import limits
from comity.kernel.fault import Fault
from comity.node.context import Node
from comity.node.exchange import ahead, entry_keys, logs, placing, seal, trust
from comity.node.exchange.entry_keys import Place
from comity.node.exchange.trust import Trust
from comity.node.ports import Tx
from comity.node.rows import Log
from comity.seal import age
from comity.seal.age import Identity

HEADER: Final = "comity/entry-keys/1"
_KEPT, _NEEDLESS, _UNHELD, _WRONG = "kept", "needless", "unheld", "wrong"
_LINE: Final = re.compile(r"(\S{1,255}) (0|[1-9][0-9]{0,15}) ([0-9a-f]{32})")


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
    lines, closed = [HEADER, channel, party], 0
    for log in loaded.logs:
        for index, key in _keys(node, loaded, log, (party, revoked)):
            closed += not key
            lines += [f"{log.origin} {index} {key.hex()}"] if key else []
    recipient = node.suite.recipient(loaded.keys(party, counting[-1]).seal)
    data = age.seal("\n".join((*lines, "")).encode(), [recipient], node.entropy)
    given = Given(data, counting[-1], len(lines) - 3, closed)
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
    after_card = {one.index + 1 for one in loaded.register.entered(log.origin)}
    for start in range(0, log.understood, limits.TRANSACTION_ENTRIES_MAX):
        end = min(start + limits.TRANSACTION_ENTRIES_MAX, log.understood)
        with node.store.read() as tx:
            numbers: ahead.Numbers | None = None
            for index, entry in enumerate(tx.entries(log.origin, start, end), start):
                if numbers is None or index in after_card:
                    numbers = _numbers(tx, loaded, log, index)
                if numbers[place] in cards:
                    at = (log.origin, index)
                    found = entry_keys.open_entry(node, tx, loaded, numbers, at, entry)
                    yield index, found.file_key
                if not ahead.is_act(entry):
                    numbers = None  # a receipt: what follows has seen more


def _numbers(tx: Tx, loaded: Trust, log: Log, index: int) -> ahead.Numbers:
    cut = {**placing.seen_by(tx, log, index), log.origin: index}
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
            counts.update(_take(node, tx, loaded, at, key) for at, key in part)
        node.step("entry-keys.kept")
    node.wake(channel)
    return Taken(channel, **{name: counts[name] for name in (_KEPT, _NEEDLESS, _UNHELD, _WRONG)})


def _take(node: Node, tx: Tx, loaded: Trust, at: Place, key: bytes) -> str:
    """Keep a key if it is needed, and opens its entry; return what came of it."""
    entry = _entry(tx, loaded.channel, at)
    if entry is None:
        return _UNHELD
    if entry_keys.opened_by(entry, key) is None:
        return _WRONG
    if _opens(node, loaded, entry):
        return _NEEDLESS
    tx.save_record(entry_keys.ENTRY_KEY, entry_keys.name(*at), key.hex())
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


def _entry(tx: Tx, channel: str, at: Place) -> bytes | None:
    """Return the entry that a line names, if it is held here in that channel."""
    origin, index = at
    log = tx.log(origin)
    if log is None or log.channel != channel or index >= log.size:
        return None
    return tx.entries(origin, index, index + 1)[0]


def _opened(node: Node, data: bytes) -> tuple[str, Sequence[tuple[Place, bytes]]]:
    """Return the channel and the keys of a file that one of this node's newest cards opens."""
    for channel, identity in _identities(node):
        try:
            text = age.unseal(data, [identity])
        except Fault as fault:
            if not fault.code.startswith("seal."):
                raise
        else:
            return channel, _parsed(text, channel, node.party)
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


def _parsed(text: bytes, channel: str, party: str) -> Sequence[tuple[Place, bytes]]:
    lines = text.decode("ascii", "replace").split("\n")
    found = [_LINE.fullmatch(line) for line in lines[3:-1]]
    if lines[:3] != [HEADER, channel, party] or lines[-1] or None in found:
        raise Fault(
            code="exchange.entry-keys.malformed",
            what=f"This is no file of keys of entries for {party} in {channel}.",
            fix="Let the party make it again with `comity recover give-keys`.",
        )
    return [((one[1], int(one[2])), bytes.fromhex(one[3])) for one in found if one]
