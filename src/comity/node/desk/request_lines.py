"""Requests as lists of pages show them: whom it concerns, whose turn it is, by when.

Floor: node.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from comity.clocks import clock
from comity.clocks.due import Due
from comity.joint.request import acts, view
from comity.joint.request.table import UNANSWERED
from comity.node.base.context import Node
from comity.node.base.reader import Wanted
from comity.node.base.reckoned import Reckoned
from comity.node.base.rows import MatterRow
from comity.node.desk import due_list, request_label
from comity.node.desk.request_list import Line
from comity.node.room import clock_index, parties
from comity.node.room.parties import Known, PartyName

type Words = Mapping[str, str]

SOON: Final = "soon"
LATE: Final = "late"
IN_TIME: Final = "in-time"
WAITS: Final = "waits"
NONE: Final = "none"

SOON_MS: Final = 24 * 3_600_000
"""What is due within a day is due soon, whatever its guideline says of an alert."""


@dataclass(frozen=True, slots=True)
class Shown:
    """One request in a list.

    Attributes:
        row: the matter.
        is_ours: whether this State asked.
        others: the other parties, the asker first.
        asked: the addressees, this State too if it is one.
        status: a value of `view.STATUSES`: of an addressee's own track, where this State is one.
        words: that status in words.
        apart: each addressee with where it stands with it, where `status` does not say it of all.
        type: what is asked for, in words.
        references: file numbers, the asker's first.
        holders: who holds the ball.
        is_our_turn: whether this State does.
        next_action: what this State does next, a key of `view.NEXT_WORDS`.
        due: what is due first: of ours, where this State holds the ball; or None.
        age: `late`, `soon`, `in-time`, `waits` for a clock that waits, `none` without one.
    """

    row: MatterRow
    is_ours: bool
    others: tuple[PartyName, ...]
    asked: tuple[PartyName, ...]
    status: str
    words: Words
    apart: tuple[tuple[PartyName, Words], ...]
    type: Words
    references: tuple[str, ...]
    holders: tuple[PartyName, ...]
    is_our_turn: bool
    next_action: str
    due: Due | None
    age: str

    @property
    def next_words(self) -> Words:
        """What this State does next, in words."""
        return view.NEXT_WORDS[self.next_action]

    @property
    def id(self) -> str:
        """Id of the request."""
        return self.row.matter.id

    @property
    def is_new(self) -> bool:
        """Whether it is one of those that `new_ones` wants, and nobody has opened it."""
        return self.is_our_turn and not self.row.opened and self.status in UNANSWERED


def new_ones(own: str) -> Wanted:
    """Return which requests are new as long as nobody has opened them, see `unread`.

    Args:
        own: this State.
    """
    return Wanted(kind=acts.KIND, not_asker=own, holder=own, statuses=UNANSWERED)


def shown(node: Node, found: Sequence[Line]) -> tuple[Shown, ...]:
    """Return the lines of one page of a list with their clocks and names."""
    rows, states = [line.row for line in found], [line.state for line in found]
    return told(node, list(due_list.of_rows(node, rows, states).values()))


def told(node: Node, found: Sequence[Reckoned]) -> tuple[Shown, ...]:
    """Return requests whose clocks were reckoned already."""
    with node.store.read() as tx:
        known = parties.known(node, tx)
    return tuple(_shown(node.party, one, known) for one in found)


def age_of(status: str, by_ms: int | None, now_ms: int) -> str:
    """Return how pressing a clock is."""
    if status == clock.OVERDUE:
        return LATE
    if by_ms is None:
        return WAITS if status else NONE
    if by_ms <= now_ms:
        return LATE
    return SOON if status == clock.DUE_SOON or by_ms - now_ms <= SOON_MS else IN_TIME


def _shown(own: str, found: Reckoned, known: Known) -> Shown:
    row, folded = found.row, found.state
    status = view.own_status(folded, own)
    concerned = dict.fromkeys((folded.asker, *(track.party for track in folded.tracks)))
    holders = view.holders(folded)
    first = _first(found, own)
    return Shown(
        row=row,
        is_ours=folded.asker == own,
        others=tuple(parties.name_of(known, one) for one in concerned if one not in ("", own)),
        asked=tuple(parties.name_of(known, track.party) for track in folded.tracks),
        status=status,
        words=view.STATUS_WORDS[status],
        apart=tuple(
            (parties.name_of(known, one), view.STATUS_WORDS[at])
            for one, at in view.apart(folded, own)
        ),
        type=request_label.type_words(found.text, folded.type),
        references=request_label.references(folded),
        holders=tuple(parties.name_of(known, one) for one in holders),
        is_our_turn=own in holders,
        next_action=view.next_action(folded, own),
        due=first,
        age=NONE if first is None else age_of(first.status, first.by_ms, found.now_ms),
    )


def _first(found: Reckoned, own: str) -> Due | None:
    """Return what is due first with a clock: of this State's, if anything is."""
    with_clock = [one for one in found.dues if one.clock or one.by_ms is not None]
    ours = [one for one in with_clock if one.party == own]
    among = ours or with_clock
    return min(among, key=lambda one: one.by_ms or clock_index.NEVER_MS, default=None)
