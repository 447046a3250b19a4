"""The entries of a proof of non-answer, each with the key that is needed, or why it has none.

One ascending pass over the addressee's log: acts after its receipt are opened, and the receipts
before it.  What does not open here stays closed if we said so in a receipt, and its author has
signed for that receipt within the range and has shown no key.

Source: docs/spec/proof.md, clause 14.
Floor: node.
"""

from collections.abc import Collection
from dataclasses import dataclass, field
from typing import Final

from comity.acts.record import ACT_KIND, RECEIPT_KIND, Act, Matter, Unread
from comity.joint.exchange.nonanswer_file import Rejection
from comity.joint.exchange.range_file import Given
from comity.kernel.fault import Fault
from comity.node.base.context import Node
from comity.node.base.ports import Tx
from comity.node.base.reader import Reader
from comity.node.base.rows import Log, UnderstoodAct, UnderstoodReceipt
from comity.node.base.trust import Trust
from comity.node.exchange import logs, seal
from comity.node.exchange.seal import Keyed, Opened, Unreadable
from comity.tlog import tree

_SAY_MORE: Final = (
    "Say another act to {party}, a reminder of this request perhaps; when its receipt has come, "
    "take the proof by a head after that."
)


@dataclass(frozen=True, slots=True)
class Asking:
    """Who is asked about what: the addressee's log, our act in ours, its receipt for it."""

    node: Node
    loaded: Trust
    log: Log
    asked: UnderstoodAct
    receipt: UnderstoodReceipt


@dataclass(frozen=True, slots=True)
class Told:
    """The range.

    Attributes:
        entries: from its first to its head.
        start: acts after this index are opened, or stand among the closed.
        rejections: for what stays closed; None where a file of format 1 says all.
        closed: indexes of what stays closed.
        on_matter: acts on the same matter.
        others: acts on other matters that are disclosed.
        is_hidden: whether one of those is of a matter that the reader may not read.
    """

    entries: tuple[Given, ...]
    start: int
    rejections: tuple[Rejection, ...] | None
    closed: tuple[int, ...]
    on_matter: int
    others: int
    is_hidden: bool


def read(
    asking: Asking, tx: Tx, reader: Reader, between: tuple[int, int], answers: Collection[str]
) -> Told:
    """Return the entries of the addressee's log from `between[0]` to below `between[1]`.

    Raises:
        Fault: `node.proof.answered`, `node.proof.unopened`.
    """
    walk = _Walk(asking, tx, *between, start=asking.receipt.index, until=asking.receipt.index)
    for index, raw in enumerate(tx.entries(asking.log.origin, *between), between[0]):
        walk.take(index, raw)
    walk.require_read()
    matter, channel = asking.asked.act.matter, asking.log.channel
    for index, opened in walk.said.items():
        assert isinstance(opened.record, Act)
        is_own = opened.origin == asking.log.origin and opened.record.matter == matter
        if is_own and opened.record.tag in answers:
            raise _answered(asking.log, index, matter)
    matters = [o.record.matter for o in walk.said.values() if isinstance(o.record, Act)]
    others = [one for one in matters if one != matter]
    rejections = tuple(one for _, one in sorted(walk.rejections.items()))
    return Told(
        entries=tuple(walk.entries),
        start=walk.start,
        rejections=rejections if walk.is_second or rejections else None,
        closed=tuple(walk.closed),
        on_matter=len(matters) - len(others),
        others=len(others),
        is_hidden=any(
            one.kind in asking.node.rooms and tx.readable(reader, channel, one) is None
            for one in set(others)
        ),
    )


def own(asking: Asking, tx: Tx, origin: str, index: int) -> Given:
    """Return an entry of ours, opened.

    Raises:
        Fault: `node.proof.unopened`.
    """
    (raw,) = tx.entries(origin, index, index + 1)
    opened = _opened(asking, tx, origin, index, raw)
    if not isinstance(opened, Opened):
        raise _unopened(origin, index, "Its own author cannot read it; restore the keys.")
    return Given(raw, opened.file_key)


