# ruff: noqa: RUF001 -- Chinese texts have Chinese punctuation
"""What is said of an exercise, in the three places where it is spoken of.

    exercise      in `live`: the agreement to hold it, and its report
    control       in the channel of the control cells: meetings, texts, readiness, private items
    play          in the channel of the players: time, which moves by agreement alone, and stops
    inject        in the channel of the players: one delivery, taken and answered by a seat
    evaluation    in the channel of the control cells: how one task of one side is rated

Words are blobs.  Nobody types a time at which something happened: it follows from receipts.

Source: protocol rule 14; docs/spec/exercise.md.
Floor: joint (pure).
"""

import hashlib
import re
from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from comity.acts import shape
from comity.acts.record import Act
from comity.acts.shape import ID, NAME, SHA256, WHOLE, Shape, Words

EXERCISE: Final = "exercise"
CONTROL: Final = "control"
PLAY: Final = "play"
INJECT: Final = "inject"
EVALUATION: Final = "evaluation"

PROPOSED: Final = "exercise.proposed/1"
AGREED: Final = "exercise.agreed/1"
DECLINED: Final = "exercise.declined/1"
RESCHEDULED: Final = "exercise.rescheduled/1"
CANCELLED: Final = "exercise.cancelled/1"
REPORTED: Final = "exercise.reported/1"
REPORT_AGREED: Final = "exercise.report-agreed/1"
REPORT_DISPUTED: Final = "exercise.report-disputed/1"

CONTROL_OPENED: Final = "control.opened/1"
MET: Final = "control.met/1"
TEXT_PROPOSED: Final = "control.text-proposed/1"
TEXT_ADOPTED: Final = "control.text-adopted/1"
TEXT_DECLINED: Final = "control.text-declined/1"
FIXED: Final = "control.fixed/1"
DISCLOSED: Final = "control.disclosed/1"
READY: Final = "control.ready/1"
SKIPPED: Final = "control.skipped/1"
MOVED: Final = "control.moved/1"
NOTED: Final = "control.noted/1"

PLAY_OPENED: Final = "play.opened/1"
START: Final = "play.start-proposed/1"
PAUSE: Final = "play.pause-proposed/1"
RESUME: Final = "play.resume-proposed/1"
RATE: Final = "play.rate-proposed/1"
JUMP: Final = "play.jump-proposed/1"
END: Final = "play.end-proposed/1"
SET_AGREED: Final = "play.set-agreed/1"
SET_DECLINED: Final = "play.set-declined/1"
STOPPED: Final = "play.stopped/1"

DELIVERED: Final = "inject.delivered/1"
CORRECTED: Final = "inject.corrected/1"
WITHDRAWN: Final = "inject.withdrawn/1"
TAKEN: Final = "inject.taken/1"
ANSWERED: Final = "inject.answered/1"

RATED: Final = "evaluation.rated/1"
CONCURRED: Final = "evaluation.concurred/1"
DIFFERED: Final = "evaluation.differed/1"

LAST_WORDS: Final = frozenset(
    {
        DECLINED, CANCELLED, REPORT_AGREED, REPORT_DISPUTED, TEXT_DECLINED, DISCLOSED,
        SET_DECLINED, STOPPED, WITHDRAWN, ANSWERED, CONCURRED, DIFFERED,
    }
)  # fmt: skip
"""What decides, corrects or ends one: sayable while anything is (exchange.md 8.5.7)."""

REASON: Final = "reason"
KIND_CODE: Final = "kind."
"""Before a number: a kind of scenario."""
CONTROL_CHANNEL: Final = "control"
PLAY_CHANNEL: Final = "play"
REPORT: Final = "report"
MEETING: Final = "meeting"
TEXT_NAME: Final = "text"
TEXT_SHA256: Final = "sha256"
NUMBER: Final = "number"
OBJECTIVE: Final = "objective"
COMMIT: Final = "commit"
SALT: Final = "salt"
CONTENT: Final = "content"
PLAN_SHA256: Final = "plan"
LIST_SHA256: Final = "list"
SEATS: Final = "seats"
SPEED: Final = "rate"
STOP: Final = "stop"
PLAY_ID: Final = "play"
SORT: Final = "sort"
SEAT: Final = "seat"
SIDE: Final = "side"
OUTCOME: Final = "outcome"
TASK: Final = "task"
RATING: Final = "rating"

