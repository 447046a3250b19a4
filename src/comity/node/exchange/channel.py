"""Opening a channel for a purpose of its own: every party shows its keys for it by an act.

    arrangement.channel-opened/2 in `live`, codes {"channel": name, "number": 1, "purpose": …}
                                 and a document: {"channel": name, "keys": {"log-ed25519": …, …}}

It is open when every party has shown its keys on the same terms; `live` and `hotline` stand on
the cards.  Later sets of keys are shown likewise, and enter the channel by an act in it: see
`channel_keys`.

Source: docs/spec/channel.md 4.3; protocol rules 1, 2 and 5.
Floor: node.
"""

import hashlib
from collections.abc import Callable
from typing import Final

from comity.acts.record import Document
from comity.joint.arrangement import arrangement as arrangements
from comity.joint.arrangement import card
from comity.joint.arrangement import channel as channels
from comity.joint.arrangement.channel import Opening, Terms
from comity.joint.exchange import acts as exchange_acts
from comity.kernel.fault import Fault, quoted
from comity.node.base import channel_records, register_records, trust
from comity.node.base.channel_records import FIRST_SET
from comity.node.base.context import Node
from comity.node.base.keymaker import KeyMaker
from comity.node.base.ports import Tx
from comity.node.base.rows import Log, UnderstoodAct
from comity.node.base.trust import Trust
from comity.node.exchange import append, channel_end, lost_channel

ROLE: Final = "channel-keys"
MEDIA_TYPE: Final = "application/json"


def open_channel(
    node: Node,
    maker: KeyMaker,
    arrangement_id: str,
    terms: Terms,
    *,
    note: Callable[[Tx, str], None] = lambda _tx, _path: None,
) -> list[str]:
    """Show this node's keys for a channel; return the parties that have not shown theirs.

    `note` is called with its path in the transaction that shows them.

    Raises:
        Fault: `arrangement.channel.*`, `exchange.channel.*`, `node.arrangement.unknown`,
            `kernel.id.malformed`.
    """
    channels.require_terms(terms)
    with node.store.read() as tx:
        arrangement = require_arrangement(tx, arrangement_id)
        path = register_records.channel_path(arrangement.id, terms.name)
        channel_end.require_open(tx, path)
        lost_channel.require_open(tx, node.party, path)
        lost_channel.require_not_forgotten(tx, path)
        _require_same(tx, path, terms)
        is_shown = channel_records.shown(tx, path, node.party) is not None
    if not is_shown:
        opening = Opening(terms, FIRST_SET, make_keys(maker, path, FIRST_SET))
        say(node, register_records.live_of(path), opening, lambda tx: note(tx, path))
    with node.store.read() as tx:
        shown = channel_records.sets(tx, path, arrangement.party_ids())
    return [party for party in arrangement.party_ids() if party not in shown]


def make_keys(maker: KeyMaker, path: str, number: int) -> card.ChannelKeys:
    """Return a set of own public keys for a channel; it is made if there is none yet."""
    arrangement_id, name = register_records.split_channel(path)
    return maker.make_card(f"{arrangement_id}.{name}", number, [name])[name]


def _require_same(tx: Tx, path: str, terms: Terms) -> None:
    for party, said in channel_records.terms_by_party(tx, path).items():
        if said != terms:
            raise Fault(
                code="exchange.channel.other-terms",
                what=f"{party} opens {path} with {_words(said)}, and you with {_words(terms)}.",
                fix="Agree by telephone: open it with the same purpose and matter, or, where both "
                "of you have opened it already, under another name.",
            )


def _words(terms: Terms) -> str:
    served = f" for {terms.matter.kind} {terms.matter.id}" if terms.matter else " for no matter"
    return f"the purpose {quoted(terms.purpose)}{served}"


def lost(tx: Tx, party: str, live: str) -> list[Opening]:
    """Return what a party showed of channels and no act in `live` says any more.

    A new generation left the act out, since nobody else had had it.
    """
    if live != register_records.live_of(live):
        return []
    arrangement_id = register_records.split_channel(live)[0]
    found: list[Opening] = []
    for key in tx.records(channel_records.KIND):
        path, _, of = key.rpartition("/")
        said = channel_records.shown(tx, path, party) if of == party else None
        if said is None or register_records.split_channel(path)[0] != arrangement_id:
            continue
        terms, sets = said
        texts = lost_channel.said_texts(tx, live, party)
        found += [
            Opening(terms, number, keys)
            for number, keys in sets.items()
            if channel_records.text_sha256(terms.name, keys) not in texts
        ]
    return found


def require_arrangement(tx: Tx, arrangement_id: str) -> arrangements.Arrangement:
    """Return the arrangement of that id, or the only one where none is named.

    Raises:
        Fault: `node.arrangement.unknown`.
    """
    every = register_records.arrangements(tx)
    if not arrangement_id and len(every) == 1:
        return every[0]
    return register_records.arrangement(tx, arrangement_id)


