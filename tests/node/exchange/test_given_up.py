"""A party that is gone for good: nothing waits for it, and what was proven stands."""

from collections.abc import Sequence
from pathlib import Path

import pytest
from node.review.test_pack import AUDITOR, held
from support.pair import World, make_world

from comity.boot import pack_node
from comity.domestic.officer import role
from comity.figures.figures import Period
from comity.joint.arrangement.card import DAY_MS
from comity.kernel.fault import Fault
from comity.kernel.inadmissible import Inadmissible
from comity.node.base.context import Node
from comity.node.exchange import (
    abandoned_party,
    destroyed_blobs,
    excuse,
    keyring,
    large_blobs,
    pump,
    status,
)
from comity.node.exchange.append import Appended
from comity.node.operate import findings as soundness
from comity.node.operate import partner_steps
from comity.node.review.take import Wanted
from comity.node.room import local_log, trust_policy
from comity.node.room.custody import Why
from comity.rooms.request import destruction
from comity.rooms.review import pack, pack_check

WHY = Why("The court has ordered it.")


def leave(world: World, party: str) -> None:
    """Let a party be out of reach of all others, and they of it."""
    world.states[party].peers.nodes.clear()
    for one in world.states.values():
        one.peers.nodes.pop(party, None)


def destroyed(world: World, asked: Appended) -> object:
    """Let aa destroy what its request carries; return what came of it."""
    hashes = [blob.sha256 for blob in asked.act.blobs]
    officer = world.states["aa"].officer("ann")
    node, matter = world.node("aa"), asked.act.matter
    return destruction.destroy(node, officer, matter.id, hashes, "case-ended", WHY)


def give_up(world: World, party: str) -> abandoned_party.GivenUp:
    """Let aa give a party up."""
    officer = world.states["aa"].officer("ann")
    found = partner_steps.give_up(world.node("aa"), officer, party, "It left.")
    assert isinstance(found, abandoned_party.GivenUp)
    return found


def rounds(world: World, count: int, parties: Sequence[str]) -> None:
    """Let some nodes do rounds, a minute and more apart: of what failed each is tried."""
    for _ in range(count):
        world.advance(80_000)
        for party in parties:
            node = world.node(party)
            with node.store.read() as tx:
                pairs = pump.pairs(tx, party)
            for pair in pairs:
                pump.next_round_ms(node, pair, node.clock.now_ms())


def test_what_is_due_is_destroyed_though_the_only_partner_is_gone(tmp_path: Path) -> None:
    """That waits for a decision; own entries are signed all the same, and all can be taken back."""
    world = make_world(tmp_path, ("aa", "bb"))
    world.pump()
    node = world.node("aa")
    leave(world, "bb")
    asked = world.ask("aa")
    rounds(world, 4, ["aa"])
    no = destroyed(world, asked)
    assert isinstance(no, Inadmissible)
    assert (no.rule, "give-up" in no.fix) == ("custody.on-its-way", True)
    assert no.what.endswith("wait for bb to sign.")

    found = give_up(world, "bb")
    assert found.signed[asked.origin] == asked.index - 1  # all before it, and before its key entry
    with node.store.write() as tx:  # as of a large body, which bb does not hold
        key = f"{asked.origin}|{asked.index}|{asked.act.blobs[0].sha256}"
        tx.save_record(large_blobs.WAITING, key, {"size": 70_000, "held-by": []})
    assert give_up(world, "bb") == found
    assert not isinstance(destroyed(world, asked), Inadmissible)
    world.ask("aa")
    with node.store.read() as tx:
        assert all(destroyed_blobs.is_gone(tx, blob.sha256) for blob in asked.act.blobs)
    rounds(world, 2, ["aa"])
    _has_noted(node, asked.origin, found)

    ann = world.states["aa"].officer("ann")
    assert partner_steps.take_back(node, ann, "bb") is True
    assert partner_steps.take_back(node, ann, "bb") is False
    world.mend()
    world.advance(80_000)
    world.pump()
    assert world.digests("aa") == world.digests("bb")


def _has_noted(node: Node, origin: str, found: abandoned_party.GivenUp) -> None:
    """What was said since is signed, and the local log tells where the party stood, and why."""
    with node.store.read() as tx:
        own = tx.log(origin)
        local = local_log.local_log(tx, node)
        told = local_log.facts_of(tx, local.origin, 0, local.size).values()
    assert own is not None
    assert own.signed == own.size
    (noted,) = [one for one in told if "place" in one]
    assert (noted["reason"], noted["place"]) == ("It left.", found.place)