FROM: Final = "from"
UNTIL: Final = "until"
HELD_AT: Final = "held-at"
SCENARIO_AT: Final = "scenario-at"

SPEED_MAX: Final = 1_440
SPEED_SHAPE: Final = re.compile(r"[1-9][0-9]{0,2}|1[0-3][0-9]{2}|14[0-3][0-9]|1440")
"""How much faster scenario time runs than the clock: 1 to 1,440, a day a minute."""


def _known(**codes: tuple[str, str]) -> Words:
    """Return a closed list: `not_now=(English, Chinese)` has the code `not-now`."""
    return MappingProxyType(
        {name.replace("_", "-"): {"en": en, "zh": zh} for name, (en, zh) in codes.items()}
    )


KINDS: Final = _known(
    cybercrime=("Cybercrime", "网络犯罪"),
    malicious_activity=("Malicious cyber activity", "恶意网络活动"),
    network_protection=("Network protection", "网络防护"),
)
DECLINALS: Final = _known(
    window=("The window does not fit", "时间安排不合适"),
    scope=("The scope does not fit", "范围不合适"),
    capacity=("There is nobody to take part", "暂无人员参加"),
    channels=("The channels are not those that were agreed", "通道与商定不符"),
)
CANCELLATIONS: Final = _known(
    real_world=("A real event takes its place", "因真实事件取消"),
    capacity=("There is nobody to take part", "暂无人员参加"),
    not_ready=("The preparations are not complete", "准备工作未完成"),
)
REPORT_DISPUTES: Final = _known(
    facts=("A fact is wrong", "事实不符"),
    ratings=("A rating is not the one that was agreed", "评定与商定不符"),
    actions=("A corrective action is not the one that was agreed", "改进措施与商定不符"),
    translation=("Its languages do not say the same", "各语言文本含义不一致"),
)
MEETINGS: Final = _known(
    concept=("Concept and objectives", "概念与目标会议"),
    initial=("Initial planning", "初步策划会议"),
    mid_term=("Mid-term planning", "中期策划会议"),
    master_list=("Master list", "事件主表会议"),
    final=("Final planning", "最终策划会议"),
    briefing=("Briefing of controllers and evaluators", "导调与评估人员会前说明"),
    hot_wash=("Hot wash", "即时讲评"),
    after_action=("After-action meeting", "总结会议"),
)
TEXTS: Final = _known(
    plan=("Plan", "演练方案"),
    master_list=("Master list", "事件主表"),
)
TEXT_DECLINALS: Final = _known(
    untranslated=("An item lacks a language", "有条目缺少译文"),
    untested=("A task is tested by no item", "有任务未被任何条目检验"),
    impossible=("A condition can never hold", "有条件无法成立"),
    out_of_scope=("An item is out of scope", "有条目超出范围"),
    real_data=("It names what is real", "含有真实信息"),
    other_version=("Another version was meant", "版本有误"),
)
SKIPPINGS: Final = _known(
    overtaken=("Events overtook it", "事态已越过该条目"),
    time=("There is no time for it", "时间不足"),
    not_needed=("Its task was tested already", "相应任务已检验"),
    safety=("For safety", "出于安全考虑"),
)
SET_DECLINALS: Final = _known(
    not_ready=("Not ready", "尚未准备就绪"),
    too_fast=("Too fast for the seats", "速度过快，席位难以应对"),
    would_skip=("It would skip what is to be tested", "将跳过需检验的内容"),
    busy=("Players are in the middle of something", "参演人员正在处置"),
)
STOPS: Final = _known(
    real_world=("A real event", "真实事件"),
    safety=("Somebody is in danger", "人员安全"),
    leak=("Something left the exercise, or entered it", "演练内容外泄或者真实信息进入演练"),
)
SORTS: Final = _known(
    scheduled=("Scheduled", "预定"),
    contingent=("Contingent", "视情"),
    improvised=("Improvised", "临时"),
)
WITHDRAWALS: Final = _known(
    mistaken=("It was a mistake", "有误"),
    wrong_seat=("It was for another seat", "席位有误"),
    overtaken=("Events overtook it", "事态已越过该条目"),
)
OUTCOMES: Final = _known(
    done=("Done", "已办理"),
    passed_on=("Passed on", "已转办"),
    declined=("Declined", "不予办理"),
    nothing=("Nothing to do", "无需办理"),
)
RATINGS: Final[Words] = MappingProxyType(
    {
        "P": {"en": "Performed without challenges", "zh": "顺利完成"},
        "S": {"en": "Performed with some challenges", "zh": "完成但存在一些困难"},
        "M": {"en": "Performed with major challenges", "zh": "完成但存在重大困难"},
        "U": {"en": "Unable to be performed", "zh": "未能完成"},
    }
)
DIFFERENCES: Final = _known(
    higher=("It went better", "应评更高"),
    lower=("It went worse", "应评更低"),
    evidence=("The evidence shows something else", "与证据不符"),
    not_tested=("It was not tested", "未经检验"),
)

