"""What is said of a commitment: it is made from its source, its dates and its status are stated.

    commitment.made/1      opens the matter; codes source, ref, owner.<party>, due-before, check;
                           time due; blob of the role `texts`
    commitment.stated/1    answers the opening or a statement; the same codes but source and ref;
                           codes status, series, evidence, reason; time due; items: points that are
                           taken; blob of the role `texts`
    commitment.left/1      answers the opening; code reason; items: points, all if none

The id of the matter follows from its source, so that a commitment that both make is one.

Source: protocol rule 14; docs/spec/commitment.md, docs/spec/stance.md.
Floor: joint (pure).
"""

import re
from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from comity.acts import blob_role, points, shape
from comity.acts.record import Act
from comity.acts.shape import NAME, SHA256, Shape, Words

KIND: Final = "commitment"

MADE: Final = "commitment.made/1"
STATED: Final = "commitment.stated/1"
LEFT: Final = "commitment.left/1"

LAST_WORDS: Final = frozenset({STATED, LEFT})
"""What decides, corrects or ends one: sayable while anything is (exchange.md 8.5.7)."""

SOURCE: Final = "source"
REF: Final = "ref"
OWNER: Final = "owner."
"""Before a party: its agency that does it."""
DUE: Final = "due"
DUE_BEFORE: Final = "due-before"
CHECK: Final = "check"
STATUS: Final = "status"
SERIES: Final = "series"
EVIDENCE: Final = "evidence"
REASON: Final = "reason"
CONTENT: Final = "content"
"""The point of what is to be done: its words by their hash, or the source alone."""

REF_SHAPE: Final = re.compile(r"[a-z0-9][a-z0-9./_-]{0,126}")


def _known(**codes: tuple[str, str]) -> Words:
    """Return a closed list: `not_now=(English, Chinese)` has the code `not-now`."""
    return MappingProxyType(
        {name.replace("_", "-"): {"en": en, "zh": zh} for name, (en, zh) in codes.items()}
    )


SOURCES: Final = _known(
    paragraph=("A paragraph of an adopted text", "已通过文本的段落"),
    minutes=("Minutes of a session", "会议纪要"),
    lesson=("A lesson of an exercise", "演练总结"),
    figure=("A figure of an agreed snapshot", "已确认统计数据"),
    proposal=("A proposal", "提案"),
    paper=("An earlier paper", "既有文件"),
)
CHECKS: Final = _known(
    text_adopted=("A text is adopted", "文本已通过"),
    session_held=("A session is held", "会议已举行"),
    exercise_held=("An exercise is held", "演练已举行"),
    hotline_tested=("The hotline is tested", "热线已测试"),
    snapshot_agreed=("Figures are agreed", "统计数据已确认"),
    answered_within=("Requests are answered in time", "请求按期答复"),
    fed_back=("The use of answers is reported", "已反馈答复使用情况"),
)
NOT_STARTED: Final = "not-started"
DONE: Final = "done"
STATUSES: Final = _known(
    not_started=("Not started", "尚未开始"),
    under_way=("Under way", "进行中"),
    substantial=("Substantially done", "基本完成"),
    done=("Done", "已完成"),
    blocked=("Blocked", "受阻"),
)
REASONS: Final = _known(
    waits_for_law=("It waits for law or a budget", "等待立法或者预算"),
    waits_for_other=("It waits for the other side", "等待对方"),
    means=("The means for it are lacking", "力量不足"),
    scope=("Its scope has changed", "范围已变更"),
    priority=("Other work goes first", "其他工作优先"),
    session_moved=("The session was moved", "会议改期"),
    evidence_elsewhere=("The evidence is outside the logs", "证据不在记录内"),
)
LEAVINGS: Final = _known(
    done_otherwise=("It was done in another way", "已以其他方式完成"),
    impossible=("It cannot be done", "无法完成"),
    law_changed=("The law has changed", "法律已变更"),
    replaced=("Another commitment takes its place", "已由其他承诺取代"),
    mistaken=("It was stated by mistake", "误提"),
)

LISTS: Final = MappingProxyType(
    {
        "source": SOURCES,
        "check": CHECKS,
        "status": STATUSES,
        "stated": REASONS,
        "left": LEAVINGS,
    }
)

SHAPES: Final[Mapping[str, Shape]] = MappingProxyType(
    {
        MADE: Shape(
            needs={SOURCE: SOURCES, REF: REF_SHAPE},
            may={DUE_BEFORE: NAME, CHECK: CHECKS},
            under={OWNER: NAME},
            may_times=(DUE,),
        ),
        STATED: Shape(
            points.STATEMENT,
            may={
                DUE_BEFORE: NAME,
                CHECK: CHECKS,
                STATUS: STATUSES,
                SERIES: NAME,
                EVIDENCE: SHA256,
                REASON: REASONS,
            },
            under={OWNER: NAME},
            may_times=(DUE,),
            items=True,
        ),
        LEFT: Shape(points.OPENING, needs={REASON: LEAVINGS}, items=True),
    }
)
"""Every tag of the room."""


def matter_id(act: Act, _party: str) -> str:
    """Return the id of the matter that an act opens: whoever makes it, it follows from the source.

    Total: an act without a source gets an id that no matter has.
    """
    return id_of(act.codes.get(SOURCE, ""), act.codes.get(REF, ""))


def id_of(source: str, ref: str) -> str:
    """Return the id of the commitment from a source."""
    return shape.matter_id(KIND, source, ref)


def values(act: Act) -> dict[str, str]:
    """Return the values that an act gives, by point."""
    texts = next((one.sha256 for one in act.blobs if one.role == blob_role.TEXTS), "")
    content = texts or ("source" if act.tag == MADE else "")
    codes = {
        name: code
        for name, code in act.codes.items()
        if name in (DUE_BEFORE, CHECK, STATUS, SERIES) or name.startswith(OWNER)
    }
    times = {name: str(at_ms) for name, at_ms in act.times.items()}
    return {**codes, **times, **({CONTENT: content} if content else {})}
