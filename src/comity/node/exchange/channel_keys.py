"""New keys of this node for a channel that acts opened: shown in `live`, then entered there.

    arrangement.channel-opened/2 in `live`, number n + 1   ->   everybody has cosigned that
    arrangement.channel-keys-entered/1 in the channel      ->   they count from this entry on

The keys before sign the head that ends at that entry, as with a card.

Source: docs/spec/channel.md 4.3.5; docs/adr/0011.
Floor: node.
"""

from collections.abc import Callable

from comity.acts.record import Matter
from comity.joint.arrangement import channel as channels
from comity.joint.arrangement.channel import Opening
from comity.joint.exchange import acts as exchange_acts
from comity.kernel.fault import Fault, quoted
from comity.node.base import channel_records, register_records, trust
from comity.node.base.context import Node
from comity.node.base.keymaker import KeyMaker
from comity.node.base.ports import Tx
from comity.node.base.rows import LOG_ENDED, Log
from comity.node.base.trust import Trust
from comity.node.exchange import abandoned_party, append, channel_end, excuse, logs, sealer
from comity.node.exchange import channel as openings
from comity.node.exchange.append import Candidate


def rotate(
    node: Node,
    maker: KeyMaker,
    path: str,
    *,
    note: Callable[[Tx], None] = lambda _: None,
) -> int:
    """Make this node's next keys for a channel, show them and enter them; return their number.

    Args:
        node: ours.
        maker: of its keys.
        path: of the channel.
        note: called in the transaction that shows them.

    Raises:
        Fault: `exchange.channel.*`, `node.card.lost`; as `append`.
    """
    if channel_records.has_cards(path):
        raise Fault(
            code="exchange.channel.on-cards",
            what=f"The keys of {path} stand on the card of this node.",
            fix="Make a new card: `comity key rotate`.",
        )
    with node.store.read() as tx:
        said = channel_records.shown(tx, path, node.party)
        if said is None or not tx.logs(path):
            raise Fault(
                code="exchange.channel.not-open",
                what=f"The channel {quoted(path)} is not open.",
                fix="Look with `comity channel list`; it opens once each party has opened it.",
            )
        channel_end.require_open(tx, path)
        loaded = trust.load(tx, path)
        sealer.require_newest_here(node, loaded)
        if _pending(loaded, node.party):
            raise Fault(
                code="exchange.channel.keys-pending",
                what=f"The last keys of {path} are not yet entered in it.",
                fix="Wait until every other party has signed for the act that shows them: the "
                "node then enters them by itself. Give up a party that is gone.",
            )
    terms, sets = said
    number = max(sets) + 1
    opening = Opening(terms, number, openings.make_keys(maker, path, number))
    openings.say(node, register_records.live_of(path), opening, note)
    enter_pending(node, path)
    return number


def enter_pending(node: Node, path: str) -> bool:
    """Enter own keys that were shown and do not count in the channel yet; return whether any did.

    Raises:
        Fault: as `append`.
    """
    if channel_records.has_cards(path):
        return False
    with node.store.read() as tx:
        loaded = trust.load(tx, path)
        pending = _pending(loaded, node.party)
        if not pending or loaded.end_known() is not None or append.waiting(tx, path):
            return False
        own = logs.own_log(tx, path)
        if not append.is_ready(node, tx, path) or not excuse.may_sign(node, tx, own):
            return False
        pending = [number for number in pending if _is_held_by_all(tx, own, number)]
    for number in pending:
        if not node.keys.has(path, number):
            return False
        text = channels.render(loaded.name, loaded.keys(node.party, number))
        document = openings.document_of(text)
        act = exchange_acts.register_act(
            node.act_id(),
            exchange_acts.KEYS_ENTERED,
            loaded.name,
            {"number": str(number)},
            (document,),
        )
        append.append(node, path, [Candidate(act, {document.sha256: text})])
    return bool(pending)


def _is_held_by_all(tx: Tx, own: Log, number: int) -> bool:
    """Whether all have signed for the act in `live` that shows a set of own keys.

    Else a machine that is put back would leave it out of its next log there, and what the set
    entered in this channel could be read by nobody.
    """
    live = register_records.live_of(own.channel)
    wanted = {"channel": register_records.split_channel(own.channel)[1], "number": str(number)}
    matter = Matter(exchange_acts.CHANNEL_KIND, register_records.split_channel(live)[1])
    for row in tx.acts_of(live, matter):
        is_own = row.party == own.party and row.act.tag == exchange_acts.CHANNEL_OPENED
        if is_own and not row.foreign and wanted.items() <= row.act.codes.items():
            log = logs.require_log(tx, row.origin)
            if log.state == LOG_ENDED or row.index < abandoned_party.held_by_all(tx, log):
                return True
    return False


def _pending(loaded: Trust, party: str) -> list[int]:
    """Return the numbers of a party's sets that no act has entered in its log, in order."""
    counting = max(one.number for one in loaded.positions(loaded.newest_origin(party)))
    return [number for number in sorted(loaded.opened.get(party, {})) if number > counting]
