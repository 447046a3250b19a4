"""Everything that is looked at to say whether a node is in order, in one list.

    logs, mirrors, deliveries, cards, alarms, the high-water file      soundness.findings
    entries and claims that parties contradict                         claims.findings
    how long writing takes                                             timing.finding
    whether the law of this State is asked                             nation_standing.finding
    whether what opens entries is here                                 here

What only the machine can say (disk, permissions, ports) comes from boot and stands before it.

Floor: node.
"""

from collections.abc import Sequence

from comity.kernel.fault import Fault
from comity.node.base import register_records
from comity.node.base.context import Node
from comity.node.base.finding import OWN, Finding
from comity.node.base.sentence import coded, say
from comity.node.exchange import status
from comity.node.exchange.status import LogStatus
from comity.node.operate import backup, claims, nation_findings, write_latency
from comity.node.operate import findings as soundness


def findings(node: Node, rows: Sequence[LogStatus] | None = None) -> list[Finding]:
    """Return what was looked at, good and bad.

    Args:
        node: ours.
        rows: what `status.report` gave, where a caller has it.
    """
    report = status.report(node) if rows is None else rows
    found = soundness.findings(node, report)
    with node.store.read() as tx:
        found += [write_latency.finding(write_latency.load(tx)), nation_findings.finding(tx)]
    return [*found, *_of_keys(node), *claims.findings(claims.read(node))]


def _of_keys(node: Node) -> list[Finding]:
    """Say whether each seal key is here: a backup from before a rotation brings back too few.

    A secret that is wrong or missing says nothing of them, and is told where it is asked for.
    """
    about = say("seal keys")
    try:
        opened = backup.require_keys(node)
    except Fault as fault:
        if fault.code != backup.KEYS_MISSING:
            return []
        lacking = coded(fault.code, fault.what)
        fix = say(
            "Bring that file back, from a backup made after `comity key rotate`: without it "
            "nothing that was sealed to that card is read, and nothing is said in its channels. "
            "Where it is gone for good, run `comity key rotate --lost` with the root key."
        )
        return [Finding(about, is_good=False, side=OWN, what=lacking, fix=fix)]
    if opened:
        what = say("Those of {channels} are not here.", channels=", ".join(opened))
        fix = say(
            "Bring that file back, from a backup made since the channel was opened: without it "
            "nothing is read there or said. Where it is gone for good, open one under another name "
            "with `comity channel open`."
        )
        return [Finding(about, is_good=False, side=OWN, what=what, fix=fix)]
    with node.store.read() as tx:
        gone = sorted(tx.records(register_records.LOST_CARD))
    what = say("Those of each card of this node are here.")
    if gone:
        what = say(
            "Those of card {cards} are lost and revoked; those of each other card are here.",
            cards=", ".join(gone),
        )
    return [Finding(about, is_good=True, side="", what=what)]
