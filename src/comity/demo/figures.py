"""What both nodes find of their years: one names figures, the other computes them by itself.

Floor: demo.
"""

from datetime import timedelta
from typing import Any, Final

from comity.demo.story import FIRST, FR, SY, Play, until
from comity.joint.review import state

_YEAR: Final = timedelta(days=365)


def agree(play: Play) -> None:
    """Freedonia names a snapshot of the last year; Sylvania computes it, and concurs."""
    story, today = play.story, play.now().date()
    first, end = (str(day) for day in (today - _YEAR, today + timedelta(days=1)))
    named = play.says(FR, "review", "snapshot", "--from", first, "--to", end)
    snapshot = str(named["matter"])
    story.tell("Freedonia named the figures of the last year, beside the year before it.")
    came = until(lambda: bool(_shown(play, SY, snapshot)))
    looked = play.runs(SY, "review", "concur", snapshot, "--look") if came else {}
    digests = {looked.get("digest"), *(_shown(play, p, snapshot).get("digest") for p in FIRST)}
    is_same = looked.get("same") is True and len(digests) == 1
    story.check("Sylvania computes the same figures from its own logs", holds=is_same)
    play.says(SY, "review", "concur", snapshot)
    agreed = until(lambda: all(_is_agreed(play, party, snapshot) for party in FIRST))
    story.tell("Sylvania concurred.")
    story.check("both nodes show that the figures are agreed", holds=agreed)
    story.facts["snapshot"] = {"id": snapshot, "digest": str(looked.get("digest", ""))}


def _is_agreed(play: Play, party: str, snapshot: str) -> bool:
    return bool(_shown(play, party, snapshot).get("status") == state.AGREED)


def _shown(play: Play, party: str, snapshot: str) -> dict[str, Any]:
    """Return a snapshot as a party lists it, or {} while it has not come."""
    found = play.runs(party, "review", "list")["snapshots"]
    return next((one for one in found if one["id"] == snapshot), {})
