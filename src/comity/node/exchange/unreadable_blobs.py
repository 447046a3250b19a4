"""Needed blobs whose bytes are here and do not open under the key in their entry.

A small one comes before its entry and is tried when that is understood; a large one is tried
when it has come, outside any transaction.  A receipt names the entry with the code `blob`,
which suspends the clock of who says so and nobody else's.

    record kind     key                         value
    untried-blob    <origin>|<index>|<sha256>   its size: it came, and was not tried yet
    closed-blob     <origin>|<index>            {leaf, sha256}: it does not open here, which no
                                                receipt of ours has said yet
    disputed-blob   <origin>|<index>|<party>    {leaf}: a receipt of that party names it

Source: docs/spec/exchange.md 8.8.6; protocol rule 20.
Floor: node.
"""

from collections.abc import Iterable
from typing import Final

from comity.acts.record import CODE_BLOB, NEEDED, Act, Blob, Receipt, Unread
from comity.kernel import limits
from comity.kernel.fault import Fault
from comity.node.base.context import Node
from comity.node.base.ports import Tx
from comity.node.base.rows import Log, NamedBody
from comity.node.exchange import blob_access, owed_receipts
from comity.node.exchange.blob_file import Kept
from comity.seal import symmetric

UNTRIED: Final = "untried-blob"
CLOSED: Final = "closed-blob"
DISPUTED: Final = "disputed-blob"

ALARM: Final = "exchange.blob.closed"


def first_small(tx: Tx, act: Act, party: str) -> str:
    """Return the SHA-256 of the first needed small blob that is held and does not open, or "".

    One that its author is not known to have is not tried: they would learn that it is here.
    """
    tried = (b for b in act.blobs if blob_access.may_have(tx, b.sha256, party))
    return next((b.sha256 for b in tried if _is_closed_row(tx, b)), "")


def first(node: Node, tx: Tx, act: Act) -> str:
    """Return the same of an own act, of small and large ones; it reads large ones whole."""
    large = (b.sha256 for b in act.blobs if b.need == NEEDED and not _opens_large(node, b))
    return first_small(tx, act, node.party) or next(large, "")


def _is_closed_row(tx: Tx, blob: Blob) -> bool:
    if blob.need != NEEDED or blob.size_bytes > limits.ROW_BLOB_BYTES_MAX:
        return False
    stored = tx.body(blob.sha256)
    if stored is None:
        return False
    try:
        symmetric.open_blob(stored, blob.key)
    except Fault:
        return True
    return False


def _opens_large(node: Node, blob: Blob) -> bool:
    """Whether a large blob opens to its end, or is not held."""
    size_bytes = node.bodies.size_bytes(blob.sha256)
    if size_bytes is None:
        return True
    try:
        symmetric.open_blob_stream(Kept(node, blob.sha256, size_bytes), _Nowhere(), blob.key)
    except Fault as fault:
        if not fault.code.startswith("seal."):
            raise
        return False
    return True


class _Nowhere:
    """Takes what is opened, and forgets it."""

    def write(self, _data: bytes | bytearray, /) -> object:
        """Take all the bytes."""
        return None


def note_untried(node: Node, tx: Tx, log: Log, bodies: Iterable[NamedBody]) -> None:
    """Note large needed blobs of a peer that are held: they are tried before the next receipt."""
    for body in bodies:
        is_large = body.size_bytes > limits.ROW_BLOB_BYTES_MAX
        if is_large and body.needed and not body.document and body.held:
            tx.save_record(UNTRIED, f"{body.origin}|{body.index}|{body.sha256}", body.size_bytes)
            node.session.of(owed_receipts.Owed).owed.add(log.channel)


def note_come(tx: Tx, bodies: Iterable[NamedBody]) -> None:
    """Note needed blobs that came after the entries that name them."""
    for body in bodies:
        if body.needed and not body.document:
            tx.save_record(UNTRIED, f"{body.origin}|{body.index}|{body.sha256}", body.size_bytes)


