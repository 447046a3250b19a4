"""An entry that one side cannot open: its author shows the key, and both show the same."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from support.pair import World, make_world

from comity.acts import codec
from comity.acts.record import Act, Addressee, Office
from comity.joint.exchange import acts as exchange_acts
from comity.joint.request import acts as request_acts
from comity.joint.request.acts import Asked, Saying
from comity.kernel.ids import random_id
from comity.node.base import trust
from comity.node.exchange import contested_entries, logs, openings, seal
from comity.node.exchange.append import seen_by_end
from comity.node.exchange.refold import Times
from comity.node.operate import claims
from comity.node.room import matter_read
from comity.seal import age
from comity.seal.hybrid import HybridIdentity


def _request(world: World) -> Act:
    saying = Saying(random_id(world.node("aa").entropy(16)), Office("police"), "ref")
    asked = Asked("preservation", "urgent", ("one",), ())
    return request_acts.submitted(saying, "aa", (Addressee("bb"),), asked)


def append_closed(world: World, act: Act) -> int:
    """Append an act of aa, sealed for bb to somebody else's key; return its index."""
    node = world.node("aa")
    with node.store.write() as tx:
        log, now = logs.own_log(tx, world.channel), trust.load(tx, world.channel)
        numbers = seal.cards_in_force(now, seen_by_end(tx, log))
        keys = now.keys("bb", 1)
        strange = replace(keys, seal=HybridIdentity(b"\x07" * 32).recipient.raw)
        wrong = replace(now, opened={"bb": {1: strange}})
        logs.append_entries(tx, log, [seal.seal_entry(node, wrong, numbers, log.origin, act)])
    return log.size


@pytest.mark.parametrize("parties", [("aa", "bb"), ("aa", "bb", "cc")])
def test_what_did_not_open_counts_once_its_key_is_shown(
    tmp_path: Path, parties: tuple[str, ...]
) -> None:
    """One names the entry in its receipt; the author shows the key; all fold it alike."""
    world = make_world(tmp_path, parties)
    index = append_closed(world, _request(world))
    world.pump()
    assert world.matters("bb") == []
    assert [turn.get("received_at_ms") for turn in _turns(world, "aa")] == [None]
    assert "exchange.entry.contested" in [code for code, _ in world.alarms("aa")]
    contested_entries.show_opening(world.node("aa"), world.origin("aa"), index)
    world.pump()
    shown = [world.digests(party) for party in parties]
    assert len(shown[0]) == 1
    assert shown == [shown[0]] * len(parties)
    assert all(turn.get("received_at_ms") for turn in _turns(world, "aa"))


def _turns(world: World, party: str) -> list[dict[str, object]]:
    (row,) = world.matters(party)
    assert isinstance(row.state, dict)
    turns = row.state["turns"]
    assert isinstance(turns, list)
    return turns  # type: ignore[return-value] # objects, as the room writes them


@pytest.mark.parametrize("parties", [("aa", "bb"), ("aa", "bb", "cc")])
def test_what_does_not_open_is_told_as_stored_and_not_as_received(
    tmp_path: Path, parties: tuple[str, ...]
) -> None:
    """Bb has signed that it holds the entry, and that it cannot read it; each is told by itself."""
    world = make_world(tmp_path, parties)
    index = append_closed(world, _request(world))
    world.pump()

    def told() -> dict[str, tuple[bool, bool]]:
        with world.node("aa").store.read() as tx:
            (row,) = tx.acts(world.origin("aa"), index, index + 1)
            times = Times(tx, trust.load(tx, world.channel))
            found = matter_read.deliveries(tx, row, times)
        return {one.party: (bool(one.cosigned_at_ms), bool(one.received_at_ms)) for one in found}

    others = dict.fromkeys(parties[2:], (True, True))
    assert told() == {"bb": (True, False), **others}
    contested_entries.show_opening(world.node("aa"), world.origin("aa"), index)
    world.pump()
    assert told() == {"bb": (True, True), **others}


def test_a_third_party_may_show_what_an_author_will_not(tmp_path: Path) -> None:
    """Aa seals to cc alone and is silent; cc shows the key, and bb and cc agree."""
    world = make_world(tmp_path, ("aa", "bb", "cc"))
    index = append_closed(world, _request(world))
    world.pump()
    assert "exchange.entry.contested" in [code for code, _ in world.alarms("cc")]
    contested_entries.show_opening(world.node("cc"), world.origin("aa"), index)
    world.pump()
    assert len(world.digests("bb")) == 1
    assert world.digests("bb") == world.digests("cc") == world.digests("aa")


