"""What may be said now: a command on a state gives an act, or says why not.

What is decided takes effect, because it is decided by folding: an act is admitted if it
would have an effect on the state as it is, and the guideline, where there is one, has
nothing against it.  The same `admit` is asked again in the transaction that appends the act
(protocol rule 17).  This module has what the asker says; `replying` what an addressee says,
`either` what both do.

Floor: joint (pure).
"""

import operator
from collections.abc import Collection
from dataclasses import dataclass

from comity.acts.record import Act, Addressee
from comity.joint.request import acts, fold, noes, rules, state, table
from comity.joint.request.acts import NO_PARTS, About, Asked, Parts, Saying
from comity.joint.request.rules import Rules
from comity.joint.request.state import EMPTY, State, Thread, Track
from comity.kernel.fault import quoted
from comity.kernel.inadmissible import Inadmissible


@dataclass(frozen=True, slots=True)
class By:
    """Who speaks, under which rules.

    Attributes:
        saying: what every act has.
        party: its author.
        rules: of the guideline that the request names, or None.
    """

    saying: Saying
    party: str
    rules: Rules | None = None


def admit(now: State, act: Act, party: str, agreed: Rules | None = None) -> Inadmissible | None:
    """Return why `party` may not say this now, or None if it may."""
    result = fold.fold(now, act, party).turns[-1]
    if not result.takes_effect:
        return noes.no(next(iter(result.results.values())), act)
    against = rules.untrue(now, act, party)
    against = against or (rules.problem(agreed, now, act) if agreed else "")
    return noes.no(against, act) if against else None


def say(
    now: State, by: By, tag: str, parts: Parts = NO_PARTS, answers: str = ""
) -> Act | Inadmissible:
    """Return an act of any tag but the two that ask.

    Args:
        now: state as it is.
        by: who speaks.
        tag: what is said.
        parts: codes, items, elements and times.
        answers: id of the act that it is about, or "" for the submission.
    """
    if not (now.request_id or now.draft_id):
        return noes.no(table.NO_REQUEST)
    if by.party != now.asker and now.track(by.party) is None:
        return noes.no(table.NOT_ENTITLED)
    act = acts.said(tag, by.saying, about(now, answers), parts)
    return admit(now, act, by.party, by.rules) or act


def about(now: State, answers: str = "") -> About:
    """Return which request a state is of, as acts name it."""
    opened_by = now.request_id or now.draft_id
    assert opened_by
    return About(now.matter_id, opened_by, now.asker, answers)


def submit(
    by: By,
    to: tuple[Addressee, ...],
    asked: Asked,
    parties: Collection[str],
    drafted: State = EMPTY,
) -> Act | Inadmissible:
    """Return the act by which a party asks others of the channel's `parties`.

    Args:
        by: who asks.
        to: who is asked.
        asked: what.
        parties: of the channel.
        drafted: state of the matter in which a draft of it was shown, if one was.
    """
    return _strange(by, to, parties) or _admitted(
        drafted, acts.submitted(by.saying, by.party, to, asked, drafted.draft_id), by
    )


def show_draft(
    by: By,
    to: tuple[Addressee, ...],
    asked: Asked,
    parties: Collection[str],
    drafted: State = EMPTY,
) -> Act | Inadmissible:
    """Return the act by which a party shows a draft, or another version of it."""
    return _strange(by, to, parties) or _admitted(
        drafted, acts.draft_shown(by.saying, by.party, to, asked, drafted.draft_id), by
    )


def confirm(now: State, by: By, elements: tuple[str, ...] = ()) -> Act | Inadmissible:
    """Return the act that confirms in writing what was asked orally."""
    return say(now, by, acts.CONFIRMED, Parts(elements=elements))


def clarify(
    now: State, by: By, elements: tuple[str, ...] = (), deficiency: str = ""
) -> Act | Inadmissible:
    """Return the act that supplies what was missing; of the newest deficiency if none is named."""
    about_act = deficiency or newest(now, state.DEFICIENCY)
    return say(now, by, acts.CLARIFIED, Parts(elements=elements), about_act)


def dispute(now: State, by: By, reason: str, deficiency: str = "") -> Act | Inadmissible:
    """Return the act that disputes a deficiency, with a reason."""
    about_act = deficiency or newest(now, state.DEFICIENCY)
    return say(now, by, acts.DEFICIENCY_DISPUTED, Parts({acts.REASON: reason}), about_act)


def accept_condition(now: State, by: By, acceptance: str = "") -> Act | Inadmissible:
    """Return the act by which the asker binds itself to the conditions of an acceptance."""
    about_act = acceptance or newest(now, state.ACCEPTANCE)
    return say(now, by, acts.CONDITION_ACCEPTED, answers=about_act)


