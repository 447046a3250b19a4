# ruff: noqa: RUF001 -- Chinese texts have Chinese punctuation
"""The verbs of a case: the one place that spells them.

Source: docs/spec/case.md.
Floor: joint (pure).
"""

from typing import Final

from comity.acts.verb import (
    CODE,
    LINES,
    MATTER,
    NAME,
    NUMBER,
    REFERENCE,
    TIME,
    Field,
    Table,
    Verb,
    both,
    why,
)
from comity.joint.case import acts, view
from comity.joint.case.state import Proposal, Report, State

_REFERENCE: Final = Field(acts.OWN_REFERENCE, REFERENCE, both("Your file number", "我方案卷编号"))
_REQUESTS: Final = Field(
    "request", MATTER, both("Requests", "请求"), of="request", many="requests",
    hint=both("ids or file numbers", "编号或者案卷编号"),
)  # fmt: skip
_PARTY: Final = "party"


def _proposal(now: State, _party: str) -> str:
    return _id(view.open_proposal(now))


def _report(now: State, _party: str) -> str:
    return _id(view.open_report(now))


def _id(found: Proposal | Report | None) -> str:
    return found.id if found is not None else ""


def _links(now: State, party: str) -> str:
    """Return the newest links of another party, or of this one where there are no others."""
    others = [one for one in now.links if one.party != party]
    found = others or now.links
    return found[-1].id if found else ""


def _has_links(now: State, _party: str) -> bool:
    return bool(now.links)


def _is_open(now: State, _party: str) -> bool:
    return view.status(now) == view.OPEN


def _is_closed(now: State, _party: str) -> bool:
    return view.status(now) == view.CLOSED


def _has_proposal(now: State, party: str) -> bool:
    return view.holder(now) == party and bool(_proposal(now, party))


def _has_report(now: State, party: str) -> bool:
    return view.holder(now) == party and bool(_report(now, party))


TABLE: Final = Table(
    acts.KIND,
    "cases",
    both("Case", "案件"),
    both(
        "Group the requests of one investigation, and agree on its status",
        "将同一侦查的请求归为一案，并确认其办理情况",
    ),
    (
        Verb(
            "open", acts.OPENED, both("Open a case", "建立案件"),
            (
                _REFERENCE,
                Field(
                    acts.CRIME_TYPE, CODE, both("Type of crime", "犯罪类型"),
                    needed=False, listed="crime",
                ),
                Field(
                    "request", MATTER, both("Requests in it", "所含请求"),
                    needed=False, of="request", many="requests",
                    hint=both("ids or file numbers", "编号或者案卷编号"),
                ),
            ),
            opens=True,
        ),
        Verb(
            "group", acts.GROUPED, both("Add requests", "并入请求"), (_REQUESTS,),
            offered=_is_open,
        ),
        Verb(
            "ungroup", acts.UNGROUPED, both("Remove requests", "移出请求"), (_REQUESTS,),
            offered=_is_open,
        ),
        Verb(
            "reference", acts.REFERENCED, both("Give your file number", "提供我方案卷编号"),
            (_REFERENCE,), offered=_is_open,
        ),
        Verb(
            "propose-priority", acts.PRIORITY_PROPOSED, both("Propose a priority", "提议优先级别"),
            (
                Field(
                    acts.LEVEL, CODE, both("Level", "级别"),
                    known=acts.LEVELS, default=acts.PRIORITY,
                ),
                why(acts.PRIORITY_REASONS),
            ),
            offered=_is_open,
        ),
        Verb(
            "agree-priority", acts.PRIORITY_AGREED, both("Agree to the priority", "同意优先级别"),
            about=_proposal, offered=_has_proposal,
        ),
        Verb(
            "decline-priority", acts.PRIORITY_DECLINED,
            both("Decline the priority", "不同意优先级别"),
            (why(acts.PRIORITY_DECLINALS),), about=_proposal, offered=_has_proposal,
        ),
        Verb(
            "report", acts.REPORTED, both("Propose a status report", "提出情况通报"),
            (
                Field(
                    acts.DIALOGUE, NAME, both("Dialogue", "对话"),
                    hint=both("a short name, such as 2027-03", "双方共用的简称，如 2027-03"),
                ),
                Field(
                    "next", CODE, both("Next step", "下一步工作"),
                    known=acts.NEXT_STEPS, by=_PARTY, code=acts.NEXT,
                ),
                Field(
                    "owner", NAME, both("Agency that takes it", "承办机构"),
                    needed=False, by=_PARTY, code=acts.OWNER,
                ),
                Field(
                    "due", TIME, both("Due date", "完成期限"),
                    needed=False, by=_PARTY, code=acts.DUE,
                ),
                Field(
                    "request", MATTER, both("Requests that it covers", "所涉请求"),
                    needed=False, of="request", many="requests",
                    hint=both("ids or file numbers; all if empty", "编号或案卷编号；不填则为全部"),
                ),
            ),
            offered=_is_open, needs_texts=True,
        ),
        Verb(
            "agree-report", acts.REPORT_AGREED, both("Agree to the report", "确认情况通报"),
            about=_report, offered=_has_report,
        ),
        Verb(
            "dispute-report", acts.REPORT_DISPUTED,
            both("Dispute the report", "对情况通报提出异议"),
            (why(acts.DISPUTES),), about=_report, offered=_has_report,
        ),
        Verb(
            "close", acts.CLOSED, both("Close the case", "办结案件"), (why(acts.CLOSINGS),),
            offered=_is_open, is_grave=True,
        ),
        Verb(
            "reopen", acts.REOPENED, both("Reopen the case", "重新办理案件"),
            (why(acts.REOPENINGS),), offered=_is_closed,
        ),
        Verb(
            "link", acts.LINKED, both("Link identifiers", "关联标识"),
            (
                Field(
                    "links", LINES, both("Links", "关联"),
                    hint=both(
                        "one a line: kind;identifier;kind;identifier;confidence;source",
                        "每行一项：种类;标识;种类;标识;可信程度;来源",
                    ),
                ),
            ),
            offered=_is_open,
            computes=(
                Field(acts.COUNT, NUMBER, both("Links", "关联数")),
                Field(acts.IDENTIFIERS, NUMBER, both("Identifiers", "标识数")),
            ),
        ),
        Verb(
            "dispute-link", acts.LINK_DISPUTED, both("Dispute a link", "对关联提出异议"),
            (
                Field(acts.LINK, NUMBER, both("Number of the link", "关联序号")),
                why(acts.LINK_DISPUTES),
            ),
            about=_links, offered=_has_links,
        ),
    ),
    lambda now: str(now.opened_by),
)  # fmt: skip
