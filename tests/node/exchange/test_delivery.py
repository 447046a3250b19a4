"""One request for a small delivery: bodies, head and entries, kept at once (7.4.13 to 7.4.16)."""

import hashlib
from dataclasses import replace
from pathlib import Path

import pytest
from support.answering import sign_without_mark
from support.pair import World, make_world

from comity.kernel import limits
from comity.kernel.fault import Fault
from comity.node.base.context import Node
from comity.node.base.ports import Request, Response
from comity.node.base.rows import LOG_FROZEN, Cosignature, Head
from comity.node.exchange import blobs, convict, delivery, keep, keep_delivery, send, sign
from comity.node.exchange.append import Appended
from comity.tlog import checkpoint, note
from comity.tlog.checkpoint import Checkpoint


class _Line:
    """Passes requests on, and remembers them and the marks then; some paths are not there."""

    def __init__(self, node: Node, unknown: tuple[str, ...] = ()) -> None:
        self.paths: list[str] = []
        self.bodies: list[bytes] = []
        self.marks: list[dict[str, int]] = []
        self._node = node
        self._peers = node.peers
        self._unknown = unknown

    def call(self, party: str, request: Request) -> Response:
        """Carry a request."""
        self.paths.append(request.path)
        self.bodies.append(request.body)
        marks = self._node.highwater.marks()
        self.marks.append({origin: size for origin, (size, _root) in marks.items()})
        if request.path in self._unknown:
            return Response(404, b"There is nothing.\nCheck it.\nsurfaces.wire.no-such-path\n")
        return self._peers.call(party, request)


class _Steps:
    """Remembers the steps that a node passes."""

    def __init__(self) -> None:
        self.names: list[str] = []

    def __call__(self, name: str) -> None:
        """Note one."""
        self.names.append(name)


def _signed(world: World) -> Head:
    head = sign.sign_head(world.node("aa"), world.origin("aa"))
    assert head is not None
    return head


def _push(world: World, unknown: tuple[str, ...] = ()) -> tuple[_Line, Cosignature | None]:
    line = _Line(world.node("aa"), unknown)
    return line, send.push(replace(world.node("aa"), peers=line), world.origin("aa"), "bb")


def _held(world: World, asked: Appended) -> list[int]:
    """How many entries bb holds of aa's log, and how many it signed for; and the act's bodies."""
    with world.node("bb").store.read() as tx:
        log = tx.log(world.origin("aa"))
        assert log is not None
        return [log.size, log.signed, *(tx.body_bytes(b.sha256) or 0 for b in asked.act.blobs)]


def test_a_head_whose_mark_did_not_come_about_is_marked_before_it_leaves(tmp_path: Path) -> None:
    """Between the commit and the mark a thread may look or the disk may fail (rule 8)."""
    world = make_world(tmp_path)
    world.pump()
    world.ask("aa")
    node = world.node("aa")
    sign_without_mark(world, "aa")
    with node.store.read() as tx:
        log = tx.log(world.origin("aa"))
    assert log is not None
    assert not sign.is_marked(node, log)

    line, given = _push(world)
    assert given is not None
    assert given.size == log.signed
    assert line.paths == ["/add-delivery"]
    assert line.marks[0][log.origin] == log.signed


def test_one_act_is_one_request_and_one_wait_for_the_disk(tmp_path: Path) -> None:
    """Body, head and entry go at once, are kept in one transaction and cosigned (7.4.15)."""
    world = make_world(tmp_path)
    world.pump()
    asked = world.ask("aa")
    head = _signed(world)
    steps = _Steps()
    world.replace_node("bb", replace(world.node("bb"), step=steps))
    line, given = _push(world)
    assert line.paths == ["/add-delivery"]
    assert given is not None
    assert given.size == head.size
    assert [name for name in steps.names if name.endswith("-kept")] == ["keep.delivery-kept"]
    assert _held(world, asked) == [head.size, head.size, asked.act.blobs[0].size_bytes]


def test_the_same_delivery_again_gets_the_same_cosignature(tmp_path: Path) -> None:
    """Doing it twice has the effect of doing it once (7.1.8, 5.3.4)."""
    world = make_world(tmp_path)
    world.pump()
    asked = world.ask("aa")
    _signed(world)
    line, given = _push(world)
    held = _held(world, asked)
    again = world.node("aa").peers.call("bb", Request("POST", "/add-delivery", line.bodies[0]))
    assert given is not None
    assert (again.status, again.body) == (200, given.lines)
    size = held[0]
    with world.node("aa").store.read() as tx:
        head = tx.newest_head(world.origin("aa"))
        assert head is not None
        body = delivery.make(tx, head, size - 1, size)
    assert body is not None
    again = world.node("aa").peers.call("bb", Request("POST", "/add-delivery", body))
    assert (again.status, again.body) == (200, given.lines)
    assert _held(world, asked) == held


def test_bodies_that_come_with_it_again_are_kept(tmp_path: Path) -> None:
    """What it means, three requests mean one after another (7.4.13): the first brings bodies."""
    world = make_world(tmp_path)
    world.pump()
    world.ask("aa")
    _signed(world)
    line, given = _push(world)
    assert given is not None
    sent = delivery.parse(line.bodies[0])
    later = b"a body that was lost on the way"
    batch = blobs.render_batch([*blobs.parse_batch(sent.batch), later])
    request = Request("POST", "/add-delivery", delivery.render(replace(sent, batch=batch)))
    assert world.node("aa").peers.call("bb", request).body == given.lines
    with world.node("bb").store.read() as tx:
        assert tx.body(hashlib.sha256(later).hexdigest()) == later


