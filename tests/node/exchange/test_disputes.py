"""Claims that something else contradicts are listed, and convict only who can be proven."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from support import sealing
from support.pair import World, make_world

from comity.acts.record import Receipt
from comity.joint.exchange import evidence
from comity.kernel import limits
from comity.kernel.fault import Fault
from comity.node.base import register_records, trust
from comity.node.base.ports import Request, Response
from comity.node.exchange import convict, delivery, disputes, logs
from comity.node.operate import claims
from comity.tlog import note, wire
from comity.tlog.note import Verifier

YEAR_MS = 365 * 86_400_000
LAST_MS = (1 << 53) - 1


def _sign_for(world: World, party: str, change: Callable[[Receipt], Receipt]) -> None:
    """Let a party write a receipt of the other's log that its node would not."""
    node, other = world.node(party), "bb" if party == "aa" else "aa"
    with node.store.write() as tx:
        log = logs.own_log(tx, world.channel)
        of = logs.require_log(tx, world.origin(other))
        root = logs.root_at(tx, of.origin, of.signed)
        receipt = change(Receipt(of.origin, of.signed, root, node.clock.now_ms()))
        logs.append_entries(tx, log, sealing.entries(node, tx, world.channel, receipt))


def _talk(world: World) -> None:
    for party in ("aa", "bb", "aa"):
        world.ask(party)
        world.advance(5_000)
        world.pump()


@pytest.mark.parametrize(
    ("change", "kind"),
    [
        (lambda r: replace(r, time_ms=r.time_ms - 3_600_000), disputes.BACK_DATED),
        (lambda r: replace(r, time_ms=r.time_ms - YEAR_MS), disputes.BACK_DATED),
        (lambda r: replace(r, time_ms=0), disputes.BACK_DATED),
        (lambda r: replace(r, time_ms=r.time_ms + YEAR_MS), disputes.AHEAD),
        (lambda r: replace(r, time_ms=LAST_MS), disputes.AHEAD),
        (lambda r: replace(r, root=b"\x07" * 32), disputes.FALSE_ROOT),
        (lambda r: replace(r, size=1, root=b"\x07" * 32), disputes.FALSE_ROOT),
    ],
)
def test_a_false_claim_is_listed_and_stops_nothing(
    tmp_path: Path, change: Callable[[Receipt], Receipt], kind: str
) -> None:
    """Both see it; what is said afterwards arrives, at a sane time."""
    world = make_world(tmp_path)
    _talk(world)
    _sign_for(world, "bb", change)
    world.pump()
    _talk(world)
    now_ms = world.node("aa").clock.now_ms()
    for party in ("aa", "bb"):
        listed = disputes.disputes(world.node(party), world.channel, 300_000)
        assert (kind, "bb") in [(one.kind, one.party) for one in listed]
    asked_by_bb = [row for row in world.matters("aa") if row.asker == "bb"]
    assert all(row.at_ms <= now_ms + 300_000 for row in asked_by_bb)
    assert world.digests("aa") == world.digests("bb")


def test_honest_claims_are_not_listed(tmp_path: Path) -> None:
    """Two States with good clocks have nothing to dispute."""
    world = make_world(tmp_path)
    _talk(world)
    assert disputes.disputes(world.node("aa"), world.channel) == []


def _claims_ahead(by_ms: int) -> Callable[[Receipt], Receipt]:
    return lambda receipt: replace(receipt, time_ms=receipt.time_ms + by_ms)


def _require_said(world: World, party: str, one: disputes.Dispute) -> None:
    """What is listed is what two entries claim, and they are further apart than clocks may be."""
    with world.node(party).store.read() as tx:
        (claim,) = tx.receipts(one.origin, one.index, one.index + 1)
        (by,) = tx.receipts(one.by_origin, one.by_index, one.by_index + 1)
    assert (claim.receipt.time_ms, by.receipt.time_ms) == (one.claim_ms, one.by_ms)
    assert abs(one.claim_ms - one.by_ms) > limits.SKEW_MS_MAX


