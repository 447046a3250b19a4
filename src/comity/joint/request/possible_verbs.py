"""What a party may say of a request now: every verb is tried, and nothing is said.

    possible(state, By(…), now_ms) -> (Possible("acknowledge", ("acknowledge",)…), …)

A verb that the other side alone may say is left out; of one that may not be said now the reason
is given.  Only `decide` knows what may be said: this asks it, with each code of the closed lists
and each item, so that a screen offers what would be taken and nothing else.

Floor: joint (pure).
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Final

from comity.acts import verb as kinds
from comity.acts.record import Act
from comity.acts.verb import Field, Value, Verb
from comity.joint.request import (
    acts,
    answerable,
    codes,
    decide,
    fields,
    ladder,
    moves,
    refusals,
    state,
    sums,
    table,
)
from comity.joint.request.decide import By
from comity.joint.request.ladder import Ladder, Step
from comity.joint.request.state import State
from comity.joint.request.verbs import TABLE
from comity.kernel.inadmissible import Inadmissible

_NOT_ENTITLED: Final = f"request.{table.NOT_ENTITLED}"
_UNNAMED: Final[Mapping[str, str | int]] = MappingProxyType(
    {kinds.NAME: "x", kinds.MATTER: "a" * 26, kinds.HASH: "0" * 64, kinds.TIME: 1}
)
"""What stands for a value that an officer has not named yet, by its kind."""


@dataclass(frozen=True, slots=True)
class Possible:
    """One verb.

    Attributes:
        verb: its name in the table of verbs.
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


type _Way = tuple[str, tuple[str, ...], str]
"""A code, items and the act that is answered: one way to say a verb."""


def possible(now: State, by: By, now_ms: int) -> tuple[Possible, ...]:
    """Return every verb of a party's side, in the order of a request's life.

    Args:
        now: state as it is.
        by: who would speak; an own reference is taken for granted.
        now_ms: the clock of the speaker: a consultation is waited for until its date.
    """
    found = (of_verb(now, by, one.name, now_ms) for one in TABLE.verbs)
    return tuple(one for one in found if one is not None)


def of_verb(
    now: State, by: By, name: str, now_ms: int, *, is_whole: bool = True
) -> Possible | None:
    """Return what a party may say of one verb; None for one that is not of its side, or unknown.

    No step is told of a request whose type has no ladder.

    Args:
        now: state as it is.
        by: who would speak; an own reference is taken for granted.
        name: of the verb.
        now_ms: as for `possible`.
        is_whole: whether every way is tried; else none after the first in which it may be said,
            and codes, items and acts are not complete.
    """
    verb = TABLE.verb(name)
    if verb is None or (verb.tag == acts.STEP_TOLD and not _steps(now, by)):
        return None
    who = replace(by, saying=replace(by.saying, own_reference="x"))
    found: list[Inadmissible] = []
    good: list[_Way] = []
    for way in _ways(now, who, verb):
        result = _tried(now, who, verb, way, now_ms)
        if isinstance(result, Inadmissible):
            found.append(result)
            if result.rule == _NOT_ENTITLED:
                break  # whose verb it is does not depend on what it would say
        else:
            good.append(way)
            if not is_whole:
                break
    if not good:
        no = found[0] if found else refusals.no(_EMPTY.get(verb.tag, moves.ANSWERS_ANOTHER))
        return None if no.rule == _NOT_ENTITLED else Possible(name, no)
    return Possible(
        name,
        codes=tuple(dict.fromkeys(code for code, _, _ in good if code)),
        items=tuple(dict.fromkeys(item for _, items, _ in good for item in items)),
        about=tuple(dict.fromkeys(about for _, _, about in good if about)),
    )


def code_of(verb: Verb) -> Field | None:
    """Return the field whose code decides what a verb says; None where none does."""
    known = (one for one in verb.fields if one.known and not one.by)
    return next((one for one in known if one.needed or verb.tag == acts.FOUND_DEFICIENT), None)


def _ways(now: State, by: By, verb: Verb) -> Iterator[_Way]:
    field = code_of(verb)
    named = any(one.kind == kinds.ITEM for one in verb.fields) or verb.tag == acts.ANSWERED
    known = ("",) if field is None else field.known
    for code in _steps(now, by) if verb.tag == acts.STEP_TOLD else known:
        for items in _named(now) if named else ((),):
            for about in _answerable(now, by, verb.tag):
                yield code, items, about


