"""Pairing with other States: offer, accept, confirm, and nothing kept before the code agrees.

    record kind   key             value
    pairing       <arrangement>   {"accept":"…","card":"…","confirm":"…","nonce":"…",
                                   "offer":"…","root":{…}}

An offerer opens their commitment once: a second set of acceptances is refused, since who
has seen the opening could aim at the code.

Source: protocol rules 1 to 3.
Floor: node.
"""

import hashlib
from collections.abc import Callable, Collection, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Final

from comity.joint.arrangement import arrangement as arrangements
from comity.joint.arrangement import card as cards
from comity.joint.arrangement import fields, view
from comity.joint.arrangement import pairing as texts
from comity.joint.arrangement.arrangement import PartyRoot
from comity.joint.arrangement.pairing import Accept, Confirm, Offer, Pairing
from comity.kernel import limits
from comity.kernel.fault import Fault, quoted
from comity.kernel.ids import RANDOM_ID_BYTES, random_id
from comity.node.base import profile, register_records
from comity.node.base.context import Node
from comity.node.base.keymaker import KeyMaker, RootKey
from comity.node.base.ports import Tx
from comity.node.exchange import adopt, keyring, register
from comity.node.exchange import channel as channels

_KIND: Final = "pairing"


@dataclass(frozen=True, slots=True)
class Draft:
    """What this node has put into a pairing so far; each text as sent, "" if not yet.

    Attributes:
        offer: the first text.
        accept: our answer to it, where we did not make it.
        confirm: our opening, where we did.
        card: our first card.
        nonce: ours, base64.
        ed25519: our root's key, base64.
        mldsa44: our root's other key, base64.
    """

    offer: str
    card: str
    nonce: str
    ed25519: str
    mldsa44: str
    accept: str = ""
    confirm: str = ""

    def root(self, party: str) -> PartyRoot:
        """Return our root's public keys."""
        return PartyRoot(
            party,
            fields.bytes_of(self.ed25519, "ed25519"),
            fields.bytes_of(self.mldsa44, "mldsa44"),
        )


def new_arrangement_id(node: Node) -> str:
    """Return the id of an arrangement that nobody has yet."""
    return random_id(node.entropy(RANDOM_ID_BYTES))


def require_ready(node: Node, arrangement_id: str) -> None:
    """Return if this node can take part in a new arrangement, before a root key is made.

    Raises:
        Fault: `arrangement.pairing.twice`, `node.endpoint.missing`, `node.profile.missing`.
    """
    with node.store.read() as tx:
        is_known = tx.record(_KIND, arrangement_id) is not None
        profile.require_endpoint(profile.load(tx))
    if is_known:
        raise Fault(
            code="arrangement.pairing.twice",
            what=f"This node has answered for the arrangement {arrangement_id} already.",
            fix="Send the file that it wrote then, or begin with a new offer.",
        )


def require_addressed(node: Node, offered: Offer) -> None:
    """Return if the offer is another party's and names this node.

    Raises:
        Fault: `arrangement.pairing.not-ours`.
    """
    if offered.offerer == node.party:
        raise _not_ours("accepting its own offer")
    _require_ours(node, offered.parties)


def accepted(node: Node, offered: bytes) -> bytes | None:
    """Return the text with which this node accepted that very offer before, or None."""
    arrangement_id = texts.parse_offer(offered).arrangement
    with node.store.read() as tx:
        if tx.record(_KIND, arrangement_id) is None:
            return None
        draft = _load(tx, arrangement_id)
    return draft.accept.encode() or None if draft.offer.encode() == offered else None


@dataclass(frozen=True, slots=True)
class Pending:
    """A pairing that this node has begun and that does not stand yet.

    Attributes:
        arrangement: its id.
        parties: in the order to be fixed.
        offerer: who offered it.
        is_ours: whether this node did.
        is_opened: of ours: whether it was opened to those who accepted.
    """

    arrangement: str
    parties: tuple[str, ...]
    offerer: str
    is_ours: bool
    is_opened: bool


def pending(node: Node, tx: Tx) -> list[Pending]:
    """Return the pairings that this node has begun and that do not stand yet."""
    standing = {one.id for one in register_records.arrangements(tx)}
    found: list[Pending] = []
    for arrangement_id in tx.records(_KIND):
        draft = _load(tx, arrangement_id)
        if arrangement_id in standing or not draft.offer:
            continue
        parsed = texts.parse_offer(draft.offer.encode())
        is_ours = parsed.offerer == node.party
        found.append(
            Pending(arrangement_id, parsed.parties, parsed.offerer, is_ours, bool(draft.confirm))
        )
    return found


