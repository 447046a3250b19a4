"""Cuts of a review: which logs are meant, and how many entries of each.

    newest(node, tx, "xx-yy/live") -> {"xx/xx-yy/live/1": 812, "yy/xx-yy/live/1": 790, …}

The figures of `live` are of the requests of its hotline too: an emergency goes that way.  Joint
texts are agreed in `live`, so its logs belong to the cut of every channel.

Source: docs/spec/review.md, 1.1 and 1.2.
Floor: node.
"""

from comity.acts.causality import Cut, is_within, join
from comity.kernel.fault import Fault, quoted
from comity.node.base import register_records, trust
from comity.node.base.context import Node
from comity.node.base.ports import Tx
from comity.node.base.rows import LOG_OFFERED, Log
from comity.node.exchange import abandoned_party, valid_cosignatures


def channels(tx: Tx, channel: str) -> tuple[str, ...]:
    """Return the channels whose requests the figures of one are of.

    Raises:
        Fault: `node.review.channel`.
    """
    arrangement = register_records.split_channel(channel)[0]
    held = {log.channel for log in tx.logs()}
    if channel not in held:
        raise Fault(
            code="node.review.channel",
            what=f"This node has no channel {quoted(channel)}.",
            fix="Name one that `comity channel list` shows.",
        )
    hotline = register_records.hotline_in(arrangement)
    is_live = channel == register_records.live_in(arrangement)
    return (channel, hotline) if is_live and hotline in held else (channel,)


def named(tx: Tx, channel: str = "") -> str:
    """Return a channel of this node, or its one `live` where none is named.

    Raises:
        Fault: `node.review.channel`.
    """
    if channel:
        return channels(tx, channel)[0]
    own = [log.channel for log in tx.logs() if log.own]
    live = [one for one in own if one == register_records.live_of(one)]
    found = list(dict.fromkeys(live))
    if len(found) != 1:
        raise Fault(
            code="node.review.channel",
            what=f"This node is paired in {len(found)} arrangements.",
            fix=f"Name the channel: {', '.join(found)}."
            if found
            else "Pair first: `comity pair offer`.",
        )
    return found[0]


def logs(tx: Tx, channel: str) -> tuple[Log, ...]:
    """Return the logs of a cut of a channel."""
    paths = dict.fromkeys((*channels(tx, channel), register_records.live_of(channel)))
    return tuple(
        log for path in paths for log in trust.load(tx, path).logs if log.state != LOG_OFFERED
    )


def newest(node: Node, tx: Tx, channel: str) -> Cut:
    """Return the newest cut of which every party has signed that it holds it.

    One that is given up here is not waited for: it signs for nothing any more.

    Args:
        node: ours.
        tx: a read.
        channel: its path.

    Raises:
        Fault: `node.review.channel`.
    """
    cut: Cut = {log.origin: _held_by_all(node, tx, log) for log in logs(tx, channel)}
    while not is_within(seen := _seen(tx, cut), cut):
        cut = join(cut, seen)
    return dict(cut)


def _seen(tx: Tx, cut: Cut) -> Cut:
    """Return what the entries of a cut had seen."""
    last = (tx.receipt_before(origin, size) for origin, size in cut.items())
    return join(*(row.seen_after for row in last if row is not None))


def _held_by_all(node: Node, tx: Tx, log: Log) -> int:
    """Return how much of a log every other party has signed for; of another's, what is read."""
    if not log.own:
        return log.understood
    parties = {*trust.load(tx, log.channel).arrangement.party_ids()} - {node.party}
    others = abandoned_party.waited_for(tx, log.channel, parties)
    return min((signed_for(tx, log, party) for party in others), default=log.understood)


def signed_for(tx: Tx, log: Log, party: str) -> int:
    """Return for how much of an own log a party has signed, by a cosignature or a receipt."""
    cosigned = valid_cosignatures.newest(tx, trust.load(tx, log.channel), log.origin, party)
    sizes = [cosigned.size if cosigned else 0]
    for other in tx.logs(log.channel):
        receipt = tx.newest_receipt(other.origin, log.origin) if other.party == party else None
        sizes.append(receipt.receipt.size if receipt else 0)
    return min(log.understood, max(sizes))


def require(tx: Tx, channel: str, cut: Cut) -> None:
    """Require a cut that can be read here.

    Raises:
        Fault: `node.review.channel`, `node.review.cut-logs`, `node.review.cut-ahead`,
            `node.review.cut-open`.
    """
    known = {log.origin: log for log in logs(tx, channel)}
    if unknown := sorted(cut.keys() - known.keys()):
        raise Fault(
            code="node.review.cut-logs",
            what=f"The cut names {quoted(unknown[0])}, which is no log of these figures.",
            fix="Name logs of the channel, as `comity review show --json` gives them.",
        )
    ahead = [one for one, size in cut.items() if not 0 <= size <= known[one].understood]
    if ahead:
        raise Fault(
            code="node.review.cut-ahead",
            what=f"The cut has {cut[ahead[0]]} entries of {ahead[0]}; "
            f"{known[ahead[0]].understood} are understood here.",
            fix="Wait until the line has brought the rest: `comity status` shows what is missing.",
        )
    if not is_within(_seen(tx, cut), cut):
        raise Fault(
            code="node.review.cut-open",
            what="The cut leaves out entries that others in it had seen.",
            fix="Take a cut as `comity review show --json` gives it.",
        )
