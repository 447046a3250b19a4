"""Clauses of the specification that no other test holds: excuses, clocks, falling times."""

from pathlib import Path

import pytest
from making_cards import refused
from support.pair import World, make_world

from comity.acts.record import Act, Matter
from comity.joint.exchange import evidence
from comity.kernel.fault import Fault
from comity.kernel.ids import random_id
from comity.node.base import trust
from comity.node.exchange import append, convict, excuse, freeze, keep, logs, sign, signing_guard
from comity.tlog import checkpoint, note, tree, wire
from comity.tlog.checkpoint import Checkpoint
from comity.tlog.wire import AddCheckpoint


def _signed(world: World, size: int, root: bytes) -> bytes:
    """Return a head that aa's own keys sign."""
    node = world.node("aa")
    origin = world.origin("aa")
    body = checkpoint.render_body(Checkpoint(origin, size, root))
    signers = node.keys.log_signers(origin, world.channel, 1)
    return note.render(note.sign(body, signers, at_s=1_900_000_000))


def test_a_fork_is_convicted_and_only_that_log_freezes(tmp_path: Path) -> None:
    """Two heads of one size with different roots freeze the log; the mirror goes on (9.3)."""
    world = make_world(tmp_path)
    world.ask("aa")
    world.pump()
    forged = _signed(world, 1, b"\x09" * 32)
    body = wire.render_add_checkpoint(AddCheckpoint(1, (), forged))
    bb = world.node("bb")
    with refused("exchange.log.forked"):
        keep.add_checkpoint(bb, "aa", body)
    with bb.store.read() as tx:
        found = evidence.from_json(tx.record(convict.CONVICTION, world.origin("aa")))
        known = trust.load(tx, world.channel).log_verifiers(bb.suite, world.origin("aa"), 1)
    assert evidence.verify_evidence(found, known) == world.origin("aa")
    with refused("exchange.log.convicted"):
        freeze.thaw(bb, world.origin("aa"), "officer")
    before = world.digests("aa")
    world.ask("bb")
    for _ in range(4):
        world.round()
    assert len(world.digests("aa")) == len(before) + 1


def test_heads_of_two_logs_convict_neither(tmp_path: Path) -> None:
    """Each is signed well, and their roots differ, as those of any two logs do."""
    world = make_world(tmp_path)
    world.ask("aa")
    world.ask("bb")
    world.pump()
    bb = world.node("bb")
    with bb.store.read() as tx:
        loaded = trust.load(tx, world.channel)
        origins = [world.origin("aa"), world.origin("bb")]
        heads = [head for one in origins if (head := tx.newest_head(one)) is not None]
        known = [
            one for head in heads for one in loaded.log_verifiers(bb.suite, head.origin, head.size)
        ]
    small, big = sorted(heads, key=lambda head: head.size)
    found = evidence.Evidence(small.note, big.note, bytes(32), ())
    with pytest.raises(Fault, match="two logs"):
        evidence.verify_evidence(found, known)


def test_an_inconsistent_head_that_convicts_nobody_freezes_nothing(tmp_path: Path) -> None:
    """A greater head with a proof that leads nowhere is refused, and the log goes on (9.3.7)."""
    world = make_world(tmp_path)
    world.ask("aa")
    world.pump()
    junk = wire.render_add_checkpoint(
        AddCheckpoint(2, (b"\x01" * 32,), _signed(world, 3, b"\x09" * 32))
    )
    with refused("exchange.head.inconsistent"):
        keep.add_checkpoint(world.node("bb"), "aa", junk)
    world.ask("aa")
    world.pump()
    assert world.digests("aa") == world.digests("bb")


@pytest.mark.parametrize("skew_ms", [300_001, -300_001])
def test_signing_stops_while_clocks_differ_until_an_officer_decides(
    tmp_path: Path, skew_ms: int
) -> None:
    """Five minutes are borne, a millisecond more is not (8.7.5)."""
    world = make_world(tmp_path)
    world.ask("aa")
    node = world.node("aa")
    node.session.of(signing_guard.Clocks).skew_ms["bb"] = skew_ms
    with refused("exchange.clock.skewed"):
        sign.sign_head(node, world.origin("aa"))
    for other in ("zz", "aa"):
        with refused("node.peer.unknown"):
            freeze.decide_clock(node, other, "officer")
    freeze.decide_clock(node, "bb", "officer")
    assert sign.sign_head(node, world.origin("aa")) is not None
    node.session.of(signing_guard.Clocks).skew_ms["bb"] = 300_000
    assert sign.sign_head(node, world.origin("aa"), anew=True) is not None


def test_one_clock_of_several_stops_no_others(tmp_path: Path) -> None:
    """Where more clocks agree than do not, its own counted, it is the other that is wrong."""
    world = make_world(tmp_path, ("aa", "bb", "cc", "dd"))
    world.ask("aa")
    node, origin = world.node("aa"), world.origin("aa")
    skews = node.session.of(signing_guard.Clocks).skew_ms
    skews |= {"cc": 600_000}
    with refused("exchange.clock.skewed"):
        sign.sign_head(node, origin)  # of bb and dd nothing was heard
    skews |= {"bb": 300_000}
    assert sign.sign_head(node, origin) is not None
    assert "exchange.clock.skewed" in [code for code, _ in world.alarms("aa")]
    skews |= {"dd": -600_000, "zz": 0}
    with refused("exchange.clock.skewed"):
        sign.sign_head(node, origin, anew=True)  # two and two
    freeze.decide_clock(node, "dd", "officer")
    assert sign.sign_head(node, origin, anew=True) is not None


def test_a_tag_of_no_adopted_version_is_not_said(tmp_path: Path) -> None:
    """An author is told, and nothing is appended (6.5.3)."""
    world = make_world(tmp_path)
    node = world.node("aa")
    act = Act(
        random_id(node.entropy(16)),
        "future.thing-said/2",
        Matter("future", "m"),
        world.ask("aa").act.speaker,
    )
    with refused("exchange.tag.not-adopted"):
        append.append(node, world.channel, [append.Candidate(act)])


def test_two_officers_excuse_a_party_where_the_mark_is_lost(tmp_path: Path) -> None:
    """One officer, even twice, is not two (9.1.6)."""
    world = make_world(tmp_path)
    node, origin = world.node("aa"), world.origin("aa")
    for other in ("zz", "aa"):
        with refused("node.peer.unknown"):
            excuse.excuse(node, origin, other, "ann")
    with refused("exchange.log.unknown"):
        excuse.excuse(node, f"{origin}x", "bb", "ann")
    with refused("exchange.log.not-own"):
        excuse.excuse(node, world.origin("bb"), "bb", "ann")
    with node.store.read() as tx:
        assert not excuse.is_noted(tx, world.origin("bb"), "bb")
    assert excuse.excuse(node, origin, "bb", "ann") == 1
    assert excuse.excuse(node, origin, "bb", "ann") == 1
    assert excuse.excuse(node, origin, "bb", "ben") == 2
    with node.store.read() as tx:
        assert logs.root_at(tx, origin, 0) == tree.EMPTY_ROOT
