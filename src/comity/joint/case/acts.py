"""What is said of a case: it is opened, requests are grouped in it, its status is agreed.

    case.opened/1              opens the matter; codes own-reference, crime-type; items: requests
    case.grouped/1, case.ungrouped/1      answer the opening; items: requests
    case.referenced/1          answers the opening; code own-reference: the speaker's own
    case.priority-proposed/1   answers the opening; codes level, reason
    case.priority-agreed/1, case.priority-declined/1     answer a proposal
    case.reported/1            answers the opening; codes dialogue, next.<party>, owner.<party>;
                               times due.<party>; items: requests; blob of the role `texts`
    case.report-agreed/1, case.report-disputed/1         answer a report
    case.closed/1, case.reopened/1        answer the opening; code reason
    case.linked/1              answers the opening; codes count, identifiers; blob `links`
    case.link-disputed/1       answers links; codes link, reason

What was asked, answered and is outstanding is never said here: it follows from the requests.

Source: protocol rule 14; docs/spec/case.md.
Floor: joint (pure).
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from comity.acts import shape
from comity.acts.record import Act
from comity.acts.shape import ANY, NAME, Shape, Words

KIND: Final = "case"

OPENED: Final = "case.opened/1"
GROUPED: Final = "case.grouped/1"
UNGROUPED: Final = "case.ungrouped/1"
REFERENCED: Final = "case.referenced/1"
PRIORITY_PROPOSED: Final = "case.priority-proposed/1"
PRIORITY_AGREED: Final = "case.priority-agreed/1"
PRIORITY_DECLINED: Final = "case.priority-declined/1"
REPORTED: Final = "case.reported/1"
REPORT_AGREED: Final = "case.report-agreed/1"
REPORT_DISPUTED: Final = "case.report-disputed/1"
CLOSED: Final = "case.closed/1"
REOPENED: Final = "case.reopened/1"
LINKED: Final = "case.linked/1"
LINK_DISPUTED: Final = "case.link-disputed/1"

LAST_WORDS: Final = frozenset(
    {UNGROUPED, PRIORITY_DECLINED, REPORT_DISPUTED, LINK_DISPUTED, CLOSED}
)
"""What decides, corrects or ends one: sayable while anything is (exchange.md 8.5.7)."""

OWN_REFERENCE: Final = "own-reference"
CRIME_TYPE: Final = "crime-type"
LEVEL: Final = "level"
REASON: Final = "reason"
DIALOGUE: Final = "dialogue"
NEXT: Final = "next."
"""Before a party: its next step."""
OWNER: Final = "owner."
"""Before a party: its agency that takes it."""
DUE: Final = "due."
"""Before a party: by when."""

COUNT: Final = "count"
"""How many links."""
IDENTIFIERS: Final = "identifiers"
"""How many identifiers they join."""
LINK: Final = "link"
"""Number of one of the links of an act, from 1."""

ROLE_TEXTS: Final = "texts"
ROLE_LINKS: Final = "links"
"""Of the blob that has the identifiers."""

NUMBER_SHAPE: Final = re.compile(r"[1-9][0-9]{0,3}")


def _known(**codes: tuple[str, str]) -> Words:
    """Return a closed list: `not_now=(English, Chinese)` has the code `not-now`."""
    return MappingProxyType(
        {name.replace("_", "-"): {"en": en, "zh": zh} for name, (en, zh) in codes.items()}
    )


ORDINARY: Final = "ordinary"
PRIORITY: Final = "priority"
LEVELS: Final = _known(ordinary=("Ordinary", "一般案件"), priority=("Priority", "优先案件"))

PRIORITY_REASONS: Final = _known(
    life_or_safety=("Life or safety is in danger", "危及生命或人身安全"),
    harm_goes_on=("The harm goes on", "危害仍在持续"),
    evidence_at_risk=("Evidence is about to be lost", "证据面临灭失"),
    large_harm=("Many victims, or a large loss", "受害人众多或损失巨大"),
    critical_infrastructure=("Critical infrastructure is affected", "涉及关键信息基础设施"),
    chosen_together=("Chosen at a dialogue", "由双方在对话中选定"),
    reason_gone=("The reason for its priority is gone", "优先理由已不存在"),
)
PRIORITY_DECLINALS: Final = _known(
    not_shared=("The reason is not shared", "不同意该理由"),
    others_first=("Other cases go first", "其他案件应当优先"),
    no_means=("The means for it are lacking", "缺乏所需力量"),
    not_now=("The time is not right", "时机尚不成熟"),
)
NEXT_STEPS: Final = _known(
    send_request=("Send a request", "发出请求"),
    supply=("Supply what is missing", "补充所缺内容"),
    answer=("Answer what is open", "答复未办事项"),
    await_court=("Wait for a court or authority", "等待法院或者主管机关决定"),
    examine=("Examine what was given", "审查所提供材料"),
    report_use=("Tell how it was used", "反馈使用情况"),
    meet=("Meet on it", "就此会商"),
    close=("Close it", "予以办结"),
    nothing=("Nothing for now", "暂无事项"),
)
DISPUTES: Final = _known(
    facts=("A fact is not so", "事实不符"),
    next_step=("The next step is another", "下一步工作不符"),
    wording=("The words do not say what is agreed", "文字与共识不符"),
    translation=("Its languages do not say the same", "各语言文本含义不一致"),
)
CLOSINGS: Final = _known(
    concluded=("The investigation is concluded", "侦查终结"),
    prosecuted=("It went to court", "已提起诉讼"),
    dropped=("It was dropped", "案件终止"),
    merged=("It goes on in another case", "并入其他案件"),
)
REOPENINGS: Final = _known(
    new_facts=("There are new facts", "出现新事实"),
    closed_in_error=("It was closed in error", "误予办结"),
)
LINK_DISPUTES: Final = _known(
    another=("They belong to different people", "分属不同的人"),
    source=("The source is not reliable", "来源不可靠"),
    outdated=("It is no longer so", "情况已变"),
    withdrawn=("It was said in error", "误述"),
)

LISTS: Final = MappingProxyType(
    {
        "level": LEVELS,
        "priority-proposed": PRIORITY_REASONS,
        "priority-declined": PRIORITY_DECLINALS,
        "next": NEXT_STEPS,
        "report-disputed": DISPUTES,
        "closed": CLOSINGS,
        "reopened": REOPENINGS,
        "link-disputed": LINK_DISPUTES,
    }
)

_OPENING: Final = "the opening"
_PROPOSAL: Final = "a proposal"
_REPORT: Final = "a report"
_LINKS: Final = "links"

SHAPES: Final[Mapping[str, Shape]] = MappingProxyType(
    {
        OPENED: Shape(needs={OWN_REFERENCE: ANY}, may={CRIME_TYPE: NAME}, items=True),
        GROUPED: Shape(_OPENING, items=True),
        UNGROUPED: Shape(_OPENING, items=True),
        REFERENCED: Shape(_OPENING, needs={OWN_REFERENCE: ANY}),
        PRIORITY_PROPOSED: Shape(_OPENING, needs={LEVEL: LEVELS, REASON: PRIORITY_REASONS}),
        PRIORITY_AGREED: Shape(_PROPOSAL),
        PRIORITY_DECLINED: Shape(_PROPOSAL, needs={REASON: PRIORITY_DECLINALS}),
        REPORTED: Shape(
            _OPENING,
            needs={DIALOGUE: NAME},
            under={NEXT: NEXT_STEPS, OWNER: NAME},
            may_times=(DUE,),
            items=True,
        ),
        REPORT_AGREED: Shape(_REPORT),
        REPORT_DISPUTED: Shape(_REPORT, needs={REASON: DISPUTES}),
        CLOSED: Shape(_OPENING, needs={REASON: CLOSINGS}),
        REOPENED: Shape(_OPENING, needs={REASON: REOPENINGS}),
        LINKED: Shape(_OPENING, needs={COUNT: NUMBER_SHAPE, IDENTIFIERS: NUMBER_SHAPE}),
        LINK_DISPUTED: Shape(_LINKS, needs={LINK: NUMBER_SHAPE, REASON: LINK_DISPUTES}),
    }
)
"""Every tag of the room."""


@dataclass(frozen=True, slots=True)
class Step:
    """What a party does next in a case.

    Attributes:
        party: that does it.
        next: a code of `NEXT_STEPS`.
        owner: its agency that takes it, or "".
        due_ms: by when, milliseconds since 1970 UTC; or None.
    """

    party: str
    next: str
    owner: str = ""
    due_ms: int | None = None


def matter_id(party: str, act_id: str) -> str:
    """Return the id of the matter that a party's act opens."""
    return shape.matter_id(KIND, party, act_id)


def steps(act: Act) -> tuple[Step, ...]:
    """Return what each party does next, by a report."""
    owners, due = shape.under(act, OWNER), act.times
    return tuple(
        Step(party, code, owners.get(party, ""), due.get(f"{DUE}{party}"))
        for party, code in shape.under(act, NEXT).items()
    )


PROBLEMS: Final = shape.PROBLEMS | {"requests-missing", "steps-unclear"}
"""What `check` can name."""


def check(act: Act) -> str:
    """Return what is wrong with an act of this room, by name, or "".

    Total: it reads any act that `require_valid` lets pass, and raises nothing.
    """
    wrong = shape.problem(act, KIND, SHAPES)
    if wrong:
        return wrong
    if act.tag in (GROUPED, UNGROUPED) and not act.items:
        return "requests-missing"
    if act.tag != REPORTED:
        return ""
    parties = shape.under(act, NEXT).keys()
    owned = shape.under(act, OWNER).keys()
    due = {name.removeprefix(DUE) for name in act.times}
    return "" if parties and owned <= parties and due <= parties else "steps-unclear"
