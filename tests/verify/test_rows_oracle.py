"""A program that shares no code with comity reads the same rows and figures from the acts."""

import json
from dataclasses import replace
from functools import cache
from random import Random
from typing import Any

import pytest
from joint.request.histories import (
    PARTIES,
    addressee_acts,
    as_entries,
    asker_acts,
    place,
    submission,
)
from support.agreed import shipped

from comity.acts.order import Placed
from comity.acts.record import Act
from comity.clocks import calendar_text, days
from comity.clocks.adopted import always
from comity.clocks.calendar import HOLIDAY, WORKDAY, Calendar
from comity.clocks.rule import LAST_DAYS, NEXT_WORKING_DAY, PauseRule, Rule
from comity.clocks.term import SIDES, UNITS, Term
from comity.joint.request import acts
from comity.joint.review import rows
from comity.joint.review.figures import Period, figures
from comity.joint.review.observation import Observation
from comity.kernel import ijson
from comity.node.clocks import Terms
from comity.node.exchange.refold import Received
from comity.node.review.observing import Bounds, Given, Heard, observe
from tools.verify import figures as figures_oracle
from tools.verify import request_rows as oracle

HOUR_MS = 3_600_000
NOW_MS = 1_792_450_000_000
"""19 October 2026: the week of the National Day lies behind."""
PERIOD = Period(NOW_MS - 300 * HOUR_MS, NOW_MS)
_ENDS = ("acknowledged", "responded", "completed")
_PAUSES = (
    PauseRule(("found-deficient",), ("clarified", "deficiency-disputed")),
    PauseRule(("consulted",), ("consultation-answered",)),
)


def _history(chance: Random) -> list[tuple[str, Act]]:
    """Return a request and what might follow, each said in view of all before it, lawful or not."""
    crime = {"crime-type": chance.choice(("fraud", "ransom"))} if chance.random() < 0.5 else {}
    asked = submission(is_oral=chance.random() < 0.3)
    said = [("aa", replace(asked, codes={**asked.codes, **crime}))]
    for number in range(chance.randrange(14)):
        party = chance.choice(("aa", "bb", "bb"))
        about = chance.choice(said)[1].id
        menu = [*(asker_acts if party == "aa" else addressee_acts)(about)]
        act = chance.choice([one for one in menu if {to.party for to in one.to} <= {"bb"}])
        said.append((party, replace(act, id=f"{number:026}", codes=_varied(chance, act))))
    return said


def _varied(chance: Random, act: Act) -> dict[str, str]:
    if act.tag != acts.REFUSED:
        return {**act.codes}
    grounds = ("impossible", "essential-interests", "not-competent", "political-offence")
    return {**act.codes, acts.REASON: chance.choice(grounds)}


def _received(chance: Random, count: int) -> list[dict[str, Any] | None]:
    """Return when each act was received, in their order; some not, some claimed otherwise."""
    at_ms, found = NOW_MS - chance.randrange(1, 600) * HOUR_MS, list[dict[str, Any] | None]()
    for _ in range(count):
        at_ms += chance.randrange(60 * HOUR_MS)
        claimed_ms = at_ms - chance.choice((0, 0, 0, 1_000, 400_000))
        high_ms = at_ms + chance.randrange(HOUR_MS) if chance.random() < 0.7 else None
        high_claimed_ms = None if high_ms is None else high_ms - chance.choice((0, HOUR_MS))
        low_ms = at_ms - chance.randrange(HOUR_MS) if chance.random() < 0.7 else None
        found.append(
            None
            if chance.random() < 0.1
            else {
                "at_ms": at_ms,
                "claimed_ms": claimed_ms,
                "low_ms": low_ms,
                "high_ms": high_ms,
                "high_claimed_ms": high_claimed_ms,
            }
        )
    return found


@cache
def _calendars() -> dict[str, Calendar]:
    names = {"addressee": "cn-2026", "asker": "us-2026"}
    return {
        side: calendar_text.parse(shipped(f"calendar/{name}.yaml")) for side, name in names.items()
    }


def _rules(chance: Random) -> tuple[Rule, ...]:
    """Return clocks of all three times, or fewer, in any unit and by any days."""
    return tuple(
        Rule(
            f"the-{end}",
            Term(chance.randrange(1, 9), chance.choice(UNITS), chance.choice(("", *SIDES))),
            ("submitted",),
            (end,),
            ("withdrawn", "superseded"),
            tuple(one for one in _PAUSES if chance.random() < 0.7),
            last_day=chance.choice(LAST_DAYS),
        )
        for end in _ENDS
        if chance.random() < 0.8
    )


