"""The rooms that this program has: the one tuple that boot gives to a node.

Floor: boot.
"""

from typing import Final

from comity.acts.verb import Table
from comity.node.base.rooms import by_kind, tables
from comity.rooms.case.room import CASE
from comity.rooms.commitment.room import COMMITMENT
from comity.rooms.compartment.room import COMPARTMENT
from comity.rooms.contact.room import CONTACT
from comity.rooms.dialogue.room import DIALOGUE
from comity.rooms.exercise.room import CONTROL, EVALUATION, EXERCISE, INJECT, PLAY
from comity.rooms.guideline.room import GUIDELINE
from comity.rooms.hotline.room import HOTLINE
from comity.rooms.match.room import MATCH
from comity.rooms.proposal.room import PROPOSAL
from comity.rooms.request.room import REQUEST
from comity.rooms.review.room import REVIEW
from comity.rooms.roll.room import ROLL
from comity.rooms.share.room import SHARE
from comity.rooms.wording.room import WORDING

ROOMS: Final = by_kind(
    (
        REQUEST,
        GUIDELINE,
        REVIEW,
        CASE,
        HOTLINE,
        CONTACT,
        SHARE,
        PROPOSAL,
        COMMITMENT,
        MATCH,
        ROLL,
        COMPARTMENT,
        EXERCISE,
        CONTROL,
        PLAY,
        INJECT,
        EVALUATION,
        DIALOGUE,
        WORDING,
    )
)

TABLES: Final[tuple[Table, ...]] = tables(ROOMS)
"""Of the rooms that the surfaces print from their verbs alone."""
