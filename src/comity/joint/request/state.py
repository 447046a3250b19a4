"""Where a request stands: what was asked, one track for each addressee, every turn.

    State
      Track            one addressee: status, items, reference, agency that handles
        Thread         what waits for the other side: a deficiency, a condition, a consultation
      Turn             one act, with or without effect

A track's items only rise: open, partial, refused, answered in part, answered; an item that is
asked for again begins a new round.  So nothing that was said is ever undone by a later or a
late act, and the order of acts that crossed does not matter.

Floor: joint (pure).
"""

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import MISSING, dataclass, field, fields
from types import MappingProxyType
from typing import Any, Final, cast

from comity.joint.request.measure import Told
from comity.joint.request.turn import Mark, Turn, marks
from comity.kernel import ijson
from comity.kernel.ijson import Json

ITEM_OPEN: Final = "open"
ITEM_PARTIAL: Final = "partial"
ITEM_REFUSED: Final = "refused"
ITEM_PARTLY: Final = "answered-in-part"
ITEM_ANSWERED: Final = "answered"

ITEMS: Final = (ITEM_OPEN, ITEM_PARTIAL, ITEM_REFUSED, ITEM_PARTLY, ITEM_ANSWERED)
DECIDED_ITEMS: Final = frozenset({ITEM_REFUSED, ITEM_PARTLY, ITEM_ANSWERED})

WHOLE: Final = "whole"
"""The one item of a request that lists none."""

DEFICIENCY: Final = "deficiency"
ACCEPTANCE: Final = "acceptance"
CONSULTATION: Final = "consultation"
STATUS: Final = "status"
USE: Final = "use"
POSTPONEMENT: Final = "postponement"
COMMENT: Final = "comment"
ASSESSMENT: Final = "assessment"

PENDING: Final = "open"
LIFTED: Final = "lifted"
DISPUTED: Final = "disputed"
CLARIFIED: Final = "clarified"
DECLINED: Final = "declined"
ACCEPTED: Final = "accepted"
SETTLED: Final = "settled"
MADE: Final = "made"
UPHELD: Final = "upheld"
CHANGED: Final = "changed"
WITHDRAWN: Final = "withdrawn"

RISING: Final[Mapping[str, tuple[str, ...]]] = MappingProxyType(
    {
        DEFICIENCY: (PENDING, LIFTED, DISPUTED, CLARIFIED),
        ACCEPTANCE: (PENDING, DECLINED, ACCEPTED),
        CONSULTATION: (PENDING, LIFTED, SETTLED),
        STATUS: (PENDING, LIFTED, SETTLED),
        USE: (PENDING, SETTLED),
        POSTPONEMENT: (PENDING, LIFTED, SETTLED),
        COMMENT: (SETTLED,),
        ASSESSMENT: (MADE, DISPUTED, UPHELD, CHANGED, WITHDRAWN),
    }
)
"""What a thread may be, in the one direction in which it moves."""

ENDING: Final = frozenset({DEFICIENCY, CONSULTATION, STATUS, POSTPONEMENT})
"""Kinds that wait for nothing more once everything is decided; they are lifted."""

type Mapped[Value] = Mapping[str, Value]


def _nothing() -> Mapping[str, Any]:
    return MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Thread:
    """What one act began, and waits for another to settle.

    Attributes:
        id: of the act that began it.
        kind: a key of `RISING`.
        at: its position among the turns.
        status: a value of `RISING`.
        reason: its code, or "".
        codes: by element, what is wrong with it; by number, the conditions; by criterion, how
            far it is met.
        items: that it is about; none: all.
        until_ms: date of review, or by which an answer is hoped for; or None.
        settled_at: position of the act that moved it last, or None.
        waived: conditions of it that no longer bind; sorted, and only ever more.
    """

    id: str
    kind: str
    at: int
    status: str = PENDING
    reason: str = ""
    codes: Mapped[str] = field(default_factory=_nothing)
    items: tuple[str, ...] = ()
    until_ms: int | None = None
    settled_at: int | None = None
    waived: tuple[str, ...] = ()

    def covers(self, item: str) -> bool:
        """Return whether it is about an item."""
        return not self.items or item in self.items


