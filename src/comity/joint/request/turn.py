"""One act of a request as it was folded, and the events that clocks read of it.

Floor: joint (pure).
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from comity.joint.request import effects, table


@dataclass(frozen=True, slots=True)
class Turn:
    """One act of the matter, with or without effect, in the order of the matter.

    Attributes:
        act_id: of the act.
        party: its author.
        tag: what it says.
        verb: what it does here, a verb of the table, or "" for an act that makes no sense.
        results: `{track's party: result}`; one result under "" where no track is concerned.
        items: ids it names.
        reason: its main code, or "".
        own_reference: its author's file number, or "".
        answers: id of the act that it answers, or "".
        until_ms: the date that it names: of review, of an answer; or None.
        crossed: whether it had not seen something before it that moves the status.
        settled: `{track's party: events of what waits no longer by it}`, see `Mark`.
        received_at_ms: effective time at which every party that it speaks to held it, or None.
        heard: `{addressee: when the other side of its track held it, or None}`, where that is
            another time: of two addressees one has it while the other cannot be reached.
    """

    act_id: str
    party: str
    tag: str
    verb: str
    results: Mapping[str, str]
    items: tuple[str, ...] = ()
    reason: str = ""
    own_reference: str = ""
    answers: str = ""
    until_ms: int | None = None
    crossed: bool = False
    settled: Mapping[str, tuple[str, ...]] = MappingProxyType({})
    received_at_ms: int | None = None
    heard: Mapping[str, int | None] = MappingProxyType({})

    def heard_ms(self, track: str) -> int | None:
        """Return the effective time at which the other side of a track held it, or None."""
        return self.heard.get(track, self.received_at_ms)

    @property
    def times_ms(self) -> tuple[int, ...]:
        """Every effective time at which somebody held it."""
        return tuple(at for at in (self.received_at_ms, *self.heard.values()) if at is not None)

    @property
    def takes_effect(self) -> bool:
        """Whether it changed more than the time line."""
        return any(result in table.WITH_EFFECT for result in self.results.values())


@dataclass(frozen=True, slots=True)
class Mark:
    """What clocks, review and time line read: one event of one track.

    Attributes:
        event: `submitted`, `found-deficient`; besides, `responded` and `completed`.  A refusal
            of a part is no `refused`.  `deficiency-over`: none waits any more by whatever act,
            `deficiency-left`: one waits no more and another does; likewise of consultations,
            and `postponement-over`.
        at_ms: effective time at which the other side received it, or None.
        party: who said it.
        act_id: by which act.
        track: addressee concerned.
    """

    event: str
    at_ms: int | None
    party: str
    act_id: str
    track: str


RESPONDING: Final = frozenset(
    {
        effects.ACCEPT,
        effects.ANSWER_PART,
        effects.ANSWER,
        effects.POSTPONE,
        effects.REFUSE_PART,
        effects.REFUSE_REST,
        effects.REFUSE,
    }
)
"""Verbs that are a first substantive response."""

COMPLETING: Final = frozenset({effects.ANSWER, effects.REFUSE_REST, effects.REFUSE})
_IN_PART: Final = frozenset({effects.REFUSE_PART, effects.REFUSE_REST})
"""Verbs of a refusal beside which something is given, or open: no clock stops by them."""


def settled(kind: str, left: int) -> str:
    """Return the event that one of a kind of threads waits no longer, while so many others do."""
    return f"{kind}-left" if left else f"{kind}-over"


def marks(turn: Turn) -> Iterator[Mark]:
    """Yield the events of an act that took effect, for each track concerned."""
    event = turn.tag.partition(".")[2].partition("/")[0]
    names = [event] if turn.verb not in _IN_PART else []
    names += ["responded"] if turn.verb in RESPONDING else []
    names += ["completed"] if turn.verb in COMPLETING else []
    for track, result in turn.results.items():
        if result in table.WITH_EFFECT:
            for name in (*names, *turn.settled.get(track, ())):
                yield Mark(name, turn.heard_ms(track), turn.party, turn.act_id, track)
