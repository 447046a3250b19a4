"""A witness outside the parties: what it signs is kept, what it refuses stops nothing."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from support.commands import Commands
from support.pair import World, make_world
from support.witness import NAME, Witness

from comity.adapters.http_witness import HttpWitnesses
from comity.joint.exchange.proof import verify_proof
from comity.kernel.fault import Fault
from comity.kernel.ids import require_name
from comity.node.base.rows import Witness as Row
from comity.node.exchange import status, witness
from comity.node.operate.fsck import run
from comity.node.room import local_log, proof, trust_policy
from comity.node.room.release import send
from comity.surfaces.cli import policy as cli_policy
from comity.surfaces.cli import status as cli_status
from comity.tlog import keys

HOUR_MS = witness.ANEW_MS


@pytest.fixture
def world(tmp_path: Path) -> World:
    """Two States that have exchanged a request."""
    world = make_world(tmp_path)
    world.ask("aa")
    world.pump()
    return world


@pytest.fixture
def outside(tmp_path: Path) -> Iterator[Witness]:
    """A witness that knows no log yet."""
    with Witness.serving(tmp_path) as one:
        yield one


@pytest.fixture
def line() -> HttpWitnesses:
    """The line to witnesses."""
    return HttpWitnesses()


def row(outside: Witness, **changes: object) -> Row:
    """Return the witness as a configuration names it."""
    fields = {"name": "w", "vkeys": outside.vkeys, "url": outside.url, "logs": ("live", "local")}
    return Row(**{**fields, **changes})  # type: ignore[arg-type]  # a test changes what it wants


def introduce(world: World, outside: Witness, origin: str) -> None:
    """Give the witness the keys of a log, as `comity policy` prints them."""
    (found,) = trust_policy.policies(world.node("aa"), origin)
    outside.trust(origin, [log.vkey for log in found.policy.logs])


def last_error(world: World, origin: str) -> str:
    """Return the code of the last try that failed."""
    (own,) = [one for one in status.report(world.node("aa")) if one.origin == origin]
    return own.witnesses[0].last_error_code


def test_a_witness_cosigns_and_the_proof_carries_it(
    world: World, outside: Witness, line: HttpWitnesses
) -> None:
    """Its lines are kept, shown, checked and in the proof; a quorum may name it, and need not."""
    node, origin = world.node("aa"), world.origin("aa")
    introduce(world, outside, origin)
    witness.configure(node, [row(outside)])
    given = witness.submit_due(node, line, "w")
    with node.store.read() as tx:
        kept = tx.newest_cosignature(origin, "witness:w")
    (found,) = trust_policy.policies(node, origin)
    made = proof.make(node, f"{origin}#0")
    verdict = verify_proof(made.proof, found.policy)

    assert (given, kept is not None and kept.size) == (1, outside.state()[origin][0])
    assert NAME in {one.name for one in verdict.signed}
    assert {one.kinds for one in verdict.signed if one.name == NAME} == {(4, 6)}
    assert all("witness:w" not in group.members[0] for group in found.policy.groups)
    assert "witness w may cosign and need not" in found.text()
    assert run.check(node).is_clean


def test_growth_is_shown_after_a_pause_and_the_same_size_after_an_hour(
    world: World, outside: Witness, line: HttpWitnesses
) -> None:
    """A witness learns how a log grows, at a rate that says little, and nothing else."""
    node, origin = world.node("aa"), world.origin("aa")
    introduce(world, outside, origin)
    witness.configure(node, [row(outside, logs=("live",))])
    witness.submit_due(node, line, "w")
    for _ in range(3):
        world.ask("aa")
        world.round()
    assert witness.submit_due(node, line, "w") == 0
    world.advance(witness.PAUSE_MS)
    assert witness.submit_due(node, line, "w") == 1
    world.pump()
    witness.submit_due(node, line, "w")
    seen = len(outside.seen)
    world.advance(HOUR_MS)
    assert witness.submit_due(node, line, "w") == 1

    assert len(outside.seen) == seen + 1
    for body in outside.seen:
        text = body.decode()
        assert re.fullmatch(
            r"old [0-9]+\n([A-Za-z0-9+/=]{44}\n)*\n[^\n]+\n[0-9]+\n.{44}\n\n(— .*\n)+", text
        )
        assert all(word not in text for word in ("request", "police", "preservation"))


def test_a_local_log_is_cosigned_by_an_auditor(
    world: World, outside: Witness, line: HttpWitnesses
) -> None:
    """What officers did at home is held by somebody outside, who reads none of it."""
    node = world.node("aa")
    send.set_approvals(node, 2)
    local_log.sign_if_due(node)
    introduce(world, outside, "aa/local")
    witness.configure(node, [row(outside, logs=("local",))])
    assert witness.submit_due(node, line, "w") == 1
    (found,) = trust_policy.policies(node, "aa/local")
    verdict = verify_proof(proof.make(node, "aa/local#0").proof, found.policy)
    typed = Commands(world, (cli_status, cli_policy))
    typed("status", "--home", "aa")

    assert [one.name for one in verdict.signed] == ["aa/local", NAME]
    assert "witness w: cosigned 1" in typed.text
    assert typed("policy", "--home", "aa", "--log", "aa/local") == 0
    assert typed.text.endswith("quorum none")
    assert run.check(node).is_clean


def test_a_witness_that_knows_more_or_less_is_met_where_it_stands(
    world: World, outside: Witness, line: HttpWitnesses
) -> None:
    """409 names its size: a lost memory is filled again, and one that is ahead raises an alarm."""
    node, origin = world.node("aa"), world.origin("aa")
    introduce(world, outside, origin)
    witness.configure(node, [row(outside, logs=("live",))])
    witness.submit_due(node, line, "w")
    outside.set_state({})
    world.advance(HOUR_MS)
    assert witness.submit_due(node, line, "w") == 1
    outside.set_state({origin: (1_000, "00" * 32)})
    world.advance(HOUR_MS)
    assert witness.submit_due(node, line, "w") == 0

    assert last_error(world, origin) == "exchange.witness.ahead"
    assert "exchange.witness.ahead" in dict(world.alarms("aa"))


def test_what_ends_for_one_log_leaves_the_alarm_of_another(
    world: World, outside: Witness, line: HttpWitnesses
) -> None:
    """A witness is ahead of two logs, and then of one; of each the newest sizes are told."""
    node = world.node("aa")
    live, hotline = world.origin("aa"), world.origin("aa", "hotline")
    for origin in (live, hotline):
        introduce(world, outside, origin)
    world.channel_name = "hotline"
    world.ask("aa")
    world.channel_name = "live"
    witness.configure(node, [row(outside, logs=("live", "hotline"))])
    outside.set_state({live: (1_000, "00" * 32), hotline: (1_000, "00" * 32)})
    for _ in range(4):
        world.ask("aa")
        world.pump()
        world.advance(witness.BACKOFF_MS_MAX)
        witness.submit_due(node, line, "w")
    for code in ("exchange.witness.ahead", "exchange.witness.failing"):
        assert len([what for told, what in world.alarms("aa") if told == code]) == 2

    outside.set_state({hotline: (1_000, "00" * 32)})
    world.advance(HOUR_MS)
    assert witness.submit_due(node, line, "w") == 1

    left = [what for code, what in world.alarms("aa") if code.startswith("exchange.witness.")]
    assert len(left) == 2
    assert all(hotline in what for what in left)


def test_what_a_witness_refuses_is_noted_and_tried_again_ever_more_slowly(
    world: World, outside: Witness, line: HttpWitnesses
) -> None:
    """An unknown log, other keys, another history, strange keys: each is said; nothing waits."""
    node, origin = world.node("aa"), world.origin("aa")
    said: list[str] = []
    known = row(outside, logs=("live",))
    stranger = keys.signer(NAME, keys.ED25519_COSIGNATURE, bytes(32)).vkey
    for one, setting in enumerate(["404", "403", "422", "bad-cosignature", "unreachable"]):
        if setting == "403":
            outside.trust(origin, [keys.signer(origin, keys.ED25519_NOTE, bytes(32)).vkey])
        if setting == "422":
            introduce(world, outside, origin)
            outside.set_state({origin: (1, "00" * 32)})
        if setting == "bad-cosignature":
            outside.set_state({})
            witness.configure(node, [row(outside, logs=("live",), vkeys=(stranger,))])
        if setting == "unreachable":
            witness.configure(node, [row(outside, logs=("live",), url="http://127.0.0.1:9/")])
        if not one:
            witness.configure(node, [known])
        world.advance(witness.BACKOFF_MS_MAX)
        assert witness.submit_due(node, line, "w") == 0
        assert witness.submit_due(node, line, "w") == 0  # not before its next try
        with node.store.read() as tx:
            noted = witness.tries(tx, origin, "w")
        said.append(f"{noted['last_error_code']} {noted['last_error']}")
        assert noted["failures"] == one + 1

    assert [code.split()[0].split(".")[-1] for code in said] == [
        "refused", "refused", "refused", "bad-cosignature", "unreachable",
    ]  # fmt: skip
    assert [word for word in ("404", "403", "422") if not any(word in one for one in said)] == []
    assert "exchange.witness.failing" in dict(world.alarms("aa"))
    world.ask("aa")
    world.pump()
    assert world.digests("aa") == world.digests("bb")


def test_no_party_can_have_the_name_of_a_witness() -> None:
    """What stands for a party in a witness's cosignatures is no party's id."""
    one = Row("w", (), "https://w.example", ())
    with pytest.raises(Fault, match="is not spelled"):
        require_name("party", one.party)
