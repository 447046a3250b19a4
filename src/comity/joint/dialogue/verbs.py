# ruff: noqa: RUF001 -- Chinese texts have Chinese punctuation
"""The verbs of a session: the one place that spells them.

Source: docs/spec/dialogue.md.
Floor: joint (pure).
"""

from typing import Final

from comity.acts import stance, verb
from comity.acts.points import State
from comity.acts.verb import CODE, HASH, NAME, TIME, Field, Table, Verb, both, why
from comity.joint.dialogue import acts, view

_POINTS: Final = Field(
    "point", verb.ITEM, both("Points", "事项"), needed=False, many="points",
    hint=both("such as when or item.1; all if empty", "如 when、item.1；不填则为全部"),
)  # fmt: skip
_STATED: Final = (
    Field(acts.WHEN, TIME, both("Date and time", "日期和时间"), needed=False),
    Field(
        acts.PLACE, CODE, both("Place", "地点"), needed=False, shape=acts.PLACE_SHAPE,
        hint=both("UN/LOCODE such as CNBJS, or remote", "联合国地名代码，如 CNBJS；线上填 remote"),
    ),
    Field(acts.FORMAT, CODE, both("Format", "形式"), needed=False, known=acts.FORMATS),
    Field(acts.LEVEL, CODE, both("Level", "级别"), needed=False, known=acts.LEVELS),
    Field(
        "item", CODE, both("Item of the agenda", "议题"), needed=False, known=acts.ITEM_KINDS,
        by="item", code=acts.ITEM,
    ),
    Field(
        "subject", CODE, both("What the item is about", "议题所涉事项"), needed=False, by="item",
        code=acts.ABOUT, shape=acts.ABOUT_SHAPE,
    ),
    Field(
        "lead", NAME, both("Agency that leads on the item", "议题牵头机构"), needed=False,
        by="item", code=acts.LEAD,
    ),
    Field(acts.NEXT, TIME, both("Date of the next session", "下次会议日期"), needed=False),
    Field(acts.PUBLISH_AT, TIME, both("Publish outcomes at", "成果公布时间"), needed=False),
    Field(acts.INTO, NAME, both("Convert into the series", "转入系列"), needed=False),
    _POINTS,
)  # fmt: skip


def newest_statement(now: State, party: str) -> str:
    """Return the id of the newest act of another party that states something, or ""."""
    found = [one.id for one in now.told(acts.STATED) if one.party != party and now.given(one)]
    return found[-1] if found else ""


def _may_take(now: State, party: str) -> bool:
    return _is_open(now, party) and bool(newest_statement(now, party))


def _is_open(now: State, _party: str) -> bool:
    return view.status(now) != view.CONVERTED


def _has_date(now: State, party: str) -> bool:
    return acts.WHEN in now.points and bool(stance.last(now.stances(acts.WHEN), party))


def _stands(now: State, party: str) -> bool:
    return any(stance.last(of, party) for of in now.points.values())


def _may_open(now: State, party: str) -> bool:
    return all(one.party != party for one in now.told(acts.OPENED))


def _may_close(now: State, party: str) -> bool:
    is_closed = any(one.party == party for one in now.told(acts.CLOSED))
    return not _may_open(now, party) and not is_closed


def _minutes(now: State, party: str) -> str:
    found = view.open_minutes(now, party)
    return found.id if found is not None else ""


def _has_minutes(now: State, party: str) -> bool:
    return bool(_minutes(now, party))


TABLE: Final = Table(
    acts.KIND,
    "dialogues",
    both("Session", "会议"),
    both(
        "Sessions of the dialogue: date, agenda, delegations, minutes and what came of them",
        "对话会议：日期、议程、代表团、纪要和成果",
    ),
    (
        Verb(
            "convene", acts.CONVENED, both("Convene a session", "发起会议"),
            (
                Field(
                    acts.SERIES, NAME, both("Series", "系列"),
                    hint=both("such as ministers", "如 ministers"),
                ),
                Field(
                    acts.LABEL, NAME, both("Label", "简称"),
                    hint=both("such as 2015-12", "如 2015-12"),
                ),
                Field(
                    acts.TERMS, HASH, both("Hash of the terms of the series", "系列规则哈希值"),
                    needed=False,
                ),
            ),
            opens=True,
        ),
        Verb(
            "take", acts.STATED, both("Agree to what was stated", "同意对方所提内容"), _STATED,
            about=newest_statement, offered=_may_take, has_texts=False,
        ),
        Verb(
            "state", acts.STATED, both("Propose what is to be settled", "提出商定内容"), _STATED,
            offered=_is_open,
        ),
        Verb(
            "leave", acts.LEFT, both("Leave what is agreed", "退出已达成的内容"),
            (why(acts.LEAVINGS), _POINTS), offered=_stands, is_grave=True,
        ),
        Verb(
            "postpone", acts.POSTPONED, both("Postpone the session", "推迟会议"),
            (
                why(acts.POSTPONEMENTS),
                Field(acts.NOT_BEFORE, TIME, both("Not before", "不早于"), needed=False),
            ),
            offered=_has_date, is_grave=True,
        ),
        Verb(
            "delegate", acts.DELEGATED, both("Give the delegation", "通报代表团"),
            (
                Field(
                    "agency", NAME, both("Agencies", "机构"), needed=False, many="agencies",
                    code=acts.AGENCY,
                ),
                Field(acts.CHAIR, NAME, both("Office of the chair", "主席职务"), needed=False),
                Field(
                    acts.STAND_IN, CODE, both("The chair is a stand-in", "由他人代行主席职责"),
                    needed=False, known=acts.YES,
                ),
            ),
            offered=_is_open,
        ),
        Verb(
            "open", acts.OPENED, both("Open the session", "宣布开会"), offered=_may_open,
            has_texts=False,
        ),
        Verb(
            "close", acts.CLOSED, both("Close the session", "宣布闭会"), offered=_may_close,
            has_texts=False, is_grave=True,
        ),
        Verb(
            "minutes", acts.MINUTED, both("Propose minutes", "提出会议纪要"),
            (
                Field(
                    "outcome", CODE, both("Outcome of the item", "议题结果"), needed=False,
                    known=acts.OUTCOMES, by="item", code=acts.OUTCOME,
                ),
                Field(
                    acts.TO, NAME, both("Session that it is reported to", "报送的会议"),
                    needed=False,
                ),
            ),
            offered=_is_open, needs_texts=True,
        ),
        Verb(
            "agree-minutes", acts.MINUTES_AGREED, both("Agree to the minutes", "确认会议纪要"),
            about=_minutes, offered=_has_minutes, has_texts=False,
        ),
        Verb(
            "dispute-minutes", acts.MINUTES_DISPUTED,
            both("Dispute the minutes", "对会议纪要提出异议"),
            (why(acts.DISPUTES),), about=_minutes, offered=_has_minutes,
        ),
    ),
    lambda now: str(now.opened_by),
    heading=both("Dialogue", "对话"),
)  # fmt: skip
