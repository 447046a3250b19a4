"""What a party may say of a request now: every verb is tried, and nothing is said.

    possible(state, By(…), now_ms) -> (Possible("acknowledge", ("acknowledge",)…), …)

A verb that the other side alone may say is left out; of one that may not be said now the reason
is given.  Only `decide` knows what may be said: this asks it, with each code of the closed lists
and each item, so that a screen offers what would be taken and nothing else.

Floor: joint (pure).
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Final

from comity.acts.record import Act
from comity.joint.request import (
    assessing,
    codes,
    decide,
    effects,
    moves,
    noes,
    reasons,
    replying,
    state,
    table,
)
from comity.joint.request.acts import Parts
from comity.joint.request.decide import By
from comity.joint.request.reasons import Reasons
from comity.joint.request.state import State
from comity.kernel.inadmissible import Inadmissible

_NOT_ENTITLED: Final = f"request.{table.NOT_ENTITLED}"
_OTHER: Final = "a" * 26
"""Stands for an id that an officer has not named yet."""

_BLOB: Final = "0" * 64


@dataclass(frozen=True, slots=True)
class Possible:
    """One verb.

    Attributes:
        verb: as `effects` names it; `answer` for each way to answer, `refuse` likewise.
        no: why it may not be said now, or None.
        codes: with which it may be said; empty where it needs none.
        items: that it may name one by one; empty where it names none.
        about: ids of acts that it may be about, the newest first; empty where it names none.
    """

    verb: str
    no: Inadmissible | None = None
    codes: tuple[str, ...] = ()
    items: tuple[str, ...] = ()
    about: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class _Try:
    """What is tried of a verb.

    Attributes:
        codes: that it may have; (`""`,) where it has none.
        act: (state, who, code, items, act that it is about) -> the act, or why not.
        items: whether it names items.
        about: ids of acts that it may be about.
    """

    act: Callable[[State, By, str, tuple[str, ...], str], Act | Inadmissible]
    codes: Reasons | None = None
    items: bool = False
    about: Callable[[State, By], Iterable[str]] | None = None


def possible(now: State, by: By, now_ms: int) -> tuple[Possible, ...]:
    """Return every verb of a party's side, in the order of a request's life.

    Args:
        now: state as it is.
        by: who would speak; an own reference is taken for granted.
        now_ms: the clock of the speaker: a consultation is waited for until its date.
    """
    found = (of_verb(now, by, verb, now_ms) for verb in _TRIES)
    return tuple(one for one in found if one is not None)


def of_verb(
    now: State, by: By, verb: str, now_ms: int, *, is_whole: bool = True
) -> Possible | None:
    """Return what a party may say of one verb; None for one that is not of its side, or unknown.

    Args:
        now: state as it is.
        by: who would speak; an own reference is taken for granted.
        verb: as `effects` names it.
        now_ms: as for `possible`.
        is_whole: whether every way is tried; else none after the first in which it may be said,
            and codes, items and acts are not complete.
    """
    tried = _TRIES.get(verb)
    if tried is None:
        return None
    who = replace(by, saying=replace(by.saying, own_reference="x"))
    return _of(now, who, verb, tried, now_ms, is_whole=is_whole)


def _of(
    now: State, by: By, verb: str, tried: _Try, now_ms: int, *, is_whole: bool
) -> Possible | None:
    found: list[Inadmissible] = []
    good: list[tuple[str, tuple[str, ...], str]] = []
    for code, items, about in _ways(now, by, tried):
        result = tried.act(now, by, code, items, about)
        if verb == effects.REFUSE and isinstance(result, Act):
            result = replying.refuse(now, by, code, items, now_ms)
        if isinstance(result, Inadmissible):
            found.append(result)
            if result.rule == _NOT_ENTITLED:
                break  # whose verb it is does not depend on what it would say
        else:
            good.append((code, items, about))
            if not is_whole:
                break
    if not good:
        no = found[0] if found else noes.no(_EMPTY[verb])
        return None if no.rule == _NOT_ENTITLED else Possible(verb, no)
    return Possible(
        verb,
        codes=tuple(dict.fromkeys(code for code, _, _ in good if code)),
        items=tuple(dict.fromkeys(item for _, items, _ in good for item in items)),
        about=tuple(dict.fromkeys(about for _, _, about in good if about)),
    )


def _ways(now: State, by: By, tried: _Try) -> Iterator[tuple[str, tuple[str, ...], str]]:
    for code in ("",) if tried.codes is None else tried.codes:
        for items in _named(now) if tried.items else ((),):
            for about in ("",) if tried.about is None else tried.about(now, by):
                yield code, items, about


def _named(now: State) -> Iterator[tuple[str, ...]]:
    """Give all items at once, and each by itself where the request lists several."""
    yield ()
    yield from ((item,) for item in now.items)


def _own(now: State, by: By) -> Iterator[str]:
    """Give the acts of a party that took effect, the newest first."""
    return (t.act_id for t in reversed(now.turns) if t.party == by.party and t.takes_effect)


def _others(now: State, by: By) -> Iterator[str]:
    return (t.act_id for t in reversed(now.turns) if t.party != by.party and t.takes_effect)


def _pending(kind: str) -> Callable[[State, By], Iterator[str]]:
    """Return what gives the threads of a kind that wait, the newest first; then what is settled."""

    def found(now: State, by: By) -> Iterator[str]:  # noqa: ARG001 -- as `_Try.about`
        threads = decide.threads(now, kind)
        yield from (one.id for one in threads) if threads else [""]

    return found


def _bound(now: State, by: By) -> Iterator[str]:
    """Give the acceptances of a party whose conditions the asker accepted."""
    track = now.track(by.party)
    for one in reversed(track.threads if track else ()):
        if one.kind == state.ACCEPTANCE and one.status == state.ACCEPTED and one.codes:
            yield one.id


def _waive(now: State, by: By, code: str, items: tuple[str, ...], about: str) -> Act | Inadmissible:  # noqa: ARG001 -- as `_Try.act`
    track = now.track(by.party)
    thread = track.thread(about, state.ACCEPTANCE) if track else None
    if thread is None or code not in thread.codes.values() or code in thread.waived:
        return noes.no(moves.CONDITION_NOT_ACCEPTED)
    return replying.waive_condition(now, by, (code,), about)


def _rated(by: By) -> dict[str, str]:
    """Return a rating of one criterion: whichever the guideline has."""
    known = sorted(by.rules.criteria) if by.rules else ()
    return {next(iter(known), "x"): next(iter(codes.RATINGS))}


_TRIES: Final[Mapping[str, _Try]] = MappingProxyType(
    {
        effects.COMMENT: _Try(lambda now, by, *_: replying.comment(now, by)),
        effects.CONFIRM: _Try(lambda now, by, *_: decide.confirm(now, by)),
        effects.ACKNOWLEDGE: _Try(lambda now, by, *_: replying.acknowledge(now, by)),
        effects.FIND_DEFICIENT: _Try(
            lambda now, by, code, *_: replying.find_deficient(now, by, {}, code),
            reasons.DEFICIENCIES,
        ),
        effects.DISPUTE: _Try(
            lambda now, by, code, _, about: decide.dispute(now, by, code, about),
            reasons.DISPUTES,
            about=_pending(state.DEFICIENCY),
        ),
        effects.CLARIFY: _Try(
            lambda now, by, _code, _, about: decide.clarify(now, by, (), about),
            about=_pending(state.DEFICIENCY),
        ),
        effects.REROUTE: _Try(
            lambda now, by, code, *_: replying.reroute(now, by, "x", code), codes.REROUTINGS
        ),
        effects.ACCEPT: _Try(
            lambda now, by, _, items, _about: replying.accept(now, by, items), items=True
        ),
        effects.ACCEPT_CONDITION: _Try(
            lambda now, by, _code, _, about: decide.accept_condition(now, by, about),
            about=_pending(state.ACCEPTANCE),
        ),
        effects.DECLINE_CONDITION: _Try(
            lambda now, by, _code, _, about: decide.decline_condition(now, by, about),
            about=_pending(state.ACCEPTANCE),
        ),
        effects.WAIVE_CONDITION: _Try(_waive, codes.CONDITIONS, about=_bound),
        effects.ASK_STATUS: _Try(lambda now, by, *_: decide.ask_status(now, by)),
        effects.REPORT_STATUS: _Try(
            lambda now, by, code, *_: replying.report_status(now, by, code), codes.STAGES
        ),
        effects.ANSWER: _Try(
            lambda now, by, _, items, _about: replying.answer(now, by, Parts({}, items)),
            items=True,
        ),
        effects.POSTPONE: _Try(
            lambda now, by, code, *_: replying.postpone(now, by, code, 1), reasons.POSTPONEMENTS
        ),
        effects.RESUME: _Try(lambda now, by, *_: replying.resume(now, by)),
        effects.CONSULT: _Try(
            lambda now, by, code, items, _: replying.consult(now, by, code, 1, items),
            reasons.REFUSALS,
            items=True,
        ),
        effects.ANSWER_CONSULTATION: _Try(
            lambda now, by, code, _, about: decide.answer_consultation(now, by, code, about),
            codes.POSITIONS,
            about=_pending(state.CONSULTATION),
        ),
        effects.REFUSE: _Try(
            lambda now, by, code, items, _: replying.refuse(now, by, code, items),
            reasons.REFUSALS,
            items=True,
        ),
        effects.WITHDRAW: _Try(
            lambda now, by, code, *_: decide.withdraw(now, by, code), reasons.WITHDRAWALS
        ),
        effects.SUPERSEDE: _Try(
            lambda now, by, code, *_: decide.supersede(now, by, _OTHER, code), codes.ERRORS
        ),
        effects.CLOSE: _Try(lambda now, by, code, *_: decide.close(now, by, code), codes.CLOSINGS),
        effects.REOPEN: _Try(
            lambda now, by, code, items, _: decide.reopen(now, by, code, items),
            codes.REOPENINGS,
            items=True,
        ),
        effects.CORRECT: _Try(
            lambda now, by, code, _, about: replying.correct(now, by, about, code),
            codes.ERRORS,
            about=_own,
        ),
        effects.OPEN_ACT: _Try(
            lambda now, by, _code, _, about: replying.open_act(now, by, about), about=_others
        ),
        effects.ASK_USE: _Try(lambda now, by, *_: replying.ask_use(now, by)),
        effects.REPORT_USE: _Try(
            lambda now, by, code, _, about: decide.report_use(now, by, code, about),
            codes.USES,
            about=_pending(state.USE),
        ),
        effects.DESTROY: _Try(
            lambda now, by, code, *_: replying.destroy(now, by, code, (_BLOB,)),
            codes.DESTRUCTIONS,
        ),
        effects.ASSESS: _Try(
            lambda now, by, _, items, about: assessing.assess(now, by, _rated(by), about, items),
            items=True,
            about=lambda now, by: assessing.assessable(now, by.party),
        ),
        effects.DISPUTE_ASSESSMENT: _Try(
            lambda now, by, code, _, about: assessing.dispute_assessment(now, by, code, about),
            codes.ASSESSMENT_DISPUTES,
            about=lambda now, by: assessing.disputable(now, by.party),
        ),
        effects.SETTLE_ASSESSMENT: _Try(
            lambda now, by, code, _, about: assessing.settle_assessment(
                now, by, code, _rated(by) if code == codes.CHANGED else None, about
            ),
            codes.OUTCOMES,
            about=lambda now, by: assessing.disputed(now, by.party),
        ),
    }
)

_EMPTY: Final[Mapping[str, str]] = MappingProxyType(
    {
        effects.WAIVE_CONDITION: moves.CONDITION_NOT_ACCEPTED,
        effects.CORRECT: moves.ANSWERS_ANOTHER,
        effects.OPEN_ACT: moves.ANSWERS_ANOTHER,
        effects.ASSESS: moves.ANSWERS_ANOTHER,
        effects.DISPUTE_ASSESSMENT: moves.ANSWERS_ANOTHER,
        effects.SETTLE_ASSESSMENT: moves.NOT_DISPUTED,
    }
)
"""Why there is nothing that a verb could be about."""
