"""A range of entries: their bytes, what is inside, and the rows that were made of it.

    bytes  ->  leaf hash  ->  opened and parsed  ->  row  ->  what it had seen  ->  bodies

A range depends on nothing but the store, so that ranges are checked in parallel, each in a
process of its own, and a million entries take no more memory than one range.

Source: protocol rules 12 to 17.
Floor: node.
"""

import hashlib
from dataclasses import dataclass
from typing import Final

from comity.acts.causality import EMPTY, Cut
from comity.acts.record import Act, Blob, Document, Matter
from comity.domestic.locallog import entry as local_entry
from comity.joint.exchange import fold
from comity.kernel import ijson, limits
from comity.kernel.fault import Fault
from comity.node.base import trust
from comity.node.base.context import Node
from comity.node.base.ports import Tx
from comity.node.base.rows import LOCAL_CHANNEL, Log, UnderstoodAct, UnderstoodReceipt
from comity.node.base.trust import Trust
from comity.node.exchange import blob_access, destroyed_blobs, receipts, seal, void
from comity.node.exchange.seal import Keyed, Opened, Unreadable
from comity.node.operate.fsck import order, report
from comity.node.operate.fsck.report import Found
from comity.node.room import local_log
from comity.tlog import tree

RANGE: Final = 512
_READ_BYTES: Final = 4 << 20
_HASH_BYTES: Final = 32


@dataclass(frozen=True, slots=True)
class Range:
    """Entries `[start, end)` of a log."""

    origin: str
    start: int
    end: int


def check_range(node: Node, part: Range) -> Found:
    """Check one range.

    Raises:
        Fault: `keys.*` if this home's keys cannot be used; `node.store.*`.
    """
    with node.store.read() as tx:
        log = tx.log(part.origin)
        assert log is not None
        entries = tx.entries(part.origin, part.start, part.end)
        leaves = tx.leaves(part.origin, part.start, part.end)
        found = Found()
        found.counts["entries"] += len(entries)
        _check_leaves(found, part, entries, leaves)
        if log.channel == LOCAL_CHANNEL:
            _check_local(tx, found, part, entries)
            return found
        checked = _Checked(node, tx, found, log, part)
        for index, raw in enumerate(entries[: max(0, log.understood - part.start)], part.start):
            checked.check(index, raw)
        checked.check_matters()
        order.check_places(tx, found, log, (part.start, part.end), checked.acts)
        bodies = checked.bodies
    for body in bodies.values():
        _check_body(node, found, body)
    return found


def _check_leaves(found: Found, part: Range, entries: list[bytes], leaves: bytes) -> None:
    if len(entries) != part.end - part.start or len(leaves) != _HASH_BYTES * len(entries):
        found.add(
            "node.fsck.entry",
            f"{part.origin}, entries {part.start} to {part.end}",
            f"{len(entries)} entries and {len(leaves) // _HASH_BYTES} leaf hashes are kept.",
            report.AGAIN,
        )
    for offset, entry in enumerate(entries):
        if tree.leaf_hash(entry) != leaves[_HASH_BYTES * offset : _HASH_BYTES * (offset + 1)]:
            found.add(
                "node.fsck.leaf",
                f"{part.origin}, entry {part.start + offset}",
                "Its bytes do not give its kept leaf hash.",
                report.AGAIN,
            )


class _Checked:
    """The rows of one range, within one transaction."""

    def __init__(self, node: Node, tx: Tx, found: Found, log: Log, part: Range) -> None:
        self.bodies: dict[str, Blob | Document] = {}
        self._node = node
        self._tx = tx
        self._found = found
        self._log = log
        self._trust: Trust = trust.load(tx, log.channel)
        self.acts = {row.index: row for row in tx.acts(log.origin, part.start, part.end)}
        self._receipts = {row.index: row for row in tx.receipts(log.origin, part.start, part.end)}
        before = tx.receipt_before(log.origin, part.start)
        self._cut: Cut = before.seen_after if before else EMPTY
        self._matters: dict[Matter, None] = {}

    def check(self, index: int, raw: bytes) -> None:
        """Open one entry and compare it with its row."""
        at = (self._log.origin, index)
        opened = seal.open_entry(self._node, self._tx, self._trust, at, raw)
        act, receipt = self.acts.get(index), self._receipts.get(index)
        if isinstance(opened, Keyed):
            self._found.counts["opened"] += 1
        elif isinstance(opened, Unreadable):
            self._check_unread(index, raw, opened)
        elif isinstance(opened.record, Act):
            self._check_act(index, opened, act)
        else:
            self._check_receipt(index, opened, receipt)

    def _check_unread(self, index: int, raw: bytes, opened: Unreadable) -> None:
        if opened.state != seal.VOID:
            self._wrong("node.fsck.void", index, "It was read, and a key or a text is gone since.")
            return
        self._found.counts["void"] += 1
        if void.leaf_of(self._tx, self._log.origin, index) != tree.leaf_hash(raw).hex():
            self._wrong("node.fsck.void", index, "It is void, and no record says so.")

    def _check_act(self, index: int, opened: Opened, row: UnderstoodAct | None) -> None:
        self._found.counts["opened"] += 1
        if row is None or row.act != opened.record:
            self._wrong("node.fsck.act", index, "Its row is missing or says something else.")
            return
        if dict(row.seen) != dict(self._cut):
            self._wrong("node.fsck.seen", index, "Its row has seen other things than its log says.")
        if (opened.origin != self._log.origin) != (row.foreign == fold.FOREIGN_ORIGIN):
            self._wrong(
                "node.fsck.foreign", index, "Its row does not judge the origin inside as it is."
            )
        self._take(row)

    def _take(self, row: UnderstoodAct) -> None:
        self.bodies |= {one.sha256: one for one in row.act.blobs}
        self.bodies |= {one.sha256: one for one in row.act.documents}
        if not row.foreign and row.act.matter.kind in self._node.rooms:
            self._matters[row.act.matter] = None

    def _check_receipt(self, index: int, opened: Opened, row: UnderstoodReceipt | None) -> None:
        self._found.counts["opened"] += 1
        if row is None or row.receipt != opened.record:
            self._wrong("node.fsck.receipt", index, "Its row is missing or says something else.")
            return
        should = receipts.understood_receipt(self._tx, self._log, index, row.receipt, row.foreign)
        if _plain(should) != _plain(row):
            self._wrong(
                "node.fsck.seen",
                index,
                "Its row lets its log have seen other things, or at another time.",
            )
        self._cut = row.seen_after

    def check_matters(self) -> None:
        """Each act's matter is shown."""
        for matter in self._matters:
            if self._tx.matter(self._log.channel, matter) is None:
                self._found.add(
                    "node.fsck.matter",
                    f"{matter.kind} {matter.id}",
                    "It has acts and no row.",
                    report.REBUILD,
                )

    def _wrong(self, code: str, index: int, what: str) -> None:
        self._found.add(code, f"{self._log.origin}, entry {index}", what, report.REBUILD)


