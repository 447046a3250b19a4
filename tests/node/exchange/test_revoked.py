"""What a revocation takes back is told, and nothing above its cap is believed again."""

from dataclasses import dataclass, replace
from pathlib import Path

import making_cards as making
import pytest
from support.counted import count
from support.pair import World, make_world

from comity.adapters.alarms import StandingAlarms
from comity.kernel.fault import Fault
from comity.node.base import finding, trust
from comity.node.base.context import Node
from comity.node.base.ports import Request, Response
from comity.node.base.rows import Head
from comity.node.exchange import (
    blobs,
    cosign,
    handshake,
    keep,
    keyring,
    logs,
    revocation,
    send,
    sign,
    status,
)
from comity.node.operate import findings
from comity.node.operate.fsck import run
from comity.tlog import checkpoint, note, tree, wire
from comity.tlog.checkpoint import Checkpoint
from comity.tlog.wire import AddCheckpoint


def exchanged(tmp_path: Path) -> World:
    """Two States that have said four things to each other."""
    world = make_world(tmp_path, ("aa", "bb"))
    for _ in range(4):
        world.ask("aa")
        world.pump()
    return world


def revoke_from(tmp_path: Path, world: World, sizes: dict[str, int]) -> None:
    """Let aa rotate its keys and revoke card 1 above these sizes; nothing is delivered."""
    state = world.states["aa"]
    root = state.maker.open_root(tmp_path / f"aa-{world.arrangement}.root")
    keyring.rotate(state.node, state.maker, root)
    keyring.revoke(state.node, root, 1, sizes)


def hand_over(world: World) -> None:
    """Show bb the cards and revocations of aa, and no entry."""
    with world.node("aa").store.read() as tx:
        texts = handshake.own_texts(tx, "aa", "bb")
    handshake.receive(world.node("bb"), "aa", blobs.render_batch(texts))


def alarms(node: Node) -> list[str]:
    """Return the words of the alarms about revocations."""
    assert isinstance(node.alarms, StandingAlarms)
    return [what for code, what in node.alarms.standing() if code == revocation.CODE]


def test_heads_and_cosignatures_above_the_cap_are_named(tmp_path: Path) -> None:
    """Each node says which heads and entries it had believed, of the log key and the mirror key."""
    world = exchanged(tmp_path)
    own, other = world.origin("aa"), world.origin("bb")
    size = sizes_of(world, "bb")[own]
    revoke_from(tmp_path, world, {own: 2, other: 1})
    hand_over(world)

    believed = f"Card 1 of aa is revoked above 2 entries of {own}, and had signed its heads of "
    assert any(one.startswith(believed) for one in alarms(world.node("aa")))
    (heads,) = [one for one in alarms(world.node("bb")) if one.startswith(believed)]
    assert f"entries 2 to {size - 1} were believed" in heads
    assert any(
        f"of {other}, and had cosigned its heads of" in one for one in alarms(world.node("bb"))
    )
    rows = status.report(world.node("bb"))
    bad = [one for one in findings.findings(world.node("bb"), rows) if one.is_good is False]
    assert any(one.what == heads and one.side == finding.PEER for one in bad)


def test_one_head_above_the_cap_is_named_and_one_at_it_is_not(tmp_path: Path) -> None:
    """The cap is the last size that counts."""
    world = exchanged(tmp_path)
    own, other = world.origin("aa"), world.origin("bb")
    sizes = sizes_of(world, "bb")
    revoke_from(tmp_path, world, {own: sizes[own] - 1, other: sizes[other]})
    hand_over(world)
    with world.node("bb").store.read() as tx:
        (crossed,) = [one for one in revocation.standing(tx) if one.origin in (own, other)]
    assert (crossed.origin, crossed.first, crossed.last) == (own, sizes[own], sizes[own])
    world.ask("bb")
    world.pump()
    with world.node("bb").store.read() as tx:
        assert not revocation.standing(tx)


def test_a_cosignature_above_the_cap_stands_until_another_key_gave_one(tmp_path: Path) -> None:
    """The mirror's next card signs for the same entries, and for more."""
    world = exchanged(tmp_path)
    own, other = world.origin("aa"), world.origin("bb")
    sizes = sizes_of(world, "bb")
    revoke_from(tmp_path, world, {own: sizes[own], other: sizes[other] - 1})
    hand_over(world)
    with world.node("bb").store.read() as tx:
        (crossed,) = [one for one in revocation.standing(tx) if one.origin in (own, other)]
    assert (crossed.origin, crossed.is_log_key, crossed.last) == (other, False, sizes[other])
    world.ask("bb")
    world.pump()
    with world.node("bb").store.read() as tx:
        assert not [one for one in revocation.standing(tx) if one.origin == other]


