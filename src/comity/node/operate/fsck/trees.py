"""The tree of one log, from its leaf hashes up: nodes, frontier, and every signed root.

    leaves  ->  tile roots against kept nodes  ->  root at each kept head  ->  frontier

One pass, a few tiles in memory.  Every root is computed from the same leaves, so that kept
heads that agree with it are consistent with one another.

Source: RFC 6962; C2SP tlog-tiles; protocol rules 8, 9 and 10.
Floor: node.
"""

import hashlib
from collections.abc import Callable, Iterator, Sequence
from typing import Final

from comity.kernel import limits
from comity.kernel.fault import Fault
from comity.node.base import local_keys, trust
from comity.node.base.context import Node
from comity.node.base.ports import Tx
from comity.node.base.rows import LOCAL_CHANNEL, LOG_ENDED, Cosignature, Head
from comity.node.base.store import HALF
from comity.node.base.trust import Trust
from comity.node.exchange import convict, keep, witness_memory
from comity.node.operate.fsck import report
from comity.node.operate.fsck.report import Found
from comity.node.room import local_log
from comity.tlog import checkpoint, cosignature, keys, note, tree
from comity.tlog.note import Note, Verifier
from comity.tlog.tree import Frontier

CHUNK: Final = 4_096
_HASH_BYTES: Final = 32
_WIDTH: Final = limits.TILE_WIDTH
_HALVES: Final = 16

type Advance = Callable[[int], None]


def check_tree(node: Node, origin: str, advance: Advance = lambda _: None) -> Found:
    """Check a log's tree, heads and cosignatures."""
    walk = _Walk(node, origin)
    while not walk.is_done:
        with node.store.read() as tx:
            advance(walk.step(tx))
    with node.store.read() as tx:
        walk.finish(tx)
    return walk.found