LISTS: Final = MappingProxyType(
    {
        "kind": KINDS,
        "declined": DECLINALS,
        "cancelled": CANCELLATIONS,
        "report-disputed": REPORT_DISPUTES,
        "meeting": MEETINGS,
        "text": TEXTS,
        "text-declined": TEXT_DECLINALS,
        "skipped": SKIPPINGS,
        "set-declined": SET_DECLINALS,
        "stopped": STOPS,
        "sort": SORTS,
        "withdrawn": WITHDRAWALS,
        "outcome": OUTCOMES,
        "rating": RATINGS,
        "differed": DIFFERENCES,
    }
)

_EXERCISE: Final = "the exercise"
_CONTROL: Final = "the control cells"
_PLAY: Final = "the play"
_DELIVERY: Final = "the delivery"
_RATING: Final = "the rating"
_TEXT: Final = "a text"
_SETTING: Final = "a setting"

_WINDOW: Final = (FROM, UNTIL)

BY_KIND: Final[Mapping[str, Mapping[str, Shape]]] = MappingProxyType(
    {
        EXERCISE: MappingProxyType(
            {
                PROPOSED: Shape(
                    needs={CONTROL_CHANNEL: NAME, PLAY_CHANNEL: NAME},
                    under={KIND_CODE: KINDS},
                    times=_WINDOW,
                ),
                AGREED: Shape(_EXERCISE, times=_WINDOW),
                DECLINED: Shape(_EXERCISE, needs={REASON: DECLINALS}),
                RESCHEDULED: Shape(_EXERCISE, times=_WINDOW),
                CANCELLED: Shape(_EXERCISE, needs={REASON: CANCELLATIONS}),
                REPORTED: Shape(_EXERCISE, needs={REPORT: SHA256}),
                REPORT_AGREED: Shape("a report"),
                REPORT_DISPUTED: Shape("a report", needs={REASON: REPORT_DISPUTES}),
            }
        ),
        CONTROL: MappingProxyType(
            {
                CONTROL_OPENED: Shape(),
                MET: Shape(_CONTROL, needs={MEETING: MEETINGS}, times=(HELD_AT,)),
                TEXT_PROPOSED: Shape(_CONTROL, needs={TEXT_NAME: TEXTS, TEXT_SHA256: SHA256}),
                TEXT_ADOPTED: Shape(_TEXT),
                TEXT_DECLINED: Shape(_TEXT, needs={REASON: TEXT_DECLINALS}),
                FIXED: Shape(
                    _CONTROL,
                    needs={NUMBER: WHOLE, OBJECTIVE: NAME, COMMIT: SHA256},
                    times=_WINDOW,
                ),
                DISCLOSED: Shape(_CONTROL, needs={NUMBER: WHOLE, SALT: SHA256, CONTENT: SHA256}),
                READY: Shape(
                    _CONTROL, needs={PLAN_SHA256: SHA256, LIST_SHA256: SHA256, SEATS: WHOLE}
                ),
                SKIPPED: Shape(_CONTROL, needs={NUMBER: WHOLE, REASON: SKIPPINGS}),
                MOVED: Shape(_CONTROL, needs={NUMBER: WHOLE}, times=(SCENARIO_AT,)),
                NOTED: Shape(_CONTROL, may={NUMBER: WHOLE}),
            }
        ),
        PLAY: MappingProxyType(
            {
                PLAY_OPENED: Shape(),
                START: Shape(
                    _PLAY,
                    needs={PLAN_SHA256: SHA256, LIST_SHA256: SHA256, SPEED: SPEED_SHAPE},
                    times=(SCENARIO_AT,),
                ),
                PAUSE: Shape(_PLAY),
                RESUME: Shape(_PLAY, may={STOP: ID, SPEED: SPEED_SHAPE}),
                RATE: Shape(_PLAY, needs={SPEED: SPEED_SHAPE}),
                JUMP: Shape(_PLAY, times=(SCENARIO_AT,)),
                END: Shape(_PLAY),
                SET_AGREED: Shape(_SETTING),
                SET_DECLINED: Shape(_SETTING, needs={REASON: SET_DECLINALS}),
                STOPPED: Shape(_PLAY, needs={REASON: STOPS}),
            }
        ),
        INJECT: MappingProxyType(
            {
                DELIVERED: Shape(
                    needs={PLAY_ID: ID, NUMBER: WHOLE, SORT: SORTS, SIDE: NAME, SEAT: NAME},
                    may={COMMIT: SHA256},
                ),
                CORRECTED: Shape(_DELIVERY),
                WITHDRAWN: Shape(_DELIVERY, needs={REASON: WITHDRAWALS}),
                TAKEN: Shape(_DELIVERY, needs={SEAT: NAME}),
                ANSWERED: Shape(_DELIVERY, needs={SEAT: NAME, OUTCOME: OUTCOMES}),
            }
        ),
        EVALUATION: MappingProxyType(
            {
                RATED: Shape(needs={TASK: NAME, SIDE: NAME, RATING: RATINGS}),
                CONCURRED: Shape(_RATING),
                DIFFERED: Shape(_RATING, needs={RATING: RATINGS, REASON: DIFFERENCES}),
            }
        ),
    }
)
"""Every tag, by the kind of its matter."""

