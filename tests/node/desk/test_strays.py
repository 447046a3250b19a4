"""What a killed upload leaves is swept; what an act or a draft names never is."""

from dataclasses import replace
from pathlib import Path

from support.states import State, deliver, paired

from comity.acts.record import Addressee
from comity.adapters.bodies import FolderBodies
from comity.node.desk import bodies, files, request, strays
from comity.node.desk.bodies import Plain
from comity.node.desk.drafts import Sent, Waiting
from comity.node.desk.request import Attachment

LARGE = b"evidence" * 20_000


def upload(of: State, *, is_held: bool = False) -> Sent | Waiting:
    """Ask with a large attachment."""
    asked = files.parse(b'{"type":"preservation","urgency":"routine","elements":{}}', "request", "")
    line = files.AttachmentLine("disk.img", "application/octet-stream", "TLP:AMBER")
    ann, to = of.officer("ann"), (Addressee("sn"),)
    done = request.send(of.node, ann, asked, [Attachment(line, LARGE)], to, is_held=is_held)
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

    bodies.seal(fr.node, [Plain("attachment:1", "text/plain", "TLP:AMBER", LARGE)])
    assert len(fr.node.bodies.all()) == len(named) + 1
    assert strays.sweep(fr.node) == 0
    fr.clock.at_ms += strays.MS_MAX
    assert strays.sweep(fr.node) == 0
    fr.clock.at_ms += 1
    assert strays.sweep(fr.node) == 1
    assert fr.node.bodies.all() == named
    fr.clock.at_ms += 10 * strays.MS_MAX
    assert (strays.sweep(fr.node), strays.sweep(sn.node)) == (0, 0)
    assert len(sn.node.bodies.all()) == 1
    with fr.node.store.read() as tx:
        assert tx.records(strays.KIND) == {}
