"""What is damaged is found, named, and told apart from what follows from it."""

import ast
from base64 import b64decode, b64encode
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from support.commands import Commands
from support.pair import World, make_world

from comity.adapters.entropy import SystemEntropy
from comity.adapters.keyfiles import KeyFiles
from comity.adapters.memory import MemoryTx
from comity.joint.exchange import fold
from comity.node.base import arrival_order
from comity.node.base.arrival_order import START, Heard
from comity.node.base.ports import Tx
from comity.node.base.store import HALF
from comity.node.exchange import destroyed_blobs, keyring, logs, pump, sign, start
from comity.node.operate.fsck import private_keys, report, run
from comity.node.room import local_log
from comity.surfaces.cli import fsck as cli_fsck
from comity.surfaces.cli import rebuild as cli_rebuild
from comity.tlog import tree
from tools.check.codes import PAGE, explained


@pytest.fixture
def world(tmp_path: Path) -> World:
    """Two States with requests asked and answered, and some hundreds of local steps."""
    world = make_world(tmp_path)
    world.pump()  # each has asked the other since it started
    asked = world.ask("aa")
    world.ask("bb")
    world.pump()
    world.acknowledge("bb", asked)
    world.answer("bb", asked)
    world.pump()
    node = world.node("aa")
    for number in range(300):
        with node.store.write() as tx:
            local_log.note(tx, node, "matter.opened", {"officer": "ann", "matter": str(number)})
    sign.sign_head(node, "aa/local")
    return world


def flip(data: bytes) -> bytes:
    """Return bytes of which the last is another."""
    return data[:-1] + bytes((data[-1] ^ 1,))


def entry(world: World, tx: Tx) -> None:
    """Change a byte of a mirrored entry."""
    assert isinstance(tx, MemoryTx)
    origin = world.origin("bb")
    raw, leaf = tx._t.entries.get(origin, (1,)) or (b"", b"")
    tx._t.entries.put(tx._journal, origin, (1,), (flip(raw), leaf))


def entry_with_leaf(world: World, tx: Tx) -> None:
    """Change an entry and its leaf hash as well: only the tree knows."""
    assert isinstance(tx, MemoryTx)
    origin = world.origin("bb")
    raw, _ = tx._t.entries.get(origin, (1,)) or (b"", b"")
    changed = flip(raw)
    tx._t.entries.put(tx._journal, origin, (1,), (changed, tree.leaf_hash(changed)))


def entry_lost(world: World, tx: Tx) -> None:
    """Lose the last entry."""
    log = logs.require_log(tx, world.origin("aa"))
    tx.cut_entries(log.origin, log.size - 1)


def node_hash(_world: World, tx: Tx) -> None:
    """Change a kept hash of the local log's tree."""
    tx.save_nodes("aa/local", 1, 0, b"\1" * 32)


def half_hashes(_world: World, tx: Tx) -> None:
    """Change the kept hashes half way up a tile of the local log's tree."""
    tx.save_nodes("aa/local", HALF, 0, b"\1" * 32 * 16)


def frontier(world: World, tx: Tx) -> None:
    """Change a log's frontier."""
    log = logs.require_log(tx, world.origin("aa"))
    tx.save_log(replace(log, frontier=tuple(b"\1" * 32 for _ in log.frontier)))


def head_root(world: World, tx: Tx) -> None:
    """Change the root of a head's row."""
    head = tx.newest_head(world.origin("bb"))
    assert head is not None
    tx.save_head(replace(head, root=b"\1" * 32))


def head_signature(world: World, tx: Tx) -> None:
    """Change a signature of a head."""
    head = tx.newest_head(world.origin("bb"))
    assert head is not None
    lines = head.note.split(b"\n")
    prefix, blob = lines[5].rsplit(b" ", 1)
    lines[5] = prefix + b" " + b64encode(flip(b64decode(blob)))
    tx.save_head(replace(head, note=b"\n".join(lines)))


