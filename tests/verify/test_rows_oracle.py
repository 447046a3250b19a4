"""A program that shares no code with comity reads the same rows and figures from the acts."""

from dataclasses import replace
from functools import cache
from random import Random
from typing import Any

import pytest
from support.agreed import shipped
from verify.plain import plain, plain_calendar, plain_rules, sorted_facts
from verify.talks import HOUR_MS, NOW_MS, Talk, talk

from comity.clocks import calendar_text
from comity.clocks.calendar import Calendar, OfficeHours
from comity.clocks.calendar_versions import always
from comity.clocks.rule import (
    LAST_DAYS,
    RECEIPTS,
    Extension,
    PauseRule,
    Rule,
)
from comity.clocks.term import SIDES, UNITS, Term
from comity.figures.figures import Period, figures
from comity.figures.observation import Observation
from comity.joint.request import fold
from comity.node.base.history import Heard, Received
from comity.node.review.read_rows import Bounds
from comity.rooms.request.clocks import Terms
from comity.rooms.request.observe import Given, again, observe
from tools.verify import figures as figures_oracle
from tools.verify import request_fold
from tools.verify import request_rows as oracle
from tools.verify.act_order import in_order
from tools.verify.request_table import outcomes

PERIOD = Period(NOW_MS - 300 * HOUR_MS, NOW_MS)
_NOT_SAID = {"show-draft", "comment"}
_ENDS = ("acknowledged", "responded", "completed")
_EXTENDING = ("postponed", "consulted", "found-deficient", "status-reported", "clarified")
_PAUSES = (
    PauseRule(("found-deficient",), ("clarified", "deficiency-disputed")),
    PauseRule(("consulted",), ("consultation-answered",)),
)


@cache
def _calendars() -> dict[str, Calendar]:
    names = {"addressee": "cn-2026", "asker": "us-2026"}
    office = {"addressee": OfficeHours(9 * 60, 18 * 60), "asker": OfficeHours(8 * 60 + 30, 17 * 60)}
    return {
        side: replace(calendar_text.parse(shipped(f"calendar/{name}.yaml")), office=office[side])
        for side, name in names.items()
    }


def _rules(chance: Random) -> tuple[Rule, ...]:
    """Return clocks of all three times, or fewer, in any unit and by any days."""
    return tuple(
        Rule(
            f"the-{end}",
            Term(chance.randrange(1, 9), unit, chance.choice(("", *SIDES))),
            ("submitted",),
            (end,),
            ("withdrawn", "superseded") if chance.random() < 0.8 else (),
            tuple(one for one in _PAUSES if chance.random() < 0.7),
            extensions=_extensions(chance, unit),
            receipt=chance.choice(RECEIPTS),
            receipt_of=chance.choice(SIDES),
            last_day=chance.choice(LAST_DAYS),
        )
        for end in _ENDS
        for unit in [chance.choice(UNITS)]
        if chance.random() < 0.8
    )


def _extensions(chance: Random, unit: str) -> tuple[Extension, ...]:
    """Return what makes a clock run longer."""
    return tuple(
        Extension(event, Term(chance.randrange(1, 5), unit))
        for event in _EXTENDING
        if chance.random() < 0.4
    )


@cache
def _plain_calendars() -> dict[str, Any]:
    return {side: plain_calendar(one) for side, one in _calendars().items()}


def _given(name: str, spoken: Talk, rules: tuple[Rule, ...]) -> Given:
    by_act = {(one.party, one.act.id): one.received for one in spoken.said}
    heard = [
        Heard(placed, crossed, by, {other: _receipt(by_act[by, placed.act.id])})
        for placed, crossed, by, _ in spoken.entries()
        for other in spoken.parties
        if other != by
    ]
    terms = Terms(rules, {}, always(_calendars()))
    return Given(
        name,
        heard,
        lambda _: {"bb": terms},
        lambda one, _: _bounds(by_act[one.party, one.placed.act.id]),
    )


def _receipt(told: dict[str, Any] | None) -> Received | None:
    return None if told is None else Received("bb/log", 0, told["at_ms"], told["claimed_ms"])


def _bounds(told: dict[str, Any] | None) -> Bounds:
    assert told is not None
    return Bounds(told["low_ms"], told["high_ms"], told["high_claimed_ms"])


def _folded(seed: int) -> request_fold.Request:
    spoken = talk(Random(seed))  # noqa: S311 -- a test that can be run again
    (found,) = request_fold.tracks(in_order(spoken.exported(), [*spoken.parties]))
    return found


def test_the_thousand_histories_say_everything_and_cross() -> None:
    """Every verb but those of drafts has effect, and in a quarter acts cross in many ways."""
    found = [_folded(seed) for seed in range(1_000)]
    said = {verb for one in found for verb in one.effects.values()}
    crossed = [one for one in found if one.crossings]
    results = {result for one in crossed for result in one.crossings.values()}

    assert (
        said
        == {row for (row, _), (*_, has) in outcomes().items() if has and ", " not in row}
        - _NOT_SAID
    )
    assert len(crossed) >= 250
    assert sum("-while-" in one for one in results) >= 15


