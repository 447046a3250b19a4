"""What is said of a text in the making: paragraphs are tabled, taken, reserved and attested.

    wording.opened/1      opens the matter; codes name, label
    wording.tabled/1      answers the opening or a tabling; codes after.<paragraph>,
                          part.<paragraph>, drop.<paragraph>; blobs `words:<paragraph>.<language>`
    wording.accepted/1    answers a tabling; items: paragraphs, all if none
    wording.reserved/1    answers the opening; codes reason, linked.<n>; items: paragraphs; blob
                          `texts`
    wording.attested/1    answers a tabling; codes on.<paragraph>; blob of the role `texts`
    wording.closed/1      answers the opening; code reason

A paragraph is a point: its value is a variant, that is the words of one tabling in all its
languages.  Nothing binds before the text is adopted.

Source: protocol rule 14; docs/spec/wording.md, docs/spec/stance.md.
Floor: joint (pure).
"""

import hashlib
import re
from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from comity.acts import points, shape
from comity.acts.record import Act
from comity.acts.shape import NAME, Shape, Words

KIND: Final = "wording"

OPENED: Final = "wording.opened/1"
TABLED: Final = "wording.tabled/1"
ACCEPTED: Final = "wording.accepted/1"
RESERVED: Final = "wording.reserved/1"
ATTESTED: Final = "wording.attested/1"
CLOSED: Final = "wording.closed/1"

LAST_WORDS: Final = frozenset({ACCEPTED, RESERVED, ATTESTED, CLOSED})
"""What decides, corrects or ends one: sayable while anything is (exchange.md 8.5.7)."""

NAMED: Final = "name"
LABEL: Final = "label"
AFTER: Final = "after."
"""Before a paragraph: the one behind which it stands, or `first`."""
PART: Final = "part."
"""Before a paragraph: what it is in the text."""
DROP: Final = "drop."
"""Before a paragraph: that it is left out."""
ON: Final = "on."
"""Before a paragraph: whether its languages say the same."""
LINKED: Final = "linked."
REASON: Final = "reason"
WORDS: Final = "words:"
"""Before a paragraph and a language: the role of its words."""

NAME_SHAPE: Final = re.compile(
    r"(outcomes|plan|sop|terms|glossary)(\.[a-z0-9][a-z0-9-]{0,30}){0,2}"
)
PARAGRAPH: Final = re.compile(r"[a-z0-9][a-z0-9-]{0,30}\.[1-9][0-9]{0,3}")
"""Name of a paragraph: the party that tabled it first, and a number."""
_ROLE: Final = re.compile(r"words:([a-z0-9][a-z0-9-]{0,30}\.[1-9][0-9]{0,3})\.([A-Za-z]{2,8})")
FIRST: Final = "first"
PLACE_SHAPE: Final = re.compile(r"first|[a-z0-9][a-z0-9-]{0,30}\.[1-9][0-9]{0,3}")
DROPPED: Final = "dropped"
LANGUAGES_MIN: Final = 2


def _known(**codes: tuple[str, str]) -> Words:
    """Return a closed list: `not_now=(English, Chinese)` has the code `not-now`."""
    return MappingProxyType(
        {name.replace("_", "-"): {"en": en, "zh": zh} for name, (en, zh) in codes.items()}
    )


PARTS: Final = _known(
    title=("Title", "标题"),
    heading=("Heading", "小标题"),
    paragraph=("Paragraph", "段落"),
    item=("Item of a list", "列举项"),
)
YES: Final = _known(yes=("Yes", "是"))
SAME: Final = "same"
ATTESTATIONS: Final = _known(
    same=("The languages say the same", "各语言文本含义一致"),
    meaning=("The meaning differs", "含义不一致"),
    term=("A term differs", "术语不一致"),
    number=("A number or a date differs", "数字或者日期不一致"),
    missing=("Something is missing in one language", "一种语言文本有遗漏"),
)
RESERVATIONS: Final = _known(
    instructions=("It waits for instructions", "等待指示"),
    law=("Law may not allow it", "可能不符合法律"),
    linked=("It depends on another paragraph", "取决于其他段落"),
    substance=("The substance is not agreed", "实质内容未达成一致"),
    translation=("Its languages do not say the same", "各语言文本含义不一致"),
)
CLOSINGS: Final = _known(
    adopted=("The text is adopted", "文本已通过"),
    given_up=("The text is given up", "放弃该文本"),
    elsewhere=("It goes on in another text", "在其他文本中继续"),
)

