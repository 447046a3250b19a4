"""A text in the making as commands and calls tell it: words and brackets of each paragraph.

Floor: rooms.
"""

from comity.joint.wording import view
from comity.joint.wording.brackets import Piece
from comity.kernel.ijson import Json
from comity.kernel.inadmissible import Inadmissible
from comity.rooms.wording.desk import Read
from comity.rooms.wording.words import Paragraph


def read_json(found: Read, own: str) -> dict[str, Json]:
    """Return a text as it is read.

    Args:
        found: the text.
        own: this State.
    """
    now, made = found.state, found.assembled
    return {
        "id": found.row.matter.id,
        "name": view.name(now),
        "status": view.status(now),
        "brackets": view.brackets(now),
        "ours": [*view.to_move(now, own)],
        "paragraphs": [_paragraph(one) for one in found.paragraphs],
        "sha256": "" if isinstance(made, Inadmissible) else made.sha256,
        "why_not": made.rule if isinstance(made, Inadmissible) else "",
        "proposed": bool(found.proposal),
        "adopted_by": [*found.adopted_by],
    }


def _paragraph(one: Paragraph) -> Json:
    return {
        "name": one.of.name,
        "part": one.of.part,
        "status": one.of.status,
        "reserved_by": [*one.of.reserved_by],
        "attested_by": [*one.attested],
        "missing": [*one.missing],
        "numbers_differ": one.numbers_differ,
        "crossing": one.crossing,
        "brackets": {
            language: [_piece(piece) for piece in one.pieces(language)]
            for language in one.languages
        },
    }


def _piece(one: Piece) -> Json:
    return {"text": one.text, "parties": [*one.parties]}