def test_who_is_given_up_is_asked_once_after_a_start_and_not_called(tmp_path: Path) -> None:
    """It may know what this node has signed, so it is asked; what it sends is kept as before."""
    world = make_world(tmp_path, ("aa", "bb"))
    world.pump()
    give_up(world, "bb")
    node = world.node("aa")
    asked = world.ask("aa")
    node.session.of(excuse.Start).started.clear()
    node.session.of(excuse.Start).compared.clear()
    node.session.of(excuse.Start).asked_of.clear()
    rounds(world, 3, ["aa"])
    assert excuse.is_asked(node, "bb")
    with world.node("bb").store.read() as tx:
        log = tx.log(asked.origin)
    assert log is not None
    assert log.size == asked.index - 1, "nothing new was sent"
    theirs = world.ask("bb")
    rounds(world, 2, ["bb"])
    with node.store.read() as tx:
        log = tx.log(theirs.origin)
    assert log is not None
    assert log.signed > theirs.index


def test_who_is_given_up_alarms_nobody_and_is_told(tmp_path: Path) -> None:
    """Neither silence, nor what it does not take, nor its card; that it signs again is told."""
    world = make_world(tmp_path, ("aa", "bb"))
    world.pump()
    leave(world, "bb")
    world.ask("aa")
    node = world.node("aa")
    rounds(world, 4, ["aa"])
    assert len(world.alarms("aa")) >= 2
    give_up(world, "bb")
    world.advance(2_000 * DAY_MS)  # every card has expired
    rounds(world, 2, ["aa"])
    said = keyring.warn_of_expiry(node)
    assert [one for one in said if " of bb " in one] == []
    assert [one for one in world.alarms("aa") if "expiry" not in one[0]] == []
    rows = status.report(node)
    found = {str(one.about): one for one in soundness.findings(node, rows)}
    assert [about for about, one in found.items() if one.is_good is False] == ["card 1 of aa"]
    assert not found[f"bb in {world.arrangement}"].fix
    assert any(one.given_up_at_ms for row in rows for one in row.deliveries)

    world.mend()
    rounds(world, 2, ["bb"])
    findings = soundness.findings(node, status.report(node))
    (again,) = [one for one in findings if one.about == f"bb in {world.arrangement}"]
    assert "take-back" in again.fix


def test_a_pack_does_without_the_signatures_of_who_is_given_up(tmp_path: Path) -> None:
    """It names whom; with a policy of those that are there, all of it holds."""
    world = make_world(tmp_path, ("aa", "bb", "cc"))
    world.ask("cc")
    world.pump()
    leave(world, "cc")
    world.ask("aa")
    rounds(world, 4, ["aa", "bb"])
    node, now_ms = world.node("aa"), world.node("aa").clock.now_ms()
    wanted = Wanted(world.channel, Period(now_ms - DAY_MS, now_ms + DAY_MS))
    with pytest.raises(Fault, match="cc has not signed"):
        pack.make(node, AUDITOR, wanted)
    give_up(world, "cc")
    made = pack.make(node, AUDITOR, wanted, [pack.ALL])
    assert isinstance(made, pack.Made)
    assert (made.rows, made.without) == (3, ("cc",))
    trusted = [
        one.policy for party in ("aa", "bb") for one in trust_policy.policies(node, by=[party])
    ]
    verdict = pack_check.check(made.data, trusted, pack_node.node)
    assert set(held(verdict).values()) == {True}, verdict.checks


def test_who_only_reads_gives_nobody_up(tmp_path: Path) -> None:
    """Nor can a State give itself up, or one that is in no arrangement."""
    world = make_world(tmp_path, ("aa", "bb"))
    node, ann = world.node("aa"), world.states["aa"].officer("ann")
    no = partner_steps.give_up(node, AUDITOR, "bb", "")
    assert isinstance(no, Inadmissible)
    assert AUDITOR.roles == (role.AUDITOR,)
    for party in ("aa", "zz"):
        with pytest.raises(Fault, match="No arrangement has another party"):
            partner_steps.give_up(node, ann, party, "")
    with pytest.raises(Fault, match="is in 1 arrangements"):
        partner_steps.give_up(node, ann, "bb", "", "other")
    with node.store.read() as tx:
        assert abandoned_party.all_of(tx) == []
