"""Seats of guests: who has no account plays one seat by a link, until the exercise ends.

    record kind      key             value
    exercise-seat    <session id>    `Seat`

A controller gives the link; a second one releases beforehand what the seat says.  Until then the
guest reads and takes, and an answer waits under Release.  Both stay answerable: the release record
of each act names them.

Floor: rooms.
"""

from collections.abc import Collection
from dataclasses import asdict, dataclass, replace
from typing import Any, Final, cast

from comity.domestic.officer import role
from comity.domestic.outside.session import LINK, Session, Terms
from comity.kernel.fault import Fault, quoted
from comity.kernel.ijson import Json
from comity.kernel.inadmissible import Inadmissible
from comity.node.base.context import Node
from comity.node.base.ports import Tx
from comity.node.base.rows import Officer
from comity.node.base.scope import PRESENCE
from comity.node.desk import outside
from comity.node.desk.outside import Admitted
from comity.node.room import officers
from comity.rooms.exercise import console, places, texts
from comity.rooms.exercise.places import Place
from comity.rooms.exercise.seat_scope import SCOPE

RECORD: Final = "exercise-seat"
_SCOPES: Final = (PRESENCE.name, SCOPE.name)


@dataclass(frozen=True, slots=True)
class Seat:
    """A seat that a guest plays.

    Attributes:
        id: of its session.
        seat: its name in the plan.
        channel: of the players.
        officer: the controller who gave the link.
        agency: in whose name the seat speaks.
        released_by: the second controller, or "".
    """

    id: str
    seat: str
    channel: str
    officer: str
    agency: str
    released_by: str = ""


def add(
    node: Node, officer: Officer, seat: str, name: str, on_behalf: str, days: int
) -> Admitted | Inadmissible:
    """Give a seat to a guest; the link is returned here and kept nowhere.

    Args:
        node: ours.
        officer: a controller, who works in the exercise.
        seat: of our side, as the plan and the master list name it.
        name: of the guest.
        on_behalf: in whose name they play: a bank, a ministry.
        days: after which the link ends by itself; it ends with the exercise at the latest.

    Raises:
        Fault: `exercise.entry.missing`, `exercise.seat.unknown`, `exercise.seat.taken`, and those
            of `outside.admit`.
    """
    if no := lacks(officer):
        return no
    with node.store.read() as tx:
        place = console.place_of(tx, officer)
        _require_known(node, tx, place, seat)

    def plays(tx: Tx, session: Session) -> None:
        _require_free(node, tx, place, seat)
        _save(tx, Seat(session.id, seat, place.of(places.PLAY), officer.name, officer.agency))

    return outside.admit(node, officer, Terms(LINK, name, on_behalf, _SCOPES, days), also=plays)


def release(node: Node, officer: Officer, seat_id: str) -> Seat | Inadmissible:
    """Release beforehand what a seat says, as the second controller.

    Raises:
        Fault: `exercise.entry.missing`, `exercise.seat.not-there`.
    """
    if no := lacks(officer):
        return no
    with node.store.write() as tx:
        one, _ = _named(node, tx, console.place_of(tx, officer), seat_id)
        if one.officer == officer.name:
            return Inadmissible(
                "exercise.seat-own",
                "Who gave the link does not release what its seat says.",
                "Let another controller do so.",
            )
        released = replace(one, released_by=officer.name)
        _save(tx, released)
    return released


def end(node: Node, officer: Officer, seat_id: str) -> Session | Inadmissible:
    """End the link of a seat: from the next request on it opens nothing.

    Raises:
        Fault: `exercise.entry.missing`, `exercise.seat.not-there`.
    """
    if no := officers.lacks_role(officer, role.CONTROLLER, role.SECRETARIAT):
        return no
    with node.store.read() as tx:
        _named(node, tx, console.place_of(tx, officer), seat_id)
    return outside.end(node, officer, seat_id)