def test_a_smaller_head_than_the_mirror_holds_is_told_so(tmp_path: Path) -> None:
    """Its cosignature stands, but its sender may have been set back, and must compare (7.4.12)."""
    world = make_world(tmp_path)
    world.pump()
    world.ask("aa")
    _signed(world)
    line, _given = _push(world)
    world.ask("aa")
    _signed(world)
    _push(world)
    again = world.node("aa").peers.call("bb", Request("POST", "/add-delivery", line.bodies[0]))
    assert again.status == 409


def test_a_peer_that_has_no_such_path_gets_three_requests(tmp_path: Path) -> None:
    """Who does not know deliveries is sent the parts (7.4.16)."""
    world = make_world(tmp_path)
    world.pump()
    world.ask("aa")
    head = _signed(world)
    line, given = _push(world, unknown=("/add-delivery",))
    assert line.paths == ["/add-delivery", "/add-bodies", "/add-checkpoint", "/add-entries"]
    assert given is not None
    assert given.size == head.size


def test_what_does_not_fit_goes_step_by_step(tmp_path: Path) -> None:
    """Entries of two packages, and more bytes than the limit, are no small delivery."""
    world = make_world(tmp_path)
    world.pump()
    node = world.node("aa")
    world.ask("aa", b"x" * 60_000)
    head = _signed(world)
    far = replace(head, size=2 * limits.PACKAGE_ENTRIES_MAX)
    with node.store.read() as tx:
        assert delivery.make(tx, far, limits.PACKAGE_ENTRIES_MAX - 1, 0) is None
        assert delivery.make(tx, head, head.size + 1, 0) is None
        assert delivery.make(tx, head, 0, head.size + 1) is None
    for _ in range(limits.DELIVERY_BYTES_MAX // 60_000 + 1):
        world.ask("aa", b"x" * 60_000)
    _signed(world)
    line, given = _push(world)
    assert "/add-delivery" not in line.paths
    assert given is not None


def test_a_fork_in_a_delivery_convicts(tmp_path: Path) -> None:
    """What the three requests convict, one convicts, and keeps the proof (9.3)."""
    world = make_world(tmp_path)
    asked = world.ask("aa")
    world.pump()
    node, origin = world.node("aa"), world.origin("aa")
    size = _held(world, asked)[0]
    signers = node.keys.log_signers(origin, world.channel, 1)
    body = checkpoint.render_body(Checkpoint(origin, size, b"\x09" * 32))
    forged = note.render(note.sign(body, signers, at_s=1_900_000_000))
    with node.store.read() as tx:
        sent = delivery.make(tx, Head(origin, size, b"\x09" * 32, forged, 0), size, size)
    assert sent is not None
    with pytest.raises(Fault, match="two histories"):
        keep_delivery.add_delivery(world.node("bb"), "aa", sent)
    with world.node("bb").store.read() as tx:
        log = tx.log(origin)
        assert log is not None
        assert log.state == LOG_FROZEN
        assert tx.record(convict.CONVICTION, origin) is not None


def test_entries_that_are_not_proven_leave_what_came_before_them(tmp_path: Path) -> None:
    """Bodies and head stay, as if three requests had come; nothing is cosigned (7.4.15)."""
    world = make_world(tmp_path)
    world.pump()
    asked = world.ask("aa")
    head = _signed(world)
    size = head.size - 2  # a key entry, and what is under it
    with world.node("aa").store.read() as tx:
        made = delivery.make(tx, head, size, size)
    assert made is not None
    sent = delivery.parse(made)
    at = len(sent.entries) - 200  # within the entry, before its proof
    broken = replace(sent, entries=sent.entries[:at] + bytes(9) + sent.entries[at + 9 :])
    with pytest.raises(Fault, match="not proven"):
        keep_delivery.add_delivery(world.node("bb"), "aa", delivery.render(broken))
    size, signed, body_bytes = _held(world, asked)
    assert size == signed < head.size
    assert body_bytes == asked.act.blobs[0].size_bytes
    with world.node("bb").store.read() as tx:
        pending = tx.newest_head(world.origin("aa"))
    assert pending is not None
    assert pending.size == head.size
    assert keep.add_checkpoint(world.node("bb"), "aa", _same(sent, head)).status == 200


def _same(sent: delivery.Delivery, head: Head) -> bytes:
    """Return the body of add-checkpoint for a head that is pending already."""
    return b"old %d\n\n" % head.size + sent.checkpoint.partition(b"\n\n")[2]


def test_a_body_that_the_delivery_brings_is_held_when_its_entry_is_read(tmp_path: Path) -> None:
    """The first receipt lists nothing as missing (8.3.7)."""
    world = make_world(tmp_path)
    world.pump()
    asked = world.ask("aa")
    _signed(world)
    _push(world)
    world.pump()
    with world.node("aa").store.read() as tx:
        receipt = tx.first_receipt(world.origin("bb"), world.origin("aa"), asked.index + 1)
    assert receipt is not None
    assert receipt.receipt.missing == ()
