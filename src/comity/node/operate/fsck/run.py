"""The whole check of a home: entries and matters in parallel, then trees, parties, bodies.

Floor: node.
"""

from collections.abc import Callable, Iterator, Sequence

from comity.node.base.context import Node
from comity.node.operate.fsck import entries, matters, order, private_keys, records, report, trees
from comity.node.operate.fsck.entries import Range
from comity.node.operate.fsck.matters import Slice
from comity.node.operate.fsck.report import Found

type Part = Range | Slice
"""What is checked by itself: entries, or matters."""

type Fan = Callable[[Sequence[Part]], Iterator[Found]]
"""Checks parts, perhaps in several processes, and gives what each found, in any order."""

type Advance = Callable[[int], None]


def ranges(node: Node) -> list[Range]:
    """Return every range of every log, as it is held now."""
    with node.store.read() as tx:
        logs = tx.logs()
    return [
        Range(log.origin, start, min(start + entries.RANGE, log.size))
        for log in logs
        for start in range(0, log.size, entries.RANGE)
    ]


def serial(node: Node) -> Fan:
    """Return a fan that checks in this process."""
    return lambda parts: (check_part(node, part) for part in parts)


def check_part(node: Node, part: Part) -> Found:
    """Check one part.

    Raises:
        Fault: `keys.*`, `node.store.*`.
    """
    if isinstance(part, Slice):
        return matters.check_slice(node, part)
    return entries.check_range(node, part)


def check_database(node: Node) -> Found:
    """Let the database check its own pages and indexes."""
    found = Found()
    for flaw in node.store.flaws() or ():
        found.add("node.fsck.database", "the database", f"It is damaged: {flaw}.", report.AGAIN)
    return found


def check(node: Node, fan: Fan | None = None, advance: Advance = lambda _: None) -> Found:
    """Check everything.

    Args:
        node: ours; it may go on serving.
        fan: how ranges are checked; in this process unless given.
        advance: called with entries done, each entry twice: its bytes, and its place in the tree.

    Raises:
        Fault: `keys.*`, `node.store.*`.
    """
    found = Found()
    found.join([check_database(node)])
    if not found.is_clean:
        return found  # what stands on damaged pages cannot be read, and is not told twice
    for part in (fan or serial(node))([*ranges(node), *matters.slices()]):
        advance(part.counts["entries"])
        found.join([part])
    with node.store.read() as tx:
        origins = [log.origin for log in tx.logs()]
    for origin in origins:
        found.join([trees.check_tree(node, origin, advance)])
    found.join([trees.check_high_water(node), matters.check_parties(node)])
    found.join([matters.check_strays(node), order.check_rows(node.store)])
    found.join([private_keys.check(node), records.check(node)])
    return found
