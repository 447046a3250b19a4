"""Reading the local log: an auditor reads every step, everybody else his own.

Newest first, window by window: one read of entries and one of facts each, bounded, so that a
page costs the same however long the log is.

Floor: node.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from comity.domestic.locallog import entry
from comity.domestic.officer import role
from comity.kernel.fault import Fault, quoted
from comity.node.context import Node
from comity.node.desk import locallog
from comity.node.ports import Tx
from comity.node.profile import local_origin
from comity.node.rows import Officer
from comity.tlog import tree

PAGE: Final = 50
WINDOW: Final = 256
LOOKED_MAX: Final = 4_096
"""Entries that one page looks at; the next page goes on from there."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which steps.

    Attributes:
        step: a code, or the beginning of one with its dot, or "".
        text: somewhere in a fact, whatever its case; or "".
        before: entries with a lower index; None: from the newest on.
    """

    step: str = ""
    text: str = ""
    before: int | None = None


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
        size: entries of the log.
        signed: entries that a head covers.
        head_at_ms: when that was signed, or None.
        next_before: where the next page begins, or None on the last.
        is_whole: whether the reader sees every step, or his own alone.
    """

    lines: tuple[Line, ...]
    size: int
    signed: int
    head_at_ms: int | None
    next_before: int | None
    is_whole: bool


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
    """

    line: Line
    data: str
    leaf: str
    salts: Mapping[str, str]
    hashes: Mapping[str, str]
    path: tuple[str, ...]
    head_size: int


def reads_all(officer: Officer) -> bool:
    """Return whether an officer reads the steps of others."""
    return role.AUDITOR in officer.roles


def page(node: Node, officer: Officer, wanted: Wanted) -> Page:
    """Return one page of what an officer may read."""
    origin = local_origin(node.party)
    found: list[Line] = []
    with node.store.read() as tx:
        log = tx.log(origin)
        head = tx.newest_head(origin) if log else None
        size = log.size if log else 0
        end = size if wanted.before is None else max(0, min(wanted.before, size))
        floor = max(0, end - LOOKED_MAX)
        while end > floor and len(found) < PAGE:
            start = max(floor, end - WINDOW)
            for line in _window(tx, origin, start, end, head.size if head else 0):
                if _fits(line, officer, wanted):
                    found.append(line)
                if len(found) == PAGE:
                    break
            end = found[-1].index if len(found) == PAGE else start
    at_ms = head.time_s * 1_000 if head else None
    signed = head.size if head else 0
    return Page(tuple(found), size, signed, at_ms, end or None, reads_all(officer))


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
        if not lines or not _may_read(lines[0], officer):
            raise _unknown(index)
        (data,) = tx.entries(origin, index, index + 1)
        salts = {name: salt for name, (salt, _) in locallog.facts(tx, origin, index).items()}
        path: tuple[str, ...] = ()
        if head is not None and index < head.size:
            reader = locallog.hash_reader(tx, origin, head.size)
            path = tuple(one.hex() for one in tree.prove_inclusion(index, head.size, reader))
    return Entry(
        lines[0],
        data.decode("utf-8", "replace"),
        tree.leaf_hash(data).hex(),
        salts,
        entry.parse(data).hashes,
        path,
        covered,
    )


def _window(tx: Tx, origin: str, start: int, end: int, covered: int) -> Iterator[Line]:
    """Give the entries of a window, newest first; each is read when it is asked for."""
    kept = locallog.facts_of(tx, origin, start, end)
    for index, data in reversed([*enumerate(tx.entries(origin, start, end), start)]):
        step = entry.parse(data)
        known = kept.get(index, {})
        facts = {name: known.get(name, "") for name in step.hashes}
        yield Line(index, step.code, step.at_ms, facts, index < covered)


def _fits(line: Line, officer: Officer, wanted: Wanted) -> bool:
    if not _may_read(line, officer):
        return False
    if wanted.step and not (line.code == wanted.step or line.code.startswith(f"{wanted.step}.")):
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
