"""The next card in place of one whose private keys are gone for good: the root key makes it.

    compare every log  ->  card and revocation, saved together  ->  entered where the log is read

A home that was restored from before a rotation has no keys of the card that the rotation made.
That card is revoked at what it signed as far as every party knows, so nothing else is ever signed
with it; the next head is by the keys of the card after it (3.4.4).  What was sealed to it opens by
keys of single entries that other parties give, see `exchange.entry_keys_file`.

Source: docs/spec/arrangement.md 3.7; docs/adr/0037.
Floor: node.
"""

from collections.abc import Callable
from contextlib import suppress

from comity.joint.arrangement import card as cards
from comity.joint.arrangement import revocation as revocations
from comity.joint.arrangement.card import Card
from comity.joint.arrangement.revocation import Revocation
from comity.kernel.fault import Fault
from comity.node.base import register_records
from comity.node.base.context import Node
from comity.node.base.keymaker import KeyMaker, RootKey
from comity.node.base.ports import Tx
from comity.node.base.rows import LOG_OPEN
from comity.node.exchange import append, excuse, keyring, logs, register, start
from comity.node.exchange import revocation as revoked


def replace(
    node: Node,
    maker: KeyMaker,
    root: RootKey,
    *,
    new_tls: bool = False,
    note: Callable[[Tx, Card, Revocation], None] = lambda _tx, _card, _revocation: None,
) -> tuple[Card, Revocation]:
    """Make the next card and revoke every own card whose keys are gone; enter both where it can be.

    Where an own log waits for what opens its entries, a round enters them once it is read.

    Args:
        node: ours.
        maker: of keys.
        root: opened.
        new_tls: whether the TLS key is to be another one as well.
        note: called in the transaction that saves both.

    Raises:
        Fault: `node.card.not-lost`, `node.card.not-compared`, `node.card.pending`,
            `node.arrangement.unknown`, `keys.*`, `arrangement.*`, `exchange.*`, `store.*`.
    """
    with node.store.read() as tx:
        arrangement = keyring.own_arrangement(tx, node, root).id
        lost = _lost(node, tx, arrangement)
    channels = keyring.own_channels(node, arrangement)
    for channel in channels:
        start.ask_others(node, channel)
    with node.store.read() as tx:
        revocation = _revocation(node, tx, root, channels, lost)
        number = max(register_records.cards(tx, arrangement, node.party)) + 1
    made = (
        keyring.new_card(node, maker, root, number, new_tls=new_tls),
        revocations.sign(revocation, root.signers),
    )
    with node.store.write() as tx:
        if _lost(node, tx, arrangement) != lost:
            raise keyring.made_at_once(number)
        for text in made:
            revoked.tell(node, tx, register.keep_text(node, tx, arrangement, node.party, text))
        for one in lost:
            key = f"{arrangement}/{one}"
            tx.save_record(register_records.LOST_CARD, key, node.clock.now_ms())
        note(tx, cards.parse(made[0]), revocation)
    node.step("lost-card.kept")
    _show(node, arrangement)
    for channel in channels:
        _enter_if_read(node, channel)
    return cards.parse(made[0]), revocation


def _show(node: Node, arrangement: str) -> None:
    """Show the card to every party: no log may say it before what was sealed to others is read.

    Who is out of reach hears of it as its node or ours starts, or is told that a cosignature is by
    a card that it does not know.
    """
    with node.store.read() as tx:
        others = register_records.arrangement(tx, arrangement).others(node.party)
    for party in others:
        with suppress(Fault):
            start.greet(node, party)


def _lost(node: Node, tx: Tx, arrangement: str) -> list[int]:
    """Return the own cards whose keys are gone and that are not known to be, the newest last."""
    held = register_records.cards(tx, arrangement, node.party)
    channel = register_records.live_in(arrangement)
    known = register_records.lost_cards(tx, arrangement)
    gone = [n for n in held if n not in known and not node.keys.has(channel, n)]
    if max(held) not in gone:
        raise Fault(
            code="node.card.not-lost",
            what=f"The private keys of card {max(held)}, the newest of this node, are here.",
            fix="Run `comity key rotate` without --lost; after a theft, `comity key revoke` too.",
        )
    return gone


def _revocation(
    node: Node, tx: Tx, root: RootKey, channels: list[str], lost: list[int]
) -> Revocation:
    """Revoke at what was signed and cosigned, as far as this node and every party know."""
    for channel in channels:
        _require_compared(node, tx, channel)
    marks = node.highwater.marks()
    sizes = {
        log.origin: max(log.signed, marks.get(log.origin, (0, b""))[0])
        for log in tx.logs()
        if log.channel in channels
    }
    before = register_records.revocations(tx, root.arrangement, node.party)
    caps = dict.fromkeys(lost, sizes)
    return Revocation(root.arrangement, node.party, len(before) + 1, caps)


def _require_compared(node: Node, tx: Tx, channel: str) -> None:
    """Return if it is known what this node signed: above its mark nothing would count any more.

    The same is asked before anything is signed.
    """
    log = logs.own_log(tx, channel)
    if log.state != LOG_OPEN or not excuse.may_sign(node, tx, log):
        raise start.not_compared(
            f"What the lost keys signed of {log.origin} is not known yet: it is {log.state}, "
            f"{log.size} entries are here, and not all was compared with every party."
        )


def _enter_if_read(node: Node, channel: str) -> None:
    with node.store.read() as tx:
        log = logs.own_log(tx, channel)
        is_read = log.understood == log.size and not append.waiting(tx, channel)
    if is_read:
        keyring.enter_left_out(node, channel)
