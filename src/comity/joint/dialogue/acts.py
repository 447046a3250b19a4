"""What is said of a session of the dialogue: it is convened, settled, held and recorded.

    dialogue.convened/1        opens the matter; codes series, label, terms; blob `texts`
    dialogue.stated/1          answers the opening or a statement; codes place, format, level,
                               item.<n>, subject.<n>, lead.<n>, into; times when, next, publish-at;
                               blobs `paper:<n>`; items: points that are taken
    dialogue.left/1            answers the opening; code reason; items: points, all if none
    dialogue.postponed/1       answers the opening; code reason; time not-before; leaves `when`
    dialogue.delegated/1       answers the opening; codes agency.<n>, chair, stand-in; blob
                               `persons`
    dialogue.opened/1, dialogue.closed/1      answer the opening
    dialogue.minuted/1         answers the opening; codes outcome.<n>, to; blob `texts`
    dialogue.minutes-agreed/1, dialogue.minutes-disputed/1      answer minutes

Persons and words are blobs.  What is agreed of a session follows from the stances of the parties.

Source: protocol rule 14; docs/spec/dialogue.md, docs/spec/stance.md.
Floor: joint (pure).
"""

import re
from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from comity.acts import points
from comity.acts.record import Act
from comity.acts.shape import NAME, SHA256, Shape, Words

KIND: Final = "dialogue"

CONVENED: Final = "dialogue.convened/1"
STATED: Final = "dialogue.stated/1"
LEFT: Final = "dialogue.left/1"
POSTPONED: Final = "dialogue.postponed/1"
DELEGATED: Final = "dialogue.delegated/1"
OPENED: Final = "dialogue.opened/1"
CLOSED: Final = "dialogue.closed/1"
MINUTED: Final = "dialogue.minuted/1"
MINUTES_AGREED: Final = "dialogue.minutes-agreed/1"
MINUTES_DISPUTED: Final = "dialogue.minutes-disputed/1"

LAST_WORDS: Final = frozenset({STATED, LEFT, POSTPONED, CLOSED, MINUTES_AGREED, MINUTES_DISPUTED})
"""What decides, corrects or ends one: sayable while anything is (exchange.md 8.5.7)."""

SERIES: Final = "series"
LABEL: Final = "label"
TERMS: Final = "terms"
WHEN: Final = "when"
PLACE: Final = "place"
FORMAT: Final = "format"
LEVEL: Final = "level"
NEXT: Final = "next"
PUBLISH_AT: Final = "publish-at"
INTO: Final = "into"
ITEM: Final = "item."
"""Before the number of an item of the agenda: its kind."""
ABOUT: Final = "subject."
"""Before the number of an item: the matter or text that it is about."""
LEAD: Final = "lead."
"""Before the number of an item: the agency that leads on it."""
PAPER: Final = "paper:"
AGENCY: Final = "agency."
CHAIR: Final = "chair"
STAND_IN: Final = "stand-in"
NOT_BEFORE: Final = "not-before"
OUTCOME: Final = "outcome."
"""Before the number of an item: what came of it."""
TO: Final = "to"
REASON: Final = "reason"

SETTLED: Final = (WHEN, PLACE, FORMAT, LEVEL)
"""Points that are agreed of a session that is set."""

PLACE_SHAPE: Final = re.compile(r"[A-Z]{2}[A-Z2-9]{3}|remote")
"""A UN/LOCODE, or `remote`."""
ABOUT_SHAPE: Final = re.compile(r"[a-z0-9][a-z0-9./_-]{0,126}")


def _known(**codes: tuple[str, str]) -> Words:
    """Return a closed list: `not_now=(English, Chinese)` has the code `not-now`."""
    return MappingProxyType(
        {name.replace("_", "-"): {"en": en, "zh": zh} for name, (en, zh) in codes.items()}
    )