def offer(
    node: Node,
    maker: KeyMaker,
    root: RootKey,
    parties: Sequence[str],
    rooms: Collection[str] = (),
) -> bytes:
    """Return the text of an offer to the other parties, in the order to be fixed.

    Args:
        node: ours.
        maker: makes the keys of our first card.
        root: made for a `new_arrangement_id`.
        parties: two to sixteen ids, ours among them.
        rooms: that the arrangement adopts; all that this program knows where none is named.

    Raises:
        Fault: `arrangement.text.malformed`, `arrangement.pairing.not-ours`,
            `node.room.unknown`, `node.endpoint.missing`, `store.*`.
    """
    arrangements.require_parties(tuple(parties))
    _require_ours(node, tuple(parties))
    vocabulary = adopt.vocabulary_of(node, rooms)
    draft = _begin(node, maker, root)
    nonce = fields.bytes_of(draft.nonce, "nonce")
    text = texts.render_offer(
        Offer(
            arrangement=root.arrangement,
            parties=tuple(parties),
            offerer=node.party,
            commitment=texts.commit(draft.card.encode(), root.public, nonce),
            vocabulary=vocabulary,
        )
    )
    with node.store.write() as tx:
        _save(tx, root.arrangement, replace(draft, offer=text.decode()))
    return text


def accept(node: Node, maker: KeyMaker, root: RootKey, offered: bytes) -> bytes:
    """Return the text that accepts another party's offer.

    Args:
        node: ours.
        maker: makes the keys of our first card.
        root: made for the arrangement that the offer names.
        offered: text of the offer.

    Raises:
        Fault: `arrangement.*`, `arrangement.pairing.twice` if it was accepted already.
    """
    parsed = texts.parse_offer(offered)
    require_addressed(node, parsed)
    assert root.arrangement == parsed.arrangement
    draft = _begin(node, maker, root)
    text = texts.render_accept(
        Accept(
            offer_sha256=hashlib.sha256(offered).digest(),
            card=draft.card.encode(),
            root=root.public,
            nonce=fields.bytes_of(draft.nonce, "nonce"),
        )
    )
    with node.store.write() as tx:
        done = replace(draft, offer=offered.decode(), accept=text.decode())
        _save(tx, root.arrangement, done)
    return text


def answered(node: Node, accepts: Sequence[bytes]) -> tuple[str, Draft, tuple[bytes, ...]]:
    """Return the arrangement that this node offered, our part, and all acceptances in order.

    Raises:
        Fault: `arrangement.*`, `arrangement.pairing.unknown`, `arrangement.pairing.incomplete`.
    """
    if not accepts:
        raise _not_ours("no acceptance")
    with node.store.read() as tx:
        arrangement_id, draft = _by_offer(tx, accepts[0])
    offered = draft.offer.encode()
    verified = (texts.verify_accept(offered, one, node.suite.root_verifiers) for one in accepts)
    by_party = {one.root.party: text for one, text in zip(verified, accepts, strict=True)}
    others = [party for party in texts.parse_offer(offered).parties if party != node.party]
    if missing := [party for party in others if party not in by_party]:
        raise Fault(
            code="arrangement.pairing.incomplete",
            what=f"The acceptance of {', '.join(missing)} is missing.",
            fix="Give the files of all other parties in one command.",
        )
    return arrangement_id, draft, tuple(by_party[party] for party in others)


def confirm(node: Node, accepts: Sequence[bytes]) -> bytes:
    """Return the text that opens our offer to those who accepted it.

    The same acceptances give the same text again; others are refused.

    Raises:
        Fault: as `answered`, `arrangement.pairing.opened`.
    """
    arrangement_id, draft, ordered = answered(node, accepts)
    text = texts.render_confirm(
        Confirm(
            offer=draft.offer.encode(),
            accepts=ordered,
            card=draft.card.encode(),
            root=draft.root(node.party),
            nonce=fields.bytes_of(draft.nonce, "nonce"),
        )
    )
    with node.store.write() as tx:
        before = _load(tx, arrangement_id)
        if before.confirm not in ("", text.decode()):
            raise Fault(
                code="arrangement.pairing.opened",
                what="This offer was opened already, to another set of acceptances.",
                fix="Make a new offer; an offer is confirmed once.",
            )
        _save(tx, arrangement_id, replace(before, confirm=text.decode()))
    return text


def preview(node: Node, confirmed: bytes) -> Pairing:
    """Return what a confirmation says and the code to compare; nothing is kept.

    Raises:
        Fault: `arrangement.*`, `arrangement.pairing.changed` if our own part is not what we
            sent, `arrangement.card.not-current`, `seal.recipient.malformed`.
    """
    pairing = texts.verify_confirm(confirmed, node.suite.root_verifiers)
    _require_ours(node, pairing.arrangement.party_ids())
    with node.store.read() as tx:
        draft = _load(tx, pairing.arrangement.id)
    parsed = texts.parse_confirm(confirmed)
    is_opened = confirmed == draft.confirm.encode()
    is_ours = draft.accept.encode() in parsed.accepts if draft.accept else is_opened
    if parsed.offer != draft.offer.encode() or not is_ours:
        raise Fault(
            code="arrangement.pairing.changed",
            what="What this confirmation says of this node is not what this node sent.",
            fix="Stop and call the other parties: somebody changed a file on its way.",
        )
    _require_current(node, pairing)
    return pairing


