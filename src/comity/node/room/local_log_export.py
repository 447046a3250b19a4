"""Taking the local log away: its newest head, every entry below it with its path, chosen facts.

Of some days or of one kind of step it is a part, chosen by what stands in the clear in entries:
a part that is chosen by words of a fact would tell of what is not disclosed.

Source: docs/spec/proof.md, clause 15.
Floor: node.
"""

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import Final

from comity.domestic.locallog import entry, export
from comity.domestic.locallog.entry import Part
from comity.domestic.locallog.export import Facts, Line, Succession
from comity.domestic.officer import role
from comity.kernel.fault import Fault
from comity.kernel.inadmissible import Inadmissible
from comity.node.base import local_keys
from comity.node.base.context import Node
from comity.node.base.ports import Tx
from comity.node.base.profile import local_origin
from comity.node.base.rows import Head, Officer
from comity.node.exchange import logs, witness_memory
from comity.node.room import local_log, officers
from comity.tlog import tree

EVERYTHING: Final = "all"
_PAGE: Final = 256
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_LAST_MS: Final = 253_402_300_799_000
"""The last second that can be written as a date."""


@dataclass(frozen=True, slots=True)
class Exported:
    """An export on its way out.

    Attributes:
        origin: of the log.
        size: entries that its head covers.
        rest: entries that no head covers yet, and that are not in it.
        lines: of the file.
    """

    origin: str
    size: int
    rest: int
    lines: Iterator[bytes]


def may_disclose(tx: Tx, officer: Officer) -> Inadmissible | None:
    """Return the refusal by rule to an officer who may not take the log away: an auditor may.

    Codes and times alone tell what others do, and how much.
    """
    found = tx.officer(officer.name)
    if found is None or found.ended_ms is not None:
        raise officers.ended(officer.name)
    return officers.lacks_role(found, role.AUDITOR)


def begin(
    node: Node, officer: Officer, chosen: Sequence[str], part: Part = entry.ALL
) -> Inadmissible | None:
    """Note that facts are disclosed, before they are; or say why this officer may not.

    Raises:
        Fault: `officer.account.ended`.
    """
    if not chosen:
        with node.store.read() as tx:
            return may_disclose(tx, officer)
    with node.store.write() as tx:
        no = may_disclose(tx, officer)
        if no is None:
            facts = {"officer": officer.name, "facts": " ".join(chosen)}
            if part.step:
                facts["step"] = part.step
            if part.is_timed:
                facts["period"] = f"{_iso(part.from_ms)}/{_iso(part.until_ms)}"
            local_log.note(tx, node, "log.disclosed", facts)
    return no


def _iso(at_ms: int | None) -> str:
    """Return an end of a period as ISO 8601 has it; `..` where it is open."""
    if at_ms is None:
        return ".."
    at = _EPOCH + timedelta(milliseconds=min(at_ms, _LAST_MS))
    return f"{at.replace(tzinfo=None).isoformat(timespec='seconds')}Z"


def make(
    node: Node,
    officer: Officer | None = None,
    chosen: Sequence[str] = (),
    part: Part = entry.ALL,
) -> Exported | Inadmissible:
    """Return the local log as lines.

    Args:
        node: ours.
        officer: who takes it away; None for whoever holds the home, who discloses no facts.
        chosen: facts to disclose: an entry's index, a fact's name, `INDEX:NAME`, or `all`.
            Those of the keys of the log always are.
        part: which entries; what shows that the file is whole is missing in any but all.

    Raises:
        Fault: `node.log.unsigned`, `officer.account.ended`.
    """
    assert officer is not None or not chosen
    no = begin(node, officer, chosen, part) if officer is not None else None
    if no is not None:
        return no
    origin = local_origin(node.party)
    with node.store.read() as tx:
        log = tx.log(origin)
        head = tx.newest_head(origin) if log else None
        if log is None or head is None:
            raise Fault(
                code="node.log.unsigned",
                what="The local log has no signed head yet.",
                fix="Let `comity serve` run for some seconds: it signs the log.",
            )
        first = export.render_head(head.note + _cosignatures(tx, head), _successions(tx, head))
    lines = _lines(node, head, first, frozenset(chosen), part)
    return Exported(origin, head.size, log.size - head.size, lines)


def _cosignatures(tx: Tx, head: Head) -> bytes:
    """Return the lines of the witnesses that cosigned a head."""
    log = logs.require_log(tx, head.origin)
    digest = hashlib.sha256(head.note).digest()
    given = [
        tx.cosignature_of(head.origin, w.party, digest) for w in witness_memory.witnesses(tx, log)
    ]
    return b"".join(one.lines for one in given if one)


def _successions(tx: Tx, head: Head) -> list[Succession]:
    """Return each step below a head that named new keys, under a head of the keys before it."""
    every = local_keys.held(tx, head.origin)
    found: list[Succession] = []
    for before, one in pairwise(every):
        size = one.from_size - 1
        vouched = tx.heads(head.origin, size) if one.index is not None else []
        if not vouched or size >= head.size or not before.may_cover(size):
            continue
        assert one.index is not None
        line = _line(tx, head.origin, one.index, size, local_log.facts(tx, head.origin, one.index))
        found.append(Succession(line, vouched[-1].note))
    return found


def _line(tx: Tx, origin: str, index: int, size: int, facts: Facts) -> Line:
    (data,) = tx.entries(origin, index, index + 1)
    path = tree.prove_inclusion(index, size, logs.hash_reader(tx, origin, size))
    return Line(index, data, path, facts)


def _lines(
    node: Node, head: Head, first: bytes, chosen: frozenset[str], part: Part
) -> Iterator[bytes]:
    yield first
    for start in range(0, head.size, _PAGE):
        with node.store.read() as tx:
            read = logs.hash_reader(tx, head.origin, head.size)
            entries = tx.entries(head.origin, start, min(start + _PAGE, head.size))
            page = [
                Line(
                    index,
                    data,
                    tree.prove_inclusion(index, head.size, read),
                    _facts(tx, head.origin, index, data, chosen),
                )
                for index, data in enumerate(entries, start)
                if part == entry.ALL or _is_of(part, data)
            ]
        yield from map(export.render, page)


def _is_of(part: Part, data: bytes) -> bool:
    step = entry.parse(data)
    return part.has(step.code, step.at_ms)


def _facts(tx: Tx, origin: str, index: int, data: bytes, chosen: frozenset[str]) -> Facts:
    if entry.parse(data).code in local_log.KEY_STEPS:
        return local_log.facts(tx, origin, index)
    if not chosen:
        return {}
    told = local_log.facts(tx, origin, index)
    return {
        name: fact
        for name, fact in told.items()
        if not chosen.isdisjoint({EVERYTHING, str(index), name, f"{index}:{name}"})
    }
