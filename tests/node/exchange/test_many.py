"""Of one party so many acts count in one matter: what is beyond has no effect, on no side."""

import json
import random
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest
from support import sealing
from support.pair import READER, World, make_world

from comity.acts import codec
from comity.acts.record import Act, Addressee, Matter, Office, Record
from comity.acts.vocabulary import OURS
from comity.boot.rooms import ROOMS
from comity.joint.exchange import acts as exchange_acts
from comity.joint.exchange import fold
from comity.joint.request import acts
from comity.joint.request.acts import About, Parts, Saying
from comity.kernel import limits
from comity.kernel.ids import random_id
from comity.kernel.inadmissible import Inadmissible
from comity.node.exchange import act_quota, append, generation, logs
from comity.node.exchange.append import Appended, Candidate
from comity.node.operate.rebuild import rebuild
from comity.rooms.request import reading
from tools.peer import place
from tools.peer.history import Entry, Held
from tools.peer.rooms import folded
from tools.peer.understood import Understood

FEW = 4
SPEC = Path(__file__).parents[3] / "docs" / "spec" / "exchange.md"


@pytest.fixture(autouse=True)
def _few(monkeypatch: pytest.MonkeyPatch) -> None:
    """Acts are few, so that a matter is full at once."""
    monkeypatch.setattr(limits, "MATTER_ACTS_MAX", FEW)
    monkeypatch.setattr(place, "MATTER_ACTS_MAX", FEW)


def status_asked(
    world: World, asked: Appended, act_id: str = "", party: str = "aa", to: str = "bb"
) -> Act:
    """Return an act of the asker that may be said again and again."""
    about = About(asked.act.matter.id, asked.act.id, party)
    saying = Saying(act_id or random_id(world.node(party).entropy(16)), Office("police"))
    return replace(acts.said(acts.STATUS_ASKED, saying, about, Parts()), to=(Addressee(to),))


def says_anyway(world: World, party: str, said: list[Act]) -> None:
    """Write acts as a program does that knows no bound."""
    node = world.node(party)
    with node.store.write() as tx:
        log = logs.own_log(tx, world.channel)
        logs.append_entries(tx, log, sealing.entries(node, tx, world.channel, *said))


def counting(world: World, party: str, matter: Matter) -> list[str]:
    """Return the ids of acts of aa that count in a matter, by index."""
    with world.node(party).store.read() as tx:
        return [one.act.id for one in tx.acts_of(world.channel, matter) if one.party == "aa"]


def beyond(world: World, party: str, matter: Matter) -> list[str]:
    """Return the ids of those that do not."""
    with world.node(party).store.read() as tx:
        return [one.act.id for one in tx.many_of(world.channel, matter, "aa", 99)]


@pytest.mark.parametrize("store", ["memory", "sqlite"])
def test_what_is_beyond_is_kept_and_folds_to_nothing(tmp_path: Path, store: str) -> None:
    """It is receipted, both fold alike, and the operator is told once; the other side goes on."""
    world = make_world(tmp_path, store=store)
    asked = world.ask("aa")
    said = [status_asked(world, asked) for _ in range(7)]
    says_anyway(world, "aa", said)
    world.pump()
    for party in ("aa", "bb"):
        ids = [one.id for one in (asked.act, *said)]
        assert counting(world, party, asked.act.matter) == ids[:FEW]
        assert beyond(world, party, asked.act.matter) == ids[FEW:]
    assert [code for code, _ in world.alarms("bb")].count(act_quota.BEYOND) == 1
    with world.node("aa").store.read() as tx:
        told = tx.newest_receipt(world.origin("bb"), world.origin("aa"))
    assert told
    assert told.receipt.size == 9
    world.acknowledge("bb", asked)
    world.pump()
    assert world.digests("aa") == world.digests("bb")
    assert [row.status for row in world.matters("aa")] == ["acknowledged"]


def test_an_officer_reads_what_is_beyond_and_why(tmp_path: Path) -> None:
    """It is in no state, and nobody takes it for a fact of the matter."""
    world = make_world(tmp_path)
    asked = world.ask("aa")
    says_anyway(world, "aa", [status_asked(world, asked) for _ in range(5)])
    world.pump()
    shown = reading.read(world.node("bb"), READER, asked.act.matter.id)
    assert len(shown.state.turns) == len(shown.said) == FEW
    assert [one.facts()["why"] for one in shown.disowned] == [fold.FOREIGN_MANY] * 2
    assert (shown.fullness.beyond, len(shown.left_out)) == (("aa",), 0)


