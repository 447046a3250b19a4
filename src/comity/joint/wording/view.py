# ruff: noqa: RUF001 -- Chinese texts have Chinese punctuation
"""Questions that a screen asks of a text in the making: what is clean, what is in brackets.

Floor: joint (pure).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from comity.acts import stance
from comity.acts.points import Said, State
from comity.acts.stance import LEFT
from comity.joint.wording import acts

NONE: Final = "none"
IN_WORK: Final = "in-work"
CLEAN: Final = "clean"
CONCORDANT: Final = "concordant"
CLOSED: Final = "closed"
ADOPTED: Final = "adopted"

ONE_SIDED: Final = "one-sided"
BRACKETED: Final = "bracketed"
RESERVED: Final = "reserved"
DROPPED: Final = "dropped"

STATUS_WORDS: Final[Mapping[str, Mapping[str, str]]] = MappingProxyType(
    {
        NONE: {"en": "no text", "zh": "无文本"},
        IN_WORK: {"en": "in work", "zh": "起草中"},
        CLEAN: {"en": "clean, languages not attested", "zh": "已无括号，各语言文本待核对"},
        CONCORDANT: {"en": "clean in every language", "zh": "各语言文本已确认一致"},
        CLOSED: {"en": "given up", "zh": "已终止"},
        ADOPTED: {"en": "adopted", "zh": "已通过"},
    }
)
PARAGRAPH_WORDS: Final[Mapping[str, Mapping[str, str]]] = MappingProxyType(
    {
        ONE_SIDED: {"en": "tabled by one side", "zh": "一方提出"},
        BRACKETED: {"en": "in brackets", "zh": "括号内"},
        RESERVED: {"en": "reserved", "zh": "保留"},
        CLEAN: {"en": "clean", "zh": "已无括号"},
        CONCORDANT: {"en": "clean in every language", "zh": "各语言一致"},
        DROPPED: {"en": "left out", "zh": "已删除"},
    }
)


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A paragraph as it stands.

    Attributes:
        name: of it: `fr.1`.
        status: a key of `PARAGRAPH_WORDS`.
        part: what it is in the text, a code of `acts.PARTS`.
        variants: `{party: variant}` on which each party stands.
        agreed: the variant that is agreed, or "".
        reserved_by: parties that reserve it.
    """

    name: str
    status: str
    part: str
    variants: Mapping[str, str]
    agreed: str
    reserved_by: tuple[str, ...]


def status(now: State) -> str:
    """Return where a text stands: a key of `STATUS_WORDS`."""
    if not now.said:
        return NONE
    closings = now.told(acts.CLOSED)
    if closings:
        is_adopted = all(one.codes[acts.REASON] == ADOPTED for one in closings)
        return ADOPTED if is_adopted else CLOSED
    how = {one.status for one in paragraphs(now)} - {DROPPED}
    if not how or not how <= {CLEAN, CONCORDANT}:
        return IN_WORK
    return CLEAN if CLEAN in how else CONCORDANT


def name(now: State) -> str:
    """Return what the text is called, or ""."""
    return now.said[0].codes[acts.NAMED] if now.said else ""


def paragraphs(now: State) -> tuple[Paragraph, ...]:
    """Return every paragraph, in the order of the text."""
    return tuple(_paragraph(now, one) for one in _in_order(now))


def _paragraph(now: State, paragraph: str) -> Paragraph:
    agreed = now.agreed(paragraph)
    part = _value(now, f"{acts.PART}{paragraph}") or "paragraph"
    reserved = _reserved_by(now, paragraph)
    standing = now.wishes(paragraph)
    return Paragraph(paragraph, _status(now, paragraph, reserved), part, standing, agreed, reserved)


