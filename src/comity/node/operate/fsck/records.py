"""Records of this State against what the local log says of them.

Each step says what its write changed of the records that the log proves (`node.base.proven`), so
that the newest word on each is what it must be: none changed, none lost, none that no step brought.

Source: architecture section 5; docs/spec/proof.md, clause 13.
Floor: node.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from comity.domestic.locallog import entry
from comity.kernel.fault import Fault
from comity.node.base import proven
from comity.node.base.context import Node
from comity.node.base.ports import Tx
from comity.node.base.profile import local_origin
from comity.node.operate.fsck import report
from comity.node.operate.fsck.report import Found
from comity.node.room import local_log

NEWEST: Final = 10_000
"""Steps that a quick look takes; the whole check takes all."""

_WORDS: Final = {
    "changed": "It is not what the last step that wrote it says.",
    "lost": "A step wrote it, none dropped it, and it is not here.",
    "brought": "It is here, and no step wrote it.",
}
_FIX: Final = (
    "Somebody changed the database by another way than this program: keep this disk as it is, "
    "restore the newest backup beside this home and compare."
)


@dataclass(frozen=True, slots=True)
class Wrong:
    """A record that is not what the local log says.

    Attributes:
        name: its kind and key.
        how: `changed`, `lost` or `brought`.
    """

    name: str
    how: str


def check(node: Node) -> Found:
    """Compare every record that the local log proves, and look for steps that were emptied."""
    found = Found()
    with node.store.read() as tx:
        for one in wrong(tx, local_log.records_said(tx), is_whole=True):
            found.add("node.fsck.record", one.name, _WORDS[one.how], _FIX)
        found.counts["records"] += sum(len(tx.proven(kind)) for kind in proven.KINDS)
        _check_emptied(tx, node, found)
    return found


def newest(node: Node) -> tuple[int, list[Wrong]]:
    """Compare what the newest steps wrote; return how many records, and those that are wrong."""
    with node.store.read() as tx:
        log = tx.log(local_origin(node.party))
        start = max(0, (log.size if log else 0) - NEWEST)
        said = local_log.records_said(tx, start)
        return len(said), list(wrong(tx, said, is_whole=not start))


def wrong(tx: Tx, said: dict[str, str], *, is_whole: bool) -> Iterator[Wrong]:
    """Give the records that are not what steps say, by kind and key.

    Args:
        tx: a read.
        said: what steps say.
        is_whole: whether those are all steps, so that what they do not name is nobody's.
    """
    by_kind: dict[str, dict[str, str]] = {kind: {} for kind in sorted(proven.KINDS)}
    for name, sha256 in said.items():
        kind, _, key = name.partition(" ")
        by_kind.setdefault(kind, {})[key] = sha256
    for kind, should in by_kind.items():
        held = tx.proven(kind) if kind in proven.KINDS and (should or is_whole) else {}
        for key in sorted(should.keys() | (held.keys() if is_whole else ())):
            is_, must = held.get(key, ""), should.get(key, "")
            if is_ != must:
                yield Wrong(f"{kind} {key}", _how(is_, must))


def _how(is_: str, must: str) -> str:
    if not is_:
        return "lost"
    return "changed" if must else "brought"


def _check_emptied(tx: Tx, node: Node, found: Found) -> None:
    """A step whose facts are gone is one of those that came back after a restore, or was emptied.

    Which came back, a later step says, and what that says stands in the log.
    """
    origin = local_origin(node.party)
    lost: list[range] = []
    empty: list[int] = []
    after = f"{origin}#"
    while page := tx.records(local_log.RECORD_KIND, after=after, count_max=proven.PAGE):
        for after, value in page.items():
            at, _, number = after.rpartition("#")
            if at == origin and value == {}:
                empty.append(int(number))
            elif at == origin and isinstance(value, dict) and {"first", "end"} <= value.keys():
                lost += _lost(tx, origin, int(number))
    for index in empty:
        if any(index in one for one in lost) or not _has_hashes(tx, origin, index):
            continue
        found.add(
            "node.fsck.local",
            f"{origin}, entry {index}",
            "What its hashes stand for is not here, and no step says that it was lost.",
            report.RESTORE,
        )


def _lost(tx: Tx, origin: str, index: int) -> Iterator[range]:
    for data in tx.entries(origin, index, index + 1):
        if entry.parse(data).code == local_log.FACTS_LOST:
            facts = local_log.facts(tx, origin, index)
            yield range(int(facts["first"][1]), int(facts["end"][1]))


def _has_hashes(tx: Tx, origin: str, index: int) -> bool:
    try:
        return any(entry.parse(data).hashes for data in tx.entries(origin, index, index + 1))
    except Fault:
        return False  # told by the check of entries
