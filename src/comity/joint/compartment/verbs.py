# ruff: noqa: RUF001 -- Chinese texts have Chinese punctuation
"""What an officer can say in a compartment.

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
    NAME,
    NUMBER,
    TEXT,
    TIME,
    Field,
    Table,
    Verb,
    both,
    why,
)
from comity.joint.compartment import acts, view


def _last(found: Sequence[Fact]) -> str:
    return found[-1].id if found else ""


def _to_answer(now: State, party: str) -> list[Fact]:
    return [
        one
        for one in view.unanswered(now)
        if one.party != party and not now.said(acts.SIGNED, by=party, about=one)
    ]


def _terms(now: State, party: str) -> str:
    return _last(_to_answer(now, party))


def _others_reader(now: State, party: str) -> str:
    return _last(_open_readers(now, party, is_own=False))


def _own_reader(now: State, party: str) -> str:
    return _last(_open_readers(now, party, is_own=True))


def _open_readers(now: State, party: str, *, is_own: bool) -> list[Fact]:
    return [
        one
        for one in view.readers(now)
        if (one.party == party) == is_own
        and not now.said(acts.READER_ENDED, about=one)
        and (is_own or not now.said(acts.READER_OBJECTED, by=party, about=one))
    ]


def _account(now: State, party: str) -> str:
    return _last([one for one in now.said(acts.ACCOUNT) if one.party != party])


def _may_answer(now: State, party: str) -> bool:
    return bool(_to_answer(now, party)) and view.status(now) != view.CLOSED


def _is_open(now: State, _party: str) -> bool:
    return view.status(now) not in {view.NONE, view.CLOSED}


def _is_in_force(now: State, _party: str) -> bool:
    return view.status(now) == view.IN_FORCE


def _may_object(now: State, party: str) -> bool:
    return _is_open(now, party) and bool(_others_reader(now, party))


def _may_end(now: State, party: str) -> bool:
    return bool(_own_reader(now, party))


def _may_challenge(now: State, party: str) -> bool:
    return bool(_account(now, party))


def _opened_by(now: State) -> str:
    return now.opening.id if now.opening else ""


_REQUESTS: Final = Field(
    "request", MATTER, both("Requests", "请求"), needed=False, of="request", many="requests"
)
_TERM_FIELDS: Final = (
    Field(acts.SEAL, CODE, both("Seal", "密封方式"), known=acts.SEALS),
    Field(
        acts.OBJECT_HOURS, NUMBER, both("Hours to object to a reader", "对读者提出异议的小时数"),
        default="120",
    ),
)  # fmt: skip
_PERIOD: Final = (
    Field(acts.FROM, TIME, both("From", "起")),
    Field(acts.UNTIL, TIME, both("Until", "止")),
)
_NUMBER: Final = both("Number of files", "文件数")

TABLE: Final = Table(
    acts.KIND, "compartments", both("Compartment", "保密隔间"),
    both(
        "Compartments: what only named readers see, under terms that both sides signed",
        "保密隔间：仅由列名读者依双方签署的条件阅览的内容",
    ),
    (
        Verb(
            "propose", acts.PROPOSED, both("Propose terms", "提出条件"),
            (*_TERM_FIELDS, _REQUESTS), opens=True, needs_texts=True,
        ),
        Verb(
            "amend", acts.AMENDED, both("Propose other terms", "提出其他条件"),
            _TERM_FIELDS, offered=_is_open, needs_texts=True,
        ),
        Verb(
            "sign", acts.SIGNED, both("Sign the terms", "签署条件"),
            about=_terms, offered=_may_answer,
        ),
        Verb(
            "decline", acts.DECLINED, both("Decline the terms", "拒绝条件"),
            (why(acts.DECLINALS),), about=_terms, offered=_may_answer,
        ),
        Verb(
            "join", acts.JOINED, both("Add requests", "加入请求"),
            (
                Field(
                    "request", MATTER, both("Requests", "请求"), of="request", many="requests"
                ),
            ),
            offered=_is_open,
        ),
        Verb(
            "commit", acts.COMMITTED, both("Bind what will be given", "承诺将提供的内容"),
            (
                Field(
                    "hashes", LINES, both("SHA-256 of each file", "各文件的SHA-256"),
                    hint=both("one a line, as `comity hash` does", "每行一个，见 comity hash"),
                ),
            ),
            offered=_is_in_force,
            computes=(
                Field(acts.ROOT, HASH, both("Root", "根")), Field(acts.COUNT, NUMBER, _NUMBER),
            ),
        ),
        Verb(
            "name-reader", acts.READER_NAMED, both("Name a reader", "列名读者"),
            (
                Field("name", TEXT, both("Name", "姓名")),
                Field(acts.CAPACITY, CODE, both("Capacity", "身份"), known=acts.CAPACITIES),
                Field(acts.AGENCY, NAME, both("Agency", "机构")),
            ),
            offered=_is_in_force,
            computes=(
                Field(acts.READER, HASH, both("Salted hash of the name", "姓名的加盐散列值")),
                Field(acts.CAPACITY, CODE, both("Capacity", "身份"), known=acts.CAPACITIES),
                Field(acts.AGENCY, NAME, both("Agency", "机构")),
            ),
        ),
        Verb(
            "object", acts.READER_OBJECTED, both("Object to a reader", "对读者提出异议"),
            (why(acts.OBJECTIONS),), about=_others_reader, offered=_may_object,
        ),
        Verb(
            "end-reader", acts.READER_ENDED, both("End a reader", "终止读者资格"),
            (why(acts.READER_ENDS),), about=_own_reader, offered=_may_end,
        ),
        Verb(
            "account", acts.ACCOUNT, both("Account for openings", "说明开启情况"),
            _PERIOD, offered=_is_open,
            computes=(
                Field(acts.OPENINGS, NUMBER, both("Openings", "开启次数")),
                Field(acts.READERS, NUMBER, both("Readers", "读者人数")),
                *_PERIOD,
            ),
        ),
        Verb(
            "challenge", acts.CHALLENGED, both("Challenge an account", "质疑开启说明"),
            (why(acts.CHALLENGES),), about=_account, offered=_may_challenge,
        ),
        Verb(
            "tell-breach", acts.BREACH_TOLD, both("Tell of a breach", "通报违规"),
            (
                Field(acts.SORT, CODE, both("Breach", "违规"), known=acts.BREACHES),
                Field(
                    acts.MARK, CODE, both("Mark on the page", "页面标记"), needed=False,
                    hint=both("such as ABCD-EFGH", "如 ABCD-EFGH"),
                ),
            ),
            offered=_is_open,
        ),
        Verb(
            "close", acts.CLOSED, both("Close the compartment", "关闭隔间"),
            (why(acts.CLOSINGS),), offered=_is_open, is_grave=True,
        ),
    ),
    _opened_by,
    heading=both("Compartments", "保密隔间"),
)  # fmt: skip
