"""What may be said now: a command on a state gives an act, or says why not.

What is decided takes effect, because it is decided by folding: an act is admitted if it
would have an effect on the state as it is, and the guideline, where there is one, has
nothing against it.  The same `admit` is asked again in the transaction that appends the act
(protocol rule 17).

Floor: joint (pure).
"""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Final

from comity.acts.record import Act, Addressee
from comity.acts.verb import Given, spelled
from comity.joint.request import (
    acts,
    answerable,
    dates,
    fold,
    ladder,
    measure,
    refusals,
    rules,
    state,
    table,
)
from comity.joint.request.acts import NO_PARTS, About, Asked, Parts, Saying
from comity.joint.request.ladder import Flaw
from comity.joint.request.rules import Rules
from comity.joint.request.state import EMPTY, State, Track
from comity.joint.request.verbs import BY_TAG
from comity.kernel.fault import quoted
from comity.kernel.inadmissible import Inadmissible

_NOTHING: Final[Given] = MappingProxyType({})


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
        return refusals.no(next(iter(result.results.values())), act)
    against = rules.untrue(now, act, party)
    against = against or (rules.problem(agreed, now, act) if agreed else "")
    against = against or next((one.name for one in step_flaws(now, act, party, agreed)), "")
    return refusals.no(against, act) if against else None


def step_flaws(
    now: State, act: Act, party: str, agreed: Rules | None, now_ms: int | None = None
) -> Iterator[Flaw]:
    """Give everything that is against the steps that an act tells; nothing of another act."""
    if act.tag != acts.STEP_TOLD:
        return iter(())
    kind = agreed.of(now.type) if agreed else None
    steps = ladder.NO_LADDER if kind is None else kind.ladder
    told = measure.told(act, party, len(now.turns))
    return ladder.flaws(now, party, told, steps if agreed else None, now_ms)


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
        return refusals.no(table.NO_REQUEST)
    if by.party != now.asker and now.track(by.party) is None:
        return refusals.no(table.NOT_ENTITLED)
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


def decided(  # noqa: PLR0913 -- what is said, and what the file beside it names
    now: State,
    by: By,
    tag: str,
    given: Given = _NOTHING,
    *,
    elements: tuple[str, ...] = (),
    items: tuple[str, ...] = (),
    now_ms: int | None = None,
) -> Act | Inadmissible:
    """Return the act of a verb; what it answers and whom it concerns is filled in if not named.

    Args:
        now: state as it is.
        by: who speaks.
        tag: of the verb.
        given: values of its fields, as the table of verbs names them.
        elements: that the file has values for.
        items: the same, where no field names any.
        now_ms: the clock of the speaker; with it, a consultation on what is refused is waited for
            until the date that it names, where the ground asks for one.
    """
    if tag == acts.OPENED and by.rules is None:
        return refusals.no(rules.OPENING_NOT_AGREED)
    said = spelled(BY_TAG[tag], given)
    parts = Parts(said.codes, said.items or items, elements, said.times, said.to)
    about_act = said.answers or _newest(now, by.party, tag, parts)
    act = say(now, by, tag, _COMPLETED.get(tag, _as_given)(now, parts), about_act)
    if tag != acts.REFUSED or isinstance(act, Inadmissible) or now_ms is None:
        return act
    against = dates.problem(now, act, by.party, now_ms)
    return refusals.no(against, act) if against else act


type Say = Callable[[State, By], Act | Inadmissible]


def saying(
    tag: str,
    given: Given = _NOTHING,
    *,
    elements: tuple[str, ...] = (),
    items: tuple[str, ...] = (),
) -> Say:
    """Return what says a verb in whatever state there is then."""
    return lambda now, by: decided(now, by, tag, given, elements=elements, items=items)


def _newest(now: State, party: str, tag: str, parts: Parts) -> str:
    """Return the newest act that one of a tag can answer; of conditions, one that has them all."""
    found = answerable.ids(now, party, tag)
    if tag == acts.CONDITION_WAIVED:
        named, track = {*parts.codes.values()}, now.track(party)
        held = {one.id: {*one.codes.values()} for one in (track.threads if track else ())}
        found = (one for one in found if named <= held[one])
    return next(found, "")


def _as_given(_: State, parts: Parts) -> Parts:
    return parts


def _to_undecided(now: State, parts: Parts) -> Parts:
    return _to(parts, (t.party for t in now.tracks if t.status in table.OPEN), now.tracks)


def _to_decided(now: State, parts: Parts) -> Parts:
    return _to(parts, (t.party for t in now.tracks if t.status in table.DECIDED), now.tracks)


def _asked_again(now: State, parts: Parts) -> Parts:
    """Ask again for all that these parties have decided, and ask those that have decided it."""
    asked = [track for track in now.tracks if not parts.to or track.party in parts.to]
    tracks = [track for track in asked if track.status != table.WITHDRAWN] or asked
    again = parts.items or tuple(i for i in now.items if all(_has_decided(t, i) for t in tracks))
    named = again or (state.WHOLE,)
    deciders = (t.party for t in tracks if all(_has_decided(t, item) for item in named))
    return replace(_to(parts, deciders, tracks), items=again or now.items)


def _to(parts: Parts, meant: Iterable[str], tracks: Iterable[Track]) -> Parts:
    """Name the parties that are meant where none is named; every one if none is meant."""
    return replace(parts, to=parts.to or tuple(meant) or tuple(track.party for track in tracks))


def _has_decided(track: Track, item: str) -> bool:
    return track.items.get(item) in state.DECIDED_ITEMS


_COMPLETED: Final[Mapping[str, Callable[[State, Parts], Parts]]] = MappingProxyType(
    {
        acts.STATUS_ASKED: _to_undecided,
        acts.CLOSED: _to_decided,
        acts.REOPENED: _asked_again,
    }
)
"""What names parties: those that it can concern, where the speaker names none."""


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
