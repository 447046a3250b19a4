"""What an act has seen: causality from receipts, without a clock (protocol rule 17).

A cut says how much of each log is meant: `{origin: size}`.  An act has seen what the
receipts before it in its own log cover, closed transitively, and its own log up to
itself.  Cuts join by the greater size.

Floor: acts (pure).
"""

from collections.abc import Mapping
from types import MappingProxyType

type Cut = Mapping[str, int]

EMPTY: Cut = MappingProxyType({})


def join(*cuts: Cut) -> Cut:
    """Return the least cut that contains every given one."""
    joined: dict[str, int] = {}
    for cut in cuts:
        for origin, size in cut.items():
            if size > joined.get(origin, 0):
                joined[origin] = size
    return MappingProxyType(joined)


def contains(cut: Cut, origin: str, index: int) -> bool:
    """Return whether the entry of that log at that index lies within the cut."""
    return index < cut.get(origin, 0)


def is_within(inner: Cut, outer: Cut) -> bool:
    """Return whether everything in `inner` is in `outer`."""
    return all(size <= outer.get(origin, 0) for origin, size in inner.items())


def after_receipt(before: Cut, of: str, size: int, seen_by_last: Cut) -> Cut:
    """Return what a log has seen once it holds a receipt.

    Args:
        before: what the log had seen before the receipt.
        of: origin that the receipt names.
        size: how much of it is held.
        seen_by_last: what the entry at `size - 1` of that log had seen.
    """
    return join(before, seen_by_last, {of: size})
