"""Everything that is looked at to say whether a node is in order, in one list.

    logs, mirrors, deliveries, cards, alarms, the high-water file      soundness.findings
    entries and claims that parties contradict                         claims.findings
    how long writing takes                                             timing.finding
    whether the law of this State is asked                             nation_standing.finding

What only the machine can say (disk, permissions, ports) comes from boot and stands before it.

Floor: node.
"""

from collections.abc import Sequence

from comity.node import claims, nation_standing, soundness, status, timing
from comity.node.context import Node
from comity.node.status import Finding, LogStatus


def findings(node: Node, rows: Sequence[LogStatus] | None = None) -> list[Finding]:
    """Return what was looked at, good and bad.

    Args:
        node: ours.
        rows: what `status.report` gave, where a caller has it.
    """
    report = status.report(node) if rows is None else rows
    found = soundness.findings(node, report)
    with node.store.read() as tx:
        found += [timing.finding(timing.load(tx)), nation_standing.finding(tx)]
    return [*found, *claims.findings(node.party, claims.read(node))]
