"""One row of the table of verbs: what it is called, what its form asks for, and what it does.

Floor: surfaces.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from comity.joint.request.reasons import Reasons
from comity.node.base.context import Node
from comity.node.base.rows import Officer
from comity.node.room.act_words import Words
from comity.node.room.release.draft_store import Result

REFERENCE: Final = "reference"
REASON: Final = "reason"
ITEMS: Final = "items"
FINDINGS: Final = "findings"
AGENCY: Final = "agency"
CONDITIONS: Final = "conditions"
ABOUT: Final = "about"
ELEMENTS: Final = "elements"
VALUES: Final = "values"
PARTIAL: Final = "partial"
REVIEW: Final = "review"
EXPECTED: Final = "expected"
ANSWER_BY: Final = "answer-by"
OTHER: Final = "other"
RATINGS: Final = "ratings"
TO: Final = "to"
WORDS: Final = "words"
FILES: Final = "files"

type Who = tuple[Node, Officer, str]


@dataclass(frozen=True, slots=True)
class Said:
    """A form that was filled in.

    Attributes:
        who: node, officer, request.
        given: cleaned values of its fields.
        findings: `{element: deficiency}`.
        ratings: `{criterion: how far it is met}`.
        words: what is said beside the codes.
    """

    who: Who
    given: Mapping[str, Any]
    findings: Mapping[str, str]
    ratings: Mapping[str, str]
    words: Words

    @property
    def items(self) -> tuple[str, ...]:
        """The items that were chosen; none where all were."""
        return tuple(self.given.get("items") or ())

    @property
    def to(self) -> tuple[str, ...]:
        """The parties that were chosen; none where all were."""
        return tuple(self.given.get("to") or ())


_REASON: Final = _("Reason")


@dataclass(frozen=True, slots=True)
class Verb:
    """One verb.

    Attributes:
        name: as the room calls it; it stands in the address.
        tag: of the act.
        label: what its button says.
        hint: what it does, in a sentence.
        fields: what its form asks for.
        do: the use case.
        reasons: the closed list of its code.
        reason_label: what the code is called.
        is_grave: whether it ends something.
    """

    name: str
    tag: str
    label: Promise
    hint: Promise
    fields: tuple[str, ...]
    do: Callable[[Said], Result]
    reasons: Reasons | None = None
    reason_label: Promise = _REASON
    is_grave: bool = False
