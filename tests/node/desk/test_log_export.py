"""The local log goes to an auditor, who checks it with no home."""

import json
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from support.commands import Commands
from support.pair import World, make_world

from comity.domestic.locallog import export
from comity.domestic.officer import role
from comity.kernel import ijson
from comity.kernel.fault import Fault
from comity.kernel.inadmissible import Inadmissible
from comity.node.base.rows import Officer
from comity.node.desk import officer_admin
from comity.node.room import local_log, local_log_export, trust_policy
from comity.node.room.release import send
from comity.surfaces.cli import log as cli_log
from comity.surfaces.cli import policy as cli_policy
from comity.surfaces.cli import verify as cli_verify
from comity.tlog.policy import Policy
from tools.verify import verify

MODULES = (cli_log, cli_policy, cli_verify)
ORIGIN = "aa/local"
STEPS = 9
AUDITOR = "eve-of-audit"
"""No name that hashes in base64 spell by chance."""


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> World:
    """A State that has taken some steps, with an auditor, signed."""
    made = make_world(tmp_path_factory.mktemp("export"))
    node = made.node("aa")
    for count in range(2, STEPS):
        send.set_approvals(node, count)
    officer_admin.add(node, AUDITOR, "police", roles=[role.AUDITOR])
    officer_admin.add(node, "ann", "police")
    local_log.sign_if_due(node)
    return made


def person(world: World, name: str) -> Officer:
    """Return an officer."""
    with world.node("aa").store.read() as tx:
        found = tx.officer(name)
    assert found is not None
    return found


def trusted(world: World) -> Policy:
    """Return whose keys an auditor trusts."""
    (own,) = trust_policy.policies(world.node("aa"), ORIGIN)
    return own.policy


def lines_of(world: World, *chosen: str) -> list[bytes]:
    """Return an export."""
    who = person(world, AUDITOR) if chosen else None
    made = local_log_export.make(world.node("aa"), who, chosen)
    assert not isinstance(made, Inadmissible)
    return [*made.lines]


def alone(world: World, lines: list[bytes]) -> list[str]:
    """Return what the program shows that shares no code with comity."""
    (own,) = trust_policy.policies(world.node("aa"), ORIGIN)
    return verify.judge_log(lines, verify.read_policies(own.text().encode()))


def judged(world: World, lines: list[bytes]) -> tuple[list[export.Read], export.Verdict]:
    """Return what an export shows."""
    told: list[export.Verdict] = []
    read = [*export.read(lines, trusted(world), told)]
    return read, told[0]


def test_every_step_is_proven_and_nothing_is_told(world: World) -> None:
    """All entries below the head, hashes only."""
    lines = lines_of(world)
    read, verdict = judged(world, lines)

    assert verdict.is_whole
    assert verdict.count == verdict.size == len(read)
    assert verdict.facts == 0
    assert [one.step.code for one in read[:2]] == ["nation.approvals-set"] * 2
    assert not any(AUDITOR.encode() in line for line in lines)


def test_chosen_facts_are_disclosed_by_an_auditor(world: World) -> None:
    """By name, by index, or one of one entry; the rest stays hashes, and it is a step itself."""
    read, verdict = judged(world, lines_of(world, "officer", "0", "1:count"))
    told = {one.index: dict(one.facts) for one in read if one.facts}
    assert told[0] == {"count": "2"}
    assert told[1] == {"count": "3"}
    assert {"officer": AUDITOR} in told.values()
    assert verdict.facts == len(told)
    with world.node("aa").store.read() as tx:
        log = tx.log(ORIGIN)
        assert log is not None
        (last,) = tx.entries(ORIGIN, log.size - 1, log.size)
    assert b"log.disclosed" in last
    no = local_log_export.make(world.node("aa"), person(world, "ann"), ["all"])
    assert isinstance(no, Inadmissible)
    assert no.rule == "officer.role.lacking"


def test_an_auditor_who_has_left_discloses_nothing(world: World) -> None:
    """Whatever they were when they signed in; nor one of whom nobody has heard."""
    node = world.node("aa")
    officer_admin.add(node, "mallory", "police", roles=[role.AUDITOR])
    left = person(world, "mallory")
    officer_admin.end(node, "mallory")
    for one in (left, replace(left, name="nobody")):
        with pytest.raises(Fault, match=r"officer\.account\.ended"):
            local_log_export.make(node, one, ["all"])


