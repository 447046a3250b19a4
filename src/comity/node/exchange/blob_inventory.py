"""Rows and the bodies store, compared: each may have lost what the other knows of.

    mark_what_is_held   here, and no row says so: a crash, or an older database
    note_lost           a row says so, and it is not here: a disk, or another folder
    here                what acts of ours name, before the transaction that appends them

The store may be far away, so it is asked outside every transaction.

Source: protocol rules 15 and 16.
Floor: node.
"""

from collections.abc import Iterable
from contextlib import suppress
from dataclasses import replace
from typing import Final

from comity.acts.record import Act, Blob, Document
from comity.kernel import limits
from comity.kernel.fault import Fault
from comity.node.base.context import Node
from comity.node.exchange import blob_access, blob_copies, blob_outage, blobs, destroyed_blobs

PAGE: Final = blobs.PAGE


def mark_what_is_held(node: Node) -> None:
    """Mark bodies whose bytes are here and whose rows do not know: a crash came in between.

    So it is too where a database was restored and the folder of bodies was not.  What came
    from a peer and is not known to have come from it, it sends again, or it is fetched; of a
    large one that is here it shows a piece (see `fetch`).

    Where the bodies store does not answer, the rounds of the pumps do so later, and tell why.
    """
    with node.store.read() as tx:
        origins = [log.origin for log in tx.logs()]
    try:
        for origin in origins:
            start = 0
            while start >= 0:
                start = _mark_page(node, origin, start)
    except Fault as fault:
        if fault.code != blob_outage.FAILED:
            raise


def _mark_page(node: Node, origin: str, start: int) -> int:
    """Mark what is held of one page; return where the next begins, or -1 after the last."""
    with node.store.read() as tx:
        page = tx.named_bodies(origin, missing=True, start=start, count_max=PAGE)
        known = {s for s in dict.fromkeys(b.sha256 for b in page) if blobs.is_held(tx, s)}
    large = {b.sha256 for b in page if b.size_bytes > limits.ROW_BLOB_BYTES_MAX}
    here = sorted((known - large) | {s for s in large if blob_copies.is_file_here(node, s)})
    for at in range(0, len(here), limits.TRANSACTION_ENTRIES_MAX):
        part = here[at : at + limits.TRANSACTION_ENTRIES_MAX]
        for sha256 in part:
            blob_copies.keep(node, sha256)
        with node.store.write() as tx:
            blobs.note_held(node, tx, part)
    return -1 if len(page) < PAGE else page[-1].index + 1


def here(node: Node, acts: Iterable[Act]) -> dict[str, bytes]:
    """Return which large bodies of acts of ours the bodies store has; call it before you write.

    Of those that decisions read and that are no rows yet, the bytes; b"" of the others.  A store
    that does not answer has none: what it has is noted later.
    """
    found: dict[str, bytes] = {}
    with suppress(Fault):
        for act in acts:
            for body in blob_copies.named(act):
                is_large = body.size_bytes > limits.ROW_BLOB_BYTES_MAX
                if is_large and node.bodies.size_bytes(body.sha256) is not None:
                    found[body.sha256] = _copy(node, body)
    return found


def _copy(node: Node, body: Blob | Document) -> bytes:
    if not blob_copies.is_copied(body.role, body.size_bytes):
        return b""
    with node.store.read() as tx:
        is_row = tx.body_bytes(body.sha256) is not None
    return b"" if is_row else node.bodies.read(body.sha256, 0, body.size_bytes)


def note_lost(node: Node) -> int:
    """Note large bodies that rows say are here and that are not: they are fetched again.

    A disk may lose a file, and a database may come from another machine than the folder.

    Returns:
        How many bodies that were.

    Raises:
        Fault: of the stores.
    """
    with node.store.read() as tx:
        origins = [log.origin for log in tx.logs()]
    lost: set[str] = set()
    for origin in origins:
        start = 0
        while start >= 0:
            with node.store.read() as tx:
                page = tx.named_bodies(origin, missing=False, start=start, count_max=PAGE)
                large_ones = {
                    row.sha256
                    for row in page
                    if row.held and row.size_bytes > limits.ROW_BLOB_BYTES_MAX
                }
                kept = {s for s in large_ones if not destroyed_blobs.is_gone(tx, s)}
            lost |= {s for s in kept if not blob_copies.is_file_here(node, s)}
            start = -1 if len(page) < PAGE else page[-1].index + 1
    for sha256 in sorted(lost):
        note_lost_one(node, sha256)
    return len(lost)


def note_lost_one(node: Node, sha256: str) -> None:
    """Note that the file of a large body is not here, unless a row has a copy to write it from."""
    if blob_copies.is_file_here(node, sha256):
        return
    with node.store.write() as tx:
        tx.save_named_bodies([replace(row, held=False) for row in tx.who_names(sha256)])
        blob_access.drop_every_given(tx, sha256)  # else it were taken for one that is here
