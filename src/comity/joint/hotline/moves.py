"""What each act of a call does: one function a tag, on what its author had seen.

Floor: joint (pure).
"""

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import replace
from types import MappingProxyType
from typing import Final

from comity.acts import shape
from comity.acts.record import Act
from comity.joint.hotline import acts, state
from comity.joint.hotline import coming as seen
from comity.joint.hotline.coming import Coming
from comity.joint.hotline.state import (
    Call,
    Carriage,
    CarriageAnswer,
    Ending,
    Plan,
    Raising,
    ReadBack,
    Said,
    Share,
    State,
    Step,
    Summary,
    Track,
    Voice,
)

type Moved = State | str
"""The state after an act, but for its turn; or why it does nothing."""


def name_of(act: Act) -> str:
    """Return what an act of effect did: the verb of its tag."""
    return act.tag.partition(".")[2].partition("/")[0]


def _plan(now: State, coming: Coming) -> Moved:
    act = coming.act
    if act.matter.id != acts.matter_id(coming.party, act.id):
        return shape.MATTER_OF_ANOTHER
    if now.plan is not None or now.call is not None:
        return seen.OPENED_BEFORE
    plan = Plan(
        act.id,
        coming.party,
        act.codes[acts.DRILL_KIND],
        act.codes[acts.COMMIT],
        act.times[acts.FROM],
        act.times[acts.UNTIL],
        coming.at,
    )
    return replace(now, plan=plan)


def _join(now: State, coming: Coming) -> Moved:
    plan = now.plan
    if plan is None or plan.at in coming.unseen or coming.act.answers != plan.id:
        return seen.NO_PLAN
    if coming.party == plan.party:
        return seen.NOT_ENTITLED
    if any(one.party == coming.party for one in plan.shares):
        return seen.JOINED_BEFORE
    if now.call is not None and now.call.at not in coming.unseen:
        return seen.CLOSED_BEFORE
    share = Share(coming.party, coming.act.codes[acts.SALT], coming.at)
    return replace(now, plan=replace(plan, shares=(*plan.shares, share)))


def _call(now: State, coming: Coming) -> Moved:
    act = coming.act
    wrong = _wrong_opening(now, coming)
    if wrong:
        return wrong
    others = [party for party in now.parties if party != coming.party]
    named = list(dict.fromkeys(one.party for one in act.to)) or others
    if not named or not {*named} <= {*others}:
        return seen.PARTY_UNKNOWN
    call = Call(
        id=act.id,
        party=coming.party,
        ground=act.codes[acts.GROUND],
        level=int(act.codes[acts.LEVEL]),
        is_drill=bool(coming.code(acts.DRILL) or act.tag == acts.DRILL_BEGUN),
        nonce=coming.code(acts.NONCE),
        voice=coming.code(acts.VOICE),
        word_by_ms=act.times[acts.WORD_BY],
        happened_at_ms=act.times.get(acts.HAPPENED_AT),
        items=act.items,
        at=coming.at,
    )
    return replace(now, call=call, tracks=tuple(Track(party) for party in named))


def _wrong_opening(now: State, coming: Coming) -> str:
    """Return why a call opens no matter, or begins no drill that was planned; or ""."""
    plan, nonce = now.plan, coming.code(acts.NONCE)
    if coming.act.tag == acts.CALLED:
        is_ours = coming.act.matter.id == acts.matter_id(coming.party, coming.act.id)
        is_first = plan is None and now.call is None
        return shape.MATTER_OF_ANOTHER if not is_ours else "" if is_first else seen.OPENED_BEFORE
    if plan is None or plan.id != coming.act.answers or plan.at in coming.unseen:
        return seen.NO_PLAN
    if plan.party != coming.party:
        return seen.NOT_ENTITLED
    if hashlib.sha256(bytes.fromhex(nonce)).hexdigest() != plan.commit:
        return seen.NONCE_DIFFERS
    return "" if now.call is None else seen.OPENED_BEFORE


OPENINGS: Final[Mapping[str, Callable[[State, Coming], Moved]]] = MappingProxyType(
    {
        acts.DRILL_PLANNED: _plan,
        acts.DRILL_JOINED: _join,
        acts.DRILL_BEGUN: _call,
        acts.CALLED: _call,
    }
)


def _with_track(now: State, track: Track) -> State:
    return replace(
        now, tracks=tuple(track if one.party == track.party else one for one in now.tracks)
    )


def _pick_up(now: State, coming: Coming, _call: Call) -> Moved:
    """Pick it up; said again it is a newer promise."""
    track = now.track(coming.party)
    if track is None:
        return seen.NOT_CALLED
    promised = coming.act.times.get(acts.NEXT_WORD_AT, track.next_word_at_ms)
    if track.picked_up:
        if promised == track.next_word_at_ms:
            return seen.PICKED_UP_BEFORE
        return _with_track(now, replace(track, next_word_at_ms=promised, promised_at=coming.at))
    picked_up = replace(
        track,
        picked_up=coming.act.id,
        picked_up_at=coming.at,
        voice=coming.code(acts.VOICE),
        next_word_at_ms=promised,
        promised_at=_promised_at(coming, track),
    )
    return _with_track(now, picked_up)


