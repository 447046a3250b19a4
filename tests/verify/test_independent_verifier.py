"""The independent verifier: what it takes, and all that it refuses."""

import ast
import random
import sys
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

import pytest
from support.deep import many
from support.pair import READER, World, make_world
from verify.mutations import classes

from comity.joint.exchange.proof import Verdict, verify_proof
from comity.kernel.fault import Fault
from comity.node.room import proof, trust_policy
from comity.tlog import keys
from comity.tlog import policy as policies
from tools.verify import verify

MUTATIONS = (20_000, 100_000)
"""By the check, and by `./comity test --deep`."""

PROGRAM = Path(__file__).parents[2] / "tools" / "verify" / "verify.py"


@dataclass(frozen=True, slots=True)
class Exports:
    """What a real exchange exported.

    Attributes:
        files: proofs by name.
        policy: the text of every log's policy, one after another.
    """

    files: dict[str, bytes]
    policy: bytes


def export(world: World) -> Exports:
    """Export proofs of both sides' entries from both nodes, with and without disclosure."""
    files: dict[str, bytes] = {}
    for party in world.states:
        with world.node(party).store.read() as tx:
            logs = [log for log in tx.logs(world.channel) if log.signed]
        for log in logs:
            for index in (1, log.signed // 2, log.signed - 1):
                for disclose in (False, True):
                    where = f"{log.origin}#{index}"
                    made = proof.make(world.node(party), where, READER, disclose=disclose)
                    files[f"{party} {log.party} {index} {disclose}"] = made.proof
    found = trust_policy.policies(world.node("aa"))
    return Exports(files, "".join(one.text() for one in found).encode())


@pytest.fixture(scope="module")
def exports(tmp_path_factory: pytest.TempPathFactory) -> Exports:
    """Some thirty acts of two States, and their proofs."""
    world = make_world(tmp_path_factory.mktemp("world"))
    for _ in range(5):
        for party, other in (("aa", "bb"), ("bb", "aa")):
            asked = world.ask(party)
            world.pump()
            world.acknowledge(other, asked)
            world.answer(other, asked, ("one",))
            world.pump()
    return export(world)


def test_it_imports_nothing_of_comity() -> None:
    """An auditor needs Python, `cryptography` and this one file of at most 1,350 lines."""
    text = PROGRAM.read_text(encoding="utf-8")
    names = {
        name.partition(".")[0]
        for node in ast.walk(ast.parse(text))
        for name in (
            [alias.name for alias in node.names]
            if isinstance(node, ast.Import)
            else [node.module or ""]
            if isinstance(node, ast.ImportFrom)
            else []
        )
    }
    assert names - {"cryptography"} <= sys.stdlib_module_names
    assert len(text.splitlines()) <= 1_420


def test_every_exported_proof_holds_for_both_verifiers(exports: Exports) -> None:
    """What one side exports, the program and comity itself accept, and read alike."""
    trusted = verify.read_policies(exports.policy)
    by_log = [policies.parse(text + b"\n") for text in _parts(exports.policy)]
    for name, data in exports.files.items():
        verdict = verify.judge(data, trusted)
        ours = [v for one in by_log if (v := _or_none(data, one))]
        assert [(v.origin, v.index, v.size) for v in ours] == [
            (verdict.origin, verdict.index, verdict.size)
        ], name
        assert (verdict.record is not None) == name.endswith("True")
        assert len(verdict.signed) == 2
        assert verify.told(verdict)


@pytest.mark.slow
def test_every_mutation_is_refused_where_it_should_be(
    exports: Exports, capsys: pytest.CaptureFixture[str]
) -> None:
    """Thousands of changes of each kind, none accepted, each refused by the check for it."""
    mutations = many(MUTATIONS[0], deep=MUTATIONS[1])
    trusted = verify.read_policies(exports.policy)
    files = list(exports.files.values())
    chance = random.Random(20_260_727)  # noqa: S311 -- one run, the same for all
    table = list(classes())
    drawn = chance.choices(table, [one.weight for one in table], k=mutations * 11 // 10)
    counts: Counter[tuple[str, str]] = Counter()
    done = 0
    for one in drawn:
        original = chance.choice(files)
        changed = one.change(original, chance)
        if changed is None or changed == original:
            continue
        where = _refusal(changed, trusted)
        assert where, f"{one.name} was accepted: {changed[:4000]!r}"
        assert where in one.wheres or not one.wheres, f"{one.name} was refused by {where}"
        counts[one.name, where] += 1
        done += 1
        if done == mutations:
            break
    told = [f"{count:>7}  {name} -> {where}" for (name, where), count in sorted(counts.items())]
    with capsys.disabled():
        print("", *told, f"{done:>7}  in all, {verify.judge.__name__} accepted none", sep="\n")  # noqa: T201 -- the count is the result
    assert done >= mutations
    assert {name for name, _ in counts} == {one.name for one in table}


def test_comity_refuses_the_same(exports: Exports) -> None:
    """The program and comity share no code, and neither takes a changed proof."""
    by_log = [policies.parse(text + b"\n") for text in _parts(exports.policy)]
    files = list(exports.files.values())
    chance = random.Random(2)  # noqa: S311 -- one run, the same for all
    for one in classes():
        for _ in range(30):
            original = chance.choice(files)
            changed = one.change(original, chance)
            if changed is not None and changed != original:
                assert not any(_or_none(changed, policy) for policy in by_log), one.name


def test_lines_that_no_policy_needs_change_nothing(exports: Exports) -> None:
    """A witness that the policy does not know may cosign: its line is ignored."""
    trusted = verify.read_policies(exports.policy)
    for data in exports.files.values():
        more = data + "— other.example/witness AAAAAAAAAAAAAAAAAAAA\n".encode()
        assert verify.judge(more, trusted) == verify.judge(data, trusted)


def test_a_policy_that_asks_for_more_is_not_met(exports: Exports) -> None:
    """A proof holds only for the keys that one trusts."""
    text = exports.policy.replace(b"live/mirror+", b"live/mirroR+")
    with pytest.raises(verify.Refused):
        verify.read_policies(text)
    logs_only = [
        line for line in _parts(exports.policy)[0].split(b"\n") if not line.startswith(b"log ")
    ]
    trusted = verify.read_policies(b"\n".join(logs_only) + b"\n")
    data = next(iter(exports.files.values()))
    assert _refusal(data, trusted) == "policy"


def test_a_policy_with_a_weak_key_is_refused(exports: Exports) -> None:
    """With a key of low order one signature fits every head; OpenSSL does not look at it."""
    good = verify.read_policies(exports.policy)[0].logs[0].public
    points = {
        "low order": b"\1" + bytes(31),
        "the same, its sign turned": b"\1" + bytes(30) + b"\x80",
        "order 8": bytes.fromhex(f"{verify.ORDER_8_Y:064x}")[::-1],
        "a second spelling": (verify.P + 4).to_bytes(32, "little"),
        "off the curve": b"\2" + bytes(31),
    }
    assert verify.is_sound(good)
    for what, public in points.items():
        assert not verify.is_sound(public), what
        weak = keys.VKey("aa/x/live/1", keys.ED25519_NOTE, public)
        text = f"log {keys.render(weak)}\nquorum none\n".encode()
        with pytest.raises(verify.Refused, match="weak"):
            verify.read_policies(text)
        with pytest.raises(Fault, match=r"tlog\.key\."):
            policies.parse(text)


def test_the_program_runs(
    exports: Exports, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Exit 0 if all hold, 1 if one does not, 2 if it cannot be told."""
    (tmp_path / "policy").write_bytes(exports.policy)
    names = []
    for number, data in enumerate(exports.files.values()):
        names.append(str(tmp_path / f"{number}.tlog-proof"))
        Path(names[-1]).write_bytes(data)
    assert verify.main([*names, "--policy", str(tmp_path / "policy")]) == 0
    assert capsys.readouterr().out.count("holds") == len(names)
    Path(names[0]).write_bytes(exports.files[next(iter(exports.files))][:-40])
    assert verify.main([*names, "--policy", str(tmp_path / "policy")]) == 1
    assert "DOES NOT HOLD" in capsys.readouterr().out
    assert verify.main([names[0], "--policy", str(tmp_path / "none")]) == 2


def _refusal(data: bytes, trusted: list[verify.Policy]) -> str:
    try:
        verify.judge(data, trusted)
    except verify.Refused as refused:
        return refused.where
    return ""


def _or_none(data: bytes, one: policies.Policy) -> Verdict | None:
    try:
        return verify_proof(data, one)
    except Fault:
        return None


def _parts(text: bytes) -> list[bytes]:
    parts, part = [], b""
    for line in text.splitlines(keepends=True):
        part += line
        if line.startswith(b"quorum"):
            parts.append(part.rstrip(b"\n"))
            part = b""
    return parts
