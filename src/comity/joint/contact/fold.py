"""What a history of contact points means: `fold(state, act) -> state`, total.  It never raises.

What an act does follows from what its author had seen, and from nothing else: so acts that
crossed do the same in whatever order they are folded.

Floor: joint (pure).
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Final

from comity.acts import shape, turns
from comity.acts.record import Act
from comity.acts.turns import Entry, Turn
from comity.joint.contact import acts, state
from comity.joint.contact.state import Publication, State, Trial, Withdrawal

NOT_ENTITLED: Final = "not-entitled"
NOTHING_PUBLISHED: Final = "nothing-published"
ENTRY_UNKNOWN: Final = "entry-unknown"
WITHDRAWN_BEFORE: Final = "withdrawn-before"
PUBLISHED_BEFORE: Final = "published-before"


def fold_all(entries: Sequence[Entry], parties: Sequence[str]) -> State:
    """Return where they stand after all their acts, given in their order.

    Args:
        entries: as the order of the matter has them.
        parties: of the channel, in the arrangement's order.
    """
    return turns.fold_all(State(tuple(parties)), entries, fold)


def fold(
    now: State,
    act: Act,
    party: str,
    *,
    at_ms: int | None = None,
    unseen: frozenset[int] = frozenset(),
) -> State:
    """Return the state after one act.

    Args:
        now: state before it.
        act: what was said.
        party: its author.
        at_ms: effective time at which every other party held it, or None.
        unseen: positions of the turns of effect that its author had not seen.
    """
    moved = _moved(now, act, party, at_ms, unseen)
    is_effective = isinstance(moved, State)
    turn = Turn(
        act_id=act.id,
        party=party,
        tag=act.tag,
        result=moved if isinstance(moved, str) else act.tag.partition(".")[2].partition("/")[0],
        is_effective=is_effective,
        answers=act.answers,
        reason=act.codes.get(acts.REASON, ""),
        items=act.items,
        crossed=bool(unseen),
        received_at_ms=at_ms,
    )
    after = moved if isinstance(moved, State) else now
    return replace(after, turns=(*now.turns, turn))


def _moved(
    now: State, act: Act, party: str, at_ms: int | None, unseen: frozenset[int]
) -> State | str:
    """Return the state after an act, but for its turn; or why it does nothing."""
    malformed = acts.check(act)
    if malformed:
        return malformed
    if party not in now.parties:
        return shape.NO_PARTY
    is_owner = party == act.matter.id
    if act.tag == acts.PUBLISHED:
        return _publish(now, act, at_ms) if is_owner else shape.MATTER_OF_ANOTHER
    if is_owner != (act.tag == acts.WITHDRAWN):
        return NOT_ENTITLED
    named = _named(now, act, unseen)
    return named if isinstance(named, str) else _judge(now, act, party, named)


def _named(now: State, act: Act, unseen: frozenset[int]) -> Mapping[str, str] | str:
    """Return the entries that an act is about, with their hashes; or why it is about none."""
    about = next(
        (one for one in now.publications if one.id == act.answers and one.at not in unseen), None
    )
    if about is None:
        return NOTHING_PUBLISHED
    if not {*act.items} <= about.entries.keys():
        return ENTRY_UNKNOWN
    named = {name: about.entries[name] for name in act.items or about.entries}
    return named if left(now, named, unseen) else WITHDRAWN_BEFORE


def _judge(now: State, act: Act, party: str, named: Mapping[str, str]) -> State:
    if act.tag == acts.WITHDRAWN:
        made = Withdrawal(named, act.codes[acts.REASON], len(now.turns))
        return replace(now, withdrawals=(*now.withdrawals, made))
    tried = Trial(
        id=act.id,
        party=party,
        says=state.PROVED if act.tag == acts.PROVED else state.FAILED,
        entries=named,
        reason=act.codes.get(acts.REASON, ""),
        matter=act.codes.get(acts.MATTER, ""),
        reached_at_ms=act.times[acts.REACHED_AT],
        at=len(now.turns),
    )
    return replace(now, trials=(*now.trials, tried))


def _publish(now: State, act: Act, at_ms: int | None) -> State | str:
    entries = shape.under(act, acts.ENTRY)
    newest = now.publications[-1] if now.publications else None
    if newest is not None and newest.sha256 == act.documents[0].sha256 and left(now, entries):
        return PUBLISHED_BEFORE
    made = Publication(act.id, act.documents[0].sha256, entries, len(now.turns), at_ms)
    return replace(now, owner=act.matter.id, publications=(*now.publications, made))


def left(
    now: State, entries: Mapping[str, str], unseen: frozenset[int] = frozenset()
) -> Mapping[str, str]:
    """Return those of some entries that were not taken back since they were published last."""
    since = {
        (name, sha256): one.at
        for one in now.publications
        if one.at not in unseen
        for name, sha256 in one.entries.items()
    }
    gone = {
        named
        for one in now.withdrawals
        if one.at not in unseen
        for named in one.entries.items()
        if one.at > since[named]
    }
    return {name: sha256 for name, sha256 in entries.items() if (name, sha256) not in gone}
