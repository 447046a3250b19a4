"""What follows from what: (status, verb, side, crossed?) -> (status, named result), as data.

The table is total.  A row exists for every status, verb and side, seen or crossed; what
has no effect has a name too.  It is kept so that two acts that crossed give the same
status in either order:

    withdrawn, then answered (crossed)  -> answered     what was given stays given
    answered, then withdrawn (crossed)  -> answered
    withdrawn, then refused (crossed)   -> withdrawn    nothing was given: the asker's word stands
    refused, then clarified (crossed)   -> refused      the clarification stands beside it
    reopened, then answered (crossed)   -> reopened     what is given stays; it is asked again

A row is about one addressee: a request to two parties is two tracks.  What waits for the
other side beside the status (a deficiency, a condition, a consultation) is a thread of the
track: see `state`.

Floor: joint (pure).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import product
from types import MappingProxyType
from typing import Final

from comity.acts.urgencies import URGENCIES
from comity.joint.request import effects

NONE: Final = "none"
DRAFT: Final = "draft"
SUBMITTED: Final = "submitted"
ACKNOWLEDGED: Final = "acknowledged"
ACCEPTED: Final = "accepted"
PARTLY: Final = "partly"
REOPENED: Final = "reopened"
ANSWERED: Final = "answered"
REFUSED: Final = "refused"
WITHDRAWN: Final = "withdrawn"
CLOSED: Final = "closed"

STATUSES: Final = (
    NONE,
    DRAFT,
    SUBMITTED,
    ACKNOWLEDGED,
    ACCEPTED,
    PARTLY,
    REOPENED,
    ANSWERED,
    REFUSED,
    WITHDRAWN,
    CLOSED,
)
OPEN: Final = frozenset({SUBMITTED, ACKNOWLEDGED, ACCEPTED, PARTLY, REOPENED})
"""Statuses in which something is still to be answered or refused."""

UNANSWERED: Final = frozenset({DRAFT, SUBMITTED})
"""Statuses of a track at which what was asked waits for a first word."""

DECIDED: Final = frozenset({ANSWERED, REFUSED})
"""Statuses in which nothing is, until it is reopened."""

OVER: Final = (CLOSED, WITHDRAWN)
"""Statuses in which nothing more is expected of an addressee."""

NOT_ENTITLED: Final = "not-entitled"
NO_REQUEST: Final = "no-request"
NOT_SUBMITTED: Final = "not-submitted"

WITHOUT_EFFECT: Final = frozenset(
    {
        NOT_ENTITLED,
        NO_REQUEST,
        NOT_SUBMITTED,
        "submitted-before",
        "acknowledged-before",
        "decided-before",
        "after-withdrawal",
        "answered-already",
        "refused-already",
        "withdrawn-before",
        "closed-before",
        "still-open",
    }
)
"""Results that leave everything as it was, but for the time line."""


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

_FIRST: Final[_Cells] = {NONE: (NONE, NO_REQUEST), DRAFT: (DRAFT, NOT_SUBMITTED)}
_TOO_LATE: Final[Mapping[str, _Cells]] = {
    effects.ADDRESSEE: {
        ANSWERED: (ANSWERED, "decided-before"),
        REFUSED: (REFUSED, "decided-before"),
        WITHDRAWN: (WITHDRAWN, "after-withdrawal"),
        CLOSED: (CLOSED, "closed-before"),
    },
    effects.ASKER: {
        ANSWERED: (ANSWERED, "answered-already"),
        REFUSED: (REFUSED, "refused-already"),
        WITHDRAWN: (WITHDRAWN, "withdrawn-before"),
        CLOSED: (CLOSED, "closed-before"),
    },
}


def _stays(result: str, *statuses: str) -> _Cells:
    """Return cells in which the status stays as it is."""
    return {status: (status, result) for status in statuses}


def _moves(result: str, to: str, *statuses: str) -> _Cells:
    """Return cells in which these statuses move to another."""
    return dict.fromkeys(statuses, (to, result))


def _from_open(side: str, result: str, status: str = "") -> _Cells:
    """Return one line: the same from every open status; what is asked again stays reopened."""
    moved: dict[str, tuple[str, str]] = {
        one: (status or one, result) for one in STATUSES if one in OPEN
    }
    if status and status not in DECIDED and side == effects.ADDRESSEE:
        moved[REOPENED] = (REOPENED, result)
    return {**_FIRST, **moved, **_TOO_LATE[side]}


def _giving(result: str, status: str = "") -> _Cells:
    """Return the line of a verb that gives something."""
    return {
        **_from_open(effects.ADDRESSEE, result, status),
        ANSWERED: (ANSWERED, "supplemented"),
        REFUSED: (ANSWERED, "answered-after-refusal"),
    }


def _anywhere(result: str, *but: str) -> _Cells:
    """Return the line of a verb that may be said at any time, but for these statuses."""
    rest = [status for status in STATUSES if status not in {NONE, *but}]
    return {**_FIRST, **_stays(result, *rest)}


def _taking_back(result: str) -> _Cells:
    return {**_from_open(effects.ASKER, result, WITHDRAWN), DRAFT: (WITHDRAWN, result)}


_SEEN: Final[Mapping[str, _Cells]] = {
    effects.SHOW_DRAFT: {
        **_stays("submitted-before", *STATUSES),
        NONE: (DRAFT, "draft-shown"),
        DRAFT: (DRAFT, "draft-shown-again"),
        WITHDRAWN: (WITHDRAWN, "withdrawn-before"),
    },
    effects.COMMENT: {
        **_stays("submitted-before", *STATUSES),
        NONE: (NONE, NO_REQUEST),
        DRAFT: (DRAFT, "commented"),
        WITHDRAWN: (WITHDRAWN, "after-withdrawal"),
    },
    effects.SUBMIT: {
        **_stays("submitted-before", *STATUSES),
        NONE: (SUBMITTED, "submitted"),
        DRAFT: (SUBMITTED, "submitted"),
        WITHDRAWN: (WITHDRAWN, "withdrawn-before"),
    },
    effects.CONFIRM: {
        **_anywhere("confirmed", DRAFT),
        WITHDRAWN: (WITHDRAWN, "withdrawn-before"),
    },
    effects.ACKNOWLEDGE: {
        **_from_open(effects.ADDRESSEE, "acknowledged", ACKNOWLEDGED),
        **_stays("acknowledged-before", ACKNOWLEDGED, REOPENED),
        **_stays("decided-before", ACCEPTED, PARTLY),
    },
    effects.FIND_DEFICIENT: _from_open(effects.ADDRESSEE, "found-deficient"),
    effects.DISPUTE: _from_open(effects.ASKER, "disputed"),
    effects.CLARIFY: _from_open(effects.ASKER, "clarified"),
    effects.REROUTE: _from_open(effects.ADDRESSEE, "rerouted"),
    effects.ACCEPT: {
        **_from_open(effects.ADDRESSEE, "accepted", ACCEPTED),
        PARTLY: (PARTLY, "accepted"),
    },
    effects.ACCEPT_CONDITION: _from_open(effects.ASKER, "condition-accepted"),
    effects.DECLINE_CONDITION: _from_open(effects.ASKER, "condition-declined"),
    effects.WAIVE_CONDITION: _anywhere("condition-waived", DRAFT),
    effects.ASK_STATUS: _from_open(effects.ASKER, "status-asked"),
    effects.REPORT_STATUS: _from_open(effects.ADDRESSEE, "status-reported"),
    effects.ANSWER_PART: _giving("answered-in-part", PARTLY),
    effects.ANSWER: _giving("answered", ANSWERED),
    effects.SUPPLEMENT: {**_giving("supplemented"), REFUSED: (REFUSED, "supplemented")},
    effects.POSTPONE: _from_open(effects.ADDRESSEE, "postponed"),
    effects.RESUME: _from_open(effects.ADDRESSEE, "resumed"),
    effects.CONSULT: _from_open(effects.ADDRESSEE, "consulted"),
    effects.ANSWER_CONSULTATION: _from_open(effects.ASKER, "consultation-answered"),
    effects.REFUSE_PART: {
        **_from_open(effects.ADDRESSEE, "refused-in-part", PARTLY),
        ANSWERED: (ANSWERED, "decided-before"),
    },
    effects.REFUSE_REST: _from_open(effects.ADDRESSEE, "refused-the-rest", ANSWERED),
    effects.REFUSE: _from_open(effects.ADDRESSEE, "refused", REFUSED),
    effects.REPEAT: _from_open(effects.ADDRESSEE, "decided-before"),
    effects.WITHDRAW: _taking_back("withdrawn"),
    effects.SUPERSEDE: _taking_back("superseded"),
    effects.CLOSE: {
        **_from_open(effects.ASKER, "still-open"),
        ANSWERED: (CLOSED, "closed"),
        REFUSED: (CLOSED, "closed"),
    },
    effects.REOPEN: {
        **_from_open(effects.ASKER, "still-open"),
        **_moves("reopened", REOPENED, PARTLY, REOPENED, ANSWERED, REFUSED, CLOSED),
    },
    effects.CORRECT: {**_anywhere("corrected"), NONE: (NONE, NO_REQUEST)},
    effects.OPEN_ACT: {**_anywhere("opened"), NONE: (NONE, NO_REQUEST)},
    effects.ASK_USE: _anywhere("use-asked", DRAFT),
    effects.REPORT_USE: _anywhere("use-reported", DRAFT),
    effects.DESTROY: {**_anywhere("destroyed"), NONE: (NONE, NO_REQUEST)},
    effects.ASSESS: _anywhere("assessed", DRAFT),
    effects.DISPUTE_ASSESSMENT: _anywhere("assessment-disputed", DRAFT),
    effects.SETTLE_ASSESSMENT: _anywhere("assessment-settled", DRAFT),
    effects.TELL_STEP: _anywhere("step-told", DRAFT),
}
"""By the side that is entitled, with every act before it in view."""


def _while_withdrawn(result: str, status: str = WITHDRAWN) -> _Cells:
    return {WITHDRAWN: (status, f"{result}-while-withdrawn")}


def _while_decided(result: str) -> _Cells:
    return {
        ANSWERED: (ANSWERED, f"{result}-while-answered"),
        REFUSED: (REFUSED, f"{result}-while-refused"),
    }


_GIVEN_WHILE_CLOSED: Final[_Cells] = {CLOSED: (CLOSED, "answered-while-closed")}
_TAKEN_BACK: Final[_Cells] = {
    ACKNOWLEDGED: (WITHDRAWN, "acknowledged-while-withdrawn"),
    ACCEPTED: (WITHDRAWN, "accepted-while-withdrawn"),
    PARTLY: (WITHDRAWN, "decided-in-part-while-withdrawn"),
    REOPENED: (WITHDRAWN, "decided-in-part-while-withdrawn"),
    ANSWERED: (ANSWERED, "answered-while-withdrawn"),
    REFUSED: (WITHDRAWN, "refused-while-withdrawn"),
}

_CROSSED: Final[Mapping[str, _Cells]] = {
    effects.COMMENT: {
        SUBMITTED: (SUBMITTED, "commented-while-submitted"),
        **_while_withdrawn("commented"),
    },
    effects.ACKNOWLEDGE: _while_withdrawn("acknowledged"),
    effects.FIND_DEFICIENT: _while_withdrawn("found-deficient"),
    effects.DISPUTE: _while_decided("disputed"),
    effects.CLARIFY: _while_decided("clarified"),
    effects.REROUTE: _while_withdrawn("rerouted"),
    effects.ACCEPT: _while_withdrawn("accepted"),
    effects.ACCEPT_CONDITION: _while_decided("condition-accepted"),
    effects.DECLINE_CONDITION: _while_decided("condition-declined"),
    effects.ASK_STATUS: _while_decided("status-asked"),
    effects.REPORT_STATUS: _while_withdrawn("status-reported"),
    effects.ANSWER_PART: {**_while_withdrawn("decided-in-part"), **_GIVEN_WHILE_CLOSED},
    effects.ANSWER: {**_while_withdrawn("answered", ANSWERED), **_GIVEN_WHILE_CLOSED},
    effects.SUPPLEMENT: {**_while_withdrawn("supplemented"), **_GIVEN_WHILE_CLOSED},
    effects.POSTPONE: _while_withdrawn("postponed"),
    effects.RESUME: _while_withdrawn("resumed"),
    effects.CONSULT: _while_withdrawn("consulted"),
    effects.ANSWER_CONSULTATION: _while_decided("consultation-answered"),
    effects.REFUSE_PART: _while_withdrawn("decided-in-part"),
    effects.REFUSE_REST: _while_withdrawn("answered", ANSWERED),
    effects.REFUSE: _while_withdrawn("refused"),
    effects.REPEAT: {WITHDRAWN: (WITHDRAWN, "decided-before")},
    effects.WITHDRAW: _TAKEN_BACK,
    effects.SUPERSEDE: _TAKEN_BACK,
}
"""Where the entitled side had not seen the last act of the other that moves the status and
stands before its own; in every other status, and for every other verb, crossing changes
nothing.

