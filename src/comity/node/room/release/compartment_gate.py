"""What is real does not enter an exercise, and what is played does not leave it.

    words       text that bears the mark of an exercise is not sent in real work
    files       what came to this node in one compartment is not attached in another
    the rest    each room that runs exercises says what may not be named in one

Floor: node.
"""

from collections.abc import Iterator
from typing import Final

from comity.acts import blob_role
from comity.kernel.inadmissible import Inadmissible
from comity.node.base import channel_records
from comity.node.base.context import Node
from comity.node.base.ports import Tx
from comity.node.base.rows import Officer
from comity.node.room import custody
from comity.node.room.exercises import MARK
from comity.node.room.release import marks_gate
from comity.node.room.release.draft_store import Draft
from comity.seal import symmetric

MARKED: Final = Inadmissible(
    "exercise.marked-text",
    "The text bears the mark of an exercise, and this is real work.",
    "Say it in the exercise; what is real is written anew, without the mark.",
)
OTHER_FILE: Final = Inadmissible(
    "exercise.file-elsewhere",
    "This file came to this State elsewhere: an exercise and real work share no files.",
    "Attach one that was made for this.",
)


def gate(tx: Tx, node: Node, officer: Officer, draft: Draft) -> Inadmissible | None:
    """Return why a draft would mix an exercise with what is real, or None."""
    compartment = channel_records.compartment(tx, draft.channel)
    for blob in draft.act.blobs:
        if blob.role.partition(":")[0] == blob_role.ATTACHMENT:
            places = custody.origins(tx, marks_gate.plain_sha256(draft, blob))
            if any(
                channel_records.compartment(tx, one["channel"]) != compartment for one in places
            ):
                return OTHER_FILE
    if not compartment:
        mark = MARK.encode()
        return MARKED if any(mark in data for data in words(draft)) else None
    asked = (room.exercising for room in node.rooms.values() if room.exercising is not None)
    noes = (one.guard(tx, node, officer, draft) for one in asked)
    return next((no for no in noes if no is not None), None)


def words(draft: Draft) -> Iterator[bytes]:
    """Give what a draft says beside its codes: each small body that is no attachment, opened."""
    for blob in draft.act.blobs:
        is_file = blob.role.partition(":")[0] == blob_role.ATTACHMENT
        if not is_file and blob.sha256 in draft.rows:
            yield symmetric.open_blob(draft.rows[blob.sha256], blob.key)