def test_what_was_believed_before_a_revocation_is_no_damage(tmp_path: Path) -> None:
    """The alarm tells of it; `fsck` finds signatures by keys of a card, and nothing to restore."""
    world = exchanged(tmp_path)
    revoke_from(tmp_path, world, {world.origin("aa"): 2, world.origin("bb"): 1})
    hand_over(world)
    for party in ("aa", "bb"):
        assert not run.check(world.node(party)).problems


def test_a_head_by_the_next_key_ends_what_stands_open(tmp_path: Path) -> None:
    """Once the new key has signed over the same entries, its owner has answered for them."""
    world = exchanged(tmp_path)
    revoke_from(tmp_path, world, {world.origin("aa"): 2})
    hand_over(world)
    with world.node("bb").store.read() as tx:
        before = [one.origin for one in revocation.standing(tx) if one.is_log_key]
    world.pump()
    with world.node("bb").store.read() as tx:
        after = [one.origin for one in revocation.standing(tx) if one.is_log_key]

    assert world.origin("aa") in before
    assert world.origin("aa") not in after


def test_a_lawful_revocation_alarms_nobody(tmp_path: Path) -> None:
    """One that takes nothing back that was signed is news, and no alarm."""
    world = exchanged(tmp_path)
    state = world.states["aa"]
    root = state.maker.open_root(tmp_path / f"aa-{world.arrangement}.root")
    keyring.rotate(state.node, state.maker, root)
    world.pump()
    keyring.revoke(state.node, root, 1)
    world.pump()

    assert alarms(world.node("aa")) == alarms(world.node("bb")) == []


