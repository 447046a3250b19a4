"""The end of a channel that acts opened: nothing more is said in it, and all that was stays."""

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from making_cards import refused
from support import sealing
from support.deep import many
from support.pair import World, make_world

from comity.acts.record import Addressee, Office
from comity.joint.arrangement.channel import EXERCISE, PURPOSES, Terms
from comity.joint.exchange import acts as exchange_acts
from comity.joint.request import acts as request_acts
from comity.kernel.ids import random_id
from comity.node.base import register_records
from comity.node.exchange import (
    append,
    channel,
    channel_end,
    channel_list,
    generation,
    logs,
    pump,
)
from comity.node.exchange.append import Appended, Candidate
from comity.node.operate import rebuild
from comity.node.operate.fsck import run

NAME = "table-top"
MINUTE_MS = 60_000


def opened(world: World, purpose: str = EXERCISE, name: str = NAME) -> str:
    """Open a channel at every party; return its path."""
    for one in world.states.values():
        channel.open_channel(one.node, one.maker, world.arrangement, Terms(name, purpose))
        world.pump()
    return register_records.channel_path(world.arrangement, name)


def ask(world: World, party: str, path: str) -> Appended:
    """Let a party ask all others for something in a channel."""
    node = world.node(party)
    saying = request_acts.Saying(random_id(node.entropy(16)), Office("police"))
    to = tuple(Addressee(other) for other in world.states if other != party)
    asked = request_acts.Asked("preservation", "urgent", ("one",), ("element-1",))
    (said,) = append.append(
        node, path, [Candidate(request_acts.submitted(saying, party, to, asked), {})]
    )
    assert isinstance(said, Appended), said
    return said


def foreign(world: World, party: str, path: str) -> dict[str, str]:
    """Return by their ids why acts of a channel are foreign for a party; "" where they are not."""
    with world.node(party).store.read() as tx:
        rows = (tx.acts(log.origin, 0, log.understood) for log in tx.logs(path))
        return {row.act.id: row.foreign for of in rows for row in of}


@pytest.mark.parametrize("parties", [("aa", "bb"), ("aa", "bb", "cc")])
@pytest.mark.parametrize("purpose", PURPOSES)
def test_nobody_says_anything_in_it_afterwards(
    tmp_path: Path, parties: tuple[str, ...], purpose: str
) -> None:
    """Whoever has read the end is refused with who ended it; receipts of the end still go out."""
    world = make_world(tmp_path, parties)
    path = opened(world, purpose)
    ask(world, "aa", path)
    channel.end_channel(world.node("aa"), path, "done")
    with refused(channel_end.ENDED):
        ask(world, "aa", path)
    world.pump()
    before = {party: world.digests(party) for party in parties}
    for party in parties:
        with refused(channel_end.ENDED):
            ask(world, party, path)
        with refused(channel_end.ENDED):
            channel.end_channel(world.node(party), path, "done")
        one = world.states[party]
        with refused(channel_end.ENDED):
            channel.open_channel(one.node, one.maker, world.arrangement, Terms(NAME, purpose))
        with one.node.store.read() as tx:
            (listed,) = [row for row in channel_list.listed(tx, party) if row.path == path]
            assert (listed.state, listed.ended_by, listed.reason) == ("ended", "aa", "done")
            for log in tx.logs(path):
                assert log.size == log.signed == log.understood
                others = [other for other in parties if other != log.party]
                assert all(tx.newest_receipt(f"{o}/{world.arrangement}/{NAME}/1", log.origin)
                           for o in others if log.party == "aa")  # fmt: skip
        ask(world, party, world.channel)
    world.pump()
    assert all(len(world.digests(p)) == len(before[p]) + len(parties) for p in parties)
    assert len({str(world.digests(party)) for party in parties}) == 1
    world.close()


def test_what_crossed_the_end_counts_and_what_had_seen_it_does_not(tmp_path: Path) -> None:
    """It follows from what an author had seen, so every party finds the same, at any time."""
    world = make_world(tmp_path)
    path = opened(world)
    world.cut("aa", "bb")
    channel.end_channel(world.node("aa"), path, "keys-stolen")
    crossed = ask(world, "bb", path)
    world.mend()
    world.pump()
    later = _said_in_spite_of_the_end(world, "bb", path)
    world.pump()
    told = foreign(world, "aa", path)
    assert told[crossed.act.id] == ""
    assert told[later] == "ended"
    for party in ("bb", "aa"):
        assert foreign(world, party, path) == told
        done = rebuild.rebuild(world.node(party))
        assert done.digest_before == done.digest_after
        assert foreign(world, party, path) == told
        assert not run.check(world.node(party)).problems
    assert world.digests("aa") == world.digests("bb")
    world.close()


def _said_in_spite_of_the_end(world: World, party: str, path: str) -> str:
    """Let a dishonest party say something that its node would refuse; return the act's id."""
    node = world.node(party)
    saying = request_acts.Saying(random_id(node.entropy(16)), Office("police"))
    asked = request_acts.Asked("preservation", "urgent", ("one",), ("element-1",))
    to = tuple(Addressee(other) for other in world.states if other != party)
    act = request_acts.submitted(saying, party, to, asked)
    with node.store.write() as tx:
        logs.append_entries(tx, logs.own_log(tx, path), sealing.entries(node, tx, path, act))
    return act.id


