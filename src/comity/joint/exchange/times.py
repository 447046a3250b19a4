"""Time from receipts: claims bounded by causality (protocol rule 19).

    claim            what a receipt says of its own time
    effective time   the latest of the claim, of the receipt before it in its log, and of those
                     it has seen that do not lie over five minutes after the claim

Two claims contradict each other where the later receipt has seen the earlier one and claims
over five minutes less.  What is so contradicted moves nobody's time but its author's: one
false claim, years ahead, would else stand in every receipt after it, of whatever party.
Honest clocks are closer than that, or do not sign.

Source: docs/spec/exchange.md 8.7; protocol rule 19.
Floor: joint (pure).
"""

from collections.abc import Iterable

from comity.kernel import limits


def effective_ms(claim_ms: int, own_before_ms: int, seen_ms: Iterable[int]) -> int:
    """Return the effective time of a receipt.

    Args:
        claim_ms: its own.
        own_before_ms: effective, of the receipt before it in its log; 0 if there is none.
        seen_ms: effective, of receipts in other logs that it has seen.
    """
    believed = (at_ms for at_ms in seen_ms if not is_ahead(at_ms, claim_ms))
    return max((claim_ms, own_before_ms, *believed))


def is_ahead(seen_ms: int, claim_ms: int) -> bool:
    """Return whether a claim contradicts an earlier one that its author had seen."""
    return seen_ms > claim_ms + limits.SKEW_MS_MAX
