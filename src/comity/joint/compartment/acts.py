# ruff: noqa: RUF001 -- Chinese texts have Chinese punctuation
"""What is said of a compartment: terms are proposed and signed, readers named, gifts bound.

    compartment.proposed/1         opens the matter; codes seal, object-hours; items; texts: terms
    compartment.amended/1          answers the proposal; the same codes; texts: new terms
    compartment.signed/1           answers terms
    compartment.declined/1         answers terms; code reason
    compartment.joined/1           answers the proposal; items: requests
    compartment.committed/1        answers the proposal; codes root, count
    compartment.reader-named/1     answers the proposal; codes reader, capacity, agency; a blob
    compartment.reader-objected/1  answers a reader; code reason
    compartment.reader-ended/1     answers a reader; code reason
    compartment.account/1          answers the proposal; codes openings, readers; times from, until
    compartment.challenged/1       answers an account; code reason
    compartment.breach-told/1      answers the proposal; codes sort, mark
    compartment.closed/1           answers the proposal; code reason

No name of a reader is in an entry, but a salted hash of it.

Source: protocol rule 14; docs/spec/compartment.md.
Floor: joint (pure).
"""

import re
from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from comity.acts import shape
from comity.acts.record import Act
from comity.acts.shape import NAME, SHA256, Shape, Words

KIND: Final = "compartment"

PROPOSED: Final = "compartment.proposed/1"
AMENDED: Final = "compartment.amended/1"
SIGNED: Final = "compartment.signed/1"
DECLINED: Final = "compartment.declined/1"
JOINED: Final = "compartment.joined/1"
COMMITTED: Final = "compartment.committed/1"
READER_NAMED: Final = "compartment.reader-named/1"
READER_OBJECTED: Final = "compartment.reader-objected/1"
READER_ENDED: Final = "compartment.reader-ended/1"
ACCOUNT: Final = "compartment.account/1"
CHALLENGED: Final = "compartment.challenged/1"
BREACH_TOLD: Final = "compartment.breach-told/1"
CLOSED: Final = "compartment.closed/1"

LAST_WORDS: Final = frozenset(
    {DECLINED, READER_OBJECTED, READER_ENDED, ACCOUNT, BREACH_TOLD, CLOSED}
)
"""What decides, corrects or ends one: sayable while anything is (exchange.md 8.5.7)."""

SEAL: Final = "seal"
OBJECT_HOURS: Final = "object-hours"
ROOT: Final = "root"
COUNT: Final = "count"
READER: Final = "reader"
CAPACITY: Final = "capacity"
AGENCY: Final = "agency"
OPENINGS: Final = "openings"
READERS: Final = "readers"
SORT: Final = "sort"
MARK: Final = "mark"
REASON: Final = "reason"
FROM: Final = "from"
UNTIL: Final = "until"

READER_BLOB: Final = "reader"
"""Role of the blob that has the name of a reader, and the salt of its hash."""

HOURS: Final = re.compile(r"[1-9][0-9]{0,3}")
NUMBER: Final = re.compile(r"0|[1-9][0-9]{0,8}")
MARK_SHAPE: Final = re.compile(r"[0-9A-HJKMNP-TV-Z]{4}-[0-9A-HJKMNP-TV-Z]{4}")


def _known(**codes: tuple[str, str]) -> Words:
    """Return a closed list: `not_now=(English, Chinese)` has the code `not-now`."""
    return MappingProxyType(
        {name.replace("_", "-"): {"en": en, "zh": zh} for name, (en, zh) in codes.items()}
    )