def test_a_node_says_no_more_than_counts(tmp_path: Path) -> None:
    """One transaction or several: the first that is too many is refused, with what to do."""
    world = make_world(tmp_path)
    asked = world.ask("aa")
    world.say("aa", status_asked(world, asked))
    more = [Candidate(status_asked(world, asked)) for _ in range(3)]
    results = append.append(world.node("aa"), world.channel, more)
    no = results[-1]
    assert isinstance(no, Inadmissible)
    assert no.rule == act_quota.FULL
    assert "another matter" in no.fix
    assert all(isinstance(one, Appended) for one in results[:2])
    world.ask("aa")
    world.pump()
    assert world.digests("aa") == world.digests("bb")


def test_who_said_much_can_still_withdraw(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The last acts are kept for what decides or ends a request; then nothing is left."""
    monkeypatch.setattr(limits, "MATTER_ACTS_MAX", 16)
    world = make_world(tmp_path)
    node, asked = world.node("aa"), world.ask("aa")
    more = [Candidate(status_asked(world, asked)) for _ in range(20)]
    results = append.append(node, world.channel, more)
    assert [isinstance(one, Appended) for one in results] == [True] * 13 + [False] * 7
    no = results[-1]
    assert isinstance(no, Inadmissible)
    assert (no.rule, "ends it" in no.what) == (act_quota.FULL, True)
    full = reading.read(node, READER, asked.act.matter.id).fullness
    assert (full.is_near, full.said, full.left, full.last) == (True, 14, 0, 2)
    world.withdraw("aa", asked)
    world.pump()
    assert [row.status for row in world.matters("bb")] == ["withdrawn"]
    assert world.digests("aa") == world.digests("bb")


@pytest.mark.parametrize("kind", sorted(ROOMS))
def test_every_room_says_what_its_last_acts_are_kept_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, kind: str
) -> None:
    """Up to the bound what decides, corrects or ends a matter may be said, and nothing else."""
    monkeypatch.setattr(limits, "MATTER_ACTS_MAX", 16)
    world = make_world(tmp_path)
    ending, *_ = sorted(ROOMS[kind].last_words)
    matter = Matter(kind, random_id(world.node("aa").entropy(16)))
    asked = status_asked(world, world.ask("aa"))
    with world.node("aa").store.read() as tx:
        counted = act_quota.Counted(ROOMS, tx, logs.own_log(tx, world.channel))

        def is_sayable(tag: str) -> bool:
            act = replace(asked, tag=tag, matter=matter)
            return act_quota.may_not_say(counted, act, 99) is None

        assert [is_sayable("other") for _ in range(15)] == [True] * 14 + [False]
        assert [is_sayable(ending) for _ in range(3)] == [True, True, False]
    assert ROOMS[kind].last_words <= {*OURS.tags()}
    assert all(tag.startswith(f"{kind}.") for tag in ROOMS[kind].last_words)
    clause = SPEC.read_text(encoding="utf-8").partition("**8.5.7**")[2].partition("\n\n")[0]
    told = {tag.partition(".")[2].partition("/")[0] for tag in ROOMS[kind].last_words}
    assert all(f"`{name}`" in clause for name in told)


def test_of_the_channel_the_first_acts_of_a_log_count(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The register is held whole by every reader: a party that fills it changes nothing more."""
    monkeypatch.setattr(limits, "REGISTER_ACTS_MAX", 9)
    monkeypatch.setattr(place, "REGISTER_ACTS_MAX", 9)
    world = make_world(tmp_path)
    asked = world.ask("aa")

    def adopted(version: int) -> Act:
        new = random_id(world.node("aa").entropy(16))
        return exchange_acts.version_adopted(new, "live", {"request": version})

    for _ in range(4):
        says_anyway(world, "aa", [adopted(1) for _ in range(3)])
    matter = adopted(1).matter
    world.pump()
    for party in ("aa", "bb"):
        assert len(counting(world, party, matter)) == 9
        rebuild(world.node(party))
    assert len(counting(world, "bb", matter)) == 9
    assert [code for code, _ in world.alarms("bb")].count(act_quota.BEYOND) == 1
    with pytest.raises(AssertionError, match="recover begin"):
        world.say("aa", adopted(1))
    world.acknowledge("bb", asked)
    world.pump()
    assert world.digests("aa") == world.digests("bb")


def test_each_party_has_its_own_and_the_channel_another_bound(tmp_path: Path) -> None:
    """What one says too often keeps nobody else from answering, and no card from being entered."""
    world = make_world(tmp_path, ("aa", "bb", "cc"))
    asked = world.ask("aa")
    says_anyway(world, "aa", [status_asked(world, asked) for _ in range(9)])
    world.pump()
    for party in ("bb", "cc"):
        world.acknowledge(party, asked)
        world.answer(party, asked)
    world.pump()
    assert world.digests("aa") == world.digests("bb") == world.digests("cc")
    codes = {"origin": world.origin("bb"), "entry": "00" * 32}
    node = world.node("aa")
    ids = [random_id(node.entropy(16)) for _ in range(FEW + 2)]
    tag = exchange_acts.GENERATION_ACCEPTED
    said = [world.say("aa", exchange_acts.register_act(one, tag, "live", codes)) for one in ids]
    world.pump()
    with world.node("bb").store.read() as tx:
        rows = tx.acts(said[0].origin, said[0].index, said[-1].index + 1)
    assert [row.foreign for row in rows] == [""] * (FEW + 2)


def test_what_is_left_of_an_ended_log_counts_first_however_late_it_comes(tmp_path: Path) -> None:
    """One State reads the new log before it gets what is left of the old one (8.5.5)."""
    world = make_world(tmp_path, ("aa", "bb", "cc"))
    asked = world.ask("aa")
    world.pump()
    world.cut("aa", "bb")
    world.cut("bb", "cc")
    old = [status_asked(world, asked) for _ in range(2)]
    says_anyway(world, "aa", old)
    for _ in range(3):
        world.advance(60_000)
        world.round()
    origin, sha256 = generation.begin(world.node("aa"), world.channel, "lost")
    new = [status_asked(world, asked) for _ in range(3)]
    says_anyway(world, "aa", new)
    world.mend()
    world.cut("bb", "cc")
    for _ in range(3):
        world.advance(60_000)
        world.round()
    for party in ("bb", "cc"):
        generation.accept(world.node(party), origin, sha256)
    world.advance(300_000)
    world.pump()
    matter, first = asked.act.matter, [one.id for one in (asked.act, *old, *new)]
    world.mend()
    world.advance(300_000)
    world.pump()
    for party in world.states:
        assert {*counting(world, party, matter)} == {*first[:FEW]}
        assert beyond(world, party, matter) == first[FEW:]
        assert world.digests(party) == world.digests("aa")
        done = rebuild(world.node(party))
        assert done.digest_before == done.digest_after


@pytest.mark.parametrize("seed", range(4))
def test_every_delivery_gives_the_same(tmp_path: Path, seed: int) -> None:
    """Lines come and go, and acts cross: who rebuilds, and the other side, find the same."""
    chance = random.Random(seed)  # noqa: S311 -- a test that can be run again
    world = make_world(tmp_path)
    asked = world.ask("aa")
    world.pump()
    for _ in range(4):
        world.cut("aa", "bb")
        says_anyway(world, "aa", [status_asked(world, asked) for _ in range(chance.randrange(4))])
        about = About(asked.act.matter.id, asked.act.id, "aa")
        saying = Saying(random_id(world.node("bb").entropy(16)), Office("police"), "ref")
        says_anyway(world, "bb", [acts.acknowledged(saying, about)] * chance.randrange(2))
        world.mend()
        for _ in range(chance.randrange(3)):
            world.round()
    world.pump()
    shown = world.digests("aa")
    assert shown == world.digests("bb")
    for party in ("aa", "bb"):
        rebuild(world.node(party))
        assert world.digests(party) == shown
    assert by_outsider(world, asked.act.matter) == shown[f"request/{asked.act.matter.id}"]


def by_outsider(world: World, matter: Matter) -> str:
    """Return the digest that a State finds that was written from docs/spec alone."""
    held: dict[tuple[str, int], Record] = {}
    leaves: dict[str, list[bytes]] = {}
    with world.node("bb").store.read() as tx:
        for log in tx.logs(world.channel):
            held |= {(log.origin, one.index): one.act for one in tx.acts(log.origin, 0, log.size)}
            receipts = tx.receipts(log.origin, 0, log.size)
            held |= {(log.origin, one.index): one.receipt for one in receipts}
            joined = tx.leaves(log.origin, 0, log.size)
            leaves[log.origin] = [joined[at : at + 32] for at in range(0, len(joined), 32)]

    def made() -> list[Held]:
        every = sorted(leaves.items())
        return [Held(name[:2], 1, name, [], of, len(of)) for name, of in every]

    def opened(log: Held, index: int) -> Entry:
        record = held.get((log.origin, index))
        if record is None:  # a key entry
            return Entry(log.party, index, 3, None, origin=log.origin)
        text = codec.render(log.origin, record).split(b"\n")[2]
        return Entry(log.party, index, codec.kind_of(record), json.loads(text), origin=log.origin)

    roll = SimpleNamespace(entered=lambda _: [(-1, 1)])
    rolls = cast("Any", {"aa": roll, "bb": roll})
    found = Understood(rolls, made, opened, ("bb", lambda _: True)).history
    acts_of = found.matter(matter.kind, matter.id)
    return folded((matter.kind, matter.id), acts_of, found.saw, ["aa", "bb"]).digest()