@pytest.mark.parametrize("share", range(2))
def test_a_thousand_histories_are_read_alike_from_their_acts(share: int) -> None:
    """Whatever was said, lawful or not: the same rows, and the same figures of ten at a time."""
    own: list[Observation] = []
    told: list[dict[str, Any]] = []
    for seed in range(share * 500, share * 500 + 500):
        chance = Random(seed)  # noqa: S311 -- a test that can be run again
        spoken = talk(chance)
        rules, name = _rules(chance), f"request-{seed:04}"
        found = [*observe(_given(name, spoken, rules), NOW_MS).rows]
        read = _read(name, spoken, rules)
        assert sorted_facts(read) == plain(found), seed
        own += found
        told += read
        if seed % 10 == 9:
            reviewed = figures(own, PERIOD, NOW_MS, PERIOD.preceding(), {"aa/log": seed})
            assert figures_oracle.figures(told, reviewed) == reviewed
            own, told = [], []


def test_histories_in_which_two_use_one_id_are_read_alike() -> None:
    """Who takes the id of an act that they were told is told from its author, whatever they say."""
    alike = 0
    for seed in range(600):
        chance = Random(seed)  # noqa: S311 -- a test that can be run again
        spoken, rules = talk(chance), _rules(chance)
        taken = _with_ids_taken(chance, spoken)
        found = [*observe(_given("request", spoken, rules), NOW_MS).rows]
        assert sorted_facts(_read("request", spoken, rules)) == plain(found), seed
        alike += taken and bool(found)
    assert alike > 200


def _with_ids_taken(chance: Random, spoken: Talk) -> bool:
    """Let bb say some of its acts under ids of aa; what answers these goes on to name them."""
    free = [one.act.id for one in spoken.said if one.party == "aa"]
    named = {}
    for one in spoken.said:
        if one.party == "bb" and free and chance.random() < 0.5:
            named[one.act.id] = free.pop(chance.randrange(len(free)))
    for one in spoken.said:
        act = replace(one.act, answers=named.get(one.act.answers, one.act.answers))
        one.act = replace(act, id=named.get(act.id, act.id)) if one.party == "bb" else act
    return bool(named)


def _read(name: str, spoken: Talk, rules: tuple[Rule, ...]) -> list[dict[str, Any]]:
    """Return the rows of the oracle."""
    exported = {
        "id": name,
        "acts": spoken.exported(),
        "rules": plain_rules(rules),
        "calendars": {"bb": _plain_calendars()},
    }
    return oracle.rows({"now_ms": NOW_MS, "parties": spoken.parties, "requests": [exported]})


def test_what_was_received_before_the_request_that_it_answers_is_read_alike() -> None:
    """The clock of one side is wrong by days: what it ends lasted zero, and is not late."""
    ended = 0
    for seed in range(400):
        chance = Random(seed)  # noqa: S311 -- a test that can be run again
        spoken, rules = talk(chance), _rules(chance)
        for one in spoken.said:
            if one.received and one.party == ("aa", "bb")[seed % 2]:
                late_ms = chance.randrange(-40, 40) * HOUR_MS
                one.received = {**one.received, "at_ms": one.received["at_ms"] + late_ms}
        found = [*observe(_given("request", spoken, rules), NOW_MS).rows]
        assert sorted_facts(_read("request", spoken, rules)) == plain(found), seed
        spans = [span for row in found for span in row.spans if span.end is not None]
        ended += sum(one.end is not None and one.end.at_ms < one.begin.at_ms for one in spans)
    assert ended > 5


def test_rows_are_the_same_as_long_as_they_say_and_time_alone_gives_the_later_ones() -> None:
    """Also where a clock runs on when its time is over: answered, and never acknowledged."""
    compared = runs_on = 0
    for seed in range(300):
        chance = Random(seed)  # noqa: S311 -- a test that can be run again
        spoken = talk(chance)
        given = _given("request", spoken, _rules(chance))
        now_ms = NOW_MS - chance.randrange(400) * HOUR_MS
        found = observe(given, now_ms)
        entries = [
            (one.placed, one.crossed, one.party, one.received.at_ms if one.received else None)
            for one in given.heard
        ]
        state = [*fold.fold_each(entries)][-1]
        received = [at_ms for *_, at_ms in entries if at_ms is not None]
        for hours in (1, 5, 24, 720):
            later_ms = now_ms + hours * HOUR_MS
            later = observe(given, later_ms).rows
            if found.from_ms <= later_ms < found.to_ms:
                compared += 1
                assert later == found.rows, seed
            if all(at_ms <= found.from_ms for at_ms in received):
                assert again(given, state, found.rows, later_ms).rows == later, seed
        spans = [span for row in found.rows for span in row.spans]
        runs_on += sum(one.end is not None and one.status == "overdue" for one in spans)
    assert compared > 300
    assert runs_on > 10
