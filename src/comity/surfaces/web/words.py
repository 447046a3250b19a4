"""Codes in the reader's language: one table for each kind of code.

Words of a room (`submitted`, `answered`) come with the room; these are the node's own.

Floor: surfaces.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from comity.domestic.officer import role
from comity.node.exchange import disputes
from comity.node.operate.overview import notice
from comity.node.operate.overview.notice import Notice

type Words = Mapping[str, Promise]

LOG: Final[Words] = {
    "open": _("in use"),
    "frozen": _("frozen"),
    "offered": _("offered, not accepted"),
    "ended": _("ended"),
}
KIND: Final[Words] = {"request": _("request"), "channel": _("channel")}
PURPOSE: Final[Words] = {"live": _("Live"), "hotline": _("Hotline")}
URGENCY: Final[Words] = {
    "emergency": _("emergency"),
    "urgent": _("urgent"),
    "routine": _("routine"),
}
ITEM: Final[Words] = {"open": _("open"), "answered": _("answered"), "refused": _("refused")}
SIDE: Final[Words] = {
    notice.OWN: _("our side"),
    notice.PEER: _("their side"),
    notice.LINE: _("the line"),
    notice.UNCLEAR: _("side not clear"),
}
CLAIM: Final[Words] = {
    disputes.BACK_DATED: _("claims a time before one that it had seen"),
    disputes.AHEAD: _("claims a time that another party contradicts"),
    disputes.FALSE_ROOT: _("signs for entries that the log never had"),
    disputes.FALSE_VOID: _("calls an entry void that is not"),
    disputes.TIME_FELL: _("cosigned more of the log at an earlier time"),
}
ROLE: Final[Words] = {
    role.CONTACT_POINT: _("duty officer"),
    role.CASE_OFFICER: _("case officer"),
    role.COUNSEL: _("counsel"),
    role.RELEASING: _("releasing officer"),
    role.AUDITOR: _("auditor"),
    role.OPERATOR: _("operator"),
}
FINDING: Final[Words] = {
    "missing": _("missing"),
    "wrong": _("wrong"),
    "vague": _("vague"),
    "overbroad": _("too broad"),
    "no-link": _("no link"),
    "no-legal-basis": _("no legal basis"),
    "wrong-addressee": _("wrong addressee"),
    "translation": _("translation"),
}
LAW: Final[Words] = {
    "undecided": _("not decided"),
    "stale": _("decided before it changed"),
    "allowed": _("allowed"),
    "stopped": _("stopped"),
}
REVIEW: Final[Words] = {
    "due": _("review due"),
    "overdue": _("review overdue"),
    "reviewed": _("reviewed"),
}
PART: Final[Words] = {"part": _("part"), "task": _("task"), "advice": _("advice")}
DUTY: Final[Words] = {
    "routed": _("nobody has it yet"),
    "assigned": _("assigned, not taken"),
    "accepted": _("taken"),
    "declined": _("declined"),
    "done": _("done"),
    "left": _("given to others"),
    "open": _("open"),
}
GROUPS: Final[Mapping[str, Words]] = {
    "log": LOG,
    "kind": KIND,
    "purpose": PURPOSE,
    "urgency": URGENCY,
    "item": ITEM,
    "side": SIDE,
    "claim": CLAIM,
    "role": ROLE,
    "finding": FINDING,
    "law": LAW,
    "review": REVIEW,
    "part": PART,
    "duty": DUTY,
}

COLOURS: Final[Mapping[str, Mapping[str, str]]] = {
    "log": {"open": "good", "frozen": "bad", "offered": "warn", "ended": "plain"},
    "urgency": {"emergency": "bad", "urgent": "warn", "routine": "plain"},
    "duty": {"routed": "warn", "assigned": "warn", "accepted": "note"},
    "item": {"open": "note", "answered": "good", "refused": "warn"},
    "law": {"undecided": "warn", "stale": "warn", "allowed": "good", "stopped": "bad"},
    "review": {"due": "warn", "overdue": "bad", "reviewed": "good"},
    "age": {"late": "bad", "soon": "warn", "in-time": "note", "waits": "plain", "none": "plain"},
    "side": {"own": "bad", "peer": "note", "line": "warn", "unclear": "plain"},
    "status": {
        "submitted": "note",
        "acknowledged": "note",
        "partly": "note",
        "answered": "good",
        "refused": "warn",
        "withdrawn": "plain",
    },
}
"""A colour beside the word, never instead of it."""


@dataclass(frozen=True, slots=True)
class Told:
    """A notice in words.

    Attributes:
        title: what is not in order; `{party}` stands for whom it concerns.
        step: what to do next.
    """

    title: Promise
    step: Promise


_DOCTOR: Final = _("Run “comity doctor” on this machine and do what it says.")

_NOTICES: Final[Mapping[str, Told]] = {
    notice.URGENT: Told(
        _("Something urgent from {party} has not been opened"),
        _("Open it, say that you have seen it, and call the officer on duty."),
    ),
    notice.NO_HIGH_WATER: Told(
        _("The high-water file is missing or damaged"),
        _("Restore it from where it is copied to; until then, signing waits for every party."),
    ),
    notice.FORKED: Told(
        _("A log of {party} signed two histories"),
        _("Speak to them by telephone: they must begin a new generation."),
    ),
    notice.FROZEN: Told(
        _("A log of {party} is frozen"),
        _("Find out who froze it and why; “comity thaw” opens it again."),
    ),
    notice.SKEWED: Told(
        _("The clocks of this node and of {party} are more than five minutes apart"),
        _("Check this machine's time first. Signing stops until the clocks agree."),
    ),
    notice.EXPIRED: Told(
        _("The card of {party} has ended"),
        _("A new card is needed now: “comity key rotate” on the side whose card it is."),
    ),
    notice.EXPIRING: Told(
        _("The card of {party} ends soon"),
        _("Prepare a new one in time: “comity key rotate” on the side whose card it is."),
    ),
    notice.SILENT: Told(
        _("Nothing new from {party} for more than three minutes"),
        _("Check the network, then call their operator. Nothing is lost meanwhile."),
    ),
    notice.OFFERED: Told(
        _("{party} offers a new generation of a log"),
        _(
            "Compare the code by telephone, then accept it; until then it is neither kept nor "
            "read. Acts that they say were lost count no longer, also where this State had signed "
            "for them: ask which they are."
        ),
    ),
    notice.UNACCEPTED: Told(
        _("A new log of ours waits until {party} accepts it"),
        _(
            "Call their officers and read the hash of its first two entries to them; “comity "
            "recover accept” on their machine accepts it. What waits is sent by itself afterwards."
        ),
    ),
    notice.NOT_UNDERSTOOD: Told(
        _("Entries of {party} are stored and not yet opened"),
        _DOCTOR,
    ),
    notice.UNPAIRED: Told(
        _("This node has no arrangement with another State yet"),
        _("Begin with “comity pair offer”; each other party answers with “comity pair accept”."),
    ),
}

_FORKED_OURS: Final = Told(
    _("A log of ours signed two histories"),
    _(
        "Nothing is signed for it. Find out who else has its keys; then "
        "“comity recover begin” ends it and begins a new generation."
    ),
)
_UNDELIVERED: Final = _("What we said has not arrived at {party}")
_UNDELIVERED_STEPS: Final[Mapping[str, Promise]] = {
    notice.OWN: _DOCTOR,
    notice.PEER: _("Ask their operator to run “comity doctor”. This node tries again by itself."),
    notice.LINE: _("Check the network, then call their operator. This node tries again by itself."),
    notice.UNCLEAR: _("Wait for the next try; if it stays so, run “comity doctor” on both sides."),
}


def word(group: str, code: str) -> str:
    """Return a code in the reader's language; an unknown one as it is."""
    return str(GROUPS[group].get(code, code))


def colour(group: str, code: str) -> str:
    """Return the colour that stands beside a code."""
    return COLOURS.get(group, {}).get(code, "plain")


def told(one: Notice) -> Told:
    """Return a notice in words."""
    if one.code == notice.UNDELIVERED:
        return Told(_UNDELIVERED, _UNDELIVERED_STEPS[one.side])
    if one.code == notice.FORKED and one.side == notice.OWN:
        return _FORKED_OURS
    return _NOTICES[one.code]


def error(code: str) -> str | None:
    """Return what a code means in the reader's language; None where they read the node's own."""
    text = gettext(code) if code else ""
    return None if text == code else text
