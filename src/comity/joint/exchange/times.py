"""Time from receipts: claims bounded by causality (protocol rule 19).

The effective time of a receipt is the latest of its own claim, the previous one in its
log, and those it has seen.  A claim is disputed where it lies before what its author had
seen, or where another party's later receipt, which has seen it, claims less.

Floor: joint (pure).
"""

from collections.abc import Iterable


def effective_ms(claim_ms: int, seen_effective_ms: Iterable[int]) -> int:
    """Return the effective time of a receipt, given those before it and those it has seen."""
    return max((claim_ms, *seen_effective_ms))


def is_back_dated(claim_ms: int, seen_effective_ms: Iterable[int]) -> bool:
    """Return whether a claim lies before something its author had already signed for."""
    return claim_ms < max(seen_effective_ms, default=claim_ms)
