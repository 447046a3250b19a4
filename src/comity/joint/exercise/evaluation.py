"""How one task of one side is rated, and what the other party says of that.

Floor: joint (pure).
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Final

from comity.acts.turns import Turn
from comity.joint.exercise import acts, words
from comity.joint.exercise.folding import Coming, Move, Part

type Moved = State | str


@dataclass(frozen=True, slots=True)
class Rating:
    """A rating.

    Attributes:
        id, party: of the act, and its author.
        task: of the plan.
        side: the party that is rated.
        rating: a code of `acts.RATINGS`.
        at: position among the turns.
    """

    id: str
    party: str
    task: str
    side: str
    rating: str
    at: int


@dataclass(frozen=True, slots=True)
class Voice:
    """What a party says of a rating: `concurred`, or `differed` with its own and a reason."""

    party: str
    says: str
    rating: str
    reason: str
    at: int


@dataclass(frozen=True, slots=True)
class State:
    """Where a rating stands."""

    parties: tuple[str, ...] = ()
    rating: Rating | None = None
    voices: tuple[Voice, ...] = ()
    turns: tuple[Turn, ...] = ()


def _rate(now: State, coming: Coming) -> Moved:
    if now.rating is not None:
        return words.OPENED_BEFORE
    codes = coming.act.codes
    if codes[acts.SIDE] not in now.parties:
        return words.PARTY_UNKNOWN
    rating = Rating(
        coming.act.id,
        coming.party,
        codes[acts.TASK],
        codes[acts.SIDE],
        codes[acts.RATING],
        coming.at,
    )
    return replace(now, rating=rating)


def _judge(now: State, coming: Coming) -> Moved:
    """Concur, or differ; who differed may concur later, and not the other way."""
    rating = now.rating
    if rating is None or not coming.saw(rating.at) or coming.act.answers != rating.id:
        return words.NOTHING_OPENED
    if coming.party == rating.party:
        return words.NOT_ENTITLED
    says = "concurred" if coming.act.tag == acts.CONCURRED else "differed"
    said = {one.says for one in now.voices if one.party == coming.party}
    if "concurred" in said or says in said:
        return words.ANSWERED_BEFORE
    voice = Voice(coming.party, says, coming.code(acts.RATING), coming.code(acts.REASON), coming.at)
    return replace(now, voices=(*now.voices, voice))


_MOVES: Final[Mapping[str, Move[State]]] = MappingProxyType(
    {acts.RATED: _rate, acts.CONCURRED: _judge, acts.DIFFERED: _judge}
)

PART: Final = Part(acts.EVALUATION, State, _MOVES, acts.RATED)

NONE: Final = "none"
RATED: Final = "rated"
SHARED: Final = "shared"
DIFFERENT: Final = "different"


def status(now: State) -> str:
    """Return where it stands: the newest voice of each other party decides."""
    if now.rating is None:
        return NONE
    newest = {one.party: one.says for one in now.voices}
    if "differed" in newest.values():
        return DIFFERENT
    others = {*now.parties} - {now.rating.party}
    return SHARED if newest.keys() == others else RATED


def awaited(now: State) -> tuple[str, ...]:
    """Return the parties that have not spoken of it."""
    if now.rating is None:
        return ()
    spoke = {now.rating.party, *(one.party for one in now.voices)}
    return tuple(one for one in now.parties if one not in spoke)
