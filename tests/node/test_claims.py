"""What parties claim and others contradict is shown to an operator, a machine, and on the page."""

from dataclasses import replace
from pathlib import Path

import pytest
from support import sealing
from support.pair import World, make_world

from comity.acts.record import Receipt, Unread
from comity.kernel import ijson
from comity.node.exchange import disputes, logs
from comity.node.operate import claims, rebuild
from comity.node.operate.overview import page


def receipt_of(world: World, party: str, **changes: object) -> None:
    """Let a party sign a receipt for aa's log that its node would not write."""
    node = world.node(party)
    with node.store.write() as tx:
        log = logs.own_log(tx, world.channel)
        of = logs.require_log(tx, world.origin("aa"))
        root = logs.root_at(tx, of.origin, of.signed)
        said = Receipt(of.origin, of.signed, root, node.clock.now_ms())
        receipt = replace(said, **changes)  # type: ignore[arg-type] # fields of the test
        logs.append_entries(tx, log, sealing.entries(node, tx, world.channel, receipt))


@pytest.fixture(name="world")
def _world(tmp_path: Path) -> World:
    world = make_world(tmp_path)
    world.ask("aa")
    world.pump()
    return world


def test_honest_parties_contest_nothing(world: World) -> None:
    """No line stands where nothing is to be said."""
    for party in ("aa", "bb"):
        seen = claims.read(world.node(party))
        assert seen.disputed_count == 0
        assert page.overview(world.node(party)).claims == ()


def test_who_calls_void_what_is_not_is_shown_by_all_and_changes_nothing(world: World) -> None:
    """8.8.2: such a receipt is a signed lie; the act was received all the same."""
    asked = world.ask("aa")
    world.pump()
    before = world.digests("aa")
    with world.node("aa").store.read() as tx:
        leaf = tx.leaves(asked.origin, asked.index, asked.index + 1).hex()
    receipt_of(world, "bb", unread=(Unread(asked.index, leaf),))
    world.pump()
    assert world.digests("aa") == world.digests("bb") == before
    for party in ("aa", "bb"):
        seen = claims.read(world.node(party))
        (one,) = seen.disputed
        assert (one.kind, one.party, one.by_index) == (disputes.FALSE_VOID, "bb", asked.index)
        (finding,) = claims.findings(seen)
        assert (finding.is_good, "void" in str(finding.what)) == (None, True)


def test_a_disputed_time_is_shown_by_both_and_again_after_a_rebuild(world: World) -> None:
    """It is noted as the receipt is read: showing it reads no log."""
    world.ask("aa")
    world.advance(3_600_000)
    world.pump()
    receipt_of(world, "bb", time_ms=1)
    world.pump()
    for party in ("aa", "bb"):
        node = world.node(party)
        for _ in range(2):
            seen = claims.read(node)
            (one,) = [one for one in seen.disputed if one.kind == disputes.BACK_DATED]
            assert (one.party, one.claim_ms, seen.disputed_count) == ("bb", 1, 1)
            (line,) = page.overview(node).claims
            assert (line.code, line.by) == (disputes.BACK_DATED, line.party)
            (finding,) = claims.findings(seen)
            assert finding.is_good is None
            rebuild.rebuild(node)


def test_a_false_root_is_shown(world: World) -> None:
    """A party signs for what the log never had."""
    receipt_of(world, "bb", root=b"\x07" * 32)
    world.pump()
    seen = claims.read(world.node("aa"))
    assert [one.kind for one in seen.disputed] == [disputes.FALSE_ROOT]
    assert ijson.render(claims.to_json(seen))
    assert "never had" in claims.words(seen.disputed[0])


def test_of_many_the_newest_are_kept(world: World) -> None:
    """A party that lies all day fills no disk: the count goes on, the list does not."""
    for at in range(disputes.NEWEST_MAX + 3):
        receipt_of(world, "bb", time_ms=at)
    world.pump()
    seen = claims.read(world.node("aa"))
    assert seen.disputed_count == disputes.NEWEST_MAX + 3
    assert len(seen.disputed) == claims.SHOWN_MAX
    assert max(one.claim_ms for one in seen.disputed) == disputes.NEWEST_MAX + 2


def test_every_code_has_words() -> None:
    """A dispute is told in a sentence."""
    for code in claims.CODES:
        assert claims.words(disputes.Dispute(code, "bb", "o", 1, 2)).endswith(".")
