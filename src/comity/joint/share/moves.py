"""What each act of a share does: one function a tag, on what its author had seen.

Floor: joint (pure).
"""

from collections.abc import Callable, Mapping
from dataclasses import replace
from types import MappingProxyType
from typing import Final

from comity.acts import shape
from comity.joint.share import acts, positions
from comity.joint.share import coming as seen
from comity.joint.share.coming import Coming
from comity.joint.share.state import (
    Ask,
    Bundle,
    Declaration,
    Destruction,
    Dispute,
    Giving,
    Marking,
    Retraction,
    State,
    Stop,
    Take,
    Use,
)

type Moved = State | str
"""The state after an act, but for its turn; or why it does nothing."""


def open_share(now: State, coming: Coming) -> Moved:
    """Give something, or declare that there is nothing to give."""
    act = coming.act
    if act.matter.id != acts.matter_id(coming.party, act.id):
        return shape.MATTER_OF_ANOTHER
    if now.giving is not None or now.declaration is not None:
        return seen.OPENED_BEFORE
    code, times = act.codes.get, act.times
    if act.tag == acts.DECLARED_NONE:
        category = act.codes[acts.CATEGORY]
        said = Declaration(act.id, coming.party, category, times[acts.FROM], times[acts.TO])
        return replace(now, declaration=said)
    giving = Giving(
        id=act.id,
        party=coming.party,
        category=act.codes[acts.CATEGORY],
        mark=act.codes[acts.MARK],
        offered=acts.count(act, acts.OFFERED),
        asks=code(acts.ASKS, ""),
        origin=code(acts.ORIGIN, ""),
        series=code(acts.SERIES, ""),
        valid_until_ms=times[acts.VALID_UNTIL],
        observed_from_ms=times.get(acts.OBSERVED_FROM),
        observed_to_ms=times.get(acts.OBSERVED_TO),
        asked_by_ms=times.get(acts.ASKED_BY),
        at=coming.at,
    )
    return replace(now, giving=giving, bundles=(_bundle(coming),))


def _bundle(coming: Coming) -> Bundle:
    act = coming.act
    objects, samples = acts.count(act, acts.OBJECTS), acts.count(act, acts.SAMPLES)
    return Bundle(act.id, objects, samples, coming.at)


def _add(now: State, coming: Coming) -> Moved:
    if seen.is_retracted(now):
        return seen.RETRACTED_BEFORE
    return replace(now, bundles=(*now.bundles, _bundle(coming)))


def _mark(now: State, coming: Coming) -> Moved:
    mark, is_whole = coming.act.codes[acts.MARK], not coming.act.items
    every = positions.whole(seen.objects(now))
    named = every if is_whole else seen.meant(now, coming, 1)
    if not named and not is_whole:
        return seen.POSITION_UNKNOWN
    before = [(one, positions.common(under, named)) for one, under in seen.levels(now)]
    of_all = seen.mark_of_all(now)
    if all(one == mark for one, under in before if under) and (not is_whole or of_all == mark):
        return seen.MARKED_BEFORE
    narrowed = positions.united(*(under for one, under in before if seen.is_narrower(mark, one)))
    is_narrower = bool(narrowed) or (is_whole and seen.is_narrower(mark, of_all))
    made = Marking(coming.act.id, mark, is_whole, named, is_narrower, narrowed, coming.at)
    return replace(now, markings=(*now.markings, made))


def _retract(now: State, coming: Coming) -> Moved:
    is_whole = not coming.act.items
    named = positions.whole(seen.objects(now)) if is_whole else seen.meant(now, coming, 1)
    if not named and not is_whole:
        return seen.POSITION_UNKNOWN
    is_news = is_whole or bool(positions.without(named, seen.retracted(now)))
    if seen.is_retracted(now) or not is_news:
        return seen.RETRACTED_BEFORE
    unseen = tuple(one.at for one in now.disputes if one.at in coming.unseen)
    reason = coming.act.codes[acts.REASON]
    made = Retraction(coming.act.id, reason, is_whole, named, coming.at, unseen)
    return replace(now, retractions=(*now.retractions, made))


def _take(now: State, coming: Coming) -> Moved:
    bundle = seen.answered(now, coming)
    if not bundle:
        return seen.NO_SHARE
    if any(one.party == coming.party and one.bundle == bundle for one in now.takes):
        return seen.TAKEN_BEFORE
    act = coming.act
    named = tuple(one for one in seen.meant(now, coming, bundle) if one.bundle == bundle)
    if act.items and not named:
        return seen.POSITION_UNKNOWN
    valid, invalid = acts.count(act, acts.VALID), acts.count(act, acts.INVALID)
    is_whole = valid + invalid == now.bundles[bundle - 1].objects
    if not is_whole or positions.number(named) > invalid:
        return seen.COUNTS_UNCLEAR
    known = acts.count(act, acts.KNOWN) if acts.KNOWN in act.codes else None
    duplicate = acts.count(act, acts.DUPLICATE)
    made = Take(coming.party, bundle, valid, invalid, duplicate, known, named, coming.at)
    return replace(now, takes=(*now.takes, made))


