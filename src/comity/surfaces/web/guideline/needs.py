"""Which type of request needs which element, as one picture.

Floor: surfaces.
"""

from typing import Final

from django.utils.functional import Promise
from django.utils.safestring import SafeString
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from comity.joint.guideline import model
from comity.joint.guideline.model import Guideline
from comity.kernel.legal_text import Words, word
from comity.kernel.printable import printable
from comity.surfaces.web import pictures
from comity.surfaces.web.pictures import Cell, Matrix

_SHADES: Final[dict[str, tuple[int, Promise]]] = {
    model.ALWAYS: (4, _("always needed")),
    model.WHEN: (2, _("needed on a condition")),
    model.WHERE_POSSIBLE: (1, _("where possible")),
}


NAME_CHARS_MAX: Final = 120
PARTS_MAX: Final = 4_000
"""Cells of a picture; the guideline that is shipped has 700, a hostile one may have millions."""


def picture(guideline: Guideline, language: str) -> SafeString:
    """Return elements by types of request, in the order of the text; "" where they are too many."""
    kinds = [*guideline.types.values()]
    if len(kinds) * len(guideline.elements) > PARTS_MAX:
        return SafeString("")
    needs = [{asked.element: asked.need.kind for asked in kind.elements} for kind in kinds]
    rows = tuple(
        (
            _name(element.label, language),
            tuple(Cell(_SHADES[of[name]][0]) if name in of else Cell() for of in needs),
        )
        for name, element in guideline.elements.items()
        if any(name in of for of in needs)
    )
    return pictures.matrix(
        Matrix(
            "needs",
            gettext("Which type needs which element"),
            gettext("Each row is an element, each column a type of request."),
            tuple(_name(kind.label, language) for kind in kinds),
            rows,
            tuple((shade, str(word)) for shade, word in _SHADES.values()),
        )
    )


def _name(words: Words, language: str) -> str:
    text = printable(word(words, language))
    return text if len(text) <= NAME_CHARS_MAX else f"{text[:NAME_CHARS_MAX]}…"
