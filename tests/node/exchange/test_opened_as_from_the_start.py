"""What opened late stands where it would have stood: receipts, register acts, and early keys.

Of three States cc seals an entry to aa and not to bb.  Once its key is shown bb computes what aa
does, also where other entries were read by it.
"""

from dataclasses import replace
from pathlib import Path

import pytest
from node.exchange.test_adopt import NEW_TAG, NEWER, NEWEST
from support.pair import World, make_world

from comity.acts import codec
from comity.acts.record import Act, Addressee, Matter, Office, Receipt, Record
from comity.joint.exchange import acts as exchange_acts
from comity.joint.request import acts as request_acts
from comity.node.base import trust
from comity.node.base.context import Node, Session
from comity.node.base.ports import Tx
from comity.node.base.trust import Trust
from comity.node.exchange import contested_entries, generation, late_openings, logs, reset, seal
from comity.node.exchange.append import Appended
from comity.node.operate import rebuild
from comity.node.operate.fsck import run
from comity.seal import age
from comity.seal.hybrid import HybridIdentity

STRANGE = HybridIdentity(b"\x07" * 32).recipient.raw


@pytest.fixture
def world(tmp_path: Path) -> World:
    """Three States that have paired."""
    made = make_world(tmp_path, ("aa", "bb", "cc"))
    made.pump()
    return made


def closed(world: World, said: Record, origin: str, now: Trust) -> bytes:
    """Return an entry of cc that opens for aa and cc, and not for bb."""
    node = world.node("cc")
    keys = [now.keys(party, 1).seal for party in world.states]
    keys[1] = STRANGE
    envelope = age.envelope([node.suite.recipient(key) for key in keys], node.entropy)
    sealed = age.seal_into(envelope, codec.render(origin, said), node.entropy)
    return bytes((codec.kind_of(said),)) + sealed


def put(world: World, *said: Record) -> int:
    """Append entries to cc's log that bb cannot open; return the index of the first."""
    with world.node("cc").store.read() as tx:
        now = trust.load(tx, world.channel)
    entries = [closed(world, one, world.origin("cc"), now) for one in said]
    with world.node("cc").store.write() as tx:
        log = logs.own_log(tx, world.channel)
        logs.append_entries(tx, log, entries)
    return log.size


def say(world: World, said: Act) -> None:
    """Append an act to cc's log that all can open, whatever it may say."""
    node = world.node("cc")
    with node.store.write() as tx:
        log, now = logs.own_log(tx, world.channel), trust.load(tx, world.channel)
        logs.append_entries(tx, log, [seal.seal_entry(node, now, (1, 1, 1), log.origin, said)])


def ask(world: World) -> Appended:
    """Let aa ask cc alone."""
    node = world.node("aa")
    saying = request_acts.Saying(node.act_id(), Office("police"))
    asked = request_acts.Asked("preservation", "urgent", ("one",))
    return world.say("aa", request_acts.submitted(saying, "aa", (Addressee("cc"),), asked))


def show(world: World, index: int, by: str = "aa", origin: str = "") -> None:
    """Let a party show the key of an entry of cc."""
    contested_entries.show_opening(world.node(by), origin or world.origin("cc"), index)
    world.pump()


def require_alike(world: World) -> None:
    """Both show the same, and reading all anew changes nothing."""
    shown = world.digests("bb")
    assert world.digests("aa") == shown
    node = world.node("bb")
    assert not run.check(node).problems
    rebuild.rebuild(node)
    assert world.digests("bb") == shown


def results(world: World, party: str) -> list[object]:
    """What each act of the one request does, as a party shows it."""
    (row,) = world.matters(party)
    assert isinstance(row.state, dict)
    turns = row.state["turns"]
    assert isinstance(turns, list)
    return [turn["results"] for turn in turns if isinstance(turn, dict)]


def answered_by_a_closed_receipt(world: World) -> int:
    """Cc signs for aa's request in what bb cannot open, and answers it for all to read."""
    asked = ask(world)
    node = world.node("aa")
    world.cut("aa", "cc")
    world.cut("bb", "cc")
    with node.store.write() as tx:
        log = logs.own_log(tx, world.channel)
        root = logs.root_at(tx, log.origin, log.size)
    index = put(world, Receipt(log.origin, log.size, root, node.clock.now_ms()))
    about = request_acts.About(asked.act.matter.id, asked.act.id, "aa")
    answer = request_acts.answered(request_acts.Saying(node.act_id(), Office("police")), about, ())
    say(world, answer)
    world.mend()
    world.advance(300_000)
    world.pump()
    return index


def test_a_receipt_whose_key_is_shown_lets_its_log_have_seen(world: World) -> None:
    """What cc answered has seen the request, for bb as for aa: before, it did nothing there."""
    index = answered_by_a_closed_receipt(world)
    assert results(world, "aa")[1] == {"cc": "answered"}
    assert results(world, "bb")[1] == {"": "no-request"}
    show(world, index)
    assert results(world, "bb")[1] == {"cc": "answered"}
    require_alike(world)


