"""Cards of this node: made, rotated and revoked; and what expires, of peers too.

A new card is saved first and then entered in each own log; what a crash between the two, or a
restore, left out of a log is entered by `enter_pending`, and by `enter_lost` once logs were
compared.  What peers send is kept by `exchange.register`.

Source: protocol rules 2, 4 and 5.
Floor: node.
"""

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import Final

from comity.acts.record import Document, Matter
from comity.joint.arrangement import card as cards
from comity.joint.arrangement import certificate, view
from comity.joint.arrangement import revocation as revocations
from comity.joint.arrangement.arrangement import Arrangement
from comity.joint.arrangement.card import DAY_MS, Card
from comity.joint.arrangement.revocation import Revocation
from comity.joint.exchange import acts
from comity.joint.exchange.acts import CHANNEL_KIND
from comity.kernel import limits
from comity.kernel.fault import Fault, quoted
from comity.node.base import alarm, profile, register_records, trust
from comity.node.base.context import Node
from comity.node.base.keymaker import KeyMaker, RootKey
from comity.node.base.ports import Tx
from comity.node.base.rows import LOG_OPEN
from comity.node.exchange import abandoned_party, append, excuse, logs, register, sealer
from comity.node.exchange import channel as openings
from comity.node.exchange import revocation as revoked
from comity.node.exchange.append import Candidate
from comity.node.exchange.start import require_cards_known

VALIDITY_DAYS: Final = 731
"""Of a card that is made without a wish: two years."""

EXPIRY_CODE: Final = "arrangement.card.expiry"
_EXPIRING: Final = ("expiry", "cards")
MEDIA_TYPE: Final = "text/plain"
CARD_ROLE: Final = "card"
REVOCATION_ROLE: Final = "revocation"


type NoteEntered = Callable[[str, str, int, Tx], None]
"""Called with channel, tag and number in the transaction that enters a card or revocation."""


@dataclass(slots=True)
class Entered:
    """Logs in which this process entered cards again.

    Attributes:
        entered: own origins in which what a restore took out of the register was entered again.
    """

    entered: set[str] = field(default_factory=set)


def _untold(_channel: str, _tag: str, _number: int, _tx: Tx) -> None:
    """What the node does by itself, or another step tells of."""


def new_card(
    node: Node, maker: KeyMaker, root: RootKey, number: int, *, new_tls: bool = False
) -> bytes:
    """Return the signed text of a card with fresh keys; it is not saved.

    Raises:
        Fault: `node.endpoint.missing`, `arrangement.*`, `keys.*`.
    """
    with node.store.read() as tx:
        own = profile.load(tx)
    begin_ms = node.clock.now_ms()
    end_ms = begin_ms + VALIDITY_DAYS * DAY_MS
    host = certificate.host_of(profile.require_endpoint(own))
    tls = None if new_tls else maker.certificate(host)
    if tls is not None and not certificate.names_party(tls, node.party):
        tls = None  # made before certificates named their party: anybody could claim it
    card = Card(
        arrangement=root.arrangement,
        party=node.party,
        number=number,
        names=own.names,
        agencies=own.agencies,
        endpoint=own.endpoint,
        tls=tls or maker.make_tls(host, node.party, begin_ms - DAY_MS, end_ms + DAY_MS),
        channels=maker.make_card(root.arrangement, number, cards.CARD_CHANNELS),
        not_before_ms=begin_ms,
        not_after_ms=end_ms,
    )
    return cards.sign(card, root.signers)


