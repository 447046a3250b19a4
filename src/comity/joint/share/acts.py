"""What is said of a share: it is given, taken, used, disputed, and taken back.

    share.given/1          opens the matter; codes category, mark, objects, samples, offered, asks,
                           origin, series; times valid-until, observed-from, observed-to, asked-by
    share.declared-none/1  opens the matter; code category; times from, to
    share.added/1          answers the giving; codes objects, samples
    share.marked/1         answers the giving; code mark; items
    share.retracted/1      answers the giving; code reason; items
    share.taken/1          answers a giving or adding; codes valid, invalid, duplicate, known; items
    share.disputed/1       answers a giving or adding; code reason; items
    share.upheld/1         answers a dispute; code reason
    share.sample-asked/1   answers a giving or adding; items
    share.used/1           answers the giving; codes use.<use>, final, corrects; times first-seen,
                           last-seen
    share.stopped/1        answers a retraction or a narrowing; codes told, confirmed, open, final
    share.destroyed/1      answers the giving; codes reason, blob.1 …

The objects are a blob of the role `bundle`; an entry names them by their position alone, since the
id of an address is a hash of it that anybody guesses.

Source: protocol rule 14; docs/spec/share.md.
Floor: joint (pure).
"""

import re
from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from comity.acts import marks, shape
from comity.acts.record import Act
from comity.acts.shape import ID, NAME, SHA256, Shape, Words
from comity.joint.share import positions

KIND: Final = "share"

GIVEN: Final = "share.given/1"
DECLARED_NONE: Final = "share.declared-none/1"
ADDED: Final = "share.added/1"
MARKED: Final = "share.marked/1"
RETRACTED: Final = "share.retracted/1"
TAKEN: Final = "share.taken/1"
DISPUTED: Final = "share.disputed/1"
UPHELD: Final = "share.upheld/1"
SAMPLE_ASKED: Final = "share.sample-asked/1"
USED: Final = "share.used/1"
STOPPED: Final = "share.stopped/1"
DESTROYED: Final = "share.destroyed/1"

LAST_WORDS: Final = frozenset({MARKED, RETRACTED, DISPUTED, UPHELD, STOPPED, DESTROYED})
"""What decides, corrects or ends one: sayable while anything is (exchange.md 8.5.7)."""

OWN_REFERENCE: Final = "own-reference"
CATEGORY: Final = "category"
MARK: Final = "mark"
OBJECTS: Final = "objects"
SAMPLES: Final = "samples"
OFFERED: Final = "offered"
ASKS: Final = "asks"
ORIGIN: Final = "origin"
SERIES: Final = "series"
REASON: Final = "reason"
VALID: Final = "valid"
INVALID: Final = "invalid"
DUPLICATE: Final = "duplicate"
KNOWN: Final = "known"
USE: Final = "use."
"""Before a code of `USES`: how many objects so far."""
FINAL: Final = "final"
CORRECTS: Final = "corrects"
TOLD: Final = "told"
CONFIRMED: Final = "confirmed"
OPEN: Final = "open"
BLOB: Final = "blob."
"""Before a number from 1: the SHA-256 of one blob."""

VALID_UNTIL: Final = "valid-until"
OBSERVED_FROM: Final = "observed-from"
OBSERVED_TO: Final = "observed-to"
ASKED_BY: Final = "asked-by"
FIRST_SEEN: Final = "first-seen"
LAST_SEEN: Final = "last-seen"
FROM: Final = "from"
TO: Final = "to"

ROLE_BUNDLE: Final = "bundle"
ROLE_REPORT: Final = "report"
ROLE_SAMPLE: Final = "sample"
"""Roles of blobs: `bundle`, `report:1`, `sample:1`."""

COUNT: Final = re.compile(r"0|[1-9][0-9]{0,4}")
"""How many objects, samples or consumers."""
MARK_SHAPE: Final = re.compile(
    f"TLP:({'|'.join(map(re.escape, marks.TLP))})( PAP:({'|'.join(marks.PAP)}))?"
)
REFERENCE: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9 ._:/+=@-]{0,254}")


def _known(**codes: tuple[str, str]) -> Words:
    """Return a closed list: `not_now=(English, Chinese)` has the code `not-now`."""
    return MappingProxyType(
        {name.replace("_", "-"): {"en": en, "zh": zh} for name, (en, zh) in codes.items()}
    )


