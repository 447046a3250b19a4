"""Keys of the local log: made anew, believed by who trusts older ones, revoked, and lost."""

import json
from pathlib import Path

import pytest
from support.commands import Commands
from support.pair import World
from support.states import state

from comity.domestic.locallog import export
from comity.joint.arrangement.card import DAY_MS
from comity.joint.exchange.proof import verify_proof
from comity.kernel import ijson
from comity.kernel.fault import Fault
from comity.kernel.inadmissible import Inadmissible
from comity.node.base import local_keys
from comity.node.operate import local_keyring
from comity.node.operate.backup import require_keys
from comity.node.operate.fsck import run
from comity.node.room import local_log, local_log_export, proof, trust_policy
from comity.node.room.release import send
from comity.surfaces.cli import key as cli_key
from comity.surfaces.cli import verify_text
from comity.tlog import note
from comity.tlog.policy import Policy
from tools.verify import verify

ORIGIN = "aa/local"


def make_world(folder: Path) -> World:
    """Return a State alone."""
    return World(folder, "", {"aa": state(folder, "aa")})


def steps(world: World, *counts: int) -> None:
    """Take domestic steps, and sign them head by head."""
    for count in counts:
        send.set_approvals(world.node("aa"), count)
    sign(world)


def sign(world: World) -> None:
    """Sign until nothing is left."""
    while True:
        world.states["aa"].clock.at_ms += local_log.SIGN_PAUSE_MS
        with world.node("aa").store.read() as tx:
            log = tx.log(ORIGIN)
        if log is None or log.signed == log.size:
            return
        assert local_log.sign_if_due(world.node("aa"))


def rotate(world: World) -> local_keys.LocalKeys:
    """Make the next keys."""
    return local_keyring.rotate(world.node("aa"), world.states["aa"].maker)


def rotate_index(world: World) -> int | None:
    """Return the step that vouches for the newest keys."""
    with world.node("aa").store.read() as tx:
        return local_keys.held(tx, ORIGIN)[-1].index


def trusted(world: World, size: int | None = None) -> trust_policy.LogPolicy:
    """Return the policy of now."""
    (own,) = trust_policy.policies(world.node("aa"), ORIGIN, size)
    return own


def exported(world: World) -> list[bytes]:
    """Return an export."""
    made = local_log_export.make(world.node("aa"))
    assert not isinstance(made, Inadmissible)
    return [*made.lines]


def judged(lines: list[bytes], own: trust_policy.LogPolicy) -> export.Verdict:
    """Return what an export shows, to two programs that share no code."""
    told: list[export.Verdict] = []
    assert [*export.read(lines, own.policy, told)]
    words = verify.judge_log(lines, verify.read_policies(own.text().encode()))
    assert any("vouched" in one for one in words) == bool(told[0].successions)
    return told[0]


def refused(lines: list[bytes], own: trust_policy.LogPolicy) -> None:
    """See both refuse it."""
    with pytest.raises(Fault):
        [*export.read(lines, own.policy, [])]
    with pytest.raises(verify.Refused):
        verify.judge_log(lines, verify.read_policies(own.text().encode()))


def test_new_keys_are_believed_by_who_trusts_older_ones(tmp_path: Path) -> None:
    """The keys before sign the head over the step, the new ones every later; twice in a row."""
    world = make_world(tmp_path)
    steps(world, 2, 3)
    first = trusted(world)
    made = rotate(world)
    with pytest.raises(Fault, match="no head covers"):
        rotate(world)
    steps(world, 2)
    second = trusted(world)
    rotate(world)
    steps(world, 3)

    assert (made.number, made.from_size, made.index) == (2, 4, 2)
    lines = exported(world)
    for own, times in ((first, 2), (second, 2), (trusted(world), 2), (trusted(world, 99), 0)):
        verdict = judged(lines, own)
        assert (verdict.is_whole, verdict.successions) == (True, times)
        words = verify_text.log_text("f", verdict, [{"index": 2, "step": "s", "ed25519": "a+b+c"}])
        assert words.endswith("ed25519 a+b")
        assert ("vouched" in words) == bool(times)
    # Keys stand where they count: an older set alone signs nothing beyond the step.
    head = json.loads(lines[0])["head"].encode()
    with pytest.raises(Fault, match="known key"):
        trusted(world, 3).policy.verify_kinds(note.parse(head))
    assert "# keys 1: heads of size 0 to 3\n# keys 2: heads of size 4 to 5\n" in second.text() + (
        trusted(world).text()
    )
    require_keys(world.node("aa"))
    assert run.check(world.node("aa")).is_clean


