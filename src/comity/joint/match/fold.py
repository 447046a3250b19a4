"""Who may say what in a private match, having seen which.

Floor: joint (pure).
"""

from collections.abc import Sequence
from types import MappingProxyType
from typing import Final

from comity.acts import facts
from comity.acts.facts import Coming, Rules, State
from comity.acts.record import Act
from comity.acts.turns import Entry
from comity.joint.match import acts

TAG_UNKNOWN: Final = "tag-unknown"
TOO_MANY_HITS: Final = "too-many-hits"
NOT_OPENED: Final = "not-opened"
EVALUATED_BEFORE: Final = "evaluated-before"
REJECTED_BEFORE: Final = "rejected-before"


def _ask(coming: Coming) -> str:
    named = {one.party for one in coming.act.to} or {*coming.seen.others(coming.party)}
    is_one = len(named) == 1 and named <= {*coming.seen.others(coming.party)}
    return "" if is_one else facts.PARTY_UNKNOWN


def answerer(now: State) -> str:
    """Return the party that is asked, or ""."""
    opening = now.opening
    if opening is None:
        return ""
    return opening.to[0] if opening.to else now.others(opening.party)[0]


def _is_answerer(coming: Coming) -> bool:
    return coming.party == answerer(coming.seen)


def _evaluate(coming: Coming) -> str:
    if not _is_answerer(coming):
        return facts.NOT_ENTITLED
    return EVALUATED_BEFORE if coming.seen.said(acts.EVALUATED) else ""


def _by_asker(coming: Coming) -> str:
    return "" if coming.party == coming.opening.party else facts.NOT_ENTITLED


def _withdraw(coming: Coming) -> str:
    wrong = _by_asker(coming)
    return wrong or (EVALUATED_BEFORE if coming.seen.said(acts.EVALUATED) else "")


def _open(coming: Coming) -> str:
    if coming.seen.said(acts.REJECTED, about=coming.about):
        return REJECTED_BEFORE
    if coming.number(acts.HITS) > coming.opening.number(acts.SLOTS):
        return TOO_MANY_HITS
    return _by_asker(coming)


def _pursue(coming: Coming) -> str:
    wrong = _by_asker(coming)
    if wrong:
        return wrong
    if not coming.seen.said(acts.OPENED, about=coming.about):
        return NOT_OPENED
    number = coming.number(acts.TAG)
    if not 1 <= number <= coming.about.number(acts.TAGS):
        return TAG_UNKNOWN
    pursued = coming.seen.said(acts.PURSUED, about=coming.about)
    return facts.SAID_BEFORE if number in {one.number(acts.TAG) for one in pursued} else ""


def _back(coming: Coming) -> str:
    return "" if _is_answerer(coming) else facts.NOT_ENTITLED


def _close(coming: Coming) -> str:
    parties = {coming.opening.party, answerer(coming.seen)}
    return "" if coming.party in parties else facts.NOT_ENTITLED


RULES: Final = Rules(
    kind=acts.KIND,
    shapes=acts.SHAPES,
    opening=acts.ASKED,
    checks=MappingProxyType(
        {
            acts.ASKED: _ask,
            acts.EVALUATED: _evaluate,
            acts.REJECTED: _by_asker,
            acts.OPENED: _open,
            acts.PURSUED: _pursue,
            acts.BACKED: _back,
            acts.JUDGED: _by_asker,
            acts.DECLINED: _evaluate,
            acts.WITHDRAWN: _withdraw,
            acts.CLOSED: _close,
        }
    ),
    answers=MappingProxyType(
        {
            acts.REJECTED: (acts.EVALUATED,),
            acts.OPENED: (acts.EVALUATED,),
            acts.PURSUED: (acts.EVALUATED,),
            acts.BACKED: (acts.PURSUED,),
            acts.JUDGED: (acts.PURSUED,),
        }
    ),
    ends=(acts.DECLINED, acts.WITHDRAWN, acts.CLOSED),
    after=(acts.REJECTED, acts.BACKED, acts.JUDGED),
    once=(acts.REJECTED, acts.OPENED, acts.BACKED, acts.JUDGED),
    malformed=acts.malformed,
)


def fold_all(entries: Sequence[Entry], parties: Sequence[str]) -> State:
    """Return where a match stands after all its acts, given in their order."""
    return facts.fold_all(RULES, entries, parties)


def fold(now: State, act: Act, party: str) -> State:
    """Return the state after an act whose author has seen all of it."""
    return facts.fold(RULES, now, act, party)