def _plain_rules(rules: tuple[Rule, ...]) -> list[dict[str, Any]]:
    return [
        {
            "name": rule.name,
            "term": {"amount": rule.term.amount, "unit": rule.term.unit, "of": rule.term.of},
            "starts": [*rule.starts],
            "ends": [*rule.ends],
            "stops": [*rule.stops],
            "pauses": [{"starts": [*one.starts], "ends": [*one.ends]} for one in rule.pauses],
            "rolls": rule.last_day == NEXT_WORKING_DAY,
        }
        for rule in rules
    ]


@cache
def _plain_calendars() -> dict[str, Any]:
    return {
        side: {
            "offsets": [[*offset] for offset in one.offsets],
            "weekend": [*one.weekend],
            "holidays": [
                days.render_day(day) for day, of in one.days.items() if of.kind == HOLIDAY
            ],
            "workdays": [
                days.render_day(day) for day, of in one.days.items() if of.kind == WORKDAY
            ],
        }
        for side, one in _calendars().items()
    }


def _given(
    name: str, said: list[tuple[str, Act]], received: list[Any], rules: tuple[Rule, ...]
) -> Given:
    placed: list[Placed] = []
    for party, act in said:
        seen = {}
        for one in placed:
            seen[one.origin] = one.index + 1
        seen.pop(f"{party}/log", None)
        placed.append(place(placed, act, PARTIES.index(party), seen))
    by_id = {act.id: one for (_, act), one in zip(said, received, strict=True)}
    heard = [
        Heard(entry[0], entry[1], entry[2], _receipt(by_id[entry[0].act.id]))
        for entry in as_entries(placed)
    ]
    terms = Terms(rules, (), always(_calendars()))
    return Given(
        name, heard, lambda _: {"bb": terms}, lambda one: _bounds(by_id[one.placed.act.id])
    )


def _receipt(told: dict[str, Any] | None) -> Received | None:
    return None if told is None else Received("bb/log", 0, told["at_ms"], told["claimed_ms"])


def _bounds(told: dict[str, Any]) -> Bounds:
    return Bounds(told["low_ms"], told["high_ms"], told["high_claimed_ms"])


def _exported(said: list[tuple[str, Act]], received: list[Any]) -> list[dict[str, Any]]:
    return [
        {
            "id": act.id,
            "party": party,
            "tag": act.tag,
            "answers": act.answers,
            "codes": {**act.codes},
            "items": [*act.items],
            "to": [to.party for to in act.to],
            "urgency": act.urgency,
            "guideline": act.guideline,
            "agency": act.speaker.agency,
            "received": told,
        }
        for (party, act), told in zip(said, received, strict=True)
    ]


def _plain(found: list[Observation]) -> list[dict[str, Any]]:
    """Return rows as JSON, facts in an order of their own."""
    return _sorted(json.loads(ijson.render(rows.render(found))))


def _sorted(told: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [
        {**one, "facts": sorted(one.get("facts", ()), key=figures_oracle.canonical)} for one in told
    ]


@pytest.mark.parametrize("share", range(2))
def test_a_thousand_histories_are_read_alike_from_their_acts(share: int) -> None:
    """Whatever was said, lawful or not: the same rows, and the same figures of ten at a time."""
    own: list[Observation] = []
    told: list[dict[str, Any]] = []
    for seed in range(share * 500, share * 500 + 500):
        chance = Random(seed)  # noqa: S311 -- a test that can be run again
        said = _history(chance)
        received = _received(chance, len(said))
        rules, name = _rules(chance), f"request-{seed:04}"
        found = [*observe(_given(name, said, received, rules), NOW_MS).rows]
        exported = {
            "id": name,
            "acts": _exported(said, received),
            "rules": _plain_rules(rules),
            "calendars": _plain_calendars(),
        }
        read = oracle.rows({"now_ms": NOW_MS, "requests": [exported]})
        assert _sorted(read) == _plain(found), seed
        own += found
        told += read
        if seed % 10 == 9:
            reviewed = figures(own, PERIOD, NOW_MS, PERIOD.preceding(), {"aa/log": seed})
            assert figures_oracle.figures(told, reviewed) == reviewed
            own, told = [], []
