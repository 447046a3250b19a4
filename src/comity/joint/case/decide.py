"""What may be said of a case now: a command on a state gives an act, or says why not.

What is decided takes effect, because it is decided by folding; the same `admit` is asked again
in the transaction that appends the act (protocol rule 17).

Floor: joint (pure).
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from comity.acts import shape
from comity.acts.record import Act
from comity.joint.case import acts, fold, view
from comity.joint.case.acts import Saying, Step
from comity.joint.case.state import State
from comity.kernel.inadmissible import Inadmissible

_SHOW: Final = "Show the case to see where it stands."

_WHY: Final[Mapping[str, tuple[str, str]]] = MappingProxyType(
    {
        fold.NO_CASE: (
            "There is no such case here.",
            "Use the id of one of those that `comity case list` shows.",
        ),
        fold.OPENED_BEFORE: ("This case was opened before.", _SHOW),
        fold.NOT_ENTITLED: (
            "Who proposed it has said what it says: the others agree, decline or dispute.",
            "Propose another one in its place.",
        ),
        fold.CLOSED_BEFORE: (
            "The case is closed.",
            "Reopen it first, if there are new facts.",
        ),
        fold.NOT_CLOSED: ("The case is not closed.", _SHOW),
        fold.GROUPED_BEFORE: ("Each of these requests is in the case already.", _SHOW),
        fold.NOT_GROUPED: ("None of these requests is in the case.", _SHOW),
        fold.REFERENCED_BEFORE: ("This is the file number that was given last.", _SHOW),
        fold.AT_THAT_LEVEL: (
            "The case is at that level of priority already.",
            "Propose the other level, or nothing.",
        ),
        fold.NO_PROPOSAL: (
            "There is no such proposal of a priority.",
            "Show the case and use the id of a proposal.",
        ),
        fold.LAPSED: (
            "The level of priority has changed since that was proposed.",
            "Propose the level that is wanted now.",
        ),
        fold.NO_REPORT: (
            "There is no such status report.",
            "Show the case and use the id of a report.",
        ),
        fold.SAID_BEFORE: (
            "This party has said before what it thinks of it.",
            "Propose another one if that has changed.",
        ),
        fold.PARTY_UNKNOWN: (
            "A next step is that of a State which is no party here.",
            "Name parties of the channel.",
        ),
        "requests-missing": (
            "It names no request.",
            "Name one request at least.",
        ),
        "steps-unclear": (
            "A status report says what each side does next; an owner or date needs a step.",
            "Give a next step for each party that is named.",
        ),
    }
)
RULES: Final = frozenset(f"case.{name}" for name in _WHY) | shape.RULES
"""Every rule that `admit` can give."""


def no(name: str) -> Inadmissible:
    """Return the lawful no that a name stands for."""
    if name in shape.WHY:
        return shape.no(name)
    what, fix = _WHY[name]
    return Inadmissible(f"case.{name}", what, fix)


def admit(now: State, act: Act, party: str) -> Inadmissible | None:
    """Return why `party` may not say this now, or None if it may."""
    turn = fold.fold(now, act, party).turns[-1]
    return None if turn.takes_effect else no(turn.result)


def open_case(
    now: State,
    saying: Saying,
    party: str,
    own_reference: str,
    crime_type: str = "",
    requests: tuple[str, ...] = (),
) -> Act | Inadmissible:
    """Return the act by which `party` opens a case; `now` is of a matter without acts."""
    act = acts.opened(saying, party, own_reference, crime_type, requests)
    return admit(now, act, party) or act


def group(
    now: State, saying: Saying, party: str, requests: tuple[str, ...], *, out: bool = False
) -> Act | Inadmissible:
    """Return the act that puts requests in a case, or takes them out."""
    return _say(now, saying, party, acts.UNGROUPED if out else acts.GROUPED, items=requests)


def refer(now: State, saying: Saying, party: str, own_reference: str) -> Act | Inadmissible:
    """Return the act by which `party` gives its own file number."""
    return _say(now, saying, party, acts.REFERENCED, codes={acts.OWN_REFERENCE: own_reference})


def propose_priority(
    now: State, saying: Saying, party: str, level: str, reason: str
) -> Act | Inadmissible:
    """Return the act that proposes a level of priority."""
    codes = {acts.LEVEL: level, acts.REASON: reason}
    return _say(now, saying, party, acts.PRIORITY_PROPOSED, codes=codes)


def answer_priority(
    now: State, saying: Saying, party: str, reason: str = "", proposal_id: str = ""
) -> Act | Inadmissible:
    """Return the act that agrees to a level, or with a reason declines it; the newest open one."""
    newest = view.open_proposal(now)
    about = proposal_id or (newest.id if newest else "")
    if not about:
        return no(fold.NO_PROPOSAL)
    tag = acts.PRIORITY_DECLINED if reason else acts.PRIORITY_AGREED
    return _say(now, saying, party, tag, about, codes={acts.REASON: reason} if reason else {})


def report(
    now: State,
    saying: Saying,
    party: str,
    dialogue: str,
    steps: tuple[Step, ...],
    requests: tuple[str, ...] = (),
) -> Act | Inadmissible:
    """Return the act that proposes a status report."""
    codes, times = acts.reported(steps, dialogue)
    return _say(now, saying, party, acts.REPORTED, codes=codes, times=times, items=requests)


def answer_report(
    now: State, saying: Saying, party: str, reason: str = "", report_id: str = ""
) -> Act | Inadmissible:
    """Return the act that agrees to a report, or with a reason disputes it; the newest one."""
    newest = view.open_report(now)
    about = report_id or (newest.id if newest else "")
    if not about:
        return no(fold.NO_REPORT)
    tag = acts.REPORT_DISPUTED if reason else acts.REPORT_AGREED
    return _say(now, saying, party, tag, about, codes={acts.REASON: reason} if reason else {})


def close(now: State, saying: Saying, party: str, reason: str) -> Act | Inadmissible:
    """Return the act that closes a case."""
    return _say(now, saying, party, acts.CLOSED, codes={acts.REASON: reason})


def reopen(now: State, saying: Saying, party: str, reason: str) -> Act | Inadmissible:
    """Return the act that takes a case up again."""
    return _say(now, saying, party, acts.REOPENED, codes={acts.REASON: reason})


def _say(  # noqa: PLR0913 -- the fields of an act
    now: State,
    saying: Saying,
    party: str,
    tag: str,
    answers: str = "",
    *,
    codes: Mapping[str, str] = MappingProxyType({}),
    times: Mapping[str, int] = MappingProxyType({}),
    items: tuple[str, ...] = (),
) -> Act | Inadmissible:
    matter = acts.matter_id(now.opener, now.opened_by)
    about = answers or now.opened_by
    act = acts.said(tag, saying, matter, about, codes=codes, times=times, items=items)
    return admit(now, act, party) or act