def _plain(row: UnderstoodReceipt) -> tuple[object, ...]:
    return (row.receipt, dict(row.seen_after), row.effective_ms, row.foreign, row.party)


def _check_body(node: Node, found: Found, body: Blob | Document) -> None:
    with node.store.read() as tx:
        stored = tx.body(body.sha256)
        is_held = any(row.held for row in tx.who_names(body.sha256))
        is_unnoted = bool(blob_access.due(tx, body.sha256))
        if destroyed_blobs.is_gone(tx, body.sha256):
            _check_gone(node, found, body.sha256, stored)
            return
    # Of a larger one that decisions read there is a row too, and it is the other that is sent.
    is_row = stored is not None and len(stored) <= limits.ROW_BLOB_BYTES_MAX
    size = None if is_row else node.bodies.size_bytes(body.sha256)
    if size is None and not is_row:
        found.counts["missing"] += 1
        if is_held:
            found.add(
                "node.fsck.body", body.sha256, "It is noted as held and is not here.", report.BODY
            )
        return
    found.counts["bodies"] += 1
    if is_unnoted:
        found.add(
            "node.fsck.body", body.sha256, "It is here and is not noted as held.", report.REBUILD
        )
    if not _has_hash(node, body.sha256, stored, size):
        found.add("node.fsck.body", body.sha256, "Its bytes do not have its hash.", report.BODY)


def _has_hash(node: Node, sha256: str, stored: bytes | None, size: int | None) -> bool:
    """Whether the row of a body, if there is one, and its file, if there is one, are good."""
    if stored is not None and hashlib.sha256(stored).hexdigest() != sha256:
        return False
    if size is None:
        return True
    digest = hashlib.sha256()
    for at in range(0, size, _READ_BYTES):
        digest.update(node.bodies.read(sha256, at, min(at + _READ_BYTES, size)))
    return digest.hexdigest() == sha256


def _check_gone(node: Node, found: Found, sha256: str, stored: bytes | None) -> None:
    """A body that was destroyed is nowhere."""
    found.counts["destroyed"] += 1
    if stored is not None or node.bodies.size_bytes(sha256) is not None:
        what = "It was destroyed and is here again."
        found.add("node.fsck.body", sha256, what, "Start the node: it destroys it anew.")


def _check_local(tx: Tx, found: Found, part: Range, entries: list[bytes]) -> None:
    for index, entry in enumerate(entries, part.start):
        kept = tx.record(local_log.RECORD_KIND, f"{part.origin}#{index:012d}")
        if not _is_local(entry, kept):
            found.add(
                "node.fsck.local",
                f"{part.origin}, entry {index}",
                "It is not one, or its salted hashes are not those of the facts that are kept.",
                report.RESTORE,
            )
        found.counts["opened"] += 1


def _is_local(entry: bytes, kept: ijson.Json) -> bool:
    if not entry.startswith(local_entry.HEADER) or not entry.endswith(b"\n"):
        return False
    try:
        value = ijson.parse_canonical(entry[len(local_entry.HEADER) : -1])
    except Fault:
        return False
    facts = value.get("facts") if isinstance(value, dict) else None
    if not isinstance(facts, dict) or not isinstance(kept, dict):
        return False
    if not kept:
        return True  # the entry came back after a restore, and what it stands for did not
    return facts.keys() == kept.keys() and all(_is_fact(facts[name], kept[name]) for name in facts)


def _is_fact(sha256: ijson.Json, fact: ijson.Json) -> bool:
    if not isinstance(fact, dict):
        return False
    try:
        salt = bytes.fromhex(str(fact.get("salt")))
    except ValueError:
        return False
    return local_entry.fact_sha256(salt, str(fact.get("value"))) == sha256
