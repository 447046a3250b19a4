# ruff: noqa: RUF001 -- Chinese texts have Chinese punctuation
"""What is said in a call of the hotline: it is made, picked up, taken; what is said is read back.

    hotline.drill-planned/1   opens the matter; codes kind, commit; times from, until
    hotline.drill-joined/1    answers the plan; code salt
    hotline.drill-begun/1     answers the plan, by its author; code nonce, and as a call
    hotline.called/1          opens the matter; to; codes ground, level, drill, voice; times
                              word-by, happened-at; items: the matters that it is about
    hotline.picked-up/1       answers the call; code voice; time next-word-at
    hotline.taken/1           answers the call; codes level, agency, office; time next-word-at
    hotline.raised/1          answers the call; codes level, reason
    hotline.said/1            answers the call; codes sort, points, read-back, instead; times
                              act-by.<point>; blob of the role `texts`
    hotline.read-back/1       answers what was said; blob of the role `texts`
    hotline.confirmed/1, hotline.corrected/1      answer a read-back
    hotline.carried/1         answers the call; codes carrier, outcome, contact, sheet, heard;
                              times began, ended
    hotline.carried-confirmed/1, hotline.carried-disputed/1     answer a carriage
    hotline.summed-up/1       answers the call; codes outcome, next.<party>, owner.<party>; times
                              due.<party>; items: what follows; blob of the role `texts`
    hotline.agreed/1, hotline.disputed/1          answer a summary
    hotline.called-off/1, hotline.closed/1        answer the call; code reason

Words are blobs.  A level only rises: the level of a call is the greatest that was raised, and the
call rings at an addressee until somebody of that level has taken it there.

Source: protocol rule 14; docs/spec/hotline.md.
Floor: joint (pure).
"""

import re
from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from comity.acts import shape
from comity.acts.record import Act
from comity.acts.shape import ID, NAME, SHA256, Shape, Words

KIND: Final = "hotline"

DRILL_PLANNED: Final = "hotline.drill-planned/1"
DRILL_JOINED: Final = "hotline.drill-joined/1"
DRILL_BEGUN: Final = "hotline.drill-begun/1"
CALLED: Final = "hotline.called/1"
PICKED_UP: Final = "hotline.picked-up/1"
TAKEN: Final = "hotline.taken/1"
RAISED: Final = "hotline.raised/1"
SAID: Final = "hotline.said/1"
READ_BACK: Final = "hotline.read-back/1"
CONFIRMED: Final = "hotline.confirmed/1"
CORRECTED: Final = "hotline.corrected/1"
CARRIED: Final = "hotline.carried/1"
CARRIED_CONFIRMED: Final = "hotline.carried-confirmed/1"
CARRIED_DISPUTED: Final = "hotline.carried-disputed/1"
SUMMED_UP: Final = "hotline.summed-up/1"
AGREED: Final = "hotline.agreed/1"
DISPUTED: Final = "hotline.disputed/1"
CALLED_OFF: Final = "hotline.called-off/1"
CLOSED: Final = "hotline.closed/1"

LAST_WORDS: Final = frozenset(
    {PICKED_UP, TAKEN, CORRECTED, CARRIED_DISPUTED, AGREED, DISPUTED, CALLED_OFF, CLOSED}
)
"""What decides, corrects or ends one: sayable while anything is (exchange.md 8.5.7)."""

GROUND: Final = "ground"
LEVEL: Final = "level"
REASON: Final = "reason"
DRILL: Final = "drill"
DRILL_KIND: Final = "kind"
COMMIT: Final = "commit"
SALT: Final = "salt"
NONCE: Final = "nonce"
VOICE: Final = "voice"
SORT: Final = "sort"
POINTS: Final = "points"
READ_BACK_DUE: Final = "read-back"
INSTEAD: Final = "instead"
CARRIER: Final = "carrier"
OUTCOME: Final = "outcome"
CONTACT: Final = "contact"
SHEET: Final = "sheet"
HEARD: Final = "heard"
SCOPE: Final = "scope"
AGENCY: Final = "agency"
OFFICE: Final = "office"
NEXT: Final = "next."
"""Before a party: its next step."""
OWNER: Final = "owner."
"""Before a party: its agency that takes it."""
DUE: Final = "due."
"""Before a party: by when."""

WORD_BY: Final = "word-by"
HAPPENED_AT: Final = "happened-at"
NEXT_WORD_AT: Final = "next-word-at"
ACT_BY: Final = "act-by."
"""Before the number of a point: by when the hearer should act on it."""
BEGAN: Final = "began"
ENDED: Final = "ended"
FROM: Final = "from"
UNTIL: Final = "until"

