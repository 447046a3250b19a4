"""A home as one sealed file, and a node that comes back from an old one."""

import hashlib
import io
import tarfile
from dataclasses import replace
from pathlib import Path

import making_cards as making
import pytest
from support.pair import World, make_world

from comity.adapters.entropy import SystemEntropy
from comity.adapters.memory import MemoryStore, copy_of
from comity.adapters.memory_highwater import MemoryHighWater
from comity.kernel.fault import Fault
from comity.node.base import finding
from comity.node.base.context import Session
from comity.node.base.ports import HighWater
from comity.node.exchange import excuse, pump
from comity.node.operate import backup, health
from comity.node.operate.backup import Member
from comity.node.operate.fsck import run
from comity.seal import age
from comity.seal.hybrid import HybridIdentity

IDENTITY = HybridIdentity(bytes(32))
NOT_ITS_NAME = f"bodies/{hashlib.sha256(b'x').hexdigest()}"
CONTENT = {
    "format.json": b"{}",
    "keys/master.age": b"k" * 700,
    "database/store.sqlite3": b"d" * 200_000,
    "keys/empty": b"",
    NOT_ITS_NAME: b"x" * 512,
}


def members(content: dict[str, bytes]) -> list[Member]:
    """Return members of these contents."""
    return [Member(name, len(data), lambda d=data: io.BytesIO(d)) for name, data in content.items()]  # type: ignore[misc]  # one for each


def written(content: dict[str, bytes]) -> bytes:
    """Return a sealed backup."""
    target = io.BytesIO()
    backup.write(members(content), target, [IDENTITY.recipient], SystemEntropy())
    return target.getvalue()


def restored(data: bytes) -> dict[str, bytes]:
    """Return what a backup places."""
    placed: dict[str, io.BytesIO] = {}

    def place(name: str) -> io.BytesIO:
        placed[name] = io.BytesIO()
        return placed[name]

    backup.read(io.BytesIO(data), [IDENTITY], place)
    return {name: target.getvalue() for name, target in placed.items()}


def test_what_is_written_is_read() -> None:
    """Every member comes back, byte for byte, and nothing else."""
    assert restored(written(CONTENT)) == CONTENT