def test_a_thief_with_the_revoked_key_is_refused(tmp_path: Path) -> None:
    """A later head above the cap is not believed, though the next card was never entered."""
    world = exchanged(tmp_path)
    own = world.origin("aa")
    size = sizes_of(world, "bb")[own]
    thief = world.node("aa").keys.log_signers(own, world.channel, 1)
    revoke_from(tmp_path, world, {own: size})
    hand_over(world)
    bb = world.node("bb")
    with bb.store.read() as tx:
        leaf = tree.leaf_hash(b"forged")
        frontier = tree.frontier_of(size, logs.hash_reader(tx, own, size)).extend([leaf])
    body = checkpoint.render_body(Checkpoint(own, frontier.size, frontier.root()))
    signed = note.render(note.sign(body, thief, at_s=world.states["aa"].clock.at_ms // 1000))
    reply = wire.render_add_checkpoint(AddCheckpoint(size, (leaf,), signed))
    with making.refused("exchange.head.bad-signature"):
        keep.add_checkpoint(bb, "aa", reply)

    assert sizes_of(world, "bb")[own] == size


def test_a_thief_with_the_revoked_mirror_key_is_refused(tmp_path: Path) -> None:
    """They cosign above the cap; nobody takes it for what the mirror holds."""
    world = exchanged(tmp_path)
    revoke_from(tmp_path, world, {})
    world.pump()
    head = signed_alone(world)
    with making.refused("exchange.cosignature.bad"):
        send.keep_cosignature(world.node("bb"), "aa", head, by_card_1(world, head))


def test_what_was_cosigned_before_a_revocation_stays(tmp_path: Path) -> None:
    """It is told, it stays, and it is no damage; what comes anew is by a key that counts."""
    world = exchanged(tmp_path)
    other, bb = world.origin("bb"), world.node("bb")
    head = signed_alone(world)
    kept = send.keep_cosignature(bb, "aa", head, by_card_1(world, head))
    revoke_from(tmp_path, world, {other: head.size - 1})
    hand_over(world)
    assert any("had cosigned its heads" in one for one in alarms(bb))
    with bb.store.read() as tx:
        assert tx.newest_cosignature(other, "aa") == kept
    assert not [one for one in run.check(bb).problems if one.code == "node.fsck.cosignature"]


def test_a_mirror_cosigns_by_its_new_card_from_the_revocation_on(tmp_path: Path) -> None:
    """Its own log has not signed the card yet; above the cap only the new key counts."""
    world = exchanged(tmp_path)
    revoke_from(tmp_path, world, {})
    hand_over(world)
    world.ask("bb")
    bb, other = world.node("bb"), world.origin("bb")
    head = sign.sign_head(bb, other)
    assert head is not None
    given = send.push(bb, other, "aa")
    assert given is not None
    assert given.size == head.size


def signed_alone(world: World) -> Head:
    """Let bb sign a head over one request more and send it to nobody."""
    world.ask("bb")
    head = sign.sign_head(world.node("bb"), world.origin("bb"))
    assert head is not None
    return head


def by_card_1(world: World, head: Head) -> bytes:
    """Return what whoever has the mirror keys of aa's first card makes of a head."""
    aa = world.node("aa")
    with aa.store.read() as tx:
        name = trust.load(tx, world.channel).arrangement.mirror_name("aa", "live")
    signers = aa.keys.mirror_signers(name, world.channel, 1)
    return cosign.signed(aa, head, signers, head.time_s).lines


def test_many_revocations_at_once_look_through_a_log_once(tmp_path: Path) -> None:
    """Each is kept in a transaction of its own; what all of them take back is told once."""
    world = exchanged(tmp_path)
    own, other = world.origin("aa"), world.origin("bb")
    state = world.states["aa"]
    root = state.maker.open_root(tmp_path / f"aa-{world.arrangement}.root")
    keyring.rotate(state.node, state.maker, root)
    for size in (4, 3, 2, 1, 1, 1):
        keyring.revoke(state.node, root, 1, {own: size, other: size})
    counted = count(world, "bb")
    hand_over(world)
    assert counted.writes == 7, "a card and six revocations"
    assert counted.calls["cosignature_at_least"] <= sizes_of(world, "bb")[other] + 2
    told = [one for one in alarms(world.node("bb")) if f"entries of {own}" in one]
    assert len(told) == 1
    assert "is revoked above 1 entries" in told[0]

    counted.clear()
    keyring.revoke(state.node, root, 1, {own: 1, other: 1})
    hand_over(world)
    assert counted.calls["cosignature_at_least"] == 0, "it takes back nothing more"
    with world.node("bb").store.read() as tx:
        crossed = [(one.origin, one.card, one.is_log_key) for one in revocation.standing(tx)]
    assert len(crossed) == len(set(crossed)), "and is said once"


def test_revocations_before_a_bad_text_are_kept_and_told(tmp_path: Path) -> None:
    """What they take back is taken back, whatever came with them."""
    world = exchanged(tmp_path)
    own = world.origin("aa")
    revoke_from(tmp_path, world, {own: 2})
    with world.node("aa").store.read() as tx:
        texts = handshake.own_texts(tx, "aa", "bb")
    bad = texts[-1].replace(b'"number":1', b'"number":2')
    with making.refused("tlog.note.bad-signature"):
        handshake.receive(world.node("bb"), "aa", blobs.render_batch([*texts, bad]))
    assert any(f"revoked above 2 entries of {own}" in one for one in alarms(world.node("bb")))


def test_a_card_that_is_refused_keeps_no_revocation_away(tmp_path: Path) -> None:
    """Nor a text that is none: keys were stolen, and the other side goes on believing them."""
    world = exchanged(tmp_path)
    own = world.origin("aa")
    revoke_from(tmp_path, world, {own: 2})
    with world.node("aa").store.read() as tx:
        *others, revocation = handshake.own_texts(tx, "aa", "bb")
    bad = [one.replace(b'"number":1', b'"number":9') for one in others]
    strange = b"comity/later-text/1\n{}\n" + world.arrangement.encode()
    with making.refused("tlog.note.bad-signature"):
        handshake.receive(
            world.node("bb"), "aa", blobs.render_batch([*bad, strange, b"\xff", revocation])
        )
    assert any(f"revoked above 2 entries of {own}" in one for one in alarms(world.node("bb")))


def test_a_revocation_is_taken_from_an_answer_too(tmp_path: Path) -> None:
    """Whoever asks first: what is none of the texts that are known keeps none of them away."""
    world = exchanged(tmp_path)
    own = world.origin("aa")
    revoke_from(tmp_path, world, {own: 2})
    with world.node("aa").store.read() as tx:
        texts = handshake.own_texts(tx, "aa", "bb")
    strange = b"comity/later-text/1\n{}\n" + world.arrangement.encode()
    answer = Response(200, blobs.render_batch([strange, *texts]), handshake.MEDIA_TYPE)
    node = replace(world.node("bb"), peers=Answering(answer))
    with pytest.raises(Fault):
        handshake.shake_hands(node, "aa")
    assert any(f"revoked above 2 entries of {own}" in one for one in alarms(world.node("bb")))


@dataclass(frozen=True, slots=True)
class Answering:
    """Peers that give one answer to all."""

    answer: Response

    def call(self, _party: str, _request: Request) -> Response:
        """Return it."""
        return self.answer


def sizes_of(world: World, party: str) -> dict[str, int]:
    """Return what a node has signed or cosigned, by log."""
    with world.node(party).store.read() as tx:
        return {log.origin: log.signed for log in tx.logs()}
