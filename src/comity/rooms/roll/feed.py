"""What participants load of rolls: as far as own staff let it out, without what was withdrawn.

    give(node, officer, "3f1c")         lets the editions that are loaded out to participants
    fetch(node, session, window)        what a participant has not had yet, and what is gone
    holding(node, tx, row, now)         participants that may still hold what was withdrawn

    record kind     key                     value
    roll-given      <matter id>             number of the newest edition that was let out
    roll-fetched    <participant id>        {window, base, sent, at_ms}: how far it is
    roll-feedback   <participant id>/<id>   {roll, verdict, reason, at_ms}

Clients name a window of time in their own, often wrong, zone.  It is not looked into: a window that
moved on says that all before was kept, the same one asks for the same again, an earlier one for
everything.  So nothing is lost whatever clock a client has; what was withdrawn goes out at once.

Floor: rooms.
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from functools import partial
from typing import Final, cast

from comity.acts import facts
from comity.acts.facts import State
from comity.domestic.outside.session import Session
from comity.domestic.participant.participant import Participant
from comity.joint.roll import acts, view
from comity.joint.roll.entries import Entry
from comity.kernel.fault import Fault
from comity.kernel.ijson import Json
from comity.kernel.inadmissible import Inadmissible
from comity.kernel.printable import one_line
from comity.node.base.context import Node
from comity.node.base.ports import Tx
from comity.node.base.rows import MatterRow, Officer
from comity.node.desk import outside, participants
from comity.node.room import need_to_know
from comity.node.room.matter_lookup import find
from comity.node.room.officers import lacks_role
from comity.rooms.roll.editions import LOADED, current, rolls

GIVEN: Final = "roll-given"
FETCHED: Final = "roll-fetched"
FEEDBACK: Final = "roll-feedback"
UP: Final = "up"
DOWN: Final = "down"
REASON_CHARS_MAX: Final = 200
CACHED_MAX: Final = 16

type Place = tuple[int, int]
"""Of one roll: the edition that was let out, and that to which withdrawals are known."""


@dataclass(frozen=True, slots=True)
class Update:
    """What a participant is to do with one entry.

    Attributes:
        id: of the entry.
        party: that keeps the roll.
        entry: as it is; None if it is withdrawn.
    """

    id: str
    party: str
    entry: Entry | None


@dataclass(frozen=True, slots=True)
class Fetched:
    """How far a participant is.

    Attributes:
        window: that its program named last.
        base: by roll, what it surely has.
        sent: by roll, what it was sent since.
        at_ms: when it began to fetch that.
    """

    window: str = ""
    base: Mapping[str, Place] = field(default_factory=dict)
    sent: Mapping[str, Place] = field(default_factory=dict)
    at_ms: int = 0


@dataclass(slots=True)
class _Cache:
    """Updates that are paged through, by participant; the newest few."""

    found: dict[str, tuple[Fetched, list[Update]]] = field(default_factory=dict)


def give(node: Node, officer: Officer, matter_id: str) -> int | Inadmissible:
    """Let the editions of a roll that are loaded here out to participants; return the newest.

    Raises:
        Fault: `node.matter.*`, `roll.onward.barred`.
    """
    if no := lacks_role(officer, *outside.ADMITTING):
        return no
    with node.store.write() as tx:
        row = find(tx, need_to_know.reader(tx, officer), acts.KIND, matter_id)
        now = facts.from_json(row.state)
        if not _is_onward(node, now):
            raise Fault(
                code="roll.onward.barred",
                what="Its keeper does not let this roll go on to participants.",
                fix="Ask the keeper to open one with `--onward participants`.",
            )
        number = _known_to(node, tx, row, now)
        tx.save_record(GIVEN, row.matter.id, number)
    return number


def _is_onward(node: Node, now: State) -> bool:
    opening = now.opening
    is_ours = opening is not None and opening.party == node.party
    return opening is not None and (is_ours or opening.code(acts.ONWARD) == "participants")


def _known_to(node: Node, tx: Tx, row: MatterRow, now: State) -> int:
    """Return the newest edition that counts here: all of an own roll, else what was loaded."""
    if now.opening is not None and now.opening.party == node.party:
        return max((one.number(acts.NUMBER) for one in now.said(acts.EDITION)), default=0)
    return cast("int", tx.record(LOADED, row.matter.id) or 0)


def fetch(node: Node, session: Session, window: str) -> tuple[Fetched, list[Update]] | None:
    """Begin to fetch; None for a session of no participant.

    Args:
        node: ours.
        session: of its program.
        window: from when on, as the program says; compared, not read.
    """
    with node.store.write() as tx:
        one = participants.of_session(tx, session)
        if one is None:
            return None
        old = _of(tx, one.id)
        same = old.base if window == old.window else {}
        base = old.sent if window > old.window else same
        now = Fetched(window, base, _targets(node, tx, one, base), node.clock.now_ms())
        tx.save_record(FETCHED, one.id, cast("Json", asdict(now)))
        return now, _updates(node, tx, one, now)


def again(node: Node, session: Session) -> tuple[Fetched, list[Update]] | None:
    """Return what a participant is fetching, for its next page; None for no participant."""
    with node.store.read() as tx:
        one = participants.of_session(tx, session)
        if one is None:
            return None
        now = _of(tx, one.id)
        return now, _updates(node, tx, one, now)


def keepers(node: Node, session: Session) -> list[str]:
    """Return the States whose rolls a participant may have, this one among them."""
    with node.store.read() as tx:
        one = participants.of_session(tx, session)
        found = _rolls(node, tx, one.rolls if one else ())
    return sorted({node.party, *(now.opening.party for _, now in found if now.opening)})


def _targets(node: Node, tx: Tx, one: Participant, base: Mapping[str, Place]) -> dict[str, Place]:
    found = {}
    for row, now in _rolls(node, tx, one.rolls):
        known = _known_to(node, tx, row, now)
        given = min(known, cast("int", tx.record(GIVEN, row.matter.id) or 0))
        if view.status(now) == view.PAUSED:
            given = base.get(row.matter.id, (0, 0))[0]
        if given:
            found[row.matter.id] = (given, known)
    return found


def _rolls(node: Node, tx: Tx, kinds: tuple[str, ...]) -> list[tuple[MatterRow, State]]:
    every = ((row, facts.from_json(row.state)) for row in rolls(tx))
    return [
        (row, now)
        for row, now in every
        if now.opening and now.opening.code(acts.SORT) in kinds and _is_onward(node, now)
    ]


def _updates(node: Node, tx: Tx, one: Participant, now: Fetched) -> list[Update]:
    cache = node.session.of(_Cache).found
    kept = cache.get(one.id)
    if kept is not None and kept[0] == now:
        return kept[1]
    made: list[Update] = []
    for row, state in _rolls(node, tx, one.rolls):
        held = partial(_held, node, tx, state)
        before, after = (held(at.get(row.matter.id, (0, 0))) for at in (now.base, now.sent))
        party = state.opening.party if state.opening else ""
        made += [Update(id_, party, None) for id_ in sorted(before.keys() - after.keys())]
        made += [
            Update(id_, party, entry)
            for id_, entry in sorted(after.items())
            if before.get(id_) != entry
        ]
    while len(cache) >= CACHED_MAX:
        cache.pop(next(iter(cache)))
    cache[one.id] = (now, made)
    return made


def _held(node: Node, tx: Tx, state: State, place: Place) -> dict[str, Entry]:
    """Return what a participant has that had so much let out and so many withdrawals."""
    given, known = place
    present = current(node, tx, state, given).present if given else {}
    left = current(node, tx, state, known).present if known > given else present
    return {id_: entry for id_, entry in present.items() if id_ in left}


def holding(node: Node, tx: Tx, row: MatterRow, now: State) -> int:
    """Return how many participants may hold what was withdrawn from a roll."""
    known = _known_to(node, tx, row, now)
    counted = 0
    for one in participants.every(tx):
        fetched = _of(tx, one.id)
        places = {at.get(row.matter.id, (0, 0)) for at in (fetched.base, fetched.sent)}
        had = [place for place in places if place[0] and place[1] < known]
        counted += any(
            _held(node, tx, now, place).keys() - _held(node, tx, now, (place[0], known)).keys()
            for place in had
        )
    return counted


def note_feedback(node: Node, session: Session, entry_id: str, verdict: str, reason: str) -> bool:
    """Note what a participant says of an entry that it was sent; False for any other."""
    with node.store.write() as tx:
        one = participants.of_session(tx, session)
        found = _roll_of(node, tx, one, entry_id) if one is not None else None
        if one is None or found is None:
            return False
        said: Json = {
            "roll": found, "verdict": verdict, "reason": one_line(reason)[:REASON_CHARS_MAX],
            "at_ms": node.clock.now_ms(),
        }  # fmt: skip
        tx.save_record(FEEDBACK, f"{one.id}/{entry_id}", said)
    return True


def _roll_of(node: Node, tx: Tx, one: Participant, entry_id: str) -> str | None:
    sent = _of(tx, one.id).sent
    for row, state in _rolls(node, tx, one.rolls):
        if entry_id in _held(node, tx, state, sent.get(row.matter.id, (0, 0))):
            return row.matter.id
    return None


def feedback(node: Node, officer: Officer, matter_id: str) -> list[dict[str, Json]]:
    """Return what participants say of the entries of a roll, as an officer then votes.

    Raises:
        Fault: `node.matter.*`.
    """
    with node.store.read() as tx:
        row = find(tx, need_to_know.reader(tx, officer), acts.KIND, matter_id)
        said = {key: cast("dict[str, Json]", one) for key, one in tx.records(FEEDBACK).items()}
    return [
        {"participant": key.partition("/")[0], "id": key.partition("/")[2], **one}
        for key, one in sorted(said.items())
        if one["roll"] == row.matter.id
    ]


def _of(tx: Tx, participant_id: str) -> Fetched:
    value = cast("dict[str, Json] | None", tx.record(FETCHED, participant_id))
    if value is None:
        return Fetched()
    base, sent = (
        {roll: (at[0], at[1]) for roll, at in cast("dict[str, list[int]]", value[name]).items()}
        for name in ("base", "sent")
    )
    return Fetched(str(value["window"]), base, sent, cast("int", value["at_ms"]))