YES: Final = _known(yes=("Yes", "是"))

CATEGORIES: Final = _known(
    indicators=("Malicious addresses and other indicators", "恶意地址及其他指标"),
    samples=("Samples of malware", "恶意程序样本"),
    report=("Report", "分析报告"),
    vulnerability=("Vulnerability", "漏洞"),
    technique=("Technique of attack", "攻击手法"),
    infections=("Infected addresses in the other State", "对方境内受感染地址"),
)
ASKINGS: Final = _known(
    none=("Nothing is asked", "无请求"),
    block=("Block them", "请求封堵"),
    notify=("Notify those who are affected", "请求通知受影响方"),
    clean=("Clean the infected machines", "请求清除感染"),
    patch=("Patch what is vulnerable", "请求修补漏洞"),
)
ORIGINS: Final = _known(
    own=("Found by the giver", "提供方自行发现"),
    third=("Received from others, who agree", "来自同意转交的第三方"),
    withheld=("The origin is withheld", "来源保密"),
)
USES: Final = _known(
    blocked=("Blocked", "已封堵"),
    sighted=("Sighted", "已发现"),
    notified=("Those affected were notified", "已通知受影响方"),
    cleaned=("Cleaned", "已清除"),
    patched=("Patched", "已修补"),
    investigated=("Investigated", "已调查"),
    not_applicable=("Not applicable here", "不适用"),
    none=("Not used", "未使用"),
)
RETRACTIONS: Final = _known(
    false_positive=("False positive", "误报"),
    outdated=("Outdated", "已过时"),
    error=("Given by mistake", "误提供"),
    wrong_mark=("The mark was wrong", "标记有误"),
    consent_withdrawn=("The source withdrew its consent", "来源撤回同意"),
    operation=("An operation would be disclosed", "可能暴露正在进行的行动"),
    law=("The law does not allow it", "法律不允许"),
)
DISPUTES: Final = _known(
    false_positive=("False positive", "误报"),
    malformed=("Cannot be read", "无法读取"),
    mark_unclear=("The mark is unclear", "标记不清"),
    no_context=("The context is missing", "缺少背景信息"),
    our_network=("It is a network of ours", "属于我方网络"),
)
UPHOLDINGS: Final = _known(
    checked_again=("Checked again and confirmed", "已复核确认"),
    seen_since=("Seen again since", "其后再次发现"),
    other_source=("Confirmed by another source", "有其他来源佐证"),
    context_given=("The context is given in words", "已补充背景信息"),
)
DESTRUCTIONS: Final = _known(
    condition=("The conditions ask for it", "条件要求销毁"),
    retention=("Its time of retention ended", "保存期限届满"),
    retracted=("It was retracted", "已撤回"),
    law=("The law asks for it", "法律要求销毁"),
)

LISTS: Final = MappingProxyType(
    {
        "category": CATEGORIES,
        "asks": ASKINGS,
        "origin": ORIGINS,
        "use": USES,
        "retracted": RETRACTIONS,
        "disputed": DISPUTES,
        "upheld": UPHOLDINGS,
        "destroyed": DESTRUCTIONS,
    }
)

_GIVING: Final = "the giving"
_EITHER: Final = "a giving or adding"
_FILE: Final = MappingProxyType({OWN_REFERENCE: REFERENCE})

