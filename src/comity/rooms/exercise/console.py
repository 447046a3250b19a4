"""What a controller sees of a running exercise: both times, what comes next, what was delivered.

    shown = console.of(node, officer)       the officer works in a channel of the exercise

The list is of the cells, the deliveries are of the players: it is read in both, by who may enter
the first.  Looking changes nothing.

Floor: rooms.
"""

from dataclasses import dataclass, replace

from comity.acts import blob_role
from comity.acts.record import Matter
from comity.joint.exercise import acts, control, play
from comity.joint.exercise.time_map import TimeMap
from comity.kernel.fault import Fault
from comity.kernel.ijson import Json
from comity.node.base.context import Node
from comity.node.base.ports import Tx
from comity.node.base.rows import Officer
from comity.node.room import act_blobs, matter_read
from comity.rooms.exercise import deliveries, gates, places, play_log, texts, upcoming
from comity.rooms.exercise.deliveries import Lane
from comity.rooms.exercise.places import Place
from comity.rooms.exercise.upcoming import Upcoming


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
    told = play_log.of(node, tx, channel)
    row = tx.matter(channel, told.play) if told.play is not None else None
    state = play.PART.from_json(row.state) if row is not None else play.State()
    times = play.time_map(state)
    stands = play.clock(state)
    items = texts.master(node, tx, place)
    cells = [control.PART.from_json(one.state) for one in texts.cells(tx, place)]
    lanes = deliveries.of(node, channel, told, items)
    return Console(
        place,
        row.matter.id if row is not None else "",
        stands.status,
        now_ms,
        times,
        next((one for one in state.stops if one.id == stands.stop), None),
        tuple(play.waiting(state)),
        upcoming.of(items, lanes, cells, times, now_ms),
        lanes,
        _word(node, tx, place),
        play.awaited(state),
    )


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
