"""Rows of a review by chance: of two sides, or three, in every state that a request can be in."""

from collections.abc import Sequence
from random import Random

from comity.clocks import clock, term
from comity.figures.observation import DIMENSIONS, MEASURES, Fact, Hold, Moment, Observation, Span

DAY_MS = 86_400_000
START_MS = 1_767_225_600_000
"""2026-01-01 UTC."""
YEAR_MS = 365 * DAY_MS
NOW_MS = START_MS + YEAR_MS
PARTIES = ("cn", "us")

_CODES = {
    "type": ("preservation", "subscriber", "content", "emergency"),
    "urgency": ("routine", "urgent", "emergency"),
    "crime": ("fraud", "child-abuse", "intrusion", "ransom", "drugs"),
    "guideline": ("us-cn/1.0", "us-cn/2.0"),
    "agency": ("police", "justice", "~odd"),
}
_FACTS = {
    "deficiency": (("missing", "unclear"), ("open", "lifted", "clarified")),
    "clarification": (("",), ("",)),
    "item": (("",), ("open", "partial", "refused", "answered-in-part", "answered")),
    "refusal": (("essential-interests", "political"), ("",)),
    "postponement": (("own-proceedings",), ("open", "settled")),
    "condition": (("confidential", "costs"), ("open", "accepted", "declined")),
    "assessment": (("timely", "complete"), ("met", "met-in-part", "not-met")),
    "dispute": (("timely", "complete"), ("open", "upheld", "revised")),
    "use": (("as-agreed", "in-court"), ("open", "settled")),
    "correction": (("wrong-time",), ("",)),
}


def observations(chance: Random, count: int, parties: Sequence[str] = PARTIES) -> list[Observation]:
    """Return rows with ids of their own."""
    return [observation(chance, f"m{at:05d}", parties) for at in range(count)]


def observation(chance: Random, name: str, parties: Sequence[str] = PARTIES) -> Observation:
    """Return one row."""
    asker, addressee = chance.sample([*parties], 2)
    asked = _moment(chance, f"{name}-0", START_MS + chance.randrange(YEAR_MS))
    known = {at: chance.choice(_CODES[at]) for at in DIMENSIONS if chance.random() < 0.9}
    spans = tuple(
        _span(chance, f"{name}-{at}", measure, asked)
        for at, measure in enumerate(MEASURES, 1)
        if chance.random() < 0.9
    )
    return Observation(
        kind="request",
        id=name,
        asker=asker,
        addressee=addressee,
        asked=asked,
        status=chance.choice(("submitted", "accepted", "answered", "closed")),
        dimensions=known,
        spans=spans,
        holds=_holds(chance, asked.at_ms, (asker, addressee)),
        facts=tuple(_fact(chance, name, (asker, addressee)) for _ in range(chance.randrange(5))),
        disputed=tuple(sorted(one for one in ("asked", *MEASURES) if chance.random() < 0.05)),
    )


def _moment(chance: Random, act_id: str, at_ms: int) -> Moment:
    claimed_ms = at_ms - chance.randrange(400_000) if chance.random() < 0.1 else at_ms
    low_ms = at_ms - chance.randrange(10**7) if chance.random() < 0.8 else None
    high_ms = at_ms + chance.randrange(10**7) if chance.random() < 0.8 else None
    return Moment(act_id, at_ms, claimed_ms, low_ms, high_ms)


def _span(chance: Random, act_id: str, measure: str, begin: Moment) -> Span:
    lasted_ms = chance.choice((chance.randrange(20) * DAY_MS, chance.randrange(90 * DAY_MS)))
    after = _moment(chance, act_id, begin.at_ms + lasted_ms)
    kind = "open" if after.at_ms > NOW_MS else chance.choice(("end", "end", "stopped", "open"))
    end = after if kind == "end" else None
    stopped = after if kind == "stopped" else None
    if chance.random() < 0.2:
        return Span(measure, begin, end, stopped)
    statuses = {
        "end": (clock.MET, clock.MISSED),
        "stopped": (clock.STOPPED, clock.MISSED),
        "open": (clock.RUNNING, clock.DUE_SOON, clock.PAUSED, clock.OVERDUE),
    }
    status = chance.choice(statuses[kind])
    return Span(
        measure,
        begin,
        end,
        stopped,
        waited=((begin.at_ms, begin.at_ms + lasted_ms // 2),),
        clock=measure,
        unit=chance.choice(term.UNITS),
        agreed=30,
        used=chance.randrange(1, 60),
        status=status,
        due_ms=None if status == clock.PAUSED else NOW_MS - chance.randrange(YEAR_MS),
    )


def _holds(chance: Random, from_ms: int, parties: Sequence[str]) -> tuple[Hold, ...]:
    found: list[Hold] = []
    for at in range(chance.randrange(5)):
        to_ms = from_ms + chance.randrange(20 * DAY_MS)
        if to_ms >= NOW_MS:
            return (*found, Hold(parties[at % 2], from_ms, None))
        found.append(Hold(parties[at % 2], from_ms, to_ms))
        from_ms = to_ms
    return tuple(found)


def _fact(chance: Random, name: str, parties: Sequence[str]) -> Fact:
    kind = chance.choice([*_FACTS])
    codes, outcomes = _FACTS[kind]
    about = chance.choice(("legal-basis", "identifier", "time-zone"))
    return Fact(
        kind,
        chance.choice(codes),
        about,
        chance.choice(parties),
        chance.choice(outcomes),
        f"{name}-{kind}",
    )
