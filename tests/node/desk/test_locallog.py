"""The local log: signed, proven, and brought back."""

from dataclasses import replace
from pathlib import Path
from typing import cast

import pytest
from support import lost_cards
from support.commands import Commands
from support.pair import World, make_world
from support.states import SetClock

from comity.domestic.locallog import entry as local_entry
from comity.domestic.officer import role
from comity.joint.exchange.proof import verify_proof
from comity.kernel.fault import Fault
from comity.node.base.context import Session
from comity.node.base.ports import HighWater
from comity.node.base.rows import Officer
from comity.node.desk import officer_admin as officers
from comity.node.operate.fsck import run
from comity.node.room import local_log, proof, trust_policy
from comity.node.room.release import send
from comity.surfaces.cli import policy as cli_policy
from comity.surfaces.cli import proof as cli_proof
from comity.surfaces.cli import status as cli_status
from comity.surfaces.cli import verify as cli_verify

MODULES = (cli_proof, cli_verify, cli_policy, cli_status)
ORIGIN = "aa/local"


def step(world: World, count: int) -> None:
    """Take a domestic step."""
    send.set_approvals(world.node("aa"), count)


def officer(world: World, name: str, *roles: str) -> Officer:
    """Add an officer; return their row."""
    officers.add(world.node("aa"), name, "police", roles=roles or role.DEFAULT)
    with world.node("aa").store.read() as tx:
        found = tx.officer(name)
    assert found is not None
    return found


def clock_of(world: World) -> SetClock:
    """Return the clock of the State."""
    return world.states["aa"].clock


def test_it_is_signed_when_it_grew_and_every_hour(tmp_path: Path) -> None:
    """A head covers new steps within seconds, never two in one pause, and an old one is renewed."""
    world = make_world(tmp_path)
    node, clock = world.node("aa"), clock_of(world)
    assert local_log.sign_if_due(node) is None
    step(world, 2)
    first = local_log.sign_if_due(node)
    step(world, 3)
    assert local_log.sign_if_due(node) is None
    clock.at_ms += local_log.SIGN_PAUSE_MS
    second = local_log.sign_if_due(node)
    clock.at_ms += local_log.SIGN_ANEW_MS - 1
    assert local_log.sign_if_due(node) is None
    clock.at_ms += 1
    again = local_log.sign_if_due(node)

    assert first is not None
    assert second is not None
    assert again is not None
    assert (first.size, second.size, again.size) == (1, 2, 2)
    assert node.highwater.marks()[ORIGIN] == (2, again.root)
    assert run.check(node).is_clean


def test_a_step_is_proven_to_an_auditor(tmp_path: Path) -> None:
    """An entry has a proof under its own two keys; what its hashes stand for is told them alone."""
    world = make_world(tmp_path)
    step(world, 2)
    with pytest.raises(Fault, match="cosigned"):
        proof.make(world.node("aa"), f"{ORIGIN}#0")
    local_log.sign_if_due(world.node("aa"))
    for who, code in ((None, "officer-missing"), (officer(world, "ann"), "role.lacking")):
        with pytest.raises(Fault, match=code):
            proof.make(world.node("aa"), f"{ORIGIN}#0", who, disclose=True)
    auditor = officer(world, "eve", role.AUDITOR)
    made = proof.make(world.node("aa"), f"{ORIGIN}#0", auditor, disclose=True)
    with world.node("aa").store.read() as tx:
        log = tx.log(ORIGIN)
        assert log is not None
        noted = local_log.facts(tx, ORIGIN, log.size - 1)
    assert {name: value for name, (_, value) in noted.items()} == {"officer": "eve", "facts": "0"}
    (own,) = trust_policy.policies(world.node("aa"), ORIGIN)
    verdict = verify_proof(made.proof, own.policy)
    salt, value = made.facts["count"]

    assert len(own.policy.logs) == 2
    assert verdict.kind == "step"
    assert value == "2"
    assert local_entry.fact_sha256(bytes.fromhex(salt), value).encode() in verdict.entry
    assert run.check(world.node("aa")).is_clean


def test_the_commands_show_and_prove_it(tmp_path: Path) -> None:
    """An operator sees the domestic log beside the others, and verifies a proof of it offline."""
    world = make_world(tmp_path)
    step(world, 2)
    local_log.sign_if_due(world.node("aa"))
    typed, file, trusted = Commands(world, MODULES), tmp_path / "p", tmp_path / "policy"
    typed("status", "--home", "aa")
    shown = typed.text
    entry, token = f"{ORIGIN}#0", tmp_path / "token"
    token.write_text(officers.add(world.node("aa"), "eve", "police", roles=[role.AUDITOR]))
    eve = ("--as", "eve", "--token-file", token)
    assert typed("proof", "--home", "aa", entry, "--disclose", *eve, "-o", file) == 0
    told = typed.text
    typed("policy", "--home", "aa")
    trusted.write_text(typed.text + "\n")

    assert f"{ORIGIN}  open  (domestic)\n  size 1  signed 1\n" in shown
    assert "count: " in told
    assert typed("verify", file, "--policy", trusted) == 0
    assert "A domestic step stands at index 0" in typed.text


