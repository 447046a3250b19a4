# ruff: noqa: RUF001 -- Chinese texts have Chinese punctuation
"""What is said in a private match: it is asked, evaluated, opened, and a hit is pursued by number.

    match.asked/1       opens the matter; to; codes kind, slots, epoch, suite, canon, root; items:
                        the case; blob of the role `blinded`
    match.evaluated/1   answers the question; codes key, tags, root; blob of the role `evaluated`
    match.rejected/1    answers the evaluation; code reason
    match.opened/1      answers the evaluation; code hits
    match.pursued/1     answers the evaluation; code tag; items: the request that follows
    match.backed/1      answers the pursuit; codes entry, grade, own-reference
    match.judged/1      answers the pursuit; code use
    match.declined/1, match.withdrawn/1, match.closed/1     answer the question; code reason

No identifier is in an entry.  A hit is named by the number of its tag.

Source: protocol rule 14; docs/spec/match.md.
Floor: joint (pure).
"""

import re
from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from comity.acts import shape
from comity.acts.record import Act
from comity.acts.shape import ANY, SHA256, Shape, Words
from comity.joint.match import canon

KIND: Final = "match"

ASKED: Final = "match.asked/1"
EVALUATED: Final = "match.evaluated/1"
REJECTED: Final = "match.rejected/1"
OPENED: Final = "match.opened/1"
PURSUED: Final = "match.pursued/1"
BACKED: Final = "match.backed/1"
JUDGED: Final = "match.judged/1"
DECLINED: Final = "match.declined/1"
WITHDRAWN: Final = "match.withdrawn/1"
CLOSED: Final = "match.closed/1"

LAST_WORDS: Final = frozenset({REJECTED, BACKED, JUDGED, DECLINED, WITHDRAWN, CLOSED})
"""What decides, corrects or ends one: sayable while anything is (exchange.md 8.5.7)."""

SORT: Final = "kind"
SLOTS: Final = "slots"
EPOCH: Final = "epoch"
SUITE: Final = "suite"
CANON: Final = "canon"
ROOT: Final = "root"
KEY: Final = "key"
TAGS: Final = "tags"
HITS: Final = "hits"
TAG: Final = "tag"
ENTRY: Final = "entry"
GRADE: Final = "grade"
OWN_REFERENCE: Final = "own-reference"
USE: Final = "use"
REASON: Final = "reason"

BLINDED: Final = "blinded"
"""Role of the blob of a question: elements, 32 bytes each."""
EVALUATION: Final = "evaluated"
"""Role of the blob of an evaluation: elements, proof, tags."""

SLOTS_MIN: Final = 1_024
SLOTS_MAX: Final = 65_535
TAGS_MAX: Final = 1 << 20
SUITE_NAME: Final = "ristretto255-SHA512"

NUMBER: Final = re.compile(r"0|[1-9][0-9]{0,6}")
EPOCH_SHAPE: Final = re.compile(r"20[0-9]{2}-(?:0[1-9]|1[0-2])")


def _known(**codes: tuple[str, str]) -> Words:
    """Return a closed list: `not_now=(English, Chinese)` has the code `not-now`."""
    return MappingProxyType(
        {name.replace("_", "-"): {"en": en, "zh": zh} for name, (en, zh) in codes.items()}
    )


