# ruff: noqa: RUF001 -- Chinese texts have Chinese punctuation
"""What is said of a roll: it is opened, gets editions, is loaded by readers, who vote on entries.

    roll.opened/1          opens the matter; codes kind, scheme, onward, continues
    roll.edition/1         answers the opening, by its author; codes number, added, changed,
                           withdrawn, total, root; blob of the role `entries`
    roll.loaded/1          answers an edition, by a reader; codes root, holding
    roll.differed/1        answers an edition, by a reader; codes reason, root
    roll.voted/1           answers an edition, by a reader; codes up, down, flawed; blob `votes`
    roll.vote-answered/1   answers a vote, by the author; codes kept, withdrawn, reclassified
    roll.paused/1, roll.resumed/1, roll.closed/1     answer the opening, by its author; code reason

No hash of content is in an entry: entries and votes are blobs, and `root` binds an edition.

Source: protocol rule 14; docs/spec/roll.md.
Floor: joint (pure).
"""

import re
from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from comity.acts import shape
from comity.acts.record import Act
from comity.acts.shape import ID, NAME, SHA256, Shape, Words

KIND: Final = "roll"

OPENED: Final = "roll.opened/1"
EDITION: Final = "roll.edition/1"
LOADED: Final = "roll.loaded/1"
DIFFERED: Final = "roll.differed/1"
VOTED: Final = "roll.voted/1"
VOTE_ANSWERED: Final = "roll.vote-answered/1"
PAUSED: Final = "roll.paused/1"
RESUMED: Final = "roll.resumed/1"
CLOSED: Final = "roll.closed/1"

LAST_WORDS: Final = frozenset({LOADED, DIFFERED, VOTE_ANSWERED, PAUSED, CLOSED})
"""What decides, corrects or ends one: sayable while anything is (exchange.md 8.5.7)."""

SORT: Final = "kind"
SCHEME: Final = "scheme"
ONWARD: Final = "onward"
CONTINUES: Final = "continues"
NUMBER: Final = "number"
ADDED: Final = "added"
CHANGED: Final = "changed"
WITHDRAWN: Final = "withdrawn"
TOTAL: Final = "total"
ROOT: Final = "root"
HOLDING: Final = "holding"
UP: Final = "up"
DOWN: Final = "down"
FLAWED: Final = "flawed"
KEPT: Final = "kept"
RECLASSIFIED: Final = "reclassified"
REASON: Final = "reason"

ENTRIES: Final = "entries"
"""Role of the blob of an edition: what is added, changed and withdrawn."""
VOTES: Final = "votes"
"""Role of the blob of a vote, and of its answer."""

ENTRIES_MAX: Final = 100_000
"""Of one edition; a larger one is several."""
COUNT: Final = re.compile(r"0|[1-9][0-9]{0,8}")
POSITIVE: Final = re.compile(r"[1-9][0-9]{0,8}")


def _known(**codes: tuple[str, str]) -> Words:
    """Return a closed list: `not_now=(English, Chinese)` has the code `not-now`."""
    return MappingProxyType(
        {name.replace("_", "-"): {"en": en, "zh": zh} for name, (en, zh) in codes.items()}
    )


KINDS: Final = _known(
    child_exploitation=("Child exploitation: hashes of files", "儿童性剥削：文件散列值"),
    terrorist_content=("Terrorist content: hashes of files", "恐怖主义内容：文件散列值"),
    malware=("Malware: hashes of files", "恶意软件：文件散列值"),
)
ONWARDS: Final = _known(
    none=("To nobody", "不得转交"),
    agencies=("To agencies of the reader", "可转交读取国机构"),
    participants=("To participants that the reader has admitted", "可转交读取国准入的参与单位"),
)
DIFFERENCES: Final = _known(
    root=("The root that was computed is another", "计算出的根不一致"),
    gap=("An edition before it is missing", "缺少此前的版本"),
    id_reused=("An id stands for another entry", "编号被重复使用"),
    malformed=("Entries cannot be read", "条目无法读取"),
    too_large=("It is too large to be loaded", "过大无法载入"),
)
PAUSES: Final = _known(
    error=("An error is looked into", "正在核查差错"),
    legal=("A court or authority asks for it", "应法院或者主管机关要求"),
    capacity=("Nobody can keep it now", "目前无人维护"),
)
RESUMPTIONS: Final = _known(
    mended=("The error was mended", "差错已更正"),
    allowed=("It may go on", "已获准继续"),
    staffed=("Somebody keeps it again", "已恢复维护"),
)
CLOSINGS: Final = _known(
    continued=("It goes on in another volume", "由下一卷接续"),
    ended=("It is not kept any more", "不再维护"),
    mistaken=("It was a mistake", "误开"),
)

LISTS: Final[Mapping[str, Words]] = MappingProxyType(
    {
        "kind": KINDS,
        "onward": ONWARDS,
        "differed": DIFFERENCES,
        "paused": PAUSES,
        "resumed": RESUMPTIONS,
        "closed": CLOSINGS,
    }
)

_ROLL: Final = "the opening"
_EDITION: Final = "an edition"

SHAPES: Final[Mapping[str, Shape]] = MappingProxyType(
    {
        OPENED: Shape(needs={SORT: KINDS, SCHEME: NAME, ONWARD: ONWARDS}, may={CONTINUES: ID}),
        EDITION: Shape(
            _ROLL,
            needs={
                NUMBER: POSITIVE,
                ADDED: COUNT,
                CHANGED: COUNT,
                WITHDRAWN: COUNT,
                TOTAL: COUNT,
                ROOT: SHA256,
            },
        ),
        LOADED: Shape(_EDITION, needs={ROOT: SHA256, HOLDING: COUNT}),
        DIFFERED: Shape(_EDITION, needs={REASON: DIFFERENCES}, may={ROOT: SHA256}),
        VOTED: Shape(_EDITION, needs={UP: COUNT, DOWN: COUNT, FLAWED: COUNT}),
        VOTE_ANSWERED: Shape("a vote", needs={KEPT: COUNT, WITHDRAWN: COUNT, RECLASSIFIED: COUNT}),
        PAUSED: Shape(_ROLL, needs={REASON: PAUSES}),
        RESUMED: Shape(_ROLL, needs={REASON: RESUMPTIONS}),
        CLOSED: Shape(_ROLL, needs={REASON: CLOSINGS}),
    }
)
"""Every tag of the room."""

MALFORMED: Final = frozenset({"nothing-counted", "edition-too-large"})
"""What is wrong with one beside its shape."""


def malformed(act: Act) -> str:
    """Return what is wrong with an act beside its shape, by name, or ""."""
    if act.tag == EDITION:
        moved = sum(int(act.codes[name]) for name in (ADDED, CHANGED, WITHDRAWN))
        if moved > ENTRIES_MAX:
            return "edition-too-large"
        return "" if moved else "nothing-counted"
    if act.tag in {VOTED, VOTE_ANSWERED}:
        counted = sum(int(act.codes[name]) for name in SHAPES[act.tag].needs)
        return "" if counted else "nothing-counted"
    return ""


def matter_id(party: str, act_id: str) -> str:
    """Return the id of the matter that a party's roll is."""
    return shape.matter_id(KIND, party, act_id)