SHAPES: Final[Mapping[str, Shape]] = MappingProxyType(
    {tag: one for shapes in BY_KIND.values() for tag, one in shapes.items()}
)
"""Every tag."""


def commitment(salt: str, content: str) -> str:
    """Return what fixes a private item: SHA-256 over its 32 random bytes and the hash of it.

    Args:
        salt: 32 bytes, 64 hex digits.
        content: SHA-256 of the content, 64 hex digits.
    """
    return hashlib.sha256(bytes.fromhex(salt) + bytes.fromhex(content)).hexdigest()


WINDOW_UNCLEAR: Final = "window-unclear"
KINDS_MISSING: Final = "kinds-missing"
CHANNELS_ALIKE: Final = "channels-alike"

PROBLEMS: Final = shape.PROBLEMS | {WINDOW_UNCLEAR, KINDS_MISSING, CHANNELS_ALIKE}
"""What `check` can name."""


def check(act: Act, kind: str) -> str:
    """Return what is wrong with an act of a kind, by name, or "".

    Total: it reads any act that `require_valid` lets pass, and raises nothing.
    """
    wrong = shape.problem(act, kind, BY_KIND[kind])
    if wrong:
        return wrong
    times = act.times
    if FROM in times and times[FROM] >= times[UNTIL]:
        return WINDOW_UNCLEAR
    if act.tag == PROPOSED:
        if not shape.under(act, KIND_CODE):
            return KINDS_MISSING
        if act.codes[CONTROL_CHANNEL] == act.codes[PLAY_CHANNEL]:
            return CHANNELS_ALIKE
    return ""


def matter_id(kind: str, party: str, act_id: str) -> str:
    """Return the id of the matter that a party's act opens."""
    return shape.matter_id(kind, party, act_id)
