"""What the editions of a roll make, as far as they have arrived.

    record kind   key           value
    roll-loaded   <matter id>   number of the newest edition that was loaded here

Floor: rooms.
"""

from collections.abc import Iterator
from typing import Final

from comity.acts.facts import Fact, State
from comity.joint.roll import acts, entries
from comity.joint.roll.entries import Roll
from comity.kernel.fault import Fault
from comity.node.base.context import Node
from comity.node.base.ports import Tx
from comity.node.base.rows import MatterRow
from comity.node.room import facts as fact_matters

LOADED: Final = "roll-loaded"
_PAGE: Final = 1_000
NOTHING: Final = Roll()


def current(
    node: Node, tx: Tx, now: State, number: int | None = None, before: Roll = NOTHING
) -> Roll:
    """Return what editions make: all of them, or the first so many.

    Args:
        node: ours.
        tx: a transaction.
        now: the roll.
        number: how many; None: all.
        before: what the first of them made when they were read before.

    Raises:
        Fault: those of `entries.parse` and `entries.apply`; `roll.edition.missing`.
    """
    found = before
    for one in editions(now, number)[found.number :]:
        steps = entries.parse(body_of(node, tx, one, acts.ENTRIES), acts.ENTRIES_MAX)
        found = entries.apply(found, one.number(acts.NUMBER), steps)
    return found


def editions(now: State, number: int | None = None) -> list[Fact]:
    """Return the editions of a roll in their order: all, or the first so many."""
    every = sorted(now.said(acts.EDITION), key=lambda one: one.number(acts.NUMBER))
    return every if number is None else every[:number]


def body_of(node: Node, tx: Tx, fact: Fact, role: str) -> bytes:
    """Return a body of an act that took effect.

    Raises:
        Fault: `roll.edition.missing`.
    """
    found = fact_matters.body(node, tx, fact, role)
    if found is None:
        raise Fault(
            code="roll.edition.missing",
            what="Entries or votes of the roll are not here, or do not open.",
            fix="Wait until they have arrived: `comity status`.",
        )
    return found


def rolls(tx: Tx) -> Iterator[MatterRow]:
    """Give every roll that is known here."""
    after = ""
    while rows := tx.matters(acts.KIND, after, _PAGE):
        yield from rows
        after = rows[-1].matter.id