SUITES: Final[Words] = MappingProxyType({SUITE_NAME: {"en": "RFC 9497", "zh": "RFC 9497"}})
CANONS: Final[Words] = MappingProxyType({canon.VERSION: {"en": "First", "zh": "第一版"}})
REJECTIONS: Final = _known(
    proof=("The proof does not hold", "证明不成立"),
    points=("A value is not on the group", "数值不在群内"),
    table=("The table of tags is not as declared", "标签表与声明不符"),
    key=("The key is another one in this epoch", "本周期内密钥不一致"),
)
ENTRIES: Final = _known(
    file=("There is a file on it", "有相关案卷"),
    no_file=("It is known, without a file", "已知，但无案卷"),
    removed=("It was removed meanwhile", "已于此间移除"),
    none=("It is no entry of this State", "并非本国条目"),
)
GRADES: Final = _known(
    confirmed=("Confirmed", "已证实"),
    probable=("Probable", "很可能"),
    possible=("Possible", "可能"),
    unknown=("Cannot be judged", "无法判断"),
)
USES: Final = _known(
    useful=("It was useful", "有用"),
    known=("It was known already", "此前已知"),
    useless=("It was of no use", "无用"),
)
DECLINALS: Final = _known(
    budget=("The budget is spent", "额度已用完"),
    kind=("This kind is not matched", "不比对此类标识"),
    legal=("The law does not allow it", "法律不允许"),
    malformed=("The values cannot be used", "数值无法使用"),
    capacity=("It cannot be done now", "目前无法办理"),
)
WITHDRAWALS: Final = _known(
    mistaken=("It was a mistake", "误提"),
    resolved=("It is no longer needed", "已不需要"),
    late=("It came too late", "已失去时效"),
)
CLOSINGS: Final = _known(
    concluded=("Every hit was dealt with", "命中均已处理"),
    no_hits=("There were no hits", "无命中"),
    abandoned=("It was abandoned", "已放弃"),
)

LISTS: Final[Mapping[str, Words]] = MappingProxyType(
    {
        "kind": canon.KINDS,
        "suite": SUITES,
        "canon": CANONS,
        "rejected": REJECTIONS,
        "entry": ENTRIES,
        "grade": GRADES,
        "use": USES,
        "declined": DECLINALS,
        "withdrawn": WITHDRAWALS,
        "closed": CLOSINGS,
    }
)

_QUESTION: Final = "the question"

SHAPES: Final[Mapping[str, Shape]] = MappingProxyType(
    {
        ASKED: Shape(
            needs={
                SORT: canon.KINDS,
                SLOTS: NUMBER,
                EPOCH: EPOCH_SHAPE,
                SUITE: SUITES,
                CANON: CANONS,
                ROOT: SHA256,
            },
            items=True,
            to=True,
        ),
        EVALUATED: Shape(_QUESTION, needs={KEY: SHA256, TAGS: NUMBER, ROOT: SHA256}),
        REJECTED: Shape("an evaluation", needs={REASON: REJECTIONS}),
        OPENED: Shape("an evaluation", needs={HITS: NUMBER}),
        PURSUED: Shape("an evaluation", needs={TAG: NUMBER}, items=True),
        BACKED: Shape("a pursuit", needs={ENTRY: ENTRIES, GRADE: GRADES}, may={OWN_REFERENCE: ANY}),
        JUDGED: Shape("a pursuit", needs={USE: USES}),
        DECLINED: Shape(_QUESTION, needs={REASON: DECLINALS}),
        WITHDRAWN: Shape(_QUESTION, needs={REASON: WITHDRAWALS}),
        CLOSED: Shape(_QUESTION, needs={REASON: CLOSINGS}),
    }
)
"""Every tag of the room."""

MALFORMED: Final = frozenset({"slots-out-of-range", "tags-not-a-power", "case-missing"})
"""What is wrong with one beside its shape."""


def malformed(act: Act) -> str:
    """Return what is wrong with an act beside its shape, by name, or ""."""
    if act.tag == ASKED:
        slots = int(act.codes[SLOTS])
        most = canon.SMALL_SLOTS if act.codes[SORT] in canon.SMALL else SLOTS_MAX
        if not SLOTS_MIN <= slots <= most:
            return "slots-out-of-range"
        return "case-missing" if act.codes[SORT] in canon.SMALL and not act.items else ""
    if act.tag == EVALUATED:
        tags = int(act.codes[TAGS])
        is_power = 0 < tags <= TAGS_MAX and not tags & (tags - 1)
        return "" if is_power else "tags-not-a-power"
    return ""


def matter_id(party: str, act_id: str) -> str:
    """Return the id of the matter that a party's question opens."""
    return shape.matter_id(KIND, party, act_id)
