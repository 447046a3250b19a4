"""A channel is open when every party has shown its keys for it in `live`."""

import hashlib
from dataclasses import replace
from pathlib import Path

import pytest
from support.pair import World, make_world

from comity.acts.record import Addressee, Document, Office
from comity.adapters.keyfiles import KeyFiles
from comity.joint.arrangement import card
from comity.joint.arrangement.channel import EXERCISE, Terms
from comity.joint.exchange import acts as exchange_acts
from comity.joint.request import acts as request_acts
from comity.kernel import ijson
from comity.kernel.ids import random_id
from comity.node.base import channel_records, register_records
from comity.node.base.context import Session
from comity.node.exchange import append, channel, generation, keyring
from comity.node.exchange.append import Appended, Candidate
from comity.node.operate import backup, health, rebuild
from comity.node.operate.fsck import run


@pytest.mark.parametrize("parties", [("aa", "bb"), ("aa", "bb", "cc")])
def test_a_channel_opens_when_all_have_shown_their_keys(
    tmp_path: Path, parties: tuple[str, ...]
) -> None:
    """Until the last party shows its keys no log of the channel is there; then all are."""
    world = make_world(tmp_path, parties)
    path = register_records.channel_path(world.arrangement, TERMS.name)
    for count, party in enumerate(parties, start=1):
        one = world.states[party]
        waiting = channel.open_channel(one.node, one.maker, world.arrangement, TERMS)
        assert len(waiting) == len(parties) - count
        world.pump()
    for party in parties:
        with world.node(party).store.read() as tx:
            logs = {log.origin: log.own for log in tx.logs(path)}
            opened = channel_records.sets(tx, path, parties)
        assert logs == {world.origin(p, "exercise"): p == party for p in parties}
        assert set(opened) == set(parties)
    world.close()


TERMS = Terms("exercise", EXERCISE)


def test_keys_are_shown_once(tmp_path: Path) -> None:
    """A second command shows no second set of keys."""
    world = make_world(tmp_path)
    one = world.states["aa"]
    for _ in range(2):
        assert channel.open_channel(one.node, one.maker, world.arrangement, TERMS) == ["bb"]
    with one.node.store.read() as tx:
        log = tx.log(world.origin("aa"))
        assert log is not None
        assert log.size == 2


@pytest.mark.parametrize(("where", "matter"), [("hotline", "hotline"), ("live", "hotline")])
def test_keys_that_are_shown_elsewhere_open_nothing(
    tmp_path: Path, where: str, matter: str
) -> None:
    """Logs of two channels are read in any order: which keys are the first would depend on it."""
    world = make_world(tmp_path)
    node = world.node("aa")
    keys = world.states["aa"].maker.make_card("another", 1, ["exercise"])["exercise"]
    text = ijson.render({"channel": "exercise", "keys": card.channel_to_json(keys)})
    sha256 = hashlib.sha256(text).hexdigest()
    document = Document(sha256, len(text), "application/json", channel.ROLE)
    codes = {"channel": "exercise", "number": "1", "purpose": EXERCISE}
    act = exchange_acts.register_act(
        node.act_id(), exchange_acts.CHANNEL_OPENED, matter, codes, (document,)
    )
    path = register_records.channel_path(world.arrangement, where)
    append.append(node, path, [Candidate(act, {sha256: text})])
    world.pump()
    for party in ("aa", "bb"):
        one = world.states[party]
        channel.open_channel(one.node, one.maker, world.arrangement, TERMS)
    world.pump()
    opened = register_records.channel_path(world.arrangement, TERMS.name)
    known = []
    for one in world.states.values():
        with one.node.store.read() as tx:
            known.append(channel_records.sets(tx, opened, ("aa", "bb")))
    assert known[0] == known[1]
    assert known[0].keys() == {"aa", "bb"}
    assert known[0]["aa"] != {1: keys}


