"""Strategies of a dishonest State, by name: each does one kind of lie, and may be repeated.

A strategy that needs something first (a head that is held, a log that still is listened to)
does nothing where it is not there.

Floor: lab.
"""

from collections.abc import Callable
from types import MappingProxyType
from typing import Final

from comity_lab.sim.byzantine import Liar
from comity_lab.sim.strategies import answers, entries, forks, receipts, requests, rooms

STRATEGIES: Final = MappingProxyType[str, Callable[[Liar], None]](
    forks.STRATEGIES
    | receipts.STRATEGIES
    | entries.STRATEGIES
    | requests.STRATEGIES
    | answers.STRATEGIES
    | rooms.STRATEGIES
)
"""By name."""
