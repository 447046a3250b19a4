"""What a log waits for, as its operator is told: an alarm that ends when the log goes on.

Floor: node.
"""

from dataclasses import dataclass, field
from typing import Final

from comity.node.base.context import Node
from comity.node.base.rows import Log

HELD_BACK: Final = "exchange.act.held-back"
OLD_KEYS: Final = "exchange.head.old-keys"
KEYS_LOST: Final = "exchange.entry.keys-lost"

LOCKED: Final = ("the keys of a card of ours that are not here", KEYS_LOST)
"""Why, and the code, where an entry is sealed to a card whose keys were lost with a home."""


@dataclass(slots=True)
class Waits:
    """What logs wait for.

    Attributes:
        waits: `{origin: (code, what)}` of the alarm that says what a log waits for.
    """

    waits: dict[str, tuple[str, str]] = field(default_factory=dict)


def tell(node: Node, log: Log, index: int, why: str, code: str = HELD_BACK) -> None:
    """Say what the entry at an index of a log waits for; it ends what was said before."""
    told = (code, f"{log.origin} at {index} waits for {why}.")
    if node.session.of(Waits).waits.get(log.origin) != told:
        goes_on(node, log.origin)
        node.session.of(Waits).waits[log.origin] = told
        node.alarms.raise_alarm(*told)


def goes_on(node: Node, origin: str) -> None:
    """Say that a log waits no more, or for something else."""
    told = node.session.of(Waits).waits.pop(origin, None)
    if told is not None:
        node.alarms.clear(*told)
