"""A party lost its machine and the act that opened a channel: every other one is told, and waits.

Its new generation of `live` leaves the act out, so its node knows of no such channel.
"""

from dataclasses import replace
from pathlib import Path
from typing import cast

import pytest
from making_cards import refused
from support.commands import Commands
from support.pair import World, make_world

from comity.acts.record import Addressee, Office
from comity.adapters.keyfiles import KeyFiles
from comity.adapters.memory import MemoryStore, copy_of
from comity.adapters.memory_highwater import MemoryHighWater
from comity.joint.arrangement.channel import EXERCISE, Opening, Terms
from comity.joint.request import acts as request_acts
from comity.kernel.ids import random_id
from comity.node.base import channel_records, register_records
from comity.node.base.context import Session
from comity.node.exchange import (
    append,
    channel,
    channel_list,
    ended_log,
    generation,
    lost_channel,
    pump,
    status,
)
from comity.node.exchange.append import Appended, Candidate
from comity.node.operate import health
from comity.surfaces.cli import channel as channel_command

NAME = "exercise"
HALF_A_MINUTE_MS = 30_000


def _left_out(folder: Path, parties: tuple[str, ...] = ("aa", "bb")) -> World:
    """Return a world in which aa's image is from before the channel, and its log begun anew."""
    world = make_world(folder, parties)
    world.ask("aa")
    world.pump()
    before = _image(world)
    for one in reversed(world.states.values()):
        channel.open_channel(one.node, one.maker, world.arrangement, Terms(NAME, EXERCISE))
        world.pump()
    _put_back(world, folder, before)
    origin, entry = generation.begin(world.node("aa"), world.channel, "lost")
    world.mend()
    world.pump()
    for party in parties[1:]:
        generation.accept(world.node(party), origin, entry)
    world.pump()
    return world


def _image(world: World) -> tuple[MemoryStore, MemoryHighWater]:
    node = world.node("aa")
    assert isinstance(node.store, MemoryStore)
    assert isinstance(node.highwater, MemoryHighWater)
    return MemoryStore(copy_of(node.store.disk)), MemoryHighWater(node.highwater.device.durable)


def _put_back(world: World, folder: Path, before: tuple[MemoryStore, MemoryHighWater]) -> None:
    """Start aa on the image, while nobody is in reach; its newer key files are gone too."""
    one, keys = world.states["aa"], folder / "aa" / "keys"
    (file,) = [file for file in keys.glob("*.age") if NAME in file.name]
    file.unlink()
    here = KeyFiles(keys, one.maker.vault, one.node.entropy)
    store, highwater = before
    node = replace(one.node, store=store, highwater=highwater, session=Session(), keys=here)
    world.cut(*world.states)
    world.replace_node("aa", node)
    pump.begin(node)
    world.round()


def _path(world: World, name: str = NAME) -> str:
    return register_records.channel_path(world.arrangement, name)


def _say(world: World, party: str, name: str = NAME) -> Appended:
    node = world.node(party)
    saying = request_acts.Saying(random_id(node.entropy(16)), Office("police"))
    to = tuple(Addressee(other) for other in world.states if other != party)
    asked = request_acts.Asked("preservation", "urgent", ("one",), ("element-1",))
    act = request_acts.submitted(saying, party, to, asked)
    (said,) = append.append(node, _path(world, name), [Candidate(act, {})])
    assert isinstance(said, Appended), said
    return said


def _wait(world: World) -> None:
    for _ in range(12):
        world.advance(HALF_A_MINUTE_MS)
        world.round()


def _told(world: World, party: str) -> list[str]:
    return [what for code, what in world.alarms(party) if code == lost_channel.LEFT_OUT]


@pytest.mark.parametrize("parties", [("aa", "bb"), ("aa", "bb", "cc")])
def test_who_still_has_the_channel_is_told_and_says_nothing_in_it(
    tmp_path: Path, parties: tuple[str, ...]
) -> None:
    """What was said would wait for ever, and nobody could open it at the party that lacks it."""
    world = _left_out(tmp_path, parties)
    _wait(world)
    for party in parties[1:]:
        (told,) = _told(world, party)
        assert told == f"aa has begun its log anew without the act that opened {_path(world)}."
        with refused(lost_channel.LEFT_OUT):
            _say(world, party)
        one = world.states[party]
        with refused(lost_channel.LEFT_OUT):
            channel.open_channel(one.node, one.maker, world.arrangement, Terms(NAME, EXERCISE))
        codes = {code for code, _ in world.alarms(party)}
        assert codes == {lost_channel.LEFT_OUT, "exchange.generation.disowned"}
        with one.node.store.write() as tx:  # as the node that serves does
            status.save_served(tx, {}, [(lost_channel.LEFT_OUT, told)], one.clock.at_ms)
        found = health.findings(one.node)
        (alarm,) = [row for row in found if lost_channel.LEFT_OUT in str(row.what)]
        assert "comity channel open" in str(alarm.fix)
        assert [row for row in found if row.is_good is False] == [alarm]
    assert not _told(world, "aa")
    _say(world, "aa", "live")


def test_another_name_opens_and_is_used(tmp_path: Path) -> None:
    """That is what they are told to do."""
    world = _left_out(tmp_path)
    for one in world.states.values():
        channel.open_channel(one.node, one.maker, world.arrangement, Terms("again", EXERCISE))
        world.pump()
    for party in world.states:
        _say(world, party, "again")
    world.pump()
    assert world.digests("aa") == world.digests("bb")
    assert len(world.digests("aa")) == 3
    assert _told(world, "bb")


