"""Matters as lists of pages show them: whom it concerns, whose turn it is, by when.

Floor: node.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from comity.clocks import clock
from comity.clocks.due import Due
from comity.node.base.context import Node
from comity.node.base.reckoned import Reckoned
from comity.node.base.rooms import State
from comity.node.base.rows import MatterRow
from comity.node.desk import due_list, matter_label
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
    """One matter in a list.

    Attributes:
        row: the matter.
        is_ours: whether this State asked.
        others: the other parties, the asker first.
        asked: the addressees, this State too if it is one.
        status: of the matter as this State sees it.
        words: that status in words.
        apart: each addressee with where it stands with it, where `status` does not say it of all.
        type: what it is about, in words.
        references: file numbers, the asker's first.
        holders: who holds the ball.
        is_our_turn: whether this State does.
        is_ringing: whether somebody of this State is woken for it.
        next_action: what this State does next, a code of its room.
        next_words: the same in words.
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
    is_ringing: bool
    next_action: str
    next_words: Words
    due: Due | None
    age: str

    @property
    def id(self) -> str:
        """Id of the matter."""
        return self.row.matter.id

    @property
    def is_new(self) -> bool:
        """Whether it waits for somebody of this State, and nobody has opened it."""
        return self.is_our_turn and self.is_ringing and not self.row.opened


def shown(node: Node, rows: Sequence[MatterRow], states: Sequence[State]) -> tuple[Shown, ...]:
    """Return the lines of one page of a list with their clocks and names."""
    return told(node, list(due_list.of_rows(node, rows, states).values()))


def told(node: Node, found: Sequence[Reckoned]) -> tuple[Shown, ...]:
    """Return matters whose clocks were reckoned already."""
    with node.store.read() as tx:
        known = parties.known(node, tx)
    return tuple(_shown(node, one, known) for one in found)


def age_of(status: str, by_ms: int | None, now_ms: int) -> str:
    """Return how pressing a clock is."""
    if status == clock.OVERDUE:
        return LATE
    if by_ms is None:
        return WAITS if status else NONE
    if by_ms <= now_ms:
        return LATE
    return SOON if status == clock.DUE_SOON or by_ms - now_ms <= SOON_MS else IN_TIME


def _shown(node: Node, found: Reckoned, known: Known) -> Shown:
    row, now, own, first = found.row, found.state, node.party, _first(found, node.party)
    room = node.rooms[row.matter.kind]
    line, listed = room.line(now), room.listed(now, own)
    action, next_words = room.next(now, own)
    holders = listed.holders
    if first is not None and not holders and _lapses(found, first):
        holders, action, next_words = (first.party,), first.action, found.action(first.action)

    def named(ids: Iterable[str]) -> tuple[PartyName, ...]:
        return tuple(parties.name_of(known, one) for one in ids)

    def words(status: str) -> Words:
        return room.status_words.get(status) or {"en": status, "zh": status}

    text_name = room.bound(now, None).name
    return Shown(
        row=row,
        is_ours=line.asker == own,
        others=named(matter_label.others(listed, own)),
        asked=named(one for one in listed.parties if one != line.asker),
        status=listed.status,
        words=words(listed.status),
        apart=tuple((parties.name_of(known, one), words(at)) for one, at in listed.apart),
        type=matter_label.type_words(
            node.rooms, row.matter.kind, (text_name, found.text), listed.type
        ),
        references=listed.numbers,
        holders=named(holders),
        is_our_turn=own in holders,
        is_ringing=room.rings is not None and listed.status in room.rings.own_statuses,
        next_action=action,
        next_words=next_words,
        due=first,
        age=NONE if first is None else age_of(first.status, first.by_ms, found.now_ms),
    )


def _first(found: Reckoned, own: str) -> Due | None:
    """Return what is due first with a clock: of this State's, if anything is."""
    with_clock = [one for one in found.dues if one.clock or one.by_ms is not None]
    ours = [one for one in with_clock if one.party == own]
    among = ours or with_clock
    return min(among, key=lambda one: one.by_ms or clock_index.NEVER_MS, default=None)


def _lapses(found: Reckoned, due: Due) -> bool:
    """Return whether what is due is to save what is lost otherwise."""
    name = (due.track, due.clock)
    return any(one.lapses for one in found.timed if (one.track, one.rule.name) == name)
