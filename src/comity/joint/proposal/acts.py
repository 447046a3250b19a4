"""What is said of a proposal: it is put, assessed in a forum, and decided.

    proposal.put/1         opens the matter; codes sort, forum; time decide-by; blob `texts`
    proposal.assessed/1    answers the opening; code view; blob of the role `texts`
    proposal.stated/1      answers the opening or a statement; codes decision, forum, reason; time
                           until; items: points that are taken; blob of the role `texts`
    proposal.left/1        answers the opening; code reason; items: points, all if none

Who puts a proposal stands on `accepted`.  A view is no decision.

Source: protocol rule 14; docs/spec/proposal.md, docs/spec/stance.md.
Floor: joint (pure).
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from comity.acts import blob_role, points
from comity.acts.record import Act
from comity.acts.shape import Shape, Words

KIND: Final = "proposal"

PUT: Final = "proposal.put/1"
ASSESSED: Final = "proposal.assessed/1"
STATED: Final = "proposal.stated/1"
LEFT: Final = "proposal.left/1"

LAST_WORDS: Final = frozenset({STATED, LEFT})
"""What decides, corrects or ends one: sayable while anything is (exchange.md 8.5.7)."""

SORT: Final = "sort"
FORUM: Final = "forum"
VIEW: Final = "view"
DECISION: Final = "decision"
REASON: Final = "reason"
DECIDE_BY: Final = "decide-by"
UNTIL: Final = "until"

ACCEPTED: Final = "accepted"
CHANGED: Final = "changed"
DEFERRED: Final = "deferred"
DECLINED: Final = "declined"


def _known(**codes: tuple[str, str]) -> Words:
    """Return a closed list: `not_now=(English, Chinese)` has the code `not-now`."""
    return MappingProxyType(
        {name.replace("_", "-"): {"en": en, "zh": zh} for name, (en, zh) in codes.items()}
    )


SORTS: Final = _known(
    seminar=("A seminar", "研讨会"),
    expert_visit=("An exchange of experts", "专家交流"),
    exercise=("An exercise", "演练"),
    joint_text=("A joint text", "共同文件"),
    procedure=("A change of procedure", "工作程序调整"),
    other=("Something else", "其他"),
)
FORUMS: Final = _known(
    session=("A session of the dialogue", "对话会议"),
    exercise=("An exercise", "演练"),
    experts=("A meeting of experts", "专家会议"),
    written=("In writing", "书面"),
)
VIEWS: Final = _known(
    in_favour=("In favour", "赞成"),
    with_changes=("In favour with changes", "修改后赞成"),
    more_facts=("More facts are needed", "需要补充情况"),
    against=("Against", "不赞成"),
)
DECISIONS: Final = _known(
    accepted=("Accepted", "接受"),
    changed=("Accepted with changes", "修改后接受"),
    deferred=("Deferred until a date", "推迟至指定日期"),
    declined=("Declined", "不接受"),
)
REASONS: Final = _known(
    outside_scope=("It is outside the scope of the dialogue", "超出对话范围"),
    law=("Law does not allow it", "法律不允许"),
    means=("The means for it are lacking", "力量不足"),
    not_now=("The time is not right", "时机尚不成熟"),
    other_way=("The aim is reached in another way", "可以其他方式实现"),
    more_facts=("More facts are needed", "需要补充情况"),
)
LEAVINGS: Final = _known(
    overtaken=("Events have overtaken it", "情况已经变化"),
    replaced=("Another proposal takes its place", "已由其他提案取代"),
    reconsidered=("It was considered again", "已重新考虑"),
    mistaken=("It was stated by mistake", "误提"),
)

LISTS: Final = MappingProxyType(
    {
        "sort": SORTS,
        "forum": FORUMS,
        "view": VIEWS,
        "decision": DECISIONS,
        "stated": REASONS,
        "left": LEAVINGS,
    }
)

SHAPES: Final[Mapping[str, Shape]] = MappingProxyType(
    {
        PUT: Shape(needs={SORT: SORTS, FORUM: FORUMS}, may_times=(DECIDE_BY,)),
        ASSESSED: Shape(points.OPENING, needs={VIEW: VIEWS}),
        STATED: Shape(
            points.STATEMENT,
            may={DECISION: DECISIONS, FORUM: FORUMS, REASON: REASONS},
            may_times=(UNTIL,),
            items=True,
        ),
        LEFT: Shape(points.OPENING, needs={REASON: LEAVINGS}, items=True),
    }
)
"""Every tag of the room."""

PROBLEMS: Final = frozenset({"until-unclear", "reason-missing", "change-missing"})
"""What `check` can name."""


def check(act: Act) -> str:
    """Return what is wrong with an act of this room, beside its shape, by name; or ""."""
    decision = act.codes.get(DECISION, "")
    if (UNTIL in act.times) != (decision == DEFERRED):
        return "until-unclear" if act.tag == STATED else ""
    if decision == DECLINED and REASON not in act.codes:
        return "reason-missing"
    return "change-missing" if decision == CHANGED and not _texts(act) else ""


def values(act: Act) -> dict[str, str]:
    """Return the values that an act gives, by point."""
    forum = act.codes.get(FORUM, "")
    decision = ACCEPTED if act.tag == PUT else act.codes.get(DECISION, "")
    if decision == DEFERRED:
        decision = f"{DEFERRED}:{act.times.get(UNTIL, 0)}"
    elif decision == CHANGED:
        decision = f"{CHANGED}:{_texts(act)}"
    return {**({DECISION: decision} if decision else {}), **({FORUM: forum} if forum else {})}


def _texts(act: Act) -> str:
    return next((one.sha256 for one in act.blobs if one.role == blob_role.TEXTS), "")
