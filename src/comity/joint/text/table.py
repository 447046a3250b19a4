"""What follows from what: (status, verb, crossed?) -> (status, named result), as data.

A row is about one proposal.  The table is total, and it is kept so that acts that crossed
give the same status in either order:

    A adopts, A withdraws; B adopts, not having seen it   -> adopted, in either order
    A withdraws, not having adopted; B adopts             -> withdrawn, in either order

An adoption counts unless its author had seen the proposal closed; when every party's counts
the text is adopted, and that is never undone: a party that no longer wants it leaves it,
from a time on.

Floor: joint (pure).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import product
from types import MappingProxyType
from typing import Final

NONE: Final = "none"
PROPOSED: Final = "proposed"
COUNTERED: Final = "countered"
DECLINED: Final = "declined"
WITHDRAWN: Final = "withdrawn"
ADOPTED: Final = "adopted"

STATUSES: Final = (NONE, PROPOSED, COUNTERED, DECLINED, WITHDRAWN, ADOPTED)
"""In rising order: of two acts that close a proposal the higher one is what it is called."""
CLOSED: Final = frozenset({COUNTERED, DECLINED, WITHDRAWN})

PROPOSE: Final = "propose"
COUNTER: Final = "counter"
ADOPT: Final = "adopt"
ADOPT_LAST: Final = "adopt-last"
REPEAT: Final = "repeat"
DECLINE: Final = "decline"
WITHDRAW: Final = "withdraw"
LEAVE: Final = "leave"

VERBS: Final = MappingProxyType(
    {
        PROPOSE: "proposes a text",
        COUNTER: "proposes another text in place of this one",
        ADOPT: "adopts the text; other parties have not yet",
        ADOPT_LAST: "adopts the text, and every party has",
        REPEAT: "adopts what the same party adopted before",
        DECLINE: "declines the proposal",
        WITHDRAW: "takes back its own proposal",
        LEAVE: "leaves the text from a time on",
    }
)

ANYBODY: Final = "any party"
PROPOSER: Final = "its proposer"
OTHERS: Final = "any other party"
ENTITLED: Final = MappingProxyType(
    {verb: {WITHDRAW: PROPOSER, DECLINE: OTHERS}.get(verb, ANYBODY) for verb in VERBS}
)

NO_PROPOSAL: Final = "no-proposal"
NOT_ENTITLED: Final = "not-entitled"

WITH_EFFECT: Final = frozenset(
    {
        "proposed",
        "countered",
        "adopted-by-one",
        "adopted-by-one-while-closed",
        "adopted",
        "adopted-while-closed",
        "declined",
        "withdrawn",
        "left",
    }
)
"""Results that change what holds."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What follows.

    Attributes:
        status: of the proposal, afterwards.
        result: its name; never empty.
    """

    status: str
    result: str

    @property
    def takes_effect(self) -> bool:
        """Whether anything but the time line is changed by it."""
        return self.result in WITH_EFFECT


_CLOSING: Final = MappingProxyType({COUNTER: COUNTERED, DECLINE: DECLINED, WITHDRAW: WITHDRAWN})


def _outcome(status: str, verb: str, *, crossed: bool) -> Outcome:
    if verb == PROPOSE:
        return Outcome(PROPOSED if status == NONE else status, "proposed")
    if status == NONE:
        return Outcome(NONE, NO_PROPOSAL)
    if verb in _CLOSING:
        return _closing(status, verb)
    if verb == REPEAT:
        return Outcome(status, "adopted-before")
    if verb == LEAVE:
        seen = status == ADOPTED and not crossed
        return Outcome(status, "left" if seen else "not-adopted-yet")
    return _adopting(status, verb, crossed=crossed)


def _closing(status: str, verb: str) -> Outcome:
    """A closing that met an adoption does nothing, whether its author had seen it or not."""
    after = _CLOSING[verb]
    if status == ADOPTED:
        return Outcome(ADOPTED, "adopted-already")
    if STATUSES.index(after) <= STATUSES.index(status):
        return Outcome(status, "closed-before")
    return Outcome(after, after)


def _adopting(status: str, verb: str, *, crossed: bool) -> Outcome:
    if status == ADOPTED:
        return Outcome(ADOPTED, "adopted-before")
    if status in CLOSED and not crossed:
        return Outcome(status, "closed-before")
    while_closed = "-while-closed" if status in CLOSED else ""
    if verb == ADOPT:
        return Outcome(status, f"adopted-by-one{while_closed}")
    return Outcome(ADOPTED, f"adopted{while_closed}")


type Key = tuple[str, str, bool]

TABLE: Final[Mapping[Key, Outcome]] = MappingProxyType(
    {
        (status, verb, crossed): _outcome(status, verb, crossed=crossed)
        for status, verb, crossed in product(STATUSES, VERBS, (False, True))
    }
)
"""Every (status, verb, crossed?)."""


def render() -> str:
    """Return the table as the Markdown that stands in docs/spec/guideline.md."""
    head = [
        "| verb | by | " + " | ".join(STATUSES) + " |",
        "|---|---|" + "---|" * len(STATUSES),
    ]
    rows = [
        f"| {verb}{', crossed' if crossed else ''} | {ENTITLED[verb]} | "
        + " | ".join(_cell(TABLE[status, verb, crossed], status) for status in STATUSES)
        + " |"
        for verb, crossed in product(VERBS, (False, True))
    ]
    return "\n".join([*head, *rows]) + "\n"


def render_verbs() -> str:
    """Return what each verb means, as Markdown."""
    head = ["| verb | by | what the act does |", "|---|---|---|"]
    rows = [f"| {verb} | {ENTITLED[verb]} | {words} |" for verb, words in VERBS.items()]
    return "\n".join([*head, *rows]) + "\n"


def _cell(outcome: Outcome, status: str) -> str:
    arrow = f"{outcome.status}: " if outcome.status != status else ""
    return f"{arrow}*{outcome.result}*" if outcome.takes_effect else outcome.result