def rotate(
    node: Node,
    maker: KeyMaker,
    root: RootKey,
    *,
    new_tls: bool = False,
    note: Callable[[Tx, Card], None] = lambda _tx, _card: None,
) -> Card:
    """Make the next card of this node, save it and enter it in each own log.

    Args:
        node: ours.
        maker: of its keys.
        root: opened.
        new_tls: replace the TLS key as well.
        note: called with the card in the transaction that saves it.

    Raises:
        Fault: `node.arrangement.unknown`, `keys.root.other`, `node.card.pending`,
            `node.card.lost`, `node.card.not-compared`, `arrangement.*`, `exchange.*`, `store.*`.
    """
    with node.store.read() as tx:
        arrangement = own_arrangement(tx, node, root)
        channels = _own_channels(tx, node, arrangement.id)
    require_cards_known(node, channels)
    with node.store.read() as tx:
        held = register_records.cards(tx, arrangement.id, node.party)
        pending = _pending(tx, node, arrangement.id)
        for channel in _own_channels(tx, node, arrangement.id):
            sealer.require_newest_here(node, trust.load(tx, channel))
    if pending:
        raise Fault(
            code="node.card.pending",
            what=f"Card {max(held)} is not yet entered in {', '.join(sorted(pending))}.",
            fix="Run `comity key rotate --enter` to finish the last rotation first.",
        )
    number = max(held) + 1
    text = new_card(node, maker, root, number, new_tls=new_tls)
    with node.store.write() as tx:
        if number in register_records.cards(tx, arrangement.id, node.party):
            raise made_at_once(number)
        register.keep_text(node, tx, arrangement.id, node.party, text)
        note(tx, cards.parse(text))
    enter_pending(node, arrangement.id)
    return cards.parse(text)


def made_at_once(number: int) -> Fault:
    """Return the fault of a card that another process has made meanwhile."""
    return Fault(
        code="node.card.pending",
        what=f"Another process made card {number} at the same time.",
        fix="Look with `comity key list`: rotate again only if you want one more.",
    )


def revoke(
    node: Node,
    root: RootKey,
    number: int,
    sizes: Mapping[str, int] | None = None,
    *,
    note: Callable[[Tx, Revocation], None] = lambda _tx, _revocation: None,
) -> Revocation:
    """Revoke the keys of one own card and enter the revocation in each own log.

    The newer card is entered first where it is not yet: a rotation was broken off, or a restore
    took its entry back.

    Args:
        node: ours.
        root: opened.
        number: of the card; a later one must be held already.
        sizes: `{origin: last size}` that its keys may cover; what is not named gets the
            last size that was signed or cosigned here.
        note: called with the revocation in the transaction that saves it.

    Raises:
        Fault: `node.arrangement.unknown`, `keys.root.other`, `node.card.unknown`,
            `node.card.newest`, `node.card.not-compared`, `arrangement.*`, `exchange.*`, `store.*`.
    """
    with node.store.read() as tx:
        arrangement = own_arrangement(tx, node, root)
        _require_replaced(register_records.cards(tx, arrangement.id, node.party), number)
        channels = _own_channels(tx, node, arrangement.id)
    require_cards_known(node, channels)
    enter_pending(node, arrangement.id)
    with node.store.write() as tx:  # the node that serves signs nothing between the sizes and this
        before = register_records.revocations(tx, arrangement.id, node.party)
        own = _own_channels(tx, node, arrangement.id)
        signed = {log.origin: log.signed for log in tx.logs() if log.channel in own}
        caps = {number: {**signed, **(sizes or {})}}
        revocation = Revocation(arrangement.id, node.party, len(before) + 1, caps)
        text = revocations.sign(revocation, root.signers)
        new = register.keep_text(node, tx, arrangement.id, node.party, text)
        revoked.tell(node, tx, new)
        note(tx, revocation)
    for channel in own_channels(node, arrangement.id):
        entered = (revocation.number, text, REVOCATION_ROLE)
        _enter(node, channel, acts.REVOCATION_ENTERED, entered)
    return revocation


def shown_still(node: Node, arrangement_id: str, number: int) -> list[int]:
    """Return the own cards not revoked that show the TLS certificate of that card as well.

    A revocation takes back what the keys of a card sign.  Whoever stole its TLS key is this node
    on the wire for as long as another card has it.
    """
    with node.store.read() as tx:
        held = register_records.cards(tx, arrangement_id, node.party)
        every = register_records.revocations(tx, arrangement_id, node.party)
    revoked = {at for one in every for at in one.revoked}
    return [at for at, card in held.items() if at not in revoked and card.tls == held[number].tls]