def _named(now: State) -> Iterator[tuple[str, ...]]:
    """Give all items at once, and each by itself where the request lists several."""
    yield ()
    yield from ((item,) for item in now.items)


def _answerable(now: State, by: By, tag: str) -> Iterable[str]:
    """Give the acts that one may be about; what need not be named is asked of the whole."""
    if tag in _ASKED_OF_THE_WHOLE:
        return ("",)
    found = [*answerable.ids(now, by.party, tag)]
    return found or (() if tag in _EMPTY else ("",))


_ASKED_OF_THE_WHOLE: Final = frozenset({acts.COMMENTED, acts.STATUS_REPORTED})


def _tried(now: State, by: By, verb: Verb, way: _Way, now_ms: int) -> Act | Inadmissible:
    """Return the act that a verb would be, with what is not named yet made up."""
    code, items, about = way
    if verb.tag == acts.CONDITION_WAIVED and not _binds(now, by, code, about):
        return refusals.no(moves.CONDITION_NOT_ACCEPTED)
    given = {field.key: _made_up(now, by, verb, field, way) for field in verb.asks}
    return decide.decided(now, by, verb.tag, given, items=items, now_ms=now_ms)


def _made_up(now: State, by: By, verb: Verb, field: Field, way: _Way) -> Value:
    """Return what a field has in a way to say a verb; "" where it is left out."""
    code, items, about = way
    if field.name == kinds.ABOUT.name:
        return about
    if field.kind == kinds.ITEM:
        return items
    if verb.tag == acts.STEP_TOLD:
        return _step_made_up(now, _steps(now, by)[code], field, code)
    if field.by:
        return _rated(by) if verb.tag in _RATING and code in ("", codes.CHANGED) else ""
    made_up = _UNNAMED.get(field.kind, "") if field.needed else ""
    value = code if field is code_of(verb) else made_up
    return (str(value),) if field.many and value else value


def _steps(now: State, by: By) -> Ladder:
    """Return the steps that are a party's to tell; of a request without a guideline, anything."""
    if by.rules is None:
        return {"x": Step(by="")}
    kind = by.rules.of(now.type)
    own = fields.ASKER if by.party == now.asker else fields.ADDRESSEE
    return {code: one for code, one in kind.ladder.items() if one.by == own} if kind else {}


def _step_made_up(now: State, step: Step, field: Field, code: str) -> Value:
    """Return what tells a step of the whole: a sum of nothing, which is not too much of any."""
    currency = next(iter(sums.asked(now)), "XXX")
    unit = currency if step.unit == ladder.MONEY else step.unit
    told = {
        "steps": code,
        "sums": "0" if step.unit else "",
        "units": unit,
        "reasons": min(step.reasons, default=""),
    }
    value = told.get(field.key, "")
    return {state.WHOLE: value} if value else ""


_RATING: Final = frozenset({acts.ASSESSED, acts.ASSESSMENT_SETTLED})


def _binds(now: State, by: By, code: str, about: str) -> bool:
    """Return whether a condition of a party binds the asker now."""
    track = now.track(by.party)
    thread = track.thread(about, state.ACCEPTANCE) if track else None
    if thread is None or thread.status != state.ACCEPTED:
        return False
    return code in thread.codes.values() and code not in thread.waived


def _rated(by: By) -> dict[str, str]:
    """Return a rating of one criterion: whichever the guideline has."""
    known = sorted(by.rules.criteria) if by.rules else ()
    return {next(iter(known), "x"): next(iter(codes.RATINGS))}


_EMPTY: Final[Mapping[str, str]] = MappingProxyType(
    {
        acts.CONDITION_WAIVED: moves.CONDITION_NOT_ACCEPTED,
        acts.CORRECTED: moves.ANSWERS_ANOTHER,
        acts.OPENED: moves.ANSWERS_ANOTHER,
        acts.ASSESSED: moves.ANSWERS_ANOTHER,
        acts.ASSESSMENT_DISPUTED: moves.ANSWERS_ANOTHER,
        acts.ASSESSMENT_SETTLED: moves.NOT_DISPUTED,
    }
)
"""Why there is nothing that a verb could be about."""
