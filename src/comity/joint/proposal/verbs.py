# ruff: noqa: RUF001 -- Chinese texts have Chinese punctuation
"""The verbs of a proposal: the one place that spells them.

Source: docs/spec/proposal.md.
Floor: joint (pure).
"""

from typing import Final

from comity.acts.points import State
from comity.acts.verb import CODE, ITEM, MAY, TIME, Field, Table, Verb, both, why
from comity.joint.proposal import acts, view

_FORUM: Final = Field(acts.FORUM, CODE, both("Forum", "审议场合"), known=acts.FORUMS)
_POINTS: Final = Field(
    "point", ITEM, both("Points", "事项"), needed=False, many="points",
    hint=both("decision or forum; all if empty", "decision 或 forum；不填则为全部"),
)  # fmt: skip
_STATED: Final = (
    Field(acts.DECISION, CODE, both("Decision", "决定"), needed=False, known=acts.DECISIONS),
    Field(
        acts.UNTIL, TIME, both("Deferred until", "推迟至"), needed=False,
        hint=both("with the decision to defer", "决定推迟时填写"),
    ),
    Field(acts.FORUM, CODE, both("Forum", "审议场合"), needed=False, known=acts.FORUMS),
    Field(
        acts.REASON, CODE, both("Reason", "理由"), needed=False, known=acts.REASONS,
        hint=both("needed to decline", "不接受时必填"),
    ),
    _POINTS,
)  # fmt: skip


def newest_statement(now: State, party: str) -> str:
    """Return the id of the newest act of another party that states something, or ""."""
    stating = now.told(acts.PUT, acts.STATED)
    found = [one.id for one in stating if one.party != party and now.given(one)]
    return found[-1] if found else ""


def _is_of_another(now: State, party: str) -> bool:
    return view.author(now) not in ("", party) and view.is_open(now)


def _is_open(now: State, _party: str) -> bool:
    return view.is_open(now)


def _may_take(now: State, party: str) -> bool:
    return view.is_open(now) and bool(newest_statement(now, party))


def _stands(now: State, party: str) -> bool:
    return party in now.wishes(acts.DECISION)


TABLE: Final = Table(
    acts.KIND,
    "proposals",
    both("Proposal", "提案"),
    both(
        "What one side proposes: assessed in a forum, decided by a date, followed up",
        "一方提出的建议：在议定场合评估，按期决定并跟进",
    ),
    (
        Verb(
            "put", acts.PUT, both("Put a proposal", "提出提案"),
            (
                Field(acts.SORT, CODE, both("Kind", "类型"), known=acts.SORTS),
                _FORUM,
                Field(acts.DECIDE_BY, TIME, both("Decide by", "决定期限"), needed=False),
            ),
            opens=True, needs_texts=True, file=MAY,
        ),
        Verb(
            "assess", acts.ASSESSED, both("Give a view", "评估"),
            (Field(acts.VIEW, CODE, both("View", "意见"), known=acts.VIEWS),),
            offered=_is_of_another,
        ),
        Verb(
            "take", acts.STATED, both("Agree to what was stated", "同意对方所提内容"),
            _STATED, about=newest_statement, offered=_may_take, has_texts=False,
        ),
        Verb(
            "state", acts.STATED, both("Decide", "作出决定"), _STATED, offered=_is_open,
        ),
        Verb(
            "leave", acts.LEFT, both("Withdraw", "撤回"), (why(acts.LEAVINGS), _POINTS),
            offered=_stands, is_grave=True,
        ),
    ),
    lambda now: str(now.opened_by),
    heading=both("Proposals", "提案"),
)  # fmt: skip