def test_keys_whose_act_a_new_generation_left_out_are_shown_again(tmp_path: Path) -> None:
    """Nobody had had them: the channel would never open, and a second command says nothing."""
    world = make_world(tmp_path)
    aa, bb = world.states["aa"], world.states["bb"]
    world.pump()
    channel.open_channel(bb.node, bb.maker, world.arrangement, TERMS)
    world.pump()
    world.cut("aa", "bb")
    channel.open_channel(aa.node, aa.maker, world.arrangement, TERMS)
    origin, entry = generation.begin(aa.node, world.channel, "damaged")
    world.mend()
    world.pump()
    generation.accept(bb.node, origin, entry)
    world.pump()
    path = register_records.channel_path(world.arrangement, TERMS.name)
    known = []
    for one in world.states.values():
        with one.node.store.read() as tx:
            known.append(channel_records.sets(tx, path, ("aa", "bb")))
            assert len(tx.logs(path)) == 2
    assert known[0] == known[1]
    world.close()


def test_cards_and_revocations_mean_nothing_in_it(tmp_path: Path) -> None:
    """It goes on under its own keys after a party has a new card, and revokes the old one."""
    world = make_world(tmp_path)
    path = _opened(world)
    _ask(world, "aa", path)
    world.pump()
    one = world.states["aa"]
    root = one.maker.open_root(tmp_path / f"aa-{world.arrangement}.root")
    keyring.rotate(one.node, one.maker, root)
    world.pump()
    _ask(world, "aa", path)
    world.pump()
    keyring.revoke(one.node, root, 1)
    world.pump()
    said = [_ask(world, party, path) for party in ("aa", "bb")]
    world.pump()

    assert len(world.digests("aa")) == 4
    assert world.digests("aa") == world.digests("bb")
    for one_said, by in zip(said, ("bb", "aa"), strict=True):
        with world.node(by).store.read() as tx:
            log = tx.log(one_said.origin)
            assert log is not None
            assert log.signed == log.understood == log.size
    for party in ("aa", "bb"):
        assert not world.alarms(party)
        assert not run.check(world.node(party)).problems
        done = rebuild.rebuild(world.node(party))
        assert done.digest_before == done.digest_after
        assert not backup.require_keys(world.node(party))
    world.close()


def test_a_home_without_the_keys_of_an_opened_channel_is_backed_up_all_the_same(
    tmp_path: Path,
) -> None:
    """It was restored from before the channel: no card can replace them, and all else is kept."""
    world = make_world(tmp_path)
    path = _opened(world)
    one, folder = world.states["aa"], tmp_path / "aa" / "keys"
    (file,) = [file for file in folder.glob("*.age") if "exercise" in file.name]
    file.unlink()
    keys = KeyFiles(folder, one.maker.vault, one.node.entropy)
    world.replace_node("aa", replace(one.node, keys=keys, session=Session()))
    assert backup.require_keys(world.node("aa")) == [path]
    (found,) = [one for one in health.findings(world.node("aa")) if one.about == "seal keys"]
    assert not found.is_good
    assert "comity channel open" in str(found.fix)
    (problem,) = run.check(world.node("aa")).problems
    assert "comity channel open" in problem.fix
    world.close()


def _opened(world: World) -> str:
    for one in world.states.values():
        channel.open_channel(one.node, one.maker, world.arrangement, TERMS)
        world.pump()
    return register_records.channel_path(world.arrangement, TERMS.name)


def _ask(world: World, party: str, path: str) -> Appended:
    node = world.node(party)
    saying = request_acts.Saying(random_id(node.entropy(16)), Office("police"))
    to = tuple(Addressee(other) for other in world.states if other != party)
    asked = request_acts.Asked("preservation", "urgent", ("one",), ("element-1",))
    act = request_acts.submitted(saying, party, to, asked)
    (said,) = append.append(node, path, [Candidate(act, {})])
    assert isinstance(said, Appended), said
    return said
