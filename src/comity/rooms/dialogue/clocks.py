"""The clocks of a session, and the rhythm of a series: by the terms that are in force.

Floor: rooms.
"""

from typing import Final

from comity.acts.points import State
from comity.joint.dialogue import acts, due, terms, view
from comity.joint.dialogue.cadence import Line, cadence
from comity.joint.dialogue.terms import Terms
from comity.node.base.context import Node
from comity.node.base.ports import Tx
from comity.node.base.reckoned import Missing, Reckoned
from comity.node.base.rooms import Clocks
from comity.node.base.rows import MatterRow, Officer
from comity.node.room import joint_texts, need_to_know, owed_clocks
from comity.node.room.clocks import Channel
from comity.node.room.matter_lookup import every
from comity.node.room.owed_clocks import Telling
from comity.rooms.dialogue import readiness


def terms_of(node: Node, tx: Tx, channel: str, series: str, now_ms: int) -> Terms | None:
    """Return the terms of a series that are in force at an instant, or None."""
    found = joint_texts.in_force(node, tx, channel, now_ms, terms.name_of(series))
    return found if isinstance(found, Terms) else None


def _reckon(at: Channel, row: MatterRow, now: State, now_ms: int, explain: bool) -> Reckoned:  # noqa: FBT001 -- as `Clocks.reckon` is called
    del explain
    of_series = terms_of(at.node, at.tx, at.path, view.series(now), now_ms)
    is_over = view.status(now) in {view.NONE, view.CONVERTED, view.RECORDED}
    missing = () if of_series or is_over else (_no_terms(view.series(now)),)
    lacking = {} if of_series is None or is_over else readiness.lacking(at, now, of_series, now_ms)
    changes = at.comes_ms(terms.name_of(view.series(now)), now_ms)
    said = Telling(due.owed(now, of_series, lacking), due.WORDS, missing, changes)
    return owed_clocks.reckoned(at, row, now, now_ms, said)


def _no_terms(series: str) -> Missing:
    words = {"en": "No terms of {about} are in force.", "zh": "{about} 的规则尚未生效。"}
    return Missing("terms-missing", series, words=words, may_come=True)


CLOCKS: Final = Clocks(
    _reckon,
    follows=readiness.FOLLOWS,
    rests=frozenset({view.NONE, view.CONVERTED, view.RECORDED, view.OPEN, view.CLOSED}),
)


def lines(node: Node, officer: Officer, series: str = "") -> tuple[Line, ...]:
    """Return every session that an officer may read, with when it was planned, agreed and held.

    Args:
        node: ours.
        officer: who looks.
        series: of which sessions, or "" for all.
    """
    now_ms = node.clock.now_ms()
    with node.store.read() as tx:
        rows = [*every(tx, need_to_know.reader(tx, officer), acts.KIND)]
        states = [(row, node.rooms[acts.KIND].from_json(row.state)) for row in rows]
        of_channel: dict[str, list[tuple[str, State]]] = {}
        for row, now in states:
            of_channel.setdefault(row.channel, []).append((row.matter.id, now))
        in_force = {
            channel: {
                one: found
                for one in {view.series(now) for _, now in of}
                if (found := terms_of(node, tx, channel, one, now_ms)) is not None
            }
            for channel, of in of_channel.items()
        }
    every_line = (
        one for channel, of in of_channel.items() for one in cadence(of, in_force[channel])
    )
    return tuple(one for one in every_line if series in ("", one.series))
