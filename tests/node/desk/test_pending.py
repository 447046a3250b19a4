"""What is shown of a draft is what its approvals bind, or it is not shown."""

from dataclasses import replace
from pathlib import Path

import pytest
from support.states import State, paired

from comity.acts.record import Addressee
from comity.adapters.blobs import FolderBodies
from comity.kernel.fault import Fault
from comity.node.desk import draft_view
from comity.node.room import matter_read, request_file
from comity.node.room.act_words import Attachment
from comity.node.room.release import draft_store
from comity.node.room.release.draft_store import Waiting
from comity.node.room.release.send import set_approvals
from comity.rooms.request import desk


@pytest.fixture
def fr(tmp_path: Path) -> State:
    """A State in which two approve, and whose large bodies are files."""
    fr, _ = paired(tmp_path, "fr", "sn")
    fr.node = replace(fr.node, bodies=FolderBodies(tmp_path / "bodies"))
    set_approvals(fr.node, 2)
    return fr


def keep(fr: State, size_bytes: int) -> str:
    """Write a request with an attachment that another has to approve; return the draft's id."""
    asked = request_file.parse(
        b'{"type":"preservation","urgency":"routine","elements":{}}', "request", ""
    )
    line = request_file.AttachmentLine("disk.img", "application/octet-stream", "TLP:AMBER")
    attached = [Attachment(line, bytes(size_bytes))]
    kept = desk.send(fr.node, fr.officer("ann"), asked, attached, (Addressee("sn"),))
    assert isinstance(kept, Waiting)
    return kept.draft_id


def show(fr: State, draft_id: str) -> draft_view.Pending:
    """Show a draft to who is to approve it."""
    return draft_view.find(fr.node, fr.officer("ben"), draft_id)


@pytest.mark.parametrize("size_bytes", [100, 100_000])
def test_a_draft_of_which_something_is_gone_is_not_shown(fr: State, size_bytes: int) -> None:
    """Whoever approved it would approve what they could not read."""
    draft_id = keep(fr, size_bytes)
    shown = show(fr, draft_id)
    assert [one.blob.role for one in shown.bodies][-1] == "attachment:1"
    gone = shown.bodies[-1].blob.sha256
    fr.node.bodies.drop(gone)
    with fr.node.store.write() as tx:
        tx.drop_body(gone)

    with pytest.raises(Fault, match=r"node\.draft\.damaged"):
        show(fr, draft_id)


def test_a_draft_that_is_not_what_was_bound_is_not_shown(fr: State) -> None:
    """An approval names the hash of what was read: another one is nobody's."""
    draft_id = keep(fr, 100)
    with fr.node.store.write() as tx:
        draft_store.keep(
            fr.node, tx, replace(draft_store.kept(tx, draft_id), content_sha256="0" * 64)
        )

    with pytest.raises(Fault, match=r"node\.draft\.damaged"):
        show(fr, draft_id)


def test_what_is_told_of_an_attachment_is_told_of_no_other(fr: State) -> None:
    """Its number is its author's choice: where nothing is told of that one, nothing is shown."""
    found = show(fr, keep(fr, 100)).bodies

    assert matter_read.told_of(found, "1")["name"] == "disk.img"
    assert all(
        matter_read.told_of(found, number) == {} for number in ("0", "2", "-1", "", "x", "1.0")
    )


def test_the_beginning_of_two_drafts_names_neither(fr: State) -> None:
    """Who meant the other one would read, and approve, what they did not ask for."""
    one, other = keep(fr, 10), keep(fr, 20)
    assert show(fr, one).draft.act.id == one
    assert show(fr, other[:-1]).draft.act.id == other
    with pytest.raises(Fault, match=r"node\.draft\.ambiguous"):
        show(fr, "")
    with pytest.raises(Fault, match=r"node\.draft\.unknown"):
        show(fr, f"{one}0")
