"""What the world knows and no node does: all heads that left, all acts that were shown as sent.

    truth[origin]     the leaf hashes of a log, as far as a head of it ever left its node
    said              every act whose append returned to an officer

A head that is not the root of a prefix of that one list contradicts another head.

Floor: lab.
"""

import hashlib
from dataclasses import dataclass, field

from comity.acts.record import Act
from comity.node.base.ports import Tx
from comity.tlog import tree
from comity_lab.sim.faults import BrokenError


@dataclass(slots=True)
class Said:
    """An act that an officer saw as sent.

    Attributes:
        party: who said it.
        channel: its path.
        act: what was said.
        origin: where it stood then; a recovery may give it another place.
        index: of it.
        leaf: hash of its entry then.
        at_ms: true time.
        is_lost: whether a restore took it lawfully.
    """

    party: str
    channel: str
    act: Act
    origin: str
    index: int
    leaf: bytes
    at_ms: int
    is_lost: bool = False


@dataclass(slots=True)
class Truth:
    """One log, as far as heads of it left.

    Attributes:
        leaves: hashes of its entries, 32 bytes each.
        frontier: of all of them.
        roots: `{size: root}` of the heads that left.
    """

    leaves: list[bytes] = field(default_factory=list)
    frontier: tree.Frontier = field(default_factory=lambda: tree.Frontier(0, ()))
    roots: dict[int, bytes] = field(default_factory=dict)

    def cut(self, size: int) -> None:
        """Forget all but the first `size` entries."""
        if size < len(self.leaves):
            del self.leaves[size:]
            self.frontier = tree.Frontier(0, ()).extend(self.leaves)
            self.roots = {at: root for at, root in self.roots.items() if at <= size}

    def root_at(self, size: int) -> bytes:
        """Return the root of the first `size` entries."""
        if size == len(self.leaves):
            return self.frontier.root()
        return self.roots.get(size) or tree.root(self.leaves[:size])


@dataclass(slots=True)
class Ledger:
    """The world's own book.

    Attributes:
        truth: by origin.
        said: in order.
        bodies: SHA-256 of stored bodies that an appended act names, hex.
        drafts: SHA-256 of bodies of drafts that were not released.
        shown: acts whose author has the peer's cosignature: `{(origin, index)}`.
        signed: `{origin: size}` of the greatest head signed at all.
        cosigned: `{(mirror name, origin): size}` of the greatest head cosigned.
    """

    truth: dict[str, Truth] = field(default_factory=dict)
    said: list[Said] = field(default_factory=list)
    bodies: set[str] = field(default_factory=set)
    drafts: set[str] = field(default_factory=set)
    signed: dict[str, int] = field(default_factory=dict)
    cosigned: dict[tuple[str, str], int] = field(default_factory=dict)

    def head_leaves(self, tx: Tx, origin: str, size: int, root: bytes) -> None:
        """Hold a head of an author that leaves against all that left before.

        Args:
            tx: a view of its author's store.
            origin: of the log.
            size: of the head.
            root: of the head.

        Raises:
            BrokenError: the head contradicts an earlier one, or what its author holds.
        """
        truth = self.truth.setdefault(origin, Truth())
        if size > len(truth.leaves):
            joined = tx.leaves(origin, len(truth.leaves), size)
            new = [joined[at : at + 32] for at in range(0, len(joined), 32)]
            frontier = truth.frontier.extend(new)
            if frontier.size != size or frontier.root() != root:
                raise BrokenError(
                    f"I2: {origin}: the head of {size} that leaves contradicts one of "
                    f"{len(truth.leaves)} entries that left before"
                )
            truth.leaves += new
            truth.frontier = frontier
        elif truth.root_at(size) != root:
            raise BrokenError(
                f"I2: {origin}: two heads of {size} entries left, with different roots"
            )
        truth.roots[size] = root

    def released(self, act: Act) -> None:
        """Note the bodies of an act that an officer let out."""
        names = {b.sha256 for b in act.blobs} | {d.sha256 for d in act.documents}
        self.bodies |= names
        self.drafts -= names

    def require_released(self, tx: Tx, sender: str, data: bytes) -> None:
        """Hold bytes of a body that leaves against what was released.

        Args:
            tx: a view of the sender's store.
            sender: the party.
            data: of the body.

        Raises:
            BrokenError: no act of its own log names them.
        """
        sha256 = hashlib.sha256(data).hexdigest()
        if sha256 in self.bodies and sha256 not in self.drafts:
            return
        if not any(row.origin.startswith(f"{sender}/") for row in tx.who_names(sha256)):
            why = "of a draft" if sha256 in self.drafts else "which no act names"
            raise BrokenError(f"I6: {sender} sent the body {sha256[:16]}, {why}")
