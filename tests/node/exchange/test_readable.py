"""Who may read a body: to name a hash is not to have the bytes, and tells nobody that we do."""

import hashlib
import io
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
from support import states
from support.pair import READER, World, make_world, sealed
from support.states import State, pair, state

from comity.acts.record import Act, Addressee, Blob, Document, Office, Receipt
from comity.joint.exchange.proof import parse_extra
from comity.joint.request import acts as request_acts
from comity.joint.request.acts import Asked, Saying
from comity.kernel.ids import random_id
from comity.node.base.context import Node
from comity.node.base.ports import Parts, Request, Response
from comity.node.exchange import blob_access, blob_ranges, carry, destroyed_blobs, large_blobs
from comity.node.room import proof
from comity.tlog import proof as tlog_proof

LARGE = bytes(100_000)


@dataclass
class Two:
    """Two channels in which aa takes part: one with bb, one with cc, and what bb said in its own.

    Attributes:
        first: of aa and bb.
        second: of aa and cc.
        blob: in the first alone.
    """

    first: World
    second: World
    blob: Blob

    def pump(self) -> None:
        """Let everybody speak until nothing is left to say."""
        states.deliver(*self.first.states.values(), self.second.states["cc"])


@pytest.fixture
def two(tmp_path: Path) -> Two:
    """Aa holds a text that bb sent in confidence."""
    aa, bb, cc = [state(tmp_path, party) for party in ("aa", "bb", "cc")]
    first = World(tmp_path, pair(tmp_path, [aa, bb]), {"aa": aa, "bb": bb})
    second = World(tmp_path, pair(tmp_path, [aa, cc]), {"aa": aa, "cc": cc})
    states.deliver(aa, bb, cc)
    asked = first.ask("bb")
    states.deliver(aa, bb, cc)
    return Two(first, second, asked.act.blobs[0])


def _naming(node: Node, *blobs: Blob, documents: tuple[Document, ...] = ()) -> Act:
    saying = Saying(random_id(node.entropy(16)), Office("police"), "ref", blobs)
    asked = Asked("preservation", "urgent", ("one",), ("element-1",))
    to = Addressee("cc" if node.party == "aa" else "aa")
    act = request_acts.submitted(saying, node.party, (to,), asked)
    return replace(act, documents=documents)


def _call(asker: State, of: str, method: str, sha256: str) -> Response:
    return asker.peers.call(of, Request(method, f"/body/{sha256}"))


def _missing(world: World, reader: str, author: str) -> tuple[str, ...]:
    """What the newest receipt of a reader says is missing of an author's log."""
    with world.node(reader).store.read() as tx:
        row = tx.newest_receipt(world.origin(reader), world.origin(author))
    assert row is not None
    return row.receipt.missing


def test_who_names_a_body_of_another_channel_neither_gets_it_nor_learns_that_it_is_here(
    two: Two,
) -> None:
    """Another audience is another channel: GET, HEAD and the receipt tell nothing."""
    cc = two.second.states["cc"]
    absent = replace(two.blob, sha256="ab" * 32)
    two.second.say("cc", _naming(cc.node, two.blob, absent))
    two.pump()

    for method in ("GET", "HEAD"):
        answers = [_call(cc, "aa", method, b.sha256) for b in (two.blob, absent)]
        assert [answer.status for answer in answers] == [404, 404]
        assert answers[0].headers == answers[1].headers
    assert set(_missing(two.second, "aa", "cc")) == {two.blob.sha256, absent.sha256}


def test_a_wrong_key_for_a_body_of_another_channel_tells_nothing(two: Two) -> None:
    """A blob that does not open is named in a receipt only where its author is known to have it."""
    cc = two.second.states["cc"]
    two.second.say("cc", _naming(cc.node, replace(two.blob, key=bytes(32))))
    two.pump()
    with two.second.node("aa").store.read() as tx:
        row = tx.newest_receipt(two.second.origin("aa"), two.second.origin("cc"))
    assert row is not None
    assert row.receipt.unread == ()


def test_a_proof_brings_no_body_of_another_channel_that_its_act_names(two: Two) -> None:
    """What is taken away with an act is what its author had: also the sealed bytes stay here."""
    cc = two.second.states["cc"]
    named = two.second.say("cc", _naming(cc.node, two.blob))
    two.pump()
    made = proof.make(two.second.node("aa"), named.act.id, READER, disclose=True)
    assert made.left_out == (two.blob.sha256,)
    assert parse_extra(tlog_proof.parse(made.proof).extra or b"").bodies == ()


def test_who_sends_the_bytes_of_a_body_has_it(two: Two) -> None:
    """What two parties have of themselves both may read, each in its own channel."""
    aa, cc = two.first.node("aa"), two.second.states["cc"]
    with aa.store.read() as tx:
        stored = tx.body(two.blob.sha256)
    assert stored is not None
    two.second.say("cc", _naming(cc.node, two.blob), {two.blob.sha256: stored})
    two.pump()
    assert _call(cc, "aa", "GET", two.blob.sha256).body == stored
    assert _missing(two.second, "aa", "cc") == ()


