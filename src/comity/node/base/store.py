"""The port of the store: a transaction, and where it begins.

Its contract is tests/contract/test_store.py, which memory, SQLite and PostgreSQL pass.

Floor: node.
"""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Final, Protocol

from comity.acts.record import Matter
from comity.kernel.ijson import Json
from comity.node.base.proven import Changes
from comity.node.base.rows import (
    ActDepth,
    Cosignature,
    Factor,
    Head,
    Log,
    MatterRow,
    NamedBody,
    Officer,
    UnderstoodAct,
    UnderstoodReceipt,
)
from comity.node.base.store_readers import ForReaders

HALF: Final = 8
"""Added to the level of a hash that lies half way to the next one; see `Tx.save_nodes`."""

_LEVEL_MAX: Final = 5
"""256^5 entries are more than any log has."""


def node_levels() -> Iterator[tuple[int, int]]:
    """Give each level of `Tx.nodes` with the binary logarithm of a subtree's entries."""
    for level in range(1, _LEVEL_MAX + 1):
        yield level, 8 * level
    for level in range(_LEVEL_MAX + 1):
        yield HALF + level, 8 * level + 4


class Tx(ForReaders, Protocol):
    """One transaction: a consistent view, and in a write the changes that commit together.

    Every `save_` replaces the row of the same key.  Lists come in the order of their keys.
    """

    def log(self, origin: str) -> Log | None:
        """Return one log."""
        ...

    def logs(self, channel: str = "") -> list[Log]:
        """Return the logs of a channel, or all, by (channel, party, generation)."""
        ...

    def save_log(self, log: Log) -> None:
        """Keep a log's row."""
        ...

    def append(
        self, origin: str, start: int, entries: Sequence[bytes], leaves: Sequence[bytes]
    ) -> None:
        """Add entries at `start`, `start + 1`, …; one that exists or a gap is an error of ours.

        Args:
            origin: the log.
            start: the first index: how many entries are held.
            entries: bytes as sealed.
            leaves: their leaf hashes, 32 bytes each.
        """
        ...

    def entries(self, origin: str, start: int, end: int) -> list[bytes]:
        """Return the entries in `[start, end)` that are held."""
        ...

    def leaves(self, origin: str, start: int, end: int) -> bytes:
        """Return the leaf hashes in `[start, end)`, joined."""
        ...

    def cut_entries(self, origin: str, size: int) -> None:
        """Drop entries, nodes, acts, receipts and named bodies at `size` and after.

        Unsigned ones only.  The log's row and its matters are the caller's to mend.
        """
        ...

    def save_nodes(self, origin: str, level: int, start: int, hashes: bytes) -> None:
        """Keep hashes of complete subtrees, from `start` on.

        Those of level 1 and up are of 256^level entries; those of level `HALF + n` lie half way,
        of 16 * 256^n.
        """
        ...

    def nodes(self, origin: str, level: int, start: int, end: int) -> bytes:
        """Return those hashes in `[start, end)`, joined."""
        ...

    def save_head(self, head: Head) -> None:
        """Keep a head; of each size the first and the newest are kept."""
        ...

    def heads(self, origin: str, size: int) -> list[Head]:
        """Return the one or two heads of that size, first before newest."""
        ...

    def newest_head(self, origin: str) -> Head | None:
        """Return the head that was saved last among those of the greatest size."""
        ...

    def head_at_least(self, origin: str, size: int) -> Head | None:
        """Return the newest head of the least kept size >= `size`."""
        ...

    def save_cosignature(self, cosignature: Cosignature) -> None:
        """Keep a cosignature; of each size and party the first and the newest are kept."""
        ...

    def cosignature_of(self, origin: str, party: str, head_sha256: bytes) -> Cosignature | None:
        """Return the cosignature that was given to these very bytes."""
        ...

    def newest_cosignature(self, origin: str, party: str) -> Cosignature | None:
        """Return the cosignature of the greatest size, the newest of that size."""
        ...

    def cosignature_at_least(self, origin: str, party: str, size: int) -> Cosignature | None:
        """Return the first cosignature of the least kept size >= `size`."""
        ...

    def save_acts(self, rows: Sequence[UnderstoodAct]) -> None:
        """Keep understood acts; their logs have rows."""
        ...

    def acts_of(self, channel: str, matter: Matter) -> list[UnderstoodAct]:
        """Return a matter's acts that are not foreign, by (origin, index)."""
        ...

    def acts_of_each(
        self, channel: str, matters: Collection[Matter]
    ) -> dict[Matter, list[UnderstoodAct]]:
        """Return the acts of each of some matters, as `acts_of` does: asked for at once."""
        ...

    def acts_count(self, channel: str, matters: Collection[Matter]) -> int:
        """Return how many acts of some matters are not foreign."""
        ...

    def disowned_of(self, channel: str, matter: Matter) -> list[UnderstoodAct]:
        """Return a matter's acts that a generation disowned, by (origin, index)."""
        ...

    def many_of(self, channel: str, matter: Matter, party: str, most: int) -> list[UnderstoodAct]:
        """Return a party's first acts beyond those that count in a matter, at most so many."""
        ...

    def depths_of(self, channel: str, matter: Matter) -> list[ActDepth]:
        """Return where acts that `acts_of` gives stand, in any order; costs less than those."""
        ...

    def count_below(
        self, channel: str, matter: Matter, origin: str, index: int, count_max: int
    ) -> int:
        """Return how many acts of a matter stand in a log below an index, foreign ones too.

        No more than `count_max` are counted.
        """
        ...

    def depth_below(self, channel: str, matter: Matter, origin: str, index: int) -> int:
        """Return the depth of a matter's last act in a log below an index, or 0; not foreign.

        Costs the same however many acts the matter has.
        """
        ...

    def spoken_of(self, channel: str, after: Matter | None, count_max: int) -> list[Matter]:
        """Return at most so many matters that acts of a channel name, by (id, kind), after one."""
        ...

    def acts(self, origin: str, start: int, end: int) -> list[UnderstoodAct]:
        """Return the acts of a log with an index in `[start, end)`, foreign ones too."""
        ...

    def matters_between(self, origin: str, start: int, end: int) -> list[Matter]:
        """Return the matters of acts in `[start, end)`, each once, foreign acts left out."""
        ...

    def act(self, party: str, act_id: str) -> UnderstoodAct | None:
        """Return the act of a party with that id that is not foreign; the first by origin."""
        ...

    def acts_with_id(self, act_id: str) -> list[UnderstoodAct]:
        """Return the acts with that id that are not foreign, of any party, by (origin, index)."""
        ...

    def is_act_id_used(self, channel: str, party: str, act_id: str) -> bool:
        """Return whether a party used an id in a channel: a foreign act has, a disowned one not."""
        ...

    def first_of_id(self, act_id: str, origins: Sequence[str]) -> UnderstoodAct | None:
        """Return the first act of these logs with an id, but those foreign for it, or disowned."""
        ...

    def save_receipts(self, rows: Sequence[UnderstoodReceipt]) -> None:
        """Keep understood receipts."""
        ...

    def receipt_before(self, origin: str, index: int) -> UnderstoodReceipt | None:
        """Return the last receipt of a log below that index that is not foreign."""
        ...

    def newest_receipt(self, origin: str, of: str) -> UnderstoodReceipt | None:
        """Return the last receipt in one log that names another, not foreign."""
        ...

    def first_receipt(self, origin: str, of: str, size: int) -> UnderstoodReceipt | None:
        """Return the first receipt in one log that covers `size` entries of another."""
        ...

    def receipts(self, origin: str, start: int, end: int) -> list[UnderstoodReceipt]:
        """Return the receipts of a log with an index in `[start, end)`, foreign ones too."""
        ...

    def save_matters(self, rows: Sequence[MatterRow]) -> None:
        """Keep folded states; `opened` of an existing row is kept as it was.

        It outlives `drop_understood` too.
        """
        ...

    def matter(self, channel: str, matter: Matter) -> MatterRow | None:
        """Return one matter."""
        ...

    def matters_telling(
        self, channel: str, matters: Iterable[Matter], fields: Collection[str]
    ) -> set[Matter]:
        """Return those of some matters whose state has one of these fields, at any depth.

        Costs less than reading them.
        """
        ...

    def matters(
        self, kind: str = "", after: str = "", count_max: int = 1_000, *, over: bool = False
    ) -> list[MatterRow]:
        """Return matters by id, those with an id greater than `after`.

        Those that share the last id come too, though they be more than `count_max` (>= 1): so
        the next page begins after that id.

        Args:
            kind: of matter, or "" for all.
            after: the last id of an earlier page, or "".
            count_max: how many at most, beside the rest of the last id.
            over: only those whose status is `closed` or `withdrawn`; others are not looked at.
        """
        ...

    def mark_opened(self, channel: str, matter: Matter) -> None:
        """Note that an officer of this node has looked at a matter."""
        ...

    def drop_understood(self, channel: str = "") -> None:
        """Drop acts, receipts and matters of a channel (not `opened`); understood becomes 0.

        With no channel, of all: that costs no more than a few rows.

        How matters are filed goes too; what was granted and which words were said stay.
        """
        ...

    def save_named_bodies(self, rows: Sequence[NamedBody]) -> None:
        """Note the bodies that an act names."""
        ...

    def named_bodies(
        self, origin: str, *, missing: bool, start: int = 0, count_max: int = 1_000
    ) -> list[NamedBody]:
        """Return bodies that a log's acts name, by (index, sha256).

        A peer can name very many, so they come in pages: those of the last index all come,
        though they be more than `count_max` (>= 1), and the next page begins after that index.

        Args:
            origin: the log.
            missing: only those that are not held.
            start: the least index.
            count_max: how many at most, beside the rest of the last index.
        """
        ...

    def named_between(self, origin: str, start: int, end: int) -> list[NamedBody]:
        """Return the bodies that acts with an index in `[start, end)` name, in that order."""
        ...

    def who_names(self, sha256: str) -> list[NamedBody]:
        """Return every naming of one body, by (origin, index)."""
        ...

    def mark_held(self, sha256: str) -> None:
        """Note that a body's bytes are on stable storage."""
        ...

    def save_bodies(self, bodies: Mapping[str, bytes]) -> None:
        """Keep bodies as rows, `{sha256: bytes}`: of at most 64 KiB, and copies of larger ones."""
        ...

    def body(self, sha256: str) -> bytes | None:
        """Return a body that is kept as a row."""
        ...

    def body_bytes(self, sha256: str) -> int | None:
        """Return the size of a body that is kept as a row, without reading it; None if none is."""
        ...

    def drop_body(self, sha256: str) -> None:
        """Destroy a body that is kept as a row."""
        ...

    def officer(self, name: str) -> Officer | None:
        """Return one officer, ended ones too."""
        ...

    def officers(self) -> list[Officer]:
        """Return all officers by name."""
        ...

    def save_officer(self, officer: Officer) -> None:
        """Keep an officer."""
        ...

    def factors(self, name: str) -> list[Factor]:
        """Return what an officer shows beside a password; recovery codes only stand in for it."""
        ...

    def forget_access(self, name: str, mark: str) -> None:
        """Forget how an officer signs in to pages: password, passkeys, codes; end their sessions.

        Args:
            name: of the officer.
            mark: hex digits that were never given before.
        """
        ...

    def save_record(self, kind: str, key: str, value: Json) -> None:
        """Keep a small record of any other kind; `save_about` if it says something of a matter."""
        ...

    def record(self, kind: str, key: str) -> Json:
        """Return a record, or None."""
        ...

    def records(
        self, kind: str, *, after: str = "", count_max: int | None = None
    ) -> dict[str, Json]:
        """Return the records of a kind by key: all, or the first so many after a key."""
        ...

    def drop_record(self, kind: str, key: str) -> None:
        """Forget a record."""
        ...

    changed: Changes
    """What this write has changed of what the local log proves; whoever notes it empties it."""

    def proven(self, kind: str) -> dict[str, str]:
        """Return `{key: SHA-256}` of every row of one of `proven.KINDS`, as it is now."""
        ...


