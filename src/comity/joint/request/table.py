"""What follows from what: (status, verb, side, crossed?) -> (status, named result), as data.

The table is total.  A row exists for every status, verb and side, seen or crossed; what
has no effect has a name too.  It is kept so that two acts that crossed give the same
status in either order:

    withdrawn, then answered (crossed)  -> answered     what was given stays given
    answered, then withdrawn (crossed)  -> answered
    withdrawn, then refused (crossed)   -> withdrawn    nothing was given: the asker's word stands
    refused, then withdrawn (crossed)   -> withdrawn

A row is about one addressee: a request to two parties is two tracks.

Floor: joint (pure).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import product
from types import MappingProxyType
from typing import Final

NONE: Final = "none"
SUBMITTED: Final = "submitted"
ACKNOWLEDGED: Final = "acknowledged"
PARTLY: Final = "partly"
ANSWERED: Final = "answered"
REFUSED: Final = "refused"
WITHDRAWN: Final = "withdrawn"

STATUSES: Final = (NONE, SUBMITTED, ACKNOWLEDGED, PARTLY, ANSWERED, REFUSED, WITHDRAWN)
OPEN: Final = frozenset({SUBMITTED, ACKNOWLEDGED, PARTLY})
"""Statuses in which the addressee holds the ball."""

SUBMIT: Final = "submit"
ACKNOWLEDGE: Final = "acknowledge"
ANSWER_PART: Final = "answer-part"
ANSWER: Final = "answer"
SUPPLEMENT: Final = "supplement"
REFUSE_PART: Final = "refuse-part"
REFUSE_REST: Final = "refuse-rest"
REFUSE: Final = "refuse"
REPEAT: Final = "repeat"
WITHDRAW: Final = "withdraw"

VERBS: Final = MappingProxyType(
    {
        SUBMIT: "asks",
        ACKNOWLEDGE: "says that an officer has taken it up",
        ANSWER_PART: "answers some items; others stay open",
        ANSWER: "answers, and no item stays open",
        SUPPLEMENT: "adds to an answer that was given before",
        REFUSE_PART: "refuses some items; others stay open",
        REFUSE_REST: "refuses what was still open, after something was answered",
        REFUSE: "refuses, and every item is refused",
        REPEAT: "refuses what was decided before",
        WITHDRAW: "takes back what is still open",
    }
)

ASKER: Final = "asker"
ADDRESSEE: Final = "addressee"
READER: Final = "reader"
SIDES: Final = (ASKER, ADDRESSEE, READER)

ENTITLED: Final = MappingProxyType(
    {verb: ASKER if verb in {SUBMIT, WITHDRAW} else ADDRESSEE for verb in VERBS}
)

NOT_ENTITLED: Final = "not-entitled"
NO_REQUEST: Final = "no-request"

WITH_EFFECT: Final = frozenset(
    {
        "submitted",
        "acknowledged",
        "answered-in-part",
        "answered",
        "answered-after-refusal",
        "supplemented",
        "refused-in-part",
        "refused-the-rest",
        "refused",
        "withdrawn",
        "acknowledged-while-withdrawn",
        "decided-in-part-while-withdrawn",
        "answered-while-withdrawn",
        "supplemented-while-withdrawn",
        "refused-while-withdrawn",
    }
)
"""Results that change what holds; every other one leaves the track as it was."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What follows.

    Attributes:
        status: of the track, afterwards.
        result: its name; never empty.
    """

    status: str
    result: str

    @property
    def takes_effect(self) -> bool:
        """Whether anything but the time line is changed by it."""
        return self.result in WITH_EFFECT


type _Cells = Mapping[str, tuple[str, str]]

_STILL_OPEN: Final = (SUBMITTED, ACKNOWLEDGED, PARTLY)


def _from_open(status: str, result: str, **others: tuple[str, str]) -> _Cells:
    """Return one line of the table: the same from every open status, and the others."""
    return {**dict.fromkeys(_STILL_OPEN, (status, result)), **others}


_SEEN: Final[Mapping[str, _Cells]] = {
    SUBMIT: {
        NONE: (SUBMITTED, "submitted"),
        **{status: (status, "submitted-before") for status in STATUSES[1:]},
    },
    ACKNOWLEDGE: {
        NONE: (NONE, NO_REQUEST),
        SUBMITTED: (ACKNOWLEDGED, "acknowledged"),
        ACKNOWLEDGED: (ACKNOWLEDGED, "acknowledged-before"),
        PARTLY: (PARTLY, "decided-before"),
        ANSWERED: (ANSWERED, "decided-before"),
        REFUSED: (REFUSED, "decided-before"),
        WITHDRAWN: (WITHDRAWN, "after-withdrawal"),
    },
    ANSWER_PART: _from_open(
        PARTLY,
        "answered-in-part",
        none=(NONE, NO_REQUEST),
        answered=(ANSWERED, "supplemented"),
        refused=(ANSWERED, "answered-after-refusal"),
        withdrawn=(WITHDRAWN, "after-withdrawal"),
    ),
    ANSWER: _from_open(
        ANSWERED,
        "answered",
        none=(NONE, NO_REQUEST),
        answered=(ANSWERED, "supplemented"),
        refused=(ANSWERED, "answered-after-refusal"),
        withdrawn=(WITHDRAWN, "after-withdrawal"),
    ),
    SUPPLEMENT: {
        NONE: (NONE, NO_REQUEST),
        **{status: (status, "supplemented") for status in (*_STILL_OPEN, ANSWERED, REFUSED)},
        WITHDRAWN: (WITHDRAWN, "after-withdrawal"),
    },
    REFUSE_PART: _from_open(
        PARTLY,
        "refused-in-part",
        none=(NONE, NO_REQUEST),
        answered=(ANSWERED, "answered-already"),
        refused=(REFUSED, "decided-before"),
        withdrawn=(WITHDRAWN, "after-withdrawal"),
    ),
    REFUSE_REST: _from_open(
        ANSWERED,
        "refused-the-rest",
        none=(NONE, NO_REQUEST),
        answered=(ANSWERED, "answered-already"),
        refused=(REFUSED, "decided-before"),
        withdrawn=(WITHDRAWN, "after-withdrawal"),
    ),
    REFUSE: _from_open(
        REFUSED,
        "refused",
        none=(NONE, NO_REQUEST),
        answered=(ANSWERED, "answered-already"),
        refused=(REFUSED, "decided-before"),
        withdrawn=(WITHDRAWN, "after-withdrawal"),
    ),
    REPEAT: {
        NONE: (NONE, NO_REQUEST),
        **{status: (status, "decided-before") for status in STATUSES[1:-1]},
        WITHDRAWN: (WITHDRAWN, "after-withdrawal"),
    },
    WITHDRAW: _from_open(
        WITHDRAWN,
        "withdrawn",
        none=(NONE, NO_REQUEST),
        answered=(ANSWERED, "answered-already"),
        refused=(REFUSED, "refused-already"),
        withdrawn=(WITHDRAWN, "withdrawn-before"),
    ),
}
"""By the side that is entitled, with every act before it in view."""

_CROSSED: Final[Mapping[str, _Cells]] = {
    SUBMIT: {},  # the first act of a matter has nothing before it, and a second one no effect
    ACKNOWLEDGE: {WITHDRAWN: (WITHDRAWN, "acknowledged-while-withdrawn")},
    ANSWER_PART: {WITHDRAWN: (WITHDRAWN, "decided-in-part-while-withdrawn")},
    ANSWER: {WITHDRAWN: (ANSWERED, "answered-while-withdrawn")},
    SUPPLEMENT: {WITHDRAWN: (WITHDRAWN, "supplemented-while-withdrawn")},
    REFUSE_PART: {WITHDRAWN: (WITHDRAWN, "decided-in-part-while-withdrawn")},
    REFUSE_REST: {WITHDRAWN: (ANSWERED, "answered-while-withdrawn")},
    REFUSE: {WITHDRAWN: (WITHDRAWN, "refused-while-withdrawn")},
    REPEAT: {WITHDRAWN: (WITHDRAWN, "decided-before")},
    WITHDRAW: {
        SUBMITTED: (WITHDRAWN, "withdrawn"),
        ACKNOWLEDGED: (WITHDRAWN, "acknowledged-while-withdrawn"),
        PARTLY: (WITHDRAWN, "decided-in-part-while-withdrawn"),
        ANSWERED: (ANSWERED, "answered-while-withdrawn"),
        REFUSED: (WITHDRAWN, "refused-while-withdrawn"),
    },
}
"""Where the entitled side had not seen the last act with effect of the other that stands
before its own; in every other status crossing changes nothing.