SHAPES: Final[Mapping[str, Shape]] = MappingProxyType(
    {
        GIVEN: Shape(
            needs={CATEGORY: CATEGORIES, MARK: MARK_SHAPE, OBJECTS: COUNT},
            may={
                SAMPLES: COUNT,
                OFFERED: COUNT,
                ASKS: ASKINGS,
                ORIGIN: ORIGINS,
                SERIES: NAME,
                **_FILE,
            },
            times=(VALID_UNTIL,),
            may_times=(OBSERVED_FROM, OBSERVED_TO, ASKED_BY),
        ),
        DECLARED_NONE: Shape(needs={CATEGORY: CATEGORIES}, may=_FILE, times=(FROM, TO)),
        ADDED: Shape(_GIVING, needs={OBJECTS: COUNT}, may={SAMPLES: COUNT, **_FILE}),
        MARKED: Shape(_GIVING, needs={MARK: MARK_SHAPE}, may=_FILE, items=True),
        RETRACTED: Shape(_GIVING, needs={REASON: RETRACTIONS}, may=_FILE, items=True),
        TAKEN: Shape(
            _EITHER,
            needs={VALID: COUNT, INVALID: COUNT},
            may={DUPLICATE: COUNT, KNOWN: COUNT, **_FILE},
            items=True,
        ),
        DISPUTED: Shape(_EITHER, needs={REASON: DISPUTES}, may=_FILE, items=True),
        UPHELD: Shape("a dispute", needs={REASON: UPHOLDINGS}, may=_FILE),
        SAMPLE_ASKED: Shape(_EITHER, may=_FILE, items=True),
        USED: Shape(
            _GIVING,
            may={**{f"{USE}{use}": COUNT for use in USES}, FINAL: YES, CORRECTS: ID, **_FILE},
            may_times=(FIRST_SEEN, LAST_SEEN),
        ),
        STOPPED: Shape(
            "a retraction or narrowing",
            needs={TOLD: COUNT, CONFIRMED: COUNT, OPEN: COUNT},
            may={FINAL: YES, **_FILE},
        ),
        DESTROYED: Shape(_GIVING, needs={REASON: DESTRUCTIONS}, may=_FILE, under={BLOB: SHA256}),
    }
)
"""Every tag of the room."""


def matter_id(party: str, act_id: str) -> str:
    """Return the id of the matter that a party's giving, or declaration of none, opens."""
    return shape.matter_id(KIND, party, act_id)


PROBLEMS: Final = shape.PROBLEMS | {
    "nothing-given",
    "window-unclear",
    "position-malformed",
    "counts-unclear",
    "use-missing",
    "open-left",
    "blob-missing",
}
"""What `check` can name."""


def check(act: Act) -> str:
    """Return what is wrong with an act of this room, by name, or "".

    Total: it reads any act that `require_valid` lets pass, and raises nothing.
    """
    wrong = shape.problem(act, KIND, SHAPES)
    if wrong:
        return wrong
    if _is_backwards(act, FROM, TO) or any(_is_backwards(act, *one) for one in _WINDOWS):
        return "window-unclear"
    if positions.parse(act.items) is None:
        return "position-malformed"
    return _of_counts(act)


_WINDOWS: Final = ((OBSERVED_FROM, OBSERVED_TO), (FIRST_SEEN, LAST_SEEN))


def _is_backwards(act: Act, begin: str, end: str) -> bool:
    return begin in act.times and end in act.times and act.times[begin] > act.times[end]


def _of_counts(act: Act) -> str:
    """Return what is wrong with the counts of an act by themselves, or ""."""
    if act.tag in {GIVEN, ADDED}:
        is_over = max(count(act, OBJECTS), count(act, SAMPLES)) > positions.OBJECTS_MAX
        has_any = any(count(act, one) for one in (OBJECTS, SAMPLES, OFFERED)) or any(
            one.role.partition(":")[0] == ROLE_REPORT for one in act.blobs
        )
        return "counts-unclear" if is_over else "" if has_any else "nothing-given"
    if act.tag == TAKEN:
        valid = count(act, VALID)
        is_over = max(count(act, DUPLICATE), count(act, KNOWN)) > valid
        return "counts-unclear" if is_over else ""
    if act.tag == USED:
        return "" if uses(act) else "use-missing"
    if act.tag == STOPPED:
        is_wrong = count(act, TOLD) != count(act, CONFIRMED) + count(act, OPEN)
        is_left = FINAL in act.codes and count(act, OPEN) > 0
        return "counts-unclear" if is_wrong else "open-left" if is_left else ""
    if act.tag == DESTROYED:
        return "" if shape.under(act, BLOB) else "blob-missing"
    return ""


def count(act: Act, name: str) -> int:
    """Return a count of an act of a good shape; 0 where it does not say."""
    return int(act.codes.get(name, "0"))


def uses(act: Act) -> Mapping[str, int]:
    """Return how many objects had which use, of an act of a good shape."""
    return {use: int(said) for use, said in shape.under(act, USE).items()}
