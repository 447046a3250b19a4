"""What is kept of a review is a cache: with it and without it the rows are the same."""

import hashlib
import random
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest
from node.desk.test_search import Meanwhile
from node.test_clock_histories import STEPS, History
from support.agreed import CALENDARS, MAIN, agreed_world, ask, reply, shipped
from support.counted import count
from support.pair import World

from comity.acts.causality import Cut
from comity.acts.record import Matter
from comity.figures.figures import Period
from comity.figures.observation import Observation
from comity.figures.row_tally import Tally, tallied
from comity.joint.request import acts
from comity.node.exchange import ended_tree, generation
from comity.node.operate import rebuild
from comity.node.review import row_cache, stale_matters, take
from comity.node.review.read_rows import At, Read
from comity.node.review.take import Wanted
from comity.node.room import calendars

HOUR_MS = 3_600_000
DAY_MS = 24 * HOUR_MS


def understood(world: World, party: str) -> Cut:
    """Return all that a node has understood of the channel."""
    with world.node(party).store.read() as tx:
        return {log.origin: log.understood for log in tx.logs(world.channel)}


def read(world: World, party: str, ids: Sequence[str], at: tuple[Cut, int]) -> list[Observation]:
    """Return the rows of a channel, every request folded at the cut."""
    node = world.node(party)
    with node.store.read() as tx:
        one = At(node, tx, world.channel, at[0])
        return [
            row
            for each in sorted(ids)
            for row in one.observed(Matter("request", each), at[1]).observed.rows
        ]


def added(world: World, party: str, at: tuple[Cut, int]) -> list[Tally]:
    """Return what a node keeps of what the rows of a channel add, lists as tuples."""
    return [
        one._replace(counts=tuple(one.counts), ms=tuple(one.ms), contradicted=(*one.contradicted,))
        for one in row_cache.tallies(world.node(party), world.channel, *at)
    ]


def kept(world: World, party: str) -> dict[str, object]:
    """Return all that a node keeps."""
    with world.node(party).store.read() as tx:
        rows, tallies = tx.records(row_cache.ROWS), tx.records(row_cache.TALLIES)
    assert rows.keys() == tallies.keys()
    return dict(rows)


@pytest.mark.parametrize("seed", range(2))
def test_kept_rows_are_those_that_are_folded_at_every_cut_and_instant(
    tmp_path: Path, seed: int
) -> None:
    """While acts come and go and time passes, now and of cuts and instants of before."""
    world = agreed_world(tmp_path)
    chance = random.Random(seed)  # noqa: S311 -- the same each time
    history = History(world, chance)
    cuts: list[tuple[Cut, int]] = []
    for _ in range(STEPS):
        history.step()
        history.move()
        party = chance.choice(("aa", "bb"))
        now_ms = world.states[party].clock.at_ms
        cuts.append((understood(world, party), now_ms))
        ids = [one.act.matter.id for one in history.asked]
        for at in (cuts[-1], (cuts[-1][0], now_ms + chance.randrange(3 * DAY_MS))):
            rows = row_cache.rows(world.node(party), world.channel, *at)
            assert rows == read(world, party, ids, at)
            assert added(world, party, at) == [*map(tallied, rows)]
    world.pump()
    ids = [one.act.matter.id for one in history.asked]
    for at in chance.sample(cuts, 6):
        found = [row_cache.rows(world.node(party), world.channel, *at) for party in ("aa", "bb")]
        assert found[0] == found[1] == read(world, "aa", ids, at)
        assert added(world, "bb", at) == [*map(tallied, found[0])]


def test_a_rebuild_drops_what_is_kept_and_finds_the_same_again(tmp_path: Path) -> None:
    """Whoever drops the cache, or restarts from the logs alone, has the same figures."""
    world = agreed_world(tmp_path, store="sqlite")
    asked = [ask(world, "aa", "preservation", "urgent") for _ in range(3)]
    world.pump()
    reply(world, "bb", asked[0], acts.ACKNOWLEDGED)
    world.pump()
    node = world.node("bb")
    at = (understood(world, "bb"), node.clock.now_ms())
    before = row_cache.rows(node, world.channel, *at)
    assert len(before) == len(asked)
    assert len(kept(world, "bb")) == len(asked)
    rebuild.rebuild(node)
    assert kept(world, "bb") == {}
    assert row_cache.rows(node, world.channel, *at) == before
    assert len(kept(world, "bb")) == len(asked)
    world.close()