class _Walk:
    """One pass over the leaves of a log."""

    def __init__(self, node: Node, origin: str) -> None:
        self.found = Found()
        self.is_done = False
        self._node = node
        self._frontier = Frontier()
        self._next_head = 0
        self._tiles: list[list[bytes]] = [[]]
        self._counts: list[int] = [0]
        self._times: dict[str, int] = {}
        self._mark = node.highwater.marks().get(origin, (0, tree.EMPTY_ROOT))
        with node.store.read() as tx:
            log = tx.log(origin)
            assert log is not None
            self._log = log
            self._witnesses = {one.party: one for one in witness_memory.witnesses(tx, log)}
            self._trust = None if log.channel == LOCAL_CHANNEL else trust.load(tx, log.channel)
            self._local = [] if self._trust else self._local_verifiers(tx)
            self._proven = convict.proven_heads(tx, origin)
            self._is_contradicted = tx.record(convict.CONTRADICTED, origin) is not None

    def step(self, tx: Tx) -> int:
        """Go on by a chunk, or to the next kept head; return how many leaves it had."""
        head = tx.head_at_least(self._log.origin, self._next_head)
        at = self._frontier.size
        end = min(at + CHUNK, self._log.size)
        if head is not None and head.size <= end:
            end = head.size
        if at < self._mark[0] <= end:
            end = self._mark[0]
        self._take_leaves(tx, at, end)
        if self._frontier.size == self._mark[0] and self._frontier.root() != self._mark[1]:
            self._below_mark("Another history was signed of this log than this home holds.")
        if head is not None and head.size == self._frontier.size:
            self._check_heads(tx, head.size, self._frontier.root())
        elif self._frontier.size < end or end == self._log.size:
            self.is_done = True
        return self._frontier.size - at

    def _take_leaves(self, tx: Tx, at: int, end: int) -> None:
        joined = tx.leaves(self._log.origin, at, end)
        leaves = [joined[i : i + _HASH_BYTES] for i in range(0, len(joined), _HASH_BYTES)]
        self.found.counts["leaves"] += len(leaves)
        self._frontier = self._frontier.extend(leaves)
        for leaf in leaves:
            self._tiles[0].append(leaf)
            if len(self._tiles[0]) == _WIDTH:
                self._close_tile(tx, 0)

    def _close_tile(self, tx: Tx, level: int) -> None:
        """Compare the root of a full tile with the kept node, and carry it up."""
        self._check_halves(tx, level)
        root = tree.root(self._tiles[level])
        index = self._counts[level]
        self._tiles[level] = []
        self._counts[level] += 1
        if tx.nodes(self._log.origin, level + 1, index, index + 1) != root:
            self._note_node(level + 1, index)
        if level + 1 == len(self._tiles):
            self._tiles.append([])
            self._counts.append(0)
        self._tiles[level + 1].append(root)
        if len(self._tiles[level + 1]) == _WIDTH:
            self._close_tile(tx, level + 1)

    def _check_halves(self, tx: Tx, level: int) -> None:
        """Compare the hashes half way up a full tile, as far as they are kept."""
        tile, first = self._tiles[level], self._counts[level] * _HALVES
        kept = tx.nodes(self._log.origin, HALF + level, first, first + _HALVES)
        roots = [tree.root(tile[at : at + _HALVES]) for at in range(0, _WIDTH, _HALVES)]
        if len(kept) == len(roots) * _HASH_BYTES and kept != b"".join(roots):
            self._note_node(HALF + level, first)

    def _note_node(self, level: int, index: int) -> None:
        self.found.add(
            "node.fsck.node",
            f"{self._log.origin}, level {level}, node {index}",
            "A kept hash of the tree is not the one that its entries give.",
            report.AGAIN,
        )

    def finish(self, tx: Tx) -> None:
        """Check the log's row, and heads over what is held."""
        log, size = self._log, self._frontier.size
        if size != log.size or tx.leaves(log.origin, log.size, log.size + 1):
            held = "fewer" if size < log.size else "more"
            self.found.add(
                "node.fsck.size",
                log.origin,
                f"Its row says {log.size} entries and {held} are kept, {size} from the start.",
                report.AGAIN,
            )
        elif log.frontier != self._frontier.hashes:
            self.found.add(
                "node.fsck.frontier",
                log.origin,
                "The log's frontier is not that of its leaves.",
                report.AGAIN,
            )
        if size < self._mark[0] and log.state != LOG_ENDED:
            self._below_mark("More was signed of this log than this home holds.")
        while (head := tx.head_at_least(log.origin, self._next_head)) is not None:
            if (log.own and log.state != LOG_ENDED) or head.size <= log.signed:
                self.found.add(
                    "node.fsck.size",
                    f"{log.origin}, head of {head.size}",
                    f"A head was signed over {head.size} entries and {size} are held.",
                    report.AGAIN,
                )
            self._check_heads(tx, head.size, None)
        self._check_signed(tx)

    def _below_mark(self, what: str) -> None:
        if self._is_contradicted:
            return  # `doctor` tells of it, and nothing brings back what its author showed first
        where = f"{self._log.origin}, high-water size {self._mark[0]}"
        fix = "Start `comity serve`: it recovers from its peers before it signs anything."
        self.found.add("node.fsck.high-water", where, what, fix)

    def _check_signed(self, tx: Tx) -> None:
        """What the row says was signed or cosigned has its signature here."""
        log = self._log
        if not log.signed:
            return
        if log.own:
            signed = bool(tx.heads(log.origin, log.signed))
        else:
            newest = tx.newest_cosignature(log.origin, self._node.party)
            signed = newest is not None and newest.size == log.signed
        if not signed:
            self.found.add(
                "node.fsck.signed",
                f"{log.origin}, size {log.signed}",
                "The log's row says that this size was signed, and no signature of it is kept.",
                report.RESTORE,
            )

    def _check_heads(self, tx: Tx, size: int, root: bytes | None) -> None:
        for head in tx.heads(self._log.origin, size):
            self.found.counts["heads"] += 1
            where = f"{self._log.origin}, head of {size}"
            if root is not None and head.root != root and head.note not in self._proven:
                self.found.add(
                    "node.fsck.root",
                    where,
                    "Its root is not the one that the entries give.",
                    report.REPORT,
                )
            try:
                parsed = note.parse(head.note)
                said = checkpoint.parse_body(parsed.body)
            except Fault as fault:
                self.found.add("node.fsck.head", where, fault.what, report.RESTORE)
                continue
            if (said.origin, said.size, said.root) != (head.origin, head.size, head.root):
                self.found.add(
                    "node.fsck.head",
                    where,
                    "The signed note says another head than its row.",
                    report.RESTORE,
                )
            if not self._is_signed(parsed, size):
                self.found.add(
                    "node.fsck.signature",
                    where,
                    "It is not signed by both keys of a card.",
                    report.RESTORE,
                )
            for party in self._mirrors():
                self._check_cosignature(tx, party, head, parsed)
        self._next_head = size + 1

    def _is_signed(self, parsed: Note, size: int) -> bool:
        """Whether keys of a card made it: one revoked or replaced since is no damage."""
        if self._trust is not None:
            return any(keep.verified_by_one(parsed, [one]) for one in self._verifiers(size))
        return not self._local or keep.verified_by_one(parsed, self._local) is not None

    def _local_verifiers(self, tx: Tx) -> list[tuple[Verifier, ...]]:
        """Return those of all keys of a local log; none where some were lost, unknown to any."""
        origin = self._log.origin
        every = local_keys.held(tx, origin)
        try:
            shown = [
                one.vkeys or local_log.public_keys(self._node, origin, one.number) for one in every
            ]
        except Fault as fault:
            if fault.code != "keys.file.missing":
                raise
            return []
        return [tuple(keys.verifier(keys.parse(text)) for text in pair) for pair in shown if pair]

    def _verifiers(self, size: int) -> Iterator[tuple[Verifier, ...]]:
        """Give the verifiers of the log's keys of every card, the one in force first."""
        assert self._trust is not None
        origin, held = self._log.origin, self._trust.cards[self._log.party]
        numbers = dict.fromkeys((*self._trust.placed_cards(origin, size), *sorted(held)))
        for pair in self._trust.log_keys(origin, numbers):
            yield self._node.suite.log_verifiers(origin, *pair)

    def _mirrors(self) -> Sequence[str]:
        mirrors = self._trust.arrangement.others(self._log.party) if self._trust else ()
        return (*mirrors, *self._witnesses)

    def _check_cosignature(self, tx: Tx, party: str, head: Head, parsed: Note) -> None:
        given = tx.cosignature_of(head.origin, party, hashlib.sha256(head.note).digest())
        if given is None:
            return
        self.found.counts["cosignatures"] += 1
        where = f"{head.origin}, head of {head.size}, cosignature of {party}"
        if not self._is_cosigned(party, given, parsed):
            self.found.add(
                "node.fsck.cosignature",
                where,
                "Its two lines do not verify with one time.",
                report.RESTORE,
            )
        if given.time_s < self._times.get(party, 0) and head.size > 0:
            self.found.add(
                "node.fsck.cosignature",
                where,
                "Its time is before that of a smaller head.",
                report.REPORT,
            )
        self._times[party] = max(given.time_s, self._times.get(party, 0))

    def _is_cosigned(self, party: str, given: Cosignature, parsed: Note) -> bool:
        try:
            found = self._signed_by(party, Note(parsed.body, note.parse_signatures(given.lines)))
            times = {cosignature.time_of(line) for line in found}
        except Fault:
            return False
        return times == {given.time_s}

    def _signed_by(self, party: str, parsed: Note) -> Sequence[note.Signature]:
        if party in self._witnesses:
            vkeys = self._witnesses[party].vkeys
            return note.verify(parsed, [keys.verifier(vkey) for vkey in vkeys])
        assert self._trust is not None
        pairs = mirror_verifiers(self._node, self._trust, party)
        return keep.verified_by_one(parsed, pairs) or ()


