"""Up to where a log may be understood: under heads by keys that count by what was read of it.

    entries   … 41 [card 2 at 42] 43 44 45        kept at once, with one head of card 1 over 46
    read      up to 43: from there on that head is by keys which no longer count
    then      a head of card 2 over 44 or more, and reading goes on up to it

A head that came with the entry which ends its keys was kept and cosigned by who had not read
that entry (docs/spec/arrangement.md 3.4.8), and is refused by who had.  What is read does not
depend on it: both read up to the same entry and go on with the same head.

Source: docs/spec/exchange.md 8.2.6; docs/adr/0026.
Floor: node.
"""

from comity.node.context import Node
from comity.node.exchange import ended, keep
from comity.node.exchange.trust import Trust
from comity.node.ports import Tx
from comity.node.rows import LOG_ENDED, Head, Log
from comity.tlog import note


def end(node: Node, tx: Tx, channel: Trust, log: Log) -> int:
    """Return up to where a log may be understood, at least `log.understood`."""
    if log.own:
        return log.size
    if log.state == LOG_ENDED:
        return max(log.signed, min(log.size, ended.left(tx, log) or 0))
    if log.understood >= log.signed or len(channel.positions(log.origin)) == 1:
        return log.signed
    if _is_any_in_force(node, channel, tx.heads(log.origin, log.signed)):
        return log.signed
    return _greatest_in_force(node, tx, channel, log)


def _greatest_in_force(node: Node, tx: Tx, channel: Trust, log: Log) -> int:
    """Walk over what its author signed before the reader knew better: few heads, once."""
    found = log.understood
    head = tx.head_at_least(log.origin, found + 1)
    while head is not None and head.size <= log.signed:
        if _is_any_in_force(node, channel, tx.heads(log.origin, head.size)):
            found = head.size
        head = tx.head_at_least(log.origin, head.size + 1)
    return found


def _is_any_in_force(node: Node, channel: Trust, heads: list[Head]) -> bool:
    """Whether keys that stand where they may sign made one of these heads.

    Revoked ones too: when a revocation came must not decide what is read.
    """
    return any(
        keep.lines_by(node.suite, head.origin, _keys(channel, head), note.parse(head.note))
        for head in heads
    )


def _keys(channel: Trust, head: Head) -> tuple[tuple[bytes, bytes], ...]:
    return channel.log_keys(head.origin, channel.placed_cards(head.origin, head.size))
