"""Larger bodies that decisions read: each lies in a row too, beside the bodies store.

A joint text decides what is asked for and when it is due, and the words of an act what it
lacks.  Both are read within transactions, where nothing may be asked that is far away (see
`bodies.is_held`).  So of those of up to 2 MiB a copy is kept with what is noted of them.

    a row            what is sealed here, as its draft is kept; what came, as it is noted
    no row           attachments; what is larger; texts that came to an older version, until
                     it is started once (`keep_texts`)

Source: protocol rule 15.
Floor: node.
"""

import hashlib
from collections.abc import Iterable
from typing import Final

from comity.acts.record import Act, Blob, Document
from comity.joint.text import acts as guideline_acts
from comity.joint.text import state as guideline_state
from comity.kernel import limits
from comity.node.base.context import Node
from comity.node.base.ports import Tx
from comity.node.exchange import destroyed_blobs

BYTES_MAX: Final = 2 << 20
"""Of one copy: what one transaction keeps of bodies."""

ATTACHMENT: Final = "attachment"
"""How the role of a blob begins that no decision reads."""

_PAGE: Final = 100


def is_copied(role: str, size_bytes: int) -> bool:
    """Return whether a larger body of that role lies in a row too."""
    is_read = role.partition(":")[0] != ATTACHMENT
    return is_read and limits.ROW_BLOB_BYTES_MAX < size_bytes <= BYTES_MAX


def named(act: Act) -> tuple[Blob | Document, ...]:
    """Return the bodies that an act names."""
    return (*act.blobs, *act.documents)


def read(node: Node, hashes: Iterable[str]) -> dict[str, bytes]:
    """Return what is to be copied of some bodies that are here; outside any transaction.

    Raises:
        Fault: of the stores.
    """
    found: dict[str, bytes] = {}
    for sha256 in hashes:
        with node.store.read() as tx:
            is_there = tx.body_bytes(sha256) is not None or destroyed_blobs.is_gone(tx, sha256)
            size_bytes = 0 if is_there else _size(tx, sha256)
        if not size_bytes or node.bodies.size_bytes(sha256) != size_bytes:
            continue
        data = node.bodies.read(sha256, 0, size_bytes)
        if hashlib.sha256(data).hexdigest() == sha256:
            found[sha256] = data
    return found


def keep(node: Node, sha256: str) -> None:
    """Copy a body that is here, if it is one to be copied.

    Raises:
        Fault: of the stores.
    """
    copied = read(node, [sha256])
    if copied:
        with node.store.write() as tx:
            tx.save_bodies(copied)


def keep_texts(node: Node) -> None:
    """Copy the joint texts that came before there were copies.

    Raises:
        Fault: of the stores.
    """
    after = ""
    while True:
        with node.store.read() as tx:
            page = tx.matters(guideline_acts.KIND, after, _PAGE)
        for row in page:
            for proposal in guideline_state.from_json(row.state).proposals:
                with node.store.read() as tx:
                    is_here = any(one.held for one in tx.who_names(proposal.sha256))
                if is_here:
                    keep(node, proposal.sha256)
        if len(page) < _PAGE:
            return
        after = page[-1].matter.id


def _size(tx: Tx, sha256: str) -> int:
    """Return the size of a body that is to be copied, or 0."""
    for row in tx.who_names(sha256):
        for said in tx.acts(row.origin, row.index, row.index + 1):
            bodies = (one for one in named(said.act) if one.sha256 == sha256)
            if any(is_copied(one.role, row.size_bytes) for one in bodies):
                return row.size_bytes
    return 0


def is_file_here(node: Node, sha256: str) -> bool:
    """Return whether a large body need not come: its file is here, or it was destroyed.

    A file that the disk lost is written again from the row of its copy, if there is one.
    """
    if node.bodies.size_bytes(sha256) is not None:
        return True
    with node.store.read() as tx:
        is_gone = destroyed_blobs.is_gone(tx, sha256)
        copied = tx.body(sha256)
    if is_gone or copied is None:
        return is_gone
    node.bodies.stage(sha256, 0, copied)
    return node.bodies.commit(sha256)
