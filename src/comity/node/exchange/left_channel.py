"""A channel that acts opened, and that a party has not any more: a generation left its act out.

A State that lost its machine, and with it the keys of the channel and the act that showed them,
begins its log anew without that act.  Its node then knows of no such channel.  Every other party
computes so from the logs, tells its operator, and says nothing there that nobody could open.

Source: docs/spec/channel.md 4.3.6; docs/adr/0042.
Floor: node.
"""

import hashlib
from typing import Final

from comity.acts.record import Matter
from comity.joint.arrangement.card import CARD_CHANNELS, LIVE
from comity.joint.exchange import acts as exchange_acts
from comity.kernel import ijson
from comity.kernel.fault import Fault
from comity.kernel.ijson import Json
from comity.node import register_records
from comity.node.context import Node
from comity.node.exchange import ended
from comity.node.exchange.trust import CHANNEL_KEYS
from comity.node.ports import Tx
from comity.node.rows import LOG_ENDED

LEFT_OUT: Final = "exchange.channel.left-out"


def lacks(tx: Tx, path: str, party: str) -> bool:
    """Return whether another party's act that opened a channel was left out and not said again.

    Said again with other keys it opens nothing (4.3.2): what was said before stands under the
    first.  Where its logs in `live` are not read anew yet, nothing is known.
    """
    arrangement_id, name = register_records.split_channel(path)
    if not name or name in CARD_CHANNELS:
        return False
    live = register_records.channel_path(arrangement_id, LIVE)
    keys = tx.record(CHANNEL_KEYS, f"{path}/{party}")
    if keys is None or not _is_read_on(tx, live, party):
        return False
    text = hashlib.sha256(text_of(name, keys)).hexdigest()
    return not any(
        row.party == party
        and row.act.tag == exchange_acts.CHANNEL_OPENED
        and not row.foreign
        and text in {one.sha256 for one in row.act.documents}
        for row in tx.acts_of(live, Matter(exchange_acts.CHANNEL_KIND, LIVE))
    )


def _is_read_on(tx: Tx, live: str, party: str) -> bool:
    """Whether a party began its log in `live` anew, and what is left and the new one are read."""
    theirs = [log for log in tx.logs(live) if log.party == party]
    over = [log for log in theirs if log.state == LOG_ENDED]
    if not over or tx.record(ended.ANEW, live) is not None:
        return False
    newest = max(theirs, key=lambda log: log.generation)
    is_begun = newest.state != LOG_ENDED and newest.understood > 0
    return is_begun and all(log.understood >= ended.counted(tx, log, log.size) for log in over)


def text_of(name: str, keys: Json) -> bytes:
    """Return the document that shows a party's keys for a channel."""
    return ijson.render({"channel": name, "keys": keys})


def require_open(tx: Tx, own_party: str, path: str) -> None:
    """Return if no other party of a channel lacks it.

    Raises:
        Fault: `exchange.channel.left-out`.
    """
    arrangement_id, name = register_records.split_channel(path)
    if name in CARD_CHANNELS:
        return
    for party in register_records.arrangement(tx, arrangement_id).party_ids():
        if party != own_party and lacks(tx, path, party):
            raise Fault(
                code=LEFT_OUT,
                what=_words(path, party),
                fix="Agree on another name by telephone, and let each party run `comity channel "
                "open` with it.",
            )


def tell(node: Node, path: str, party: str, *, is_lacking: bool) -> None:
    """Alarm while a party lacks a channel; it ends when it showed the same keys again."""
    if is_lacking:
        node.alarms.raise_alarm(LEFT_OUT, _words(path, party))
    elif path.partition("/")[2] not in CARD_CHANNELS:
        node.alarms.clear(LEFT_OUT, _words(path, party))


def _words(path: str, party: str) -> str:
    return f"{party} has begun its log anew without the act that opened {path}."
