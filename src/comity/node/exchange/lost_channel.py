"""A channel that acts opened, and that a party has not any more: a generation left its act out.

A State that lost its machine, and with it the keys of the channel and the act that showed them,
begins its log anew without that act.  Its node then knows of no such channel.  Every other party
computes so from the logs, tells its operator, and says nothing there that nobody could open.

That party itself is shown by the others, as they compare logs, what it has forgotten:

    record kind          key                            value
    channel-forgotten    <arrangement>/<name>|<party>   true: that party has the channel open, by
                                                        keys of this node that are not here

Source: docs/spec/channel.md 4.3.6, 4.3.7; docs/adr/0042.
Floor: node.
"""

from typing import Final

from comity.acts.record import Matter
from comity.joint.arrangement.arrangement import parse_origin
from comity.joint.arrangement.card import CARD_CHANNELS
from comity.joint.exchange import acts as exchange_acts
from comity.kernel.fault import Fault
from comity.node.base import channel_records, register_records
from comity.node.base.context import Node
from comity.node.base.ports import Tx
from comity.node.base.rows import LOG_ENDED
from comity.node.exchange import ended_log

LEFT_OUT: Final = "exchange.channel.left-out"

FORGOTTEN: Final = "channel-forgotten"

FORGOTTEN_MAX: Final = 64
"""Of one partner: it is its word alone, and each is a record."""

_FIX: Final = (
    "Agree on another name by telephone, and let each party run `comity channel open` with it."
)


def lacks(tx: Tx, path: str, party: str) -> bool:
    """Return whether another party's act that opened a channel was left out and not said again.

    Said again with other keys it opens nothing (4.3.2): what was said before stands under the
    first.  Where its logs in `live` are not read anew yet, nothing is known.
    """
    if channel_records.has_cards(path):
        return False
    live = register_records.live_of(path)
    said = channel_records.shown(tx, path, party)
    if said is None or not _is_read_on(tx, live, party):
        return False
    terms, sets = said
    texts = said_texts(tx, live, party)
    return any(channel_records.text_sha256(terms.name, keys) not in texts for keys in sets.values())


def said_texts(tx: Tx, live: str, party: str) -> set[str]:
    """Return the hashes of the keys that acts of a party show in `live`."""
    matter = Matter(exchange_acts.CHANNEL_KIND, register_records.split_channel(live)[1])
    return {
        document.sha256
        for row in tx.acts_of(live, matter)
        if row.party == party and row.act.tag == exchange_acts.CHANNEL_OPENED and not row.foreign
        for document in row.act.documents
    }


def _is_read_on(tx: Tx, live: str, party: str) -> bool:
    """Whether a party began its log in `live` anew, and what is left and the new one are read."""
    theirs = [log for log in tx.logs(live) if log.party == party]
    over = [log for log in theirs if log.state == LOG_ENDED]
    if not over or tx.record(ended_log.ANEW, live) is not None:
        return False
    newest = max(theirs, key=lambda log: log.generation)
    is_begun = newest.state != LOG_ENDED and newest.understood > 0
    return is_begun and all(log.understood >= ended_log.counted(tx, log, log.size) for log in over)


def require_open(tx: Tx, own_party: str, path: str) -> None:
    """Return if no other party of a channel lacks it.

    Raises:
        Fault: `exchange.channel.left-out`.
    """
    if channel_records.has_cards(path):
        return
    arrangement = register_records.arrangement(tx, register_records.split_channel(path)[0])
    for party in arrangement.party_ids():
        if party != own_party and lacks(tx, path, party):
            raise Fault(
                code=LEFT_OUT,
                what=_words(path, party),
                fix=_FIX,
            )


def require_not_forgotten(tx: Tx, path: str) -> None:
    """Return if no other party has a channel open by keys of this node that are not here.

    Raises:
        Fault: `exchange.channel.left-out`.
    """
    having = forgotten(tx).get(path)
    if having:
        raise Fault(
            code=LEFT_OUT,
            what=f"{', '.join(having)} has {path} open, by keys of this node that are not here: "
            "what this node said there was before this home, or was left out as its log began "
            "anew.",
            fix=_FIX,
        )


def forgotten(tx: Tx) -> dict[str, list[str]]:
    """Return the channels that others have open by keys of this node that are not here, and who."""
    found: dict[str, list[str]] = {}
    for key in tx.records(FORGOTTEN):
        path, _, party = key.partition("|")
        found.setdefault(path, []).append(party)
    return found


def lacking(tx: Tx, own_party: str, path: str) -> list[str]:
    """Return the parties that have a channel not any more, by what is known here; maybe this one.

    A channel of which any is here is used no more, and is opened under another name.
    """
    arrangement = register_records.arrangement(tx, register_records.split_channel(path)[0])
    is_own = path in forgotten(tx)
    return [
        party
        for party in arrangement.party_ids()
        if (is_own if party == own_party else lacks(tx, path, party))
    ]


def note_shown(node: Node, party: str, origin: str, *, is_other: bool) -> bool:
    """Note that a party shows a log of a channel that this node has forgotten; or no longer.

    An honest party has the logs of a channel once it has read the keys of every other one, so it
    read keys of this node.  It convicts nobody and stops no channel: it is that party's word.

    Args:
        node: ours.
        party: who shows it.
        origin: of the log.
        is_other: whether it is of this node, with a head that the keys here did not make.

    Returns:
        Whether it is: by keys for a channel that acts opened, which this node may have shown.
    """
    try:
        shown = parse_origin(origin)
    except Fault:
        return False
    if shown.channel in CARD_CHANNELS:
        return False
    path = register_records.channel_path(shown.arrangement, shown.channel)
    key = f"{path}|{party}"
    with node.store.read() as tx:
        has_keys = channel_records.shown(tx, path, node.party) is not None
        if has_keys and shown.party != node.party:
            return False  # only what it shows of this node's own log says by which keys
        is_to_note = (is_other or not has_keys) and _is_shared(tx, shown.arrangement, node, party)
        noted = {one for one in tx.records(FORGOTTEN) if one.endswith(f"|{party}")}
    if is_to_note and key not in noted and len(noted) < FORGOTTEN_MAX:
        with node.store.write() as tx:
            tx.save_record(FORGOTTEN, key, True)  # noqa: FBT003 -- a JSON value
    elif key in noted and not is_to_note:
        with node.store.write() as tx:
            tx.drop_record(FORGOTTEN, key)
    return is_other


def _is_shared(tx: Tx, arrangement_id: str, node: Node, party: str) -> bool:
    arrangements = register_records.arrangements(tx)
    both = {node.party, party}
    return any(one.id == arrangement_id and both <= {*one.party_ids()} for one in arrangements)


def tell(node: Node, path: str, party: str, *, is_lacking: bool) -> None:
    """Alarm while a party lacks a channel; it ends when it showed the same keys again."""
    if is_lacking:
        node.alarms.raise_alarm(LEFT_OUT, _words(path, party))
    elif not channel_records.has_cards(path):
        node.alarms.clear(LEFT_OUT, _words(path, party))


def _words(path: str, party: str) -> str:
    return f"{party} has begun its log anew without the act that opened {path}."
