"""That what was played of an exercise was destroyed at this node.

    record kind           key                   value
    exercise-destroyed    <id of the exercise>  `Destroyed`

Floor: rooms.
"""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any, Final, cast

from comity.acts.verb import Both, both
from comity.clocks import instants
from comity.kernel.ijson import Json
from comity.node.base.context import Node
from comity.node.base.ports import Tx
from comity.node.base.rows import MatterRow

RECORD: Final = "exercise-destroyed"
_WHEN: Final = both("What was played was destroyed here", "演练内容已在本节点销毁")


@dataclass(frozen=True, slots=True)
class Destroyed:
    """What was destroyed.

    Attributes:
        at_ms: when it was done last.
        bodies: of both channels, that are destroyed by now.
        officer: who did it last.
    """

    at_ms: int
    bodies: int
    officer: str

    def to_json(self) -> dict[str, Json]:
        """Return it as a JSON value."""
        return cast("dict[str, Json]", asdict(self))


def of(tx: Tx, exercise: str) -> Destroyed | None:
    """Return what was destroyed of an exercise, or None."""
    value = tx.record(RECORD, exercise)
    return None if value is None else Destroyed(**cast("dict[str, Any]", value))


def save(tx: Tx, exercise: str, done: Destroyed) -> None:
    """Keep that it was done."""
    tx.save_record(RECORD, exercise, done.to_json())


def own(_node: Node, tx: Tx, row: MatterRow, _now: Any) -> Sequence[tuple[Both, str]]:  # noqa: ANN401 -- any of the states
    """Return what this State alone knows: that it was destroyed, and when."""
    found = of(tx, row.matter.id)
    return [] if found is None else [(_WHEN, instants.render(found.at_ms))]
