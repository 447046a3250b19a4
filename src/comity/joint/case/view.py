# ruff: noqa: RUF001 -- Chinese texts have Chinese punctuation
"""Questions that a screen asks of a case: what is in it, whether it goes first, what was agreed.

Floor: joint (pure).
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from comity.joint.case import acts, fold, state
from comity.joint.case.state import Proposal, Report, State

NONE: Final = "none"
OPEN: Final = "open"
CLOSED: Final = "closed"

STATUS_WORDS: Final[Mapping[str, Mapping[str, str]]] = MappingProxyType(
    {
        NONE: {"en": "no case", "zh": "无案件"},
        OPEN: {"en": "open", "zh": "办理中"},
        CLOSED: {"en": "closed", "zh": "已办结"},
    }
)
REPORT_WORDS: Final[Mapping[str, Mapping[str, str]]] = MappingProxyType(
    {
        state.PROPOSED: {"en": "proposed", "zh": "已提出"},
        state.AGREED: {"en": "agreed by both sides", "zh": "双方已确认"},
        state.DISPUTED: {"en": "disputed", "zh": "存在异议"},
    }
)
PROPOSAL_WORDS: Final[Mapping[str, Mapping[str, str]]] = MappingProxyType(
    {
        state.PROPOSED: {"en": "proposed", "zh": "已提出"},
        state.AGREED: {"en": "agreed", "zh": "已同意"},
        state.DECLINED: {"en": "declined", "zh": "未获同意"},
        fold.LAPSED: {"en": "overtaken: the level has changed", "zh": "级别已经变更，不再有效"},
    }
)
TAG_WORDS: Final[Mapping[str, Mapping[str, str]]] = MappingProxyType(
    {
        acts.OPENED: {"en": "opened the case", "zh": "建立案件"},
        acts.GROUPED: {"en": "put requests in the case", "zh": "将请求归入案件"},
        acts.UNGROUPED: {"en": "took requests out of the case", "zh": "将请求移出案件"},
        acts.REFERENCED: {"en": "gave its file number", "zh": "告知己方案号"},
        acts.PRIORITY_PROPOSED: {"en": "proposed its priority", "zh": "提议优先级别"},
        acts.PRIORITY_AGREED: {"en": "agreed to its priority", "zh": "同意优先级别"},
        acts.PRIORITY_DECLINED: {"en": "declined its priority", "zh": "不同意优先级别"},
        acts.REPORTED: {"en": "proposed a status report", "zh": "提出情况通报"},
        acts.REPORT_AGREED: {"en": "agreed to the status report", "zh": "确认情况通报"},
        acts.REPORT_DISPUTED: {"en": "disputed the status report", "zh": "对情况通报提出异议"},
        acts.CLOSED: {"en": "closed the case", "zh": "办结案件"},
        acts.REOPENED: {"en": "reopened the case", "zh": "重新办理案件"},
        acts.LINKED: {"en": "linked identifiers", "zh": "关联标识"},
        acts.LINK_DISPUTED: {"en": "disputed a link", "zh": "对关联提出异议"},
    }
)


def status(now: State) -> str:
    """Return where a case stands: a key of `STATUS_WORDS`."""
    if not now.opened_by:
        return NONE
    return CLOSED if fold.is_closed(now) else OPEN


def requests(now: State) -> tuple[str, ...]:
    """Return the requests that stand in a case, in the order in which they came."""
    return tuple(one for one in now.requests if fold.is_in(now, one))


def level(now: State) -> str:
    """Return the level of priority that every party has agreed on."""
    return acts.PRIORITY if now.round(state.PRIORITY) % 2 == 1 else acts.ORDINARY


def proposal_status(now: State, proposal: Proposal) -> str:
    """Return where a proposed level stands: a key of `PROPOSAL_WORDS`."""
    if fold.is_agreed(now, proposal.party, proposal.voices):
        return state.AGREED
    if any(one.says == state.DECLINED for one in proposal.voices):
        return state.DECLINED
    return state.PROPOSED if now.round(state.PRIORITY) == proposal.round else fold.LAPSED


def report_status(now: State, report: Report) -> str:
    """Return where a status report stands: a key of `REPORT_WORDS`."""
    if fold.is_agreed(now, report.party, report.voices):
        return state.AGREED
    last = {one.party: one.says for one in report.voices}
    return state.DISPUTED if state.DISPUTED in last.values() else state.PROPOSED


def current_report(now: State) -> Report | None:
    """Return the newest report that is agreed, or the newest one, or None."""
    agreed = [one for one in now.reports if report_status(now, one) == state.AGREED]
    found = agreed or now.reports
    return found[-1] if found else None


def history(now: State) -> tuple[tuple[str, tuple[Report, ...]], ...]:
    """Return the reports of each dialogue, the dialogues in the order of their first report."""
    names = dict.fromkeys(one.dialogue for one in now.reports)
    return tuple((name, tuple(r for r in now.reports if r.dialogue == name)) for name in names)


def references(now: State) -> tuple[str, ...]:
    """Return every file number of every side, those that were replaced too."""
    given = (one for party in now.parties for one in now.references.get(party, ()))
    return tuple(dict.fromkeys(given))


def open_proposal(now: State) -> Proposal | None:
    """Return the newest proposal that waits for somebody, or None."""
    found = [one for one in now.proposals if proposal_status(now, one) == state.PROPOSED]
    return found[-1] if found else None


def open_report(now: State) -> Report | None:
    """Return the newest report, if it is not agreed; or None."""
    newest = now.reports[-1] if now.reports else None
    is_done = newest is None or report_status(now, newest) == state.AGREED
    return None if is_done else newest


def holder(now: State) -> str:
    """Return the first party that has an open proposal or report to answer, or ""."""
    if status(now) != OPEN:
        return ""
    for one in (open_proposal(now), open_report(now)):
        if one is not None:
            spoke = {voice.party for voice in one.voices}
            silent = (p for p in now.parties if p != one.party and p not in spoke)
            found = next(silent, "")
            if found:
                return found
    return ""
