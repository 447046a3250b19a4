"""Which step may be taken now, and by whom.

An officer who has ended takes no step, and what he approved before no longer counts.

Floor: domestic (pure).
"""

from collections.abc import Collection
from dataclasses import dataclass

from comity.domestic.release import fold
from comity.domestic.release.acts import Appended, Approved, Drafted, Dropped, Released
from comity.domestic.release.fold import State
from comity.kernel.fault import quoted
from comity.kernel.inadmissible import Inadmissible


@dataclass(frozen=True, slots=True)
class By:
    """Who takes a step, and when.

    Attributes:
        officer: his name.
        ended: the names of all officers who have ended.
        now_ms: when.
    """

    officer: str
    ended: Collection[str]
    now_ms: int


def draft(state: State, by: By, content_sha256: str) -> Drafted | Inadmissible:
    """Write a draft, or change it, which voids its approvals."""
    no = _ended(by) or _not_in(state, fold.NONE, fold.DRAFT)
    return no or Drafted(by.officer, content_sha256, by.now_ms)


def approve(state: State, by: By, content_sha256: str) -> Approved | Inadmissible:
    """Approve this very content: once an officer."""
    no = _ended(by) or _not_in(state, fold.DRAFT) or _changed(state, content_sha256)
    if no is None and by.officer in state.approvers:
        no = Inadmissible(
            "release.approved-before",
            f"{quoted(by.officer)} has approved this draft before.",
            "Ask another officer to approve it.",
        )
    return no or Approved(by.officer, content_sha256, by.now_ms)


def release(
    state: State, by: By, content_sha256: str, approvals_needed: int
) -> Released | Inadmissible:
    """Let the approved content out."""
    no = _ended(by) or _not_in(state, fold.DRAFT) or _changed(state, content_sha256)
    missing = approvals_needed - sum(officer not in by.ended for officer in state.approvers)
    if no is None and missing > 0:
        no = Inadmissible(
            "release.approvals-missing",
            f"This draft needs {approvals_needed} approvals and lacks {missing}.",
            "Ask another officer to approve it.",
        )
    return no or Released(by.officer, content_sha256, by.now_ms)


def append(state: State, by: By, content_sha256: str) -> Appended | Inadmissible:
    """Put the released content into a log, once."""
    no = _ended(by) or _not_in(state, fold.RELEASED) or _changed(state, content_sha256)
    return no or Appended(content_sha256, by.now_ms)


def drop(state: State, by: By) -> Dropped | Inadmissible:
    """Throw a draft away."""
    return _ended(by) or _not_in(state, fold.DRAFT) or Dropped(by.officer, by.now_ms)


def _ended(by: By) -> Inadmissible | None:
    if by.officer not in by.ended:
        return None
    return Inadmissible(
        "officer.ended",
        f"The officer {quoted(by.officer)} has ended.",
        "Ask an officer who is still in office to do it.",
    )


def _not_in(state: State, *statuses: str) -> Inadmissible | None:
    if state.status in statuses:
        return None
    return Inadmissible(
        "release.out-of-place",
        f"This draft is {quoted(state.status)}, so this step cannot be taken.",
        "Write another draft." if state.status != fold.DRAFT else "Release it first.",
    )


def _changed(state: State, content_sha256: str) -> Inadmissible | None:
    if content_sha256 == state.content_sha256:
        return None
    return Inadmissible(
        "release.content-changed",
        "The draft was changed after it was read.",
        "Read it as it is now, and then decide.",
    )
