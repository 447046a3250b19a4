"""What a history of a call means: `fold(state, act) -> state`, total.  It never raises.

What an act does follows from what its author had seen, and from nothing else: so acts that
crossed do the same in whatever order they are folded.

Floor: joint (pure).
"""

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Final

from comity.acts import shape
from comity.acts.order import Placed, has_seen
from comity.acts.record import Act
from comity.joint.hotline import acts, state
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
    Turn,
    Voice,
)

NO_CALL: Final = "no-call"
NO_PLAN: Final = "no-plan"
OPENED_BEFORE: Final = "opened-before"
NOT_CALLED: Final = "not-called"
NOT_ENTITLED: Final = "not-entitled"
CLOSED_BEFORE: Final = "closed-before"
PICKED_UP_BEFORE: Final = "picked-up-before"
TAKEN_BEFORE: Final = "taken-before"
NOT_HIGHER: Final = "not-higher"
NONCE_DIFFERS: Final = "nonce-differs"
JOINED_BEFORE: Final = "joined-before"
NOTHING_SAID: Final = "nothing-said"
REPLACED_BEFORE: Final = "replaced-before"
ANSWERED_BEFORE: Final = "answered-before"
PARTY_UNKNOWN: Final = "party-unknown"
SHEET_USED: Final = "sheet-used"

type Entry = tuple[Placed, bool, str, int | None]
"""An act in its place, whether anything before it was not seen, its author, and the
effective time in milliseconds at which it was received, or None."""


@dataclass(frozen=True, slots=True)
class Coming:
    """An act as it comes.

    Attributes:
        act: what is said.
        party: its author.
        at: its position among the turns.
        unseen: positions of the turns of effect that its author had not seen.
    """

    act: Act
    party: str
    at: int
    unseen: frozenset[int] = frozenset()

    def code(self, name: str) -> str:
        """Return a code of the act, or ""."""
        return self.act.codes.get(name, "")


def fold_all(entries: Sequence[Entry], parties: Sequence[str]) -> State:
    """Return where a call stands after all its acts, given in their order.

    Args:
        entries: as the order of the matter has them.
        parties: of the channel, in the arrangement's order.
    """
    now = State(tuple(parties))
    for placed, crossed, party, received_at_ms in entries:
        unseen: frozenset[int] = frozenset()
        if crossed:
            unseen = frozenset(
                at
                for at, turn in enumerate(now.turns)
                if turn.takes_effect and not has_seen(placed, entries[at][0])
            )
        now = fold(now, placed.act, party, at_ms=received_at_ms, unseen=unseen)
    return now


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
    coming = Coming(act, party, len(now.turns), unseen)
    moved = _moved(now, coming)
    is_effective = isinstance(moved, State)
    turn = Turn(
        act_id=act.id,
        party=party,
        tag=act.tag,
        result=_name(act) if isinstance(moved, State) else moved,
        is_effective=is_effective,
        answers=act.answers,
        reason=act.codes.get(acts.REASON, ""),
        items=act.items,
        crossed=bool(unseen),
        received_at_ms=at_ms,
    )
    after = moved if isinstance(moved, State) else now
    return replace(after, turns=(*now.turns, turn))


def level(now: State, unseen: frozenset[int] = frozenset()) -> int:
    """Return the level of the call as far as it was seen: the greatest that was raised."""
    begun = now.call.level if now.call is not None else 0
    return max([begun, *(one.level for one in now.raisings if one.at not in unseen)])


def is_ended(now: State, unseen: frozenset[int] = frozenset()) -> bool:
    """Return whether the call is over, as far as it was seen: ended, or its summary agreed."""
    is_said = any(one.at not in unseen for one in now.endings)
    return is_said or any(is_agreed(now, one, unseen) for one in now.summaries)


