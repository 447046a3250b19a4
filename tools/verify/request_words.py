"""Words of a request: its statuses, threads and verbs, and what an act says of them.

Source: docs/spec/request.md.
"""

import base64
import hashlib
from collections import Counter
from typing import Any, Protocol

type Act = dict[str, Any]

OPEN = ("submitted", "acknowledged", "accepted", "partly", "reopened")
DECIDED = ("refused", "answered-in-part", "answered")
ENDING = ("deficiency", "consultation", "status", "postponement")
RISING = {
    "deficiency": ("open", "lifted", "disputed", "clarified"),
    "acceptance": ("open", "declined", "accepted"),
    "consultation": ("open", "lifted", "settled"),
    "use": ("open", "settled"),
    "assessment": ("made", "disputed"),
}
SETTLES = {
    "deficiency-disputed": ("dispute", "deficiency", "disputed"),
    "clarified": ("clarify", "deficiency", "clarified"),
    "condition-accepted": ("accept-condition", "acceptance", "accepted"),
    "condition-declined": ("decline-condition", "acceptance", "declined"),
    "consultation-answered": ("answer-consultation", "consultation", "settled"),
    "use-reported": ("report-use", "use", "settled"),
    "assessment-disputed": ("dispute-assessment", "assessment", "disputed"),
}
PLAIN = {
    "confirmed": "confirm",
    "acknowledged": "acknowledge",
    "withdrawn": "withdraw",
    "closed": "close",
    "superseded": "supersede",
    "corrected": "correct",
    "opened": "open",
    "destroyed": "destroy",
    "step-told": "tell-step",
}
RESPONSES = {
    "accept", "answer-part", "answer", "postpone", "refuse-part", "refuse-rest", "refuse",
}  # fmt: skip
COMPLETIONS = {"answer", "refuse-rest", "refuse"}
ASKED = ("deficiency", "acceptance", "consultation")
WAITED = ("deficiency", "consultation", "postponement")
"""Of which clocks read that none waits any more, or that another does (clause 12)."""
EVENTS = {"responded": RESPONSES, "completed": COMPLETIONS}
NAMING = ("status-asked", "closed", "reopened")
"""What names in `to` the addressees that it concerns (clause 3)."""
ASSESSED = {
    True: ("answered", "refused", "postponed"),
    False: ("submitted", "confirmed", "clarified"),
}
"""What the asker assesses, and what the addressee does."""


def under(act: Act, prefix: str) -> dict[str, str]:
    """Return the codes with a prefix, without it."""
    return {
        name.removeprefix(prefix): code
        for name, code in act["codes"].items()
        if name.startswith(prefix)
    }


OWN = ("corrected", "assessment-settled")
OTHERS = ("opened", "assessed", "assessment-disputed")
ADDRESSEES = (
    "clarified", "deficiency-disputed", "condition-accepted", "condition-declined",
    "condition-waived", "consultation-answered", "use-reported",
)  # fmt: skip
"""Whose act is answered, where acts of several parties have one id (clause 6); else the asker's."""


def apart(acts: list[Act]) -> list[Act]:
    """Return acts of which no two have one id; what they were said as is then `said_as`."""
    times = Counter(act["id"] for act in acts)
    return [
        {**act, "id": f"{act['id']} of {act['party']}", "said_as": act["id"]}
        if times[act["id"]] > 1
        else act
        for act in acts
    ]


def said_as(act: Act) -> str:
    """Return the id of an act as its author gave it."""
    return str(act.get("said_as", act["id"]))


def heard_by(act: Act, asker: str, addressee: str) -> Act:
    """Return an act as the other side of a track received it (exchange.md, 8.7.3)."""
    sides = {asker: addressee, addressee: asker}
    return {**act, "received": act["received"].get(sides.get(act["party"], ""))}


def event_of(act: Act) -> str:
    """Return what an act says: its tag without room and version."""
    return str(act["tag"]).partition(".")[2].partition("/")[0]


def is_asking(act: Act) -> bool:
    """Return whether an act is a submission, and of the matter in which it stands (clause 1)."""
    named = hashlib.sha256(f"request\n{act['party']}\n{said_as(act)}\n".encode()).digest()[:16]
    whole = base64.b32encode(named).decode().lower().rstrip("=")
    own = (said_as(act)[:3] + whole[3:], whole)
    return event_of(act) == "submitted" and act.get("matter", own[0]) in own


def covers(thread: dict[str, Any], item: str) -> bool:
    """Return whether a thread is about an item."""
    return not thread["act"]["items"] or item in thread["act"]["items"]


def which(act: Act, track: "Sides") -> str:
    """Return the act that is answered on a track, of those with that id: whose it can be."""
    other = track.addressee if act["party"] == track.asker else track.asker
    roles = ((OWN, act["party"]), (OTHERS, other), (ADDRESSEES, track.addressee))
    whose = next((party for events, party in roles if event_of(act) in events), track.asker)
    said = [one for one in track.shared.by_id if one.startswith(f"{act['answers']} of ")]
    of_one = f"{act['answers']} of {whose}"
    return of_one if of_one in said else next(iter(said), str(act["answers"]))


class Shared:
    """What is of a request as a whole, whoever answers it."""

    def __init__(self, asked: Act) -> None:
        """Nothing was said after it."""
        self.asked = asked
        self.form = asked["codes"].get("form", "")
        self.by_id: dict[str, Act] = {}
        self.seen: set[str] = set()
        self.effective = {asked["id"]}
        self.opened: set[tuple[str, str]] = set()

    def note(self, event: str, act: Act) -> None:
        """Note what an act leaves behind that had effect for anybody."""
        self.effective.add(act["id"])
        if event == "confirmed":
            self.form = "confirmed"
        if event == "opened":
            self.opened.add((act["answers"], act["party"]))


class Sides(Protocol):
    """One track: who asked, who is asked, and what is of the request as a whole."""

    asker: str
    addressee: str
    shared: Shared