def _take(now: State, coming: Coming, _call: Call) -> Moved:
    """Take it: at a higher level, or by another office of the same level, to whom it is handed."""
    track = now.track(coming.party)
    if track is None:
        return seen.NOT_CALLED
    taken = int(coming.act.codes[acts.LEVEL])
    agency, office = coming.act.codes[acts.AGENCY], coming.code(acts.OFFICE)
    is_same = (track.level, track.agency, track.office) == (taken, agency, office)
    if taken < track.level or is_same:
        return seen.TAKEN_BEFORE
    by = replace(
        track,
        picked_up=track.picked_up or coming.act.id,
        picked_up_at=coming.at if track.picked_up_at is None else track.picked_up_at,
        taken=coming.act.id,
        level=taken,
        agency=agency,
        office=office,
        next_word_at_ms=coming.act.times.get(acts.NEXT_WORD_AT, track.next_word_at_ms),
        promised_at=_promised_at(coming, track),
        first_taken_at=coming.at if track.first_taken_at is None else track.first_taken_at,
        taken_at=coming.at if taken > track.level else track.taken_at,
    )
    return _with_track(now, by)


def _promised_at(coming: Coming, track: Track) -> int | None:
    return coming.at if acts.NEXT_WORD_AT in coming.act.times else track.promised_at


def _raise(now: State, coming: Coming, _call: Call) -> Moved:
    raised = int(coming.act.codes[acts.LEVEL])
    if raised <= seen.level(now, coming.unseen):
        return seen.NOT_HIGHER
    made = Raising(coming.party, raised, coming.act.codes[acts.REASON], coming.at)
    return replace(now, raisings=(*now.raisings, made))


def _say(now: State, coming: Coming, _call: Call) -> Moved:
    instead = coming.code(acts.INSTEAD)
    if instead:
        before = seen.find(now.said, instead, coming)
        if before is None:
            return seen.NOTHING_SAID
        if before.party != coming.party:
            return seen.NOT_ENTITLED
        if seen.is_replaced(now, before):
            return seen.REPLACED_BEFORE
    made = Said(
        id=coming.act.id,
        party=coming.party,
        sort=coming.act.codes[acts.SORT],
        points=acts.points(coming.act),
        wants_read_back=bool(coming.code(acts.READ_BACK_DUE)),
        instead=instead,
        act_by_ms={
            name.removeprefix(acts.ACT_BY): at_ms for name, at_ms in coming.act.times.items()
        },
        at=coming.at,
    )
    return replace(now, said=(*now.said, made))


def _read_back(now: State, coming: Coming, _call: Call) -> Moved:
    about = seen.find(now.said, coming.act.answers, coming)
    if about is None:
        return seen.NOTHING_SAID
    if about.party == coming.party:
        return seen.NOT_ENTITLED
    if seen.is_replaced(now, about, coming.unseen):
        return seen.REPLACED_BEFORE
    made = ReadBack(coming.act.id, coming.party, coming.at)
    return _with_said(now, replace(about, read_backs=(*about.read_backs, made)))


def _with_said(now: State, said: Said) -> State:
    return replace(now, said=tuple(said if one.at == said.at else one for one in now.said))


def _judge(now: State, coming: Coming, _call: Call) -> Moved:
    """Confirm a read-back of what was said, or correct it: once, by the speaker."""
    found = next(
        (
            (said, one)
            for said in now.said
            for one in said.read_backs
            if one.id == coming.act.answers
            and one.party != coming.party
            and one.at not in coming.unseen
        ),
        None,
    )
    if found is None:
        return seen.NOTHING_SAID
    said, about = found
    if said.party != coming.party:
        return seen.NOT_ENTITLED
    if about.says:
        return seen.ANSWERED_BEFORE
    is_good = coming.act.tag == acts.CONFIRMED
    judged = replace(
        about,
        says=state.CONFIRMED if is_good else state.CORRECTED,
        reason=coming.code(acts.REASON),
        points=coming.act.items,
    )
    read_backs = tuple(judged if one is about else one for one in said.read_backs)
    return _with_said(now, replace(said, read_backs=read_backs))