@dataclass(slots=True)
class _Walk:
    """What has been read of a range `[first, size)`, and what must be from here on."""

    asking: Asking
    tx: Tx
    first: int
    size: int
    start: int
    until: int
    entries: list[Given] = field(default_factory=list)
    said: dict[int, Opened] = field(default_factory=dict)
    closed: list[int] = field(default_factory=list)
    rejections: dict[int, Rejection] = field(default_factory=dict)
    unread: list[tuple[int, int]] = field(default_factory=list)
    is_second: bool = False

    def take(self, index: int, raw: bytes) -> None:
        """Read the next entry.

        Raises:
            Fault: `node.proof.unopened`.
        """
        is_receipt = raw[0] == RECEIPT_KIND and index <= self.until
        if not is_receipt and (raw[0] != ACT_KIND or index <= self.start):
            self.entries.append(Given(raw))
            return
        is_early = is_receipt and index < self.asking.receipt.index
        opened = _opened(self.asking, self.tx, self.asking.log.origin, index, raw)
        if self._is_closed(index, raw, opened):
            self._close(index, raw)
            self.start = min(self.start, index) if is_early else self.start
        elif isinstance(opened, Unreadable):
            self.is_second |= is_early  # it says nothing, to anybody
        elif is_receipt:
            self._take_receipt(index, opened)
        else:
            self.said[index] = opened
        self.entries.append(Given(raw, opened.file_key))

    def require_read(self) -> None:
        """Make sure that the addressee says of no rejection, nor of the act, that it was closed.

        Raises:
            Fault: `node.proof.unopened`.
        """
        for at, listed in self.unread:
            if listed in self.rejections or listed == self.asking.asked.index:
                raise _unopened(
                    self.asking.log.origin,
                    at,
                    f"It says that our entry {listed} is void. If it is not, a proof of that entry "
                    "shows so.",
                )

    def _take_receipt(self, index: int, opened: Opened) -> None:
        receipt, asked = opened.record, self.asking.asked
        if isinstance(receipt, Act) or receipt.of != asked.origin:
            return
        if opened.origin != self.asking.log.origin:
            return
        self.unread += [(index, one.index) for one in receipt.unread]
        if index < self.asking.receipt.index and receipt.size > asked.index:
            self.is_second = True  # it is foreign, and whoever has the file cannot tell
            self.start = min(self.start, index)

    def _close(self, index: int, raw: bytes) -> None:
        """Let an entry stay closed, as we rejected it and its author knew.

        Raises:
            Fault: `node.proof.unopened`.
        """
        asked, log, tx = self.asking.asked, self.asking.log, self.tx
        ours = tx.first_receipt(asked.origin, log.origin, index + 1)
        unread = Unread(index, tree.leaf_hash(raw).hex())
        if ours is None or unread not in ours.receipt.unread:
            raise _unopened(log.origin, index, "Wait until our receipt says so, and it knows.")
        known = tx.first_receipt(log.origin, asked.origin, ours.index + 1)
        if known is None or not index < known.index < self.size:
            raise _unopened(log.origin, index, _SAY_MORE.format(party=log.party))
        if ours.index not in self.rejections:
            covered = known.receipt.size
            reader = logs.hash_reader(tx, asked.origin, covered)
            self.rejections[ours.index] = Rejection(
                given=own(self.asking, tx, asked.origin, ours.index),
                index=ours.index,
                path=tree.prove_inclusion(ours.index, covered, reader),
                receipt=known.index,
            )
        self.closed.append(index)
        self.until = max(self.until, known.index)

    def _is_closed(self, index: int, raw: bytes, opened: Opened | Unreadable) -> bool:
        """Whether an entry is void for a reason that only its readers can see."""
        is_void = isinstance(opened, Unreadable) and not opened.file_key
        return is_void and seal.is_shaped(raw, index)


def _opened(asking: Asking, tx: Tx, origin: str, index: int, raw: bytes) -> Opened | Unreadable:
    found = seal.open_entry(asking.node, tx, asking.loaded, (origin, index), raw)
    return Unreadable() if isinstance(found, Keyed) else found


def _unopened(origin: str, index: int, fix: str) -> Fault:
    return Fault(
        code="node.proof.unopened",
        what=f"Entry {index} of {origin} stands in the way of the proof: it does not open here, "
        "or says that ours did not.",
        fix=fix,
    )


def _answered(log: Log, index: int, matter: Matter) -> Fault:
    return Fault(
        code="node.proof.answered",
        what=f"Entry {index} of {log.origin} answers {matter.kind} {matter.id}.",
        fix=f"Prove that with `comity proof {log.origin}#{index}`.",
    )