An act whose author had not seen the request itself finds the status `none`.
"""


def _outcome(status: str, verb: str, side: str, *, crossed: bool) -> Outcome:
    if ENTITLED[verb] != side and (status != NONE or verb == SUBMIT):
        return Outcome(status, NOT_ENTITLED)
    cell = _CROSSED[verb].get(status) if crossed else None
    return Outcome(*(cell or _SEEN[verb][status]))


type Key = tuple[str, str, str, bool]

TABLE: Final[Mapping[Key, Outcome]] = MappingProxyType(
    {
        (status, verb, side, crossed): _outcome(status, verb, side, crossed=crossed)
        for status, verb, side, crossed in product(STATUSES, VERBS, SIDES, (False, True))
    }
)
"""Every (status, verb, side, crossed?)."""


def render() -> str:
    """Return the table as the Markdown that stands in docs/spec/request.md."""
    head = [
        "| verb | by | " + " | ".join(STATUSES) + " |",
        "|---|---|" + "---|" * len(STATUSES),
    ]
    rows = [
        f"| {verb}{', crossed' if crossed else ''} | {ENTITLED[verb]} | "
        + " | ".join(_cell(status, verb, crossed=crossed) for status in STATUSES)
        + " |"
        for verb, crossed in product(VERBS, (False, True))
    ]
    return "\n".join([*head, *rows]) + "\n"


def render_verbs() -> str:
    """Return what each verb means, as Markdown."""
    head = ["| verb | by | what the act does |", "|---|---|---|"]
    rows = [f"| {verb} | {ENTITLED[verb]} | {words} |" for verb, words in VERBS.items()]
    return "\n".join([*head, *rows]) + "\n"


def _cell(status: str, verb: str, *, crossed: bool) -> str:
    outcome = TABLE[status, verb, ENTITLED[verb], crossed]
    arrow = f"{outcome.status}: " if outcome.status != status else ""
    return f"{arrow}*{outcome.result}*" if outcome.takes_effect else outcome.result
