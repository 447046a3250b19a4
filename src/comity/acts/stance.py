# ruff: noqa: RUF001 -- Chinese texts have Chinese punctuation
"""What parties settle point by point: the stance of each on a point, and what all agree on.

    stances = add(stances, "fr", "2027-03-01", at=4, unseen=frozenset())
    agreements(stances, ("fr", "sn"))     what is agreed now: none, one value, or several (unclear)
    ever(stances, ("fr", "sn"))           every value that was ever agreed

A point is whatever can have one value: a date, a place, a paragraph, a status.  A value is agreed
when every party has stated it and none of those statements was made by somebody who had seen
another party move away from it.  A later agreement replaces an earlier one if no statement in it
is older.  Wishing for another value ends nothing; leaving the point does.

What counts is what each author had seen, and the order within each party's own log: the order in
which acts that crossed are folded decides nothing.

Source: docs/spec/stance.md.
Floor: acts (pure).
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

LEFT: Final = ""
"""The value of a stance that leaves its point."""

OPEN: Final = "open"
"""Nobody stands on a value."""
ONE_SIDED: Final = "one-sided"
"""Not every party stands on a value."""
DIFFERS: Final = "differs"
"""Each stands on a value, and they are not the same."""
AGREED: Final = "agreed"
UNCLEAR: Final = "unclear"
"""Agreements crossed, and none replaces the others."""
STATUSES: Final = (OPEN, ONE_SIDED, DIFFERS, AGREED, UNCLEAR)

MET: Final = "met"
"""Parties stated the same value without having seen each other do so."""
MET_BEHIND: Final = "met-behind"
"""One took what the other had moved from: it is agreed, and the new wish is open."""
SWAPPED: Final = "swapped"
"""Each took the value of the other."""
LEFT_MEANWHILE: Final = "left-meanwhile"
"""One left the point while another agreed."""
CROSSING_WORDS: Final[Mapping[str, Mapping[str, str]]] = MappingProxyType(
    {
        MET: {"en": "both stated the same", "zh": "双方所提相同"},
        MET_BEHIND: {"en": "agreed; a newer wish is open", "zh": "已达成一致，另有新提议"},
        SWAPPED: {"en": "each took the other’s words", "zh": "双方互相采用了对方的内容"},
        LEFT_MEANWHILE: {"en": "one left while the other agreed", "zh": "一方同意时另一方已退出"},
    }
)


@dataclass(frozen=True, slots=True)
class Stance:
    """What a party said of a point.

    Attributes:
        party: its author.
        value: on which it stands from then on, or `LEFT`.
        at: position of the act among the turns of the matter.
        seen: `{another party: position of its last stance on this point that the author had seen}`.
    """

    party: str
    value: str
    at: int
    seen: Mapping[str, int]

    def has_seen(self, other: "Stance") -> bool:
        """Return whether its author had seen a stance of another party."""
        return other.at <= self.seen.get(other.party, -1)


@dataclass(frozen=True, slots=True)
class Agreement:
    """A value that every party stated.

    Attributes:
        value: that is agreed.
        by: the stance of each party that counts for it, in the order of the parties.
    """

    value: str
    by: tuple[Stance, ...]

    @property
    def at(self) -> int:
        """Position of the turn that completed it."""
        return max(one.at for one in self.by)

    def is_older(self, other: "Agreement") -> bool:
        """Return whether another one replaces it: no statement in that is older."""
        pairs = [(mine.at, its.at) for mine, its in zip(self.by, other.by, strict=True)]
        return all(mine <= its for mine, its in pairs) and any(a < b for a, b in pairs)


type Stances = Sequence[Stance]
"""Of one point, in the order of the turns."""


def add(
    stances: Stances,
    party: str,
    value: str,
    at: int,
    unseen: frozenset[int] = frozenset(),
    *,
    parties: int = 0,
) -> tuple[Stance, ...]:
    """Return the stances of a point with one more.

    Args:
        stances: so far.
        party: its author.
        value: that it states, or `LEFT`.
        at: position of its act among the turns.
        unseen: positions of the turns of effect that its author had not seen.
        parties: how many there are, if that is known: the search for what was seen ends sooner.
    """
    seen: dict[str, int] = {}
    for one in reversed(stances):
        if one.party != party and one.party not in seen and one.at not in unseen:
            seen[one.party] = one.at
            if len(seen) == parties - 1:
                break
    return (*stances, Stance(party, value, at, MappingProxyType(seen)))


def last(stances: Stances, party: str) -> str:
    """Return the value on which a party stands, or `LEFT`."""
    return next((one.value for one in reversed(stances) if one.party == party), LEFT)


def wishes(stances: Stances, parties: Sequence[str]) -> dict[str, str]:
    """Return the value on which each party stands, of those that stand on one."""
    every = ((party, last(stances, party)) for party in parties)
    return {party: value for party, value in every if value != LEFT}


def agreements(stances: Stances, parties: Sequence[str]) -> tuple[Agreement, ...]:
    """Return what is agreed now: one, or several where none replaces the others (unclear)."""
    found = _each(stances, parties, _greatest)
    return tuple(one for one in found if not any(one.is_older(other) for other in found))


def agreed(stances: Stances, parties: Sequence[str]) -> str:
    """Return the value that is agreed, or "" if none is."""
    found = agreements(stances, parties)
    return found[0].value if len(found) == 1 else ""


def ever(stances: Stances, parties: Sequence[str]) -> tuple[Agreement, ...]:
    """Return every value that was ever agreed, with the statements that first made it so.

    Older agreements come first; those that crossed are in the order of their values, the shorter
    first, so that of two numbers it is the less.
    """
    found = _each(stances, parties, _least)

    def place(one: Agreement) -> tuple[int, int, str]:
        return (sum(other.is_older(one) for other in found), len(one.value), one.value)

    return tuple(sorted(found, key=place))


def status(stances: Stances, parties: Sequence[str]) -> str:
    """Return how a point stands: one of `STATUSES`."""
    found = agreements(stances, parties)
    if found:
        return AGREED if len(found) == 1 else UNCLEAR
    standing = wishes(stances, parties)
    if len(standing) == len(parties) > 1:
        return DIFFERS
    return ONE_SIDED if standing else OPEN


def crossing(stances: Stances, parties: Sequence[str]) -> str:
    """Return what crossed on a point and still shows, by name, or ""."""
    found = agreements(stances, parties)
    if len(found) > 1:
        return SWAPPED
    if found:
        (one,) = found
        if any(value != one.value for value in wishes(stances, parties).values()):
            return MET_BEHIND if _is_behind(stances, one) else ""
        return MET if _is_met(one) else ""
    return LEFT_MEANWHILE if _is_left_meanwhile(stances, parties) else ""


def _is_met(found: Agreement) -> bool:
    return not any(one.has_seen(other) for one in found.by for other in found.by)


def _is_behind(stances: Stances, found: Agreement) -> bool:
    """Return whether somebody agreed while another, who had not seen that, moved."""
    return any(
        not move.has_seen(one)
        for one in found.by
        for other in found.by
        if (move := _move(stances, other)) is not None and other is not one
    )


def _is_left_meanwhile(stances: Stances, parties: Sequence[str]) -> bool:
    """Return whether somebody left what another, unseen, was agreeing to."""
    for found in _each(stances, parties, _least):
        for one in found.by:
            exits = [x for x in stances if _is_exit(x, one.party) and x.at > one.at]
            if any(not exits[0].has_seen(other) for other in found.by if exits and other != one):
                return True
    return False


def _is_exit(one: Stance, party: str) -> bool:
    return one.party == party and one.value == LEFT


type _Choose = Callable[[Stances, Sequence[str], str], tuple[Stance, ...] | None]


def _each(stances: Stances, parties: Sequence[str], choose: _Choose) -> list[Agreement]:
    """Return for each value the statements that make it agreed, of values for which there are."""
    values = dict.fromkeys(one.value for one in stances if one.value != LEFT)
    found = ((value, choose(stances, parties, value)) for value in values)
    return [Agreement(value, by) for value, by in found if by] if len(parties) > 1 else []


def _greatest(stances: Stances, parties: Sequence[str], value: str) -> tuple[Stance, ...] | None:
    """Return the newest statements of a value that agree, of those that no exit has ended."""
    left_at = {one.party: one.at for one in stances if one.value == LEFT}
    live = [one for one in stances if one.at > left_at.get(one.party, -1)]
    stated = {party: [o for o in live if (o.party, o.value) == (party, value)] for party in parties}
    while all(stated.values()):
        newest = {party: given[-1] for party, given in stated.items()}
        clash = next(_clashes(stances, newest), None)
        if clash is None:
            return tuple(newest.values())
        stated[clash[1].party].pop()  # who had seen the move: an older statement had not
    return None


def _least(stances: Stances, parties: Sequence[str], value: str) -> tuple[Stance, ...] | None:
    """Return the oldest statements of a value that agreed, whatever came afterwards."""
    every = list(reversed(stances))
    stated = {
        party: [o for o in every if (o.party, o.value) == (party, value)] for party in parties
    }
    while all(stated.values()):
        oldest = {party: given[-1] for party, given in stated.items()}
        clash = next(_clashes(stances, oldest), None)
        if clash is None:
            return tuple(oldest.values())
        stated[clash[0].party].pop()  # who had moved: a newer statement came after that
    return None


def _clashes(stances: Stances, by: Mapping[str, Stance]) -> Iterator[tuple[Stance, Stance]]:
    """Give each statement from which its author moved, with one whose author had seen that."""
    for one in by.values():
        move = _move(stances, one)
        if move is not None:
            yield from ((one, other) for other in by.values() if other.has_seen(move))


def _move(stances: Stances, one: Stance) -> Stance | None:
    """Return the first stance by which its author moved away from a statement, or None."""
    own = (other for other in stances if other.party == one.party and other.at > one.at)
    return next((other for other in own if other.value != one.value), None)