LEVEL_SHAPE: Final = re.compile(r"[1-9]")
POINTS_SHAPE: Final = re.compile(r"[1-9]|[1-9][0-9]")
SPOKEN_SHAPE: Final = re.compile(r"[0-9A-HJKMNP-TV-Z]{4}-[0-9A-HJKMNP-TV-Z]{4}")
"""A spoken code: 40 bits, as in pairing (arrangement.md 3.5.9)."""
SHEET_SHAPE: Final = re.compile(r"[1-9]|[1-5][0-9]|6[0-4]")
"""The number of a pair on a printed sheet."""


def _known(**codes: tuple[str, str]) -> Words:
    """Return a closed list: `not_now=(English, Chinese)` has the code `not-now`."""
    return MappingProxyType(
        {name.replace("_", "-"): {"en": en, "zh": zh} for name, (en, zh) in codes.items()}
    )


YES: Final = _known(yes=("Yes", "是"))

DRILL_KINDS: Final = _known(
    desk=("At the desk: picked up and taken", "值守演练（接听并受理）"),
    voice=("By voice, with a spoken code", "语音演练（核对口令）"),
    file=("By mail or file, the line being down", "线路中断时以邮件或者文件进行"),
)
RAISINGS: Final = _known(
    not_reached=("Nobody of that level was reached", "未能联系到该级别人员"),
    no_authority=("Who took it may not decide", "受理人员无权决定"),
    overdue=("A promised word did not come", "承诺的答复未按时作出"),
    graver=("It is graver than it seemed", "事态比预计严重"),
)
SORTS: Final = _known(
    information=("Information", "情况说明"),
    question=("Question", "询问"),
    answer=("Answer", "答复"),
    proposal=("Proposal", "提议"),
    undertaking=("Undertaking", "承诺"),
    warning=("Warning", "预警"),
)
CORRECTIONS: Final = _known(
    time=("A time is wrong", "时间有误"),
    number=("A number is wrong", "数字有误"),
    identifier=("An identifier is wrong", "标识有误"),
    who_acts=("Who acts is wrong", "行动方有误"),
    wording=("The words do not say what was meant", "文字未表达原意"),
    translation=("The translation is wrong", "翻译有误"),
)
CARRIERS: Final = _known(
    tel=("Telephone", "电话"),
    mailto=("Mail", "电子邮件"),
    file=("File carried by hand", "人工传递文件"),
)
CARRIAGES: Final = _known(
    reached=("A person answered", "有人应答"),
    no_answer=("Nobody answered", "无人应答"),
    wrong=("Another person answered", "接听者有误"),
    refused=("It was refused", "被拒绝"),
    sent=("It was sent", "已发出"),
    came=("It came", "已收到"),
)
CARRIAGE_DISPUTES: Final = _known(
    not_so=("It did not happen", "并未发生"),
    other_time=("It was at another time", "时间不符"),
    other_person=("It was somebody else", "人员不符"),
    code_differs=("The spoken code was another", "口令不符"),
)
OUTCOMES: Final = _known(
    resolved=("Resolved", "已解决"),
    agreed_steps=("Steps are agreed", "已商定措施"),
    goes_on=("It goes on by request or case", "转由请求或者案件继续办理"),
    not_agreed=("No agreement", "未达成一致"),
    drill_held=("The drill was held", "演练已完成"),
)
NEXT_STEPS: Final = _known(
    send_request=("Send a request", "发出请求"),
    preserve=("Preserve evidence", "保全证据"),
    block=("Block or take down", "封堵或者下线"),
    warn=("Warn those who are affected", "通知受影响方"),
    inquire=("Inquire and report", "核查并通报"),
    call_again=("Call again", "再次呼叫"),
    nothing=("Nothing for now", "暂无事项"),
)
SCOPES: Final = _known(
    within=("Within the purpose of the hotline", "属于热线用途"),
    outside=("Outside the purpose of the hotline", "不属于热线用途"),
)
SUMMARY_DISPUTES: Final = _known(
    facts=("A fact is wrong", "事实不符"),
    next_step=("The next step is another", "下一步措施不符"),
    wording=("The words do not say what was agreed", "文字与共识不符"),
    translation=("Its languages do not say the same", "各语言文本含义不一致"),
)
CALLINGS_OFF: Final = _known(
    resolved=("It resolved itself", "事态已自行解决"),
    mistaken=("It was a mistake", "误呼"),
    real_call=("A real call takes its place", "改为真实呼叫"),
)
CLOSINGS: Final = _known(
    concluded=("Everything was said", "事项已办结"),
    elsewhere=("It goes on elsewhere", "转由其他渠道办理"),
    mistaken=("It was a mistake", "误呼"),
    no_answer=("Nobody answered", "无人应答"),
)

LISTS: Final = MappingProxyType(
    {
        "kind": DRILL_KINDS,
        "raised": RAISINGS,
        "sort": SORTS,
        "corrected": CORRECTIONS,
        "carrier": CARRIERS,
        "carried": CARRIAGES,
        "carried-disputed": CARRIAGE_DISPUTES,
        "outcome": OUTCOMES,
        "next": NEXT_STEPS,
        "scope": SCOPES,
        "disputed": SUMMARY_DISPUTES,
        "called-off": CALLINGS_OFF,
        "closed": CLOSINGS,
    }
)

