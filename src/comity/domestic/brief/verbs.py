# ruff: noqa: RUF001 -- Chinese texts have Chinese punctuation
"""What an officer does at home with a text or a session: one table for every surface.

    comity wording note TEXT --what fallback --paragraph us.2 --text "Within 30 days will do."
    comity wording draw-line TEXT --rule forbidden --words "mutual legal"
    comity wording clear TEXT --draft tfd3 --verdict cleared
    comity wording override TEXT --draft tfd3 --why "The minister has agreed."
    comity dialogue report-published SESSION --by fr --where https://fr.example/outcomes

The tag of a row is the step of the local log that it takes; nothing of it crosses.

Floor: domestic (pure).
"""

from typing import Final

from comity.acts.shape import Words as Known
from comity.acts.verb import (
    ACT,
    CODE,
    ITEM,
    LINE,
    NUMBER,
    PARTY,
    TEXT,
    TIME,
    Field,
    Table,
    Verb,
    both,
)

NOTES: Final[Known] = {
    "position": both("Position", "立场"),
    "fallback": both("Fallback", "备选方案"),
    "mandate": both("Mandate", "授权"),
    "speaking-note": both("Speaking note", "发言要点"),
}
FORBIDDEN, REQUIRED = "forbidden", "required"
RULES: Final[Known] = {
    FORBIDDEN: both("These words may not stand in it", "不得含有下列文字"),
    REQUIRED: both("These words must stand in it", "必须含有下列文字"),
}
CLEARED, STOPPED = "cleared", "stopped"
VERDICTS: Final[Known] = {
    CLEARED: both("Cleared", "同意"),
    STOPPED: both("Not cleared", "不同意"),
}

_PARAGRAPH: Final = Field(
    "paragraph", ITEM, both("Paragraph", "段落"), needed=False,
    hint=both("such as fr.1; all if empty", "如 fr.1；不填则为全部"),
)  # fmt: skip
_DRAFT: Final = Field(
    "draft", ACT, both("Draft", "草稿"),
    hint=both("what waits to leave: `comity draft list`", "待发出的草稿：`comity draft list`"),
)  # fmt: skip

NOTE: Final = Verb(
    "note", "brief.noted", both("Write a note for our side", "撰写我方内部要点"),
    (
        Field("what", CODE, both("What it is", "类别"), known=NOTES),
        _PARAGRAPH,
        Field("text", TEXT, both("Words", "内容")),
    ),
    has_texts=False,
    hint=both(
        "Keep a position, a fallback, a mandate or a speaking note; the newest of each counts",
        "记录立场、备选方案、授权或者发言要点，以最新内容为准",
    ),
)  # fmt: skip
DRAW_LINE: Final = Verb(
    "draw-line", "brief.line-drawn", both("Draw a red line", "划定红线"),
    (
        Field("rule", CODE, both("Rule", "规则"), known=RULES),
        Field("words", LINE, both("Words", "文字")),
        _PARAGRAPH,
    ),
    has_texts=False,
    hint=both(
        "Stop words from being tabled or taken until two officers override it",
        "提出或者接受相关文字时予以拦阻，直至两名人员决定放行",
    ),
)  # fmt: skip
LIFT_LINE: Final = Verb(
    "lift-line", "brief.line-lifted", both("Lift a red line", "撤销红线"),
    (Field("line", NUMBER, both("Number of the line", "红线编号")),),
    has_texts=False,
)  # fmt: skip
CLEAR: Final = Verb(
    "clear", "brief.cleared", both("Clear a draft for our agency", "代表本机关会签"),
    (
        _DRAFT,
        Field("verdict", CODE, both("Verdict", "意见"), known=VERDICTS, default=CLEARED),
        Field("why", LINE, both("Why", "理由"), needed=False),
    ),
    has_texts=False,
    hint=both(
        "Say for one's agency whether a draft may leave; an edit of it needs another clearance",
        "代表本机关说明草稿可否发出；草稿修改后须重新会签",
    ),
)  # fmt: skip
OVERRIDE: Final = Verb(
    "override", "brief.overridden", both("Override the red lines for a draft", "越过红线放行草稿"),
    (_DRAFT, Field("why", LINE, both("Why", "理由"))),
    has_texts=False, is_grave=True,
    hint=both(
        "Let a draft leave across a red line; two officers do, each for the same words",
        "准许草稿越过红线发出，须两名人员对同一内容分别作出",
    ),
)  # fmt: skip

SEEN: Final = Verb(
    "report-published", "brief.publication-seen",
    both("Record that outcomes were published", "记录成果已被公布"),
    (
        Field("by", PARTY, both("State that published them", "公布方")),
        Field("where", LINE, both("Where", "公布之处"), hint=both("an address", "网址等")),
        Field("when", TIME, both("When", "时间"), needed=False,
              hint=both("now if empty", "不填则为此刻")),
    ),
    has_texts=False,
    hint=both(
        "Show here who published outcomes before the time on which all agreed",
        "在此显示何方在各方商定的时间之前公布成果",
    ),
)  # fmt: skip

WORDING: Final = Table(
    "wording", "wordings", both("Text in the making", "起草中的文本"),
    both("Keep to this State what it thinks of a text", "本国对文本的内部意见"),
    (NOTE, DRAW_LINE, LIFT_LINE, CLEAR, OVERRIDE),
)  # fmt: skip
SESSION: Final = Table(
    "dialogue", "dialogues", both("Session", "会议"),
    both("Keep to this State what it thinks of a session", "本国对会议的内部意见"),
    (NOTE, SEEN),
)  # fmt: skip
TABLES: Final = (WORDING, SESSION)
"""Of each kind of matter that has a brief."""
STEPS: Final = frozenset(verb.tag for table in TABLES for verb in table.verbs)
"""Steps of the local log."""
