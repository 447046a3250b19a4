"""How likely each kind of event is in one run.

Each run draws its own mix: some have no network accidents and many crashes, some the other
way round, so that rare states are reached in company of few others as well as of many.

Floor: lab.
"""

import random
from dataclasses import dataclass
from typing import Final

from comity_lab.sim.network import Weather

INTERLEAVE: Final = 0.01
"""How likely something else happens in a process at one of its steps."""

_ALWAYS: Final = {
    "round": 50.0,
    "ask": 8.0,
    "respond": 8.0,
    "open": 1.0,
    "dialogue": 0.5,
    "start": 1.0,
    "arrive": 3.0,
    "heal": 1.0,
    "hotline": 0.5,
}
_SOMETIMES: Final = {
    "batch": 0.3,
    "desk": 1.0,
    "approvals": 0.5,
    "rotate": 0.4,
    "revoke": 0.2,
    "unknown": 0.4,
    "succeed": 0.3,
    "accept": 1.0,
    "kill": 1.5,
    "backup": 0.7,
    "restore-database": 0.3,
    "restore-machine": 0.3,
    "damage": 0.15,
    "fill": 0.5,
    "cut": 1.0,
    "jump": 0.5,
    "decide": 0.2,
    "wait": 0.3,
    "operate": 1.0,
    "overtaken": 0.6,
}
_SELDOM: Final = {
    "freeze": 0.3,
    "thaw": 1.0,
    "give-up": 0.3,
    "take-back": 1.0,
    "destroy": 0.5,
    "open-channel": 0.6,
    "rotate-channel": 0.5,
    "end-channel": 0.3,
    "restore-all": 0.2,
    "excused": 1.0,
    "standby": 1.0,
    "call": 3.0,
    "ring": 3.0,
}
"""Drawn after everything else, so that they take little from the company of the others."""


@dataclass(slots=True)
class Mix:
    """How likely each kind of event is, by its name; and accidents that are not events.

    Attributes:
        weights: of `EVENTS`.
        point_failure: how likely each point of a disk fails.
        interleave: how likely other threads do something at a step.
    """

    weights: dict[str, float]
    point_failure: float = 0.0
    interleave: float = INTERLEAVE


def draw_mix(chance: random.Random, party_count: int) -> tuple[Mix, Weather]:
    """Draw the mix of one run."""
    weights = dict(_ALWAYS)
    for name, weight in _SOMETIMES.items():
        if chance.random() < 0.5:  # noqa: PLR2004 -- half of the kinds, in each run others
            weights[name] = weight * chance.choice((0.3, 1.0, 3.0))
    if party_count > 2 and "restore-machine" in weights:  # noqa: PLR2004 -- see `Story.restore_machine`
        weights["restore-lost"] = weights.pop("restore-machine")
    weather = Weather()
    if chance.random() < 0.6:  # noqa: PLR2004 -- most runs have some weather
        scale = chance.choice((0.02, 0.08))
        for name in ("lost_request", "lost_reply", "repeated", "again_later", "delayed", "garbled"):
            setattr(weather, name, scale * chance.random())
    point_failure = chance.choice((0.0, 0.0, 0.0005, 0.003))
    interleave = chance.choice((0.0, INTERLEAVE, 3 * INTERLEAVE))
    for name, weight in _SELDOM.items():
        if chance.random() < 0.25:  # noqa: PLR2004 -- a quarter of the kinds
            weights[name] = weight * chance.choice((0.5, 2.0))
    return Mix(weights, point_failure, interleave), weather
