"""What this State may say of a proposal now, and what it would need to be said.

    choices(node, stand, proposal)  ->  ("adopt", "decline", "counter")
    needs(node, stand, "adopt")     ->  Rule(2, ("counsel",), 0)

Floor: rooms.
"""

from collections.abc import Callable
from typing import Final

from comity.acts.record import Act, Office
from comity.domestic.release.decide import Rule
from comity.joint.text import decide, table, verbs
from comity.joint.text.acts import Saying
from comity.joint.text.state import Proposal
from comity.kernel.inadmissible import Inadmissible
from comity.node.base.context import Node
from comity.node.room.release import approve
from comity.rooms.guideline.desk.texts import Stand

PROPOSE: Final = "propose"
ADOPT: Final = "adopt"
_ID: Final = "a" * 26
"""Of an act that is only tried."""


def choices(node: Node, stand: Stand, proposal: Proposal) -> tuple[str, ...]:
    """Return what this State may say of a proposal now, what is most wanted first."""
    saying = Saying(_ID, Office("office"), stand.name)
    now_ms = node.clock.now_ms()
    tries: dict[str, Callable[[], Act | Inadmissible]] = {
        ADOPT: lambda: decide.adopt(stand.state, saying, node.party, proposal.id, proposal.sha256),
        "decline": lambda: decide.decline(
            stand.state, saying, node.party, proposal.id, "needs-changes"
        ),
        "withdraw": lambda: decide.withdraw(stand.state, saying, node.party, proposal.id, "error"),
        "leave": lambda: decide.leave(stand.state, saying, node.party, proposal.id, now_ms),
    }
    found = [verb for verb, act in tries.items() if isinstance(act(), Act)]
    if proposal.status == table.PROPOSED:
        found.append("counter")
    return tuple(found)


def needs(node: Node, stand: Stand, verb: str) -> Rule:
    """Return how many officers approve before it is said, and of which role one of them is."""
    with node.store.read() as tx:
        return approve.rule_of(tx, node, stand.channel, verbs.TABLE.row(verb).tag)