_CALL: Final = "the call"
_PLAN: Final = "the plan"
_SAID: Final = "what was said"
_READ_BACK: Final = "a read-back"
_CARRIAGE: Final = "a carriage"
_SUMMARY: Final = "a summary"

SHAPES: Final[Mapping[str, Shape]] = MappingProxyType(
    {
        DRILL_PLANNED: Shape(needs={DRILL_KIND: DRILL_KINDS, COMMIT: SHA256}, times=(FROM, UNTIL)),
        DRILL_JOINED: Shape(_PLAN, needs={SALT: SHA256}),
        DRILL_BEGUN: Shape(
            _PLAN,
            needs={GROUND: NAME, LEVEL: LEVEL_SHAPE, NONCE: SHA256},
            may={VOICE: SHA256},
            times=(WORD_BY,),
            may_times=(HAPPENED_AT,),
            items=True,
            to=True,
        ),
        CALLED: Shape(
            needs={GROUND: NAME, LEVEL: LEVEL_SHAPE},
            may={DRILL: YES, VOICE: SHA256},
            times=(WORD_BY,),
            may_times=(HAPPENED_AT,),
            items=True,
            to=True,
        ),
        PICKED_UP: Shape(_CALL, may={VOICE: SHA256}, may_times=(NEXT_WORD_AT,)),
        TAKEN: Shape(
            _CALL,
            needs={LEVEL: LEVEL_SHAPE, AGENCY: NAME},
            may={OFFICE: NAME},
            may_times=(NEXT_WORD_AT,),
        ),
        RAISED: Shape(_CALL, needs={LEVEL: LEVEL_SHAPE, REASON: RAISINGS}),
        SAID: Shape(
            _CALL,
            needs={SORT: SORTS},
            may={POINTS: POINTS_SHAPE, READ_BACK_DUE: YES, INSTEAD: ID},
            may_times=(ACT_BY,),
        ),
        READ_BACK: Shape(_SAID),
        CONFIRMED: Shape(_READ_BACK),
        CORRECTED: Shape(_READ_BACK, needs={REASON: CORRECTIONS}, items=True),
        CARRIED: Shape(
            _CALL,
            needs={CARRIER: CARRIERS, OUTCOME: CARRIAGES},
            may={CONTACT: NAME, SHEET: SHEET_SHAPE, HEARD: SPOKEN_SHAPE},
            times=(BEGAN,),
            may_times=(ENDED,),
        ),
        CARRIED_CONFIRMED: Shape(_CARRIAGE, may={NONCE: SHA256}),
        CARRIED_DISPUTED: Shape(_CARRIAGE, needs={REASON: CARRIAGE_DISPUTES}),
        SUMMED_UP: Shape(
            _CALL,
            needs={OUTCOME: OUTCOMES},
            under={NEXT: NEXT_STEPS, OWNER: NAME},
            may_times=(DUE,),
            items=True,
        ),
        AGREED: Shape(_SUMMARY, needs={SCOPE: SCOPES}),
        DISPUTED: Shape(_SUMMARY, needs={REASON: SUMMARY_DISPUTES}),
        CALLED_OFF: Shape(_CALL, needs={REASON: CALLINGS_OFF}),
        CLOSED: Shape(_CALL, needs={REASON: CLOSINGS}),
    }
)
"""Every tag of the room."""


def matter_id(party: str, act_id: str) -> str:
    """Return the id of the matter that a party's call, or plan of a drill, opens."""
    return shape.matter_id(KIND, party, act_id)


PROBLEMS: Final = shape.PROBLEMS | {"steps-unclear", "window-unclear", "point-unknown"}
"""What `check` can name."""


def check(act: Act) -> str:
    """Return what is wrong with an act of this room, by name, or "".

    Total: it reads any act that `require_valid` lets pass, and raises nothing.
    """
    wrong = shape.problem(act, KIND, SHAPES)
    if wrong:
        return wrong
    if act.tag == DRILL_PLANNED and act.times[FROM] >= act.times[UNTIL]:
        return "window-unclear"
    if act.tag == SAID and not _points(act) <= {*range(1, points(act) + 1)}:
        return "point-unknown"
    if act.tag == SUMMED_UP:
        parties = shape.under(act, NEXT).keys()
        owned = shape.under(act, OWNER).keys()
        due = {name.removeprefix(DUE) for name in act.times}
        return "" if owned <= parties and due <= parties else "steps-unclear"
    return ""


def points(act: Act) -> int:
    """Return how many points a `said` has: one, if it does not say."""
    return int(act.codes.get(POINTS, "1"))


def _points(act: Act) -> set[int]:
    """Return the points of a `said` that have a time; 0 for one that is no number."""
    found = (name.removeprefix(ACT_BY) for name in act.times)
    return {int(one) if POINTS_SHAPE.fullmatch(one) else 0 for one in found}
