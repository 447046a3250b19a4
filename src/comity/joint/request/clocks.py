"""The clocks of a request: what the guideline agreed, counted over what took effect.

    clocks(state, rules, {"fr": …, "sn": …}, now_ms) -> (Clock("acknowledge", "running", …), …)

A clock starts at the addressee's receipt and ends at the asker's; events are those of
`State.events`, and each joint time that the request carries, under its own name.  Both nodes
compute the same at one cut and one instant, since nothing else comes in.

Floor: joint (pure).
"""

from collections.abc import Mapping

from comity.clocks import clock
from comity.clocks.calendar import Calendar
from comity.clocks.clock import Clock
from comity.clocks.mark import Mark
from comity.clocks.term import ADDRESSEE, ASKER
from comity.joint.request.rules import Rules
from comity.joint.request.state import State


def clocks(
    state: State,
    rules: Rules,
    calendars: Mapping[str, Calendar],
    now_ms: int,
    *,
    party: str = "",
    explain: bool = True,
) -> tuple[Clock, ...]:
    """Return the clocks of one addressee's track, in the order of the guideline.

    Args:
        state: of the request.
        rules: of the guideline version that it names.
        calendars: `{party: calendar}`, as adopted; a missing one is said.
        now_ms: the instant, milliseconds since 1970 UTC.
        party: the addressee, or "" for the first.
        explain: whether to tell why; lists of many matters do not.
    """
    agreed = rules.of(state.type)
    track = state.track(party) if party else next(iter(state.tracks), None)
    if agreed is None or track is None:
        return ()
    sides = {ADDRESSEE: calendars.get(track.party), ASKER: calendars.get(state.asker)}
    known = {side: calendar for side, calendar in sides.items() if calendar is not None}
    happened = marks(state, track.party)
    return tuple(
        clock.evaluate(rule, happened, known, now_ms, explain=explain) for rule in agreed.clocks
    )


def marks(state: State, party: str) -> tuple[Mark, ...]:
    """Return what happened on one addressee's track, joint times first, then acts."""
    named = (
        Mark(name, at_ms, state.asker, state.request_id) for name, at_ms in state.times.items()
    )
    happened = (
        Mark(one.event, one.at_ms, one.party, one.act_id)
        for one in state.events
        if one.track in ("", party)
    )
    return (*named, *happened)
