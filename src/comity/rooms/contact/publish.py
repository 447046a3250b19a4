"""Publish the contact points of this State, with a code sheet: two officers let them out.

Floor: rooms.
"""

import hashlib
from dataclasses import replace
from typing import Final

from comity.acts.record import Act, Document, Matter, Office
from comity.joint.arrangement import pairing
from comity.joint.contact import acts, document
from comity.kernel import ijson
from comity.kernel.fault import quoted
from comity.kernel.ijson import Json
from comity.kernel.inadmissible import Inadmissible
from comity.node.base import trust
from comity.node.base.context import Node
from comity.node.base.rows import Officer
from comity.node.room import joint_document, live_channel, officers
from comity.node.room.act_blobs import Plain
from comity.node.room.act_words import Words
from comity.node.room.release.draft_store import Result
from comity.node.room.release.submit import out
from comity.node.room.request_file import MARK_DEFAULT
from comity.rooms.contact import checks

PAIRS: Final = 64
_CODE_BYTES: Final = 5
_NO_WORDS: Final = Words()


def publish(
    node: Node,
    officer: Officer,
    data: bytes,
    *,
    channel: str = "",
    has_sheet: bool = True,
    words: Words = _NO_WORDS,
) -> Result:
    """Publish the contact points of this State, and a new code sheet.

    Args:
        node: ours.
        officer: who signed in.
        data: the document.
        channel: its path, or "" where this node is paired in one arrangement.
        has_sheet: whether a new code sheet goes with them.
        words: key of the command, and whether it is kept as a draft.

    Raises:
        Fault: `kernel.yaml.malformed`, `node.text.channel-*`, and those of `append`.
        Unfit: `contact.document.unfit`; nothing was done.
    """
    contacts = document.parse(data)
    checks.require(data, contacts, "contacts")
    if contacts.party != node.party:
        return Inadmissible(
            "contact.party-differs",
            f"These are contact points of {quoted(contacts.party)}; this State is {node.party}.",
            f"Write `party: {node.party}`.",
        )
    with node.store.read() as tx:
        path = live_channel.channel_of(tx, channel)
        row = tx.matter(path, Matter(acts.KIND, node.party))
        parties = trust.load(tx, path).arrangement.party_ids()
        no = officers.may_not_say(tx, node.rooms, officer, path, acts.KIND)
    room = node.rooms[acts.KIND]
    if no is not None:
        return no  # before a byte of it is kept
    sha256 = hashlib.sha256(data).hexdigest()
    act = Act(
        id=node.act_id(),
        tag=acts.PUBLISHED,
        matter=Matter(acts.KIND, node.party),
        speaker=Office(officer.agency, officer.office),
        codes={f"{acts.ENTRY}{name}": one for name, one in contacts.hashes.items()},
        documents=(Document(sha256, len(data), acts.MEDIA_TYPE, acts.ROLE_CONTACTS),),
    )
    no = room.admit(
        room.empty(parties) if row is None else room.from_json(row.state), act, node.party
    )
    if no is None:
        joint_document.hold(node, sha256, data)
    if has_sheet:
        words = replace(words, drawn=(_sheet(node),))
    return out(node, officer, path, no or act, words, ["publish", sha256])


def _sheet(node: Node) -> Plain:
    """Return a new code sheet: 64 pairs of challenge and response."""
    codes = [pairing.spelled(node.entropy(_CODE_BYTES)) for _ in range(2 * PAIRS)]
    pairs: list[Json] = [[*pair] for pair in zip(codes[::2], codes[1::2], strict=True)]
    return Plain(acts.ROLE_CODES, "application/json", MARK_DEFAULT, ijson.render(pairs))
