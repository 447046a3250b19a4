"""What a mirror has not signed for: it follows from the logs, there is no other queue.

A head that was enclosed in an answer is not sent beside it: its mirror is asked for the
cosignature a moment later, when it has most likely signed.

Source: protocol rules 10 and 16; docs/adr/0025.
Floor: node.
"""

import hashlib
from dataclasses import dataclass, field
from typing import Final

from comity.node.base import channel_records, register_records
from comity.node.base.context import Node
from comity.node.base.ports import Tx
from comity.node.base.rows import Head

ENCLOSED_MS: Final = 250
"""What was enclosed in an answer is not sent for so long; further away it goes twice."""


@dataclass(slots=True)
class Sent:
    """How far mirrors are, as they last said.

    Attributes:
        pending: `{(origin, party): size}`: the head size a mirror said it has last.
        enclosed: `{(origin, party): (size, when)}` of the own head that last went in an answer.
    """

    pending: dict[tuple[str, str], int] = field(default_factory=dict)
    enclosed: dict[tuple[str, str], tuple[int, int]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Outbox:
    """What a mirror has not signed for.

    Attributes:
        head: the newest signed head of the own log.
        cosigned: how many of its entries the mirror has signed for.
        is_done: whether it has signed for these very bytes.
        is_hotline: whether it is of what must never wait.
    """

    head: Head | None
    cosigned: int
    is_done: bool
    is_hotline: bool


def load(tx: Tx, origin: str, party: str) -> Outbox:
    """Return what a mirror has not signed for."""
    head = tx.newest_head(origin)
    newest = tx.newest_cosignature(origin, party)
    digest = hashlib.sha256(head.note).digest() if head else b""
    is_done = head is None or tx.cosignature_of(origin, party, digest) is not None
    is_hotline = channel_records.is_hotline(tx, register_records.channel_path_of(origin))
    return Outbox(head, newest.size if newest else 0, is_done, is_hotline)


def pending_size(node: Node, box: Outbox, party: str) -> int:
    """Return the size of the last head that a mirror took, as far as is known here."""
    assert box.head is not None
    return node.session.of(Sent).pending.get((box.head.origin, party), box.cosigned)


def note_enclosed(node: Node, origin: str, party: str, size: int) -> None:
    """Note that a head is enclosed in an answer to its mirror: it is not sent at once too.

    If the answer is lost, the mirror says so by the size that it has.
    """
    node.session.of(Sent).enclosed[origin, party] = (size, node.clock.now_ms())
    node.session.of(Sent).pending[origin, party] = size


def wait_ms(node: Node, origin: str, party: str) -> int:
    """Return how long what was enclosed in an answer need not be sent; 0 if it is to be."""
    _, at_ms = node.session.of(Sent).enclosed.get((origin, party), (0, 0))
    passed_ms = node.clock.now_ms() - at_ms
    return ENCLOSED_MS - passed_ms if 0 <= passed_ms < ENCLOSED_MS else 0


def is_enclosed(node: Node, head: Head, party: str) -> bool:
    """Return whether a head was just enclosed in an answer to its mirror."""
    size, _ = node.session.of(Sent).enclosed.get((head.origin, party), (0, 0))
    return size == head.size and wait_ms(node, head.origin, party) > 0