def _dispute(now: State, coming: Coming) -> Moved:
    bundle = seen.answered(now, coming)
    if not bundle:
        return seen.NO_SHARE
    act = coming.act
    counts = seen.objects(now, coming.unseen)
    every = tuple(one for one in positions.whole(counts) if one.bundle == bundle)
    named = seen.meant(now, coming, bundle) if act.items else every
    if act.items and not named:
        return seen.POSITION_UNKNOWN
    unseen = tuple(one.at for one in now.retractions if one.at in coming.unseen)
    made = Dispute(act.id, coming.party, act.codes[acts.REASON], named, coming.at, unseen)
    if seen.covers_dispute(now, made, coming.unseen):
        return seen.RETRACTED_BEFORE
    own = [one for one in now.disputes if (one.party, one.reason) == (coming.party, made.reason)]
    if any(not positions.without(named, one.positions) for one in own):
        return seen.DISPUTED_BEFORE
    return replace(now, disputes=(*now.disputes, made))


def _uphold(now: State, coming: Coming) -> Moved:
    found = [
        one for one in now.disputes if one.id == coming.act.answers and one.at not in coming.unseen
    ]
    about = next((one for one in found if not one.upheld), found[0] if found else None)
    if about is None:
        return seen.NO_DISPUTE
    if about.upheld or seen.covers_dispute(now, about):
        return seen.SETTLED_BEFORE
    upheld = replace(about, upheld=coming.act.codes[acts.REASON])
    return replace(now, disputes=tuple(upheld if one is about else one for one in now.disputes))


def _ask(now: State, coming: Coming) -> Moved:
    bundle = seen.answered(now, coming)
    if not bundle or now.giving is None:
        return seen.NO_SHARE
    if not now.giving.offered:
        return seen.NOTHING_OFFERED
    named = seen.meant(now, coming, bundle)
    if coming.act.items and not named:
        return seen.POSITION_UNKNOWN
    return replace(now, asks=(*now.asks, Ask(coming.party, named, coming.at)))


def _use(now: State, coming: Coming) -> Moved:
    act = coming.act
    counts = acts.uses(act)
    had = [one for one in now.bundles if one.at not in coming.unseen]
    if max(counts.values()) > max(1, sum(one.objects + one.samples for one in had)):
        return seen.COUNTS_UNCLEAR
    own = [one for one in now.uses if one.party == coming.party]
    corrects = act.codes.get(acts.CORRECTS, "")
    if corrects and all(one.id != corrects for one in own):
        return seen.NOTHING_CORRECTED
    if own and not corrects:
        if own[-1].is_final:
            return seen.FINAL_BEFORE
        if any(counts.get(use, 0) < before for use, before in own[-1].counts.items()):
            return seen.COUNT_FALLS
    made = Use(
        act.id,
        coming.party,
        MappingProxyType(dict(counts)),
        acts.FINAL in act.codes,
        act.times.get(acts.FIRST_SEEN),
        act.times.get(acts.LAST_SEEN),
        coming.at,
    )
    return replace(now, uses=(*now.uses, made))


def _stop(now: State, coming: Coming) -> Moved:
    act = coming.act
    narrower = [one for one in now.markings if one.is_narrower]
    takings: list[Retraction | Marking] = [*now.retractions, *narrower]
    owed = [one.at for one in takings if one.id == act.answers and one.at not in coming.unseen]
    if not owed:
        return seen.NOTHING_OWED
    own = [one for one in now.stops if one.party == coming.party and one.of == owed[0]]
    if own and own[-1].is_final:
        return seen.FINAL_BEFORE
    made = Stop(
        coming.party,
        owed[0],
        acts.count(act, acts.TOLD),
        acts.count(act, acts.CONFIRMED),
        acts.count(act, acts.OPEN),
        acts.FINAL in act.codes,
        coming.at,
    )
    return replace(now, stops=(*now.stops, made))


def _destroy(now: State, coming: Coming) -> Moved:
    blobs = tuple(dict.fromkeys(shape.under(coming.act, acts.BLOB).values()))
    made = Destruction(coming.party, coming.act.codes[acts.REASON], blobs, coming.at)
    return replace(now, destructions=(*now.destructions, made))


MOVES: Final[Mapping[str, Callable[[State, Coming], Moved]]] = MappingProxyType(
    {
        acts.ADDED: _add,
        acts.MARKED: _mark,
        acts.RETRACTED: _retract,
        acts.TAKEN: _take,
        acts.DISPUTED: _dispute,
        acts.UPHELD: _uphold,
        acts.SAMPLE_ASKED: _ask,
        acts.USED: _use,
        acts.STOPPED: _stop,
        acts.DESTROYED: _destroy,
    }
)
