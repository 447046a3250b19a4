"""Clocks of a request as a page shows them: what each is called, and why it says what it says.

Floor: surfaces.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from comity.clocks.due import Timed
from comity.clocks.step import Step
from comity.node.room import clock_json, parties
from comity.node.room.parties import PartyName
from comity.rooms.request.dossier import Dossier
from comity.surfaces.web.request import language


@dataclass(frozen=True, slots=True)
class Row:
    """One clock of one addressee.

    Attributes:
        timed: the clock.
        label: what it is called.
        party: whose duty it is.
        why: each step of its computation.
        moved: what a version of a calendar moved, in each language.
    """

    timed: Timed
    label: str
    party: PartyName
    why: tuple[Step, ...]
    moved: tuple[Mapping[str, str], ...]


def context(found: Dossier) -> dict[str, object]:
    """Return what the template of clocks needs."""
    return {
        "clocks": [_row(found, one) for one in found.reckoned.timed],
        "elsewhere": [
            (parties.name_of(found.known, party), clock, matter)
            for party, running in found.reckoned.elsewhere.items()
            for clock, matter in running.items()
        ],
        "missing": [clock_json.missing_words(one) for one in found.reckoned.missing],
    }


def _row(found: Dossier, one: Timed) -> Row:
    return Row(
        one,
        language.word(found.reckoned.label(one.rule.name)),
        parties.name_of(found.known, one.party),
        one.clock.why,
        tuple(clock_json.moved_words(moved) for moved in one.moved),
    )
