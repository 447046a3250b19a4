# ruff: noqa: RUF001 -- Chinese texts have Chinese punctuation
"""The verbs of a call of the hotline: the one place that spells them.

Source: docs/spec/hotline.md.
Floor: joint (pure).
"""

from typing import Final

from comity.acts.verb import (
    CODE,
    HASH,
    ITEM,
    MATTER,
    NAME,
    NUMBER,
    PARTY,
    TIME,
    Field,
    Table,
    Verb,
    both,
    why,
)
from comity.joint.hotline import acts, view
from comity.joint.hotline.state import State

_LEVEL: Final = Field(
    acts.LEVEL, NUMBER, both("Level", "级别"),
    hint=both("from 1 to 9, as the adopted text names them", "1 至 9 级，见双方通过的文本"),
)  # fmt: skip
_NEXT_WORD: Final = Field(
    acts.NEXT_WORD_AT, TIME, both("Next word by", "下次答复时间"), needed=False
)
_VOICE: Final = Field(
    acts.VOICE, HASH, both("Commitment of a spoken code", "口令承诺值"), needed=False
)
_PARTY: Final = "party"


def _newest_said(now: State, party: str) -> str:
    """Return what a party is to read back: of what others said, the newest."""
    found = [one.id for one in view.awaiting_read_back(now) if one.party != party]
    return found[-1] if found else ""


def _newest_read_back(now: State, party: str) -> str:
    """Return which read-back a party is to judge: of its own words, the newest."""
    found = [one for one in view.awaiting_confirmation(now) if one.party == party]
    return found[-1].read_backs[-1].id if found else ""


def _carriage(now: State, party: str) -> str:
    found = view.open_carriage(now, party)
    return found.id if found is not None else ""


def _summary(now: State, _party: str) -> str:
    found = view.open_summary(now)
    return found.id if found is not None else ""


def _plan(now: State, _party: str) -> str:
    return now.plan.id if now.plan is not None else ""


def _is_open(now: State, _party: str) -> bool:
    return view.status(now) in {view.RINGING, view.PICKED_UP, view.TAKEN}


def _is_called(now: State, party: str) -> bool:
    return _is_open(now, party) and now.track(party) is not None


def _is_caller(now: State, party: str) -> bool:
    return _is_open(now, party) and now.call is not None and now.call.party == party


def _may_join(now: State, party: str) -> bool:
    plan = now.plan
    return view.status(now) == view.PLANNED and plan is not None and plan.party != party


def _may_begin(now: State, party: str) -> bool:
    plan = now.plan
    return view.status(now) == view.PLANNED and plan is not None and plan.party == party


def _hears(now: State, party: str) -> bool:
    return any(one.party != party for one in view.awaiting_read_back(now))


def _judges(now: State, party: str) -> bool:
    return any(one.party == party for one in view.awaiting_confirmation(now))


def _is_told_of_carriage(now: State, party: str) -> bool:
    return view.open_carriage(now, party) is not None


def _is_asked_to_agree(now: State, party: str) -> bool:
    found = view.open_summary(now)
    return found is not None and found.party != party


_CALL_FIELDS: Final = (
    Field(
        acts.GROUND, NAME, both("Ground", "事由"),
        listed="hotline-ground", hint=both("as the adopted text names it", "见双方通过的文本"),
    ),
    _LEVEL,
    Field(acts.WORD_BY, TIME, both("Word wanted by", "希望答复时间")),
    Field(acts.HAPPENED_AT, TIME, both("When it happened", "事发时间"), needed=False),
    Field(
        "to", PARTY, both("States that are called", "被呼叫国家"),
        needed=False, many="parties", hint=both("all others if empty", "不填则为其他各方"),
    ),
    Field(
        "request", MATTER, both("Requests that it is about", "所涉请求"),
        needed=False, of="request", many="requests",
    ),
    Field(
        "case", MATTER, both("Cases that it is about", "所涉案件"),
        needed=False, of="case", many="cases",
    ),
    Field(acts.DRILL, CODE, both("This is a drill", "本次为演练"), needed=False, known=acts.YES),
)  # fmt: skip
_BEGIN_FIELDS: Final = tuple(one for one in _CALL_FIELDS if one.name != acts.DRILL)
_CALL: Final = Verb(
    "call", acts.CALLED, both("Call", "呼叫"), _CALL_FIELDS,
    opens=True, computes=(*_CALL_FIELDS, _VOICE),
)  # fmt: skip
_DRILL_FIELDS: Final = (
    Field(acts.DRILL_KIND, CODE, both("Kind", "类型"), known=acts.DRILL_KINDS),
    Field(acts.FROM, TIME, both("Window from", "窗口开始")),
    Field(acts.UNTIL, TIME, both("Window until", "窗口结束")),
)