def test_a_version_whose_key_is_shown_counts_for_what_was_said_after_it(world: World) -> None:
    """An act of it was foreign to bb, and is none any more."""
    for party in ("aa", "bb"):  # cc says what its program does not know
        world.replace_node(party, replace(world.node(party), vocabulary=NEWER, session=Session()))
    world.mend()
    world.pump()
    newest = exchange_acts.version_adopted(world.node("cc").act_id(), "live", {"request": NEWEST})
    index = put(world, newest)
    said = Act(world.node("cc").act_id(), NEW_TAG, Matter("channel", "live"), Office("police"))
    say(world, said)
    with world.node("cc").store.write() as tx:  # its program reads no further, and signs it
        log = logs.own_log(tx, world.channel)
        tx.save_log(replace(log, understood=log.size))
    world.pump()

    def foreign(party: str) -> str:
        with world.node(party).store.read() as tx:
            (row,) = tx.acts(world.origin("cc"), index + 1, index + 2)
        return row.foreign

    assert (foreign("aa"), foreign("bb")) == ("", "tag")
    show(world, index)
    assert (foreign("aa"), foreign("bb")) == ("", "")


def test_what_a_new_log_leaves_is_known_once_its_entry_0_is_shown(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Cc begins anew, and leaves out what both others have read, in words that bb cannot open."""
    for _ in range(3):
        world.ask("cc")
    world.pump()
    real = seal.seal_entry

    def sealed(
        node: Node, now: Trust, numbers: tuple[int, ...], origin: str, said: Record
    ) -> bytes:
        if not isinstance(said, Act) or said.tag != exchange_acts.GENERATION_BEGUN:
            return real(node, now, numbers, origin, said)
        lost = replace(said, codes={**said.codes, "lost": "2"})
        return closed(world, lost, origin, now)

    monkeypatch.setattr(seal, "seal_entry", sealed)
    origin, sha256 = generation.begin(world.node("cc"), world.channel, "lost")
    for _ in range(3):
        world.advance(60_000)
        world.round()
    for party in ("aa", "bb"):
        generation.accept(world.node(party), origin, sha256)
    world.pump()
    assert (len(world.digests("aa")), len(world.digests("bb"))) != (3, 3)
    show(world, 0, origin=origin)
    require_alike(world)


def test_a_key_that_is_shown_before_its_entry_opens_it(world: World) -> None:
    """Who reads the key first reads the entry: nobody takes it for answered that is not."""
    node, origin = world.node("cc"), world.origin("cc")
    with node.store.read() as tx:
        now = trust.load(tx, world.channel)
        index = logs.own_log(tx, world.channel).size + 1
    entry = closed(world, world_request(world), origin, now)
    opened = seal.open_entry(node, now, (1, 1, 1), entry)
    assert isinstance(opened, seal.Opened)
    codes = {"origin": origin, "index": str(index), "file-key": opened.file_key.hex()}
    tag = exchange_acts.OPENING_SHOWN
    world.say("cc", exchange_acts.register_act(node.act_id(), tag, "live", codes))
    with node.store.write() as tx:
        logs.append_entries(tx, logs.own_log(tx, world.channel), [entry])
    world.pump()
    assert len(world.digests("bb")) == 1
    require_alike(world)


def world_request(world: World) -> Act:
    """Return a request of cc to both others."""
    saying = request_acts.Saying(world.node("cc").act_id(), Office("police"))
    asked = request_acts.Asked("preservation", "urgent", ("one",))
    return request_acts.submitted(saying, "cc", (Addressee("aa"), Addressee("bb")), asked)


def test_a_large_channel_is_read_anew_for_that_once_a_day(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Who shows key after key keeps nobody's channel from being read."""
    monkeypatch.setattr(late_openings, "ENTRIES_AT_ONCE", 0)
    begun: list[str] = []
    real = reset.drop

    def drop(tx: Tx, channel: str, *, keeps_keys: bool = False) -> None:
        begun.append(channel)
        real(tx, channel, keeps_keys=keeps_keys)

    monkeypatch.setattr(reset, "drop", drop)
    made = exchange_acts.version_adopted
    for _ in range(3):
        index = put(world, made(world.node("cc").act_id(), "live", {"request": 1}))
        world.pump()
        show(world, index)
    assert len(begun) == 1
    world.advance(86_400_000)
    world.pump()
    assert len(begun) == 2
    with world.node("bb").store.read() as tx:
        rows = tx.acts(world.origin("cc"), 0, 99)
    assert [row.act.tag for row in rows] == [exchange_acts.VERSION_ADOPTED] * 3
