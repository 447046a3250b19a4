"""What register acts do to a node: cards and revocations they enter are kept.

Floor: node.
"""

from collections.abc import Iterable, Mapping
from typing import Final

from comity.acts.record import Act
from comity.joint.arrangement import card as card_texts
from comity.joint.arrangement import revocation as revocation_texts
from comity.joint.arrangement.arrangement import parse_origin
from comity.joint.arrangement.card import Card, ChannelKeys
from comity.joint.arrangement.revocation import Revocation
from comity.joint.exchange import acts as exchange_acts
from comity.kernel.fault import Fault
from comity.node.base import channel_records, register_records
from comity.node.base.context import Node
from comity.node.base.ports import Tx
from comity.node.base.rows import NamedBody, UnderstoodAct
from comity.node.base.trust import Trust
from comity.node.exchange import channel as channels
from comity.node.exchange import fetch, lookalike, revocation

TWO_TEXTS: Final = "exchange.card.two-texts"
OTHERS_MAX: Final = 16

_ON_KEYS: Final = frozenset(
    {
        exchange_acts.CARD_ENTERED,
        exchange_acts.REVOCATION_ENTERED,
        exchange_acts.CHANNEL_OPENED,
        exchange_acts.KEYS_ENTERED,
    }
)


def lacks_documents(node: Node, tx: Tx, origin: str, index: int, act: Act) -> bool:
    """Return whether a text that decides on keys is not here; then it is asked for.

    Entries after it may be sealed to what the text names, so nothing is understood past it.
    """
    if act.tag not in _ON_KEYS or not exchange_acts.is_of(act, parse_origin(origin).channel):
        return False
    missing = {one.sha256: one.size_bytes for one in act.documents if tx.body(one.sha256) is None}
    want(node, origin, index, missing)
    return bool(missing)


def waits_for_keys(tx: Tx, origin: str, act: Act) -> bool:
    """Return whether an act enters keys that no act in `live` has shown here yet.

    Entries after it may be sealed to them, so nothing is understood past it.
    """
    parsed = parse_origin(origin)
    if act.tag != exchange_acts.KEYS_ENTERED or not exchange_acts.is_of(act, parsed.channel):
        return False
    path = register_records.channel_path(parsed.arrangement, parsed.channel)
    said = channel_records.shown(tx, path, parsed.party)
    return said is not None and exchange_acts.number(act.codes, "number") > len(said[1])


def want(node: Node, origin: str, index: int, texts: Mapping[str, int]) -> None:
    """Ask for texts, by hash with their size at the most, that an entry not yet read names."""
    for sha256, size_bytes in texts.items():
        node.session.of(fetch.Missing).wanted[sha256] = NamedBody(
            *(sha256, origin, index, size_bytes), needed=True, document=True, held=False
        )


def apply(node: Node, tx: Tx, channel: Trust, row: UnderstoodAct) -> None:
    """Keep the card or revocation that an act enters, if its text is here and good.

    Total: a text that does not verify changes nothing, and the entry stays.
    """
    is_first = channel.channel == register_records.live_of(channel.channel)
    if row.act.tag == exchange_acts.CHANNEL_OPENED and is_first:
        channels.apply(node, tx, channel, row)
    if row.act.tag not in (exchange_acts.CARD_ENTERED, exchange_acts.REVOCATION_ENTERED):
        return
    new: list[Revocation] = []
    for document in row.act.documents:
        text = tx.body(document.sha256)
        if text is None:
            continue
        try:
            new += keep_text(node, tx, channel.arrangement.id, row.party, text, is_entered=True)
        except Fault as fault:
            node.alarms.raise_alarm("exchange.card.refused", f"{row.party}: {fault.what}")
    revocation.tell(node, tx, new)


def keep_text(
    node: Node,
    tx: Tx,
    arrangement_id: str,
    party: str,
    text: bytes,
    *,
    is_entered: bool = False,
) -> tuple[Revocation, ...]:
    """Verify a card or revocation of a party against its root, and keep it if it is new.

    Of two cards of one number the first stays the card; the second is kept too, and told.

    Args:
        node: ours.
        tx: a write.
        arrangement_id: in which it is to count.
        party: whose it is.
        text: signed.
        is_entered: whether an act of its party enters it in a log.

    Returns:
        The revocation that is new, of which `revocation.tell` is to be told; or nothing.

    Raises:
        Fault: `arrangement.*`, `tlog.note.*`, `seal.recipient.malformed`: nothing is kept.
    """
    arrangement = register_records.arrangement(tx, arrangement_id)
    root = arrangement.root(party)
    verifiers = node.suite.root_verifiers(
        arrangement.root_name(party), root.root_ed25519, root.root_mldsa44
    )
    # A text is signed in the name of whom it is of, and verified in that of the party given here.
    if text.startswith(card_texts.HEADER.encode()):
        card = card_texts.verify_card(text, verifiers)
        require_usable(node, card.channels.values())
        held = register_records.cards(tx, arrangement_id, party)
        if card.number not in held:
            card_texts.require_successor(list(held.values()), card)
            register_records.save_card(tx, text)
            for what in lookalike.renamed(tx, card):
                node.alarms.raise_alarm("exchange.card.alike", what)
        elif register_records.card_text(tx, arrangement_id, party, card.number) != text:
            _keep_other(node, tx, card, text, is_entered=is_entered)
        return ()
    revocation = revocation_texts.verify_revocation(text, verifiers)
    before = register_records.revocations(tx, arrangement_id, party)
    if revocation in before:
        return ()
    revocation_texts.require_successor(before, revocation)
    register_records.save_revocation(tx, text)
    return (revocation,)


def require_usable(node: Node, channels: Iterable[ChannelKeys]) -> None:
    """Return if entries can be sealed to these keys: one that nobody can use would stop all.

    Raises:
        Fault: `seal.recipient.malformed`.
    """
    for held in channels:
        node.suite.recipient(held.seal)


def _keep_other(node: Node, tx: Tx, card: Card, text: bytes, *, is_entered: bool) -> None:
    """Keep a second card of a number, and tell: it counts where a log of its party enters it.

    Its keys sign before its entry is read, so what was only shown is kept too, up to a bound.
    """
    kept = register_records.other_cards(tx, card.arrangement, card.party)
    if is_entered or sum(one.number == card.number for one in kept.values()) < OTHERS_MAX:
        register_records.save_other_card(tx, text)
    node.alarms.raise_alarm(
        TWO_TEXTS,
        f"{card.party} has signed two different cards with number {card.number}: "
        "its root key may be in other hands. Both are kept; speak to it.",
    )