def _opened_by(now: State) -> str:
    opened = now.call or now.plan
    return opened.id if opened is not None else ""


TABLE: Final = Table(
    acts.KIND,
    "calls",
    both("Call", "呼叫"),
    both(
        "Reach a person of another State who may decide, at any hour",
        "随时联系到对方有权决定的人员",
    ),
    (
        _CALL,
        Verb(
            "pick-up", acts.PICKED_UP, both("Pick up", "接听"), (_NEXT_WORD,),
            offered=_is_called, computes=(_NEXT_WORD, _VOICE),
        ),
        Verb(
            "take", acts.TAKEN, both("Take the call", "受理呼叫"),
            (
                _LEVEL,
                Field(acts.AGENCY, NAME, both("Agency", "机构")),
                Field(acts.OFFICE, NAME, both("Office", "部门"), needed=False),
                _NEXT_WORD,
            ),
            offered=_is_called,
        ),
        Verb(
            "raise", acts.RAISED, both("Raise the level", "提高级别"),
            (_LEVEL, why(acts.RAISINGS)), offered=_is_open,
        ),
        Verb(
            "say", acts.SAID, both("Say something", "发言"),
            (
                Field(acts.SORT, CODE, both("Sort", "类别"), known=acts.SORTS),
                Field(
                    acts.POINTS, NUMBER, both("Number of points", "要点数"), needed=False,
                    hint=both("1 if empty", "不填则为 1"),
                ),
                Field(
                    acts.READ_BACK_DUE, CODE, both("Ask for a read-back", "请求复述"),
                    needed=False, known=acts.YES,
                ),
                Field(
                    acts.INSTEAD, NAME, both("In place of", "取代"), needed=False,
                    hint=both("id of what you said before", "此前发言的标识"),
                ),
                Field(
                    "act-by", TIME, both("Act by", "行动时限"), needed=False,
                    by="point", code=acts.ACT_BY,
                ),
            ),
            offered=_is_open, needs_texts=True,
        ),
        Verb(
            "read-back", acts.READ_BACK, both("Read it back", "复述"),
            about=_newest_said, offered=_hears, needs_texts=True,
        ),
        Verb(
            "confirm", acts.CONFIRMED, both("Confirm the read-back", "确认复述"),
            about=_newest_read_back, offered=_judges, has_texts=False,
        ),
        Verb(
            "correct", acts.CORRECTED, both("Correct the read-back", "更正复述"),
            (
                why(acts.CORRECTIONS),
                Field(
                    "point", ITEM, both("Points that are wrong", "有误的要点"),
                    needed=False, many="points",
                ),
            ),
            about=_newest_read_back, offered=_judges,
        ),
        Verb(
            "carry", acts.CARRIED, both("Note another carrier", "记录其他联络方式"),
            (
                Field(acts.CARRIER, CODE, both("Carrier", "联络方式"), known=acts.CARRIERS),
                Field(acts.OUTCOME, CODE, both("Outcome", "结果"), known=acts.CARRIAGES),
                Field(acts.BEGAN, TIME, both("Began", "开始时间")),
                Field(acts.ENDED, TIME, both("Ended", "结束时间"), needed=False),
                Field(acts.CONTACT, NAME, both("Contact point", "联络点"), needed=False),
                Field(
                    acts.SHEET, NUMBER, both("Pair of the code sheet", "口令表序号"),
                    needed=False,
                ),
                Field(
                    acts.HEARD, CODE, both("Spoken code that you heard", "听到的口令"),
                    needed=False, hint=both("such as ABCD-EFGH", "如 ABCD-EFGH"),
                ),
            ),
            offered=_is_open,
        ),
        Verb(
            "confirm-carriage", acts.CARRIED_CONFIRMED,
            both("Confirm the other carrier", "确认该次联络"),
            about=_carriage, offered=_is_told_of_carriage, has_texts=False,
            computes=(
                Field(
                    acts.NONCE, HASH, both("Nonce of your spoken code", "己方口令的随机数"),
                    needed=False,
                ),
            ),
        ),
        Verb(
            "dispute-carriage", acts.CARRIED_DISPUTED,
            both("Dispute the other carrier", "对该次联络提出异议"),
            (why(acts.CARRIAGE_DISPUTES),), about=_carriage, offered=_is_told_of_carriage,
        ),
        Verb(
            "sum-up", acts.SUMMED_UP, both("Sum up", "提出小结"),
            (
                Field(acts.OUTCOME, CODE, both("Outcome", "结果"), known=acts.OUTCOMES),
                Field(
                    "next", CODE, both("Next step", "下一步措施"), needed=False,
                    known=acts.NEXT_STEPS, by=_PARTY, code=acts.NEXT,
                ),
                Field(
                    "owner", NAME, both("Agency that takes it", "承办机构"), needed=False,
                    by=_PARTY, code=acts.OWNER,
                ),
                Field(
                    "due", TIME, both("Due date", "截止时间"), needed=False,
                    by=_PARTY, code=acts.DUE,
                ),
                Field(
                    "request", MATTER, both("Requests that follow", "后续请求"),
                    needed=False, of="request", many="requests",
                ),
                Field(
                    "case", MATTER, both("Cases that follow", "后续案件"),
                    needed=False, of="case", many="cases",
                ),
            ),
            offered=_is_open, needs_texts=True,
        ),
        Verb(
            "agree", acts.AGREED, both("Agree to the summary", "同意小结"),
            (Field(acts.SCOPE, CODE, both("Scope", "用途"), known=acts.SCOPES),),
            about=_summary, offered=_is_asked_to_agree, has_texts=False,
        ),
        Verb(
            "dispute", acts.DISPUTED, both("Dispute the summary", "对小结提出异议"),
            (why(acts.SUMMARY_DISPUTES),), about=_summary, offered=_is_asked_to_agree,
        ),
        Verb(
            "call-off", acts.CALLED_OFF, both("Call it off", "撤销呼叫"),
            (why(acts.CALLINGS_OFF),), offered=_is_caller, is_grave=True,
        ),
        Verb(
            "close", acts.CLOSED, both("Close the call", "结束呼叫"), (why(acts.CLOSINGS),),
            offered=_is_open, is_grave=True,
        ),
        Verb(
            "drill/plan", acts.DRILL_PLANNED, both("Plan a drill", "计划演练"),
            _DRILL_FIELDS,
            opens=True, has_texts=False,
            computes=(
                *_DRILL_FIELDS,
                Field(acts.COMMIT, HASH, both("Commitment of the nonce", "随机数承诺值")),
            ),
        ),
        Verb(
            "drill/join", acts.DRILL_JOINED, both("Join the drill", "加入演练"),
            about=_plan, offered=_may_join, has_texts=False,
            computes=(Field(acts.SALT, HASH, both("Salt", "盐值")),),
        ),
        Verb(
            "drill/begin", acts.DRILL_BEGUN, both("Begin the drill", "开始演练"),
            _BEGIN_FIELDS,
            about=_plan, offered=_may_begin,
            computes=(
                *_BEGIN_FIELDS,
                _VOICE,
                Field(acts.NONCE, HASH, both("Nonce of the plan", "计划的随机数")),
            ),
        ),
    ),
    _opened_by,
    heading=both("Hotline", "热线"),
    groups={
        "drill": both(
            "Drills, at an instant that neither side chooses", "演练，时刻由双方共同抽定"
        ),
    },
)  # fmt: skip