def test_it_costs_what_was_touched(tmp_path: Path) -> None:
    """An act on a request changes what is kept of it and of what its receipt bounds; no other."""
    world = agreed_world(tmp_path)
    asked = [ask(world, "aa", "preservation", "urgent") for _ in range(4)]
    world.pump()
    row_cache.catch_up(world.node("bb"))
    reply(world, "bb", asked[2], acts.ACKNOWLEDGED)
    world.pump()
    row_cache.catch_up(world.node("bb"))
    before = kept(world, "bb")
    reply(world, "bb", asked[1], acts.ACKNOWLEDGED)
    world.pump()
    row_cache.catch_up(world.node("bb"))
    assert not row_cache.step(world.node("bb"))
    changed = {key for key, value in kept(world, "bb").items() if before[key] != value}
    ids = [f"{world.channel}|request|{one.act.matter.id}" for one in asked]
    assert ids[1] in changed
    assert changed <= {ids[1], ids[2]}  # the bound of the one before came with it


def test_a_request_of_many_acts_is_read_once_when_all_is_caught_up(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A rebuild costs what there is of requests, not what there is of acts and receipts."""
    world = agreed_world(tmp_path)
    asked = [ask(world, "aa", "preservation", "urgent") for _ in range(3)]
    world.pump()
    for verb in (acts.ACKNOWLEDGED, acts.ACCEPTED):
        for one in asked:
            reply(world, "bb", one, verb)
            world.pump()
    node = world.node("bb")
    at = (understood(world, "bb"), node.clock.now_ms())
    before = row_cache.rows(node, world.channel, *at)
    row_cache.forget(node)
    read_ids: list[str] = []
    observed = At.observed

    def counted(self: At, matter: Matter, now_ms: int) -> Read:
        read_ids.append(matter.id)
        return observed(self, matter, now_ms)

    monkeypatch.setattr(stale_matters, "RANGE_ENTRIES", 2)
    monkeypatch.setattr(At, "observed", counted)
    row_cache.catch_up(node)
    assert sorted(read_ids) == sorted(one.act.matter.id for one in asked)
    assert row_cache.rows(node, world.channel, *at) == before


def test_a_step_stops_where_receipts_touch_very_many(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A receipt touches all that it covers: a few entries of a log may be all requests."""
    world = agreed_world(tmp_path)
    for _ in range(8):
        ask(world, "aa", "preservation", "urgent")
        ask(world, "aa", "preservation", "urgent")
        world.pump()
    node = world.node("aa")
    at = (understood(world, "aa"), node.clock.now_ms())
    before = row_cache.rows(node, world.channel, *at)
    row_cache.forget(node)
    monkeypatch.setattr(stale_matters, "KEYS_MAX", 4)
    with node.store.read() as tx:
        found = stale_matters.touched(node, tx)
    assert len(found.keys) < len(before)
    assert found.after[world.origin("bb")] < understood(world, "aa")[world.origin("bb")]
    assert row_cache.rows(node, world.channel, *at) == before


def test_a_channel_that_is_understood_anew_is_kept_again_whichever_log_it_came_by(
    tmp_path: Path,
) -> None:
    """One log is behind where it was looked at; what the others alone say is not lost."""
    world = agreed_world(tmp_path, parties=("aa", "bb", "cc"))
    world.cut("aa", "bb")
    world.cut("bb", "cc")
    asked = ask(world, "aa", "preservation", "urgent", to=("cc",))
    world.pump()
    node = world.node("aa")
    at = (understood(world, "aa"), node.clock.now_ms())
    before = row_cache.rows(node, world.channel, *at)
    assert [row.id for row in before] == [asked.act.matter.id]
    with node.store.write() as tx:
        tx.save_record(stale_matters.CURSOR, world.origin("bb"), 999)
    assert row_cache.rows(node, world.channel, *at) == before


def test_what_an_author_disowns_is_in_no_figure_any_more(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A request stands behind what counts of a stolen log; all is understood anew, as before it."""
    world = agreed_world(tmp_path)
    first = ask(world, "aa", "preservation", "urgent")
    world.pump()
    second = ask(world, "aa", "preservation", "urgent")
    world.pump()
    reply(world, "bb", first, acts.ACKNOWLEDGED)
    world.pump()
    row_cache.catch_up(world.node("bb"))
    assert len(kept(world, "bb")) == 2
    with monkeypatch.context() as lost:
        lost.setattr(ended_tree, "_held_elsewhere", lambda *_: second.index)
        lost.setattr(generation, "say_again", lambda *_: None)
        origin, sha256 = generation.begin(world.node("aa"), world.channel, "stolen")
    for _ in range(3):
        world.advance(60_000)
        world.round()
    generation.accept(world.node("bb"), origin, sha256)
    world.advance(300_000)
    world.pump()
    for party in ("aa", "bb"):
        at = (understood(world, party), world.node(party).clock.now_ms())
        rows = row_cache.rows(world.node(party), world.channel, *at)
        assert [row.id for row in rows] == [first.act.matter.id]
        assert rows == read(world, party, [first.act.matter.id], at)


def test_who_read_before_an_act_came_does_not_write_over_who_read_after(tmp_path: Path) -> None:
    """Two processes keep the same rows; the slower one had read when less was understood."""
    world = agreed_world(tmp_path)
    asked = ask(world, "aa", "preservation", "urgent")
    world.pump()
    node = world.node("bb")

    def meanwhile() -> None:
        reply(world, "bb", asked, acts.ACKNOWLEDGED)
        world.pump()
        row_cache.catch_up(node)

    row_cache.step(replace(node, store=Meanwhile(node.store, meanwhile)))
    at = (understood(world, "bb"), node.clock.now_ms())
    rows = row_cache.rows(node, world.channel, *at)
    assert rows == read(world, "bb", [asked.act.matter.id], at)


@pytest.mark.parametrize("names", [(MAIN,), tuple(CALENDARS.values())])
def test_what_was_counted_without_an_agreed_text_is_counted_again_once_it_is_held(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, names: tuple[str, ...]
) -> None:
    """As after a recovery, where bodies follow: who looked meanwhile finds what the other has."""
    world = agreed_world(tmp_path)
    asked = ask(world, "aa", "subscriber", "routine")
    world.pump()
    world.advance(6 * DAY_MS)
    reply(world, "bb", asked, acts.ACKNOWLEDGED)
    world.pump()
    world.advance(DAY_MS)
    then = of_now(world)
    lacking = {hashlib.sha256(shipped(name)).hexdigest() for name in names}
    with monkeypatch.context() as patched:
        is_held = calendars.is_held
        patched.setattr(
            calendars, "is_held", lambda tx, sha256: sha256 not in lacking and is_held(tx, sha256)
        )
        without = take.computed(world.node("aa"), then)
        take.computed(world.node("aa"), of_now(world, 1))
    for wanted in (then, of_now(world), of_now(world, HOUR_MS)):
        found = take.computed(world.node("aa"), wanted)
        assert found.digest != without.digest
        assert found.digest == take.computed(world.node("bb"), wanted).digest


def of_now(world: World, ahead_ms: int = 0) -> Wanted:
    """Return the figures of these days, at an instant."""
    now_ms = world.states["aa"].clock.at_ms + ahead_ms
    return Wanted(world.channel, Period(now_ms - 30 * DAY_MS, now_ms + DAY_MS), now_ms=now_ms)


def test_a_request_with_many_acts_is_looked_at_once(tmp_path: Path) -> None:
    """Its state grows with its acts: read for each of them it took as long as their square."""
    world = agreed_world(tmp_path)
    asked = ask(world, "aa", "preservation", "urgent")
    world.pump()
    row_cache.catch_up(world.node("bb"))
    for _ in range(60):
        reply(world, "aa", asked, acts.STATUS_ASKED)
    world.pump()
    counted = count(world, "bb")
    row_cache.catch_up(world.node("bb"))

    assert counted.calls["matter"] < 30