def test_a_succession_that_was_changed_is_refused(tmp_path: Path) -> None:
    """Other keys, another head, another history: none of it passes for what older keys said."""
    world = make_world(tmp_path)
    steps(world, 2)
    first = trusted(world)
    rotate(world)
    steps(world, 3)
    lines = exported(world)
    judged(lines, first)
    whole = json.loads(lines[0])
    for name, value in (("index", 0), ("path", []), ("head", whole["head"]), ("entry", "AAAA")):
        (one,) = whole["succession"]
        changed = {**whole, "succession": [{**one, name: value}]}
        refused([ijson.render(changed) + b"\n", *lines[1:]], first)
    (one,) = whole["succession"]
    facts = {**one["facts"], "ed25519": {**one["facts"]["ed25519"], "value": "aa/local+00+AA=="}}
    changed = {**whole, "succession": [{**one, "facts": facts}]}
    refused([ijson.render(changed) + b"\n", *lines[1:]], first)
    changed = {k: v for k, v in whole.items() if k != "succession"} | {"format": export.FORMAT}
    refused([ijson.render(changed) + b"\n", *lines[1:]], first)


def test_revoked_keys_stand_in_no_policy(tmp_path: Path) -> None:
    """What they signed holds up to their size for who asks; a proof is made under newer ones."""
    world = make_world(tmp_path)
    node = world.node("aa")
    steps(world, 2)
    with pytest.raises(Fault, match="newest"):
        local_keyring.revoke(node, 1)
    rotate(world)
    steps(world, 3)
    with pytest.raises(Fault, match="no keys 7"):
        local_keyring.revoke(node, 7)
    with pytest.raises(Fault, match="over 2"):
        local_keyring.revoke(node, 1, 3)
    old = trusted(world, 1).policy
    assert local_keyring.revoke(node, 1).cap == 2
    sign(world)

    own = trusted(world)
    assert {one.vkey for one in own.policy.logs}.isdisjoint(one.vkey for one in old.logs)
    assert trusted(world, 2).policy == old
    assert "keys 1 are revoked: heads of size 0 to 2 count" in own.text()
    assert verify_proof(proof.make(node, f"{ORIGIN}#0").proof, own.policy).index == 0
    assert judged(exported(world), own).successions == 0
    assert judged(exported(world), trust_policy.LogPolicy(ORIGIN, (), old)).successions == 1
    # Below the step that named the next ones, they vouch for nothing any more.
    local_keyring.revoke(node, 1, 1)
    sign(world)
    refused(exported(world), trust_policy.LogPolicy(ORIGIN, (), old))
    assert not trusted(world, 2).policy.logs
    assert run.check(node).is_clean


def test_lost_keys_are_replaced_and_nobody_vouches(tmp_path: Path) -> None:
    """The new ones sign from the next head on; an older policy does not know them."""
    world = make_world(tmp_path)
    steps(world, 2)
    before = trusted(world)
    (tmp_path / "aa" / "keys" / "local.age").unlink()
    world.states["aa"].maker._signers.clear()  # as in another process
    made = rotate(world)
    steps(world, 3)
    assert (made.index, made.from_size) == (None, 2)
    assert not judged(exported(world), trusted(world)).successions
    refused(exported(world), before)
    assert run.check(world.node("aa")).is_clean


def test_an_export_that_discloses_nothing_tells_of_the_keys(tmp_path: Path) -> None:
    """They name nobody, and whoever reads the log sees by which it is signed."""
    world = make_world(tmp_path)
    steps(world, 2)
    rotate(world)
    steps(world, 3)
    read = [*export.read(exported(world), trusted(world).policy, [])]
    told = {one.step.code: dict(one.facts) for one in read if one.facts}

    assert {code: facts["number"] for code, facts in told.items()} == {local_log.KEYS_MADE: "2"}