An act whose author had not seen the request itself finds the status `none`.
"""

WITH_EFFECT: Final = (
    frozenset(
        result for cells in (*_SEEN.values(), *_CROSSED.values()) for _, result in cells.values()
    )
    - WITHOUT_EFFECT
)
"""Results that change what holds; every other one leaves the track as it was."""


def _outcome(status: str, verb: str, side: str, *, crossed: bool) -> Outcome:
    is_opening = verb in {effects.SHOW_DRAFT, effects.SUBMIT}
    if not effects.is_entitled(verb, side) and (status != NONE or is_opening):
        return Outcome(status, NOT_ENTITLED)
    cell = _CROSSED.get(verb, {}).get(status) if crossed else None
    return Outcome(*(cell or _SEEN[verb][status]))


type Key = tuple[str, str, str, bool]

TABLE: Final[Mapping[Key, Outcome]] = MappingProxyType(
    {
        (status, verb, side, crossed): _outcome(status, verb, side, crossed=crossed)
        for status, verb, side, crossed in product(
            STATUSES, effects.VERBS, effects.SIDES, (False, True)
        )
    }
)
"""Every (status, verb, side, crossed?)."""


def render() -> str:
    """Return the table as the Markdown that stands in docs/spec/request.md.

    A verb has a second row, `crossed`, where crossing changes something.
    """
    head = [
        "| verb | by | " + " | ".join(STATUSES) + " |",
        "|---|---|" + "---|" * len(STATUSES),
    ]
    rows = [
        f"| {verb}{', crossed' if crossed else ''} | {effects.ENTITLED[verb]} | "
        + " | ".join(_cell(status, verb, crossed=crossed) for status in STATUSES)
        + " |"
        for verb, crossed in product(effects.VERBS, (False, True))
        if not crossed or verb in _CROSSED
    ]
    return "\n".join([*head, *rows]) + "\n"


def _cell(status: str, verb: str, *, crossed: bool) -> str:
    side = effects.ASKER if effects.ENTITLED[verb] == effects.EITHER else effects.ENTITLED[verb]
    outcome = TABLE[status, verb, side, crossed]
    arrow = f"{outcome.status}: " if outcome.status != status else ""
    return f"{arrow}*{outcome.result}*" if outcome.takes_effect else outcome.result


def urgency_place(urgency: str) -> int:
    """Return where an urgency stands among those that waiting lists know, the gravest first."""
    return URGENCIES.index(urgency) if urgency in URGENCIES else len(URGENCIES)
