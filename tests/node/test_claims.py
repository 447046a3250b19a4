"""What parties contest is shown: to an operator, to a machine, and on the page."""

from dataclasses import replace
from pathlib import Path

import pytest
from support.pair import World, make_world

from comity.acts.record import CODE_OPEN, Receipt, Unread
from comity.kernel import ijson
from comity.node.base import trust
from comity.node.base.finding import OWN, PEER
from comity.node.exchange import append, contested_entries, disputes, logs, seal
from comity.node.operate import claims, rebuild
from comity.node.operate.overview import page


def receipt_of(world: World, party: str, **changes: object) -> None:
    """Let a party sign a receipt for aa's log that its node would not write."""
    node = world.node(party)
    with node.store.write() as tx:
        log, now = logs.own_log(tx, world.channel), trust.load(tx, world.channel)
        of = logs.require_log(tx, world.origin("aa"))
        root = logs.root_at(tx, of.origin, of.signed)
        said = Receipt(of.origin, of.signed, root, node.clock.now_ms())
        receipt = replace(said, **changes)  # type: ignore[arg-type] # fields of the test
        numbers = seal.cards_in_force(now, append.seen_by_end(tx, log))
        logs.append_entries(tx, log, [seal.seal_entry(node, now, numbers, log.origin, receipt)])


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
        assert (seen.contested_count, seen.disputed_count) == (0, 0)
        assert page.overview(world.node(party)).claims == ()


def test_a_rejected_entry_is_shown_until_its_opening_is(world: World) -> None:
    """The author is told what to run; the rejecter whom to ask; then it is gone."""
    with world.node("aa").store.read() as tx:
        leaf = tx.leaves(world.origin("aa"), 0, 1).hex()
    receipt_of(world, "bb", unread=(Unread(0, leaf, CODE_OPEN),))
    world.pump()
    seen = claims.read(world.node("aa"))
    assert [(one.index, one.party, one.code) for one in seen.contested] == [(0, "bb", "open")]
    (finding,) = claims.findings("aa", seen)
    assert (finding.side, finding.is_good) == (OWN, False)
    assert f"show-opening {world.origin('aa')} 0" in finding.fix
    assert claims.findings("bb", seen)[0].side == PEER
    (line,) = page.overview(world.node("aa")).claims
    assert (line.code, line.party.id, line.index) == ("open", "bb", 0)
    contested_entries.show_opening(world.node("aa"), world.origin("aa"), 0)
    world.pump()
    assert claims.read(world.node("aa")).contested == ()


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
            (finding,) = claims.findings(party, seen)
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
    """A dispute is told in a sentence; contested entries are told by their findings."""
    for code in claims.CODES[2:]:
        assert claims.words(disputes.Dispute(code, "bb", "o", 1, 2)).endswith(".")