def note(node: Node, tx: Tx, origin: str, index: int, sha256: str) -> None:
    """Note that a blob of an entry does not open here; who reads it is told."""
    leaf = tx.leaves(origin, index, index + 1).hex()
    tx.save_record(CLOSED, f"{origin}|{index}", {"leaf": leaf, "sha256": sha256})
    node.alarms.raise_alarm(
        ALARM,
        f"A body of entry {index} of {origin} does not open under its key; the receipt says so.",
    )


def try_untried(node: Node, channel: str) -> dict[str, str]:
    """Try what came; return `{key of untried-blob: SHA-256 if it is closed, else ""}`."""
    with node.store.read() as tx:
        keys = untried(tx, channel)
    return {key: _tried(node, key) for key in keys}


def untried(tx: Tx, channel: str) -> list[str]:
    """Return the keys of the blobs of a channel that were not tried yet."""
    keys = tx.records(UNTRIED)
    origins = {log.origin for log in tx.logs(channel) if not log.own} if keys else set()
    return [key for key in keys if key.split("|")[0] in origins]


def _tried(node: Node, key: str) -> str:
    origin, index, sha256 = key.split("|")
    with node.store.read() as tx:
        rows = tx.acts(origin, int(index), int(index) + 1)
        blobs = [blob for row in rows for blob in row.act.blobs if blob.sha256 == sha256]
        is_closed = any(_is_closed_row(tx, blob) for blob in blobs)
    large = [b for b in blobs if b.size_bytes > limits.ROW_BLOB_BYTES_MAX]
    return sha256 if is_closed or not all(_opens_large(node, b) for b in large) else ""


def keep_tried(node: Node, tx: Tx, tried: dict[str, str]) -> None:
    """Keep what `try_untried` found."""
    for key, sha256 in tried.items():
        tx.drop_record(UNTRIED, key)
        if sha256:
            origin, index, _ = key.split("|")
            note(node, tx, origin, int(index), sha256)


def untold(tx: Tx, own_party: str, origin: str, below: int) -> tuple[Unread, ...]:
    """Return the entries of a log that no receipt of ours names yet, though they should.

    What a receipt has named since is forgotten here, so that no look reads it again: the logs
    say it, and who understands an entry anew finds out anew whether its bodies open.
    """
    found: list[Unread] = []
    for key, value in tx.records(CLOSED).items():
        of, _, index = key.rpartition("|")
        if of != origin or int(index) >= below or not isinstance(value, dict):
            continue
        if not is_disputed(tx, origin, int(index), own_party):
            found.append(Unread(int(index), str(value["leaf"]), CODE_BLOB))
        else:
            tx.drop_record(CLOSED, key)
    return tuple(sorted(found, key=lambda one: one.index))


def is_disputed(tx: Tx, origin: str, index: int, party: str) -> bool:
    """Return whether a receipt of a party says that a blob of an entry does not open for it."""
    return tx.record(DISPUTED, f"{origin}|{index}|{party}") is not None


def of_blobs(receipt: Receipt) -> list[Unread]:
    """Return what a receipt says of blobs that do not open."""
    return [unread for unread in receipt.unread if unread.code == CODE_BLOB]


def note_told(node: Node, tx: Tx, party: str, receipt: Receipt) -> list[int]:
    """Note what a receipt of a party says of blobs; return the indexes of their entries."""
    named = of_blobs(receipt)
    of = tx.log(receipt.of)
    for unread in named:
        tx.save_record(DISPUTED, f"{receipt.of}|{unread.index}|{party}", {"leaf": unread.leaf})
        if of is not None and of.own:
            node.alarms.raise_alarm(
                "exchange.blob.disputed",
                f"{party} says that a body of entry {unread.index} of {receipt.of} does not open; "
                "answer with `comity recover show-opening`, or say it anew.",
            )
    return [unread.index for unread in named]