def cosigned(world: World, tx: Tx) -> None:
    """Change the lines of a cosignature."""
    assert isinstance(tx, MemoryTx)
    group = (world.origin("aa"), "bb")
    given = tx._t.cosignatures.rows(group)[0]
    changed = replace(given, time_s=given.time_s - 1)
    tx._t.cosignatures.put(tx._journal, group, (given.size, 0), changed)


def signed_lost(world: World, tx: Tx) -> None:
    """Claim that more was cosigned than has a signature."""
    log = logs.require_log(tx, world.origin("bb"))
    tx.save_log(replace(log, signed=log.signed - 1))


def act_row(world: World, tx: Tx) -> None:
    """Change what an act says."""
    row = tx.acts(world.origin("aa"), 0, 2)[0]
    tx.save_acts([replace(row, act=replace(row.act, urgency="routine"))])


def act_seen(world: World, tx: Tx) -> None:
    """Change what an act has seen."""
    row = tx.acts(world.origin("bb"), 0, 9)[-1]
    tx.save_acts([replace(row, seen={world.origin("aa"): 99})])


def act_judged(world: World, tx: Tx) -> None:
    """Let an act fold to nothing, as if it named another log inside."""
    row = tx.acts(world.origin("bb"), 0, 9)[-1]
    tx.save_acts([replace(row, foreign=fold.FOREIGN_ORIGIN)])


def act_depth(world: World, tx: Tx) -> None:
    """Change an act's depth."""
    row = tx.acts(world.origin("bb"), 0, 9)[-1]
    tx.save_acts([replace(row, depth=row.depth + 1)])


def receipt_row(world: World, tx: Tx) -> None:
    """Change a receipt's effective time."""
    row = tx.receipts(world.origin("bb"), 0, 9)[0]
    tx.save_receipts([replace(row, effective_ms=row.effective_ms + 1)])


def matter(_world: World, tx: Tx) -> None:
    """Show another status."""
    row = tx.matters()[0]
    tx.save_matters([replace(row, status="withdrawn")])


def body(world: World, tx: Tx) -> None:
    """Change a body."""
    named = tx.named_bodies(world.origin("aa"), missing=False)[0]
    tx.save_bodies({named.sha256: flip(tx.body(named.sha256) or b"")})


def body_lost(world: World, tx: Tx) -> None:
    """Lose a body that is noted as held."""
    tx.drop_body(tx.named_bodies(world.origin("aa"), missing=False)[0].sha256)


def body_back(world: World, tx: Tx) -> None:
    """Put back a body that was destroyed."""
    named = tx.named_bodies(world.origin("aa"), missing=False)[0]
    tx.save_record(destroyed_blobs.GONE, named.sha256, {})


def local_fact(_world: World, tx: Tx) -> None:
    """Change what a local step was about."""
    key = min(tx.records(local_log.RECORD_KIND))
    kept = tx.record(local_log.RECORD_KIND, key)
    assert isinstance(kept, dict)
    fact = kept["officer"]
    assert isinstance(fact, dict)
    changed = {**kept, "officer": {**fact, "value": "bob"}}
    tx.save_record(local_log.RECORD_KIND, key, changed)


def card(_world: World, tx: Tx) -> None:
    """Change a card's text."""
    key, text = min(tx.records("card").items())
    tx.save_record("card", key, str(text).replace("Police", "Pulice"))


def _heard(tx: Tx, number: int, row: Heard | None) -> None:
    """Put a row, or none, where one stands."""
    assert isinstance(tx, MemoryTx)
    before = next((one for one in tx.heard(number, 1) if one.number == number), None)
    if before is not None:
        tx._t.heard_at.drop(tx._journal, before.origin, (before.index,))
        tx._t.heard.drop(tx._journal, "", (number,))
    if row is not None:
        tx._t.heard.put(tx._journal, "", (number,), row)
        tx._t.heard_at.put(tx._journal, row.origin, (row.index,), row)


def _hear(tx: Tx, row: Heard) -> None:
    """Add a row as the store adds one."""
    last = tx.heard(1, 9_999)[-1]
    (row,) = arrival_order.numbered(last, [replace(row, number=0, chain=START)])
    _heard(tx, row.number, row)