def mirror_verifiers(node: Node, loaded: Trust, party: str) -> list[tuple[Verifier, ...]]:
    """Return the verifiers of a mirror's keys of every card: what is kept may be old."""
    name = loaded.arrangement.mirror_name(party, loaded.name)
    numbers = sorted(loaded.cards[party], reverse=True)
    held = (one for number in numbers for one in loaded.every_keys(party, number))
    return [
        node.suite.mirror_verifiers(name, one.mirror_ed25519, one.mirror_mldsa44) for one in held
    ]


def check_high_water(node: Node) -> Found:
    """Check that the high-water file is whole and of this home; `check_tree` compares marks."""
    found = Found()
    if not node.highwater.is_intact():
        found.add(
            "node.fsck.high-water",
            "the high-water file",
            "It was missing or damaged when it was opened.",
            "Let the node compare with every peer before it signs: `comity serve` does.",
        )
    marks = node.highwater.marks()  # before the logs: the node that serves begins new ones
    with node.store.read() as tx:
        known = {log.origin for log in tx.logs()}
    for origin in sorted(marks.keys() - known):
        found.add(
            "node.fsck.high-water",
            origin,
            "It was signed for and this home does not know it.",
            "Restore the home that signed it, or use a high-water file of this home's own.",
        )
    return found
