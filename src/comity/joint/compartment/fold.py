"""Who may say what in a compartment, having seen which.

Terms are in force once every other party has signed them; of several that are the newest that was
proposed counts, by the author's own order.  What crossed stands: a signature of terms that were
amended meanwhile is of the old ones.

Floor: joint (pure).
"""

from collections.abc import Sequence
from types import MappingProxyType
from typing import Final

from comity.acts import facts
from comity.acts.facts import Coming, Fact, Rules, State
from comity.acts.record import Act
from comity.acts.turns import Entry
from comity.joint.compartment import acts

NOT_IN_FORCE: Final = "not-in-force"
NAMED_BEFORE: Final = "named-before"
ANSWERED_BEFORE: Final = "answered-before"


def terms(now: State) -> tuple[Fact, ...]:
    """Return every proposal of terms."""
    return now.said(acts.PROPOSED, acts.AMENDED)


def is_signed(now: State, one: Fact) -> bool:
    """Return whether every party but the author of terms has signed them."""
    signed = {each.party for each in now.said(acts.SIGNED, about=one)}
    return {*now.others(one.party)} <= signed


def in_force(now: State) -> tuple[Fact, ...]:
    """Return the terms that every party signed: more than one where they crossed."""
    return tuple(one for one in terms(now) if is_signed(now, one))


def _answer(coming: Coming) -> str:
    """Return why terms may not be signed or declined: by another party, once."""
    if coming.party == coming.about.party:
        return facts.NOT_ENTITLED
    said = coming.seen.said(acts.SIGNED, acts.DECLINED, by=coming.party, about=coming.about)
    return ANSWERED_BEFORE if said else ""


def _while_in_force(coming: Coming) -> str:
    return "" if in_force(coming.seen) else NOT_IN_FORCE


def _name(coming: Coming) -> str:
    named = coming.seen.said(acts.READER_NAMED, by=coming.party)
    ended = {one.answers for one in coming.seen.said(acts.READER_ENDED, by=coming.party)}
    same = [
        one
        for one in named
        if one.code(acts.READER) == coming.code(acts.READER) and one.id not in ended
    ]
    return NAMED_BEFORE if same else _while_in_force(coming)


def _object(coming: Coming) -> str:
    return facts.NOT_ENTITLED if coming.party == coming.about.party else ""


def _end(coming: Coming) -> str:
    return "" if coming.party == coming.about.party else facts.NOT_ENTITLED


RULES: Final = Rules(
    kind=acts.KIND,
    shapes=acts.SHAPES,
    opening=acts.PROPOSED,
    checks=MappingProxyType(
        {
            acts.SIGNED: _answer,
            acts.DECLINED: _answer,
            acts.COMMITTED: _while_in_force,
            acts.READER_NAMED: _name,
            acts.READER_OBJECTED: _object,
            acts.READER_ENDED: _end,
            acts.ACCOUNT: _while_in_force,
            acts.CHALLENGED: _object,
        }
    ),
    answers=MappingProxyType(
        {
            acts.SIGNED: (acts.PROPOSED, acts.AMENDED),
            acts.DECLINED: (acts.PROPOSED, acts.AMENDED),
            acts.READER_OBJECTED: (acts.READER_NAMED,),
            acts.READER_ENDED: (acts.READER_NAMED,),
            acts.CHALLENGED: (acts.ACCOUNT,),
        }
    ),
    ends=(acts.CLOSED,),
    after=(acts.READER_ENDED, acts.ACCOUNT, acts.CHALLENGED, acts.BREACH_TOLD),
    once=(acts.READER_OBJECTED, acts.READER_ENDED, acts.CHALLENGED),
    malformed=acts.malformed,
)


def fold_all(entries: Sequence[Entry], parties: Sequence[str]) -> State:
    """Return where a compartment stands after all its acts, given in their order."""
    return facts.fold_all(RULES, entries, parties)


def fold(now: State, act: Act, party: str) -> State:
    """Return the state after an act whose author has seen all of it."""
    return facts.fold(RULES, now, act, party)
