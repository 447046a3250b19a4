# ruff: noqa: RUF001 -- Chinese texts have Chinese punctuation
"""The verbs of an exercise, one table for each kind of matter: the one place that spells them.

Source: docs/spec/exercise.md.
Floor: joint (pure).
"""

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any, Final

from comity.acts.verb import (
    CODE,
    HASH,
    MATTER,
    MAY,
    MUST,
    NAME,
    NUMBER,
    TIME,
    Field,
    Table,
    Verb,
    both,
    why,
)
from comity.joint.exercise import acts, agreement, control, evaluation, inject, play, view

type Offered = Callable[[Any, str], bool]

_FROM: Final = Field(acts.FROM, TIME, both("From", "开始时间"))
_UNTIL: Final = Field(acts.UNTIL, TIME, both("Until", "结束时间"))
_ITEM: Final = Field(acts.NUMBER, NUMBER, both("Number in the master list", "事件主表编号"))
_SCENARIO_AT: Final = Field(
    acts.SCENARIO_AT, TIME, both("Scenario time", "情景时间"),
    hint=both("what the clock of the exercise shows", "演练时钟所示时间"),
)  # fmt: skip
_SPEED: Final = Field(
    acts.SPEED, NUMBER, both("Rate of scenario time", "情景时间倍率"),
    hint=both(
        "1 to 1,440: how many of its minutes pass in one",
        "1 至 1440：每分钟相当于情景时间多少分钟",
    ),
)  # fmt: skip
_SEAT: Final = Field(
    acts.SEAT, NAME, both("Seat", "席位"), hint=both("its name in the plan", "演练方案中的名称")
)
_SIDE: Final = Field(acts.SIDE, NAME, both("Side", "所属国家"))
_PLAN: Final = Field(acts.PLAN_SHA256, HASH, both("Hash of the plan", "演练方案哈希值"))
_LIST: Final = Field(acts.LIST_SHA256, HASH, both("Hash of the master list", "事件主表哈希值"))
_RATING: Final = Field(acts.RATING, CODE, both("Rating", "评定"), known=acts.RATINGS)


def _status_in(of: Callable[[Any], str], *wanted: str) -> Offered:
    def is_offered(now: Any, _party: str) -> bool:  # noqa: ANN401 -- any of the states
        return of(now) in wanted

    return is_offered


_LIVES: Final = (agreement.OPEN, agreement.AGREED, agreement.REPORTED)


def _is_asked(now: agreement.State, party: str) -> bool:
    return agreement.status(now) == agreement.OPEN and party in agreement.awaited(now)


def _may_decline(now: agreement.State, party: str) -> bool:
    is_theirs = now.proposal is not None and now.proposal.party != party
    return agreement.status(now) == agreement.OPEN and is_theirs


def _judges_report(now: agreement.State, party: str) -> bool:
    return bool(agreement.open_report(now, party)) and party in agreement.awaited(now)


_EXERCISE: Final = Table(
    acts.EXERCISE,
    "exercises",
    both("Exercise", "演练"),
    both(
        "Practise together on the real workflow, and agree on what follows",
        "按真实流程共同演练并商定后续措施",
    ),
    (
        Verb(
            "propose", acts.PROPOSED, both("Propose an exercise", "提议举行演练"),
            (
                Field(
                    "kind", CODE, both("Kinds of scenario", "情景类型"), known=acts.KINDS,
                    many="kinds", code=acts.KIND_CODE,
                ),
                _FROM,
                _UNTIL,
                Field(acts.CONTROL_CHANNEL, NAME, both("Channel of the control cells", "导调通道")),
                Field(acts.PLAY_CHANNEL, NAME, both("Channel of the players", "参演通道")),
            ),
            opens=True,
        ),
        Verb(
            "agree", acts.AGREED, both("Agree to the window", "同意时间安排"), (_FROM, _UNTIL),
            offered=_is_asked,
        ),
        Verb(
            "decline", acts.DECLINED, both("Decline the exercise", "谢绝演练"),
            (why(acts.DECLINALS),), offered=_may_decline, is_grave=True,
        ),
        Verb(
            "reschedule", acts.RESCHEDULED, both("Propose another window", "提议另定时间"),
            (_FROM, _UNTIL), offered=_status_in(agreement.status, *_LIVES),
        ),
        Verb(
            "cancel", acts.CANCELLED, both("Cancel the exercise", "取消演练"),
            (why(acts.CANCELLATIONS),), offered=_status_in(agreement.status, *_LIVES),
            is_grave=True,
        ),
        Verb(
            "submit-report", acts.REPORTED, both("Submit the report", "提交总结报告"),
            (Field(acts.REPORT, HASH, both("Hash of the report", "报告哈希值")),),
            offered=_status_in(agreement.status, agreement.AGREED, agreement.REPORTED),
            file=MAY,
        ),
        Verb(
            "agree-report", acts.REPORT_AGREED, both("Agree to the report", "同意总结报告"),
            about=agreement.open_report, offered=_judges_report, has_texts=False,
        ),
        Verb(
            "dispute-report", acts.REPORT_DISPUTED,
            both("Dispute the report", "对总结报告提出异议"),
            (why(acts.REPORT_DISPUTES),), about=agreement.open_report, offered=_judges_report,
        ),
    ),
    view.opened_by,
    heading=both("Exercises", "演练"),
)  # fmt: skip