def heard_gap(_world: World, tx: Tx) -> None:
    """Lose a row."""
    _heard(tx, 2, None)


def heard_lost(_world: World, tx: Tx) -> None:
    """Lose the last row: its act is told to nobody."""
    _heard(tx, tx.heard(1, 9_999)[-1].number, None)


def heard_twice(_world: World, tx: Tx) -> None:
    """Tell an act again that counts still."""
    _hear(tx, tx.heard(2, 1)[0])


def heard_nothing(world: World, tx: Tx) -> None:
    """Tell of an entry that there is not."""
    _hear(tx, replace(tx.heard(2, 1)[0], origin=world.origin("bb"), index=999))


def heard_nowhere(_world: World, tx: Tx) -> None:
    """Tell of a log that there is not."""
    _hear(tx, replace(tx.heard(2, 1)[0], origin="xx.example/live/1"))


def heard_gone(_world: World, tx: Tx) -> None:
    """Take back an act that counts."""
    _hear(tx, arrival_order.gone(tx.heard(2, 1)[0]))


def heard_other(_world: World, tx: Tx) -> None:
    """Change of which matter a row says something."""
    row = tx.heard(2, 1)[0]
    _heard(tx, 2, replace(row, matter=replace(row.matter, id="b" * 26)))


def heard_hash(_world: World, tx: Tx) -> None:
    """Change a hash: who has a cursor there is sent back to the beginning."""
    row = tx.heard(3, 1)[0]
    _heard(tx, 3, replace(row, chain=flip(row.chain)))


def reached(_world: World, tx: Tx) -> None:
    """Forget that an agency reads a request: it is told of none of its acts."""
    assert isinstance(tx, MemoryTx)
    row = tx.matters()[0]
    for key in tx.heard_by(row.channel, row.matter):
        tx._t.reached.drop(tx._journal, row.matter.kind, (row.matter.id, row.channel, key))


HEARD = (
    heard_gap, heard_lost, heard_twice, heard_nothing, heard_nowhere, heard_gone, heard_other,
    heard_hash, reached,
)  # fmt: skip
DAMAGE: dict[Callable[[World, Tx], None], set[str]] = {
    entry: {"leaf", "void"},
    entry_with_leaf: {"void", "root", "frontier", "high-water"},
    entry_lost: {"entry", "size", "high-water", "matter"},
    node_hash: {"node"},
    half_hashes: {"node"},
    frontier: {"frontier"},
    head_root: {"root", "head"},
    head_signature: {"signature"},
    cosigned: {"cosignature"},
    signed_lost: {"signed"},
    act_row: {"act", "matter"},
    act_seen: {"seen"},
    act_judged: {"foreign", "matter"},
    act_depth: {"depth"},
    receipt_row: {"seen", "matter"},
    matter: {"matter"},
    body: {"body"},
    body_lost: {"body"},
    body_back: {"body"},
    local_fact: {"local"},
    card: {"card"},
    **{one: {"heard"} for one in HEARD},
}


def test_a_node_that_did_nothing_wrong_is_clean(world: World) -> None:
    """Both sides, every count as it should be."""
    for party in ("aa", "bb"):
        found = run.check(world.node(party))
        assert found.is_clean, found.problems
        assert found.counts["matters"] == 2
        assert found.counts["bodies"] == 2
        assert found.counts["cosignatures"] == found.counts["heads"] - (party == "aa")


def test_a_card_without_its_private_keys_is_named(tmp_path: Path) -> None:
    """Its text comes back from a peer, and its keys from no backup that is older than it."""
    world = make_world(tmp_path)
    aa = world.states["aa"]
    root = aa.maker.open_root(tmp_path / f"aa-{world.arrangement}.root")
    keyring.rotate(aa.node, aa.maker, root)
    assert private_keys.check(aa.node).is_clean
    folder = tmp_path / "aa" / "keys"
    (file,) = folder.glob("card-*-000002.age")
    file.unlink()
    keys = KeyFiles(folder, aa.maker._vault, SystemEntropy())
    found = private_keys.check(replace(aa.node, keys=keys)).problems
    assert {problem.code for problem in found} == {"node.fsck.keys"}
    assert all(file.name in problem.what for problem in found)