SEALS: Final = _known(
    node=(
        "To the node: it opens for each reader and marks pages",
        "密封至节点：逐人开启并标记页面",
    ),
    reader=("To the reader: the node cannot open it", "密封至个人：节点无法开启"),
)
CAPACITIES: Final = _known(
    counsel=("Counsel", "法律顾问"),
    expert=("Expert", "专家"),
    investigator=("Investigator", "侦查人员"),
    judge=("Judge", "法官"),
    translator=("Translator", "翻译"),
)
DECLINALS: Final = _known(
    terms=("The terms cannot be accepted", "条件无法接受"),
    legal=("The law does not allow it", "法律不允许"),
    not_needed=("It is not needed", "无此必要"),
)
OBJECTIONS: Final = _known(
    conflict=("Conflict of interest", "利益冲突"),
    employer=("Works for a competitor", "受雇于竞争方"),
    capacity=("Is not of that capacity", "不具备该身份"),
    security=("Security concern", "安全顾虑"),
)
READER_ENDS: Final = _known(
    done=("The work is done", "工作已完成"),
    left=("Has left", "已离任"),
    objection=("The objection was accepted", "异议成立"),
    breach=("After a breach", "因违规"),
)
BREACHES: Final = _known(
    published=("It was published", "已被公开"),
    unknown_reader=("Somebody else has read it", "被其他人阅览"),
    lost=("A copy is lost", "副本遗失"),
)
CHALLENGES: Final = _known(
    incomplete=("It leaves out openings", "遗漏开启记录"),
    late=("It came too late", "提交过迟"),
    unknown_reader=("It counts a reader who is not named", "计入未列名的读者"),
)
CLOSINGS: Final = _known(
    concluded=("The proceedings are over", "程序已结束"),
    returned=("What was given was returned or destroyed", "已返还或者销毁"),
    breach=("After a breach", "因违规"),
)

LISTS: Final[Mapping[str, Words]] = MappingProxyType(
    {
        "seal": SEALS,
        "capacity": CAPACITIES,
        "declined": DECLINALS,
        "reader-objected": OBJECTIONS,
        "reader-ended": READER_ENDS,
        "breach-told": BREACHES,
        "challenged": CHALLENGES,
        "closed": CLOSINGS,
    }
)

_PROPOSAL: Final = "the proposal"
_TERMS: Final = "a proposal of terms"
_READER: Final = "a reader"

SHAPES: Final[Mapping[str, Shape]] = MappingProxyType(
    {
        PROPOSED: Shape(needs={SEAL: SEALS, OBJECT_HOURS: HOURS}, items=True),
        AMENDED: Shape(_PROPOSAL, needs={SEAL: SEALS, OBJECT_HOURS: HOURS}),
        SIGNED: Shape(_TERMS),
        DECLINED: Shape(_TERMS, needs={REASON: DECLINALS}),
        JOINED: Shape(_PROPOSAL, items=True),
        COMMITTED: Shape(_PROPOSAL, needs={ROOT: SHA256, COUNT: NUMBER}),
        READER_NAMED: Shape(_PROPOSAL, needs={READER: SHA256, CAPACITY: CAPACITIES, AGENCY: NAME}),
        READER_OBJECTED: Shape(_READER, needs={REASON: OBJECTIONS}),
        READER_ENDED: Shape(_READER, needs={REASON: READER_ENDS}),
        ACCOUNT: Shape(_PROPOSAL, needs={OPENINGS: NUMBER, READERS: NUMBER}, times=(FROM, UNTIL)),
        CHALLENGED: Shape("an account", needs={REASON: CHALLENGES}),
        BREACH_TOLD: Shape(_PROPOSAL, needs={SORT: BREACHES}, may={MARK: MARK_SHAPE}),
        CLOSED: Shape(_PROPOSAL, needs={REASON: CLOSINGS}),
    }
)
"""Every tag of the room."""

MALFORMED: Final = frozenset({"nothing-named", "period-unclear"})
"""What is wrong with one beside its shape."""


def malformed(act: Act) -> str:
    """Return what is wrong with an act beside its shape, by name, or ""."""
    if act.tag == JOINED and not act.items:
        return "nothing-named"
    if act.tag == COMMITTED and not int(act.codes[COUNT]):
        return "nothing-named"
    if act.tag == ACCOUNT and act.times[FROM] >= act.times[UNTIL]:
        return "period-unclear"
    return ""


def matter_id(party: str, act_id: str) -> str:
    """Return the id of the matter that a party's proposal opens."""
    return shape.matter_id(KIND, party, act_id)