def test_lines_can_be_taken_out_and_it_says_so(world: World) -> None:
    """An auditor shows a court one step; it holds, and is not said to be whole."""
    head, *rest = lines_of(world)
    read, verdict = judged(world, [head, rest[3]])
    assert [one.index for one in read] == [3]
    assert not verdict.is_whole


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.data())
def test_what_was_changed_does_not_hold(world: World, data: st.DataObject) -> None:
    """Any byte of any line: it is refused, or the very same is read."""
    lines = lines_of(world, "all")
    good = judged(world, lines)
    number = data.draw(st.integers(0, len(lines) - 1))
    line = bytearray(lines[number])
    place = data.draw(st.integers(0, len(line) - 1))
    line[place] ^= data.draw(st.integers(1, 255))
    changed = [*lines[:number], bytes(line), *lines[number + 1 :]]
    with suppress(verify.Refused):
        assert alone(world, changed) == alone(world, lines)
    try:
        read, verdict = judged(world, changed)
    except Fault:
        return
    assert (read, verdict) == good


@pytest.mark.parametrize(
    "other",
    [
        lambda salt, value: (salt + value[:-2].encode().hex(), value[-2:]),
        lambda salt, value: (salt.upper(), value),
        lambda salt, value: (" " + salt, value),
    ],
)
def test_a_fact_is_not_told_without_its_beginning(
    world: World, other: Callable[[str, str], tuple[str, str]]
) -> None:
    """A salt that swallows it has the same hash: `unpaid` would be told as `paid`."""
    lines = lines_of(world, "officer")
    at = next(n for n, line in enumerate(lines) if AUDITOR.encode() in line)
    told = json.loads(lines[at])
    fact = told["facts"]["officer"]
    fact["salt"], fact["value"] = other(fact["salt"], fact["value"])
    lines[at] = ijson.render(told) + b"\n"
    with pytest.raises(Fault) as caught:
        judged(world, lines)
    assert caught.value.code == "locallog.export.malformed"
    with pytest.raises(verify.Refused, match="salt of 32 bytes"):
        alone(world, lines)


def test_a_false_fact_is_found(world: World) -> None:
    """What is told beside an entry has the hash that stands in it."""
    head, first, *rest = lines_of(world, "all")
    value = json.loads(first)
    value["facts"]["count"]["value"] = "7"
    false = json.dumps(value, sort_keys=True, separators=(",", ":")).encode() + b"\n"
    with pytest.raises(Fault) as caught:
        judged(world, [head, false, *rest])
    assert caught.value.code == "locallog.export.false-fact"
    with pytest.raises(verify.Refused) as refused:
        alone(world, [head, false, *rest])
    assert refused.value.where == "fact"


def test_a_program_without_comity_verifies_it(
    world: World, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Whole or in part; it needs the file, the policy and nothing of this house."""
    lines = lines_of(world, "all")
    shown = alone(world, lines)
    assert shown[0].startswith(f"{len(lines) - 1} entries of {ORIGIN}, ")
    assert shown[-1] == "whole: no entry is left out"
    left_out = alone(world, [lines[0], lines[4]])
    assert left_out[-1] == f"{len(lines) - 2} entries are left out"
    for wrong in ([lines[0], lines[2], lines[1]], [lines[0], lines[1], lines[1]], lines[1:]):
        with pytest.raises(verify.Refused):
            alone(world, wrong)
    file, keys = tmp_path / "local.log", tmp_path / "policy"
    file.write_bytes(b"".join(lines))
    (own,) = trust_policy.policies(world.node("aa"), ORIGIN)
    keys.write_text(own.text())
    assert verify.main([str(file), "--policy", str(keys)]) == 0
    assert "whole: no entry is left out" in capsys.readouterr().out
    file.write_bytes(b"".join(lines)[:-1])
    assert verify.main([str(file), "--policy", str(keys)]) == 1


def test_the_commands_write_and_verify_it(world: World, tmp_path: Path) -> None:
    """A file, a policy, and `comity verify` with no home."""
    typed, file, keys = Commands(world, MODULES), tmp_path / "local.log", tmp_path / "policy"
    assert typed("log", "export", "--home", "aa", "-o", file) == 0
    typed("policy", "--home", "aa", "--log", ORIGIN)
    keys.write_text(typed.text + "\n")
    assert typed("verify", file, "--policy", keys) == 0
    assert "all of the" in typed.text
    assert typed("log", "export", "--home", "aa") == 0
    assert typed.text.encode() == file.read_bytes().rstrip(b"\n")
    file.write_bytes(file.read_bytes().replace(b'"index":1', b'"index":2', 1))
    assert typed("verify", file, "--policy", keys) == 1
    with pytest.raises(Fault) as caught:
        typed("log", "export", "--home", "aa", "--facts", "all")
    assert caught.value.code == "surfaces.option.missing"


def test_a_log_without_a_head_is_not_exported(tmp_path: Path) -> None:
    """Nothing is proven before it is signed."""
    made = make_world(tmp_path)
    with pytest.raises(Fault) as caught:
        local_log_export.make(made.node("aa"))
    assert caught.value.code == "node.log.unsigned"
