"""What a State takes away, and what it shows offline."""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any, cast

import pytest
from support.commands import Commands
from support.pair import READER, World, make_world

from comity.acts.record import Act, Receipt
from comity.joint.exchange.proof import Extra, Key, parse_extra, render_extra, verify_proof
from comity.joint.request import acts as request_acts
from comity.kernel import ijson
from comity.kernel.fault import Fault
from comity.node.base.rows import Head, Officer
from comity.node.desk import officer_admin
from comity.node.exchange import convict, logs, sign
from comity.node.room import proof, trust_policy
from comity.surfaces.cli import policy as cli_policy
from comity.surfaces.cli import proof as cli_proof
from comity.surfaces.cli import verify as cli_verify
from comity.tlog import checkpoint, note
from comity.tlog import policy as policies
from comity.tlog import proof as tlog_proof
from comity.tlog.checkpoint import Checkpoint
from comity.tlog.policy import Policy

MODULES = (cli_proof, cli_verify, cli_policy)


def policy_of(world: World, party: str, origin: str) -> Policy:
    """Return the policy of a log as one node sees it."""
    (found,) = trust_policy.policies(world.node(party), origin)
    return found.policy


@pytest.mark.parametrize("parties", [("aa", "bb"), ("aa", "bb", "cc")])
def test_each_side_proves_what_either_said(tmp_path: Path, parties: tuple[str, ...]) -> None:
    """Author and mirrors hold the same proof in hand: who said it, and who stored it when."""
    world = make_world(tmp_path, parties)
    asked = world.ask("aa", "Préservez, s'il vous plaît.".encode())
    world.pump()
    answered = world.acknowledge("bb", asked)
    world.pump()
    for party in parties:
        for said in (asked, answered):
            made = proof.make(world.node(party), said.act.id, READER, disclose=True)
            verdict = verify_proof(made.proof, policy_of(world, party, said.origin))
            assert isinstance(verdict.record, Act)
            assert verdict.record.id == said.act.id
            assert verdict.origin_inside == verdict.origin == said.origin
            assert verdict.signed[0].is_log
            stored = {signed.name.partition("/")[0] for signed in verdict.signed[1:]}
            assert stored == set(parties) - {said.origin[:2]}
            assert all(signed.time_s >= 1_764_000_000 for signed in verdict.signed)
    made = proof.make(world.node("bb"), asked.act.id, READER, disclose=True)
    (texts,) = verify_proof(made.proof, policy_of(world, "aa", asked.origin)).bodies
    assert texts.plain.decode() == "Préservez, s'il vous plaît."


@pytest.mark.parametrize("acts_before", [0, 1])
def test_what_is_not_signed_yet_is_proved_by_no_head_before_it(
    tmp_path: Path, acts_before: int
) -> None:
    """It was appended a moment ago, or nothing is signed since no partner is in reach."""
    world = make_world(tmp_path)
    for _ in range(acts_before):
        world.ask("aa")
    world.pump()
    asked = world.ask("aa")
    with pytest.raises(Fault, match=r"node\.proof\.not-cosigned"):
        proof.make(world.node("aa"), asked.act.id, READER)
    world.pump()
    assert proof.make(world.node("aa"), asked.act.id, READER).size > asked.index


def test_one_that_is_away_keeps_nobody_from_proving_what_another_signed(tmp_path: Path) -> None:
    """Who has not signed is named and accused of nothing; a proof by the rest asks for the rest."""
    world = make_world(tmp_path, ("aa", "bb", "cc"))
    world.pump()
    world.cut("aa", "cc")
    world.cut("bb", "cc")
    asked = world.ask("aa")
    world.pump()
    said = world.acknowledge("bb", asked)
    world.pump()
    for party, one, by in (("aa", asked, "bb"), ("bb", asked, "bb"), ("aa", said, "aa")):
        with pytest.raises(Fault, match="cc has not signed for it") as caught:
            proof.make(world.node(party), one.act.id, READER)
        assert caught.value.code == "node.proof.not-cosigned"
        made = proof.make(world.node(party), one.act.id, READER, by=[by])
        with pytest.raises(Fault):
            verify_proof(made.proof, policy_of(world, party, one.origin))
        (asks,) = trust_policy.policies(world.node(party), one.origin, by=[by])
        assert "says nothing of what cc signed for" in asks.text()
        verdict = verify_proof(made.proof, policies.parse(asks.text().encode()))
        assert [
            signed.name.partition("/")[0] for signed in verdict.signed if not signed.is_log
        ] == [by]
    with pytest.raises(Fault) as stray:
        proof.make(world.node("aa"), asked.act.id, READER, by=["dd"])
    assert stray.value.code == "node.proof.which-party"


