"""What a killed upload leaves is swept; what an act or a draft names never is."""

from dataclasses import replace
from pathlib import Path
from typing import override

import pytest
from making_cards import refused
from support.states import State, deliver, paired

from comity.acts.record import Addressee
from comity.adapters.blobs import FolderBodies
from comity.kernel.fault import Fault
from comity.node.base.ports import Tx
from comity.node.base.rows import NamedBody
from comity.node.desk import orphan_blobs
from comity.node.room import act_blobs, request_file
from comity.node.room.act_blobs import Plain
from comity.node.room.act_words import Attachment
from comity.node.room.release.draft_store import Sent, Waiting
from comity.rooms.request import desk

LARGE = b"evidence" * 20_000


def upload(of: State, *, is_held: bool = False) -> Sent | Waiting:
    """Ask with a large attachment."""
    asked = request_file.parse(
        b'{"type":"preservation","urgency":"routine","elements":{}}', "request", ""
    )
    line = request_file.AttachmentLine("disk.img", "application/octet-stream", "TLP:AMBER")
    ann, to = of.officer("ann"), (Addressee("sn"),)
    done = desk.send(of.node, ann, asked, [Attachment(line, LARGE)], to, is_held=is_held)
    assert isinstance(done, Sent | Waiting)
    return done


def test_what_a_killed_upload_left_is_gone_after_a_day(tmp_path: Path) -> None:
    """Sealed and kept, and no draft names it: nobody can open it, and no command ends it."""
    fr, sn = paired(tmp_path, "fr", "sn")
    fr.node = replace(fr.node, bodies=FolderBodies(tmp_path / "bodies"))
    sn.peers.nodes["fr"] = fr.node
    upload(fr)
    upload(fr, is_held=True)
    deliver(fr, sn)
    named = fr.node.bodies.all()

    act_blobs.seal(fr.node, [Plain("attachment:1", "text/plain", "TLP:AMBER", LARGE)])
    assert len(fr.node.bodies.all()) == len(named) + 1
    assert orphan_blobs.sweep(fr.node) == 0
    fr.clock.at_ms += orphan_blobs.MS_MAX
    assert orphan_blobs.sweep(fr.node) == 0
    fr.clock.at_ms += 1
    assert orphan_blobs.sweep(fr.node) == 1
    assert fr.node.bodies.all() == named
    fr.clock.at_ms += 10 * orphan_blobs.MS_MAX
    assert (orphan_blobs.sweep(fr.node), orphan_blobs.sweep(sn.node)) == (0, 0)
    assert len(sn.node.bodies.all()) == 1
    with fr.node.store.read() as tx:
        assert tx.records(orphan_blobs.KIND) == {}


@pytest.mark.parametrize("is_cut_short", [False, True])
def test_what_is_named_as_it_is_destroyed_is_fetched_again(
    tmp_path: Path, *, is_cut_short: bool
) -> None:
    """An entry that names it comes between the look and the disk, and finds it here."""
    fr, sn = paired(tmp_path, "fr", "sn")
    upload(fr)
    deliver(fr, sn)
    store = sn.node.store
    with store.read() as tx:
        (asked,) = tx.acts(*_whole(tx, "fr"))

    class Late(FolderBodies):
        """Lets the entry come just before it destroys the body."""

        @override
        def drop(self, sha256: str) -> None:
            with store.write() as tx:
                tx.save_named_bodies([named])
            super().drop(sha256)
            if is_cut_short:
                raise Fault(code="adapters.disk.failed", what="It failed.", fix="Wait.")

    kept = Late(tmp_path / "late")
    sn.node = replace(sn.node, bodies=kept)
    sink = kept.begin()
    sink.write(LARGE)
    stray, size_bytes = sink.keep()
    place = (asked.origin, asked.index, size_bytes)
    named = NamedBody(stray, *place, needed=True, document=False, held=True)
    assert orphan_blobs.sweep(sn.node) == 0
    sn.clock.at_ms += orphan_blobs.MS_MAX + 1
    if is_cut_short:
        with refused("adapters.disk.failed"):
            orphan_blobs.sweep(sn.node)
    orphan_blobs.sweep(sn.node)
    with store.read() as tx:
        assert [row.held for row in tx.who_names(stray)] == [False]
        assert tx.records(orphan_blobs.KIND) == {}


def _whole(tx: Tx, party: str) -> tuple[str, int, int]:
    """Return the log of a party in `live`, from its first entry to behind its last act."""
    (log,) = (log for log in tx.logs() if log.party == party and log.channel.endswith("/live"))
    return log.origin, 0, log.size
