"""Receipts that this process owes.

Floor: node.
"""

from dataclasses import dataclass, field


@dataclass(slots=True)
class Owed:
    """Receipts that are owed.

    Attributes:
        owed: channels whose receipts must be looked at even if nothing new came.
    """

    owed: set[str] = field(default_factory=set)
