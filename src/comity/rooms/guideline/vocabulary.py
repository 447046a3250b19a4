"""What types of request, crimes and urgencies are called: for who reads or checks a profile.

Those of the guideline in force, or else of the one that comes with the program; a code that
neither knows is shown as it is.

Floor: rooms.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from comity.domestic.nation import agreement
from comity.domestic.nation.model import Nation
from comity.joint.guideline import document
from comity.joint.guideline.model import Guideline
from comity.joint.text import acts
from comity.kernel.legal_text import word
from comity.kernel.problem import Problem
from comity.node.base import register_records
from comity.node.base.context import Node
from comity.node.base.ports import Tx
from comity.node.room import joint_texts
from comity.rooms.guideline.desk import shipped


@dataclass(frozen=True, slots=True)
class Labels:
    """What codes are called in one language."""

    types: Mapping[str, str]
    crimes: Mapping[str, str]
    urgencies: Mapping[str, str]

    def of(self, field: str, code: str) -> str:
        """Return what a code of a field is called."""
        rows = {"type": self.types, "crime": self.crimes, "urgency": self.urgencies}[field]
        return rows.get(code, code)


@cache
def of_program() -> Guideline:
    """Return what the guideline that comes with the program says."""
    return document.parse(shipped(), acts.MAIN)


def in_force(node: Node, tx: Tx) -> Guideline:
    """Return the guideline in force in the first arrangement that has one, or the shipped one."""
    now_ms = node.clock.now_ms()
    for arrangement in register_records.arrangements(tx):
        channel = register_records.live_in(arrangement.id)
        found: Guideline | None = joint_texts.in_force(node, tx, channel, now_ms)
        if found is not None:
            return found
    return of_program()


def labels(text: Guideline, language: str) -> Labels:
    """Return the labels of a guideline in one of its languages."""
    return Labels(
        {code: word(one.label, language) for code, one in text.types.items()},
        {code: word(one.label, language) for code, one in text.crimes.items()},
        {code: word(one.label, language) for code, one in text.urgencies.items()},
    )


def remarks(nation: Nation, data: bytes, name: str) -> list[Problem]:
    """Return what of a profile a guideline does not know.

    Raises:
        Unfit: the guideline has problems.
    """
    text = document.parse(data, name)
    return [*agreement.remarks(nation, tuple(text.types), tuple(text.crimes))]
