"""What this State may say of a proposal now, and what it would need to be said.

    choices(node, stand, proposal)  ->  ("adopt", "decline", "counter")
    needs(node, stand, "adopt")     ->  Rule(2, ("counsel",), 0)

Floor: rooms.
"""

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Final

from comity.acts.record import Act, Office
from comity.domestic.release.decide import Rule
from comity.joint.text import acts, decide, table
from comity.joint.text.acts import Saying
from comity.joint.text.state import Proposal
from comity.kernel.inadmissible import Inadmissible
from comity.node.base.context import Node
from comity.node.room.release import approve
from comity.rooms.guideline.desk.texts import Stand

ADOPT, COUNTER, DECLINE, WITHDRAW, LEAVE = "adopt", "counter", "decline", "withdraw", "leave"
PROPOSE: Final = "propose"
TAGS: Final[Mapping[str, str]] = MappingProxyType(
    {
        PROPOSE: acts.PROPOSED,
        COUNTER: acts.PROPOSED,
        ADOPT: acts.ADOPTED,
        DECLINE: acts.DECLINED,
        WITHDRAW: acts.WITHDRAWN,
        LEAVE: acts.WITHDRAWN,
    }
)
_ID: Final = "a" * 26
"""Of an act that is only tried."""


def choices(node: Node, stand: Stand, proposal: Proposal) -> tuple[str, ...]:
    """Return what this State may say of a proposal now, what is most wanted first."""
    saying = Saying(_ID, Office("office"), stand.name)
    now_ms = node.clock.now_ms()
    tries: dict[str, Callable[[], Act | Inadmissible]] = {
        ADOPT: lambda: decide.adopt(stand.state, saying, node.party, proposal.id, proposal.sha256),
        DECLINE: lambda: decide.decline(
            stand.state, saying, node.party, proposal.id, "needs-changes"
        ),
        WITHDRAW: lambda: decide.withdraw(stand.state, saying, node.party, proposal.id, "error"),
        LEAVE: lambda: decide.leave(stand.state, saying, node.party, proposal.id, now_ms),
    }
    found = [verb for verb, act in tries.items() if isinstance(act(), Act)]
    if proposal.status == table.PROPOSED:
        found.append(COUNTER)
    return tuple(found)


def needs(node: Node, stand: Stand, verb: str) -> Rule:
    """Return how many officers approve before it is said, and of which role one of them is."""
    with node.store.read() as tx:
        return approve.rule_of(tx, node, stand.channel, TAGS[verb])