def _judges_text(now: control.State, party: str) -> bool:
    return bool(control.open_text(now, party)) and party in control.awaited(now)


_CONTROL: Final = Table(
    acts.CONTROL,
    "controls",
    both("Control cells", "导调组"),
    both("Plan the exercise together and be ready for it", "共同筹备演练并确认就绪"),
    (
        Verb(
            "open-control", acts.CONTROL_OPENED, both("Open the control cells", "设立导调组"),
            opens=True,
        ),
        Verb(
            "meet", acts.MET, both("Note a meeting", "记录会议"),
            (
                Field(acts.MEETING, CODE, both("Meeting", "会议"), known=acts.MEETINGS),
                Field(acts.HELD_AT, TIME, both("Held at", "会议时间")),
            ),
        ),
        Verb(
            "propose-text", acts.TEXT_PROPOSED,
            both("Propose a plan or a list", "提议方案或者主表"),
            (
                Field(acts.TEXT_NAME, CODE, both("Text", "文件"), known=acts.TEXTS),
                Field(acts.TEXT_SHA256, HASH, both("Hash of its bytes", "文件哈希值")),
            ),
            file=MUST,
        ),
        Verb(
            "adopt-text", acts.TEXT_ADOPTED, both("Adopt the text", "通过文件"),
            about=control.open_text, offered=_judges_text, has_texts=False,
        ),
        Verb(
            "decline-text", acts.TEXT_DECLINED, both("Decline the text", "不通过文件"),
            (why(acts.TEXT_DECLINALS),), about=control.open_text, offered=_judges_text,
        ),
        Verb(
            "fix", acts.FIXED, both("Fix a private item by its hash", "以哈希值固定己方保留条目"),
            (
                _ITEM,
                Field(acts.OBJECTIVE, NAME, both("Objective", "演练目标")),
                Field(acts.COMMIT, HASH, both("Hash of the item", "条目哈希值")),
                _FROM,
                _UNTIL,
            ),
            has_texts=False,
        ),
        Verb(
            "disclose", acts.DISCLOSED, both("Disclose a private item", "公开己方保留条目"),
            (
                _ITEM,
                Field(acts.SALT, HASH, both("Random bytes", "随机数")),
                Field(acts.CONTENT, HASH, both("Hash of its content", "内容哈希值")),
            ),
        ),
        Verb(
            "ready", acts.READY, both("Say that the cell is ready", "确认导调组就绪"),
            (
                _PLAN,
                _LIST,
                Field(acts.SEATS, NUMBER, both("Seats that were reached", "已联通席位数")),
            ),
        ),
        Verb(
            "skip", acts.SKIPPED, both("Skip an item", "跳过条目"), (_ITEM, why(acts.SKIPPINGS))
        ),
        Verb("move", acts.MOVED, both("Move an item", "调整条目时间"), (_ITEM, _SCENARIO_AT)),
        Verb(
            "note", acts.NOTED, both("Note something", "备注"),
            (
                Field(
                    acts.NUMBER, NUMBER, both("Number in the master list", "事件主表编号"),
                    needed=False,
                ),
            ),
            needs_texts=True,
        ),
    ),
    view.opened_by,
    within=acts.EXERCISE,
)  # fmt: skip


def _may_set(*wanted: str) -> Offered:
    return _status_in(play.status, *wanted)


def _judges_setting(now: play.State, party: str) -> bool:
    return bool(play.open_setting(now, party))