FORMATS: Final = _known(
    meeting=("Meeting", "会晤"),
    video=("Video conference", "视频会议"),
    call=("Telephone call", "电话会议"),
    written=("Exchange in writing", "书面交换意见"),
)
LEVELS: Final = _known(
    ministers=("Ministers", "部长级"),
    senior_officials=("Senior officials", "高官级"),
    experts=("Experts", "专家级"),
)
DROPPED: Final = "dropped"
ITEM_KINDS: Final = _known(
    case=("A case", "案件"),
    figures=("Figures of the review", "答复情况统计"),
    hotline=("The hotline", "热线"),
    exercise=("An exercise", "演练"),
    protection=("Network protection", "网络保护"),
    proposal=("A proposal", "提案"),
    commitment=("A commitment", "承诺"),
    joint_text=("A joint text", "共同文件"),
    report=("A report of experts", "专家报告"),
    other=("Other business", "其他事项"),
    dropped=("Off the agenda", "撤出议程"),
)
OUTCOMES: Final = _known(
    agreed=("Agreed", "达成一致"),
    noted=("Noted", "已知悉"),
    deferred=("Deferred", "推迟"),
    not_reached=("Not reached", "未及讨论"),
    ad_referendum=("Agreed subject to confirmation", "待确认后生效"),
)
POSTPONEMENTS: Final = _known(
    dates=("The dates do not fit", "日期不合适"),
    not_prepared=("It is not prepared", "准备不足"),
    chair=("A chair cannot attend", "主席无法出席"),
    events=("Events stand in the way", "形势所限"),
    converted=("It goes on in another series", "转入其他系列"),
)
LEAVINGS: Final = _known(
    changed=("Circumstances have changed", "情况已变化"),
    not_ready=("It is not ready", "尚未准备就绪"),
    mistaken=("It was stated by mistake", "误提"),
)
DISPUTES: Final = _known(
    facts=("A fact is wrong", "事实不符"),
    outcome=("An outcome is another", "结果不符"),
    wording=("The words do not say what was agreed", "文字与共识不符"),
    translation=("Its languages do not say the same", "各语言文本含义不一致"),
)
YES: Final = _known(yes=("Yes", "是"))

LISTS: Final = MappingProxyType(
    {
        "format": FORMATS,
        "level": LEVELS,
        "item": ITEM_KINDS,
        "outcome": OUTCOMES,
        "postponed": POSTPONEMENTS,
        "left": LEAVINGS,
        "minutes-disputed": DISPUTES,
    }
)

_MINUTES: Final = "minutes"

SHAPES: Final[Mapping[str, Shape]] = MappingProxyType(
    {
        CONVENED: Shape(needs={SERIES: NAME, LABEL: NAME}, may={TERMS: SHA256}),
        STATED: Shape(
            points.STATEMENT,
            may={PLACE: PLACE_SHAPE, FORMAT: FORMATS, LEVEL: LEVELS, INTO: NAME},
            under={ITEM: ITEM_KINDS, ABOUT: ABOUT_SHAPE, LEAD: NAME},
            may_times=(WHEN, NEXT, PUBLISH_AT),
            items=True,
        ),
        LEFT: Shape(points.OPENING, needs={REASON: LEAVINGS}, items=True),
        POSTPONED: Shape(points.OPENING, needs={REASON: POSTPONEMENTS}, may_times=(NOT_BEFORE,)),
        DELEGATED: Shape(points.OPENING, may={CHAIR: NAME, STAND_IN: YES}, under={AGENCY: NAME}),
        OPENED: Shape(points.OPENING),
        CLOSED: Shape(points.OPENING),
        MINUTED: Shape(points.OPENING, may={TO: NAME}, under={OUTCOME: OUTCOMES}),
        MINUTES_AGREED: Shape(_MINUTES),
        MINUTES_DISPUTED: Shape(_MINUTES, needs={REASON: DISPUTES}),
    }
)
"""Every tag of the room."""


def values(act: Act) -> dict[str, str]:
    """Return the values that an act gives, by point."""
    if act.tag != STATED:
        return {}
    papers = {
        one.role.replace(":", "."): one.sha256 for one in act.blobs if one.role.startswith(PAPER)
    }
    return {**act.codes, **{name: str(at) for name, at in act.times.items()}, **papers}


def leaves(act: Act) -> tuple[str, ...]:
    """Return the points that an act leaves: a postponement the date alone."""
    return (WHEN,) if act.tag == POSTPONED else act.items
