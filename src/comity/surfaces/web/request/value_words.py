"""Parts and codes of values in the reader's language: of elements, items and entries.

    part("office_hours")                       Office hours
    coded("kind", "email")                     E-mail address
    element(guideline, "crime-type")           Type of crime
    choice(guideline, "crime-type", "fraud")   Fraud
    ordered({"to": …, "from": …})              [("from", …), ("to", …)]
    instant_ms("2026-11-24T09:12:00Z")         1795511520000

A part is called as in the form in which it is written; what nobody named stays as it is.

Floor: surfaces.
"""

import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final, cast

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from comity.joint.guideline.model import Guideline
from comity.joint.request import acts
from comity.surfaces.web import words
from comity.surfaces.web.request import language
from comity.surfaces.web.request.draft import shapes
from comity.surfaces.web.request.draft.inputs import Words

type Vocabulary = Guideline | None
"""The text by whose words elements and codes are told; None where none is known here."""

MORE: Final[Mapping[str, Words]] = {
    "access": _("Kind of access"),
    "address": _("Address"),
    "agency": _("Agency"),
    "answers": _("Act that it answers"),
    "codes": _("Codes"),
    "display_name": _("Name that is displayed"),
    "complete": _("All there is"),
    "documents": _("Documents"),
    "elements": _("Elements"),
    "exists": _("Exists"),
    "given": pgettext_lazy("an item", "Given"),
    "guideline": _("Guideline"),
    "held": _("Amount that is held"),
    "identifiers": _("Identifiers"),
    "items": _("Items"),
    "media": _("Media type"),
    "note": _("Note"),
    "office": _("Office"),
    "own-reference": _("Own reference"),
    "party": pgettext_lazy("a party", "State"),
    "exhibit": _("Exhibit number"),
    "person_in_charge": _("Person in charge"),
    "preserved": _("Preserved"),
    "provisions": _("Provisions"),
    "reply_channel": _("Way of the reply"),
    "registered": _("Registered at"),
    "size": _("Size in bytes"),
    "speaker": _("Who speaks"),
    "telephone": _("Telephone"),
    "time": _("When"),
    "times": _("Times"),
    "type": _("Type of request"),
    "until": _("Until"),
    "urgency": _("Urgency"),
    "what": _("What is asked"),
}
"""What no form of a request has: what answers give, and what an entry says."""

_URGENCY: Final = "urgency"
_INSTANT: Final = re.compile(r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(?:Z|[+-]\d{2}:\d{2})")
"""To the second: a fraction would be lost where only seconds are told."""


def part(name: str) -> str:
    """Return what a part of a value is called; of an unknown one its name, in words apart."""
    found = shapes.PARTS.get(name) or MORE.get(name)
    return name.replace("_", " ") if found is None else str(found)


def ordered[T](value: Mapping[str, T]) -> list[tuple[str, T]]:
    """Return the parts of a value in the order in which a form has them, then the rest as it is.

    Its spelling on the wire has them by the alphabet: the end of a period far from its beginning.
    """
    return sorted(value.items(), key=lambda one: _PLACES.get(one[0], len(_PLACES)))


_PLACES: Final = {name: at for at, name in enumerate(shapes.PARTS)}


def path(names: tuple[str | int, ...]) -> str:
    """Return what a part that lies in others is called; rows are counted from 1."""
    return " · ".join(str(one + 1) if isinstance(one, int) else part(one) for one in names)


def coded(name: str, text: str) -> str:
    """Return a code that stands in a part, in words; anything else as it is.

    Args:
        name: of the part.
        text: what it says.
    """
    if name == _URGENCY:
        return words.word(_URGENCY, text)
    known = _CODES.get(name, {})
    found = known.get(shapes.ALIASES.get(text, text))
    return text if found is None else str(found)


def codes(name: str) -> Mapping[str, Words]:
    """Return the codes that a part may have, with their words; none where it has any text."""
    return _CODES.get(name, {})


_CODES: Final[Mapping[str, Mapping[str, Words]]] = {
    "kind": shapes.KINDS_OF_IDENTIFIER,
    "kinds": shapes.KINDS_OF_DATA,
}


def element(vocabulary: Vocabulary, name: str) -> str:
    """Return what an element is called by a text, or as a part is."""
    known = vocabulary.elements.get(name) if vocabulary else None
    return part(name) if known is None else language.word(known.label, name)


def choice(vocabulary: Vocabulary, name: str, text: str) -> str:
    """Return what an element says: a code of its closed list in words, anything else as it is."""
    known = vocabulary.elements.get(name) if vocabulary else None
    listed = known.check.options.get("of") if known and known.check.kind == "choice" else None
    for one in cast("list[dict[str, Any]]", listed or []):
        if one["code"] == text:
            return language.word(one["label"], text)
    return text


def request_type(vocabulary: Vocabulary, text: str) -> str:
    """Return a type of request in the text's words, or as it is."""
    known = vocabulary.types.get(text) if vocabulary else None
    return text if known is None else language.word(known.label, text)


def entry_code(vocabulary: Vocabulary, name: str, text: str) -> str:
    """Return a code of an entry in words: its type of request, or what an element says."""
    return request_type(vocabulary, text) if name == acts.TYPE else choice(vocabulary, name, text)


def instant_ms(text: str) -> int | None:
    """Return the instant that a text is, or None where it is no instant to the second."""
    if not _INSTANT.fullmatch(text):
        return None
    try:
        return int(datetime.fromisoformat(text).timestamp()) * 1_000
    except ValueError:  # the 31st of February
        return None