def listing(node: Node, officer: Officer) -> list[tuple[Seat, Session]]:
    """Return the seats of guests of the exercise that an officer works in, the newest first.

    Raises:
        Fault: `exercise.entry.missing`, `officer.role.lacking`.
    """
    with node.store.read() as tx:
        place = console.place_of(tx, officer)
        console.require_control(tx, node, officer, place)
        return _of(node, tx, place)


def _of(node: Node, tx: Tx, place: Place, *, is_open: bool = False) -> list[tuple[Seat, Session]]:
    now_ms = node.clock.now_ms()
    every = (_from_json(value) for value in tx.records(RECORD).values())
    found = [
        (one, session)
        for one in every
        if one.channel == place.of(places.PLAY)
        and (session := outside.session_of(tx, one.id)) is not None
        and (session.is_open(now_ms) or not is_open)
    ]
    return sorted(found, key=lambda one: (-one[1].since_ms, one[0].id))


def _named(node: Node, tx: Tx, place: Place, seat_id: str) -> tuple[Seat, Session]:
    found = next((one for one in _of(node, tx, place) if one[0].id == seat_id), None)
    if found is None:
        raise Fault(
            code="exercise.seat.not-there",
            what=f"There is no link {quoted(seat_id)} of a seat in this exercise.",
            fix="Run `comity exercise seat list` to see them.",
        )
    return found


def of_channels(tx: Tx, channels: Collection[str]) -> list[Seat]:
    """Return the seats of guests in some channels, whoever asks."""
    every = (_from_json(value) for value in tx.records(RECORD).values())
    return [one for one in every if one.channel in channels]


def lacks(officer: Officer) -> Inadmissible | None:
    """Return the no to who may not speak for seats: a controller who may release."""
    return officers.lacks_role(officer, role.CONTROLLER) or officers.lacks_role(
        officer, role.RELEASING
    )


def names(node: Node, officer: Officer) -> list[str]:
    """Return the seats of our side of the exercise that an officer runs.

    Raises:
        Fault: `exercise.entry.missing`, `officer.role.lacking`.
    """
    with node.store.read() as tx:
        place = console.place_of(tx, officer)
        console.require_control(tx, node, officer, place)
        return known(node, tx, place)


def known(node: Node, tx: Tx, place: Place) -> list[str]:
    """Return the seats of our side, as the master list and the plan name them."""
    items = texts.master(node, tx, place)
    own = {one.seat for one in items if one.side == node.party}
    others = {one.seat for one in items} - own
    planned = {str(one["id"]) for one in texts.plan(node, tx, place).get("seats", ())}
    return sorted(own | (planned - others))


def _require_known(node: Node, tx: Tx, place: Place, seat: str) -> None:
    found = known(node, tx, place)
    if seat not in found:
        raise Fault(
            code="exercise.seat.unknown",
            what=f"The plan and the master list have no seat {quoted(seat)} of our side.",
            fix=f"Use one of: {', '.join(found)}."
            if found
            else "Adopt a plan or a master list together first.",
        )


def _require_free(node: Node, tx: Tx, place: Place, seat: str) -> None:
    if any(one.seat == seat for one, _ in _of(node, tx, place, is_open=True)):
        raise Fault(
            code="exercise.seat.taken",
            what=f"The seat {quoted(seat)} has a guest.",
            fix="End that link first: `comity exercise seat list`, `comity exercise seat end`.",
        )


def as_json(one: Seat, session: Session) -> dict[str, Json]:
    """Return a seat with its session, without its link."""
    return {
        "id": one.id,
        "seat": one.seat,
        "name": session.name,
        "on_behalf": session.on_behalf,
        "officer": one.officer,
        "released_by": one.released_by,
        "entered_ms": session.entered_ms,
        "until_ms": session.until_ms,
        "ended_ms": session.ended_ms,
    }


def of(tx: Tx, session_id: str) -> Seat | None:
    """Return the seat of a session, or None."""
    value = tx.record(RECORD, session_id)
    return None if value is None else _from_json(value)


def _save(tx: Tx, one: Seat) -> None:
    tx.save_record(RECORD, one.id, cast("dict[str, Json]", asdict(one)))


def _from_json(value: Json) -> Seat:
    return Seat(**cast("dict[str, Any]", value))
