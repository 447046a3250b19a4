"""The rows of a review: the same on both nodes, at every cut and instant."""

import random
from dataclasses import dataclass, field
from pathlib import Path
from typing import override

import pytest
from node.test_clock_histories import STEPS, History
from support.agreed import agreed_world, ask, reckoned, reply
from support.pair import World

from comity.acts.causality import is_within
from comity.acts.record import Matter
from comity.figures import figures
from comity.figures import observation as rows
from comity.figures.observation import Observation
from comity.joint.request import acts
from comity.node.exchange.append import Appended
from comity.node.operate import rebuild
from comity.node.review.read_rows import At, Read

HOUR_MS = 3_600_000
DAY_MS = 24 * HOUR_MS

type Cut = tuple[tuple[str, int], ...]


def read(world: World, party: str, matter_id: str, now_ms: int, cut: Cut | None = None) -> Read:
    """Return what a node reads of a request, at a cut or of all that it has understood."""
    node = world.node(party)
    with node.store.read() as tx:
        one = At(node, tx, world.channel, None if cut is None else dict(cut))
        return one.observed(Matter("request", matter_id), now_ms)


def row(world: World, party: str, asked: Appended) -> Observation:
    """Return the one row of a request, now."""
    (found,) = read(
        world, party, asked.act.matter.id, world.states[party].clock.at_ms
    ).observed.rows
    return found


@dataclass
class Rows(History):
    """What two nodes read, by cut, request and instant."""

    read: dict[tuple[Cut, str, int], Read] = field(default_factory=dict)

    @override
    def look(self) -> None:
        """Keep what each node reads, and compare it with what was read at the same cut."""
        now_ms = self.world.states["aa"].clock.at_ms
        for party in ("aa", "bb"):
            with self.world.node(party).store.read() as tx:
                cut = tuple(
                    sorted((log.origin, log.understood) for log in tx.logs(self.world.channel))
                )
            for asked in self.asked:
                for ahead in (-DAY_MS, 0, 3 * DAY_MS):
                    self._keep(party, cut, asked.act.matter.id, now_ms + ahead)

    def _keep(self, party: str, cut: Cut, matter_id: str, now_ms: int) -> None:
        found = read(self.world, party, matter_id, now_ms)
        key = (cut, matter_id, now_ms)
        if key in self.read:
            self.compared += 1
            assert self.read[key].observed == found.observed
        self.read[key] = found


@pytest.mark.parametrize("seed", range(3))
def test_both_nodes_read_the_same_rows_at_every_cut_then_and_later(
    tmp_path: Path, seed: int
) -> None:
    """Whatever came in whatever order: a cut of long ago gives the rows that were read then."""
    world = agreed_world(tmp_path)
    history = Rows(world, random.Random(seed))  # noqa: S311 -- the same each time
    for _ in range(STEPS):
        history.step()
        history.move()
        history.look()
    world.pump()
    history.look()
    assert history.compared > STEPS
    assert sum(len(one.observed.rows) for one in history.read.values()) > STEPS
    rebuild.rebuild(world.node("bb"))
    kept = random.Random(seed).sample(sorted(history.read), 40)  # noqa: S311 -- likewise
    for cut, matter_id, now_ms in kept:
        found = history.read[cut, matter_id, now_ms]
        for party in ("aa", "bb"):
            again = read(world, party, matter_id, now_ms, cut).observed
            assert again == found.observed
        _require_kept_elsewhere(history, (cut, matter_id, now_ms), found)


def _require_kept_elsewhere(history: Rows, key: tuple[Cut, str, int], found: Read) -> None:
    """Rows hold at every earlier cut that has what they rest on, and while they say they do."""
    cut, matter_id, now_ms = key
    for (other_cut, other_id, at_ms), other in history.read.items():
        if other_id != matter_id:
            continue
        is_earlier = is_within(found.rests, dict(other_cut)) and is_within(
            dict(other_cut), dict(cut)
        )
        if is_earlier and at_ms == now_ms:
            assert other.observed.rows == found.observed.rows
        if other_cut == cut and found.observed.from_ms <= at_ms < found.observed.to_ms:
            assert other.observed.rows == found.observed.rows


def test_a_row_begins_with_what_is_waited_for(tmp_path: Path) -> None:
    """Every time is measured from the receipt, and nothing has ended it; the addressee holds it."""
    world = agreed_world(tmp_path)
    asked = ask(world, "aa", "subscriber", "routine")
    world.pump()
    found = row(world, "bb", asked)
    assert [one.measure for one in found.spans] == list(rows.MEASURES)
    assert all(one.is_censored and one.clock for one in found.spans)
    assert [(one.party, one.to_ms) for one in found.holds] == [("bb", None)]
    assert found.asked.high_ms is None  # nobody but the receiver has said so yet
    assert found.dimensions[rows.TYPE] == "subscriber"
    assert found.dimensions[rows.URGENCY] == "routine"