@dataclass(frozen=True, slots=True)
class Track:
    """How far one addressee is.

    Attributes:
        party: the addressee.
        status: a status of the table.
        items: `{item: a value of ITEMS}`.
        asker_last: position among the turns of the asker's last act that moves the status.
        addressee_last: position of the addressee's last one, or None.
        own_reference: the addressee's file number, or "".
        agency: that handles it, or "".
        rounds: `{item: positions of the acts that asked for it again}`.
        given: items of which something was given, ever; sorted.
        threads: in the order of the turns that began them.
    """

    party: str
    status: str
    items: Mapped[str]
    asker_last: int
    addressee_last: int | None = None
    own_reference: str = ""
    agency: str = ""
    rounds: Mapped[tuple[int, ...]] = field(default_factory=_nothing)
    given: tuple[str, ...] = ()
    threads: tuple[Thread, ...] = ()

    def pending(self, kind: str) -> tuple[Thread, ...]:
        """Return the threads of a kind that nobody has settled."""
        if not self.threads:  # as in most, of which this is asked ten times at each fold
            return ()
        return tuple(t for t in self.threads if t.kind == kind and t.status == PENDING)

    def waiting(self, kind: str) -> tuple[Thread, ...]:
        """Return those of them that still wait: conditions, while they hold for an open item."""
        found = self.pending(kind)
        if kind != ACCEPTANCE or not found:
            return found
        held = {one.id for item in self.open_items() if (one := self.acceptance(item))}
        return tuple(one for one in found if one.id in held)

    def open_items(self) -> tuple[str, ...]:
        """Return the items that were neither answered nor refused."""
        return tuple(item for item, now in self.items.items() if now not in DECIDED_ITEMS)

    def thread(self, act_id: str, kind: str) -> Thread | None:
        """Return the thread of a kind that an act began, or None.

        Both sides may use one id.  But for assessments a kind is begun by one side alone.
        """
        return next(self.begun_by(act_id, kind), None)

    def begun_by(self, act_id: str, kind: str) -> Iterator[Thread]:
        """Give the threads of a kind that acts with an id began."""
        return (one for one in self.threads if one.id == act_id and one.kind == kind)

    def acceptance(self, item: str) -> Thread | None:
        """Return the acceptance that holds for an item: the last one that covers it."""
        found = (t for t in reversed(self.threads) if t.kind == ACCEPTANCE and t.covers(item))
        return next(found, None)


@dataclass(frozen=True, slots=True)
class Correction:
    """An error that a party named in an act of its own.

    Attributes:
        of: id of the act that was wrong.
        act_id: of the act that corrects it.
        party: of both.
        error: its code.
    """

    of: str
    act_id: str
    party: str
    error: str


@dataclass(frozen=True, slots=True)
class Opening:
    """That a party says it has opened an act of the other side: by which act, and which."""

    of: str
    act_id: str
    party: str


