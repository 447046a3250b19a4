"""One delivery of an exercise: to a seat of a side, which takes it and answers.

Delivered is what the other node signed for; taken is the act of the seat.  No view, no mail and
no facilitator makes either.

Floor: joint (pure).
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Final

from comity.acts.turns import Turn
from comity.joint.exercise import acts, words
from comity.joint.exercise.folding import Coming, Move, Part

type Moved = State | str

CONTROL_OFFICE: Final = "control"
"""The office of those who run the exercise: they take and answer nothing."""


@dataclass(frozen=True, slots=True)
class Delivery:
    """What was delivered.

    Attributes:
        id, party: of the act, and its author.
        play: id of the play in which it is delivered.
        number: in the master list.
        sort: a code of `acts.SORTS`.
        side: the party whose seat it is for.
        seat: its name in the plan.
        commit: hash by which a private item was fixed, or "".
        at: position among the turns.
        at_ms: when every other party held it, or None.
    """

    id: str
    party: str
    play: str
    number: int
    sort: str
    side: str
    seat: str
    commit: str
    at: int
    at_ms: int | None


@dataclass(frozen=True, slots=True)
class Done:
    """One thing that was done with it.

    Attributes:
        party, at: who did it, and its position among the turns.
        what: `corrected`, `withdrawn`, `taken` or `answered`.
        code: reason or outcome, or "".
        at_ms: when every other party held that, or None.
    """

    party: str
    what: str
    code: str
    at: int
    at_ms: int | None


@dataclass(frozen=True, slots=True)
class State:
    """Where a delivery stands: each part in the order of the turns."""

    parties: tuple[str, ...] = ()
    delivery: Delivery | None = None
    done: tuple[Done, ...] = ()
    turns: tuple[Turn, ...] = ()

    def has(self, what: str, unseen: frozenset[int] = frozenset()) -> bool:
        """Return whether something was done with it, as far as it was seen."""
        return any(one.what == what and one.at not in unseen for one in self.done)


def _deliver(now: State, coming: Coming) -> Moved:
    if now.delivery is not None:
        return words.OPENED_BEFORE
    codes = coming.act.codes
    if codes[acts.SIDE] not in now.parties:
        return words.PARTY_UNKNOWN
    delivery = Delivery(
        id=coming.act.id,
        party=coming.party,
        play=codes[acts.PLAY_ID],
        number=int(codes[acts.NUMBER]),
        sort=codes[acts.SORT],
        side=codes[acts.SIDE],
        seat=codes[acts.SEAT],
        commit=coming.code(acts.COMMIT),
        at=coming.at,
        at_ms=coming.at_ms,
    )
    return replace(now, delivery=delivery)


def _meant(now: State, coming: Coming) -> Delivery | None:
    found = now.delivery
    is_meant = found is not None and coming.saw(found.at) and coming.act.answers == found.id
    return found if is_meant else None


def _steer(now: State, coming: Coming) -> Moved:
    """Correct or withdraw it, by whoever delivered it."""
    delivery = _meant(now, coming)
    if delivery is None:
        return words.NOTHING_OPENED
    if coming.party != delivery.party:
        return words.NOT_ENTITLED
    if now.has("withdrawn", coming.unseen):
        return words.WITHDRAWN_BEFORE
    if coming.act.tag == acts.WITHDRAWN and now.has("taken", coming.unseen):
        return words.TAKEN_BEFORE
    return _done(now, coming, coming.code(acts.REASON))


def _play(now: State, coming: Coming) -> Moved:
    """Take or answer it, by the seat that it is for."""
    delivery = _meant(now, coming)
    if delivery is None:
        return words.NOTHING_OPENED
    wrong = _foreign(delivery, coming)
    if wrong:
        return wrong
    if now.has("withdrawn", coming.unseen):
        return words.WITHDRAWN_BEFORE
    is_taking = coming.act.tag == acts.TAKEN
    if is_taking and (now.has("taken") or now.has("answered")):
        return words.TAKEN_BEFORE
    if not is_taking and now.has("answered"):
        return words.ANSWERED_BEFORE
    return _done(now, coming, coming.code(acts.OUTCOME))


def _foreign(delivery: Delivery, coming: Coming) -> str:
    """Return why somebody else than the seat speaks, or ""."""
    is_control = coming.act.speaker.office == CONTROL_OFFICE
    if coming.party != delivery.side or is_control:
        return words.NOT_ENTITLED
    return "" if coming.act.codes[acts.SEAT] == delivery.seat else words.SEAT_DIFFERS


def _done(now: State, coming: Coming, code: str) -> State:
    what = coming.act.tag.partition(".")[2].partition("/")[0]
    made = Done(coming.party, what, code, coming.at, coming.at_ms)
    return replace(now, done=(*now.done, made))


_MOVES: Final[Mapping[str, Move[State]]] = MappingProxyType(
    {
        acts.DELIVERED: _deliver,
        acts.CORRECTED: _steer,
        acts.WITHDRAWN: _steer,
        acts.TAKEN: _play,
        acts.ANSWERED: _play,
    }
)

PART: Final = Part(acts.INJECT, State, _MOVES, acts.DELIVERED)

NONE: Final = "none"
DELIVERED: Final = "delivered"
TAKEN: Final = "taken"
ANSWERED: Final = "answered"
WITHDRAWN: Final = "withdrawn"


def status(now: State) -> str:
    """Return where it stands: what was taken while it was withdrawn is taken."""
    if now.delivery is None:
        return NONE
    for found in (ANSWERED, TAKEN, WITHDRAWN):
        if now.has(found):
            return found
    return DELIVERED


def awaited(now: State) -> tuple[str, ...]:
    """Return the side whose seat has it to take or to answer."""
    is_open = now.delivery is not None and status(now) in {DELIVERED, TAKEN}
    return (now.delivery.side,) if is_open and now.delivery is not None else ()


def crossings(now: State) -> Iterator[str]:
    """Give what crossed and stands all the same, by name, for both sides to see."""
    if now.has(WITHDRAWN) and (now.has(TAKEN) or now.has(ANSWERED)):
        yield "taken-while-withdrawn"