def test_a_wrong_key_shows_no_opening(tmp_path: Path) -> None:
    """Neither the author nor another opens an entry with a key that is not its own."""
    world = make_world(tmp_path)
    index = append_closed(world, _request(world))
    world.pump()
    codes = {"origin": world.origin("aa"), "index": str(index), "file-key": "00" * 16}
    for party in ("aa", "bb"):
        act_id = random_id(world.node(party).entropy(16))
        act = exchange_acts.register_act(act_id, exchange_acts.OPENING_SHOWN, "live", codes)
        world.say(party, act)
    world.pump()
    assert world.matters("bb") == []


@pytest.mark.parametrize("spell", [str.upper, lambda key: f"{key[:16]} {key[16:]}"])
def test_a_key_has_one_spelling(tmp_path: Path, spell: Callable[[str], str]) -> None:
    """What one reader takes for a key and another does not would keep them apart (8.8.3)."""
    world = make_world(tmp_path)
    index = append_closed(world, _request(world))
    world.pump()
    node = world.node("aa")
    act_id = contested_entries.show_opening(node, world.origin("aa"), index)
    with node.store.read() as tx:
        row = tx.act("aa", act_id)
    assert row is not None
    codes = {**row.act.codes, "file-key": spell(row.act.codes["file-key"])}
    with node.store.read() as tx:
        now = trust.load(tx, world.channel)
        assert openings.shown(tx, now, "aa", row.act) is not None
        assert openings.shown(tx, now, "aa", replace(row.act, codes=codes)) is None


def test_a_key_that_is_shown_in_another_channel_opens_nothing(tmp_path: Path) -> None:
    """Another channel has other adoptions and another audience: what opens is asked of its own."""
    world = make_world(tmp_path)
    world.channel_name = "hotline"
    index = append_closed(world, _request(world))
    world.pump()
    node, origin, path = world.node("aa"), world.origin("aa", "hotline"), world.channel
    with node.store.read() as tx:
        now, (raw,) = trust.load(tx, path), tx.entries(origin, index, index + 1)
        opened = seal.open_entry(node, now, (1, 1), raw)
    assert isinstance(opened, seal.Opened)
    codes = {"origin": origin, "index": str(index), "file-key": opened.file_key.hex()}
    world.channel_name = "live"
    tag = exchange_acts.OPENING_SHOWN
    world.say("aa", exchange_acts.register_act(node.act_id(), tag, "live", codes))
    world.pump()
    with world.node("bb").store.read() as tx:
        assert tx.acts(origin, index, index + 1) == []
        assert tx.record("unread", f"{origin}|{index}") is not None


def test_a_key_opens_nothing_that_no_party_may_read(tmp_path: Path) -> None:
    """An entry with a stanza too many does not parse, for everybody alike; its key changes none."""
    world = make_world(tmp_path)
    node = world.node("aa")
    with node.store.write() as tx:
        log, now = logs.own_log(tx, world.channel), trust.load(tx, world.channel)
        keys = [now.keys(party, 1).seal for party in ("aa", "bb", "bb")]
        envelope = age.envelope([node.suite.recipient(key) for key in keys], node.entropy)
        plaintext = codec.render(log.origin, _request(world))
        entry = b"\1" + age.seal_into(envelope, plaintext, node.entropy)
        logs.append_entries(tx, log, [entry])
    world.pump()
    _, file_key = age.unseal_at(entry[1:], 0, 3, node.keys.identity(world.channel, 1))
    codes = {"origin": log.origin, "index": str(log.size), "file-key": file_key.hex()}
    act_id = random_id(node.entropy(16))
    world.say("aa", exchange_acts.register_act(act_id, exchange_acts.OPENING_SHOWN, "live", codes))
    world.pump()
    assert [world.matters(party) for party in ("aa", "bb")] == [[], []]


def test_each_is_told_what_does_not_open_and_who_can_show_it(tmp_path: Path) -> None:
    """Bb that it cannot read it, cc that it can show what aa will not; nobody once it is shown."""
    world = make_world(tmp_path, ("aa", "bb", "cc"))
    index = append_closed(world, _request(world))
    world.pump()

    def told(party: str) -> list[str]:
        found = claims.findings(party, claims.read(world.node(party)))
        return [f"{one.about}: {one.what} {one.fix}" for one in found]

    step = f"`comity recover show-opening {world.origin('aa')} {index}`"
    (of_bb,), (of_cc,) = told("bb"), told("cc")
    assert "It does not open here: what aa says in it is not known." in of_bb
    assert "bb says that it does not open" in of_cc
    assert step in of_bb
    assert step in of_cc
    contested_entries.show_opening(world.node("cc"), world.origin("aa"), index)
    world.pump()
    assert [told(party) for party in world.states] == [[], [], []]
    assert [world.alarms(party) for party in world.states] == [[], [], []]