def test_a_backup_that_is_cut_or_changed_is_refused() -> None:
    """Whatever is missing or altered, nothing counts."""
    data = written(CONTENT)
    for at in range(0, len(data), 1 + len(data) // 60):
        with pytest.raises(Fault):
            restored(data[:at])
        with pytest.raises(Fault):
            restored(data[:at] + bytes((data[at] ^ 1,)) + data[at + 1 :])


def test_a_home_of_many_bodies_comes_back() -> None:
    """Years of evidence, each a file of its own: their list is longer than any JSON of a peer."""
    bodies = {f"bodies/{hashlib.sha256(b'%d' % at).hexdigest()}": b"" for at in range(17_000)}
    assert restored(written(CONTENT | bodies)) == CONTENT | bodies


def tar(*parts: tuple[str | tarfile.TarInfo, bytes]) -> bytes:
    """Return a sealed archive of members of any sort, each by its name or its whole header."""
    archive = b""
    for header, data in parts:
        info = tarfile.TarInfo(header) if isinstance(header, str) else header
        info.size = info.size or len(data)
        archive += info.tobuf(tarfile.GNU_FORMAT) + data + bytes(-len(data) % 512)
    target = io.BytesIO()
    source = io.BytesIO(archive + bytes(1024))
    age.seal_stream(source, target, [IDENTITY.recipient], SystemEntropy())
    return target.getvalue()


def header(
    name: str, kind: bytes = tarfile.REGTYPE, size: int = 0, to: str = ""
) -> tarfile.TarInfo:
    """Return the header of a member."""
    info = tarfile.TarInfo(name)
    info.type, info.size, info.linkname = kind, size, to
    return info


HOSTILE = {
    "above": tar(("../config.toml", b"x"), ("manifest.json", b"{}")),
    "deeper": tar(("keys/../../config.toml", b"x"), ("manifest.json", b"{}")),
    "absolute": tar(("/etc/passwd", b"x"), ("manifest.json", b"{}")),
    "a link": tar((header("secret-key", tarfile.SYMTYPE, to="/etc/passwd"), b"")),
    "a hard link": tar((header("secret-key", tarfile.LNKTYPE, to="config.toml"), b"")),
    "a device": tar((header("secret-key", tarfile.CHRTYPE), b"")),
    "a folder": tar((header("keys/a", tarfile.DIRTYPE), b"")),
    "twice": tar(("config.toml", b"x"), ("config.toml", b"y")),
    "no end": tar((header("config.toml", size=1 << 33), b"x")),
    "less than nothing": tar((header("config.toml", size=-512), b"x" * 4_096)),
    "a list without end": tar((header("manifest.json", size=1 << 33), b"{")),
    "a list of less than nothing": tar((header("manifest.json", size=-1), b"{}")),
    "another list": tar(("config.toml", b"x"), ("manifest.json", b"{}")),
    "no list": tar(("config.toml", b"x")),
    "two lists": tar(("manifest.json", b"{}"), ("manifest.json", b"{}")),
    "more after it": tar(("manifest.json", b"{}"), ("config.toml", b"x")),
}


@pytest.mark.parametrize("data", HOSTILE.values(), ids=HOSTILE)
def test_an_archive_that_no_backup_is_is_refused(data: bytes) -> None:
    """Who has the public key can seal one: no member leaves its folder, none is without end."""
    with making.refused("node.backup.malformed"):
        restored(data)


def test_a_list_of_members_is_not_taken_into_memory() -> None:
    """A file that opens may be longer than memory: what is too long is refused at its header."""
    source = io.BytesIO(tar(("manifest.json", bytes(48 << 20))))
    with making.refused("node.backup.malformed"):
        backup.read(source, [IDENTITY], lambda _: io.BytesIO())
    assert source.tell() < 24 << 20


def test_a_body_that_the_disk_changed_is_named_both_ways() -> None:
    """Older backups may have it whole: who makes one each night must hear of it."""
    bad = hashlib.sha256(b"y").hexdigest()
    target = io.BytesIO()
    content = {**CONTENT, f"bodies/{bad}": b"z", f"bodies/{hashlib.sha256(b'q').hexdigest()}": b"q"}
    del content[NOT_ITS_NAME]
    done = backup.write(members(content), target, [IDENTITY.recipient], SystemEntropy())
    assert done.damaged == (bad,)
    target.seek(0)
    read = backup.read(target, [IDENTITY], lambda _: io.BytesIO())
    assert read.damaged == (bad,)


def test_a_file_that_changes_meanwhile_is_refused() -> None:
    """A member that grows or shrinks while it is copied is no copy of anything."""
    for size in (1, 3):
        wrong = [Member("keys/a", size, lambda: io.BytesIO(b"ab"))]
        with making.refused("node.backup.changed"):
            backup.write(wrong, io.BytesIO(), [IDENTITY.recipient], SystemEntropy())


def test_a_home_without_a_seal_key_is_not_backed_up(tmp_path: Path) -> None:
    """A backup whose entries open for nobody is refused, with the card's name."""
    world = make_world(tmp_path)
    backup.require_keys(world.node("aa"))
    for file in (tmp_path / "aa" / "keys").glob("card-*"):
        file.unlink()
    keys = type(world.states["aa"].maker)(
        tmp_path / "aa" / "keys", world.states["aa"].maker._vault, SystemEntropy()
    )
    node = replace(world.node("aa"), keys=keys)
    with making.refused("node.backup.keys-missing"):
        backup.require_keys(node)
    (found,) = [one for one in health.findings(node) if one.about == "seal keys"]
    assert (found.is_good, found.side) == (False, finding.OWN)


def back_in_time(world: World, highwater: HighWater | None = None) -> None:
    """Let aa work on after a backup, and restore that backup."""
    world.ask("aa")
    world.pump()
    store = world.node("aa").store
    assert isinstance(store, MemoryStore)
    old = copy_of(store.disk)
    world.ask("aa")
    world.ask("bb")
    world.pump()
    node = replace(
        world.node("aa"),
        store=MemoryStore(old),
        session=Session(),
        highwater=highwater or world.node("aa").highwater,
    )
    world.replace_node("aa", node)
    backup.mark_restored(node)


def sizes(world: World, party: str) -> dict[str, int]:
    """Return what a node signed or cosigned of each log."""
    with world.node(party).store.read() as tx:
        return {log.origin: log.signed for log in tx.logs()}


@pytest.mark.parametrize("is_lost", [False, True])
def test_an_old_backup_recovers_before_it_signs(tmp_path: Path, *, is_lost: bool) -> None:
    """The peer is ahead: what was signed comes back, and nothing below the mark is signed."""
    world = make_world(tmp_path)
    back_in_time(world, MemoryHighWater(None) if is_lost else None)
    mark = world.node("bb").highwater.marks()[world.origin("aa")]
    world.ask("aa")
    world.mend()
    world.pump()
    world.advance(120_000)  # the peer signs its head anew, and sends what this mirror lost
    world.pump()
    shared = sizes(world, "aa").keys() & sizes(world, "bb").keys()
    assert {o: sizes(world, "aa")[o] for o in shared} == {o: sizes(world, "bb")[o] for o in shared}
    assert world.digests("aa") == world.digests("bb")
    assert len(world.digests("aa")) == 4
    with world.node("bb").store.read() as tx:
        heads = [tx.head_at_least(world.origin("aa"), size) for size in range(mark[0] + 1)]
        assert all(head is None or len(tx.heads(head.origin, head.size)) <= 2 for head in heads)
        assert tx.record("conviction", world.origin("aa")) is None
        assert tx.record(excuse.RESTORED, world.origin("aa")) is None
    for party in ("aa", "bb"):
        found = run.check(world.node(party))
        assert {problem.code for problem in found.problems} <= (
            {"node.fsck.high-water"} if is_lost and party == "aa" else set()
        ), found.problems


def test_a_restored_node_signs_nothing_while_its_peer_is_away(tmp_path: Path) -> None:
    """Though the mark is intact: only a peer, or two officers, can say that nothing is missing."""
    world = make_world(tmp_path)
    back_in_time(world, MemoryHighWater())
    world.cut("aa", "bb")
    world.ask("aa")
    before = sizes(world, "aa")
    for _ in range(3):
        world.round()
    aa, origin = world.node("aa"), world.origin("aa")
    pump.sign_if_due(aa, origin, world.states["aa"].clock.at_ms)
    assert sizes(world, "aa") == before
    excuse.excuse(aa, origin, "bb", "ann")
    pump.sign_if_due(aa, origin, world.states["aa"].clock.at_ms)
    assert sizes(world, "aa") == before
    excuse.excuse(aa, origin, "bb", "bob")
    pump.sign_if_due(aa, origin, world.states["aa"].clock.at_ms)
    assert sizes(world, "aa")[origin] > before[origin]


def test_a_backup_brings_no_excuse_back(tmp_path: Path) -> None:
    """Two officers excused a party for what was then; what it knows now is asked again."""
    world = make_world(tmp_path)
    for officer in ("ann", "bob"):
        excuse.excuse(world.node("aa"), world.origin("aa"), "bb", officer)
    backup.mark_restored(world.node("aa"))
    with world.node("aa").store.read() as tx:
        assert not excuse.is_noted(tx, world.origin("aa"), "bb")