@dataclass(frozen=True, slots=True)
class Timing:
    """What a store measured of its write transactions since it was opened.

    Attributes:
        count: how many there were.
        over: how many took longer than they may, `limits.TRANSACTION_MS_MAX`.
        longest_us: the longest, microseconds.
        longest: what that one did, or "".
        entries: the most that one appended.
    """

    count: int = 0
    over: int = 0
    longest_us: int = 0
    longest: str = ""
    entries: int = 0


class Store(Protocol):
    """Durable rows.  What `write` committed survives a crash and a loss of power.

    A thread has at most one transaction: another one within it is an error of ours.

    Attributes:
        at_end: what is done at the end of each write, within it; None: nothing.
    """

    at_end: Callable[[Tx], None] | None = None

    def write(self) -> AbstractContextManager[Tx]:
        """Begin to write: no other writer until it ends; durable on leaving, or nothing is.

        Raises:
            Fault: `node.store.full`, `.busy`, `.damaged`; and `.failed` or `.unreachable`, after
                which it is not known whether the transaction was written.
        """
        ...

    def read(self) -> AbstractContextManager[Tx]:
        """Begin to read one consistent state, as it is now; a write meanwhile is not seen.

        Raises:
            Fault: `node.store.busy`, `.damaged`, `.failed`, `.unreachable`.
        """
        ...

    def purge(self) -> None:
        """Leave nothing of dropped bodies in free pages and journals, as far as the store can.

        Raises:
            Fault: `node.store.busy` and others; it may be done again.
        """
        ...

    def flaws(self, quick_s: float = 0) -> list[str] | None:
        """Return what is damaged in the database itself: pages, indexes, rows out of their place.

        Args:
            quick_s: give up after so many seconds and return None, and look at no index; 0: all.

        Raises:
            Fault: `node.store.damaged`, where it does not even open.
        """
        ...

    def timing(self) -> Timing:
        """Return how long write transactions took; a store without a clock has nothing to say."""
        ...
