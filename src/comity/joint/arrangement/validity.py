"""Which card's keys count where: decidable by sizes alone, without a clock.

    author's log     … 41 42 [card 2 at index 43] 44 45 …
    heads of size        ≤ 44: keys of card 1        ≥ 45: keys of card 2

A card that is entered at index i of its author's log puts its log keys in force for heads
of a size over i + 1; the head of size i + 1, if one is made, is signed with the old key.
Seal keys follow what an author has seen of the owner's log: from the entry on that has
seen index i, entries are sealed to the new key.  A mirror signs with the newest card of its
own log; what it stored before keeps its signature, so a reader tries the card in force and
its neighbours.  Revocations cap sizes, whenever they arrive.

This mends protocol rule 4, which spoke of "the first head that covers a card": a reader
who does not have every head could not decide it.

Source: protocol rules 4, 10 and 12.
Floor: joint (pure).
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from comity.joint.arrangement.revocation import Revocation, last_size


@dataclass(frozen=True, slots=True)
class Position:
    """Where a card stands in its author's log of one channel.

    Attributes:
        number: of the card.
        index: of its entry; None if it was in force when the log began.
        text: SHA-256 of the text that the entry names, or "".
    """

    number: int
    index: int | None
    text: str = field(default="", compare=False)


def in_order(positions: Iterable[Position]) -> tuple[Position, ...]:
    """Return those positions that count, in order.

    The first is the one without an index (the lowest, if there are more); after it a card
    counts only if its number is one more than that of the last that counted.  An entry
    that repeats or skips changes nothing.
    """
    by_index = sorted(positions, key=lambda p: (-1 if p.index is None else p.index, p.number))
    counted: list[Position] = []
    for position in by_index:
        if not counted or position.number == counted[-1].number + 1:
            counted.append(position)
    return tuple(counted)


def log_card_at(positions: Iterable[Position], size: int) -> int:
    """Return the number of the card whose log keys sign a head of that size."""
    return _last(in_order(positions), size - 1)


def seal_card_seen(positions: Iterable[Position], seen_size: int) -> int:
    """Return the number of the card to seal to, for one who has seen so much of its log."""
    return _last(in_order(positions), seen_size)


def keys_at(positions: Iterable[Position], size: int, known: Iterable[int] = ()) -> tuple[int, ...]:
    """Return the numbers of the cards whose log keys may sign a head of that size.

    Args:
        positions: of cards whose entry was read.
        size: of the head.
        known: numbers of all cards that are held, those from a handshake too: one that
            follows the last read one may be in force already, so both are candidates.

    Returns:
        One number, or several with the one in force by position first.
    """
    counted = in_order(positions)
    in_force = _last(counted, size - 1)
    if in_force != counted[-1].number:
        return (in_force,)
    return (in_force, *sorted(number for number in known if number > in_force))


def mirror_cards(
    positions: Iterable[Position], seen_size: int, known: Iterable[int] = ()
) -> tuple[int, ...]:
    """Return the numbers of the cards whose mirror keys a cosignature may bear.

    The card in force first, then newer ones that are known, then the one before (a stored
    cosignature that was asked for again).
    """
    in_force = seal_card_seen(positions, seen_size)
    newer = sorted(number for number in known if number > in_force)
    older = (in_force - 1,) if in_force > 1 else ()
    return (in_force, *newer, *older)


def unrevoked(
    numbers: Iterable[int], revocations: Sequence[Revocation], origin: str, size: int
) -> tuple[int, ...]:
    """Return those cards whose key may still cover that size of that log."""
    caps = ((number, last_size(revocations, number, origin)) for number in numbers)
    return tuple(number for number, cap in caps if cap is None or size <= cap)


def _last(counted: Sequence[Position], end: int) -> int:
    """Return the last number whose index is below `end`, or the first."""
    number = counted[0].number
    for position in counted[1:]:
        if position.index is not None and position.index < end:
            number = position.number
    return number
