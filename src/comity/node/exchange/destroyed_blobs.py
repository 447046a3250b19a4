"""Blobs that were destroyed here: they are dropped wherever they lie, and never come again.

    record kind       key        value
    destroyed-blob    <sha256>   {act}: what this node will not hold again
    unswept-blob      <sha256>   true until files, high-water file and free pages are rid of it
    destroyed-last    (empty)    hash of the last one, see `last`

The words of the acts that named it go from the search in the same write; those of their other
bodies come back with the next `search.catch_up`, which these tell:

    unworded          <origin>#<index>       an act of which a body is missing or was destroyed
    untidy            words                  something was forgotten that the index still holds

An attestation of this State that comes back from a mirror, after an older backup was
restored, destroys again what it names: so a backup brings nothing back.

Source: docs/spec/wire.md 7.5.11; docs/evidence.md.
Floor: node.
"""

from collections.abc import Iterable
from typing import Final

from comity.kernel.fault import Fault
from comity.node.base.context import Node
from comity.node.base.ports import Tx
from comity.node.base.rooms import Rooms
from comity.node.base.rows import UnderstoodAct

GONE: Final = "destroyed-blob"
UNSWEPT: Final = "unswept-blob"
LAST: Final = "destroyed-last"

UNWORDED: Final = "unworded"
UNTIDY: Final = "untidy"
WORDS: Final = "words"


def is_gone(tx: Tx, sha256: str) -> bool:
    """Return whether a blob was destroyed here."""
    return tx.record(GONE, sha256) is not None


def note(tx: Tx, sha256: str, act_id: str = "") -> None:
    """Destroy a blob in the rows, and its words in the search; `sweep` does the rest.

    What the other bodies of its acts say is found again: an act with a destroyed attachment is
    no act without words.

    Args:
        tx: a write.
        sha256: of the stored bytes.
        act_id: of the attestation that names it, or "" before there is one.
    """
    tx.drop_body(sha256)
    places = sorted({(named.origin, named.index) for named in tx.who_names(sha256)})
    tx.drop_words(places)
    for origin, index in places:
        tx.save_record(UNWORDED, act_key(origin, index), True)  # noqa: FBT003 -- a JSON value
    tx.save_record(UNTIDY, WORDS, True)  # noqa: FBT003 -- as above
    tx.save_record(GONE, sha256, {"act": act_id})
    tx.save_record(UNSWEPT, sha256, True)  # noqa: FBT003 -- a JSON value
    tx.save_record(LAST, "", sha256)


def act_key(origin: str, index: int) -> str:
    """Return the key of an act whose words are to be looked at again."""
    return f"{origin}#{index}"


def last(tx: Tx) -> str:
    """Return which blob was destroyed last, or "": another one if any was since.

    Whoever reads blobs in one transaction and keeps what they said in another asks before and
    after: else they would keep what was destroyed in between.
    """
    return str(tx.record(LAST, "") or "")


def of_acts(rooms: Rooms, tx: Tx, rows: Iterable[UnderstoodAct]) -> None:
    """Destroy what own acts attest to have destroyed, if it is not so already."""
    for row in rows:
        room = rooms.get(row.act.matter.kind)
        if room is None or row.foreign:
            continue
        for sha256 in room.destroys(row.act):
            if not is_gone(tx, sha256):
                note(tx, sha256, row.act.id)


def sweep(node: Node, *, owns_high_water: bool = True) -> int:
    """Rid files, the high-water file and free pages of what was destroyed; return of how many.

    Args:
        node: ours.
        owns_high_water: whether this process may write the high-water file; one that may
            not leaves the last of it to the process that serves.

    Raises:
        Fault: of the stores.
    """
    with node.store.read() as tx:
        unswept = list(tx.records(UNSWEPT))
    if not unswept:
        return 0
    if owns_high_water:
        node.highwater.forget(unswept)
        _tidy(node)
    for sha256 in unswept:  # last, since the store of them may be far away and silent
        node.bodies.drop(sha256)
    if owns_high_water:
        with node.store.write() as tx:
            for sha256 in unswept:
                tx.drop_record(UNSWEPT, sha256)
    node.store.purge()
    return len(unswept)


def _tidy(node: Node) -> None:
    """Take what was forgotten out of the pages of the index, in short transactions."""
    is_more = True
    while is_more:
        with node.store.write() as tx:
            is_more = tx.tidy_words()


def fault(sha256: str) -> Fault:
    """Return what a peer is told of a blob that was destroyed here."""
    return Fault(
        code="exchange.body.destroyed",
        what=f"The body {sha256[:16]}… was destroyed here; the log tells when and why.",
        fix="Do not send or ask for it again.",
    )