def _status(now: State, paragraph: str, reserved: tuple[str, ...]) -> str:
    agreed = now.agreed(paragraph)
    if agreed == acts.DROPPED:
        return DROPPED
    if agreed:
        return CONCORDANT if is_attested(now, paragraph, agreed) else CLEAN
    if reserved:
        return RESERVED
    is_contested = now.status(paragraph) in (stance.DIFFERS, stance.UNCLEAR)
    return BRACKETED if is_contested else ONE_SIDED


def _reserved_by(now: State, paragraph: str) -> tuple[str, ...]:
    stances = now.stances(paragraph)
    spoke = {one.party for one in stances}
    return tuple(
        party for party in now.parties if party in spoke and stance.last(stances, party) == LEFT
    )


def is_attested(now: State, paragraph: str, variant: str) -> bool:
    """Return whether every party attests that the languages of a variant say the same.

    The newest attestation of each party counts; one of another variant says nothing of this one.
    """
    return bool(now.parties) and attested_by(now, paragraph, variant) == now.parties


def attested_by(now: State, paragraph: str, variant: str) -> tuple[str, ...]:
    """Return the parties that attest that the languages of a variant say the same."""
    last = findings(now, paragraph, variant)
    return tuple(party for party in now.parties if last.get(party) == acts.SAME)


def findings(now: State, paragraph: str, variant: str) -> dict[str, str]:
    """Return the newest finding of each party on the languages of a variant."""
    tablings = {one.id for one in now.told(acts.TABLED) if now.gave(one, paragraph) == variant}
    return {
        one.party: one.codes[f"{acts.ON}{paragraph}"]
        for one in now.told(acts.ATTESTED)
        if one.answers in tablings and f"{acts.ON}{paragraph}" in one.codes
    }


def _value(now: State, point: str) -> str:
    stated = [one.value for one in now.stances(point) if one.value]
    return now.agreed(point) or (stated[-1] if stated else "")


def _in_order(now: State) -> list[str]:
    """Return the paragraphs: each behind the one that it names, else where its name falls.

    A paragraph that names one behind which it cannot stand, since that stands behind it, comes
    last with the others of its kind.
    """
    every = sorted((point for point in now.points if acts.is_paragraph(point)), key=_by_number)
    behind: dict[str, list[str]] = {}
    for one in every:
        after = _value(now, f"{acts.AFTER}{one}")
        at = after if after in every or after == acts.FIRST else ""
        behind.setdefault(at, []).append(one)
    found: list[str] = []

    def follow(at: str) -> None:
        for one in behind.pop(at, ()):
            found.append(one)
            follow(one)

    follow(acts.FIRST)
    follow("")
    return [*found, *(one for one in every if one not in found)]


def _by_number(paragraph: str) -> tuple[int, str]:
    party, _, number = paragraph.rpartition(".")
    return int(number), party


def brackets(now: State) -> int:
    """Return how many paragraphs are not settled."""
    settled = {CLEAN, CONCORDANT, DROPPED}
    return sum(one.status not in settled for one in paragraphs(now))


def to_move(now: State, party: str) -> tuple[str, ...]:
    """Return the paragraphs on which a party has something to take or to table."""
    return tuple(
        one.name
        for one in paragraphs(now)
        if one.status in (ONE_SIDED, BRACKETED, RESERVED)
        and (party not in one.variants or len(one.variants) > 1)
    )


def words_of(now: State, paragraph: str, variant: str) -> tuple[Said, dict[str, str]] | None:
    """Return the act that tabled a variant, and `{language: SHA-256 of the blob}`; or None."""
    prefix = f"{acts.WORDS}{paragraph}."
    for one in now.told(acts.TABLED):
        if now.gave(one, paragraph) == variant:
            spoken = {
                role.removeprefix(prefix): sha256
                for role, sha256 in one.blobs.items()
                if role.startswith(prefix)
            }
            if spoken:
                return one, spoken
    return None


def holder(now: State) -> str:
    """Return the first party that has something to move, or ""."""
    if status(now) not in (IN_WORK, CLEAN):
        return ""
    return next((party for party in now.parties if to_move(now, party)), "")
