"""What a guest at a seat sees, and says: taken, answered, stopped.

Drafted by the controller who gave the link, approved by the one who released it; none of them
takes anything: for the other side the seat spoke.

Floor: rooms.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from comity.domestic.officer import role
from comity.domestic.outside.session import Session
from comity.joint.exercise import acts, inject, play, verbs
from comity.kernel.inadmissible import Inadmissible
from comity.node.base import channel_records
from comity.node.base.context import Node
from comity.node.base.ports import Tx
from comity.node.base.rows import Officer
from comity.node.room import say
from comity.node.room.release import send
from comity.node.room.release.draft_store import Result, Waiting
from comity.rooms.exercise import places, seats, texts
from comity.rooms.exercise.seats import Seat


@dataclass(frozen=True, slots=True)
class Given:
    """One thing that was delivered to a seat, as its guest reads it.

    Attributes:
        id: of the matter.
        status: a word of the room.
        texts: `{language: text}`, the newest correction last.
        delivered_ms: when this node held it, or None.
        outcome: code of the answer, or "".
    """

    id: str
    status: str
    texts: tuple[Mapping[str, str], ...]
    delivered_ms: int | None
    outcome: str


@dataclass(frozen=True, slots=True)
class Table:
    """What a guest sees: their seat, the times, and what was delivered to it, the newest first."""

    seat: Seat
    status: str
    now_ms: int
    scenario_ms: int | None
    given: tuple[Given, ...]


def of_session(node: Node, session: Session) -> Table | None:
    """Return what a guest sees, or None where the session has no seat, or the exercise is over."""
    with node.store.read() as tx:
        one = seats.of(tx, session.id)
        if one is None or one.channel not in channel_records.compartments(tx):
            return None
        row = places.play_of(tx, one.channel)
        state = play.State() if row is None else play.PART.from_json(row.state)
        stands, times = play.status(state), play.time_map(state)
        if stands == play.ENDED:
            return None
        now_ms = node.clock.now_ms()
        shown = times.scenario_ms(now_ms) if times.is_begun else None
        return Table(one, stands, now_ms, shown, tuple(_given(node, tx, one)))


def _given(node: Node, tx: Tx, seat: Seat) -> list[Given]:
    found: list[Given] = []
    for row in places.matters_in(tx, seat.channel, acts.INJECT):
        now = inject.PART.from_json(row.state)
        made = now.delivery
        if made is None or (made.side, made.seat) != (node.party, seat.seat):
            continue
        status = inject.status(now)
        said = () if status == inject.WITHDRAWN else texts.delivered(node, tx, row)
        answered = next((one.code for one in now.done if one.what == "answered"), "")
        found.append(Given(row.matter.id, status, said, made.at_ms, answered))
    return sorted(found, key=lambda one: (-(one.delivered_ms or 1 << 60), one.id))


def take(node: Node, seat: Seat, matter_id: str) -> Result:
    """Say that a seat has something.

    Raises:
        Fault: those of `say.say`.
    """
    return _said(node, seat, (acts.INJECT, "take"), matter_id, {acts.SEAT: seat.seat}, {})


def answer(
    node: Node, seat: Seat, matter_id: str, outcome: str, words: Mapping[str, str]
) -> Result:
    """Answer what was delivered to a seat.

    Raises:
        Fault: those of `say.say`.
    """
    given = {acts.SEAT: seat.seat, acts.OUTCOME: outcome}
    return _said(node, seat, (acts.INJECT, "answer"), matter_id, given, words)


def stop(node: Node, seat: Seat) -> Result:
    """Stop the play: whoever sits at a seat may.

    Raises:
        Fault: those of `say.say`.
    """
    with node.store.read() as tx:
        row = places.play_of(tx, seat.channel)
    play_id = "" if row is None else row.matter.id
    return _said(node, seat, (acts.PLAY, "stop"), play_id, {acts.REASON: "real-world"}, {})


def _said(
    node: Node,
    seat: Seat,
    verb: tuple[str, str],
    matter_id: str,
    given: Mapping[str, Any],
    words: Mapping[str, str],
) -> Result:
    """Say something for a seat: drafted by who gave its link, approved by who released it."""
    with node.store.read() as tx:
        names = (seat.officer, seat.released_by)
        author, second = (_speaking(tx, seat, name) for name in names)
    if author is None:
        return Inadmissible(
            "exercise.seat-unreleased",
            "Who gave this link may not speak for seats any more.",
            "Ask a controller for a new link.",
        )
    kind, name = verb
    table = verbs.TABLES[kind]
    row = table.verb(name)
    assert row is not None
    is_held = name == "answer" and second is None
    spoken = say.Spoken(row, matter_id, given, say.words(row, author, words, is_held=is_held))
    result = say.say(table, node, author, spoken)
    if isinstance(result, Waiting) and result.waits_for is None and second is not None:
        return send.approve(node, second, result.draft_id)
    return result


def _speaking(tx: Tx, seat: Seat, name: str) -> Officer | None:
    """Return a controller as they stand in for a seat: who plays it delivers nothing."""
    found = tx.officer(name) if name else None
    if found is None or found.ended_ms is not None or seats.lacks(found) is not None:
        return None
    roles = (role.CASE_OFFICER, role.RELEASING)
    return replace(found, agency=seat.agency, office="", roles=roles, compartment=seat.channel)