def test_a_sealed_proof_tells_nothing_of_what_was_said(tmp_path: Path) -> None:
    """Without disclosure the file holds the entry as it lies in the log, and no key."""
    world = make_world(tmp_path)
    asked = world.ask("aa")
    world.pump()
    made = proof.make(world.node("aa"), asked.act.id, READER)
    verdict = verify_proof(made.proof, policy_of(world, "bb", asked.origin))
    assert (verdict.kind, verdict.record, verdict.bodies) == ("act", None, ())
    assert parse_extra(tlog_proof.parse(made.proof).extra or b"").file_key == b""


def test_a_receipt_proves_what_its_author_held(tmp_path: Path) -> None:
    """Any entry is proven by its place; a receipt names log, size and root."""
    world = make_world(tmp_path)
    world.ask("aa")
    world.pump()
    made = proof.make(world.node("aa"), f"{world.origin('bb')}#1", READER, disclose=True)
    verdict = verify_proof(made.proof, policy_of(world, "aa", world.origin("bb")))
    assert isinstance(verdict.record, Receipt)
    assert (verdict.record.of, verdict.record.size) == (world.origin("aa"), 2)


def test_what_an_officer_may_not_read_is_opened_for_him_by_no_name(tmp_path: Path) -> None:
    """Neither by the act's id nor by its place: to them it is not there; its proof is sealed."""
    world = make_world(tmp_path)
    asked = world.ask("aa")
    world.pump()
    stranger = replace(READER, name="stranger", agency="customs")
    place = f"{asked.origin}#{asked.index}"
    for what in (asked.act.id, place):
        with pytest.raises(Fault) as caught:
            proof.make(world.node("aa"), what, stranger, disclose=True)
        assert caught.value.code == "node.proof.unknown"
    sealed = proof.make(world.node("aa"), place, stranger)
    assert parse_extra(tlog_proof.parse(sealed.proof).extra or b"").file_key == b""


def test_an_act_is_named_by_the_beginning_of_its_id(tmp_path: Path) -> None:
    """As a request is; what is too short, begins several or is a request is told as that."""
    world = make_world(tmp_path)
    said = [world.ask("aa") for _ in range(3)]
    world.pump()
    node, first = world.node("aa"), said[0]
    whole = proof.make(node, first.act.id, READER)
    assert proof.make(node, first.act.id[:-1].upper(), READER).index == whole.index

    def told(text: str, who: Officer | None = READER) -> Fault:
        with pytest.raises(Fault) as caught:
            proof.make(node, text, who)
        return caught.value

    assert told(first.act.id[:3]).code == "node.matter.prefix-short"
    assert told("zzzzz").code == "node.proof.unknown"
    assert told(first.act.id[:-1], None).code == "node.proof.officer-missing"
    begun = told(first.act.matter.id[:-1])
    assert begun.code == "node.proof.unknown"
    assert f"That is a request; name one of its acts: {first.act.id}." in begun.fix
    same = [one.act.id for one in said if one.act.id[:4] == first.act.id[:4]]
    if len(same) > 1:
        assert told(first.act.id[:4]).code == "node.matter.ambiguous"
    stranger = replace(READER, name="eve", agency="elsewhere")
    assert told(first.act.id[:-1], stranger).what.startswith("This node holds no act")


def test_a_body_that_is_damaged_here_is_left_out(tmp_path: Path) -> None:
    """Whoever reads the proof would refuse all of it for a body that nobody named."""
    world = make_world(tmp_path)
    asked = world.ask("aa")
    world.pump()
    (blob,) = asked.act.blobs
    node = world.node("aa")
    with node.store.write() as tx:
        tx.drop_body(blob.sha256)
        tx.save_bodies({blob.sha256: b"damaged"})
    made = proof.make(node, asked.act.id, READER, disclose=True)
    assert made.left_out == (blob.sha256,)
    (shown,) = verify_proof(made.proof, policy_of(world, "bb", asked.origin)).bodies
    assert shown.state == "left-out"


def test_what_is_not_stored_elsewhere_is_not_proven(tmp_path: Path) -> None:
    """An act that no mirror has cosigned, or that is not there, gives no proof."""
    world = make_world(tmp_path)
    world.pump()
    world.cut("aa", "bb")
    asked = world.ask("aa")
    world.round()
    for what, code in (
        (asked.act.id, "node.proof.not-cosigned"),
        ("a" * 26, "node.proof.unknown"),
        (f"{asked.origin}#9", "node.proof.unknown"),
        ("aa/local#0", "node.proof.unknown"),
    ):
        with pytest.raises(Fault) as caught:
            proof.make(world.node("aa"), what, READER)
        assert caught.value.code == code