LISTS: Final = MappingProxyType(
    {
        "part": PARTS,
        "on": ATTESTATIONS,
        "reserved": RESERVATIONS,
        "closed": CLOSINGS,
    }
)

TABLING: Final = "a tabling"
GIVING: Final = "a tabling or an acceptance"

SHAPES: Final[Mapping[str, Shape]] = MappingProxyType(
    {
        OPENED: Shape(needs={NAMED: NAME_SHAPE}, may={LABEL: NAME}),
        TABLED: Shape(points.STATEMENT, under={AFTER: PLACE_SHAPE, PART: PARTS, DROP: YES}),
        ACCEPTED: Shape(GIVING, items=True),
        RESERVED: Shape(
            points.OPENING,
            needs={REASON: RESERVATIONS},
            under={LINKED: PARAGRAPH},
            items=True,
        ),
        ATTESTED: Shape(TABLING, under={ON: ATTESTATIONS}),
        CLOSED: Shape(points.OPENING, needs={REASON: CLOSINGS}),
    }
)
"""Every tag of the room."""

PROBLEMS: Final = frozenset(
    {"words-missing", "language-missing", "part-misplaced", "attestation-missing"}
)
"""What `check` can name."""


def check(act: Act) -> str:
    """Return what is wrong with an act of this room, beside its shape, by name; or ""."""
    if act.tag == ATTESTED:
        return "" if shape.under(act, ON) else "attestation-missing"
    return _tabling(act) if act.tag == TABLED else ""


def _tabling(act: Act) -> str:
    """Return what is wrong with words that are tabled, or ""."""
    spoken, dropped = words(act), shape.under(act, DROP).keys()
    if not spoken and not dropped:
        return "words-missing"
    languages = {frozenset(one) for one in spoken.values()}
    if len(languages) > 1 or any(len(one) < LANGUAGES_MIN for one in languages):
        return "language-missing"
    placed = {*shape.under(act, AFTER), *shape.under(act, PART)}
    is_of_them = placed <= spoken.keys() and not dropped & spoken.keys()
    is_named = all(PARAGRAPH.fullmatch(one) for one in dropped)
    return "" if is_of_them and is_named else "part-misplaced"


def words(act: Act) -> dict[str, dict[str, str]]:
    """Return the words of an act: `{paragraph: {language: SHA-256 of the blob}}`."""
    found: dict[str, dict[str, str]] = {}
    for blob in act.blobs:
        role = _ROLE.fullmatch(blob.role)
        if role is not None:
            found.setdefault(role[1], {})[role[2]] = blob.sha256
    return found


def paragraphs(act: Act) -> list[str]:
    """Return the paragraphs that an act tables, or drops."""
    return [*shape.under(act, DROP), *words(act)]


def paragraph_of(role: str) -> str:
    """Return the paragraph whose words a role is of, or ""."""
    found = _ROLE.fullmatch(role)
    return found[1] if found else ""


def role(paragraph: str, language: str) -> str:
    """Return the role of the blob with the words of a paragraph in a language."""
    return f"{WORDS}{paragraph}.{language}"


def variant(spoken: Mapping[str, str]) -> str:
    """Return the value that words in some languages are: `{language: SHA-256 of the blob}`."""
    lines = "".join(f"{language} {sha256}\n" for language, sha256 in sorted(spoken.items()))
    return hashlib.sha256(lines.encode("ascii")).hexdigest()


def values(act: Act) -> dict[str, str]:
    """Return the values that an act gives, by point: variants, and where paragraphs stand."""
    if act.tag != TABLED:
        return {}
    codes = {name: code for name, code in act.codes.items() if name.startswith((AFTER, PART))}
    dropped = dict.fromkeys(shape.under(act, DROP), DROPPED)
    return {**codes, **dropped, **{name: variant(spoken) for name, spoken in words(act).items()}}


def is_paragraph(point: str) -> bool:
    """Return whether a point is a paragraph, and not where one stands."""
    return PARAGRAPH.fullmatch(point) is not None