def test_what_a_restored_home_lost_comes_back_before_what_it_did_since(tmp_path: Path) -> None:
    """The high-water file gives lost steps back; later ones stand after them with their facts."""
    world = make_world(tmp_path)
    node, clock = world.node("aa"), clock_of(world)
    step(world, 2)
    local_log.sign_if_due(node)
    with node.store.read() as tx:
        log = tx.log(ORIGIN)
        (entry,) = tx.entries(ORIGIN, 0, 1)
    step(world, 3)
    clock.at_ms += local_log.SIGN_PAUSE_MS
    assert local_log.sign_if_due(node)
    assert log is not None
    with node.store.write() as tx:  # as if the home of the first head were restored
        (lost,) = tx.entries(ORIGIN, 1, 2)
        tx.cut_entries(ORIGIN, 1)
        tx.save_log(log)
    step(world, 4)
    before = local_log.bring_back(node)
    clock.at_ms += local_log.SIGN_PAUSE_MS
    after = local_log.sign_if_due(node)

    assert before == 1
    assert after is not None
    assert after.size == 4  # the last says which facts were lost
    with node.store.read() as tx:
        assert tx.entries(ORIGIN, 0, 2) == [entry, lost]
        assert local_log.facts(tx, ORIGIN, 1) == {}
        assert local_log.facts(tx, ORIGIN, 2)["count"][1] == "4"
    assert local_log.bring_back(node) == 0
    assert not [p for p in run.check(node).problems if p.code == "node.fsck.local"]


def test_steps_come_back_where_the_database_goes_back_under_a_process(tmp_path: Path) -> None:
    """A standby had not heard of the last: the next signature stands after what was signed."""
    world = make_world(tmp_path)
    step(world, 2)
    assert local_log.sign_if_due(world.node("aa"))
    standby = lost_cards.kept(world)
    step(world, 3)
    clock_of(world).at_ms += local_log.SIGN_PAUSE_MS
    assert local_log.sign_if_due(world.node("aa"))
    with world.node("aa").store.read() as tx:
        entries = tx.entries(ORIGIN, 0, 2)
    node = replace(world.node("aa"), store=standby)
    world.replace_node("aa", node)
    step(world, 4)
    clock_of(world).at_ms += local_log.SIGN_PAUSE_MS
    after = local_log.sign_if_due(node)
    assert after is not None
    with node.store.read() as tx:
        assert tx.entries(ORIGIN, 0, 2) == entries
    assert after.size == 4
    assert run.check(node).is_clean


class _Spoilt:
    """A high-water file whose last kept entry is another one."""

    def __init__(self, real: HighWater) -> None:
        self._real = real

    def __getattr__(self, name: str) -> object:
        return getattr(self._real, name)

    def kept(self, origin: str) -> tuple[int, list[bytes]]:
        """Return the entries, the last one changed."""
        first, entries = self._real.kept(origin)
        return first, [*entries[:-1], entries[-1].replace(b"nation", b"custody")]


def test_what_was_never_signed_is_not_brought_back(tmp_path: Path) -> None:
    """Entries of a file that somebody changed do not give the root that was signed."""
    world = make_world(tmp_path)
    node = world.node("aa")
    step(world, 2)
    with node.store.read() as tx:
        log = tx.log(ORIGIN)
    assert log is not None
    step(world, 3)
    assert local_log.sign_if_due(node)
    with node.store.write() as tx:  # as if a home from before were restored
        tx.cut_entries(ORIGIN, 1)
        tx.save_log(log)
    spoilt = replace(node, highwater=cast("HighWater", _Spoilt(node.highwater)))

    assert local_log.bring_back(spoilt) == 0
    with node.store.read() as tx:
        assert tx.log(ORIGIN) == log
    assert local_log.bring_back(node) == 1


def test_a_step_that_was_not_signed_yet_when_the_backup_was_made_stands_once(
    tmp_path: Path,
) -> None:
    """The high-water file has it too: it is the same step, and what it stands for is here."""
    world = make_world(tmp_path)
    step(world, 2)
    backup = lost_cards.kept(world)
    step(world, 3)
    assert local_log.sign_if_due(world.node("aa"))
    with world.node("aa").store.read() as tx:
        entries = tx.entries(ORIGIN, 0, 2)
    node = replace(world.node("aa"), store=backup, session=Session())
    world.replace_node("aa", node)
    step(world, 4)
    assert local_log.bring_back(node) == 1
    clock_of(world).at_ms += local_log.SIGN_PAUSE_MS
    after = local_log.sign_if_due(node)
    assert after is not None
    with node.store.read() as tx:
        assert tx.entries(ORIGIN, 0, 2) == entries
        told = [local_log.facts(tx, ORIGIN, index) for index in range(after.size)]
    assert told.pop().keys() == {"first", "end"}  # of the steps whose facts were lost
    assert [one["count"][1] if one else "" for one in told] == ["2", "", "4"]
    assert run.check(node).is_clean
