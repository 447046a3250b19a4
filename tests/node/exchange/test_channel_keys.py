"""New keys for a channel that acts opened: shown in `live`, entered there, counted by place."""

from contextlib import suppress
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from making_cards import refused
from node.exchange.test_channel_end import NAME, ask, foreign, opened
from support.deep import many
from support.pair import World, make_world

from comity.adapters.keyfiles import KeyFiles
from comity.joint.arrangement import channel as channels
from comity.joint.arrangement.channel import Opening
from comity.joint.exchange import acts as exchange_acts
from comity.kernel.fault import Fault
from comity.node.base import channel_records, register_records, trust
from comity.node.base.context import Session
from comity.node.exchange import append, channel, channel_keys, generation, hold_alarm
from comity.node.exchange.append import Candidate
from comity.node.operate import backup, rebuild
from comity.node.operate.fsck import run

PARTIES = [("aa", "bb"), ("aa", "bb", "cc")]


def rotate(world: World, party: str, path: str) -> int:
    """Let a party replace its keys for a channel."""
    one = world.states[party]
    return channel_keys.rotate(one.node, one.maker, path)


def _counting(world: World, reader: str, party: str, path: str) -> int:
    """Return the number of the set of keys with which a party signs now, as a reader finds it."""
    with world.node(reader).store.read() as tx:
        loaded = trust.load(tx, path)
        origin = loaded.newest_origin(party)
        return max(one.number for one in loaded.positions(origin))


@pytest.mark.parametrize("parties", PARTIES)
def test_a_channel_goes_on_under_new_keys(tmp_path: Path, parties: tuple[str, ...]) -> None:
    """Said before and after, by each party, everything is read, proven and computed alike."""
    world = make_world(tmp_path, parties)
    path = opened(world)
    for number in (2, 3):
        for party in parties:
            ask(world, party, path)
            assert rotate(world, party, path) == number
            ask(world, party, path)
        world.pump()
        assert {_counting(world, a, b, path) for a in parties for b in parties} == {number}
    assert len({str(world.digests(party)) for party in parties}) == 1
    assert len(world.digests("aa")) == 4 * len(parties)
    for party in parties:
        node = world.node(party)
        assert not world.alarms(party)
        assert not run.check(node).problems
        assert not backup.require_keys(node)
        done = rebuild.rebuild(node)
        assert done.digest_before == done.digest_after
        with node.store.read() as tx:
            assert [number for of, number in backup.own_cards(tx, party) if of == path] == [1, 2, 3]
            for log in tx.logs(path):
                assert log.size == log.signed == log.understood
    world.close()


def test_the_old_keys_sign_up_to_the_entry_and_the_new_ones_after_it(tmp_path: Path) -> None:
    """docs/spec/arrangement.md 3.4.3, 3.4.4: decided by sizes, never by a clock."""
    world = make_world(tmp_path)
    path = opened(world)
    ask(world, "aa", path)
    rotate(world, "aa", path)
    ask(world, "aa", path)
    world.pump()
    with world.node("bb").store.read() as tx:
        loaded = trust.load(tx, path)
        origin = loaded.newest_origin("aa")
        (entered,) = loaded.entered(origin)
        end = entered.index + 1
        assert loaded.log_cards(origin, end) == (1,)
        assert loaded.log_cards(origin, end + 1) == (2,)
        assert tx.heads(origin, end)
    world.close()


def test_who_was_away_reads_on_under_the_new_keys(tmp_path: Path) -> None:
    """The head that it is sent is signed by keys of which `live` tells it in the same hour."""
    world = make_world(tmp_path)
    path = opened(world)
    world.cut("aa", "bb")
    ask(world, "aa", path)
    rotate(world, "aa", path)
    ask(world, "aa", path)
    for _ in range(3):
        world.advance(60_000)
        world.round()
    # Not before all have signed for what `live` shows: a log begun anew could leave that out.
    assert _counting(world, "aa", "aa", path) == 1
    with refused("exchange.channel.keys-pending"):
        rotate(world, "aa", path)
    world.mend()
    for _ in range(6):
        world.advance(60_000)
        world.round()
    world.pump()
    assert _counting(world, "bb", "aa", path) == 2
    assert world.digests("aa") == world.digests("bb")
    assert len(world.digests("bb")) == 2
    world.close()


def test_keys_that_no_act_in_live_shows_are_waited_for_and_stop_only_their_author(
    tmp_path: Path,
) -> None:
    """A reader that has not read `live` yet must not read on as if nothing were entered."""
    world = make_world(tmp_path)
    path = opened(world)
    one = world.states["aa"]
    keys = channel.make_keys(one.maker, path, 2)
    text = channels.render(NAME, keys)
    document = channel.document_of(text)
    act = exchange_acts.register_act(
        one.node.act_id(), exchange_acts.KEYS_ENTERED, NAME, {"number": "2"}, (document,)
    )
    append.append(one.node, path, [Candidate(act, {document.sha256: text})])
    ask(world, "aa", path)
    ask(world, "bb", path)
    world.pump()
    with world.node("bb").store.read() as tx:
        theirs = next(log for log in tx.logs(path) if log.party == "aa")
        assert theirs.understood == 1  # a key entry, which says nothing of them
        assert theirs.signed == theirs.size == 4  # kept and signed for all the same
    (told,) = [what for code, what in world.alarms("bb") if code == hold_alarm.HELD_BACK]
    assert "live" in told
    with world.node("aa").store.read() as tx:
        assert all(log.understood == log.size for log in tx.logs(path))
    channel.say(one.node, world.channel, Opening(terms_of(world, path), 2, keys))
    for _ in range(3):
        world.advance(60_000)
        world.pump()
    assert _counting(world, "bb", "aa", path) == 2
    assert world.digests("aa") == world.digests("bb")
    world.close()


