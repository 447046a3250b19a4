"""What a request lacks: each finding with its kind, what is wrong, why it matters, what to do.

    Finding("data", "wrong", "address-not-public", {"en": …}, {"en": …}, {"en": …}, …)

Kinds are the codes with which a receiver says that a request is deficient.

Floor: joint (pure).
"""

from dataclasses import dataclass
from typing import Final

from comity.kernel.ijson import Json
from comity.kernel.legal_text import Sources, Words, sources_json, word

MISSING: Final = "missing"
WRONG: Final = "wrong"
VAGUE: Final = "vague"
OVERBROAD: Final = "overbroad"
NO_LINK: Final = "no-link"
NO_LEGAL_BASIS: Final = "no-legal-basis"
WRONG_ADDRESSEE: Final = "wrong-addressee"
TRANSLATION: Final = "translation"

KINDS: Final = (
    MISSING,
    WRONG,
    VAGUE,
    OVERBROAD,
    NO_LINK,
    NO_LEGAL_BASIS,
    WRONG_ADDRESSEE,
    TRANSLATION,
)


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that a request lacks.

    Attributes:
        element: id of the element, or `type` or `urgency`.
        kind: one of `KINDS`.
        rule: the name of what was broken, stable.
        what: what is wrong.
        why: why it matters to who answers.
        fix: what to do.
        sources: where the need comes from.
        is_required: False for what only should be there, or may be lawful as it is.
        at: which part of the value, `identifiers/0`, or "".
    """

    element: str
    kind: str
    rule: str
    what: Words
    why: Words
    fix: Words
    sources: Sources
    is_required: bool = True
    at: str = ""

    def json(self, language: str) -> Json:
        """Return it as JSON, in words of one language."""
        return {
            "element": self.element,
            "at": self.at,
            "kind": self.kind,
            "rule": self.rule,
            "required": self.is_required,
            "what": word(self.what, language),
            "why": word(self.why, language),
            "fix": word(self.fix, language),
            "sources": sources_json(self.sources),
        }
