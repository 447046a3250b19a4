"""What is told of a log that waits for a party out of reach, and what lets it be signed.

A home that came from a backup, or lost its high-water file, signs a log once each party was
compared with or is excused for that log: for one that was begun meanwhile too.

Source: docs/spec/fault.md 9.1.6.
Floor: node.
"""

from collections.abc import Iterator

from comity.node.base.context import Node
from comity.node.base.finding import OWN, Finding
from comity.node.base.ports import Tx
from comity.node.base.rows import LOG_OPEN
from comity.node.base.sentence import say
from comity.node.exchange import excuse
from comity.node.exchange.status import LogStatus


def findings(node: Node, tx: Tx, row: LogStatus) -> Iterator[Finding]:
    """Yield what an own log waits for: parties that do not answer and are not excused for it."""
    is_waiting = row.own and row.state == LOG_OPEN and row.size > row.signed
    if not is_waiting or (node.highwater.is_intact() and not excuse.is_restored(tx, row.channel)):
        return
    for one in row.deliveries:
        if one.failures and not excuse.is_excused(node, tx, row.origin, one.party):
            yield Finding(
                say("log {origin} and {party}", origin=row.origin, party=one.party),
                is_good=False,
                side=OWN,
                what=say(
                    "It is not signed, and nobody is sent it: this home came from a backup or lost "
                    "its high-water file, and {party}, which does not answer, may hold more of it.",
                    party=one.party,
                ),
                fix=say(
                    "Let {party} be reached. Where it is away for long, let two officers run "
                    "`{command}`.",
                    party=one.party,
                    command=f"comity recover excuse {row.origin} {one.party}",
                ),
            )