def is_agreed(now: State, summary: Summary, unseen: frozenset[int] = frozenset()) -> bool:
    """Return whether every party of the call but the author has agreed, as far as it was seen."""
    if now.call is None:
        return False
    agreed = {
        one.party for one in summary.voices if one.says == state.AGREED and one.at not in unseen
    }
    return {now.call.party, *(one.party for one in now.tracks)} - {summary.party} <= agreed


def instant_ms(plan: Plan, nonce: str, salt: str) -> int:
    """Return the instant that a nonce and a salt draw in the window of a drill.

    `from + SHA-256(nonce, salt) mod (until - from)`, both as 32 bytes; neither side chooses it.
    """
    drawn = hashlib.sha256(bytes.fromhex(nonce) + bytes.fromhex(salt)).digest()
    return plan.from_ms + int.from_bytes(drawn) % (plan.until_ms - plan.from_ms)


def voice_commitment(nonce: str, spoken: str) -> str:
    """Return the commitment of a spoken code: SHA-256 of 32 bytes and the code, 64 hex digits."""
    return hashlib.sha256(bytes.fromhex(nonce) + spoken.encode("ascii")).hexdigest()


def _name(act: Act) -> str:
    """Return what an act of effect did: the verb of its tag."""
    return act.tag.partition(".")[2].partition("/")[0]


type _Moved = State | str


def _moved(now: State, coming: Coming) -> _Moved:
    """Return the state after an act, but for its turn; or why it does nothing."""
    malformed = acts.check(coming.act)
    if malformed:
        return malformed
    if coming.party not in now.parties:
        return shape.NO_PARTY
    if coming.act.tag in _OPENINGS:
        return _OPENINGS[coming.act.tag](now, coming)
    call = now.call
    if call is None or call.at in coming.unseen:
        return NO_CALL
    return _problem(now, coming, call) or _MOVES[coming.act.tag](now, coming, call)


def _problem(now: State, coming: Coming, call: Call) -> str:
    """Return why what is said in a call does nothing, whatever it says, or ""."""
    is_of_call = acts.SHAPES[coming.act.tag].answers == acts.SHAPES[acts.CLOSED].answers
    if is_of_call and coming.act.answers != call.id:
        return NO_CALL
    if coming.party != call.party and now.track(coming.party) is None:
        return NOT_CALLED
    too_late = coming.act.tag in _WHILE_OPEN and is_ended(now, coming.unseen)
    return CLOSED_BEFORE if too_late else ""


_WHILE_OPEN: Final = frozenset(
    {
        acts.PICKED_UP,
        acts.TAKEN,
        acts.RAISED,
        acts.SAID,
        acts.SUMMED_UP,
        acts.AGREED,
        acts.CALLED_OFF,
        acts.CLOSED,
    }
)
"""What is said only while its author has not seen the end of the call.  Read-backs of what was
said, disputes, and what another carrier did are noted afterwards too."""


def _plan(now: State, coming: Coming) -> _Moved:
    act = coming.act
    if act.matter.id != acts.matter_id(coming.party, act.id):
        return shape.MATTER_OF_ANOTHER
    if now.plan is not None or now.call is not None:
        return OPENED_BEFORE
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


def _join(now: State, coming: Coming) -> _Moved:
    plan = now.plan
    if plan is None or plan.at in coming.unseen or coming.act.answers != plan.id:
        return NO_PLAN
    if coming.party == plan.party:
        return NOT_ENTITLED
    if any(one.party == coming.party for one in plan.shares):
        return JOINED_BEFORE
    if now.call is not None and now.call.at not in coming.unseen:
        return CLOSED_BEFORE
    share = Share(coming.party, coming.act.codes[acts.SALT], coming.at)
    return replace(now, plan=replace(plan, shares=(*plan.shares, share)))


