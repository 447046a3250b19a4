"""Reading the local log: an auditor reads every step, everybody else their own.

Newest first, window by window: one read of entries and one of facts each, bounded, so that a
page costs the same however long the log is.  How many steps others took is not told to who reads
their own alone; the numbers of their own entries, and what proves them, they need.

Floor: node.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Final

from comity.domestic.locallog import entry
from comity.domestic.locallog.entry import Part
from comity.domestic.officer import role
from comity.kernel.fault import Fault, quoted
from comity.node.base import channel_records, proven
from comity.node.base.context import Node
from comity.node.base.ports import Tx
from comity.node.base.profile import local_origin
from comity.node.base.rows import Officer
from comity.node.room import local_log, need_to_know
from comity.tlog import tree

PAGE: Final = 50
WINDOW: Final = 256
LOOKED_MAX: Final = 4_096
"""Entries that one page looks at; the next page goes on from there."""
PASSED_MAX: Final = 65_536
"""Entries of other days that one page passes over beside: of those only the instant is read."""
MATTER: Final = "matter"
"""The fact that names a matter."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which steps.

    Attributes:
        step: a code, or the beginning of one with its dot, or "".
        text: somewhere in a fact, whatever its case; or "".
        before: entries with a lower index; None: from the newest on.
        from_ms: the first instant, or None.
        until_ms: the first instant that is too late, or None.
    """

    step: str = ""
    text: str = ""
    before: int | None = None
    from_ms: int | None = None
    until_ms: int | None = None

    @property
    def part(self) -> Part:
        """What of it stands in the clear in entries."""
        return Part(self.step, self.from_ms, self.until_ms)


@dataclass(frozen=True, slots=True)
class Line:
    """One step.

    Attributes:
        index: of its entry.
        code: what was done.
        at_ms: when.
        facts: `{name: value}`; "" where what a hash stands for was lost.
        is_signed: whether a head covers it.
    """

    index: int
    code: str
    at_ms: int
    facts: Mapping[str, str]
    is_signed: bool


@dataclass(frozen=True, slots=True)
class Page:
    """One page.

    Attributes:
        lines: newest first.
        size: entries of the log; None for who reads their own alone.
        signed: entries that a head covers; None likewise.
        head_at_ms: when that was signed, or None.
        next_before: where the next page begins, or None on the last.
        is_whole: whether the reader sees every step, or their own alone.
        matters: `{id: kind}` of those that the lines name and the reader may read.
    """

    lines: tuple[Line, ...]
    size: int | None
    signed: int | None
    head_at_ms: int | None
    next_before: int | None
    is_whole: bool
    matters: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry with what proves it.

    Attributes:
        line: the step.
        data: its bytes, as text.
        leaf: its leaf hash, hex.
        salts: `{name: salt}` in hex of its facts.
        hashes: `{name: salted hash}`, as they stand in the entry.
        path: hashes of its inclusion proof, hex; empty while no head covers it.
        head_size: of the head that it is proven in.
        matters: see `Page`.
    """

    line: Line
    data: str
    leaf: str
    salts: Mapping[str, str]
    hashes: Mapping[str, str]
    path: tuple[str, ...]
    head_size: int
    matters: Mapping[str, str]


def reads_all(officer: Officer) -> bool:
    """Return whether an officer reads the steps of others."""
    return role.AUDITOR in officer.roles


def page(node: Node, officer: Officer, wanted: Wanted) -> Page:
    """Return one page of what an officer may read."""
    origin = local_origin(node.party)
    found: list[Line] = []
    with node.store.read() as tx:
        elsewhere = _Elsewhere(node, tx, officer)
        log = tx.log(origin)
        head = tx.newest_head(origin) if log else None
        size = log.size if log else 0
        end = size if wanted.before is None else max(0, min(wanted.before, size))
        floor, passed = max(0, end - LOOKED_MAX), 0
        while end > floor and len(found) < PAGE:
            start = max(floor, end - WINDOW)
            if passed < PASSED_MAX and not _is_any_of(tx, origin, start, end, wanted.part):
                passed += end - start
                end, floor = start, max(0, floor - (end - start))
                continue
            for line in _window(tx, origin, start, end, head.size if head else 0):
                if _fits(line, officer, wanted) and not elsewhere.has(line):
                    found.append(line)
                if len(found) == PAGE:
                    break
            end = found[-1].index if len(found) == PAGE else start
        matters = _matters(node, tx, officer, found)
    at_ms = head.time_s * 1_000 if head else None
    signed = head.size if head else 0
    is_whole = reads_all(officer)
    return Page(
        tuple(found),
        size if is_whole else None,
        signed if is_whole else None,
        at_ms,
        end or None,
        is_whole,
        matters,
    )