def save(
    node: Node,
    confirmed: bytes,
    spoken: str,
    *,
    note: Callable[[Tx, Pairing], None] = lambda _tx, _pairing: None,
) -> Pairing:
    """Keep a pairing whose code was read over the telephone and is the same here.

    Logs of every party for `live` and `hotline` begin.  Doing it twice changes nothing.

    Args:
        node: ours.
        confirmed: text of the confirmation.
        spoken: the code as it was heard.
        note: called with the pairing, if it is new, in the transaction that keeps it.

    Raises:
        Fault: as `preview`, `arrangement.pairing.code`.
    """
    pairing = preview(node, confirmed)
    if not texts.is_same_code(spoken, pairing.code):
        raise Fault(
            code="arrangement.pairing.code",
            what=f"The code {quoted(spoken)} that was read to you is not the one here.",
            fix="Read it again slowly; if it still differs, stop: somebody sits between.",
        )
    with node.store.write() as tx:
        known = {one.id for one in register_records.arrangements(tx)}
        register_records.save_arrangement(tx, pairing.arrangement)
        for text in pairing.cards.values():
            register_records.save_card(tx, text)
        for name in cards.CARD_CHANNELS:
            channels.begin_logs(tx, node.party, pairing.arrangement, name)
        if pairing.arrangement.id not in known:
            note(tx, pairing)
    return pairing


def _begin(node: Node, maker: KeyMaker, root: RootKey) -> Draft:
    require_ready(node, root.arrangement)
    card = keyring.new_card(node, maker, root, 1)
    return Draft(
        offer="",
        card=card.decode(),
        nonce=fields.base64_of(node.entropy(texts.NONCE_BYTES)),
        ed25519=fields.base64_of(root.public.root_ed25519),
        mldsa44=fields.base64_of(root.public.root_mldsa44),
    )


def _save(tx: Tx, arrangement_id: str, draft: Draft) -> None:
    tx.save_record(_KIND, arrangement_id, asdict(draft))


def _load(tx: Tx, arrangement_id: str) -> Draft:
    value = tx.record(_KIND, arrangement_id)
    if not isinstance(value, dict):
        what = f"This home has neither offered nor accepted the arrangement {arrangement_id}."
        raise _unknown(what, "Use the home in which the offer was made or accepted.")
    return Draft(**{key: fields.text_of(text, key) for key, text in value.items()})


def _by_offer(tx: Tx, accept: bytes) -> tuple[str, Draft]:
    """Return the offer of ours that an acceptance answers, and what we put into it."""
    parsed = texts.parse_accept(accept)
    what = f"The acceptance of {quoted(parsed.root.party)} answers an offer not made in this home."
    fix = "Use the home in which the offer was made, or make one: `comity pair offer`."
    for arrangement_id in tx.records(_KIND):
        draft = _load(tx, arrangement_id)
        if hashlib.sha256(draft.offer.encode()).digest() == parsed.offer_sha256:
            if not draft.accept:
                return arrangement_id, draft
            offerer = quoted(texts.parse_offer(draft.offer.encode()).offerer)
            what = f"This home accepted the offer of {offerer}, and opens none of its own."
            fix = f"Send the acceptance to {offerer}, and confirm the file that comes back."
    raise _unknown(what, fix)


def _require_current(node: Node, pairing: Pairing) -> None:
    now_ms = node.clock.now_ms()
    for text in pairing.cards.values():
        card = cards.parse(text)
        register.require_usable(node, card.channels.values())
        if not view.is_current(card, now_ms, skew_ms=limits.SKEW_MS_MAX):
            raise Fault(
                code="arrangement.card.not-current",
                what=f"The card of {quoted(card.party)} is not valid today.",
                fix="Check the clocks of both nodes, then begin with a new offer.",
            )


def _require_ours(node: Node, parties: tuple[str, ...]) -> None:
    if node.party not in parties:
        raise _not_ours(f"an arrangement of {quoted(', '.join(parties))}")


def _not_ours(what: str) -> Fault:
    return Fault(
        code="arrangement.pairing.not-ours",
        what=f"This node has no part in {what}.",
        fix="Check the file and the party ids; `comity pair accept` answers another's offer.",
    )


def _unknown(what: str, fix: str) -> Fault:
    return Fault(code="arrangement.pairing.unknown", what=what, fix=fix)