def test_a_large_body_of_another_channel_is_taken_as_if_it_were_not_here(two: Two) -> None:
    """The author that has it sends all of it, and only then learns that it is held."""
    aa, cc = two.first.node("aa"), two.second.states["cc"]
    sha256 = hashlib.sha256(LARGE).hexdigest()
    aa.bodies.stage(sha256, 0, LARGE)
    aa.bodies.commit(sha256)
    two.second.say("cc", _naming(cc.node, replace(two.blob, sha256=sha256, size_bytes=len(LARGE))))
    two.pump()
    before = _call(cc, "aa", "HEAD", sha256)
    first = blob_ranges.put_range(aa, "cc", sha256, 0, len(LARGE), Parts.of(LARGE[:60_000]))
    rest = blob_ranges.put_range(aa, "cc", sha256, 60_000, len(LARGE), Parts.of(LARGE[60_000:]))

    assert (before.status, before.headers["comity-staged-bytes"]) == (404, "0")
    assert (first.status, rest.status) == (blob_ranges.ACCEPTED, blob_ranges.CREATED)
    assert _call(cc, "aa", "GET", sha256).body == LARGE


def test_a_text_that_was_not_released_is_not_read_by_who_guesses_it(tmp_path: Path) -> None:
    """A document has no key: whoever guesses its text knows its hash, and is told nothing."""
    world = make_world(tmp_path)
    world.pump()
    aa, bb = world.node("aa"), world.states["bb"]
    text = b"a text that waits for a second officer"
    sha256 = hashlib.sha256(text).hexdigest()
    with aa.store.write() as tx:
        tx.save_bodies({sha256: text})
    document = Document(sha256, len(text), "text/plain", "guideline")
    world.say("bb", _naming(bb.node, documents=(document,)))
    world.pump()
    assert _call(bb, "aa", "GET", sha256).status == 404
    assert _missing(world, "aa", "bb") == (sha256,)


def test_what_was_destroyed_is_told_to_its_channel_alone(two: Two) -> None:
    """That a body was here once is no business of who guesses its hash."""
    aa, bb, cc = two.first.node("aa"), two.first.states["bb"], two.second.states["cc"]
    with aa.store.write() as tx:
        destroyed_blobs.note(tx, two.blob.sha256)
    two.second.say("cc", _naming(cc.node, two.blob))
    two.pump()
    assert _call(bb, "aa", "GET", two.blob.sha256).status == 410
    assert _call(cc, "aa", "GET", two.blob.sha256).status == 404


def test_a_receipt_that_lists_any_hash_has_nothing_carried(two: Two) -> None:
    """A bundle brings what the own log names, whatever the other side says that it lacks."""
    aa = two.first.node("aa")
    two.second.ask("aa")
    two.pump()
    with aa.store.read() as tx:
        row = tx.newest_receipt(two.second.origin("cc"), two.second.origin("aa"))
        stored = tx.body(two.blob.sha256)
    assert row is not None
    assert stored is not None
    asking: Receipt = replace(row.receipt, missing=(two.blob.sha256,))
    with aa.store.write() as tx:
        tx.save_receipts([replace(row, receipt=asking)])
    bundle = io.BytesIO()
    carry.export(aa, "cc", bundle, whole=True)
    assert stored not in bundle.getvalue()


def test_what_came_through_a_third_party_is_given_back_to_who_said_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever holds a body of a channel gives it to any of its parties, from wherever it came."""
    world = make_world(tmp_path, ("aa", "bb", "cc"))
    world.pump()
    aa, bb, cc = (world.states[party] for party in ("aa", "bb", "cc"))
    world.cut("bb", "cc")
    blob, stored = sealed(bb.node, LARGE)
    bb.node.bodies.stage(blob.sha256, 0, stored)
    bb.node.bodies.commit(blob.sha256)
    world.say("bb", _naming(bb.node, blob))
    world.pump()
    monkeypatch.setattr(large_blobs, "send_bodies", lambda *_: 0)
    for _ in range(3):
        world.advance(61_000)
        world.round()
    assert cc.node.bodies.size_bytes(blob.sha256) == len(stored)
    world.mend()
    assert _call(aa, "cc", "GET", blob.sha256).body == stored
    assert _call(bb, "cc", "GET", blob.sha256).body == stored


def test_what_is_asked_for_in_one_channel_is_not_given_from_another(two: Two) -> None:
    """A body is fetched for a channel, and so may be shown in it: `comity-log` says which."""
    bb, held = two.first.states["bb"], two.blob.sha256

    def asked(origin: str) -> int:
        log = hashlib.sha256(origin.encode()).hexdigest()
        request = Request("GET", f"/body/{held}", b"", {"comity-log": log})
        return bb.peers.call("aa", request).status

    assert asked(two.first.origin("bb")) == 206
    assert asked(two.first.origin("bb", "hotline")) == 404
    assert asked(two.second.origin("cc")) == 404


def test_a_naming_counts_once_another_shows_the_body_to_its_author(two: Two) -> None:
    """Our own act shows a body to all of a channel, so that theirs need not come again."""
    aa, cc = two.first.node("aa"), two.second.states["cc"]
    two.second.say("cc", _naming(cc.node, two.blob))
    two.pump()
    two.second.say("aa", _naming(aa, two.blob))
    for _ in range(3):
        two.second.advance(601_000)
        two.pump()
    with aa.store.read() as tx:
        assert blob_access.due(tx, two.blob.sha256) == []
    assert _missing(two.second, "aa", "cc") == ()
