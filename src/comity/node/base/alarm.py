"""Alarms that are found anew at each look: what is so stands, and what was so no longer does.

    alarmed.stand(node, about, {(code, what), …})

Floor: node.
"""

from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field

from comity.node.base.context import Node


@dataclass(slots=True)
class Standing:
    """Alarms that this process raised.

    Attributes:
        told: `{(kind, what it is of): {(code, what)}}` of other alarms, which end together.
    """

    told: dict[tuple[str, str], set[tuple[str, str]]] = field(default_factory=dict)


def stand(node: Node, about: tuple[str, str], alarms: AbstractSet[tuple[str, str]]) -> None:
    """Let these alarms stand, and end the others that were told of the same before.

    Args:
        node: ours.
        about: what they are of, see `Standing`.
        alarms: code and words of each.
    """
    for ended in node.session.of(Standing).told.get(about, set()) - alarms:
        node.alarms.clear(*ended)
    node.session.of(Standing).told[about] = set(alarms)
    for code, what in sorted(alarms):
        node.alarms.raise_alarm(code, what)
