"""Matters folded from their acts beside what is kept, and what is kept of parties.

Nothing is written: what a rebuild would give is compared with what is shown.

Source: protocol rule 18.
Floor: node.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

from comity.acts import order
from comity.acts.order import Placed
from comity.joint.arrangement import card as cards
from comity.joint.arrangement import revocation as revocations
from comity.kernel.fault import Fault
from comity.node.base import register_records, trust
from comity.node.base.context import Node
from comity.node.base.rows import MatterRow
from comity.node.exchange import refold
from comity.node.operate.fsck import report
from comity.node.operate.fsck.report import Found
from comity.tlog.note import Verifier

PAGE: Final = 200

type Verify = Callable[[bytes, Sequence[Verifier]], object]

_TEXTS: Final[dict[str, Verify]] = {
    "card": cards.verify_card,
    "revocation": revocations.verify_revocation,
}
"""By record kind."""


@dataclass(frozen=True, slots=True)
class Slice:
    """Matters with an id greater than `after` and less than `until`; "" is no end."""

    after: str
    until: str


def slices() -> list[Slice]:
    """Return slices that hold every matter once: ids are base32 of a hash, so alike in size."""
    bounds = ("", *"234567abcdefghijklmnopqrstuvwxyz", "")
    return [Slice(after, until) for after, until in pairwise(bounds)]


def check_slice(node: Node, part: Slice) -> Found:
    """Check the matters of a slice, a page at a time."""
    found = Found()
    after: str | None = part.after
    while after is not None:
        page, after = _check_page(node, after, part.until)
        found.join([page])
    return found


def _check_page(node: Node, after: str, until: str) -> tuple[Found, str | None]:
    """Check a page; return what was found and the id to go on after, None at the end."""
    found = Found()
    with node.store.read() as tx:
        page = tx.matters(after=after, count_max=PAGE)
        rows = [row for row in page if not until or row.matter.id < until]
        loaded = {channel: trust.load(tx, channel) for channel in {row.channel for row in rows}}
        times = {channel: refold.Times(tx, of) for channel, of in loaded.items()}
        for row in rows:
            found.counts["matters"] += 1
            of = loaded[row.channel]
            acts = [refold.placed(of, act) for act in tx.acts_of(row.channel, row.matter)]
            _check_depths(found, acts)
            if {*tx.heard_by(row.channel, row.matter)} != {*tx.filed_for(row.channel, row.matter)}:
                found.add(
                    "node.fsck.heard",
                    f"{row.matter.kind} {row.matter.id}",
                    "It is read under other keys than those by which programs catch up with it.",
                    report.REBUILD,
                )
            if not acts or not _is_same(
                row, refold.folded(node.rooms, times[row.channel], row.matter, acts, row.at_ms)
            ):
                found.add(
                    "node.fsck.matter",
                    f"{row.matter.kind} {row.matter.id}",
                    "Its acts fold to another state than the one that is shown.",
                    report.REBUILD,
                )
    is_last = not page or len(rows) < len(page)
    return found, None if is_last else page[-1].matter.id


def _is_same(row: MatterRow, folded: MatterRow) -> bool:
    names = ("status", "holder", "urgency", "asker", "state", "digest")
    is_alike = all(getattr(row, name) == getattr(folded, name) for name in names)
    return is_alike and dict(row.touched) == dict(folded.touched)


def _check_depths(found: Found, acts: Sequence[Placed]) -> None:
    """Each depth is one more than the greatest that its act has seen: there is one such table."""
    for one in acts:
        seen = (p.depth for p in acts if p is not one and order.has_seen(one, p))
        if one.depth != 1 + max(seen, default=0):
            found.add(
                "node.fsck.depth",
                f"{one.origin}, entry {one.index}",
                "Its depth in its matter is not the one that follows from what it had seen.",
                report.REBUILD,
            )


def check_parties(node: Node) -> Found:
    """Check every card and revocation against the root of its party."""
    found = Found()
    with node.store.read() as tx:
        for arrangement in register_records.arrangements(tx):
            for party in arrangement.party_ids():
                root = arrangement.root(party)
                verifiers = node.suite.root_verifiers(
                    arrangement.root_name(party), root.root_ed25519, root.root_mldsa44
                )
                prefix = f"{arrangement.id}/{party}/"
                for kind, verify in _TEXTS.items():
                    for key, text in tx.records(kind).items():
                        if key.startswith(prefix):
                            found.counts["cards"] += 1
                            _check_text(found, f"{kind} {key}", str(text), verify, verifiers)
    return found


def _check_text(
    found: Found, where: str, text: str, verify: Verify, verifiers: Sequence[Verifier]
) -> None:
    try:
        verify(text.encode(), verifiers)
    except Fault as fault:
        found.add("node.fsck.card", where, fault.what, report.RESTORE)


def check_strays(node: Node) -> Found:
    """Count large bodies that no act names: a transfer whose entry never came."""
    found = Found()
    for sha256 in node.bodies.all():
        with node.store.read() as tx:
            found.counts["strays"] += not tx.who_names(sha256)
    return found