KEY = Key(b"\x03key", 7, (bytes(32),), bytes(32), (bytes(32),) * 8)


def test_the_extra_line_has_one_spelling() -> None:
    """What is spelled otherwise, or has other fields, is refused."""
    sealed, shown = Extra(b"\x01entry"), Extra(b"\x01entry", b"k" * 16, (b"body",), KEY)
    for extra in (sealed, shown, replace(shown, bodies=())):
        assert parse_extra(render_extra(extra)) == extra
    good = json.loads(render_extra(shown))
    changes: tuple[dict[str, ijson.Json], ...] = (
        {"entry": ""},
        {"entry": "AA"},
        {"entry": None},
        {"file-key": "AAAA"},
        {"file-key": ""},
        {"bodies": {}},
        {"format": "comity/proof/2"},
        {"more": 1},
        {"key": {}},
        {"key": None},
        {"key": {**cast("dict[str, ijson.Json]", good["key"]), "index": True}},
        {"key": {**cast("dict[str, ijson.Json]", good["key"]), "salt": "AA=="}},
    )
    for change in changes:
        with pytest.raises(Fault) as caught:
            parse_extra(ijson.render(good | change))
        assert caught.value.code == "exchange.proof.malformed"


def test_a_wrong_key_and_a_stray_body_are_refused(tmp_path: Path) -> None:
    """Disclosure is bound to the entry: by the header's MAC, and by the hashes in the act."""
    world = make_world(tmp_path)
    asked = world.ask("aa")
    world.pump()
    made = tlog_proof.parse(proof.make(world.node("aa"), asked.act.id, READER, disclose=True).proof)
    extra = parse_extra(made.extra or b"")
    key, trusted = extra.key, policy_of(world, "aa", asked.origin)
    assert key is not None
    for change, code in (
        (replace(extra, file_key=b"x" * 16), "exchange.proof.wrong-key"),
        (replace(extra, key=replace(key, salt=bytes(32))), "exchange.proof.wrong-key"),
        (replace(extra, key=replace(key, bound=key.bound[1:])), "exchange.proof.wrong-key"),
        (replace(extra, key=replace(key, entry=key.entry + b"x")), "tlog.tree.bad-inclusion"),
        (replace(extra, bodies=(b"other",)), "exchange.proof.stray-body"),
        (replace(extra, bodies=extra.bodies * 2), "exchange.proof.stray-body"),
        (replace(extra, entry=extra.entry + b"\0"), "tlog.tree.bad-inclusion"),
    ):
        with pytest.raises(Fault) as caught:
            verify_proof(tlog_proof.render(replace(made, extra=render_extra(change))), trusted)
        assert caught.value.code == code
    fewer = replace(made, extra=render_extra(replace(extra, bodies=())))
    (shown,) = verify_proof(tlog_proof.render(fewer), trusted).bodies
    assert shown.state == "left-out"


def test_a_file_that_is_no_proof_is_told_with_the_next_step(tmp_path: Path) -> None:
    """What stands in it is shown as text, and what to do is told to people and to machines."""
    typed = Commands(make_world(tmp_path / "world"), MODULES)
    trusted, other = tmp_path / "policy", tmp_path / "other"
    assert typed("policy", "--home", "bb") == 0
    trusted.write_text(typed.text + "\n")
    other.write_bytes(b"hello\n")
    assert typed("verify", other, "--policy", trusted) == 1
    fix = cast("Any", typed.value)["files"][0]["fix"]
    assert fix
    assert fix in typed.text
    with pytest.raises(Fault, match="first line is 'hello'"):
        tlog_proof.parse(b"hello\n\nx\n")