def terms_of(world: World, path: str) -> channels.Terms:
    """Return the terms of a channel."""
    with world.node("aa").store.read() as tx:
        return channel_records.terms(tx, path)


def test_a_new_log_begins_under_the_newest_keys(tmp_path: Path) -> None:
    """As with cards: its entry 1 names their number."""
    world = make_world(tmp_path)
    path = opened(world)
    ask(world, "aa", path)
    rotate(world, "aa", path)
    world.pump()
    origin, entry = generation.begin(world.node("aa"), path, "damaged")
    world.pump()
    generation.accept(world.node("bb"), origin, entry)
    world.pump()
    ask(world, "aa", path)
    world.pump()
    assert _counting(world, "bb", "aa", path) == 2
    assert rotate(world, "aa", path) == 3
    ask(world, "aa", path)
    world.pump()
    assert _counting(world, "bb", "aa", path) == 3
    assert world.digests("aa") == world.digests("bb")
    assert foreign(world, "aa", path) == foreign(world, "bb", path)
    world.close()


def test_what_was_shown_and_not_entered_enters_by_itself(tmp_path: Path) -> None:
    """A crash between the two acts leaves the old keys in force, until the next round."""
    world = make_world(tmp_path)
    path = opened(world)
    one = world.states["aa"]
    terms = terms_of(world, path)
    keys = channel.make_keys(one.maker, path, 2)
    channel.say(one.node, register_records.live_of(path), Opening(terms, 2, keys))
    assert _counting(world, "aa", "aa", path) == 1
    world.pump()
    assert _counting(world, "aa", "aa", path) == 2
    world.pump()
    assert _counting(world, "bb", "aa", path) == 2
    world.close()


def test_a_home_without_the_new_keys_says_nothing_under_older_ones(tmp_path: Path) -> None:
    """It was put back from a backup of before: its operator is told which keys lack."""
    world = make_world(tmp_path)
    path = opened(world)
    rotate(world, "aa", path)
    world.pump()
    one, folder = world.states["aa"], tmp_path / "aa" / "keys"
    (file,) = folder.glob(f"*{NAME}*-000002.age")
    file.unlink()
    keys = KeyFiles(folder, one.maker.vault, one.node.entropy)
    world.replace_node("aa", replace(one.node, keys=keys, session=Session()))
    with refused("node.card.lost"):
        ask(world, "aa", path)
    with refused("node.card.lost"):
        rotate(world, "aa", path)
    assert backup.require_keys(world.node("aa")) == [path]
    ask(world, "aa", world.channel)
    world.close()


@pytest.mark.parametrize("name", ["live", "hotline"])
def test_the_keys_of_a_card_are_not_replaced_by_an_act(tmp_path: Path, name: str) -> None:
    """They hang from the root key, which stays offline."""
    world = make_world(tmp_path)
    path = register_records.channel_path(world.arrangement, name)
    with refused("exchange.channel.on-cards"):
        rotate(world, "aa", path)
    with refused("exchange.channel.not-open"):
        rotate(world, "aa", register_records.channel_path(world.arrangement, "nothing"))
    world.close()


@settings(max_examples=many(8, deep=100), deadline=None)
@given(
    st.lists(
        st.tuples(st.sampled_from(["ask", "rotate", "round", "cut", "mend"]), st.integers(0, 2)),
        max_size=14,
    )
)
def test_all_parties_read_all_of_it_whatever_crosses(
    tmp_path_factory: pytest.TempPathFactory, steps: list[tuple[str, int]]
) -> None:
    """Law: at rest, three parties that changed keys at any time have read the same acts."""
    world = make_world(tmp_path_factory.mktemp("keys"), ("aa", "bb", "cc"))
    path, parties = opened(world), ("aa", "bb", "cc")
    said = 0
    for step, at in steps:
        if step == "ask":
            ask(world, parties[at], path)
            said += 1
        elif step == "rotate":
            with suppress(Fault):  # the set before is not entered yet
                rotate(world, parties[at], path)
        elif step == "round":
            world.round()
        elif step == "cut":
            world.cut(parties[at], parties[at - 1])
        else:
            world.mend()
    world.mend()
    for _ in range(4):
        world.advance(60_000)
        world.pump()
    assert len(world.digests("aa")) == said
    assert len({str(world.digests(party)) for party in parties}) == 1
    found = [foreign(world, party, path) for party in parties]
    assert found[0] == found[1] == found[2]
    assert set(found[0].values()) <= {""}
    world.close()
