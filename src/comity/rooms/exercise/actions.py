"""Corrective actions: the file that a planner writes, and the commitment that each becomes.

    actions:
      - {number: 1, capability: Investigation, element: training, owner: us, agency: doj,
         due: "2027-09-01", en: "Train the desk.", zh: "培训值班人员。"}

Floor: rooms.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from types import MappingProxyType
from typing import Any, Final

from comity.acts.verb import Both, Value, both
from comity.kernel import plain_yaml
from comity.kernel.fault import Fault
from comity.kernel.ijson import Json
from comity.node.base.context import Node
from comity.node.base.rows import Officer
from comity.node.room import say
from comity.node.room.release.draft_store import Result

ACTIONS_MAX: Final = 200
ELEMENTS: Final[Mapping[str, Both]] = MappingProxyType(
    {
        "planning": both("Planning", "规划"),
        "organization": both("Organization", "组织"),
        "equipment": both("Equipment", "装备"),
        "training": both("Training", "培训"),
        "exercises": both("Exercises", "演练"),
    }
)
"""Of a capability, as HSEEP divides it."""

_COMMITMENT: Final = "commitment"


@dataclass(frozen=True, slots=True)
class Action:
    """A corrective action.

    Attributes:
        number: in the improvement plan.
        capability: that it mends.
        element: a key of `ELEMENTS`.
        owner, agency: which party does it, through which agency.
        due: the day, `2027-09-01`.
        words: what is to be done.
    """

    number: int
    capability: str
    element: str
    owner: str
    agency: str
    due: str
    words: Both

    @property
    def due_ms(self) -> int:
        """The beginning of the day on which it is due, UTC."""
        day = datetime.strptime(self.due, "%Y-%m-%d").replace(tzinfo=UTC)
        return int(day.timestamp()) * 1_000

    def to_json(self) -> Json:
        """Return it as a JSON value."""
        return {
            "number": self.number,
            "capability": self.capability,
            "element": dict(ELEMENTS[self.element]),
            "owner": self.owner,
            "agency": self.agency,
            "due": self.due,
            "words": dict(self.words),
        }


def parse(data: bytes) -> tuple[Action, ...]:
    """Read a file of corrective actions, YAML or JSON.

    Raises:
        Malformed: `kernel.yaml.malformed`.
        Fault: `exercise.actions.malformed`, with the number of the line.
    """
    value = plain_yaml.parse(data).value
    rows = value.get("actions") if isinstance(value, dict) else None
    if not isinstance(rows, list) or len(rows) > ACTIONS_MAX:
        raise _malformed(f"it has no list `actions` of at most {ACTIONS_MAX}")
    found = tuple(_action(row, at) for at, row in enumerate(rows, start=1))
    if len({one.number for one in found}) != len(found):
        raise _malformed("two actions have one number")
    return found


def _action(row: object, line: int) -> Action:
    try:
        made = _read(row)
        assert made.due_ms
    except (KeyError, TypeError, ValueError) as error:
        raise _malformed(f"action {line}: {error}") from error
    return made


def _read(row: Any) -> Action:  # noqa: ANN401 -- what a file has
    element = str(row["element"])
    if element not in ELEMENTS:
        message = f"element {element!r} is none of: {', '.join(ELEMENTS)}"
        raise ValueError(message)
    words = both(str(row["en"]), str(row["zh"]))
    return Action(
        int(row["number"]),
        str(row["capability"]),
        element,
        str(row["owner"]),
        str(row["agency"]),
        str(row["due"]),
        words,
    )


def _malformed(why: str) -> Fault:
    return Fault(
        code="exercise.actions.malformed",
        what=f"This is no list of corrective actions: {why}.",
        fix="Give each a number, capability, element, owner, agency, due (2027-09-01), en and zh.",
    )


def commit(node: Node, officer: Officer, exercise: str, action: Action, channel: str) -> Result:
    """Propose a corrective action as a commitment, in real work.

    Args:
        node: ours.
        officer: of the secretariat.
        exercise: id of its agreement, which the reference names.
        action: of the improvement plan.
        channel: of the arrangement, or "" where there is one.

    Raises:
        Fault: those of `say.say`.
    """
    table = node.rooms[_COMMITMENT].table
    row = table.verb("make") if table is not None else None
    assert table is not None
    assert row is not None
    given: dict[str, Value] = {
        "source": "lesson",
        "ref": f"{exercise}/{action.number}",
        "owner": {action.owner: action.agency},
        "due": action.due_ms,
        **({"channel": channel} if channel else {}),
    }
    words = say.words(row, officer, dict(action.words))
    return say.say(table, node, officer, say.Spoken(row, "", given, words))
