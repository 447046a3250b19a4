# ruff: noqa: RUF001 -- Chinese texts have Chinese punctuation
"""How many, how long, whose turn, and on what evidence: the definitions.

Source: docs/spec/review.md, part 2.
Floor: figures (pure).
"""

from typing import Final

from comity.figures.definition import (
    ACTS_OF_REQUEST,
    AGREED,
    CLOCKS,
    COUNT,
    HELD,
    KAPLAN_MEIER,
    MILLISECONDS,
    MOST,
    PLAIN,
    RECEIPTS,
    REQUESTS,
    SHARE,
    TIMES,
    Definition,
)

_M: Final = "timeliness/{measure}"

DEFINITIONS: Final = (
    Definition(
        "volume/asked", COUNT, REQUESTS, "volume/asked",
        "addressees of requests received in the period", RECEIPTS,
        "Requests received", "收到的请求",
    ),
    Definition(
        "volume/status/{status}", COUNT, REQUESTS, "volume/asked",
        "those that stand so at the instant", ACTS_OF_REQUEST,
        "Where they stand", "当前状态",
    ),
    Definition(
        f"{_M}/begun", COUNT, REQUESTS, "volume/asked",
        "those for which this time has begun to count", RECEIPTS,
        "Begun", "已开始计时",
    ),
    Definition(
        f"{_M}/happened", COUNT, REQUESTS, f"{_M}/begun",
        "those for which it has ended", RECEIPTS,
        "Done", "已完成",
    ),
    Definition(
        f"{_M}/open", COUNT, REQUESTS, f"{_M}/begun",
        "those for which it lasts at the instant", RECEIPTS,
        "Still open", "仍未完成",
    ),
    Definition(
        f"{_M}/stopped", COUNT, REQUESTS, f"{_M}/begun",
        "those for which it was stopped, as by a withdrawal", RECEIPTS,
        "Stopped", "已中止",
    ),
    Definition(
        f"{_M}/elapsed/{{percentile}}", KAPLAN_MEIER, MILLISECONDS, f"{_M}/begun",
        "Kaplan-Meier over elapsed time, waiting included; open and stopped ones censored",
        RECEIPTS,
        "Elapsed time, open ones counted", "历时（计入未完成者）",
    ),
    Definition(
        f"{_M}/elapsed/plain-median", PLAIN, MILLISECONDS, f"{_M}/happened",
        "the least elapsed time within which half of those that ended had ended", RECEIPTS,
        "Elapsed time, median of those done", "历时中位数（仅已完成者）",
    ),
    Definition(
        f"{_M}/agreed/{{unit}}/counted", COUNT, REQUESTS, f"{_M}/begun",
        "those whose agreed clock counts in this unit", CLOCKS,
        "Counted in this unit", "以此单位计时",
    ),
    Definition(
        f"{_M}/agreed/{{unit}}/{{percentile}}", KAPLAN_MEIER, AGREED,
        f"{_M}/agreed/{{unit}}/counted",
        "Kaplan-Meier over agreed units used, waiting left out; those whose clock has not ended "
        "censored",
        CLOCKS,
        "Agreed units used, open ones counted", "所用约定时间单位（计入未完成者）",
    ),
    Definition(
        f"{_M}/agreed/{{unit}}/plain-median", PLAIN, AGREED, "those of them whose clock has ended",
        "the least number of units within which half of them had ended", CLOCKS,
        "Agreed units used, median of those done", "所用约定时间单位中位数（仅已完成者）",
    ),
    Definition(
        f"{_M}/clock/judged", COUNT, REQUESTS, f"{_M}/begun",
        "those whose clock is met, missed or overdue", CLOCKS,
        "Judged by the agreed clock", "可按约定时限评定",
    ),
    Definition(
        f"{_M}/clock/kept", SHARE, REQUESTS, f"{_M}/clock/judged",
        "met / (met + missed + overdue); what is undecided is left out, so of a young period it is "
        "too high", CLOCKS,
        "Within the agreed time", "在约定时限内",
    ),
    Definition(
        f"{_M}/clock/undecided", COUNT, REQUESTS, f"{_M}/begun",
        "those whose clock runs or waits and is not due at the instant", CLOCKS,
        "Not decided yet: may still be in time or late", "尚未确定：仍可能按时或逾期",
    ),
    Definition(
        f"{_M}/clock/missed", COUNT, REQUESTS, f"{_M}/clock/judged",
        "those that ended, or were stopped, when due or later", CLOCKS,
        "Late", "逾期完成",
    ),
    Definition(
        f"{_M}/clock/overdue", COUNT, REQUESTS, f"{_M}/clock/judged",
        "those that are due at the instant and whose clock has not ended", CLOCKS,
        "Overdue now", "目前逾期",
    ),
    Definition(
        f"{_M}/overdue-age/plain-median", PLAIN, MILLISECONDS, f"{_M}/clock/overdue",
        "the least time from due to the instant, of half of those overdue", CLOCKS,
        "Age of what is overdue, median", "逾期时长中位数",
    ),
    Definition(
        f"{_M}/overdue-age/most", MOST, MILLISECONDS, f"{_M}/clock/overdue",
        "the longest time from due to the instant", CLOCKS,
        "Age of what is overdue, longest", "最长逾期时长",
    ),
    Definition(
        f"{_M}/cosigned", SHARE, REQUESTS, f"{_M}/happened",
        "those whose beginning and end both rest on cosigned receipts", RECEIPTS,
        "Both times cosigned", "起止时间均经双方签署",
    ),
    Definition(
        f"{_M}/bound/plain-median", PLAIN, MILLISECONDS, "those whose four bounds are known",
        "how far the elapsed time may be out: the bounds of its beginning plus those of its end; "
        "the least for half of them", RECEIPTS,
        "Bounds of the elapsed time, median", "历时误差范围中位数",
    ),
    Definition(
        f"{_M}/bound/most", MOST, MILLISECONDS, "those whose four bounds are known",
        "the widest of them", RECEIPTS,
        "Bounds of the elapsed time, widest", "历时最大误差范围",
    ),
    Definition(
        "ball/{party}/held/plain-median", PLAIN, MILLISECONDS,
        "requests in which the party held the ball",
        "the least time that it held the ball in half of them, up to the instant", ACTS_OF_REQUEST,
        "Time the ball was held, median", "待其行动时长中位数",
    ),
    Definition(
        "ball/{party}/share", HELD, "seconds", "requests in which the party held the ball",
        "time it held the ball / time anyone did, whole seconds of each request", ACTS_OF_REQUEST,
        "Share of the time the ball was held", "待其行动时间占比",
    ),
    Definition(
        "ball/{party}/now", COUNT, REQUESTS, "volume/asked",
        "those in which it is its turn at the instant", ACTS_OF_REQUEST,
        "Holds the ball now", "目前待其行动",
    ),
    Definition(
        "evidence/times", COUNT, TIMES, "evidence/times",
        "times that the figures rest on: of asking, of each beginning and end; an act counts once",
        RECEIPTS,
        "Times that count", "所依据的时间",
    ),
    Definition(
        "evidence/cosigned", SHARE, TIMES, "evidence/times",
        "those whose receipt the other side has signed for", RECEIPTS,
        "Times on cosigned receipts", "经双方签署的时间",
    ),
    Definition(
        "evidence/contradicted", COUNT, TIMES, "evidence/times",
        "those whose receipt claims another time than counts", RECEIPTS,
        "Times claimed otherwise", "与声称不一致的时间",
    ),
    Definition(
        "evidence/disputed/{what}", COUNT, REQUESTS, "volume/asked",
        "those in which a claim contradicts this time", RECEIPTS,
        "Disputed times", "有争议的时间",
    ),
)  # fmt: skip
