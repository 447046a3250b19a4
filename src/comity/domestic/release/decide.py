"""Which step may be taken now, and by whom.

An officer who has ended takes no step, and what they approved before no longer counts; nor does
an approval by one who has lost the role that the rule asks for.

Floor: domestic (pure).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from comity.domestic.release import fold
from comity.domestic.release.acts import (
    Appended,
    Approved,
    Drafted,
    Dropped,
    Released,
    Returned,
)
from comity.domestic.release.fold import State
from comity.kernel.fault import quoted
from comity.kernel.inadmissible import Inadmissible

EMERGENCY: Final = "emergency"
"""The urgency in which one officer may release alone."""


@dataclass(frozen=True, slots=True)
class Rule:
    """What an act needs before it is released.

    Attributes:
        count: how many officers approve it, its author among them.
        roles: of which each of the others has one; empty: any officer will do.
        review_hours: in an emergency one officer may release it alone, if that is reviewed
            within so many hours; 0: they may not.
    """

    count: int
    roles: tuple[str, ...] = ()
    review_hours: int = 0

    def has_role(self, roles: frozenset[str]) -> bool:
        """Return whether an officer with these roles may approve what another wrote."""
        return not self.roles or not roles.isdisjoint(self.roles)


@dataclass(frozen=True, slots=True)
class By:
    """Who takes a step, and when.

    Attributes:
        officer: their name.
        in_office: the roles of every officer who is in office, by name.
        now_ms: when.
    """

    officer: str
    in_office: Mapping[str, frozenset[str]]
    now_ms: int


def counted(state: State, by: By, rule: Rule) -> tuple[str, ...]:
    """Return those whose approval counts now: in office, and author or of the right role."""
    return tuple(
        name
        for name in state.approvers
        if name in by.in_office and (name == state.author or rule.has_role(by.in_office[name]))
    )


def draft(state: State, by: By, content_sha256: str) -> Drafted | Inadmissible:
    """Write a draft, or change it, which voids its approvals."""
    no = _ended(by) or _not_in(state, fold.NONE, fold.DRAFT)
    return no or Drafted(by.officer, content_sha256, by.now_ms)


def approve(state: State, by: By, content_sha256: str, rule: Rule) -> Approved | Inadmissible:
    """Approve this very content: once an officer, its author first."""
    no = _ended(by) or _not_in(state, fold.DRAFT) or _changed(state, content_sha256)
    if no is None and by.officer in state.approvers:
        no = Inadmissible(
            "release.approved-before",
            f"{quoted(by.officer)} has approved this draft before.",
            "Ask another officer to approve it.",
        )
    if no is None and by.officer != state.author:
        no = _not_offered(state) or _role_missing(by, rule)
    return no or Approved(by.officer, content_sha256, by.now_ms)


def send_back(state: State, by: By, content_sha256: str, rule: Rule) -> Returned | Inadmissible:
    """Send what was offered back to its author: one who could approve it does."""
    no = _ended(by) or _not_in(state, fold.DRAFT) or _changed(state, content_sha256)
    if no is None and by.officer == state.author:
        no = Inadmissible(
            "release.own-draft",
            f"{quoted(by.officer)} wrote this draft.",
            "Change it, or drop it; another officer sends it back.",
        )
    no = no or _not_offered(state) or _role_missing(by, rule)
    return no or Returned(by.officer, content_sha256, by.now_ms)


def release(state: State, by: By, content_sha256: str, rule: Rule) -> Released | Inadmissible:
    """Let the approved content out: one of those who approved it does."""
    no = _ended(by) or _not_in(state, fold.DRAFT) or _changed(state, content_sha256)
    valid = counted(state, by, rule)
    missing = rule.count - len(valid)
    if no is None and missing > 0:
        of = f" of a {' or '.join(rule.roles)}" if rule.roles and len(valid) else ""
        no = Inadmissible(
            "release.approvals-missing",
            f"This draft needs {rule.count} approvals and lacks {missing}{of}.",
            "Ask another officer to approve it.",
        )
    if no is None and by.officer not in valid:
        no = Inadmissible(
            "release.not-approved",
            f"{quoted(by.officer)} has not approved this draft, or their approval does not count.",
            "Approve it first, or ask one who has to release it.",
        )
    return no or Released(by.officer, content_sha256, by.now_ms, valid)


def break_glass(
    state: State, by: By, content_sha256: str, rule: Rule, *, urgency: str, reason_sha256: str
) -> Released | Inadmissible:
    """Let content out alone, in an emergency, with a reason that is reviewed soon."""
    assert reason_sha256
    no = _ended(by) or _not_in(state, fold.DRAFT) or _changed(state, content_sha256)
    no = no or _no_glass(rule, urgency) or _role_missing(by, rule)
    valid = counted(state, by, rule)
    if no is None and len(valid) >= rule.count:
        no = Inadmissible(
            "release.glass-not-needed",
            "This draft has its approvals.",
            "Release it as usual, without breaking the glass.",
        )
    return no or Released(by.officer, content_sha256, by.now_ms, valid, reason_sha256)


def append(state: State, by: By, content_sha256: str) -> Appended | Inadmissible:
    """Put the released content into a log, once."""
    no = _ended(by) or _not_in(state, fold.RELEASED) or _changed(state, content_sha256)
    return no or Appended(content_sha256, by.now_ms)


def drop(state: State, by: By) -> Dropped | Inadmissible:
    """Throw a draft away."""
    return _ended(by) or _not_in(state, fold.DRAFT) or Dropped(by.officer, by.now_ms)


def _ended(by: By) -> Inadmissible | None:
    if by.officer in by.in_office:
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
        "Read it as it is now, with `comity draft list`, and then decide.",
    )


def _not_offered(state: State) -> Inadmissible | None:
    if state.author in state.approvers:
        return None
    return Inadmissible(
        "release.not-offered",
        f"{quoted(state.author)}, who wrote it, has not approved this draft themselves.",
        "Wait until they do; if they have left, take it over with `comity draft edit`.",
    )


def _role_missing(by: By, rule: Rule) -> Inadmissible | None:
    if rule.has_role(by.in_office[by.officer]):
        return None
    return Inadmissible(
        "release.role-missing",
        f"This needs an officer who is {' or '.join(rule.roles)}; {quoted(by.officer)} is not.",
        "Ask one who is, or have the role given with `comity officer role`.",
    )


def _no_glass(rule: Rule, urgency: str) -> Inadmissible | None:
    if urgency != EMERGENCY:
        return Inadmissible(
            "release.not-an-emergency",
            "One officer alone releases in an emergency only, and this request is none.",
            "Ask another officer to approve it.",
        )
    if not rule.review_hours:
        return Inadmissible(
            "release.glass-not-agreed",
            "Neither the guideline nor the settings let one officer alone release this act.",
            "Ask another officer to approve it.",
        )
    return None