def enter_pending(node: Node, arrangement_id: str, *, note: NoteEntered = _untold) -> list[str]:
    """Enter own cards and revocations that are held and not yet in a log.

    Args:
        node: ours.
        arrangement_id: of the cards.
        note: called in each transaction that enters one.

    Returns:
        The channels concerned.

    Raises:
        Fault: `exchange.*`, `store.*`.
    """
    concerned: list[str] = []
    for channel in own_channels(node, arrangement_id):
        concerned += [channel] if enter_left_out(node, channel, note=note) else []
    return sorted(concerned)


def enter_left_out(node: Node, channel: str, *, note: NoteEntered = _untold) -> bool:
    """Enter own cards and revocations that one own log lacks; return whether it lacked any.

    Raises:
        Fault: `exchange.*`, `store.*`.
    """
    with node.store.read() as tx:
        cards_left, revocations_left = _left_out(tx, node, channel)
    _enter_left_out(node, channel, cards_left, revocations_left, note)
    return bool(cards_left or revocations_left)


def enter_lost(node: Node, channel: str) -> None:
    """Enter again, once a start, what a restore took out of an own log and a peer has shown.

    So with keys for channels whose act a new generation left out.  Of cards:
    else the log goes on under the older card, with no end if that one is revoked.  Nothing is
    done before all of the log is back, or where the keys of such a card are not here.

    Raises:
        Fault: `exchange.*`, `store.*`.
    """
    with node.store.read() as tx:
        log = logs.own_log(tx, channel)
        is_whole = log.state == LOG_OPEN and log.understood == log.size
        if not is_whole or not excuse.may_sign(node, tx, log) or append.waiting(tx, channel):
            return
        cards_left, revocations_left = _left_out(tx, node, channel)
        keys_left = openings.lost(tx, node.party, channel)
    try:
        for number in cards_left:
            node.keys.log_signers(log.origin, channel, number)
    except Fault as fault:
        node.session.of(Entered).entered.add(
            log.origin
        )  # the keys come back with a restore, and a new start
        node.alarms.raise_alarm(fault.code, fault.what)
        return
    _enter_left_out(node, channel, cards_left, revocations_left, _untold)
    for opening in keys_left:
        openings.say(node, channel, opening)
    # not before: what failed half way is tried again
    node.session.of(Entered).entered.add(log.origin)


def _left_out(tx: Tx, node: Node, channel: str) -> tuple[dict[int, bytes], dict[int, bytes]]:
    """Return own cards and own revocations, by number, that an own log lacks."""
    arrangement_id, name = register_records.split_channel(channel)
    origin = logs.own_log(tx, channel).origin
    entered = {
        row.act.codes.get("number", "")
        for row in tx.acts_of(channel, Matter(CHANNEL_KIND, name))
        if row.party == node.party and row.act.tag == acts.REVOCATION_ENTERED
    }
    held = register_records.revocations(tx, arrangement_id, node.party)
    # One that was made before this log began takes nothing of it back.
    named = [one for one in held if any(origin in sizes for sizes in one.revoked.values())]
    revocations_left = {
        one.number: register_records.revocation_text(tx, arrangement_id, node.party, one.number)
        for one in named
        if str(one.number) not in entered
    }
    return _pending(tx, node, arrangement_id).get(channel, {}), revocations_left


def _enter_left_out(
    node: Node,
    channel: str,
    cards_left: Mapping[int, bytes],
    revoked: Mapping[int, bytes],
    note: NoteEntered,
) -> None:
    """Enter cards first, so that a head over a revocation is signed with the newer keys."""
    for tag, role, left in (
        (acts.CARD_ENTERED, CARD_ROLE, cards_left),
        (acts.REVOCATION_ENTERED, REVOCATION_ROLE, revoked),
    ):
        for number, text in left.items():
            noting = partial(note, channel, tag, number)
            _enter(node, channel, tag, (number, text, role), noting)