@dataclass(frozen=True, slots=True)
class Destruction:
    """What a party attests to have destroyed.

    Attributes:
        act_id: of the attestation.
        party: who destroyed.
        reason: its code.
        blobs: SHA-256 of each.
    """

    act_id: str
    party: str
    reason: str
    blobs: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class State:
    """Where a request stands.

    Attributes:
        matter_id: its id, or "" while nobody asked or showed a draft.
        asker: party that asked or shows a draft, or "" while there is neither.
        draft_id: id of the first draft that was shown, or "".
        request_id: id of its submission, or "".
        type: request type.
        urgency: one of `URGENCIES`.
        guideline: the version it is bound to, or "".
        own_reference: the asker's file number, or "".
        items: ids, in the asker's order.
        elements: ids of the elements that are present, those of clarifications too.
        times: joint instants by name.
        codes: joint codes by name: `crime-type`.
        lacks: `{element: why the asker leaves it out}`.
        extends: id of the matter that it extends, or "".
        follows: id of the matter that it follows, or "".
        form: "", `oral`, or `confirmed` once it was confirmed in writing.
        superseded_by: id of the matter that stands in its place, or "".
        corrections: in the order of the turns.
        opened: likewise.
        destroyed: likewise.
        steps: last words on measures, by item, party and step.
        tracks: one for each addressee, in the submission's order.
        turns: every act, in the order of the matter.
        draft_at: position of the newest draft among the turns, or None.
        request_at: position of the submission, or None.
    """

    matter_id: str = ""
    asker: str = ""
    draft_id: str = ""
    request_id: str = ""
    type: str = ""
    urgency: str = ""
    guideline: str = ""
    own_reference: str = ""
    items: tuple[str, ...] = ()
    elements: tuple[str, ...] = ()
    times: Mapped[int] = field(default_factory=_nothing)
    codes: Mapped[str] = field(default_factory=_nothing)
    lacks: Mapped[str] = field(default_factory=_nothing)
    extends: str = ""
    follows: str = ""
    form: str = ""
    superseded_by: str = ""
    corrections: tuple[Correction, ...] = ()
    opened: tuple[Opening, ...] = ()
    destroyed: tuple[Destruction, ...] = ()
    steps: tuple[Told, ...] = ()
    tracks: tuple[Track, ...] = ()
    turns: tuple[Turn, ...] = ()
    draft_at: int | None = None
    request_at: int | None = None

    def track(self, party: str) -> Track | None:
        """Return the track of an addressee, or None for another party."""
        return next((track for track in self.tracks if track.party == party), None)

    def turns_of(self, act_id: str) -> Iterator[int]:
        """Give the positions of the turns with that act: each party has ids of its own."""
        return (at for at, turn in enumerate(self.turns) if turn.act_id == act_id)

    def turn(self, party: str, act_id: str) -> int | None:
        """Return the position of the turn with that act of a party, or None."""
        found = (at for at in self.turns_of(act_id) if self.turns[at].party == party)
        return next(found, None)

    @property
    def events(self) -> tuple[Mark, ...]:
        """What took effect, in the order of the turns, for each track concerned."""
        return tuple(mark for turn in self.turns for mark in marks(turn))


EMPTY: Final = State()


def to_json(state: State) -> Json:
    """Return the state as a JSON value without what is empty; `from_json` is its inverse."""
    return _render(state)


def from_json(value: Json) -> State:
    """Read back what `to_json` gave: our own cache, so a wrong shape is our own bug."""
    return cast("State", _parse(State, cast("dict[str, Any]", value)))


def digest(state: State) -> str:
    """Return the SHA-256 of the canonical JSON of the state, 64 hex digits."""
    return hashlib.sha256(ijson.render(to_json(state))).hexdigest()


type _Record = State | Track | Thread | Turn | Correction | Opening | Destruction | Told

_EMPTY: Final = object()
_PLAIN: Final = frozenset((str, int, bool, type(None)))
_DEFAULTS: Final[Mapping[type, tuple[tuple[str, object], ...]]] = {
    kind: tuple(
        (
            one.name,
            one.default
            if one.default is not MISSING
            else {}
            if one.default_factory is not MISSING
            else _EMPTY,
        )
        for one in fields(kind)
    )
    for kind in (State, Track, Thread, Turn, Correction, Opening, Destruction, Told)
}
_NESTED: Final[Mapping[type, Mapping[str, type]]] = {
    State: {
        "tracks": Track,
        "turns": Turn,
        "corrections": Correction,
        "opened": Opening,
        "destroyed": Destruction,
        "steps": Told,
    },
    Track: {"threads": Thread},
}


_NO_RECORDS: Final[Mapping[str, type]] = MappingProxyType({})


def _render(record: _Record) -> dict[str, Json]:
    found: dict[str, Json] = {}
    for name, default in _DEFAULTS[type(record)]:
        value = getattr(record, name)
        if value != default:
            found[name] = _rendered(value)
    return found


def _rendered(value: object) -> Json:
    if type(value) in _PLAIN:
        return cast("Json", value)
    if type(value) in _DEFAULTS:
        return _render(cast("_Record", value))
    if isinstance(value, tuple):
        return [_rendered(one) for one in value]
    assert isinstance(value, Mapping)
    return {name: _rendered(one) for name, one in value.items()}


def _parse(kind: type, value: dict[str, Any]) -> object:
    nested = _NESTED.get(kind, _NO_RECORDS)
    found: dict[str, object] = {}
    for name, one in value.items():
        if type(one) is list:
            inner = nested.get(name)
            found[name] = tuple([_parse(inner, part) for part in one] if inner else one)
        elif type(one) is dict:
            found[name] = MappingProxyType(
                {key: tuple(part) if type(part) is list else part for key, part in one.items()}
            )
        else:
            found[name] = one
    return kind(**found)