def test_the_same_keys_said_again_open_it_again(tmp_path: Path) -> None:
    """Whoever still has them says them by themselves (4.3.3), and the alarm ends."""
    world = _left_out(tmp_path)
    assert _told(world, "bb")
    with world.node("bb").store.read() as tx:
        said = channel_records.shown(tx, _path(world), "aa")
    assert said is not None
    channel.say(world.node("aa"), world.channel, Opening(said[0], 1, said[1][1]))
    world.pump()
    assert not _told(world, "bb")
    _say(world, "bb")


def _marked(world: World, party: str) -> dict[str, tuple[str, ...]]:
    """Return which parties are listed as left out, by the name of the channel."""
    with world.node(party).store.read() as tx:
        return {
            one.terms.name: one.left_out for one in channel_list.listed(tx, party) if one.left_out
        }


@pytest.mark.parametrize("parties", [("aa", "bb"), ("aa", "bb", "cc")])
def test_who_forgot_the_channel_does_not_open_it_again_under_its_name(
    tmp_path: Path, parties: tuple[str, ...]
) -> None:
    """Its new keys would count nowhere: its node alone would think that it is open."""
    world = _left_out(tmp_path, parties)
    one = world.states["aa"]
    with refused(lost_channel.LEFT_OUT):
        channel.open_channel(one.node, one.maker, world.arrangement, Terms(NAME, EXERCISE))
    assert len(list((tmp_path / "aa" / "keys").glob(f"*{NAME}*"))) == 0
    for party in parties:
        assert _marked(world, party) == {NAME: ("aa",)}
    (told,) = [f for f in health.findings(one.node) if f.about == f"channel {_path(world)}"]
    assert told.is_good is False
    assert "another name" in str(told.fix)
    assert not [f for f in health.findings(world.node("bb")) if str(f.about).startswith("channel")]


@pytest.mark.parametrize("party", ["aa", "bb"])
def test_the_list_of_channels_marks_it(tmp_path: Path, party: str) -> None:
    """On both sides, with what to do; and no other channel."""
    typed = Commands(_left_out(tmp_path), [channel_command])
    assert typed("channel", "list", "--home", party) == 0
    (line,) = [line for line in typed.text.splitlines() if line.startswith(f"{NAME} ")]
    assert line.endswith("aa (left out), bb")
    assert typed.text.count("(left out)") == 1
    assert "Agree on another name" in typed.text
    value = cast("dict[str, list[dict[str, object]]]", typed.value)
    found = {one["name"]: one["left_out"] for one in value["channels"]}
    assert found == {NAME: ["aa"], "hotline": [], "live": []}


def test_what_comes_back_is_not_forgotten(tmp_path: Path) -> None:
    """An old image shows no keys of the channel before its log is back; then it has them."""
    world = make_world(tmp_path, ("aa", "bb"))
    world.pump()
    before = _image(world)
    for one in reversed(world.states.values()):
        channel.open_channel(one.node, one.maker, world.arrangement, Terms(NAME, EXERCISE))
        world.pump()
    _put_back(world, tmp_path, before)
    world.mend()
    world.pump()
    assert not _marked(world, "aa")
    one = world.states["aa"]
    assert not channel.open_channel(one.node, one.maker, world.arrangement, Terms(NAME, EXERCISE))


def test_a_channel_that_opens_in_any_order_is_marked_nowhere(tmp_path: Path) -> None:
    """Who has shown keys, and has not read those of the other yet, lacks nothing."""
    world = make_world(tmp_path, ("aa", "bb"))
    for party in ("bb", "aa"):
        one = world.states[party]
        channel.open_channel(one.node, one.maker, world.arrangement, Terms(NAME, EXERCISE))
        world.mend()
        world.pump()
        assert not _marked(world, "aa")
        assert not _marked(world, "bb")


def test_other_keys_under_the_same_name_open_nothing(tmp_path: Path) -> None:
    """What was said before stands under the first; both sides go on saying what to do."""
    world = _left_out(tmp_path)
    one = world.states["aa"]
    with one.node.store.write() as tx:  # as if no partner had been in reach since
        for key in tx.records(lost_channel.FORGOTTEN):
            tx.drop_record(lost_channel.FORGOTTEN, key)
    channel.open_channel(one.node, one.maker, world.arrangement, Terms(NAME, EXERCISE))
    world.pump()
    assert _told(world, "bb")
    with refused(lost_channel.LEFT_OUT):
        _say(world, "bb")
    assert _marked(world, "aa") == _marked(world, "bb") == {NAME: ("aa",)}


def test_a_partner_can_have_only_so_many_names_noted(tmp_path: Path) -> None:
    """It is its word alone; nor is anything noted of an arrangement that it is not in."""
    world = make_world(tmp_path, ("aa", "bb"))
    node = world.node("aa")
    for number in range(lost_channel.FORGOTTEN_MAX + 3):
        origin = f"bb/{world.arrangement}/name-{number}/1"
        lost_channel.note_shown(node, "bb", origin, is_other=False)
    for origin in (f"bb/{'a' * 26}/other/1", world.origin("bb", "hotline"), "no origin"):
        lost_channel.note_shown(node, "bb", origin, is_other=False)
    lost_channel.note_shown(node, "zz", world.origin("bb", "other"), is_other=False)
    with node.store.read() as tx:
        noted = lost_channel.forgotten(tx)
    assert len(noted) == lost_channel.FORGOTTEN_MAX
    assert set(map(tuple, noted.values())) == {("bb",)}


def test_nothing_is_known_while_the_logs_are_read_anew(tmp_path: Path) -> None:
    """The act may stand in what is not read yet."""
    world = _left_out(tmp_path)
    with world.node("bb").store.write() as tx:
        assert lost_channel.lacks(tx, _path(world), "aa")
        assert not lost_channel.lacks(tx, _path(world), "bb")
        tx.save_record(ended_log.ANEW, world.channel, {})
        assert not lost_channel.lacks(tx, _path(world), "aa")