def test_a_restored_home_goes_on_under_the_keys_it_had(tmp_path: Path) -> None:
    """A step that names keys comes back from beside the home with its place, and it is told."""
    world = make_world(tmp_path)
    node = world.node("aa")
    steps(world, 2)
    with node.store.read() as tx:
        log, before = tx.log(ORIGIN), tx.record(local_keys.KIND, ORIGIN)
    assert log is not None
    rotate(world)
    steps(world, 3)
    with node.store.write() as tx:
        tx.cut_entries(ORIGIN, 1)
        tx.save_log(log)
        tx.save_record(local_keys.KIND, ORIGIN, before)
    send.set_approvals(node, 2)
    assert local_log.bring_back(node) == 2
    with node.store.read() as tx:
        assert [one.from_size for one in local_keys.held(tx, ORIGIN)] == [0, 3]
    assert any("made or revoked" in what for _code, what in world.alarms("aa"))
    sign(world)
    assert judged(exported(world), trusted(world)).is_whole
    # Their file was made after the backup as well: others take their place at once.
    with node.store.write() as tx:
        first, _second = local_keys.held(tx, ORIGIN)
        local_keys.save(tx, ORIGIN, [first, local_keys.LocalKeys(2, 3)])
    (tmp_path / "aa" / "keys" / "local-000002.age").unlink()
    world.states["aa"].maker._signers.clear()  # as above
    assert run.check(node).is_clean
    assert (rotate(world).number, rotate_index(world)) == (3, None)
    steps(world, 4)
    assert judged(exported(world), trusted(world)).is_whole
    assert run.check(node).is_clean


def test_the_command_lists_makes_and_revokes(tmp_path: Path) -> None:
    """With --local, without a root key; old keys are said to be due."""
    world = make_world(tmp_path)
    steps(world, 2)
    run_ = Commands(world, (cli_key,))
    world.states["aa"].clock.at_ms += (local_keyring.USED_DAYS - 6) * DAY_MS
    assert run_("key", "list", "--home", "aa") == 0
    assert "keys 1" in run_.text
    assert "to be replaced within 7 days" in run_.text
    local_keyring.warn(world.node("aa"))
    assert [code for code, _what in world.alarms("aa")] == ["arrangement.card.expiry-7"]
    assert run_("key", "rotate", "--home", "aa", "--local") == 0
    sign(world)
    assert run_("key", "revoke", "--home", "aa", "--local", "1", "--at", f"{ORIGIN}=1") == 0
    assert run_.value == {"local": 1, "sizes": {ORIGIN: 1}}
    assert run_("key", "list", "--home", "aa") == 0
    assert "revoked: count to size 1" in run_.text
    local_keyring.warn(world.node("aa"))
    assert not world.alarms("aa")
    with pytest.raises(Fault, match="of cards"):
        run_("key", "rotate", "--home", "aa", "--local", "--root", "x")
    with pytest.raises(Fault, match="--at cannot"):
        run_("key", "revoke", "--home", "aa", "--local", "1", "--at", "bb/local=1")


def test_a_home_from_before_has_its_first_keys(tmp_path: Path) -> None:
    """A list of two texts is what it was: keys 1, from the first head on."""
    world = make_world(tmp_path)
    steps(world, 2)
    texts = [str(one.vkey) for one in trusted(world).policy.logs]
    assert texts
    with world.node("aa").store.write() as tx:
        (one,) = local_keys.held(tx, ORIGIN)
        tx.save_record(local_keys.KIND, ORIGIN, [*one.vkeys])
        assert local_keys.held(tx, ORIGIN) == (local_keys.LocalKeys(1, 0, vkeys=one.vkeys),)
        made_ms = local_keyring.made_at_ms(tx, "aa", local_keys.held(tx, ORIGIN)[0])
    assert made_ms
    assert isinstance(trusted(world).policy, Policy)
