"""What was signed by a key that is revoked there counts no more: no proof is made of it."""

from pathlib import Path

import pytest
from support.pair import World, make_world

from comity.joint.exchange.proof import Verdict, verify_proof
from comity.kernel.fault import Fault
from comity.node.base import trust
from comity.node.base.rows import Head
from comity.node.exchange import (
    blobs,
    handshake,
    keyring,
    logs,
    proof_checkpoints,
    status,
    valid_cosignatures,
)
from comity.node.exchange.refold import Times
from comity.node.operate.overview import log as overview
from comity.node.room import matter_read, parties, proof, trust_policy
from comity.tlog import note


def exchanged(tmp_path: Path) -> World:
    """Two States; aa has said four things, and bb signed for each."""
    world = make_world(tmp_path)
    for _ in range(4):
        world.ask("aa")
        world.pump()
    return world


def revoke(tmp_path: Path, world: World, party: str, size: int) -> None:
    """Let a party rotate its keys and revoke card 1 above that size of aa's log."""
    state = world.states[party]
    root = state.maker.open_root(tmp_path / f"{party}-{world.arrangement}.root")
    keyring.rotate(state.node, state.maker, root)
    keyring.revoke(state.node, root, 1, {world.origin("aa"): size})


def hand_over(world: World, party: str, to: str) -> None:
    """Show another party the cards and revocations of one, and no entry."""
    with world.node(party).store.read() as tx:
        texts = handshake.own_texts(tx, party, to)
    handshake.receive(world.node(to), party, blobs.render_batch(texts))


def proven(world: World, party: str, index: int) -> Verdict:
    """Take a proof of an entry of aa's log and verify it under the policy that is printed."""
    made = proof.make(world.node(party), f"{world.origin('aa')}#{index}")
    (printed,) = trust_policy.policies(world.node(party), made.origin, made.size)
    return verify_proof(made.proof, printed.policy)


@pytest.mark.parametrize("revoked", ["aa", "bb"])
@pytest.mark.parametrize("party", ["aa", "bb"])
def test_a_proof_has_a_head_whose_keys_count(tmp_path: Path, revoked: str, party: str) -> None:
    """Heads of 4 and 5 are void, by the log's key or the mirror's; a greater one proves entry 3."""
    world = exchanged(tmp_path)
    assert proven(world, party, 3).size == 4
    revoke(tmp_path, world, revoked, 3)
    world.pump()
    world.ask("aa")
    world.pump()
    assert proven(world, party, 2).size == 3
    assert proven(world, party, 3).size > 5


@pytest.mark.parametrize("revoked", ["aa", "bb"])
def test_where_no_head_counts_there_is_no_proof(tmp_path: Path, revoked: str) -> None:
    """It would be refused by whoever reads it."""
    world = exchanged(tmp_path)
    revoke(tmp_path, world, revoked, 3)
    other = {"aa": "bb", "bb": "aa"}[revoked]
    hand_over(world, revoked, other)
    with pytest.raises(Fault) as caught:
        proof.make(world.node("aa"), f"{world.origin('aa')}#3")
    assert caught.value.code == "node.proof.not-cosigned"


def test_what_counts_no_more_is_not_shown_as_signed_for(tmp_path: Path) -> None:
    """Neither in the status, nor on the page of the log, nor beside the act."""
    world = exchanged(tmp_path)
    node, origin = world.node("aa"), world.origin("aa")
    revoke(tmp_path, world, "bb", 3)
    hand_over(world, "bb", "aa")
    (row,) = [one for one in status.report(node) if one.origin == origin]
    assert [one.cosigned for one in row.deliveries] == [3]
    with node.store.read() as tx:
        log = logs.require_log(tx, origin)
        known = parties.known(node, tx)
        assert [one.size for one in overview.log_view(node, tx, log, known).mirrors] == [3]
        second, third = tx.acts(origin, 2, 4)
        loaded = trust.load(tx, world.channel)
        times = Times(tx, loaded)
        assert matter_read.deliveries(tx, second, times)[0].cosigned_at_ms
        assert matter_read.deliveries(tx, third, times)[0].cosigned_at_ms is None
        assert valid_cosignatures.at_least(tx, loaded, origin, "bb", 99) is None
    world.pump()
    (row,) = [one for one in status.report(node) if one.origin == origin]
    assert [one.cosigned for one in row.deliveries] == [row.size]


def test_lines_that_no_key_made_spoil_no_proof(tmp_path: Path) -> None:
    """An author may add a bad line under the name of its next card; a proof leaves it out."""
    world = exchanged(tmp_path)
    node, origin = world.node("bb"), world.origin("aa")
    with node.store.read() as tx:
        log, head = logs.require_log(tx, origin), tx.heads(origin, 4)[-1]
        loaded = trust.load(tx, world.channel)
        parsed = note.parse(head.note)
        stray = note.Signature(origin, b"next", b"nothing")
        spoiled = note.render(note.Note(parsed.body, (*parsed.signatures, stray)))
        given = proof_checkpoints.signed_alone(node, loaded, Head(origin, 4, head.root, spoiled, 0))
    assert log.size == 5
    assert given == head.note
