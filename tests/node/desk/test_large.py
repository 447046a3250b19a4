"""Attachments that do not fit in memory."""

import hashlib
import tracemalloc
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from support.pair import sealed
from support.states import State, paired

from comity.acts.record import Act, Addressee
from comity.adapters.blobs import FolderBodies
from comity.kernel.fault import Fault
from comity.node.base.ports import Bodies, Store, Tx
from comity.node.desk import draft_view, uploads
from comity.node.exchange import blob_outage
from comity.node.room import act_blobs, act_words, request_file
from comity.node.room.act_words import Attachment
from comity.node.room.release.draft_store import Sent, Waiting
from comity.node.room.release.send import set_approvals
from comity.rooms.request import desk, reading

SIZE = 48 << 20
PIECE = hashlib.sha256(b"evidence").digest() * 1024


class Long:
    """Contents that are made while they are read."""

    def __init__(self, size_bytes: int, *, breaks: bool = False) -> None:
        self.size_bytes = size_bytes
        self._breaks = breaks

    @contextmanager
    def open(self) -> Iterator["Long._Reading"]:
        yield self._Reading(self.size_bytes, self._breaks)

    class _Reading:
        def __init__(self, left: int, breaks: bool) -> None:  # noqa: FBT001 -- a test
            self._left, self._breaks = left, breaks

        def read(self, size_bytes: int, /) -> bytes:
            if self._breaks and self._left < SIZE // 2:
                raise Fault(code="surfaces.file.unreadable", what="It is gone.", fix="Look.")
            count = min(size_bytes, self._left)
            at = (SIZE - self._left) % len(PIECE)
            self._left -= count
            return (PIECE * (count // len(PIECE) + 2))[at : at + count]


class Hash:
    """Hashes what is written."""

    def __init__(self) -> None:
        self.digest = hashlib.sha256()

    def write(self, data: bytes | bytearray, /) -> None:
        self.digest.update(data)


@pytest.fixture
def fr(tmp_path: Path) -> State:
    """A State whose large bodies are files."""
    fr, _ = paired(tmp_path, "fr", "sn")
    fr.node = replace(fr.node, bodies=FolderBodies(tmp_path / "bodies"))
    return fr


def send(fr: State, contents: Long) -> Sent | Waiting:
    """Ask sn with one attachment."""
    asked = request_file.parse(
        b'{"type":"preservation","urgency":"routine","elements":{}}', "request", ""
    )
    line = request_file.AttachmentLine("disk.img", "application/octet-stream", "TLP:AMBER")
    attachment = Attachment(line, contents)
    to = (Addressee("sn"),)
    sent = desk.send(fr.node, fr.officer("ann"), asked, [attachment], to)
    assert isinstance(sent, Sent | Waiting)
    return sent


def told(value: object) -> tuple[object, object]:
    """Return hash and size as the elements blob tells them of the attachment."""
    assert isinstance(value, dict)
    return value["attachments"][0]["sha256"], value["attachments"][0]["size"]


def test_an_attachment_is_sealed_and_opened_in_flat_memory(fr: State) -> None:
    """What is far larger than the memory it takes is sealed, kept, and opened again."""
    tracemalloc.start()
    try:
        sent = send(fr, Long(SIZE))
        shown = reading.show(fr.node, fr.officer("ann"), sent.matter_id)
        said = next(iter(shown.said.values()))
        (body,) = (one for one in said.bodies if one.blob.role == "attachment:1")
        target = Hash()
        found = act_blobs.copy(fr.node, body, target)
        parts = sum(len(part) for part in act_blobs.parts(fr.node, body))
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    plain = hashlib.sha256(PIECE * (SIZE // len(PIECE))).hexdigest()

    assert found == target.digest.hexdigest() == plain
    assert (body.size_bytes, parts) == (SIZE, SIZE)
    assert not body.is_whole
    assert told(said.json("elements")) == (plain, SIZE)
    assert peak < SIZE * 2 // 3  # modules that are loaded meanwhile count too: some 3 MB


def test_a_file_that_breaks_off_leaves_nothing(fr: State, tmp_path: Path) -> None:
    """A disk that fails while it is read stops the act, and no part of the file is kept."""
    with pytest.raises(Fault, match=r"surfaces\.file\.unreadable"):
        send(fr, Long(SIZE, breaks=True))

    assert fr.node.bodies.all() == []
    assert list((tmp_path / "bodies" / "staged").iterdir()) == []


def test_an_approval_binds_the_hash_of_a_large_attachment(fr: State) -> None:
    """Whoever approves reads the SHA-256 of the plaintext, and that is what they bind."""
    set_approvals(fr.node, 2)
    waiting = send(fr, Long(2 << 20))
    assert isinstance(waiting, Waiting)
    found = draft_view.find(fr.node, fr.officer("ann"), waiting.draft_id)

    plain = hashlib.sha256(PIECE * ((2 << 20) // len(PIECE))).hexdigest()
    assert [one.sha256 for one in found.bound if one.role == "attachment:1"] == [plain]


def test_a_large_body_that_was_changed_on_the_disk_does_not_open(fr: State, tmp_path: Path) -> None:
    """One bit on the disk, and the copy is refused however large the rest is."""
    sent = send(fr, Long(SIZE))
    (kept,) = (tmp_path / "bodies" / "kept").iterdir()
    with kept.open("r+b") as file:
        file.seek(SIZE // 2)
        file.write(b"x")
    shown = reading.show(fr.node, fr.officer("ann"), sent.matter_id)
    (body,) = (one for said in shown.said.values() for one in said.bodies if one.size_bytes == SIZE)

    with pytest.raises(Fault, match=r"seal\.payload\.damaged"):
        act_blobs.copy(fr.node, body, Hash())


class Answerless:
    """A store whose server ends the line as it has committed: nobody hears that it did."""

    def __init__(self, store: Store) -> None:
        self.read, self.purge, self.timing = store.read, store.purge, store.timing
        self.flaws, self.at_end = store.flaws, store.at_end
        self._store = store

    @contextmanager
    def write(self) -> Iterator[Tx]:
        """Write, and say that nobody knows."""
        with self._store.write() as tx:
            yield tx
        raise Fault(code="node.store.unreachable", what="The line was cut.", fix="Look.")


def test_evidence_stays_where_nobody_knows_whether_its_draft_was_kept(fr: State) -> None:
    """The draft names it if it was: sent without its bytes, it would reach nobody."""
    set_approvals(fr.node, 2)
    waiting = send(fr, Long(2 << 20))
    assert isinstance(waiting, Waiting)
    ann = fr.officer("ann")
    found = draft_view.find(fr.node, ann, waiting.draft_id)
    asked = request_file.parse(
        b'{"type":"preservation","urgency":"routine","elements":{}}', "request", ""
    )
    line = request_file.AttachmentLine("other.img", "application/octet-stream", "TLP:AMBER")
    words = act_words.Words(asked, [Attachment(line, Long(1 << 20))])
    node = replace(fr.node, store=Answerless(fr.node.store))
    with pytest.raises(Fault, match=r"node\.store\.unreachable"):
        desk.edit(node, ann, waiting.draft_id, words)
    edited = draft_view.find(fr.node, ann, waiting.draft_id)
    assert edited.draft.content_sha256 != found.draft.content_sha256
    assert set(edited.draft.large) <= set(fr.node.bodies.all())
    assert [one.state for one in edited.bodies if one.blob.role == "attachment:1"] == [
        act_blobs.HELD
    ]


def test_a_range_stays_where_nobody_knows_whether_it_was_noted(fr: State) -> None:
    """The upload counts it as held if it was, and whoever goes on sends it no more."""
    ann, data = fr.officer("ann"), b"x" * 100_000
    begun = uploads.begin(fr.node, ann, hashlib.sha256(data).hexdigest(), len(data))
    node = replace(fr.node, store=Answerless(fr.node.store))
    with pytest.raises(Fault, match=r"node\.store\.unreachable"):
        uploads.add(node, ann, begun.id, 0, len(data), BytesIO(data))
    come = uploads.contents(fr.node, ann, begun.id)
    with come.open() as source:
        assert source.read(len(data)) == data


@pytest.mark.parametrize("data", [b"", b"x", b"x" * 100_000])
def test_a_file_is_attached_only_with_the_hash_that_was_told(fr: State, data: bytes) -> None:
    """Who told the hash of another file finds out when it is attached, of an empty one too."""
    ann = fr.officer("ann")
    for told, is_right in ((data, True), (b"another", False)):
        begun = uploads.begin(fr.node, ann, hashlib.sha256(told).hexdigest(), len(data))
        if data:
            uploads.add(fr.node, ann, begun.id, 0, len(data), BytesIO(data))
        contents = uploads.contents(fr.node, ann, begun.id)
        if is_right:
            assert act_blobs.hashed(contents) == (begun.sha256, len(data))
        else:
            with pytest.raises(Fault, match=r"node\.upload\.other-hash"):
                act_blobs.hashed(contents)


def test_what_an_act_carries_takes_no_more_memory_than_one_of_its_bodies(
    fr: State, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A peer names 256 texts of 64 MiB each: the page of its request took 16 GiB."""
    monkeypatch.setattr(act_blobs, "WORDS_BYTES_MAX", 100_000)
    made = [sealed(fr.node, bytes(40_000), f"texts:{n}") for n in range(8)]
    act = act_of(fr, send(fr, Long(10)))
    carried = replace(act, blobs=tuple(blob for blob, _ in made))
    with fr.node.store.read() as tx:
        rows = {blob.sha256: stored for blob, stored in made}
        opened = act_blobs.open_all(fr.node, tx, carried, rows=rows)

    assert sum(len(one.data) for one in opened) == 80_000
    assert [one.state for one in opened] == [act_blobs.HELD] * 8
    assert [one.is_whole for one in opened] == [True] * 2 + [False] * 6


def act_of(fr: State, sent: Sent | Waiting) -> Act:
    """Return the act of a request that was sent."""
    shown = reading.show(fr.node, fr.officer("ann"), sent.matter_id)
    return next(iter(shown.said.values())).row.act


def test_a_request_is_read_while_the_store_of_its_evidence_is_silent(fr: State) -> None:
    """Its words are there; its attachment is neither missing nor damaged, and waited for once."""
    sent = send(fr, Long(SIZE // 16))
    silent = Silent(fr.node.bodies)
    fr.node = replace(fr.node, bodies=silent)
    for _ in range(3):
        shown = reading.show(fr.node, fr.officer("ann"), sent.matter_id)
        (said,) = shown.said.values()
        states = {one.blob.role: one.state for one in said.bodies}
        assert states == {"elements": act_blobs.HELD, "attachment:1": act_blobs.AWAY}
    assert silent.asked == 1
    silent.is_silent = False
    fr.clock.at_ms += 60_000
    (said,) = reading.show(fr.node, fr.officer("ann"), sent.matter_id).said.values()

    assert {one.state for one in said.bodies} == {act_blobs.HELD}


class Silent:
    """A store that does not answer, until it does."""

    def __init__(self, bodies: Bodies) -> None:
        self._bodies, self.is_silent, self.asked = bodies, True, 0

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401 -- every method of the port alike
        if self.is_silent:
            self.asked += 1
            raise Fault(code=blob_outage.FAILED, what="It does not answer.", fix="Wait.")
        return getattr(self._bodies, name)