@pytest.mark.parametrize("damage", DAMAGE, ids=lambda damage: damage.__name__)
def test_each_damage_is_found(world: World, damage: Callable[[World, Tx], None]) -> None:
    """What was changed behind the program's back is named, with a next step."""
    with world.node("aa").store.write() as tx:
        damage(world, tx)
    found = run.check(world.node("aa"))
    codes = {f"node.fsck.{name}" for name in DAMAGE[damage]}
    assert {problem.code for problem in found.problems} == codes, found.problems
    assert all(p.where and p.what.endswith(".") and p.fix.endswith(".") for p in found.problems)


@pytest.mark.parametrize("damage", DAMAGE, ids=lambda damage: damage.__name__)
def test_a_command_that_is_named_mends_what_it_stands_beside(
    world: World, damage: Callable[[World, Tx], None]
) -> None:
    """Who is told to fetch, or to rebuild, and does it, is not told so again."""
    node = world.node("aa")
    with node.store.write() as tx:
        damage(world, tx)
    told = "\n".join(problem.fix for problem in run.check(node).problems)
    if "comity recover fetch" in told:
        pump.begin(node)
        start.run(node, "bb")
    if "comity rebuild" in told:
        Commands(world, (cli_rebuild,))("rebuild", "--home", "aa")
    again = {problem.fix for problem in run.check(node).problems}
    assert not again & {report.REBUILD}
    assert not any("comity recover fetch" in fix for fix in again)


def test_an_act_that_is_judged_otherwise_than_its_entry_says_is_named(world: World) -> None:
    """By that name, beside what follows from it."""
    with world.node("aa").store.write() as tx:
        act_judged(world, tx)
    assert "node.fsck.foreign" in {one.code for one in run.check(world.node("aa")).problems}


def test_an_old_backup_is_named_by_the_mark(world: World) -> None:
    """A mark above the log says that something newer was signed."""
    node = world.node("bb")
    node.highwater.raise_to(world.origin("bb"), 99, b"\1" * 32)
    assert {problem.code for problem in run.check(node).problems} == {"node.fsck.high-water"}


def test_a_person_checks(world: World) -> None:
    """Exit 0 and `Clean`, or exit 1 and what to do."""
    typed = Commands(world, (cli_fsck,))
    assert typed("fsck", "--home", "aa") == 0
    assert "Clean" in typed.text
    with world.node("aa").store.write() as tx:
        matter(world, tx)
    assert typed("fsck", "--home", "aa") == 1
    assert "comity rebuild" in typed.text


def test_it_checks_the_database_alike(tmp_path: Path) -> None:
    """SQLite as memory."""
    world = make_world(tmp_path, store="sqlite")
    asked = world.ask("aa")
    world.pump()
    world.withdraw("aa", asked)
    world.pump()
    for party in ("aa", "bb"):
        assert run.check(world.node(party)).is_clean
    world.close()


def test_every_kind_of_finding_has_a_code_of_its_own_list() -> None:
    """What the check can say stands in docs/errors.md, as every code does: none is made up."""
    said = [
        call.args[0]
        for file in sorted(Path(report.__file__).parent.glob("*.py"))
        for call in ast.walk(ast.parse(file.read_text("utf-8")))
        if isinstance(call, ast.Call)
        and isinstance(call.func, ast.Attribute)
        and (call.func.attr == "_wrong" or ast.unparse(call.func).endswith("found.add"))
    ]
    codes = {one.value for one in said if isinstance(one, ast.Constant)}
    assert {ast.unparse(one) for one in said if not isinstance(one, ast.Constant)} == {"code"}
    assert codes == {code for code in explained(PAGE.read_text("utf-8")) if ".fsck." in code}
