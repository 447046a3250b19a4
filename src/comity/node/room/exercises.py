"""Entering an exercise: from then on an officer reads and writes what is of it, and nothing else.

    officer = enter(node, officer, "exercise-2027")     the name of its channel, or the path
    marked({"requests": []})                            what leaves it says so

Real work and each exercise are compartments (`comity.node.base.reader.within`): one session, call
or command works in one.

Floor: node.
"""

from dataclasses import dataclass, replace
from typing import Final

from comity.kernel.fault import Fault, quoted
from comity.kernel.ijson import Json
from comity.node.base import channel_records, register_records
from comity.node.base.context import Node
from comity.node.base.ports import Tx
from comity.node.base.rows import Officer

MARK: Final = "EXERCISE EXERCISE EXERCISE / 演练 演练 演练"
"""First and last of whatever leaves an exercise, in both languages at once."""

KEY: Final = "exercise"
"""Of a JSON object that comes from an exercise."""


@dataclass(frozen=True, slots=True)
class Entrance:
    """An exercise that an officer may enter.

    Attributes:
        channel: path.
        name: of the channel.
    """

    channel: str
    name: str


def enter(node: Node, officer: Officer, name: str) -> Officer:
    """Return an officer as they work in an exercise.

    Args:
        node: ours.
        officer: who enters.
        name: of the channel of the exercise, or its path.

    Raises:
        Fault: `node.exercise.unknown`, `node.exercise.ambiguous`, or the rule by which a room
            keeps them out.
    """
    with node.store.read() as tx:
        paths = channel_records.compartments(tx)
        found = [path for path in paths if name in (path, register_records.split_channel(path)[1])]
        if len(found) > 1:
            raise Fault(
                code="node.exercise.ambiguous",
                what=f"Several exercises have the channel {quoted(name)}: {', '.join(found)}.",
                fix="Give the path of the channel.",
            )
        if not found:
            raise Fault(
                code="node.exercise.unknown",
                what=f"There is no open channel {quoted(name)} of an exercise.",
                fix="Run `comity channel list` to see those that this node has.",
            )
        _require(tx, node, officer, found[0])
    return replace(officer, compartment=found[0])


def entrances(node: Node, officer: Officer) -> list[Entrance]:
    """Return the exercises that an officer may enter."""
    with node.store.read() as tx:
        return [
            Entrance(path, register_records.split_channel(path)[1])
            for path in channel_records.compartments(tx)
            if _kept_out(tx, node, officer, path) is None
        ]


def _kept_out(tx: Tx, node: Node, officer: Officer, channel: str) -> Fault | None:
    asked = (room.exercising for room in node.rooms.values() if room.exercising is not None)
    noes = (one.entrance(tx, node, officer, channel) for one in asked)
    no = next((one for one in noes if one is not None), None)
    return None if no is None else Fault(code=no.rule, what=no.what, fix=no.fix)


def _require(tx: Tx, node: Node, officer: Officer, channel: str) -> None:
    fault = _kept_out(tx, node, officer, channel)
    if fault is not None:
        raise fault


def marked(value: Json) -> Json:
    """Return a value with the mark of an exercise."""
    return {KEY: MARK, **value} if isinstance(value, dict) else {KEY: MARK, "value": value}
