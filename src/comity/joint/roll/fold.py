"""Who may say what of a roll, having seen which.

Floor: joint (pure).
"""

from collections.abc import Sequence
from types import MappingProxyType
from typing import Final

from comity.acts import facts
from comity.acts.facts import Coming, Fact, Rules, State
from comity.acts.record import Act
from comity.acts.turns import Entry
from comity.joint.roll import acts

NOT_NEXT: Final = "not-next"
TOTAL_WRONG: Final = "total-wrong"
PAUSED_BEFORE: Final = "paused-before"
NOT_PAUSED: Final = "not-paused"
MORE_THAN_VOTED: Final = "more-than-voted"
LOADED_ANOTHER: Final = "loaded-another"


def newest(now: State) -> Fact | None:
    """Return the newest edition: the author says them one after the other."""
    return max(now.said(acts.EDITION), key=lambda one: one.number(acts.NUMBER), default=None)


def is_paused(now: State) -> bool:
    """Return whether it is paused: each pause has one resumption, by the same author."""
    return len(now.said(acts.PAUSED)) > len(now.said(acts.RESUMED))


def _by_author(coming: Coming) -> str:
    return "" if coming.party == coming.opening.party else facts.NOT_ENTITLED


def _by_reader(coming: Coming) -> str:
    return facts.NOT_ENTITLED if coming.party == coming.opening.party else ""


def _edition(coming: Coming) -> str:
    wrong = _by_author(coming)
    if wrong:
        return wrong
    before = newest(coming.seen)
    number, total = (before.number(acts.NUMBER), before.number(acts.TOTAL)) if before else (0, 0)
    if coming.number(acts.NUMBER) != number + 1:
        return NOT_NEXT
    left = total + coming.number(acts.ADDED) - coming.number(acts.WITHDRAWN)
    is_whole = coming.number(acts.TOTAL) == left >= coming.number(acts.CHANGED)
    return "" if is_whole else TOTAL_WRONG


def _loaded(coming: Coming) -> str:
    """Return why a reader may not say that it loaded an edition: its root is that of the edition.

    It may be said again: fewer participants hold what was withdrawn.
    """
    if coming.code(acts.ROOT) != coming.about.code(acts.ROOT):
        return LOADED_ANOTHER
    return _by_reader(coming)


def _answered(coming: Coming) -> str:
    wrong = _by_author(coming)
    if wrong:
        return wrong
    answered = sum(coming.number(name) for name in acts.SHAPES[acts.VOTE_ANSWERED].needs)
    voted = sum(coming.about.number(name) for name in acts.SHAPES[acts.VOTED].needs)
    return MORE_THAN_VOTED if answered > voted else ""


def _paused(coming: Coming) -> str:
    return _by_author(coming) or (PAUSED_BEFORE if is_paused(coming.seen) else "")


def _resumed(coming: Coming) -> str:
    return _by_author(coming) or ("" if is_paused(coming.seen) else NOT_PAUSED)


RULES: Final = Rules(
    kind=acts.KIND,
    shapes=acts.SHAPES,
    opening=acts.OPENED,
    checks=MappingProxyType(
        {
            acts.EDITION: _edition,
            acts.LOADED: _loaded,
            acts.DIFFERED: _by_reader,
            acts.VOTED: _by_reader,
            acts.VOTE_ANSWERED: _answered,
            acts.PAUSED: _paused,
            acts.RESUMED: _resumed,
            acts.CLOSED: _by_author,
        }
    ),
    answers=MappingProxyType(
        {
            acts.LOADED: (acts.EDITION,),
            acts.DIFFERED: (acts.EDITION,),
            acts.VOTED: (acts.EDITION,),
            acts.VOTE_ANSWERED: (acts.VOTED,),
        }
    ),
    ends=(acts.CLOSED,),
    after=(acts.EDITION, acts.LOADED, acts.DIFFERED, acts.VOTE_ANSWERED),
    once=(acts.DIFFERED, acts.VOTE_ANSWERED),
    malformed=acts.malformed,
)
"""An edition may follow the end: what was withdrawn is told to the last."""


def fold_all(entries: Sequence[Entry], parties: Sequence[str]) -> State:
    """Return where a roll stands after all its acts, given in their order."""
    return facts.fold_all(RULES, entries, parties)


def fold(now: State, act: Act, party: str) -> State:
    """Return the state after an act whose author has seen all of it."""
    return facts.fold(RULES, now, act, party)