def _carry(now: State, coming: Coming, _call: Call) -> Moved:
    sheet = coming.code(acts.SHEET)
    if sheet and any(one.party == coming.party and one.sheet == sheet for one in now.carriages):
        return seen.SHEET_USED
    made = Carriage(
        id=coming.act.id,
        party=coming.party,
        carrier=coming.act.codes[acts.CARRIER],
        outcome=coming.act.codes[acts.OUTCOME],
        contact=coming.code(acts.CONTACT),
        sheet=sheet,
        heard=coming.code(acts.HEARD),
        began_ms=coming.act.times[acts.BEGAN],
        ended_ms=coming.act.times.get(acts.ENDED),
        at=coming.at,
    )
    return replace(now, carriages=(*now.carriages, made))


def _answer_carriage(now: State, coming: Coming, call: Call) -> Moved:
    """Confirm what another carrier did, by the code that was read aloud; or dispute it."""
    about = seen.find(now.carriages, coming.act.answers, coming)
    if about is None:
        return seen.NOTHING_SAID
    if about.party == coming.party:
        return seen.NOT_ENTITLED
    if any(one.party == coming.party for one in about.answers):
        return seen.ANSWERED_BEFORE
    answer = CarriageAnswer(
        party=coming.party,
        says=state.CONFIRMED if coming.act.tag == acts.CARRIED_CONFIRMED else state.DISPUTED,
        reason=coming.code(acts.REASON),
        is_proved=_proved(now, coming, call, about.heard),
        at=coming.at,
    )
    answered = replace(about, answers=(*about.answers, answer))
    carriages = tuple(answered if one is about else one for one in now.carriages)
    return replace(now, carriages=carriages)


def _proved(now: State, coming: Coming, call: Call, heard: str) -> bool | None:
    """Return whether the code that was heard is the one that this party had committed to."""
    nonce, track = coming.code(acts.NONCE), now.track(coming.party)
    committed = call.voice if coming.party == call.party else track.voice if track else ""
    if not nonce:
        return None
    return bool(heard and committed) and seen.voice_commitment(nonce, heard) == committed


def _sum_up(now: State, coming: Coming, _call: Call) -> Moved:
    owners, times = shape.under(coming.act, acts.OWNER), coming.act.times
    steps = tuple(
        Step(party, code, owners.get(party, ""), times.get(f"{acts.DUE}{party}"))
        for party, code in shape.under(coming.act, acts.NEXT).items()
    )
    if not {one.party for one in steps} <= {*now.parties}:
        return seen.PARTY_UNKNOWN
    made = Summary(
        coming.act.id,
        coming.party,
        coming.act.codes[acts.OUTCOME],
        steps,
        coming.act.items,
        coming.at,
    )
    return replace(now, summaries=(*now.summaries, made))


def _answer_summary(now: State, coming: Coming, _call: Call) -> Moved:
    """Agree to a summary, or dispute it; who disputed may agree later, and not the other way."""
    about = seen.find(now.summaries, coming.act.answers, coming)
    if about is None:
        return seen.NOTHING_SAID
    if about.party == coming.party:
        return seen.NOT_ENTITLED
    agrees = coming.act.tag == acts.AGREED
    says = state.AGREED if agrees else state.DISPUTED
    before = {one.says for one in about.voices if one.party == coming.party}
    if state.AGREED in before or says in before:
        return seen.ANSWERED_BEFORE
    code = coming.code(acts.SCOPE) if agrees else coming.code(acts.REASON)
    heard = replace(about, voices=(*about.voices, Voice(coming.party, says, code, coming.at)))
    summaries = tuple(heard if one is about else one for one in now.summaries)
    return replace(now, summaries=summaries)


def _end(now: State, coming: Coming, call: Call) -> Moved:
    """Close the call; or call it off, by the caller, who has not seen anybody pick it up."""
    if coming.act.tag == acts.CALLED_OFF:
        if coming.party != call.party:
            return seen.NOT_ENTITLED
        picked_up = (one.picked_up_at for one in now.tracks if one.picked_up_at is not None)
        if any(at not in coming.unseen for at in picked_up):
            return seen.PICKED_UP_BEFORE
    ending = Ending(coming.party, name_of(coming.act), coming.act.codes[acts.REASON], coming.at)
    return replace(now, endings=(*now.endings, ending))


MOVES: Final[Mapping[str, Callable[[State, Coming, Call], Moved]]] = MappingProxyType(
    {
        acts.PICKED_UP: _pick_up,
        acts.TAKEN: _take,
        acts.RAISED: _raise,
        acts.SAID: _say,
        acts.READ_BACK: _read_back,
        acts.CONFIRMED: _judge,
        acts.CORRECTED: _judge,
        acts.CARRIED: _carry,
        acts.CARRIED_CONFIRMED: _answer_carriage,
        acts.CARRIED_DISPUTED: _answer_carriage,
        acts.SUMMED_UP: _sum_up,
        acts.AGREED: _answer_summary,
        acts.DISPUTED: _answer_summary,
        acts.CALLED_OFF: _end,
        acts.CLOSED: _end,
    }
)