def _call(now: State, coming: Coming) -> _Moved:
    act = coming.act
    wrong = _wrong_opening(now, coming)
    if wrong:
        return wrong
    others = [party for party in now.parties if party != coming.party]
    named = list(dict.fromkeys(one.party for one in act.to)) or others
    if not named or not {*named} <= {*others}:
        return PARTY_UNKNOWN
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
        return shape.MATTER_OF_ANOTHER if not is_ours else "" if is_first else OPENED_BEFORE
    if plan is None or plan.id != coming.act.answers or plan.at in coming.unseen:
        return NO_PLAN
    if plan.party != coming.party:
        return NOT_ENTITLED
    if hashlib.sha256(bytes.fromhex(nonce)).hexdigest() != plan.commit:
        return NONCE_DIFFERS
    return "" if now.call is None else OPENED_BEFORE


_OPENINGS: Final[Mapping[str, Callable[[State, Coming], _Moved]]] = MappingProxyType(
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


def _pick_up(now: State, coming: Coming, _call: Call) -> _Moved:
    """Pick it up; said again it is a newer promise."""
    track = now.track(coming.party)
    if track is None:
        return NOT_CALLED
    promised = coming.act.times.get(acts.NEXT_WORD_AT, track.next_word_at_ms)
    if track.picked_up:
        if promised == track.next_word_at_ms:
            return PICKED_UP_BEFORE
        return _with_track(now, replace(track, next_word_at_ms=promised))
    picked_up = replace(
        track,
        picked_up=coming.act.id,
        picked_up_at=coming.at,
        voice=coming.code(acts.VOICE),
        next_word_at_ms=promised,
    )
    return _with_track(now, picked_up)


def _take(now: State, coming: Coming, _call: Call) -> _Moved:
    """Take it: at a higher level, or by another office of the same level, to whom it is handed."""
    track = now.track(coming.party)
    if track is None:
        return NOT_CALLED
    taken = int(coming.act.codes[acts.LEVEL])
    agency, office = coming.act.codes[acts.AGENCY], coming.code(acts.OFFICE)
    is_same = (track.level, track.agency, track.office) == (taken, agency, office)
    if taken < track.level or is_same:
        return TAKEN_BEFORE
    by = replace(
        track,
        picked_up=track.picked_up or coming.act.id,
        picked_up_at=coming.at if track.picked_up_at is None else track.picked_up_at,
        taken=coming.act.id,
        level=taken,
        agency=agency,
        office=office,
        next_word_at_ms=coming.act.times.get(acts.NEXT_WORD_AT, track.next_word_at_ms),
    )
    return _with_track(now, by)


def _raise(now: State, coming: Coming, _call: Call) -> _Moved:
    raised = int(coming.act.codes[acts.LEVEL])
    if raised <= level(now, coming.unseen):
        return NOT_HIGHER
    made = Raising(coming.party, raised, coming.act.codes[acts.REASON], coming.at)
    return replace(now, raisings=(*now.raisings, made))


def _say(now: State, coming: Coming, _call: Call) -> _Moved:
    instead = coming.code(acts.INSTEAD)
    if instead:
        before = _find(now.said, instead, coming)
        if before is None:
            return NOTHING_SAID
        if before.party != coming.party:
            return NOT_ENTITLED
        if is_replaced(now, before):
            return REPLACED_BEFORE
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


def is_replaced(now: State, said: Said, unseen: frozenset[int] = frozenset()) -> bool:
    """Return whether its speaker has said another in its place, as far as it was seen."""
    return any(
        one.instead == said.id and one.party == said.party and one.at not in unseen
        for one in now.said
    )


def _read_back(now: State, coming: Coming, _call: Call) -> _Moved:
    about = _find(now.said, coming.act.answers, coming)
    if about is None:
        return NOTHING_SAID
    if about.party == coming.party:
        return NOT_ENTITLED
    if is_replaced(now, about, coming.unseen):
        return REPLACED_BEFORE
    made = ReadBack(coming.act.id, coming.party, coming.at)
    return _with_said(now, replace(about, read_backs=(*about.read_backs, made)))


def _with_said(now: State, said: Said) -> State:
    return replace(now, said=tuple(said if one.at == said.at else one for one in now.said))


def _judge(now: State, coming: Coming, _call: Call) -> _Moved:
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
        return NOTHING_SAID
    said, about = found
    if said.party != coming.party:
        return NOT_ENTITLED
    if about.says:
        return ANSWERED_BEFORE
    is_good = coming.act.tag == acts.CONFIRMED
    judged = replace(
        about,
        says=state.CONFIRMED if is_good else state.CORRECTED,
        reason=coming.code(acts.REASON),
        points=coming.act.items,
    )
    read_backs = tuple(judged if one is about else one for one in said.read_backs)
    return _with_said(now, replace(said, read_backs=read_backs))


def _carry(now: State, coming: Coming, _call: Call) -> _Moved:
    sheet = coming.code(acts.SHEET)
    if sheet and any(one.party == coming.party and one.sheet == sheet for one in now.carriages):
        return SHEET_USED
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


def _answer_carriage(now: State, coming: Coming, call: Call) -> _Moved:
    """Confirm what another carrier did, by the code that was read aloud; or dispute it."""
    about = _find(now.carriages, coming.act.answers, coming)
    if about is None:
        return NOTHING_SAID
    if about.party == coming.party:
        return NOT_ENTITLED
    if any(one.party == coming.party for one in about.answers):
        return ANSWERED_BEFORE
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
    return bool(heard and committed) and voice_commitment(nonce, heard) == committed


def _sum_up(now: State, coming: Coming, _call: Call) -> _Moved:
    owners, times = shape.under(coming.act, acts.OWNER), coming.act.times
    steps = tuple(
        Step(party, code, owners.get(party, ""), times.get(f"{acts.DUE}{party}"))
        for party, code in shape.under(coming.act, acts.NEXT).items()
    )
    if not {one.party for one in steps} <= {*now.parties}:
        return PARTY_UNKNOWN
    made = Summary(
        coming.act.id,
        coming.party,
        coming.act.codes[acts.OUTCOME],
        steps,
        coming.act.items,
        coming.at,
    )
    return replace(now, summaries=(*now.summaries, made))


def _answer_summary(now: State, coming: Coming, _call: Call) -> _Moved:
    """Agree to a summary, or dispute it; who disputed may agree later, and not the other way."""
    about = _find(now.summaries, coming.act.answers, coming)
    if about is None:
        return NOTHING_SAID
    if about.party == coming.party:
        return NOT_ENTITLED
    agrees = coming.act.tag == acts.AGREED
    says = state.AGREED if agrees else state.DISPUTED
    before = {one.says for one in about.voices if one.party == coming.party}
    if state.AGREED in before or says in before:
        return ANSWERED_BEFORE
    code = coming.code(acts.SCOPE) if agrees else coming.code(acts.REASON)
    heard = replace(about, voices=(*about.voices, Voice(coming.party, says, code, coming.at)))
    summaries = tuple(heard if one is about else one for one in now.summaries)
    return replace(now, summaries=summaries)


def _end(now: State, coming: Coming, call: Call) -> _Moved:
    """Close the call; or call it off, by the caller, who has not seen anybody pick it up."""
    if coming.act.tag == acts.CALLED_OFF:
        if coming.party != call.party:
            return NOT_ENTITLED
        seen = (one.picked_up_at for one in now.tracks if one.picked_up_at is not None)
        if any(at not in coming.unseen for at in seen):
            return PICKED_UP_BEFORE
    ending = Ending(coming.party, _name(coming.act), coming.act.codes[acts.REASON], coming.at)
    return replace(now, endings=(*now.endings, ending))


def _find[Part: (Said, Carriage, Summary)](
    parts: Sequence[Part], act_id: str, coming: Coming
) -> Part | None:
    """Return what an act answers: of one id that was seen, the first by another party.

    Each party has ids of its own, so that several may have one.
    """
    found = [one for one in parts if one.id == act_id and one.at not in coming.unseen]
    others = (one for one in found if one.party != coming.party)
    return next(others, found[0] if found else None)


_MOVES: Final[Mapping[str, Callable[[State, Coming, Call], _Moved]]] = MappingProxyType(
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
