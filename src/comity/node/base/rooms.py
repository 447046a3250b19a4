"""A room as a value: what it answers, so that the node asks for no kind of matter by name.

    rooms: Rooms = {"request": REQUEST, "case": CASE, …}
    rooms.get(matter.kind)  ->  Room(kind="case", fold=…, admit=…, …) or None

A kind that is not among a node's rooms folds to nothing, and its acts are kept.

Floor: node.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from comity.acts import shape
from comity.acts.record import Act, Matter
from comity.acts.verb import Both, Table
from comity.joint.arrangement.channel import EXERCISE, LIVE
from comity.kernel.ijson import Json
from comity.kernel.inadmissible import Inadmissible
from comity.node.base.bindings import Bound, Condition, Retention, Text
from comity.node.base.dated import Dated
from comity.node.base.exercising import Exercising
from comity.node.base.history import History
from comity.node.base.hooks import (
    Gate,
    Keeps,
    Own,
    Sent,
    Step,
    keeps_nothing,
    knows_nothing,
    nothing_follows,
)
from comity.node.base.places import USUAL, Place
from comity.node.base.reckoned import Reckoned
from comity.node.base.rings import Rings
from comity.node.base.rows import MatterRow
from comity.node.base.section import Section
from comity.node.base.story import Story

type State = Any
"""The folded state of a matter: each room has its own."""


@dataclass(frozen=True, slots=True)
class Line:
    """How a matter stands, in one line; both nodes compute the same.

    Attributes:
        status: the room's word for it.
        holder: the party whose turn it is, or "".
        urgency: a code, or "".
        asker: the party that opened it, or "".
    """

    status: str
    holder: str = ""
    urgency: str = ""
    asker: str = ""


@dataclass(frozen=True, slots=True)
class Listed:
    """How one State lists a matter, beside its line.

    Attributes:
        status: as this State sees it.
        type: by which lists filter, or "".
        holders: parties whose turn it is.
        parties: that take part.
        references: file numbers and ids by which it is found.
        numbers: file numbers by which it is called, the asker's first.
        apart: each party asked with its status, where `status` does not say it of all.
        keys: further keys under which officers of this State read it; see
            `comity.node.base.reader`.
        is_apart: whether only they do, and no agency for having spoken or been addressed.
        place: the less comes first among those whose turn it is alike.
    """

    status: str
    type: str = ""
    holders: tuple[str, ...] = ()
    parties: tuple[str, ...] = ()
    references: tuple[str, ...] = ()
    numbers: tuple[str, ...] = ()
    apart: tuple[tuple[str, str], ...] = ()
    keys: tuple[str, ...] = ()
    is_apart: bool = False
    place: int = 0


type Channel = Any
"""What matters of one channel share: `comity.node.room.clocks.Channel`."""


@dataclass(frozen=True, slots=True)
class Clocks:
    """Which clocks run on the matters of a kind.

    Attributes:
        reckon: (channel, matter, state, instant, whether to tell why) -> its clocks.
        named_by: fields of the state as JSON: where it has none of them, no clock runs; none: any
            matter may have clocks.
        earlier: state as JSON -> id of the earlier matter of the kind whose clocks this one moves.
        follows: kinds of which what is said may move the clocks of every matter of this kind.
        rests: statuses of the line at which none of it does.
    """

    reckon: Callable[[Channel, MatterRow, State, int, bool], Reckoned]
    named_by: tuple[str, ...] = ()
    earlier: Callable[[Json], str] = lambda _state: ""
    follows: frozenset[str] = frozenset()
    rests: frozenset[str] = frozenset()


def _nothing(_act: Act) -> str:
    return ""


def _none(_state: State, _own: str, _act: Act, _wanted: Sequence[str]) -> Sequence[str]:
    return ()


@dataclass(frozen=True, slots=True)
class Law:
    """What counsel decides before an act of a kind leaves, where the nation profile asks for it.

    Attributes:
        direction: (act, state, own party) -> in which direction the draft goes: a word of the
            profile; or "" where nothing is decided about it.
        executes: tags before which it is decided whether the matter may be executed.
        situation: (state, draft or None) -> type, type of crime and urgency.
        asked_last: state -> id of the act that says last what is asked: it a decision binds.
        ground: act -> the ground that counsel must have decided to apply, or "".
        unaccepted: (state, own party, act, conditions of counsel) -> those that the other side
            has not accepted for what the act gives.
        grounds: codes on which a profile can have acts refused or postponed.
        conditions: codes that a profile can have attached.
        is_open_without: whether acts that `direction` names leave where no profile is in force.
    """

    direction: Callable[[Act, State, str], str]
    executes: frozenset[str]
    situation: Callable[[State, Act | None], tuple[str, str, str]]
    asked_last: Callable[[State], str]
    ground: Callable[[Act], str] = _nothing
    unaccepted: Callable[[State, str, Act, Sequence[str]], Sequence[str]] = _none
    grounds: tuple[str, ...] = ()
    conditions: tuple[str, ...] = ()
    is_open_without: bool = False


@dataclass(frozen=True, slots=True)
class Filed:
    """Which matters of a kind the duty desk files: routes to an agency, and follows its work.

    Attributes:
        statuses: of its line, at which something is left to route.
        is_asked: (state, party) -> whether it is for that party to deal with.
    """

    statuses: frozenset[str]
    is_asked: Callable[[State, str], bool]


@dataclass(frozen=True, slots=True)
class Answering:
    """Of which acts it can be proved that they were not answered.

    Attributes:
        asked: state -> id of the act that asks, or "".
        answers: tags of acts that end the waiting.
    """

    asked: Callable[[State], str]
    answers: frozenset[str]


@dataclass(frozen=True, slots=True)
class Rows:
    """What a review reads of the matters of a kind.

    Attributes:
        observed: (channel at a cut, as `comity.node.review.read_rows.At`; id; instant) -> its rows.
        again: (the same, rows of an earlier instant, id, instant) -> its rows, folded anew only
            where something was received in between.
        is_main: whether they are the figures that a snapshot names; others are sections beside.
    """

    observed: Callable[[Any, str, int], Any]
    again: Callable[[Any, Any, str, int], Any]
    is_main: bool = False


def _own_id(act: Act, party: str) -> str:
    return shape.matter_id(act.matter.kind, party, act.id)


@dataclass(frozen=True, slots=True)
class Room:
    """One kind of matter.

    Attributes:
        kind: its code.
        shapes: what can be said: each tag with the fields that it takes, in the room's own form.
        last_words: tags of what decides, corrects or ends one: sayable to the last (see `many`).
        fold: what was said of a matter -> its state.
        admit: (state, act, party) -> why the party may not say this now, or None.
        to_json: the state as JSON.
        from_json: reads back what `to_json` gave.
        line: how it stands.
        listed: (state, own party) -> how this State lists it.
        clocks: that run on its matters, if any do.
        rows: that a review reads of its matters, if any.
        gates: of its own, asked after the room and before the law.
        waits: gates of its own that ask for what can still come; asked beside the law.
        law: what counsel decides of it, if anything.
        bound: (state, draft or None) -> the joint text by which a matter goes; what that does not
            say, the main text says.
        conditions: (state, that text or None, party, id of an act or "" for any) -> what binds who
            was given something by that party.
        retention: how long its blobs are kept, if not for ever.
        answering: which of its acts can be proved to be unanswered, if any.
        next: (state, party) -> what that party does next: a code, and in words.
        story: state -> what happened, for who runs the machine; None where the operator's pages
            show no more than a line.
        is_searched: whether the words of its acts are found by search.
        destroys: act -> hashes of the blobs that it attests to have destroyed.
        texts: joint texts that the room brings.
        is_text: whether its matters are joint texts, by which other matters are counted.
        table: its verbs.
        has_surfaces: whether it has pages, commands and calls of its own; else the surfaces print
            all of the room from its verbs.
        tag_words: what each tag does, in words.
        status_words: what each status of its line is called.
        speakers: roles that say it beside those that say everything.
        audience: keys of those who read every matter of the kind, where it is of no agency.
        rings: which of its matters wake somebody, if any do.
        approvals: `{tag: how many officers approve it}` where the room asks for more than the
            text in force and the settings do.
        matter_id: (act, party) -> the id of the matter that it opens.
        steps: by the name of a verb whose act the room computes.
        own: what this State alone knows of a matter, shown below its time line.
        guards: gates that it puts before acts of every kind.
        keeps: why an attachment of any matter is not given out as it is.
        filed: which of its matters the duty desk files; of the rooms of a node one says it.
        drafted: `{tag: key}` of what only these read until it is said.
        alarms: node -> code and words of what the duty desk is to be told now.
        sent: what follows at home from an act of this State, in the transaction that appends it.
        home: the purpose of the channels in which its matters are, where that is not `live`.
        exercising: what it answers of every matter in an exercise, if it runs exercises.
        place: where its pages are found.
        section: of the pack for principals, if it has one.
        dated: state -> when the matter takes place, for calendars; None where no kind of it does.
    """

    kind: str
    shapes: Mapping[str, Any]
    last_words: frozenset[str]
    fold: Callable[[History], State]
    admit: Callable[[State, Act, str], Inadmissible | None]
    to_json: Callable[[State], Json]
    from_json: Callable[[Json], State]
    line: Callable[[State], Line]
    listed: Callable[[State, str], Listed]
    clocks: Clocks | None = None
    rows: Rows | None = None
    gates: tuple[Gate, ...] = ()
    waits: tuple[Gate, ...] = ()
    law: Law | None = None
    bound: Callable[[State, Act | None], Bound] = lambda _now, _draft: Bound()
    conditions: Callable[[State, Any, str, str], Iterable[Condition]] = (
        lambda _now, _text, _giver, _act_id: ()
    )
    retention: Retention | None = None
    answering: Answering | None = None
    next: Callable[[State, str], tuple[str, Both]] = lambda _now, _party: ("", {})
    story: Callable[[State], Story] | None = None
    is_searched: bool = False
    destroys: Callable[[Act], Iterable[str]] = lambda _act: ()
    texts: tuple[Text, ...] = ()
    is_text: bool = False
    table: Table | None = None
    has_surfaces: bool = False
    tag_words: Mapping[str, Both] = MappingProxyType({})
    status_words: Mapping[str, Both] = MappingProxyType({})
    speakers: frozenset[str] = frozenset()
    audience: tuple[str, ...] = ()
    rings: Rings | None = None
    approvals: Mapping[str, int] = MappingProxyType({})
    matter_id: Callable[[Act, str], str] = _own_id
    steps: Mapping[str, Step] = MappingProxyType({})
    own: Own = knows_nothing
    guards: tuple[Gate, ...] = ()
    keeps: Keeps = keeps_nothing
    filed: Filed | None = None
    drafted: Mapping[str, str] = MappingProxyType({})
    alarms: Callable[[Any], Sequence[tuple[str, str]]] = lambda _node: ()
    sent: Sent = nothing_follows
    home: str = LIVE
    exercising: Exercising | None = None
    place: Place = USUAL
    section: Section | None = None
    dated: Callable[[State], Dated | None] | None = None

    def empty(self, parties: Sequence[str] = ()) -> State:
        """Return the state of a matter of which nothing was said."""
        return self.fold(History(tuple(parties)))


type Rooms = Mapping[str, Room]
"""Every room of a node by its kind."""


def by_kind(rooms: Iterable[Room]) -> Rooms:
    """Return rooms by their kinds."""
    return MappingProxyType({one.kind: one for one in rooms})


def tables(rooms: Rooms) -> tuple[Table, ...]:
    """Return the verbs of the rooms that the surfaces print from them alone."""
    return tuple(one.table for one in rooms.values() if one.table and not one.has_surfaces)


def with_pages(rooms: Rooms, *, is_exercise: bool) -> tuple[Room, ...]:
    """Return the rooms that have pages, in real work or in an exercise."""
    return tuple(
        room
        for room in rooms.values()
        if (room.place.page or not room.has_surfaces) and (room.home == EXERCISE) <= is_exercise
    )


def kinds_with(rooms: Rooms, has: Callable[[Room], object]) -> list[str]:
    """Return the kinds whose rooms answer a question."""
    return [kind for kind, room in rooms.items() if has(room)]


def answers(rooms: Rooms) -> frozenset[str]:
    """Return the tags of acts that end the waiting for an answer."""
    asking = (room.answering for room in rooms.values())
    return frozenset(tag for one in asking if one is not None for tag in one.answers)


def main_rows(rooms: Rooms) -> str:
    """Return the kind whose rows are the figures that a snapshot names, or "" if none are."""
    return next((kind for kind, room in rooms.items() if room.rows and room.rows.is_main), "")


def filed(rooms: Rooms) -> tuple[str, Filed]:
    """Return the kind of matter that the duty desk files, and which of them."""
    return next((kind, room.filed) for kind, room in rooms.items() if room.filed is not None)


def text_called(rooms: Rooms, name: str) -> Text | None:
    """Return the joint text of a name, or None where no room brings one."""
    texts = (text for room in rooms.values() for text in room.texts)
    return next((one for one in texts if one.is_called(name)), None)


def audience(rooms: Rooms, matter: Matter) -> tuple[str, ...]:
    """Return the keys of those who read a matter whatever its acts say; of most kinds, none."""
    room = rooms.get(matter.kind)
    text = text_called(rooms, matter.id) if room and room.is_text else None
    if text is not None:
        return text.audience
    return room.audience if room else ()


def text_names(rooms: Rooms) -> list[str]:
    """Return what joint texts are called; one that stands for several ends with a dot."""
    return [text.name for room in rooms.values() for text in room.texts]