def test_who_puts_his_clock_right_does_not_contradict_himself(tmp_path: Path) -> None:
    """Another's claim moved the time of their receipts; they never said what that one said."""
    world = make_world(tmp_path)
    _talk(world)
    world.ask("bb")
    _sign_for(world, "bb", _claims_ahead(limits.SKEW_MS_MAX - 10_000))
    world.pump()
    world.states["aa"].clock.at_ms -= 30_000
    _sign_for(world, "aa", lambda receipt: receipt)
    world.pump()
    for party in ("aa", "bb"):
        noted = claims.read(world.node(party)).disputed
        listed = disputes.disputes(world.node(party), world.channel, limits.SKEW_MS_MAX)
        assert set(noted) == set(listed)
        assert [one.by_origin[:2] for one in noted if one.party == "aa"] == ["bb"]
        for one in noted:
            _require_said(world, party, one)


def test_who_saw_a_claim_that_is_ahead_did_not_make_it(tmp_path: Path) -> None:
    """Between two honest States whose clocks are close enough nothing is listed."""
    world = make_world(tmp_path, ("aa", "bb", "cc"))
    world.states["aa"].clock.at_ms += 200_000
    world.ask("aa")
    world.pump()
    world.ask("bb")
    _sign_for(world, "bb", _claims_ahead(450_000))
    world.pump()
    world.ask("aa")
    world.pump()
    for party in world.states:
        noted = claims.read(world.node(party)).disputed
        assert disputes.AHEAD in [one.kind for one in noted if one.party == "bb"]
        for one in noted:
            assert "bb" in (one.party, one.by_origin[:2])
            _require_said(world, party, one)


def test_what_its_author_took_back_is_held_against_nobody_else(tmp_path: Path) -> None:
    """One claim years ahead, and a sane one after it: what others say later is not disputed."""
    world = make_world(tmp_path)
    _talk(world)
    _sign_for(world, "bb", _claims_ahead(YEAR_MS))
    world.pump()
    _talk(world)
    before = {party: claims.read(world.node(party)).disputed for party in ("aa", "bb")}
    for _ in range(3):
        _talk(world)
    for party in ("aa", "bb"):
        new = set(claims.read(world.node(party)).disputed) - set(before[party])
        assert [one for one in new if one.party == "aa"] == []


def _mirror_verifiers(world: World, party: str) -> tuple[Verifier, ...]:
    node = world.node("aa")
    with node.store.read() as tx:
        keys = register_records.cards(tx, world.arrangement, party)[1].channels["live"]
        name = trust.load(tx, world.channel).arrangement.mirror_name(party, "live")
    return node.suite.mirror_verifiers(name, keys.mirror_ed25519, keys.mirror_mldsa44)


@pytest.mark.parametrize("earlier_s", [1, 59, 60, 1_000_000_000])
def test_cosign_times_that_fall_convict_the_cosigner(tmp_path: Path, earlier_s: int) -> None:  # noqa: PLR0915 -- one lie, from its telling to its proof
    """By a second as by years: the proof is kept, and their card is enough to check it."""
    world = make_world(tmp_path)
    _talk(world)
    node, origin = world.node("aa"), world.origin("aa")
    world.ask("aa")
    honest = world.states["aa"].peers.call

    def early(party: str, request: Request) -> Response:
        answer = honest(party, request)
        if request.path == "/add-delivery":
            *_, request = delivery.requests(request)
        if request.path != "/add-entries" or answer.status != 200:
            return answer
        parts = iter([request.body])
        header = wire.read_header(wire.Body(lambda _count: next(parts, b"")))
        with node.store.read() as tx:
            head = tx.heads(header.origin, header.end)[-1]
            channel = trust.load(tx, world.channel)
            before = tx.newest_cosignature(origin, "bb")
        assert before is not None
        name = channel.arrangement.mirror_name("bb", "live")
        signers = world.node("bb").keys.mirror_signers(name, world.channel, 1)
        signed = note.sign(note.parse(head.note).body, signers, at_s=before.time_s - earlier_s)
        return Response(200, note.render_signatures(signed.signatures))

    world.states["aa"].peers.call = early  # type: ignore[method-assign] # a peer that lies
    world.pump()
    with node.store.read() as tx:
        fallen = evidence.fallen_from_json(tx.record(convict.COSIGNER, f"{origin}|bb"))
    verifiers = _mirror_verifiers(world, "bb")
    assert evidence.verify_fallen(fallen, [verifiers]) == origin
    with pytest.raises(Fault, match="unproven"):
        evidence.verify_fallen(evidence.Fallen(fallen.bigger, fallen.smaller), [verifiers])
    listed = disputes.disputes(node, world.channel)
    assert (disputes.TIME_FELL, "bb") in [(one.kind, one.party) for one in listed]
