"""The gate of handling marks: what was received does not go out wider than it came.

An item is known by the SHA-256 of its plaintext, which is kept when an officer takes it out
of the node; so it is known again under another name, and whoever attaches it.

Source: FIRST Traffic Light Protocol 2.0; practice of conditions, Budapest art. 28(2).
Floor: node.
"""

import hashlib
from collections.abc import Iterator
from typing import Final

from comity.acts import marks
from comity.acts.record import Blob, Matter
from comity.domestic.custody import decide
from comity.joint.request import acts, state
from comity.kernel.fault import Fault
from comity.kernel.inadmissible import Inadmissible
from comity.node.context import Node
from comity.node.desk import custody
from comity.node.desk.drafts import Draft
from comity.node.exchange import trust
from comity.node.ports import Tx
from comity.node.rows import Officer
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
        if blob.role.partition(":")[0] != acts.ROLE_ATTACHMENT:
            continue
        for origin in custody.origins(tx, _plain_sha256(draft, blob)):
            then = set(trust.load(tx, origin["channel"]).arrangement.party_ids())
            matter = Matter(origin["kind"], origin["matter"])
            no = decide.may_attach(
                marks.parse(origin["mark"]),
                going,
                from_party=origin["party"],
                third=tuple(sorted(readers - then - {node.party})),
                conditions=binding(tx, origin["channel"], matter),
            )
            if no is not None:
                yield no


def _plain_sha256(draft: Draft, blob: Blob) -> str:
    """Return the SHA-256 of a body's plaintext: noted of a large one, computed of a small one."""
    noted = draft.large.get(blob.sha256)
    if noted is not None:
        return noted
    return hashlib.sha256(symmetric.open_blob(draft.rows[blob.sha256], blob.key)).hexdigest()


def binding(tx: Tx, channel: str, matter: Matter) -> frozenset[str]:
    """Return the codes of the conditions under which things are given in a matter.

    Those that were declined bind nobody; those that wait for an answer bind already, since
    content may have come with them.
    """
    row = tx.matter(channel, matter)
    if row is None or matter.kind != acts.KIND:
        return frozenset()
    return binding_of(state.from_json(row.state))


def binding_of(folded: state.State) -> frozenset[str]:
    """Return the same of a folded request."""
    threads = (thread for track in folded.tracks for thread in track.threads)
    held = (t for t in threads if t.kind == state.ACCEPTANCE and t.status != state.DECLINED)
    return frozenset(code for thread in held for code in thread.codes.values())
