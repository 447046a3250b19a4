# ruff: noqa: RUF001 -- Chinese texts have Chinese punctuation
"""The verbs of a commitment: the one place that spells them.

Source: docs/spec/commitment.md.
Floor: joint (pure).
"""

from typing import Final

from comity.acts import stance
from comity.acts.points import State
from comity.acts.verb import CODE, HASH, ITEM, NAME, TIME, Field, Table, Verb, both, why
from comity.joint.commitment import acts, view

_OWNER: Final = Field(
    "owner", NAME, both("Agency that does it", "承办机构"),
    needed=False, by="party", code=acts.OWNER,
)  # fmt: skip
_DUE: Final = Field(acts.DUE, TIME, both("Due date", "完成期限"), needed=False)
_DUE_BEFORE: Final = Field(
    acts.DUE_BEFORE, NAME, both("Due before a session of the series", "应在该系列会议之前完成"),
    needed=False, hint=both("such as ministers", "如 ministers"),
)  # fmt: skip
_CHECK: Final = Field(
    acts.CHECK, CODE, both("What proves it", "完成的依据"), needed=False, known=acts.CHECKS
)
_POINTS: Final = Field(
    "point", ITEM, both("Points", "事项"), needed=False, many="points",
    hint=both("such as due or status; all if empty", "如 due、status；不填则为全部"),
)  # fmt: skip


def _is_open(now: State, _party: str) -> bool:
    return not view.is_done(now)


def _stands(now: State, party: str) -> bool:
    return any(stance.last(of, party) for of in now.points.values())


def newest_statement(now: State, party: str) -> str:
    """Return the id of the newest act of another party that states something, or ""."""
    found = [
        one.id for one in now.told(acts.MADE, acts.STATED) if one.party != party and now.given(one)
    ]
    return found[-1] if found else ""


def _may_take(now: State, party: str) -> bool:
    return bool(newest_statement(now, party))


TABLE: Final = Table(
    acts.KIND,
    "commitments",
    both("Commitment", "承诺"),
    both(
        "What both sides undertook: who does it, by when, and how it stands",
        "双方承诺事项：承办方、期限和进展",
    ),
    (
        Verb(
            "make", acts.MADE, both("Make a commitment", "提出承诺"),
            (
                Field(acts.SOURCE, CODE, both("Source", "来源"), known=acts.SOURCES),
                Field(
                    acts.REF, CODE, both("Reference of the source", "来源编号"),
                    shape=acts.REF_SHAPE, hint=both("such as 2015-12/3", "如 2015-12/3"),
                ),
                _OWNER, _DUE, _DUE_BEFORE, _CHECK,
            ),
            opens=True,
        ),
        Verb(
            "take", acts.STATED, both("Agree to what was stated", "同意对方所提内容"),
            (
                _POINTS,
                Field(
                    acts.STATUS, CODE, both("Status", "进展"), needed=False, known=acts.STATUSES
                ),
                Field(acts.SERIES, NAME, both("Series", "系列"), needed=False),
                _OWNER, _DUE, _DUE_BEFORE, _CHECK,
                Field(
                    acts.EVIDENCE, HASH, both("Hash of the evidence", "证据哈希值"), needed=False
                ),
                Field(
                    acts.REASON, CODE, both("Reason", "理由"), needed=False, known=acts.REASONS
                ),
            ),
            about=newest_statement, offered=_may_take, has_texts=False,
        ),
        Verb(
            "state", acts.STATED, both("State what stands", "陈述现状"),
            (
                Field(
                    acts.STATUS, CODE, both("Status", "进展"), needed=False, known=acts.STATUSES
                ),
                _DUE, _DUE_BEFORE, _OWNER, _CHECK,
                Field(
                    acts.SERIES, NAME, both("Series that follows it up", "跟进系列"),
                    needed=False,
                ),
                Field(
                    acts.EVIDENCE, HASH, both("Hash of the evidence", "证据哈希值"), needed=False
                ),
                Field(
                    acts.REASON, CODE, both("Reason", "理由"), needed=False, known=acts.REASONS,
                    hint=both("needed where a due date moves", "变更期限时必填"),
                ),
                _POINTS,
            ),
            offered=_is_open,
        ),
        Verb(
            "leave", acts.LEFT, both("Leave what is agreed", "退出已达成的内容"),
            (why(acts.LEAVINGS), _POINTS), offered=_stands, is_grave=True,
        ),
    ),
    lambda now: str(now.opened_by),
    heading=both("Commitments", "承诺"),
)  # fmt: skip
