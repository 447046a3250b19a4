"""What the page of a text in the making says at its head: every paragraph in both languages.

    {% load wording %}
    {% text_head matter %}

Floor: surfaces.
"""

from dataclasses import dataclass
from typing import Any

from django import template
from django.template import Context

from comity.acts import stance
from comity.joint.wording import acts, document, view
from comity.joint.wording.brackets import Piece
from comity.node.desk.matters import Shown
from comity.rooms.wording import desk
from comity.rooms.wording.desk import Read
from comity.rooms.wording.words import Paragraph
from comity.surfaces.web import desk as desks
from comity.surfaces.web import session

register = template.Library()


@dataclass(frozen=True, slots=True)
class Told:
    """A paragraph as a page shows it.

    Attributes:
        one: the paragraph.
        part: what it is in the text, in words.
        status: how it stands, in words.
        columns: `(language, its pieces)`.
        is_settled: whether nothing is open of it.
        is_ours: whether this State has something to take or to table.
        crossing: what crossed on it, in words, or None.
    """

    one: Paragraph
    part: Any
    status: Any
    columns: tuple[tuple[str, tuple[Piece, ...]], ...]
    is_settled: bool
    is_ours: bool
    crossing: Any


def shown(found: Read, own: str = "") -> list[Told]:
    """Return the paragraphs of a text as a page shows them; those left out only to one State.

    Args:
        found: the text.
        own: the State that looks, or "" for the screen of the room.
    """
    ours = view.to_move(found.state, own) if own else ()
    names = {one.id: one.names for one in found.parties.values()}

    def pieces(one: Paragraph, language: str) -> tuple[Piece, ...]:
        """Return the words as they are written; on the screen of the room States by their names."""
        if own:
            return one.pieces(language)
        called = document.named(names, language)
        return tuple(
            Piece(document.told(piece.text, called), piece.parties)
            for piece in one.pieces(language)
        )

    return [
        Told(
            one,
            acts.PARTS.get(one.of.part, {"en": one.of.part}),
            view.PARAGRAPH_WORDS[one.of.status],
            tuple((language, pieces(one, language)) for language in one.languages),
            one.of.status in {view.CLEAN, view.CONCORDANT, view.DROPPED},
            one.of.name in ours,
            stance.CROSSING_WORDS.get(one.crossing),
        )
        for one in found.paragraphs
        if own or one.of.status != view.DROPPED
    ]


@register.inclusion_tag("room/_wording_head.html", takes_context=True)
def text_head(context: Context, matter: Shown) -> dict[str, Any]:
    """Return what the head of a text says."""
    request = context["request"]
    node, officer = desks.of(request).node, session.officer_of(request)
    found = desk.read(node, officer, matter.row.matter.id)
    paragraphs = shown(found, node.party)
    return {
        "name": view.name(found.state),
        "brackets": view.brackets(found.state),
        "mine": sum(one.is_ours for one in paragraphs),
        "paragraphs": paragraphs,
        "parties": context["parties"],
        "matter_id": matter.row.matter.id,
    }
