"""A generation that this node had begun, and lost with its home: a party shows what it signed.

    shown   a head by our own keys, of a later generation than any here
    found   what was before it is ended; its entries come back as of any own log

Source: docs/spec/fault.md 9.2 and 9.4.
Floor: node.
"""

from comity.joint.arrangement.arrangement import parse_origin
from comity.kernel import limits
from comity.kernel.fault import Fault
from comity.node.base.context import Node
from comity.node.base.ports import Tx
from comity.node.base.rows import LOG_ENDED, LOG_OFFERED, Log
from comity.node.exchange import generation, recover
from comity.node.exchange.signing_guard import Marks


def shown(tx: Tx, party: str, origin: str) -> Log | None:
    """Return the row of a later generation of an own log that this home has lost, unsaved.

    It is not open before its entries are back, so nothing is said in it meanwhile.
    """
    try:
        parsed = parse_origin(origin)
    except Fault:
        return None
    own = [log for log in tx.logs(generation.register_channel(parsed)) if log.own]
    newest = max((log.generation for log in own), default=0)
    is_later = newest < parsed.generation <= newest + generation.LATER_MAX
    if parsed.party != party or not own or not is_later:
        return None
    return Log(origin, own[0].channel, party, parsed.generation, own=True, state=LOG_OFFERED)


def is_later_marked(own: Log, known: Marks) -> bool:
    """Return whether a high-water mark is of a later generation of an own log."""
    line = own.origin.rpartition("/")[0] + "/"
    marked = (origin.removeprefix(line) for origin in known if origin.startswith(line))
    return any(int(number) > own.generation for number in marked)


def found(node: Node, log: Log) -> None:
    """Take back that an own log was ended, since a party shows what our keys signed after it.

    What was appended to it since the home was restored makes room for what was signed at its place:
    where the line broke before that came back, it is fetched as what is left of an ended log.
    """
    while not _is_ended(node, log):
        node.step("generation.step")
    node.alarms.raise_alarm(*recover.found(log.origin))


def _is_ended(node: Node, log: Log) -> bool:
    """End what was before a log that was found, or cut a part of what is unsigned in it."""
    with node.store.write() as tx:
        if tx.log(log.origin) is not None:
            return True
        own = (one for one in tx.logs(log.channel) if one.own and one.state != LOG_ENDED)
        for before in own:
            if before.size > before.signed:
                start = before.size - limits.TRANSACTION_ENTRIES_MAX
                recover.cut_tail(tx, before, max(before.signed, start))
                return False
        generation.end_before(tx, log)
        tx.save_log(log)
    return True