_PLAY: Final = Table(
    acts.PLAY,
    "plays",
    both("Play", "演练进程"),
    both("Start, set and stop the time of an exercise", "启动、设定和叫停演练时间"),
    (
        Verb("open-play", acts.PLAY_OPENED, both("Open the play", "建立演练进程"), opens=True),
        Verb(
            "start", acts.START, both("Propose to start", "提议开始"),
            (_PLAN, _LIST, _SCENARIO_AT, _SPEED), offered=_may_set(play.NONE),
        ),
        Verb(
            "pause", acts.PAUSE, both("Propose to pause", "提议暂停"),
            offered=_may_set(play.RUNNING),
        ),
        Verb(
            "resume", acts.RESUME, both("Propose to resume", "提议恢复"),
            (
                Field(
                    acts.STOP, NAME, both("Stop that is lifted", "解除的叫停"), needed=False,
                    hint=both("id of the act, where the play is stopped", "演练被叫停时填写其标识"),
                ),
                Field(acts.SPEED, NUMBER, _SPEED.words, needed=False, hint=_SPEED.hint),
            ),
            offered=_may_set(play.PAUSED, play.STOPPED),
        ),
        Verb(
            "rate", acts.RATE, both("Propose another rate", "提议调整倍率"), (_SPEED,),
            offered=_may_set(play.RUNNING, play.PAUSED),
        ),
        Verb(
            "jump", acts.JUMP, both("Propose to jump", "提议时间跳转"), (_SCENARIO_AT,),
            offered=_may_set(play.RUNNING, play.PAUSED),
        ),
        Verb(
            "end", acts.END, both("Propose to end", "提议结束"),
            offered=_may_set(play.RUNNING, play.PAUSED, play.STOPPED), is_grave=True,
        ),
        Verb(
            "agree-setting", acts.SET_AGREED, both("Agree to the setting", "同意时间设定"),
            about=play.open_setting, offered=_judges_setting, has_texts=False,
        ),
        Verb(
            "decline-setting", acts.SET_DECLINED, both("Decline the setting", "不同意时间设定"),
            (why(acts.SET_DECLINALS),), about=play.open_setting, offered=_judges_setting,
        ),
        Verb(
            "stop", acts.STOPPED, both("STOP, real world", "叫停：真实情况"), (why(acts.STOPS),),
            offered=_may_set(play.NONE, play.RUNNING, play.PAUSED, play.STOPPED), is_grave=True,
        ),
    ),
    view.opened_by,
    within=acts.EXERCISE,
)  # fmt: skip


def _may_take(now: inject.State, party: str) -> bool:
    return inject.status(now) == inject.DELIVERED and party in inject.awaited(now)


def _may_answer(now: inject.State, party: str) -> bool:
    return party in inject.awaited(now)


def _steers(now: inject.State, party: str) -> bool:
    is_own = now.delivery is not None and now.delivery.party == party
    return is_own and not now.has(inject.WITHDRAWN)


_INJECT: Final = Table(
    acts.INJECT,
    "injects",
    both("Delivery", "投放事件"),
    both("Deliver an item of the master list to a seat", "向席位投放事件主表条目"),
    (
        Verb(
            "deliver", acts.DELIVERED, both("Deliver an item", "投放条目"),
            (
                Field(acts.PLAY_ID, MATTER, both("Play", "演练进程"), of=acts.PLAY),
                _ITEM,
                Field(acts.SORT, CODE, both("Sort", "类别"), known=acts.SORTS),
                _SIDE,
                _SEAT,
                Field(
                    acts.COMMIT, HASH, both("Hash of the private item", "保留条目哈希值"),
                    needed=False,
                ),
            ),
            opens=True, needs_texts=True,
        ),
        Verb(
            "correct", acts.CORRECTED, both("Correct a delivery", "更正投放"), offered=_steers,
            needs_texts=True,
        ),
        Verb(
            "withdraw", acts.WITHDRAWN, both("Withdraw a delivery", "撤回投放"),
            (why(acts.WITHDRAWALS),), offered=_steers, is_grave=True,
        ),
        Verb("take", acts.TAKEN, both("I have this", "已接收"), (_SEAT,), offered=_may_take),
        Verb(
            "answer", acts.ANSWERED, both("Answer", "答复"),
            (_SEAT, Field(acts.OUTCOME, CODE, both("Outcome", "结果"), known=acts.OUTCOMES)),
            offered=_may_answer,
        ),
    ),
    view.opened_by,
    heading=both("Deliveries", "投放事件"),
    within=acts.EXERCISE,
)  # fmt: skip


def _may_judge(now: evaluation.State, party: str) -> bool:
    return now.rating is not None and now.rating.party != party


_EVALUATION: Final = Table(
    acts.EVALUATION,
    "evaluations",
    both("Rating", "评定"),
    both("Rate a critical task by what the clocks show", "依据时钟记录评定关键任务"),
    (
        Verb(
            "rate-task", acts.RATED, both("Rate a task", "评定任务"),
            (Field(acts.TASK, NAME, both("Task", "任务")), _SIDE, _RATING),
            opens=True,
        ),
        Verb(
            "concur", acts.CONCURRED, both("Concur with the rating", "同意评定"),
            offered=_may_judge, has_texts=False,
        ),
        Verb(
            "differ", acts.DIFFERED, both("Rate it differently", "作出不同评定"),
            (_RATING, why(acts.DIFFERENCES)), offered=_may_judge,
        ),
    ),
    view.opened_by,
    heading=both("Ratings", "评定"),
    within=acts.EXERCISE,
)  # fmt: skip

TABLES: Final[Mapping[str, Table]] = MappingProxyType(
    {one.noun: one for one in (_EXERCISE, _CONTROL, _PLAY, _INJECT, _EVALUATION)}
)
"""The verbs of each kind; no two have one name, so that one command holds them all."""
