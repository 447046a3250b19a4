"""What stands on which page of the wizard; the single page has all of them, in the same order.

A guideline has elements in an order and no sections: an element stands where its name is known
to belong, or else where its kind of value does.

Floor: surfaces.
"""

from collections.abc import Mapping, Sequence
from typing import Final

from django.utils.translation import gettext_lazy as _

from comity.joint.guideline.model import Element
from comity.surfaces.web.request.draft.inputs import Words

BASICS: Final = "basics"
WHO: Final = "who"
CASE: Final = "case"
ASKED: Final = "asked"
LAW: Final = "law"
TIME: Final = "time"
WORDS: Final = "words"
FILES: Final = "files"

LABELS: Final[Mapping[str, Words]] = {
    BASICS: _("Addressee and urgency"),
    WHO: _("Who asks"),
    CASE: _("The case"),
    ASKED: _("What is asked for"),
    LAW: _("Law, purpose, confidentiality"),
    TIME: _("Necessity and time"),
    WORDS: _("In words, in both languages"),
    FILES: _("Attachments"),
}
"""In the order of the form."""

_OF_ELEMENT: Final[Mapping[str, str]] = {
    "earlier-request": CASE,
    "basis-for-location": ASKED,
    "questions": ASKED,
    "question": ASKED,
    "action": ASKED,
    "confidentiality": LAW,
    "purpose": LAW,
    "procedure": LAW,
    "evidence-form": LAW,
    "conditions-of-use": LAW,
    "necessity": TIME,
    "deadline-reason": TIME,
    "time-limit": TIME,
    "extension-reason": TIME,
    "relation-to-emergency": CASE,
}
_OF_KIND: Final[Mapping[str, str]] = {
    "authority": WHO,
    "identifiers": ASKED,
    "account": ASKED,
    "transaction": ASKED,
    "amount": ASKED,
    "recall": ASKED,
    "person": ASKED,
    "state": ASKED,
    "period": ASKED,
    "link": ASKED,
    "legal-basis": LAW,
    "statement": LAW,
    "date-time": TIME,
    "languages": WORDS,
    "file": FILES,
}


def section_of(element: Element) -> str:
    """Return where an element stands."""
    return _OF_ELEMENT.get(element.id) or _OF_KIND.get(element.check.kind, CASE)


def next_of(section: str) -> str:
    """Return the section after one, or "" after the last."""
    order: Sequence[str] = [*LABELS]
    at = order.index(section) + 1
    return order[at] if at < len(order) else ""


def before(section: str) -> str:
    """Return the section before one, or "" before the first."""
    order: Sequence[str] = [*LABELS]
    at = order.index(section)
    return order[at - 1] if at else ""