def test_both_may_end_it_at_once(tmp_path: Path) -> None:
    """Two ends that crossed both count, and nobody has to do anything."""
    world = make_world(tmp_path)
    path = opened(world)
    world.cut("aa", "bb")
    for party in ("aa", "bb"):
        channel.end_channel(world.node(party), path, "done")
    world.mend()
    world.pump()
    for party in ("aa", "bb"):
        ends = list(foreign(world, party, path).values())
        assert ends == ["", ""]
        assert not world.alarms(party)
    world.close()


def test_no_head_of_it_is_signed_anew_and_none_is_missed(tmp_path: Path) -> None:
    """Else each channel that ever was would cost a head a minute, for ever."""
    world = make_world(tmp_path)
    path = opened(world)
    ask(world, "bb", path)
    channel.end_channel(world.node("aa"), path, "done")
    world.pump()
    heads = _heads(world, path)
    for _ in range(5):
        world.advance(MINUTE_MS)
        world.round()
    assert _heads(world, path) == heads
    assert not any(code == pump.SILENT for party in ("aa", "bb") for code, _ in world.alarms(party))
    assert _heads(world, world.channel)
    world.close()


def _heads(world: World, path: str) -> list[bytes]:
    found: list[bytes] = []
    for one in world.states.values():
        with one.node.store.read() as tx:
            found += [head.note for log in tx.logs(path) if (head := tx.newest_head(log.origin))]
    return found


@pytest.mark.parametrize("name", ["live", "hotline"])
def test_what_stands_on_cards_has_no_end(tmp_path: Path, name: str) -> None:
    """An act that says so means nothing there, whoever says it."""
    world = make_world(tmp_path)
    path = register_records.channel_path(world.arrangement, name)
    with refused("exchange.channel.on-cards"):
        channel.end_channel(world.node("aa"), path, "done")
    node = world.node("aa")
    act = exchange_acts.channel_ended(node.act_id(), name, "done")
    append.append(node, path, [Candidate(act, {})])
    world.pump()
    for party in ("aa", "bb"):
        ask(world, party, path)
    world.pump()
    assert set(foreign(world, "bb", path).values()) == {""}
    world.close()


@pytest.mark.parametrize("reason", ["", "bored", "Done"])
def test_an_end_without_a_known_reason_is_not_said(tmp_path: Path, reason: str) -> None:
    """It is permanent, and all parties read it."""
    world = make_world(tmp_path)
    path = opened(world)
    with refused("arrangement.channel.reason"):
        channel.end_channel(world.node("aa"), path, reason)
    ask(world, "aa", path)
    world.close()


def test_acts_that_wait_to_be_said_again_are_kept_and_told_where_it_has_ended(
    tmp_path: Path,
) -> None:
    """A recovery cut them: after the end they go out no more, and nothing else waits for them."""
    world = make_world(tmp_path)
    path = opened(world)
    world.cut("aa", "bb")
    channel.end_channel(world.node("bb"), path, "done")
    ask(world, "aa", path)
    world.mend()
    origin, entry = generation.begin(world.node("aa"), path, "damaged")
    world.pump()
    generation.accept(world.node("bb"), origin, entry)
    world.pump()
    assert foreign(world, "aa", path) == foreign(world, "bb", path)
    assert world.digests("aa") == world.digests("bb")
    with world.node("aa").store.read() as tx:
        assert append.waiting(tx, path) == 0
    world.close()


@settings(max_examples=many(10, deep=100), deadline=None)
@given(st.lists(st.sampled_from(["aa", "bb", "cc", "end", "pump", "cut", "mend"]), max_size=14))
def test_all_parties_find_the_same_whatever_crosses(
    tmp_path_factory: pytest.TempPathFactory, steps: list[str]
) -> None:
    """Law: at rest, every party of three has the same acts, with the same effect."""
    world = make_world(tmp_path_factory.mktemp("end"), ("aa", "bb", "cc"))
    path = opened(world)
    for count, step in enumerate(steps):
        if step == "pump":
            world.round()
        elif step == "cut":
            world.cut("aa", "bb")
        elif step == "mend":
            world.mend()
        else:
            party = ("aa", "bb", "cc")[count % 3] if step == "end" else step
            with world.node(party).store.read() as tx:
                is_over = channel_end.of(tx, path) is not None
            if is_over:
                with refused(channel_end.ENDED):
                    ask(world, party, path)
            elif step == "end":
                channel.end_channel(world.node(party), path, "done")
            else:
                ask(world, party, path)
    world.mend()
    world.advance(MINUTE_MS)
    world.pump()
    found = [foreign(world, party, path) for party in world.states]
    assert found[0] == found[1] == found[2]
    assert set(found[0].values()) <= {""}
    assert len({str(world.digests(party)) for party in world.states}) == 1
    world.close()
