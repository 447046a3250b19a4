"""Strategies of a dishonest State, by name: each does one kind of lie, and may be repeated.

A strategy that needs something first (a head that is held, a log that still is listened to)
does nothing where it is not there.

Floor: lab.
"""

from collections.abc import Callable
from types import MappingProxyType
from typing import Final

from comity_lab.sim.byzantine import Liar
from comity_lab.sim.strategies import answers, dialogue, entries, forks, receipts, requests, rooms

DRAWN: Final = MappingProxyType[str, Callable[[Liar], None]](
    forks.STRATEGIES
    | receipts.STRATEGIES
    | entries.STRATEGIES
    | requests.STRATEGIES
    | answers.STRATEGIES
    | rooms.STRATEGIES
)
"""By name: they are told among honest work."""

SCENES: Final = MappingProxyType[str, Callable[[Liar], None]](dialogue.SCENES)
"""By name: they are played once all is at rest, and the others answer them."""

STRATEGIES: Final = MappingProxyType[str, Callable[[Liar], None]]({**DRAWN, **SCENES})
"""By name."""
