"""What was said of a request since a form of it was opened.

A form carries how far the reader knew each log: `origin=index` of the last act of the request
in each, so what came since is told whatever its place in the order of the matter.  By what it
was made of a form is known to be late: a receipt alone changes when an act was held, and neither
what may be said nor what is said.

Floor: surfaces.
"""

from dataclasses import replace

from comity.joint.request import state
from comity.rooms.request.dossier import Dossier
from comity.surfaces.web.request import lanes
from comity.surfaces.web.request.lanes import Act

_CHARS_MAX = 4_000


def seen(found: Dossier) -> str:
    """Return the digest of what a form is made of: the request without when its acts were held."""
    now = found.shown.state
    turns = tuple(replace(one, received_at_ms=None, heard={}) for one in now.turns)
    return state.digest(replace(now, turns=turns))


def known(found: Dossier) -> str:
    """Return how far each log is known: what a form carries."""
    last: dict[str, int] = {}
    for one in found.shown.said.values():
        last[one.row.origin] = max(one.row.index, last.get(one.row.origin, 0))
    return " ".join(f"{origin}={index}" for origin, index in sorted(last.items()))


def said(found: Dossier, own: str, carried: str) -> list[Act]:
    """Return the acts that stand behind what a form knew, in the order of the matter.

    Args:
        found: the request as it is now.
        own: id of this State.
        carried: what the form brought back; what is no such text is read as nothing known.
    """
    before: dict[str, int] = {}
    for pair in carried[:_CHARS_MAX].split():
        origin, _, index = pair.rpartition("=")
        if index.isascii() and index.isdecimal():
            before[origin] = int(index)
    new = {
        key
        for key, one in found.shown.said.items()
        if one.row.index > before.get(one.row.origin, -1)
    }
    turns = [one for one in found.shown.state.turns if (one.party, one.act_id) in new]
    return [act for turn in turns if (act := lanes.act_of(found, own, turn)) is not None]