def answered(world: World) -> Observation:
    """Return the row of a request that was acknowledged, found wanting, clarified, answered."""
    asked = ask(world, "aa", "subscriber", "routine")
    world.pump()
    steps = (
        ("bb", acts.ACKNOWLEDGED, (), 0),
        ("bb", acts.FOUND_DEFICIENT, ({"findings": {"facts": "vague"}},), 2 * DAY_MS),
        ("aa", acts.CLARIFIED, (), DAY_MS),
        ("bb", acts.ANSWERED, (), 0),
    )
    for party, say, parts, after_ms in steps:
        reply(world, party, asked, say, *parts)
        world.pump()
        world.advance(after_ms)
    assert row(world, "aa", asked) == row(world, "bb", asked)
    return row(world, "aa", asked)


def test_a_row_says_when_each_time_was_measured_and_what_it_rests_on(tmp_path: Path) -> None:
    """Each by a receipt, between what its author had signed for before it and after it."""
    found = answered(agreed_world(tmp_path))
    assert not any(one.is_censored for one in found.spans)
    acknowledged, responded, completed = found.spans
    assert acknowledged.waited == ()
    assert responded.end == completed.end
    ((from_ms, to_ms),) = completed.waited
    assert to_ms - from_ms >= 2 * DAY_MS
    assert found.asked.high_ms is not None
    assert (found.asked.low_ms or 0) <= found.asked.at_ms <= found.asked.high_ms


def test_a_row_says_who_held_the_ball_and_what_was_said_of_quality(tmp_path: Path) -> None:
    """The side that was waited for held it; an answer gives it to the asker, to be closed."""
    found = answered(agreed_world(tmp_path))
    assert found.status == "answered"
    assert [one.party for one in found.holds] == ["bb", "aa", "bb", "aa"]
    assert found.holds[-1].to_ms is None
    assert [(one.name, one.outcome) for one in found.facts] == [
        ("item", "answered"),
        ("deficiency", "clarified"),
        ("clarification", ""),
    ]


def test_what_was_withdrawn_is_censored_where_it_was_taken_back(tmp_path: Path) -> None:
    """A request that is taken back was never answered: its times end there, and nobody holds it."""
    world = agreed_world(tmp_path)
    asked = ask(world, "aa", "preservation", "urgent")
    world.pump()
    reply(world, "aa", asked, acts.WITHDRAWN, {"reason": "no-longer-needed"})
    world.pump()
    found = row(world, "bb", asked)
    assert all(one.is_censored and one.stopped is not None for one in found.spans)
    assert {one.status for one in found.spans} == {"stopped"}
    assert all(one.to_ms is not None for one in found.holds)


def test_who_answers_before_another_addressee_has_the_request_is_not_late(tmp_path: Path) -> None:
    """One State answers in hours while another is offline for two days: its times have ended."""
    world = agreed_world(tmp_path, parties=("aa", "bb", "cc"))
    world.cut("aa", "cc")
    world.cut("bb", "cc")
    asked = ask(world, "aa", "preservation", "urgent", to=("bb", "cc"))
    world.pump()
    reply(world, "bb", asked, acts.ACKNOWLEDGED)
    reply(world, "bb", asked, acts.ANSWERED)
    world.pump()
    world.advance(2 * DAY_MS)
    world.mend()
    world.pump()
    world.advance(30 * DAY_MS)
    matter_id, now_ms = asked.act.matter.id, world.states["aa"].clock.at_ms
    first, other = read(world, "aa", matter_id, now_ms).observed.rows
    assert (first.addressee, first.status) == ("bb", "answered")
    assert [(one.is_censored, one.status, one.used) for one in first.spans] == [
        (False, "met", 1)
    ] * 3
    assert {one.status for one in other.spans} == {"overdue"}
    told = reckoned(world, "bb", asked).timed
    assert [one.rule.name for one in told if one.track == "bb" and one.is_open] == [
        "preservation-expiry"
    ]


