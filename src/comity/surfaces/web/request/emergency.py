"""An emergency that arrived, in a box above everything: whom to call, what happened, about whom.

Who acknowledges one that nobody has has it here: the form says so before, the page after.

Floor: surfaces.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from comity.acts.verb import Verb
from comity.domestic.release.decide import EMERGENCY
from comity.domestic.routing import route as routes
from comity.joint.request import acts, table
from comity.kernel.ijson import Json
from comity.rooms.request.dossier import Dossier
from comity.surfaces.web.request.content import NEEDED, Element

_CALL: Final = "authority"
_BECAUSE: Final = "text"
_ABOUT: Final = "identifiers"
"""Kinds of checks: whatever a guideline calls its elements."""


@dataclass(frozen=True, slots=True)
class Brief:
    """What is read first.

    Attributes:
        calls: (name, telephone) of who asks.
        because: what happened, as it was told.
        about: identifiers.
    """

    calls: tuple[tuple[str, str], ...]
    because: tuple[Element, ...]
    about: tuple[Element, ...]


def brief(found: Dossier, own: str, elements: list[Element]) -> Brief | None:
    """Return it of an emergency that another State asks of this one, while it is open; or None."""
    now, guideline = found.shown.state, found.guideline
    track = now.track(own)
    is_open = track is not None and track.status in table.OPEN
    if guideline is None or found.shown.row.urgency != EMERGENCY or not is_open:
        return None

    def of(check: str) -> tuple[Element, ...]:
        return tuple(
            one
            for one in elements
            if one.value is not None
            and one.id in guideline.elements
            and guideline.elements[one.id].check.kind == check
        )

    return Brief(
        calls=tuple(_calls(of(_CALL))),
        because=tuple(one for one in of(_BECAUSE) if one.need == NEEDED),
        about=of(_ABOUT),
    )


def takes_it(found: Dossier, verb: Verb) -> bool:
    """Return whether to say a verb may be to have the request here: see `comity.node.desk`."""
    is_open = found.home is not None and found.home.file.is_unrouted
    return is_open and verb.tag == acts.ACKNOWLEDGED and found.shown.row.urgency == EMERGENCY


def has_it(found: Dossier, officer: str) -> str:
    """Return the tag by which an officer came to have a request here, or ""."""
    file = found.home.file if found.home else None
    if file is None or file.routing is None or file.routing.reason != routes.ACKNOWLEDGED:
        return ""
    lead = file.lead
    return acts.ACKNOWLEDGED if lead is not None and lead.officer == officer else ""


def _calls(elements: tuple[Element, ...]) -> Iterator[tuple[str, str]]:
    for one in elements:
        value = one.value if isinstance(one.value, dict) else {}
        phone = value.get("phone")
        if isinstance(phone, str) and phone:
            yield _text(value.get("person_in_charge")) or _text(value.get("name")), phone


def _text(value: Json | None) -> str:
    return value if isinstance(value, str) else ""