def decline_condition(now: State, by: By, acceptance: str = "") -> Act | Inadmissible:
    """Return the act by which the asker declines them."""
    about_act = acceptance or newest(now, state.ACCEPTANCE)
    return say(now, by, acts.CONDITION_DECLINED, answers=about_act)


def ask_status(now: State, by: By) -> Act | Inadmissible:
    """Return the act that asks those that have not decided how far it is."""
    tracks = [track.party for track in now.tracks if track.status in table.OPEN]
    to = tuple(tracks or (track.party for track in now.tracks))
    return say(now, by, acts.STATUS_ASKED, Parts(to=to))


def answer_consultation(
    now: State, by: By, position: str, consultation: str = ""
) -> Act | Inadmissible:
    """Return the act that answers a consultation before a refusal."""
    about_act = consultation or newest(now, state.CONSULTATION)
    parts = Parts({acts.POSITION: position})
    return say(now, by, acts.CONSULTATION_ANSWERED, parts, about_act)


def withdraw(now: State, by: By, reason: str) -> Act | Inadmissible:
    """Return the act that takes back what is still open, or a draft."""
    return say(now, by, acts.WITHDRAWN, Parts({acts.REASON: reason}))


def supersede(now: State, by: By, matter_id: str, error: str) -> Act | Inadmissible:
    """Return the act that takes a request back because another matter stands in its place."""
    return say(now, by, acts.SUPERSEDED, Parts({acts.BY: matter_id, acts.ERROR: error}))


def close(now: State, by: By, reason: str, to: tuple[str, ...] = ()) -> Act | Inadmissible:
    """Return the act that says that nothing more is expected of some addressees.

    None named: of all that have decided.
    """
    decided = tuple(track.party for track in now.tracks if track.status in table.DECIDED)
    named = to or decided or tuple(track.party for track in now.tracks)
    return say(now, by, acts.CLOSED, Parts({acts.REASON: reason}, to=named))


def reopen(
    now: State, by: By, reason: str, items: tuple[str, ...] = (), to: tuple[str, ...] = ()
) -> Act | Inadmissible:
    """Return the act that asks again for these items, or for all that every addressee decided.

    Args:
        now: state as it is.
        by: who asks.
        reason: a code of `codes.REOPENINGS`.
        items: none: all that those addressees decided.
        to: addressees that it concerns; none: those that have decided all of the items.
    """
    asked = [track for track in now.tracks if not to or track.party in to]
    tracks = [track for track in asked if track.status != table.WITHDRAWN] or asked
    again = items or tuple(i for i in now.items if all(_is_decided(t, i) for t in tracks))
    named = again or (state.WHOLE,)
    decided = [track.party for track in tracks if all(_is_decided(track, i) for i in named)]
    concerned = to or tuple(decided or (track.party for track in tracks))
    parts = Parts({acts.REASON: reason}, again or now.items, to=concerned)
    return say(now, by, acts.REOPENED, parts)


def _is_decided(track: Track, item: str) -> bool:
    return track.items.get(item) in state.DECIDED_ITEMS


def report_use(now: State, by: By, use: str, question: str = "") -> Act | Inadmissible:
    """Return the act that accounts for the use of what was given."""
    about_act = question or newest(now, state.USE)
    return say(now, by, acts.USE_REPORTED, Parts({acts.USE: use}), about_act)


def newest(now: State, kind: str, party: str = "") -> str:
    """Return the id of the newest thread of a kind, of one addressee or of all; "" if none."""
    return next((thread.id for thread in threads(now, kind, party)), "")


def threads(now: State, kind: str, party: str = "") -> list[Thread]:
    """Return the threads of a kind, of one addressee or of all, the newest first.

    Those that wait go before what is settled; conditions that hold for nothing do neither.
    """
    tracks = [track for track in now.tracks if party in ("", track.party)]
    waiting = [one for track in tracks for one in track.waiting(kind)]
    settled = [
        one
        for track in tracks
        for one in track.threads
        if one.kind == kind and one.status != state.PENDING
    ]
    by_place = operator.attrgetter("at")
    return [
        *sorted(waiting, key=by_place, reverse=True),
        *sorted(settled, key=by_place, reverse=True),
    ]


def _strange(by: By, to: tuple[Addressee, ...], parties: Collection[str]) -> Inadmissible | None:
    strange = [addressee.party for addressee in to if addressee.party not in parties]
    if not strange:
        return None
    return Inadmissible(
        "request.addressee-unknown",
        f"{quoted(strange[0])} is no party of this channel.",
        f"Name one of: {', '.join(sorted(set(parties) - {by.party}))}.",
    )


def _admitted(now: State, act: Act, by: By) -> Act | Inadmissible:
    return admit(now, act, by.party, by.rules) or act
