"""What is asked in one request of the years, and what one step of its course is.

Floor: lab.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Final

from comity.acts.record import Act
from comity.joint.request.decide import By
from comity.joint.request.state import State
from comity.kernel.inadmissible import Inadmissible

EMERGENCY: Final = "emergency"

type Say = Callable[[State, By], Act | Inadmissible]
"""Gives the act that is said in a state, or says why not."""


@dataclass(frozen=True, slots=True)
class Plan:
    """What is asked, by whom.

    Attributes:
        type, urgency, crime: codes.
        asker, addressee: parties.
        at_ms: when it is sent, or its draft shown.
        half: half-year of the table.
        seed: of its chance.
        guideline: version that it is bound to.
        times, joint: that stand in its entry, see `jointly`.
        barred: grounds on which its type is not refused.
        agency: of the addressee, to whom it goes.
        extends, follows: ids of an earlier request, or "".
    """

    type: str
    urgency: str
    crime: str
    asker: str
    addressee: str
    at_ms: int
    half: int
    seed: str
    guideline: str = ""
    times: Mapping[str, int] = field(default_factory=lambda: MappingProxyType({}))
    joint: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    barred: frozenset[str] = frozenset()
    agency: str = ""
    extends: str = ""
    follows: str = ""


@dataclass(frozen=True, slots=True)
class Step:
    """What is said next.

    Attributes:
        wait_ms: after the step before was received.
        party: who says it.
        say: gives the act.
        elements: whose values it supplies.
        items: what it gives.
        is_filed: whether a file goes with it.
        is_first: whether it carries the request itself.
    """

    wait_ms: int
    party: str
    say: Say
    elements: tuple[str, ...] = ()
    items: tuple[str, ...] = ()
    is_filed: bool = False
    is_first: bool = False
