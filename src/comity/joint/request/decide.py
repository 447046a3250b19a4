"""What may be said now: a command on a state gives an act, or says why not.

What is decided takes effect, because it is decided by folding: an act is admitted if it
would have an effect on the state as it is.  The same `admit` is asked again in the
transaction that appends the act (protocol rule 17).

Floor: joint (pure).
"""

from collections.abc import Collection, Mapping
from types import MappingProxyType
from typing import Final

from comity.acts.record import Act, Addressee
from comity.joint.request import acts, fold, reasons, table
from comity.joint.request.acts import About, Asked, Saying
from comity.joint.request.state import EMPTY, State
from comity.kernel.fault import quoted
from comity.kernel.inadmissible import Inadmissible

_REFUSALS: Final = ", ".join(reasons.REFUSALS)
_WITHDRAWALS: Final = ", ".join(reasons.WITHDRAWALS)

_WHY: Final[Mapping[str, tuple[str, str]]] = MappingProxyType(
    {
        table.NO_REQUEST: (
            "There is no such request here.",
            "List the requests and use the id of one of them.",
        ),
        table.NOT_ENTITLED: (
            "The party that asked withdraws; those it asked acknowledge, answer or refuse.",
            "Ask that party to do it.",
        ),
        "submitted-before": (
            "This request was sent before.",
            "Show it to see where it stands, or send another one.",
        ),
        "acknowledged-before": (
            "This request was acknowledged before.",
            "Answer or refuse it.",
        ),
        "decided-before": (
            "What this is about was answered or refused before.",
            "Answer again if there is more to give.",
        ),
        "after-withdrawal": (
            "The party that asked has withdrawn this request.",
            "Tell its agency directly if the work goes on, or wait for another request.",
        ),
        "answered-already": (
            "This was answered already, and what was given stays given.",
            "Send another request if more is needed.",
        ),
        "refused-already": (
            "Everything was refused already: nothing is left to withdraw.",
            "Send another request if the ground for refusing is gone.",
        ),
        "withdrawn-before": (
            "This request was withdrawn before.",
            "Send another request if it is needed again.",
        ),
        fold.MATTER_OF_ANOTHER: (
            "The id of this matter does not belong to this submission.",
            "Draft the request again.",
        ),
        fold.ASKS_ITSELF: (
            "A party cannot ask itself.",
            "Name another party of the channel with --to.",
        ),
        fold.ANSWERS_ANOTHER: (
            "This is about another submission than the one that opened the matter.",
            "Use the id that the request is listed under.",
        ),
        fold.ITEM_UNKNOWN: (
            "It names an item that the request does not list.",
            "Name items as the request does; showing it lists them.",
        ),
        "addressees-unclear": (
            "A request names each party that it asks once.",
            "Name the parties with --to, each once.",
        ),
        "type-missing": (
            "A request has a type.",
            "Give the type as lower-case letters, digits and hyphens, like 'preservation'.",
        ),
        "urgency-unknown": (
            "A request says how urgent it is.",
            f"Use one of: {', '.join(acts.URGENCIES)}.",
        ),
        "named-twice": (
            "An item or element is named twice.",
            "Name each item and each element once.",
        ),
    }
)
_OTHERWISE: Final = (
    "This act has fields that do not belong to what it says.",
    "Draft it again with this version of the program.",
)


def admit(state: State, act: Act, party: str) -> Inadmissible | None:
    """Return why `party` may not say this now, or None if it may."""
    result = fold.fold(state, act, party).turns[-1]
    if result.takes_effect:
        return None
    name = next(iter(result.results.values()))
    if name == "reason-unknown":
        return _reason_unknown(act)
    what, fix = _WHY.get(name, _OTHERWISE)
    return Inadmissible(f"request.{name}", what, fix)


def submit(
    saying: Saying, party: str, to: tuple[Addressee, ...], asked: Asked, parties: Collection[str]
) -> Act | Inadmissible:
    """Return the act by which `party` asks others of the channel's `parties`."""
    strange = [addressee.party for addressee in to if addressee.party not in parties]
    if strange:
        return Inadmissible(
            "request.addressee-unknown",
            f"{quoted(strange[0])} is no party of this channel.",
            f"Name one of: {', '.join(sorted(set(parties) - {party}))}.",
        )
    return _admitted(EMPTY, acts.submitted(saying, party, to, asked), party)


def acknowledge(state: State, saying: Saying, party: str) -> Act | Inadmissible:
    """Return the act by which `party` says that an officer has taken the request up."""
    return _about(state, party) or _admitted(
        state, acts.acknowledged(saying, about(state, party)), party
    )


def answer(
    state: State,
    saying: Saying,
    party: str,
    items: tuple[str, ...] = (),
    elements: tuple[str, ...] = (),
) -> Act | Inadmissible:
    """Return the act by which `party` answers these items, or all."""
    return _about(state, party) or _admitted(
        state, acts.answered(saying, about(state, party), items, elements), party
    )


def refuse(
    state: State, saying: Saying, party: str, reason: str, items: tuple[str, ...] = ()
) -> Act | Inadmissible:
    """Return the act by which `party` refuses these items, or all, on a ground."""
    return _about(state, party) or _admitted(
        state, acts.refused(saying, about(state, party), reason, items), party
    )


def withdraw(state: State, saying: Saying, party: str, reason: str) -> Act | Inadmissible:
    """Return the act by which `party` takes back what is still open."""
    return _about(state, party) or _admitted(
        state, acts.withdrawn(saying, about(state, party), reason), party
    )


def about(state: State, party: str) -> About:
    """Return which request a state is of, as acts of `party` name it."""
    assert state.request_id, party
    return About(acts.matter_id(state.asker, state.request_id), state.request_id, state.asker)


def _about(state: State, party: str) -> Inadmissible | None:
    if not state.request_id:
        what, fix = _WHY[table.NO_REQUEST]
        return Inadmissible(f"request.{table.NO_REQUEST}", what, fix)
    if party != state.asker and state.track(party) is None:
        what, fix = _WHY[table.NOT_ENTITLED]
        return Inadmissible(f"request.{table.NOT_ENTITLED}", what, fix)
    return None


def _admitted(state: State, act: Act, party: str) -> Act | Inadmissible:
    return admit(state, act, party) or act


def _reason_unknown(act: Act) -> Inadmissible:
    known = _REFUSALS if act.tag == acts.REFUSED else _WITHDRAWALS
    return Inadmissible(
        "request.reason-unknown",
        f"{quoted(act.codes.get(acts.REASON, ''))} is none of the reasons that both sides know.",
        f"Use one of: {known}.",
    )
