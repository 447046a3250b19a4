"""What a controller sees of a running exercise: both times, what comes next, what was delivered.

    shown = console.of(node, officer)       the officer works in a channel of the exercise

The list is of the cells, the deliveries are of the players: it is read in both, by who may enter
the first.  Looking changes nothing.

Floor: rooms.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

from comity.acts import blob_role
from comity.acts.record import Matter
from comity.clocks.offsets import DAY_MS
from comity.joint.exercise import acts, conditions, control, inject, master_list, play
from comity.joint.exercise.master_list import Item
from comity.joint.exercise.time_map import TimeMap
from comity.kernel.fault import Fault
from comity.kernel.ijson import Json
from comity.node.base.context import Node
from comity.node.base.ports import Tx
from comity.node.base.rows import MatterRow, Officer
from comity.node.room import act_blobs, matter_read
from comity.rooms.exercise import gates, places, texts
from comity.rooms.exercise.places import Place

NEXT_MAX: Final = 20
_ROOM_OF: Final = {"request": "request", "hotline": "hotline"}
"""In which room what is expected of a seat is done, by how the item comes."""


@dataclass(frozen=True, slots=True)
class Upcoming:
    """An item that was not delivered yet.

    Attributes:
        item: of the master list.
        due_ms: the instant at which it is due, or None: it waits for its condition, or time stands.
        holds: whether its condition holds; of one without a condition, whether its time has come.
    """

    item: Item
    due_ms: int | None
    holds: bool


@dataclass(frozen=True, slots=True)
class Lane:
    """A delivery, and what became of it; each instant is that of the other node's receipt.

    Attributes:
        id: of the matter.
        delivery: what was delivered.
        status: a word of the room.
        item: of the list, or None for an improvised one.
        delivered_ms, taken_ms, answered_ms: or None.
        outcome: code of the answer, or "".
        acted_ms: when the side of the seat did something in the room that the item is about.
        crossings: what crossed, by name.
    """

    id: str
    delivery: inject.Delivery
    status: str
    item: Item | None
    delivered_ms: int | None
    taken_ms: int | None
    answered_ms: int | None
    outcome: str
    acted_ms: int | None
    crossings: tuple[str, ...]

    @property
    def is_lit(self) -> bool:
        """Whether the expected action is seen."""
        return self.acted_ms is not None or self.answered_ms is not None


@dataclass(frozen=True, slots=True)
class Word:
    """The last note of the other cell."""

    party: str
    text: Json
    act_id: str


@dataclass(frozen=True, slots=True)
class Console:
    """A running exercise at an instant.

    Attributes:
        place: the exercise.
        play_id: of the play, or "" before it is opened.
        status: of the play.
        now_ms: the instant.
        times: scenario time.
        stop: the stop that stands, or None.
        waiting: settings that wait for an answer.
        upcoming: items, what is due first before the rest.
        lanes: deliveries, the newest first.
        word: of the other cell.
        awaited: parties whose turn it is to answer a setting.
    """

    place: Place
    play_id: str
    status: str
    now_ms: int
    times: TimeMap
    stop: play.Stop | None
    waiting: tuple[play.Setting, ...]
    upcoming: tuple[Upcoming, ...]
    lanes: tuple[Lane, ...]
    word: Word | None
    awaited: tuple[str, ...]

    @property
    def scenario_ms(self) -> int | None:
        """What the clock of the exercise shows, or None before the start."""
        return self.times.scenario_ms(self.now_ms) if self.times.is_begun else None


def place_of(tx: Tx, officer: Officer) -> Place:
    """Return the exercise that an officer works in.

    Raises:
        Fault: `exercise.entry.missing`.
    """
    found = places.of_channel(tx, officer.compartment) if officer.compartment else None
    if found is None:
        raise Fault(
            code="exercise.entry.missing",
            what="This is of an exercise that was agreed, and you work in none.",
            fix="Enter it first: the page Enter an exercise, or COMITY_EXERCISE.",
        )
    return found


def of(node: Node, officer: Officer) -> Console:
    """Return what a controller sees.

    Raises:
        Fault: `exercise.entry.missing`; `officer.role.lacking` for who does not run the exercise.
    """
    with node.store.read() as tx:
        place = place_of(tx, officer)
        require_control(tx, node, officer, place)
        return read(node, tx, place)


def require_control(tx: Tx, node: Node, officer: Officer, place: Place) -> None:
    """Return if an officer may read what the cells say.

    Raises:
        Fault: `officer.role.lacking`.
    """
    no = gates.entrance(tx, node, officer, place.of(places.CONTROL))
    if no is not None:
        raise Fault(code=no.rule, what=no.what, fix=no.fix)


def read(node: Node, tx: Tx, place: Place) -> Console:
    """Return an exercise as it stands, whoever asks."""
    now_ms = node.clock.now_ms()
    channel = place.of(places.PLAY)
    row = places.play_of(tx, channel)
    state = play.PART.from_json(row.state) if row is not None else play.State()
    times = play.time_map(state)
    stands = play.clock(state)
    items = {one.number: one for one in texts.master(node, tx, place)}
    cells = [control.PART.from_json(one.state) for one in texts.cells(tx, place)]
    lanes = _lanes(node, tx, channel, items)
    return Console(
        place,
        row.matter.id if row is not None else "",
        stands.status,
        now_ms,
        times,
        next((one for one in state.stops if one.id == stands.stop), None),
        tuple(play.waiting(state)),
        _upcoming(items, lanes, cells, times, now_ms),
        lanes,
        _word(node, tx, place),
        play.awaited(state),
    )


def _lanes(node: Node, tx: Tx, channel: str, items: Mapping[int, Item]) -> tuple[Lane, ...]:
    heard = _Heard(tx, channel)
    found = [_lane(row, items, heard) for row in places.matters_in(tx, channel, acts.INJECT)]
    del node
    known = [one for one in found if one is not None]
    return tuple(sorted(known, key=lambda one: (-(one.delivered_ms or 1 << 60), one.id)))


def _lane(row: MatterRow, items: Mapping[int, Item], heard: "_Heard") -> Lane | None:
    now = inject.PART.from_json(row.state)
    made = now.delivery
    if made is None:
        return None
    done = {one.what: one for one in now.done}
    item = items.get(made.number) if made.sort != "improvised" else None
    taken, answered = done.get("taken"), done.get("answered")
    room = _ROOM_OF.get(item.method, "") if item is not None else ""
    return Lane(
        row.matter.id,
        made,
        inject.status(now),
        item,
        made.at_ms,
        taken.at_ms if taken else None,
        answered.at_ms if answered else None,
        answered.code if answered else "",
        heard.after(room, made.side, made.at_ms) if room else None,
        tuple(inject.crossings(now)),
    )


class _Heard:
    """When each side did something in the rooms of the play, read once for each room."""

    def __init__(self, tx: Tx, channel: str) -> None:
        self._tx, self._channel = tx, channel
        self._known: dict[str, list[tuple[str, int]]] = {}

    def after(self, room: str, party: str, at_ms: int | None) -> int | None:
        """Return when a side first acted in a room, at or after an instant, or None."""
        if at_ms is None:
            return None
        if room not in self._known:
            self._known[room] = [*self._said(room)]
        return min(
            (at for who, at in self._known[room] if who == party and at >= at_ms), default=None
        )

    def _said(self, room: str) -> Iterator[tuple[str, int]]:
        for row in places.matters_in(self._tx, self._channel, room):
            state: Any = row.state
            for turn in state.get("turns", ()) if isinstance(state, dict) else ():
                at_ms = turn.get("received_at_ms")
                if at_ms is not None:
                    yield turn["party"], at_ms


def epoch_ms(times: TimeMap) -> int:
    """Return the instant of scenario time from which the days of a list are counted."""
    return times.segments[0].scenario_ms // DAY_MS * DAY_MS - DAY_MS


def happened(lanes: Sequence[Lane], times: TimeMap) -> dict[tuple[int, str], int]:
    """Return when each event of an item was first, in scenario time."""
    found: dict[tuple[int, str], int] = {}
    for one in lanes:
        told = (
            ("delivered", one.delivered_ms),
            ("taken", one.taken_ms),
            ("answered", one.answered_ms),
        )
        for event, at_ms in told:
            if at_ms is not None:
                key, shown = (one.delivery.number, event), times.scenario_ms(at_ms)
                found[key] = min(shown, found.get(key, shown))
    return found


def _upcoming(
    items: Mapping[int, Item],
    lanes: Sequence[Lane],
    cells: Sequence[control.State],
    times: TimeMap,
    now_ms: int,
) -> tuple[Upcoming, ...]:
    gone = {one.delivery.number for one in lanes if one.status != inject.WITHDRAWN and one.item}
    changes = [one for cell in cells for one in cell.changes]
    gone |= {one.number for one in changes if one.what == "skipped" and one.number}
    moved = {one.number: one.scenario_ms for one in changes if one.what == "moved"}
    told = happened(lanes, times) if times.is_begun else {}
    found = [
        _next(one, moved.get(number), told, times, now_ms)
        for number, one in items.items()
        if number not in gone
    ]
    late = 1 << 60
    found.sort(key=lambda one: (not one.holds, late if one.due_ms is None else one.due_ms))
    return tuple(found[:NEXT_MAX])


def _next(
    item: Item,
    moved_ms: int | None,
    told: Mapping[tuple[int, str], int],
    times: TimeMap,
    now_ms: int,
) -> Upcoming:
    if not times.is_begun:
        return Upcoming(item, None, holds=False)
    shown = times.scenario_ms(now_ms)
    if item.kind == master_list.CONTINGENT and moved_ms is None:
        condition = conditions.parse(item.condition)
        holds = condition is not None and conditions.holds(condition, told, shown)
        return Upcoming(item, now_ms if holds else None, holds)
    own_ms = item.scenario_ms
    at_ms = moved_ms if moved_ms is not None or own_ms is None else epoch_ms(times) + own_ms
    if at_ms is None:
        return Upcoming(item, None, holds=False)
    return Upcoming(item, times.real_ms(at_ms), shown >= at_ms)


def _word(node: Node, tx: Tx, place: Place) -> Word | None:
    """Return the last note that another party left in the control cells."""
    for row in texts.cells(tx, place):
        said = [
            one
            for one in tx.acts_of(row.channel, row.matter)
            if one.act.tag == acts.NOTED and one.party != node.party and not one.foreign
        ]
        if said:
            act = said[-1].act
            blobs = [one for one in act.blobs if one.role == blob_role.TEXTS]
            text = matter_read.body_json(act_blobs.open_blobs(node, tx, blobs), blob_role.TEXTS)
            return Word(said[-1].party, text, act.id)
    return None


def in_cells(officer: Officer, place: Place) -> Officer:
    """Return a controller as they speak in the control cells of the exercise they work in."""
    return replace(officer, compartment=place.of(places.CONTROL))


def in_play(officer: Officer, place: Place) -> Officer:
    """Return an officer as they speak in the play of the exercise they work in."""
    return replace(officer, compartment=place.of(places.PLAY))


def cells_of(tx: Tx, place: Place) -> Matter | None:
    """Return the matter of the control cells, or None before they are opened."""
    return next((one.matter for one in texts.cells(tx, place)), None)
