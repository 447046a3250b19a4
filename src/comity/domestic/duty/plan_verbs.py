# ruff: noqa: RUF001 -- Chinese texts have Chinese punctuation
"""What an officer changes of the plan of duty, and whom a call rings: one table for all surfaces.

    comity duty override night --to han --from 2027-03-01T00:00:00Z --until 2027-03-02T00:00:00Z
    POST /duty/lines/{line}/override    {"to": "han", "from": …, "until": …}
    /desk/duty/override/?line=night

Nothing of it crosses.

Floor: domestic (pure).
"""

import re
from typing import Final

from comity.acts.verb import (
    CODE,
    LINE,
    NAME,
    NUMBER,
    REFERENCE,
    TIME,
    Field,
    Table,
    Verb,
    both,
)
from comity.domestic.duty import plan

LINE_NAME: Final = re.compile(r"[a-z0-9][a-z0-9-]{1,62}")
"""How a line of duty is called: it stands in an address."""
_CHANGED: Final = "duty.plan-changed"
_OFFICER: Final = both("Which officer", "由哪位人员")
_SWAP: Final = Field("swap", NUMBER, both("Number of the swap", "换班编号"))

TABLE: Final = Table(
    "line",
    "duty/lines",
    both("Line of duty", "值班序列"),
    both("Plan who is on duty", "安排值班"),
    (
        Verb(
            "set",
            _CHANGED,
            both("Set a line of duty", "设定值班序列"),
            (
                Field(
                    "officer",
                    NAME,
                    both("Officers in turn", "轮值人员（依次）"),
                    needed=False,
                    many="officers",
                    hint=both("none: the line ends", "不填则该值班序列终止"),
                ),
                Field(
                    "hand-over",
                    REFERENCE,
                    both("Wall times of hand-over", "交接班时间"),
                    many="hand-overs",
                    shape=re.compile(r"[0-2][0-9]:[0-5][0-9]"),
                    hint=both("like 08:00", "如 08:00"),
                ),
                Field(
                    "zone",
                    REFERENCE,
                    both("Time zone", "时区"),
                    hint=both("like Asia/Shanghai", "如 Asia/Shanghai"),
                ),
                Field(
                    "first",
                    LINE,
                    both("First day", "首日"),
                    shape=re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}"),
                    hint=both("like 2027-03-01", "如 2027-03-01"),
                ),
                Field(
                    "days",
                    CODE,
                    both("On which shifts begin", "哪些日期开始轮班"),
                    needed=False,
                    known=plan.DAYS_WORDS,
                    default=plan.ALL,
                ),
            ),
            has_texts=False,
            hint=both(
                "From now on; what was planned for the past stays", "自现在起生效，此前的安排不变"
            ),
        ),
        Verb(
            "override",
            _CHANGED,
            both("Let an officer stand in", "安排代班"),
            (
                Field("to", NAME, _OFFICER),
                Field("from", TIME, both("From", "开始时间")),
                Field("until", TIME, both("Until", "截止时间")),
            ),
            has_texts=False,
            hint=both(
                "For a time to come, whoever would have had it", "在指定时间内代替原定人员值班"
            ),
        ),
        Verb(
            "take",
            _CHANGED,
            both("Take the running shift", "接替当前班次"),
            has_texts=False,
            hint=both("From now until it ends", "自现在起至该班次结束"),
        ),
        Verb(
            "swap",
            _CHANGED,
            both("Ask another to take a shift", "请求换班"),
            (
                Field(
                    "shift",
                    NUMBER,
                    both("Number of the shift", "班次编号"),
                    hint=both("as the plan shows it", "见值班安排"),
                ),
                Field("to", NAME, _OFFICER),
            ),
            has_texts=False,
            hint=both(
                "It is theirs once they agree, whenever it comes to lie",
                "对方同意后即由对方承担，不论班次时间如何变动",
            ),
        ),
        Verb(
            "agree",
            _CHANGED,
            both("Agree to a swap", "同意换班"),
            (_SWAP,),
            has_texts=False,
            hint=both("The shift is yours from then on", "自此由您承担该班次"),
        ),
        Verb(
            "undo",
            _CHANGED,
            both("Undo a swap", "撤销换班"),
            (_SWAP,),
            has_texts=False,
            hint=both("Before its shift begins", "须在该班次开始之前"),
        ),
    ),
    scope="desk",
    named="its name",
)

LADDER: Final = Verb(
    "ladder",
    "ring.ladder-set",
    both("Set whom a call rings", "设定呼叫顺序"),
    (
        Field(
            "rung", REFERENCE, both("Rungs in their order", "呼叫级（依次）"),
            needed=False, many="rungs",
            shape=re.compile(r"(line|officer):[A-Za-z0-9][A-Za-z0-9._-]{0,62}:[0-9]{1,3}"),
            hint=both(
                "like line:night:5 or officer:han:10, with the minutes to wait; none: every line "
                "of duty in turn",
                "如 line:night:5 或者 officer:han:10，末尾为等待分钟数；不填则依次呼叫各值班序列",
            ),
        ),
        Field(
            "repeats", NUMBER, both("How often all are rung again", "全部重复呼叫次数"),
            needed=False, hint=both("0 if empty", "不填则为 0"),
        ),
        Field(
            "drills", NUMBER, both("On how many rungs drills are rung", "演练最多呼叫几级"),
            needed=False,
            hint=both(
                "0: a drill wakes nobody and makes no sound; empty: it rings as a call does, and "
                "a call always rings on all",
                "填 0 则演练不叫醒任何人，也不发出提示音；不填则与真实呼叫相同；"
                "真实呼叫始终逐级呼叫全部人员",
            ),
        ),
    ),
    has_texts=False,
    scope="desk",
    hint=both(
        "One rung after the other, then everybody of the contact point",
        "逐级呼叫，最后呼叫联络点全体人员",
    ),
)  # fmt: skip
