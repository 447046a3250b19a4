"""What the room that runs exercises answers of every matter in one, whatever its kind.

Floor: node.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from comity.clocks.shown import Times
from comity.kernel.inadmissible import Inadmissible


@dataclass(frozen=True, slots=True)
class Exercising:
    """An exercise, as what is played in it asks.

    Attributes:
        entrance: (transaction, node, officer, channel) -> why they may not enter it, or None.
        guard: (transaction, node, officer, draft) -> why it would let in what is real, or None.
        times: (transaction, channel) -> its scenario time, or None where the channel has none.
    """

    entrance: Callable[[Any, Any, Any, str], Inadmissible | None]
    guard: Callable[[Any, Any, Any, Any], Inadmissible | None]
    times: Callable[[Any, str], Times | None]
