"""What can be said about a joint text: four tags, and the fields that each one uses.

    guideline.proposed/1    document of the role `text`; answers (a proposal that this one
                            counters, or none), time `in-force-from`, code `version`
    guideline.adopted/1     answers (a proposal), code `sha256` (of its document)
    guideline.declined/1    answers, code `reason`
    guideline.withdrawn/1   answers, code `reason`; time `from`: leaving a text that was adopted

A joint text has a name, and the matter's id is that name: `guideline` for the main text,
`calendar.cn` for a calendar.  The text itself is a document: held for ever, by its hash.

Source: protocol rule 14; First US-China dialogue 2015, outcome 1.
Floor: joint (pure).
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Final

from comity.acts.record import Act, Blob, Document, Matter, Office

KIND: Final = "guideline"
MAIN: Final = "guideline"
"""Name of the main text."""

PROPOSED: Final = "guideline.proposed/1"
ADOPTED: Final = "guideline.adopted/1"
DECLINED: Final = "guideline.declined/1"
WITHDRAWN: Final = "guideline.withdrawn/1"

LAST_WORDS: Final = frozenset({ADOPTED, DECLINED, WITHDRAWN})
"""What decides, corrects or ends one: sayable while anything is (exchange.md 8.5.7)."""
TAGS: Final = (PROPOSED, ADOPTED, DECLINED, WITHDRAWN)

ROLE_TEXT: Final = "text"
MEDIA_TYPE: Final = "application/yaml"

VERSION: Final = "version"
SHA256: Final = "sha256"
REASON: Final = "reason"
IN_FORCE_FROM: Final = "in-force-from"
FROM: Final = "from"

DECLINALS: Final[Mapping[str, Mapping[str, str]]] = MappingProxyType(
    {
        "needs-changes": {"en": "It needs changes", "zh": "需要修改"},
        "contrary-to-law": {"en": "It is contrary to domestic law", "zh": "与国内法不符"},
        "not-now": {"en": "The time is not right", "zh": "时机尚不成熟"},
        "translation": {"en": "Its languages do not say the same", "zh": "各语言文本含义不一致"},
    }
)
"""Reasons for which a proposal is declined: a closed list."""

WITHDRAWALS: Final[Mapping[str, Mapping[str, str]]] = MappingProxyType(
    {
        "replaced": {"en": "Another text takes its place", "zh": "由其他文本取代"},
        "error": {"en": "It has an error", "zh": "文本有误"},
        "not-pursued": {"en": "It is not pursued", "zh": "不再推进"},
        "leaving": {"en": "The party leaves the text", "zh": "退出该文本"},
    }
)
"""Reasons for which a proposal is withdrawn, or a text left: a closed list."""

_CODES: Final[Mapping[str, frozenset[str]]] = MappingProxyType(
    {
        PROPOSED: frozenset({VERSION}),
        ADOPTED: frozenset({SHA256}),
        DECLINED: frozenset({REASON}),
        WITHDRAWN: frozenset({REASON}),
    }
)
_TIMES: Final[Mapping[str, frozenset[str]]] = MappingProxyType(
    {PROPOSED: frozenset({IN_FORCE_FROM}), WITHDRAWN: frozenset({FROM})}
)


@dataclass(frozen=True, slots=True)
class Saying:
    """What every act has, whatever it says.

    Attributes:
        id: of the act, made at release.
        speaker: agency and office.
        name: of the joint text.
        blobs: sealed bodies, a covering letter.
        release: salted SHA-256 of the release record; zeros until it is released.
    """

    id: str
    speaker: Office
    name: str = MAIN
    blobs: tuple[Blob, ...] = field(default=())
    release: str = "0" * 64


@dataclass(frozen=True, slots=True)
class Text:
    """A text that is proposed.

    Attributes:
        document: its hash, size and media type.
        version: what its authors call this version, or "".
        in_force_from_ms: from when at the earliest, milliseconds since 1970 UTC; 0 for at once.
    """

    document: Document
    version: str = ""
    in_force_from_ms: int = 0


def document(sha256: str, size_bytes: int, media_type: str = MEDIA_TYPE) -> Document:
    """Return how an act names a joint text."""
    return Document(sha256, size_bytes, media_type, ROLE_TEXT)


def proposed(saying: Saying, text: Text, answers: str = "") -> Act:
    """Return the act by which a party proposes a text, perhaps against an earlier proposal."""
    codes = {VERSION: text.version} if text.version else {}
    times = {IN_FORCE_FROM: text.in_force_from_ms} if text.in_force_from_ms else {}
    return _act(PROPOSED, saying, answers, codes, times, (text.document,))


def adopted(saying: Saying, proposal_id: str, sha256: str) -> Act:
    """Return the act by which a party adopts a proposed text."""
    return _act(ADOPTED, saying, proposal_id, {SHA256: sha256})


def declined(saying: Saying, proposal_id: str, reason: str) -> Act:
    """Return the act by which a party declines a proposal."""
    return _act(DECLINED, saying, proposal_id, {REASON: reason})


def withdrawn(saying: Saying, proposal_id: str, reason: str, from_ms: int | None = None) -> Act:
    """Return the act by which a party withdraws its proposal or, from a time on, leaves a text."""
    times = {} if from_ms is None else {FROM: from_ms}
    return _act(WITHDRAWN, saying, proposal_id, {REASON: reason}, times)


PROBLEMS: Final = frozenset(
    {
        "answers-nothing",
        "code-unknown",
        "field-misplaced",
        "reason-unknown",
        "sha256-missing",
        "tag-of-another-room",
        "text-misplaced",
        "text-missing",
        "time-unknown",
    }
)
"""What `check` can name."""


def check(act: Act) -> str:
    """Return what is wrong with an act of this room, by name, or "".

    Total: it reads any act that `require_valid` lets pass, and raises nothing.
    """
    if act.matter.kind != KIND or act.tag not in _CODES:
        return "tag-of-another-room"
    if act.to or act.urgency or act.items or act.elements or act.guideline:
        return "field-misplaced"
    if not act.codes.keys() <= _CODES[act.tag]:
        return "code-unknown"
    if not act.times.keys() <= _TIMES.get(act.tag, frozenset()):
        return "time-unknown"
    return _check_proposal(act) if act.tag == PROPOSED else _check_about(act)


def _check_proposal(act: Act) -> str:
    is_one = len(act.documents) == 1 and act.documents[0].role == ROLE_TEXT
    return "" if is_one else "text-missing"


def _check_about(act: Act) -> str:
    if act.documents:
        return "text-misplaced"
    if not act.answers:
        return "answers-nothing"
    known = {DECLINED: DECLINALS, WITHDRAWN: WITHDRAWALS}.get(act.tag)
    if known is not None and act.codes.get(REASON, "") not in known:
        return "reason-unknown"
    return "sha256-missing" if act.tag == ADOPTED and SHA256 not in act.codes else ""


def _act(
    tag: str,
    saying: Saying,
    answers: str,
    codes: Mapping[str, str],
    times: Mapping[str, int] = MappingProxyType({}),
    documents: tuple[Document, ...] = (),
) -> Act:
    return Act(
        id=saying.id,
        tag=tag,
        matter=Matter(KIND, saying.name),
        speaker=saying.speaker,
        answers=answers,
        codes=MappingProxyType(dict(codes)),
        times=MappingProxyType(dict(times)),
        blobs=saying.blobs,
        documents=documents,
        release=saying.release,
    )