def test_a_person_exports_and_verifies(tmp_path: Path) -> None:
    """Proof, policy and verdict as typed; one bad file among many gives exit code 1."""
    world = make_world(tmp_path / "world")
    asked = world.ask("aa")
    world.pump()
    typed = Commands(world, MODULES)
    shown, sealed, trusted = (tmp_path / name for name in ("a.tlog-proof", "b.tlog-proof", "p"))
    token = tmp_path / "token"
    token.write_text(officer_admin.add(world.node("aa"), "ann", "police"), "utf-8")
    us = ("--home", "aa", "--as", "ann", "--token-file", token)
    assert typed("proof", *us, asked.act.id, "-o", shown, "--disclose") == 0
    assert typed("proof", "--home", "bb", f"{asked.origin}#{asked.index}", "-o", sealed) == 0
    assert shown.stat().st_mode & 0o077 == 0  # whoever reads it opens the entry
    with pytest.raises(Fault, match="for an officer who may read it"):
        typed("proof", "--home", "bb", asked.act.id, "-o", tmp_path / "c")
    assert typed("policy", "--home", "bb") == 0
    trusted.write_text(typed.text + "\n")
    assert typed("verify", shown, sealed, "--policy", trusted) == 0
    assert "Said by aa" in typed.text
    assert "Stored at bb" in typed.text
    assert "Please preserve." in typed.text
    assert "2 of 2 files hold." in typed.text
    sealed.write_bytes(sealed.read_bytes().replace(b"index 1", b"index 0"))
    assert typed("verify", shown, sealed, "--policy", trusted) == 1
    assert "DOES NOT HOLD" in typed.text
    assert cast("Any", typed.value)["files"][1]["fix"] in typed.text
    assert typed("verify", tmp_path / "none", "--policy", trusted) == 1
    assert "DOES NOT HOLD" not in typed.text, "nothing was looked at"
    with pytest.raises(Fault) as caught:
        typed("proof", "--home", "aa", asked.act.id, "-o", shown)
    assert caught.value.code == "surfaces.file.exists"


def test_a_conviction_is_verified_by_anybody(tmp_path: Path) -> None:
    """Two heads of one size with two roots: the evidence travels and holds elsewhere."""
    world = make_world(tmp_path / "world")
    world.ask("aa")
    world.pump()
    aa, bb, origin = world.node("aa"), world.node("bb"), world.origin("aa")
    with aa.store.read() as tx:
        log = logs.require_log(tx, origin)
        signers = sign._signers(aa, tx, log, log.signed)
    other = checkpoint.render_body(Checkpoint(origin, log.signed, b"\1" * 32))
    forged = note.render(note.sign(other, signers, at_s=1_764_000_100))
    with bb.store.write() as tx:
        head = Head(origin, log.signed, b"\1" * 32, forged, 1_764_000_100)
        mirror = logs.require_log(tx, origin)
        found = convict.find(tx, mirror, head)
        assert found is not None
        convict.freeze(bb, tx, mirror, found)
    typed = Commands(world, MODULES)
    file, trusted = tmp_path / "evidence.json", tmp_path / "policy"
    assert typed("proof", "--home", "bb", "--conviction", origin, "-o", file) == 0
    assert typed("policy", "--home", "aa") == 0
    trusted.write_text(typed.text + "\n")
    assert typed("verify", file, "--policy", trusted) == 0
    assert "cannot both be true" in typed.text
    file.write_bytes(file.read_bytes().replace(b"AQEBAQEB", b"AQEBAQEC"))
    assert typed("verify", file, "--policy", trusted) == 1


def test_an_act_is_proved_by_its_author_where_two_have_its_id(tmp_path: Path) -> None:
    """A partner that uses the id of an act of ours is proved in its place by no command."""
    world = make_world(tmp_path)
    asked = world.ask("bb")
    world.pump()
    saying = replace(world._saying("aa"), id=asked.act.id, own_reference="ref")
    copied = world.say("aa", request_acts.acknowledged(saying, world._about(asked)))
    said = {"bb": asked, "aa": copied}
    world.pump()
    node = world.node("bb")

    for act_id in (asked.act.id, asked.act.id[:8]):
        with pytest.raises(Fault) as told:
            proof.make(node, act_id, READER)
        assert told.value.code == "node.matter.ambiguous"
        assert f"{asked.act.id} of aa, {asked.act.id} of bb" in told.value.what
        for party, one in said.items():
            made = proof.make(node, act_id, READER, party=party)
            assert (made.origin, made.index) == (one.origin, one.index)
        with pytest.raises(Fault) as told:
            proof.make(node, act_id, READER, party="cc")
        assert told.value.code == "node.proof.unknown"
    typed = Commands(world, MODULES)
    token = tmp_path / "token"
    token.write_text(officer_admin.add(node, "ann", "police"), "utf-8")
    us = ("--home", "bb", "--as", "ann", "--token-file", token)
    for party, one in said.items():
        file = tmp_path / f"{party}.tlog-proof"
        assert typed("proof", *us, asked.act.id, "--of", party, "-o", file) == 0
        assert cast("Any", typed.value)["log"] == one.origin