def show(node: Node, officer: Officer, index: int) -> Entry:
    """Return one entry with its proof; one that an officer may not read is not there.

    Raises:
        Fault: `node.log.entry-unknown`.
    """
    origin = local_origin(node.party)
    with node.store.read() as tx:
        log = tx.log(origin)
        size = log.size if log else 0
        head = tx.newest_head(origin) if log else None
        covered = head.size if head else 0
        lines = list(_window(tx, origin, index, index + 1, covered)) if 0 <= index < size else []
        is_read = bool(lines) and _may_read(lines[0], officer)
        if not is_read or _Elsewhere(node, tx, officer).has(lines[0]):
            raise _unknown(index)
        (data,) = tx.entries(origin, index, index + 1)
        salts = {name: salt for name, (salt, _) in local_log.facts(tx, origin, index).items()}
        path: tuple[str, ...] = ()
        if head is not None and index < head.size:
            reader = local_log.hash_reader(tx, origin, head.size)
            path = tuple(one.hex() for one in tree.prove_inclusion(index, head.size, reader))
        matters = _matters(node, tx, officer, lines)
    return Entry(
        lines[0],
        data.decode("utf-8", "replace"),
        tree.leaf_hash(data).hex(),
        salts,
        entry.parse(data).hashes,
        path,
        covered,
        matters,
    )


class _Elsewhere:
    """Steps in other compartments than the one an officer works in: of an exercise, or real."""

    def __init__(self, node: Node, tx: Tx, officer: Officer) -> None:
        others = {"", *channel_records.compartments(tx)} - {officer.compartment}
        is_one = len(others) == 0 or reads_all(officer)
        self._tx = tx
        self._kinds = [kind for kind, room in node.rooms.items() if not room.is_text]
        self._readers = [
            need_to_know.reader(tx, replace(officer, compartment=one))
            for one in (() if is_one else others)
        ]
        self._known: dict[str, bool] = {}

    def has(self, line: Line) -> bool:
        """Return whether a step is about a matter of another compartment."""
        if not self._readers:
            return False
        return any(self._is_named(one) for name in (MATTER, "act") if (one := line.facts.get(name)))

    def _is_named(self, named: str) -> bool:
        if named not in self._known:
            self._known[named] = any(
                self._tx.named(reader, kind, named, 1)
                for reader in self._readers
                for kind in self._kinds
            )
        return self._known[named]


def _matters(node: Node, tx: Tx, officer: Officer, lines: Iterable[Line]) -> dict[str, str]:
    """Return the kind of each matter that steps name and an officer may read, by its id."""
    reader = need_to_know.reader(tx, officer)
    named = {one.facts[MATTER]: None for one in lines if one.facts.get(MATTER)}
    kinds = [kind for kind, room in node.rooms.items() if not room.is_text]
    found: dict[str, str] = {}
    for matter_id in named:
        for kind in kinds:
            rows = tx.named(reader, kind, matter_id, 2)
            if [row.matter.id for row in rows] == [matter_id]:
                found[matter_id] = kind
                break
    return found


def _is_any_of(tx: Tx, origin: str, start: int, end: int, part: Part) -> bool:
    """Return whether a window has a step of the days that are wanted, which most have not."""
    if not part.is_timed:
        return True
    return any(part.has_time(entry.at_ms(data)) for data in tx.entries(origin, start, end))


def _window(tx: Tx, origin: str, start: int, end: int, covered: int) -> Iterator[Line]:
    """Give the entries of a window, newest first; each is read when it is asked for."""
    kept = local_log.facts_of(tx, origin, start, end)
    for index, data in reversed([*enumerate(tx.entries(origin, start, end), start)]):
        step = entry.parse(data)
        known = kept.get(index, {})
        facts = {name: known.get(name, "") for name in step.hashes if name != proven.FACT}
        yield Line(index, step.code, step.at_ms, facts, index < covered)


def _fits(line: Line, officer: Officer, wanted: Wanted) -> bool:
    if not _may_read(line, officer):
        return False
    if not wanted.part.has(line.code, line.at_ms):
        return False
    text = wanted.text.casefold()
    return not text or any(text in value.casefold() for value in line.facts.values())


def _may_read(line: Line, officer: Officer) -> bool:
    return reads_all(officer) or line.facts.get("officer") == officer.name


def _unknown(index: int) -> Fault:
    return Fault(
        code="node.log.entry-unknown",
        what=f"The local log has no entry {quoted(str(index))} for you.",
        fix="Look for it in the list; others' steps are read by an auditor.",
    )
