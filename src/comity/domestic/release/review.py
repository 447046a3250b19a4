"""The review of a release that one officer made alone: a clock of its own.

    due -> overdue -> reviewed: justified, or not

Another officer reviews, with one word and a note; what was said abroad stands in either case.

Floor: domestic (pure).
"""

from dataclasses import dataclass, replace
from typing import Any, Final, cast

from comity.domestic.release.decide import By
from comity.kernel.fault import quoted
from comity.kernel.ijson import Json
from comity.kernel.inadmissible import Inadmissible

DUE: Final = "due"
OVERDUE: Final = "overdue"
REVIEWED: Final = "reviewed"

JUSTIFIED: Final = "justified"
NOT_JUSTIFIED: Final = "not-justified"
VERDICTS: Final = (JUSTIFIED, NOT_JUSTIFIED)

HOUR_MS: Final = 3_600_000


@dataclass(frozen=True, slots=True)
class Review:
    """One review.

    Attributes:
        act_id: of the act that was released.
        matter_id: of its matter.
        agency: that wrote it; who released it may be of another, with whom it was shared.
        officer: who released it alone.
        reason: why, as they wrote it; it never leaves.
        salt: 32 bytes in hex: with it the reason has the hash that the release record names.
        at_ms: when.
        due_ms: when the review is due.
        reviewer: who reviewed it, or "".
        verdict: one of `VERDICTS`, or "".
        note: what they wrote.
        reviewed_ms: when, or 0.
    """

    act_id: str
    matter_id: str
    agency: str
    officer: str
    reason: str
    salt: str
    at_ms: int
    due_ms: int
    reviewer: str = ""
    verdict: str = ""
    note: str = ""
    reviewed_ms: int = 0

    def status(self, now_ms: int) -> str:
        """Return `due`, `overdue` or `reviewed` at an instant."""
        if self.verdict:
            return REVIEWED
        return OVERDUE if now_ms >= self.due_ms else DUE


def decide(
    review: Review, by: By, roles: tuple[str, ...], verdict: str, note: str
) -> Review | Inadmissible:
    """Return the review as done by an officer, or say why they may not.

    Args:
        review: as it is.
        by: who reviews.
        roles: of which they have one.
        verdict: `justified` or `not-justified`.
        note: why.
    """
    if by.officer not in by.in_office or by.in_office[by.officer].isdisjoint(roles):
        return Inadmissible(
            "release.role-missing",
            f"A review needs an officer who is {' or '.join(roles)}.",
            "Ask one who is, or have the role given with `comity officer role`.",
        )
    if by.officer == review.officer:
        return Inadmissible(
            "release.review-own",
            f"{quoted(by.officer)} released it themselves.",
            "Ask another officer to review it.",
        )
    if review.verdict:
        return Inadmissible(
            "release.reviewed-before",
            f"It was reviewed before, by {quoted(review.reviewer)}.",
            "Show it with `comity release list`.",
        )
    if verdict not in VERDICTS or not note.strip():
        return Inadmissible(
            "release.review-unclear",
            "A review says whether the release was justified, and why.",
            f"Give {' or '.join(VERDICTS)}, and a note.",
        )
    return replace(review, reviewer=by.officer, verdict=verdict, note=note, reviewed_ms=by.now_ms)


def to_json(review: Review) -> Json:
    """Return the review as a JSON value; `from_json` is its inverse."""
    return {name: getattr(review, name) for name in Review.__slots__}


def from_json(value: Json) -> Review:
    """Read back what `to_json` gave."""
    return Review(**cast("dict[str, Any]", value))