def test_an_instant_before_the_request_was_received_has_no_row(tmp_path: Path) -> None:
    """What had not been received then was not asked then, though the cut has it."""
    world = agreed_world(tmp_path)
    asked = ask(world, "aa", "preservation", "urgent")
    world.pump()
    asked_ms = row(world, "aa", asked).asked.at_ms
    before = read(world, "aa", asked.act.matter.id, asked_ms - 1).observed
    assert before.rows == ()
    assert before.to_ms == asked_ms
    assert read(world, "aa", asked.act.matter.id, asked_ms).observed.rows != ()


def test_what_each_side_found_of_the_other_and_what_came_of_it_are_facts(tmp_path: Path) -> None:
    """The asker rates the answer, the addressee disputes it, the asker changes its mind."""
    world = agreed_world(tmp_path)
    asked = ask(world, "aa", "subscriber", "routine")
    world.pump()
    steps = (
        ("bb", acts.ACKNOWLEDGED, ()),
        ("bb", acts.ANSWERED, ()),
        ("bb", acts.ASSESSED, ({"ratings": {"clear": "met"}},)),
        ("aa", acts.ASSESSED, ({"ratings": {"usable": "not-met"}},)),
        ("bb", acts.ASSESSMENT_DISPUTED, ({"reason": "done"},)),
    )
    for party, say, parts in steps:
        reply(world, party, asked, say, *parts)
        world.pump()
    told = {(one.name, one.party, one.code): one.outcome for one in row(world, "aa", asked).facts}
    assert told["assessment", "bb", "clear"] == "met"
    assert told["assessment", "aa", "usable"] == "not-met"
    assert told["dispute", "bb", "usable"] == "open"
    reply(
        world,
        "aa",
        asked,
        acts.ASSESSMENT_SETTLED,
        {"outcome": "changed", "ratings": {"usable": "partly"}},
    )
    world.pump()
    found = row(world, "bb", asked)
    assert found == row(world, "aa", asked)
    told = {(one.name, one.party, one.code): one.outcome for one in found.facts}
    assert told["assessment", "aa", "usable"] == "partly"
    assert told["dispute", "bb", "usable"] == "changed"


def test_what_was_given_counts_as_given_though_it_is_asked_again(tmp_path: Path) -> None:
    """A complete answer that the asker reopens, or that is refused then, is not one of nothing."""
    world = agreed_world(tmp_path)
    asked = ask(world, "aa", "subscriber", "urgent")
    world.pump()
    reply(world, "bb", asked, acts.ANSWERED)
    world.pump()
    reply(world, "aa", asked, acts.REOPENED, {"reason": "incomplete"})
    world.pump()
    assert given(row(world, "aa", asked)) == (1, [1, 1])
    reply(world, "bb", asked, acts.REFUSED, {"reason": "impossible"})
    world.pump()
    assert given(row(world, "bb", asked)) == (1, [1, 1])


def given(one: Observation) -> tuple[object, object]:
    """Return how many requests are decided, and the share of which something was given."""
    at_ms = one.asked.at_ms
    found = figures.figures((one,), figures.Period(at_ms, at_ms + DAY_MS), at_ms + DAY_MS)
    cell = figures.cell(found, "all/quality/response/some")
    return cell["n"], cell["value"]


def test_one_addressee_has_its_row_while_another_is_away(tmp_path: Path) -> None:
    """What took it long is its own; the other's row begins when that has received."""
    world = agreed_world(tmp_path, parties=("aa", "bb", "cc"))
    world.cut("aa", "cc")
    world.cut("bb", "cc")
    asked = ask(world, "aa", "preservation", "urgent")
    world.pump()
    world.advance(HOUR_MS)
    reply(world, "bb", asked, acts.ANSWERED)
    world.pump()

    def told(party: str) -> tuple[Observation, ...]:
        now_ms = world.states["aa"].clock.at_ms
        return read(world, party, asked.act.matter.id, now_ms).observed.rows

    (alone,) = told("aa")
    assert told("bb") == (alone,)
    assert alone.addressee == "bb"
    took_ms = [one.end.at_ms - one.begin.at_ms for one in alone.spans if one.end]
    assert [took // HOUR_MS for took in took_ms] == [1, 1, 1]
    assert [one.party for one in alone.holds] == ["bb", "aa"]

    world.advance(DAY_MS)
    world.mend()
    for _ in range(2):
        world.pump()
        world.advance(600_000)
    late = [told(party) for party in world.states]
    assert late == [late[0]] * 3
    kept, other = late[0]
    assert (kept.asked, kept.spans, kept.holds) == (alone.asked, alone.spans, alone.holds)
    assert other.addressee == "cc"
    assert other.asked.at_ms > alone.asked.at_ms + DAY_MS
    assert [one.end for one in other.spans] == [None] * 3
