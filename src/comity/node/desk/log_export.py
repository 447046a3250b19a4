"""Taking the local log away: its newest head, every entry below it with its path, chosen facts.

Source: docs/spec/proof.md, clause 15.
Floor: node.
"""

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

from comity.domestic.locallog import entry, export
from comity.domestic.locallog.export import Facts, Line, Succession
from comity.domestic.officer import role
from comity.kernel.fault import Fault
from comity.kernel.inadmissible import Inadmissible
from comity.node.context import Node
from comity.node.desk import locallog, officers
from comity.node.exchange import local_keys, logs, witnessed
from comity.node.ports import Tx
from comity.node.profile import local_origin
from comity.node.rows import Head, Officer
from comity.tlog import tree

EVERYTHING: Final = "all"
_PAGE: Final = 256


@dataclass(frozen=True, slots=True)
class Exported:
    """An export on its way out.

    Attributes:
        origin: of the log.
        size: entries that are in it.
        rest: entries that no head covers yet, and that are not in it.
        lines: of the file.
    """

    origin: str
    size: int
    rest: int
    lines: Iterator[bytes]


def may_disclose(tx: Tx, officer: Officer) -> Inadmissible | None:
    """Return the lawful no to an officer who may not disclose facts: an auditor may."""
    found = tx.officer(officer.name)
    if found is None or found.ended_ms is not None:
        raise officers.ended(officer.name)
    return officers.lacks_role(found, role.AUDITOR)


def begin(node: Node, officer: Officer, chosen: Sequence[str]) -> Inadmissible | None:
    """Note that facts are disclosed, before they are; or say why this officer may not.

    Raises:
        Fault: `officer.account.ended`.
    """
    with node.store.write() as tx:
        no = may_disclose(tx, officer)
        if no is None:
            facts = {"officer": officer.name, "facts": " ".join(chosen)}
            locallog.note(tx, node, "log.disclosed", facts)
    return no


def make(
    node: Node, officer: Officer | None = None, chosen: Sequence[str] = ()
) -> Exported | Inadmissible:
    """Return the local log as lines.

    Args:
        node: ours.
        officer: who discloses facts; nobody is needed where none are.
        chosen: facts to disclose: an entry's index, a fact's name, `INDEX:NAME`, or `all`.
            Those of the keys of the log always are.

    Raises:
        Fault: `node.log.unsigned`, `officer.account.ended`.
    """
    assert officer is not None or not chosen
    no = begin(node, officer, chosen) if officer is not None and chosen else None
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
    lines = _lines(node, head, first, frozenset(chosen))
    return Exported(origin, head.size, log.size - head.size, lines)


def _cosignatures(tx: Tx, head: Head) -> bytes:
    """Return the lines of the witnesses that cosigned a head."""
    log = logs.require_log(tx, head.origin)
    digest = hashlib.sha256(head.note).digest()
    given = [tx.cosignature_of(head.origin, w.party, digest) for w in witnessed.witnesses(tx, log)]
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
        line = _line(tx, head.origin, one.index, size, locallog.facts(tx, head.origin, one.index))
        found.append(Succession(line, vouched[-1].note))
    return found


def _line(tx: Tx, origin: str, index: int, size: int, facts: Facts) -> Line:
    (data,) = tx.entries(origin, index, index + 1)
    path = tree.prove_inclusion(index, size, logs.hash_reader(tx, origin, size))
    return Line(index, data, path, facts)


def _lines(node: Node, head: Head, first: bytes, chosen: frozenset[str]) -> Iterator[bytes]:
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
            ]
        yield from map(export.render, page)


def _facts(tx: Tx, origin: str, index: int, data: bytes, chosen: frozenset[str]) -> Facts:
    if entry.parse(data).code in locallog.KEY_STEPS:
        return locallog.facts(tx, origin, index)
    if not chosen:
        return {}
    told = locallog.facts(tx, origin, index)
    return {
        name: fact
        for name, fact in told.items()
        if not chosen.isdisjoint({EVERYTHING, str(index), name, f"{index}:{name}"})
    }