def warn_of_expiry(node: Node) -> list[str]:
    """Raise or clear the alarm of each card that expires; return what was said.

    One alarm for each of 30, 14, 7 and 1 days, and one once the card has expired.
    """
    now_ms = node.clock.now_ms()
    due: dict[int, list[str]] = {}
    with node.store.read() as tx:
        for arrangement in register_records.arrangements(tx):
            for party in arrangement.party_ids():
                held = register_records.cards(tx, arrangement.id, party)
                newest = held[max(held)]
                days = view.expiry_warning(newest, now_ms)
                if days is not None and abandoned_party.of(tx, arrangement.id, party) is None:
                    due.setdefault(days, []).append(_expiry(newest, days, node.party))
    alarms = {(f"{EXPIRY_CODE}-{days}", what) for days in due for what in due[days]}
    alarm.stand(node, _EXPIRING, alarms)
    return [what for days in sorted(due) for what in due[days]]


def own_channels(node: Node, arrangement_id: str) -> list[str]:
    """Return the paths of this node's channels in an arrangement that have cards."""
    with node.store.read() as tx:
        return _own_channels(tx, node, arrangement_id)


def _own_channels(tx: Tx, node: Node, arrangement_id: str) -> list[str]:
    with_cards = {register_records.channel_path(arrangement_id, n) for n in cards.CARD_CHANNELS}
    return [path for path in trust.channels(tx, node.party) if path in with_cards]


def _pending(tx: Tx, node: Node, arrangement_id: str) -> dict[str, dict[int, bytes]]:
    """Return `{channel: {number: text}}` of own cards that are not entered yet."""
    pending: dict[str, dict[int, bytes]] = {}
    for channel in _own_channels(tx, node, arrangement_id):
        loaded = trust.load(tx, channel)
        entered = {p.number for p in loaded.positions(loaded.newest_origin(node.party))}
        for number in sorted(loaded.cards[node.party]):
            text = register_records.card_text(tx, arrangement_id, node.party, number)
            if number > min(entered) and number not in entered and text is not None:
                pending.setdefault(channel, {})[number] = text
    return pending


def _enter(
    node: Node,
    channel: str,
    tag: str,
    entered: tuple[int, bytes, str],
    effects: Callable[[Tx], None] = append.nothing,
) -> None:
    number, text, role = entered
    digest = hashlib.sha256(text).hexdigest()
    document = Document(digest, len(text), MEDIA_TYPE, role)
    name = register_records.split_channel(channel)[1]
    act_id = node.act_id()
    act = acts.register_act(act_id, tag, name, {"number": str(number)}, (document,))
    assert len(text) <= limits.ROW_BLOB_BYTES_MAX
    append.append(node, channel, [Candidate(act, {digest: text}, effects=effects)])


def own_arrangement(tx: Tx, node: Node, root: RootKey) -> Arrangement:
    """Return the arrangement of a root key, if it is this node's own in it.

    Raises:
        Fault: `node.arrangement.unknown`, `keys.root.other`.
    """
    arrangement = register_records.arrangement(tx, root.arrangement)
    if arrangement.root(node.party) != root.public:
        raise Fault(
            code="keys.root.other",
            what=f"This root key is of {quoted(root.public.party)}, not the one of "
            f"{quoted(node.party)} that was paired.",
            fix="Name the file of the root key that `comity pair offer` or `comity pair accept` "
            "made for this arrangement.",
        )
    return arrangement


def _require_replaced(held: Mapping[int, Card], number: int) -> None:
    if number not in held:
        raise Fault(
            code="node.card.unknown",
            what=f"This node has no card {number}; it has {', '.join(map(str, sorted(held)))}.",
            fix="Run `comity key list` and name one of them.",
        )
    if number == max(held):
        raise Fault(
            code="node.card.newest",
            what=f"Card {number} is the newest: without it this node could sign nothing.",
            fix="Run `comity key rotate` first, then revoke the old card.",
        )


def _expiry(card: Card, days: int, own: str) -> str:
    whose = "of this node" if card.party == own else f"of {card.party}"
    when = f"expires in {days} days or less" if days else "has expired"
    return f"Card {card.number} {whose} in {card.arrangement} {when}."
