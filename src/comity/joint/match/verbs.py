# ruff: noqa: RUF001 -- Chinese texts have Chinese punctuation
"""What an officer can say in a private match.

Floor: joint (pure).
"""

from collections.abc import Sequence
from typing import Final

from comity.acts.facts import Fact, State
from comity.acts.verb import (
    CODE,
    HASH,
    LINES,
    MATTER,
    NUMBER,
    PARTY,
    REFERENCE,
    Field,
    Table,
    Verb,
    both,
    why,
)
from comity.joint.match import acts, canon, fold, view

_KIND: Final = Field(acts.SORT, CODE, both("Kind", "种类"), known=canon.KINDS)
_CASE: Final = Field("case", MATTER, both("Case", "案件"), needed=False, of="case", many="cases")
_TO: Final = Field("to", PARTY, both("Asked of", "被询问方"), needed=False, many="to")


def _set(en: str, zh: str) -> Field:
    hint = both("one a line; they stay on this node", "每行一个；不离开本节点")
    return Field("set", LINES, both(en, zh), hint=hint)


def _evaluation(now: State, _party: str) -> str:
    return _last(now.said(acts.EVALUATED))


def _unbacked(now: State, _party: str) -> str:
    return _last(view.unbacked(now))


def _unjudged(now: State, _party: str) -> str:
    pursued = now.said(acts.PURSUED)
    return _last([one for one in pursued if not now.said(acts.JUDGED, about=one)])


def _last(found: Sequence[Fact]) -> str:
    return found[-1].id if found else ""


def _is_asked(now: State, party: str) -> bool:
    return view.status(now) == view.ASKED and party == fold.answerer(now)


def _asks(now: State, party: str) -> bool:
    return now.opening is not None and party == now.opening.party


def _waits_for_answer(now: State, party: str) -> bool:
    return _asks(now, party) and view.status(now) == view.ASKED


def _has_evaluation(now: State, party: str) -> bool:
    return _asks(now, party) and view.status(now) == view.EVALUATED


def _has_hits(now: State, party: str) -> bool:
    return _asks(now, party) and view.hits_left(now) > 0 and view.status(now) != view.CLOSED


def _backs(now: State, party: str) -> bool:
    return party == fold.answerer(now) and bool(view.unbacked(now))


def _judges(now: State, party: str) -> bool:
    return _asks(now, party) and bool(_unjudged(now, party))


def _is_open(now: State, party: str) -> bool:
    return party in view.parties(now) and view.status(now) != view.CLOSED


def _opened_by(now: State) -> str:
    return now.opening.id if now.opening else ""


TABLE: Final = Table(
    acts.KIND, "matches", both("Match", "私密比对"),
    both(
        "Private match: learn which identifiers both States have, without handing over a list",
        "私密比对：在不移交清单的情况下了解双方共有的标识",
    ),
    (
        Verb(
            "ask", acts.ASKED, both("Ask for a match", "提出比对"),
            (_KIND, _set("Identifiers that are asked for", "要比对的标识"), _CASE, _TO),
            opens=True,
            computes=(
                _KIND,
                Field(acts.SLOTS, NUMBER, both("Slots", "位数")),
                Field(acts.EPOCH, CODE, both("Month", "月份")),
                Field(acts.SUITE, CODE, both("Suite", "算法套件"), known=acts.SUITES),
                Field(acts.CANON, CODE, both("Spelling", "规范写法"), known=acts.CANONS),
                Field(acts.ROOT, HASH, both("Root of the set", "集合的根")),
                _CASE,
                _TO,
            ),
        ),
        Verb(
            "evaluate", acts.EVALUATED, both("Evaluate the question", "计算比对"),
            (_set("Identifiers of this State", "本国的标识"),), offered=_is_asked,
            computes=(
                Field(acts.KEY, HASH, both("Public key", "公钥")),
                Field(acts.TAGS, NUMBER, both("Tags", "标签数")),
                Field(acts.ROOT, HASH, both("Root of the table", "标签表的根")),
            ),
        ),
        Verb(
            "open", acts.OPENED, both("Count the hits", "统计命中"),
            about=_evaluation, offered=_has_evaluation,
            computes=(Field(acts.HITS, NUMBER, both("Hits", "命中数")),),
        ),
        Verb(
            "reject", acts.REJECTED, both("Reject the evaluation", "拒绝计算结果"),
            (why(acts.REJECTIONS),), about=_evaluation, offered=_has_evaluation,
        ),
        Verb(
            "pursue", acts.PURSUED, both("Pursue a hit", "跟进命中"),
            (
                Field(acts.TAG, NUMBER, both("Number of the tag", "标签序号")),
                Field(
                    "request", MATTER, both("Requests that follow", "后续请求"),
                    needed=False, of="request", many="requests",
                ),
            ),
            about=_evaluation, offered=_has_hits,
        ),
        Verb(
            "back", acts.BACKED, both("Say what the entry is", "说明该条目"),
            (
                Field(acts.ENTRY, CODE, both("Entry", "条目"), known=acts.ENTRIES),
                Field(acts.GRADE, CODE, both("Grade", "可信程度"), known=acts.GRADES),
                Field(
                    acts.OWN_REFERENCE, REFERENCE, both("File number", "案卷编号"), needed=False,
                ),
            ),
            about=_unbacked, offered=_backs,
        ),
        Verb(
            "judge", acts.JUDGED, both("Say whether it was useful", "说明是否有用"),
            (Field(acts.USE, CODE, both("Use", "用处"), known=acts.USES),),
            about=_unjudged, offered=_judges,
        ),
        Verb(
            "decline", acts.DECLINED, both("Decline the match", "不予比对"),
            (why(acts.DECLINALS),), offered=_is_asked, is_grave=True,
        ),
        Verb(
            "withdraw", acts.WITHDRAWN, both("Withdraw the question", "撤回比对"),
            (why(acts.WITHDRAWALS),), offered=_waits_for_answer, is_grave=True,
        ),
        Verb(
            "close", acts.CLOSED, both("Close the match", "结束比对"),
            (why(acts.CLOSINGS),), offered=_is_open, is_grave=True,
        ),
    ),
    _opened_by,
    heading=both("Matches", "私密比对"),
)  # fmt: skip