def say(
    node: Node, live: str, opening: Opening, note: Callable[[Tx], None] = lambda _: None
) -> None:
    """Show keys for a channel in `live`.

    Args:
        node: ours.
        live: the path of the arrangement's first channel.
        opening: the keys, and on what terms.
        note: called in the transaction that says it.

    Raises:
        Fault: as `append`.
    """
    text = channels.render(opening.terms.name, opening.keys)
    act = exchange_acts.register_act(
        node.act_id(),
        exchange_acts.CHANNEL_OPENED,
        register_records.split_channel(live)[1],
        channels.codes(opening),
        (document_of(text),),
    )

    def effects(tx: Tx) -> None:
        row = tx.act(node.party, act.id)
        assert row is not None
        apply(node, tx, trust.load(tx, live), row)
        note(tx)

    named = {act.documents[0].sha256: text}
    append.append(node, live, [append.Candidate(act, named, effects=effects)])


def document_of(text: bytes) -> Document:
    """Return how an act names the text of a set of keys."""
    return Document(hashlib.sha256(text).hexdigest(), len(text), MEDIA_TYPE, ROLE)


def apply(node: Node, tx: Tx, live: Trust, row: UnderstoodAct) -> None:
    """Keep the keys that a party shows; begin the channel's logs once all have.  Total.

    A later set may be read before the one that it follows, where what is left of a log that ended
    came after its successor: it counts from then on.
    """
    path = _keep(node, tx, live, row)
    while path:
        _terms, sets = channel_records.shown(tx, path, row.party) or (None, {})
        codes = {"channel": register_records.split_channel(path)[1], "number": str(len(sets) + 1)}
        later = (
            one
            for one in tx.acts_of(live.channel, row.act.matter)
            if one.party == row.party and one.act.tag == row.act.tag and not one.foreign
            if codes.items() <= one.act.codes.items()
        )
        path = next((kept for one in later if (kept := _keep(node, tx, live, one))), "")


def _keep(node: Node, tx: Tx, live: Trust, row: UnderstoodAct) -> str:
    """Keep the set that an act shows, if it is the next one; return the path of its channel."""
    for document in row.act.documents:
        text = tx.body(document.sha256)
        if text is None or document.role != ROLE:
            continue
        try:
            opening = channels.parse(row.act.codes, text)
            node.suite.recipient(opening.keys.seal)  # one that nobody can seal to would stop all
            path = register_records.channel_path(live.arrangement.id, opening.terms.name)
            terms, sets = channel_records.shown(tx, path, row.party) or (opening.terms, {})
            if opening.terms != terms or opening.number <= len(sets):
                continue
            channels.require_fresh(sets, opening)
        except Fault as fault:
            node.alarms.raise_alarm("exchange.channel.refused", f"{row.party}: {fault.what}")
            continue
        register_records.touch(tx, text)
        sets[opening.number] = opening.keys
        channel_records.save_shown(tx, path, row.party, terms, sets)
        _begin(node, tx, live, path)
        node.wake(path)  # an entry there may wait for these keys
        return path
    return ""


def _begin(node: Node, tx: Tx, live: Trust, path: str) -> None:
    said = channel_records.terms_by_party(tx, path)
    parties = live.arrangement.party_ids()
    is_agreed = said.keys() == {*parties} and len({*said.values()}) == 1
    if is_agreed and not tx.logs(path):
        channel_records.save_terms(tx, path, said[node.party])
        begin_logs(tx, node.party, live.arrangement, register_records.split_channel(path)[1])


def begin_logs(tx: Tx, own: str, arrangement: arrangements.Arrangement, name: str) -> None:
    """Begin the log of each party in a channel, but those that there are."""
    path = register_records.channel_path(arrangement.id, name)
    for party in arrangement.party_ids():
        origin = arrangement.origin(party, name)
        if tx.log(origin) is None:
            first = arrangements.GENERATION_FIRST
            tx.save_log(Log(origin, path, party, first, own=party == own))


def end_channel(
    node: Node,
    path: str,
    reason: str,
    *,
    note: Callable[[Tx], None] = lambda _: None,
) -> None:
    """End a channel, for all its parties.

    Args:
        node: ours.
        path: of the channel.
        reason: one of `exchange_acts.END_REASONS`.
        note: called in the transaction that says it.

    Raises:
        Fault: `exchange.channel.on-cards`, `exchange.channel.ended`, `exchange.channel.unknown`,
            `arrangement.channel.reason`; as `append`.
    """
    name = register_records.split_channel(path)[1]
    if channel_records.has_cards(path):
        raise Fault(
            code="exchange.channel.on-cards",
            what=f"The channel {path} stands on the cards of its parties and has no end.",
            fix="Run `comity channel give-up` to end business with a party.",
        )
    with node.store.read() as tx:
        channel_end.require_open(tx, path)
    act = exchange_acts.channel_ended(node.act_id(), name, reason)
    append.append(node, path, [append.Candidate(act, effects=note)])
