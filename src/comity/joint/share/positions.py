"""Positions of objects in the bundles of a share: which ones an act means.

    3          the third object of the bundle that is answered
    17-40      a range of them
    b2.5       the fifth object of the second bundle: that of the first adding
    b2.5-9     a range of them

A set of positions is a tuple of spans, in order, without overlap and as few as can be, so that the
same positions are one value.

Source: docs/spec/share.md 3.
Floor: joint (pure).
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Final, NamedTuple

OBJECTS_MAX: Final = 50_000
"""Of one bundle."""
ITEMS_MAX: Final = 256

_ITEM: Final = re.compile(r"(?:b([1-9][0-9]{0,2})\.)?([1-9][0-9]{0,4})(?:-([1-9][0-9]{0,4}))?")


class Span(NamedTuple):
    """Positions of one bundle, from the first to the last."""

    bundle: int
    first: int
    last: int


type Positions = tuple[Span, ...]
"""A set of positions, in order."""

ANSWERED: Final = 0
"""The bundle of an item that names none: that of the act which is answered."""


def parse(items: Iterable[str]) -> Positions | None:
    """Return the positions that items name; None where one of them is none."""
    found = []
    for item in items:
        match = _ITEM.fullmatch(item)
        if match is None:
            return None
        first = int(match[2])
        last = int(match[3] or first)
        if last < first or last > OBJECTS_MAX or match[3] == match[2]:
            return None
        found.append(Span(int(match[1] or ANSWERED), first, last))
    return united(found)


def render(spans: Positions) -> tuple[str, ...]:
    """Return the items that name positions: those of the first bundle by their number alone."""
    return tuple(
        (f"b{one.bundle}." if one.bundle > 1 else "")
        + (f"{one.first}" if one.first == one.last else f"{one.first}-{one.last}")
        for one in spans
    )


def answering(spans: Positions, bundle: int) -> Positions:
    """Return positions in which what names no bundle is of this one."""
    return united(one._replace(bundle=one.bundle or bundle) for one in spans)


def united(*spans: Iterable[Span]) -> Positions:
    """Return every position of some sets."""
    found: list[Span] = []
    for one in sorted(span for some in spans for span in some):
        before = found[-1] if found else None
        if before is not None and before.bundle == one.bundle and one.first <= before.last + 1:
            found[-1] = before._replace(last=max(before.last, one.last))
        else:
            found.append(one)
    return tuple(found)


def without(spans: Positions, taken: Positions) -> Positions:
    """Return the positions of one set that are not in another."""
    return tuple(_without(spans, taken))


def _without(spans: Positions, taken: Positions) -> Iterator[Span]:
    for one in spans:
        first = one.first
        for out in taken:
            if out.bundle != one.bundle or out.last < first or out.first > one.last:
                continue
            if out.first > first:
                yield Span(one.bundle, first, out.first - 1)
            first = out.last + 1
        if first <= one.last:
            yield Span(one.bundle, first, one.last)


def common(spans: Positions, others: Positions) -> Positions:
    """Return the positions that are in both sets."""
    return without(spans, without(spans, others))


def number(spans: Positions) -> int:
    """Return how many positions there are."""
    return sum(one.last - one.first + 1 for one in spans)


def whole(counts: Sequence[int]) -> Positions:
    """Return every position of bundles that have so many objects, the first one first."""
    return tuple(Span(at, 1, count) for at, count in enumerate(counts, start=1) if count)


def has(spans: Positions, bundle: int, position: int) -> bool:
    """Return whether a position is in a set."""
    return any(one.bundle == bundle and one.first <= position <= one.last for one in spans)
