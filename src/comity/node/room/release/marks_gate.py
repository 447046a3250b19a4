"""The gate of marks and conditions: what was received does not go out wider than it came.

An item is known by the SHA-256 of its plaintext, which is kept when an officer takes it out
of the node; so it is known again under another name, and whoever attaches it.

Source: FIRST Traffic Light Protocol 2.0; practice of conditions, Budapest art. 28(2).
Floor: node.
"""

import hashlib
from collections.abc import Iterator, Mapping
from typing import Final

from comity.acts import blob_role, marks, ways
from comity.acts.record import Blob, Matter
from comity.domestic.custody import decide
from comity.kernel.fault import Fault
from comity.kernel.inadmissible import Inadmissible
from comity.node.base import trust
from comity.node.base.context import Node
from comity.node.base.ports import Tx
from comity.node.base.rows import Officer
from comity.node.room import conditions, custody
from comity.node.room.release.draft_store import Draft
from comity.seal import symmetric

UNKNOWN: Final = "custody.mark-unknown"


def gate(tx: Tx, node: Node, officer: Officer, draft: Draft) -> Inadmissible | None:  # noqa: ARG001 -- a gate; a mark binds every officer
    """Return why the attachments of a draft may not leave under their marks, or None."""
    return next(noes(tx, node, draft), None)


def noes(tx: Tx, node: Node, draft: Draft) -> Iterator[Inadmissible]:
    """Give everything that marks and conditions have against a draft."""
    readers = set(trust.load(tx, draft.channel).arrangement.party_ids())
    for blob in draft.act.blobs:
        try:
            going = marks.parse(blob.mark)
        except Fault as fault:
            yield Inadmissible(UNKNOWN, fault.what, fault.fix)
            continue
        if blob.role.partition(":")[0] != blob_role.ATTACHMENT:
            continue
        for origin in custody.origins(tx, plain_sha256(draft, blob)):
            then = set(trust.load(tx, origin["channel"]).arrangement.party_ids())
            third = tuple(sorted(readers - then - {node.party}))
            no = _forbidden(tx, node, draft, origin, third) or decide.may_attach(
                marks.parse(origin["mark"]), going, from_party=origin["party"], third=third
            )
            if no is not None:
                yield no


def _forbidden(
    tx: Tx, node: Node, draft: Draft, origin: Mapping[str, str], third: tuple[str, ...]
) -> Inadmissible | None:
    """Return which condition forbids that what was received is attached here, or None."""
    channel, matter = origin["channel"], Matter(origin["kind"], origin["matter"])
    given = (origin["party"], origin.get("act", ""))
    uses = {
        ways.THIRD_STATE: f"letting {' and '.join(third)} read it" if third else "",
        ways.OTHER_MATTER: "attaching it to another request"
        * ((channel, matter) != (draft.channel, draft.act.matter)),
    }
    told = (
        decide.may_use(conditions.of_act(node, tx, channel, matter, given, way), use)
        for way, use in uses.items()
        if use
    )
    return next((no for no in told if no is not None), None)


def plain_sha256(draft: Draft, blob: Blob) -> str:
    """Return the SHA-256 of a body's plaintext: noted of a large one, computed of a small one."""
    noted = draft.large.get(blob.sha256)
    if noted is not None:
        return noted
    return hashlib.sha256(symmetric.open_blob(draft.rows[blob.sha256], blob.key)).hexdigest()
