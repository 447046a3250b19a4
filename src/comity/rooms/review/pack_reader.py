"""Reading disclosed entries as a node reads them: the logs of a pack, in a store of their own.

    paper = Paper(node)                     a node with an empty store, that writes in no log
    paper.take(arrangement, cards, texts)
    paper.place(logs)                       Held(origin, leaves, {index: entry and key})
    paper.rows(channel, cut, now_ms)        of the requests whose acts were disclosed

Every entry is opened with the key that the file shows, and placed by the code of a node: its order,
what it had seen, the times of receipts.  What is not disclosed stays closed.

Source: docs/spec/review.md, part 6.
Floor: rooms.
"""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

from comity.acts.causality import Cut
from comity.acts.record import Matter
from comity.figures.observation import Observation
from comity.joint.arrangement import arrangement as arrangements
from comity.joint.arrangement.arrangement import parse_origin
from comity.joint.exchange.acts import CHANNEL_KIND
from comity.kernel.fault import Fault, quoted
from comity.node.base import register_records, trust
from comity.node.base.context import Node
from comity.node.base.ports import Tx
from comity.node.base.rooms import main_rows
from comity.node.base.rows import Log
from comity.node.exchange import logs, seal
from comity.node.exchange.place import Batch
from comity.node.exchange.prefetch import Entry
from comity.node.exchange.seal import Opened, Unreadable
from comity.node.review.read_rows import At
from comity.tlog import tree

_PAGE: Final = 500


@dataclass(frozen=True, slots=True)
class Held:
    """What a file has of one log.

    Attributes:
        origin: its name.
        leaves: the hash of each entry of the cut.
        shown: `{index: (entry as sealed, key that opens it)}`.
    """

    origin: str
    leaves: Sequence[bytes]
    shown: Mapping[int, tuple[bytes, bytes]]


class Paper:
    """What a file shows, read as a node reads it."""

    def __init__(self, node: Node) -> None:
        """Begin with an empty store.

        Args:
            node: whose store is empty, and whose party writes in none of the logs.
        """
        self._node = node

    def take(self, arrangement: bytes, cards: Iterable[bytes], texts: Mapping[str, bytes]) -> None:
        """Keep what everybody of the arrangement has.

        Raises:
            Fault: `review.pack.entry`, those of `arrangement.parse` and of cards.
        """
        for sha256, data in texts.items():
            if hashlib.sha256(data).hexdigest() != sha256:
                raise _wrong(sha256, "a text is not the one with that hash")
        with self._node.store.write() as tx:
            register_records.save_arrangement(tx, arrangements.parse(arrangement))
            for card in cards:
                register_records.save_card(tx, card)
            tx.save_bodies(texts)

    def place(self, held: Sequence[Held]) -> None:
        """Open what is shown of each log, and place it; causes come before effects.

        Raises:
            Fault: `review.pack.entry` where an entry is not what its leaf says or does not open.
        """
        with self._node.store.write() as tx:
            for one in held:
                named = parse_origin(one.origin)
                channel = register_records.channel_path_of(one.origin)
                log = Log(one.origin, channel, named.party, named.generation, own=False)
                tx.save_log(log)
                entries = [one.shown.get(at, (b"",))[0] for at in range(len(one.leaves))]
                grown = logs.append_entries(tx, log, entries, one.leaves)
                tx.save_log(replace(grown, signed=grown.size))
        waiting = {one.origin: _opened(one) for one in held}
        while any(waiting.values()):
            before = sum(map(len, waiting.values()))
            waiting = {origin: self._placed(origin, rest) for origin, rest in waiting.items()}
            if before == sum(map(len, waiting.values())):
                raise _wrong(next(name for name, rest in waiting.items() if rest), "a cause lacks")

    def rows(self, channel: str, cut: Cut, now_ms: int) -> list[Observation]:
        """Return the rows of every request of a channel that was disclosed."""
        found: list[Observation] = []
        after: Matter | None = None
        with self._node.store.read() as tx:
            at = At(self._node, tx, channel, cut)
            while page := tx.spoken_of(channel, after, _PAGE):
                for matter in page:
                    if matter.kind == main_rows(self._node.rooms):
                        found += at.observed(matter, now_ms).observed.rows
                after = page[-1]
        return found

    def _placed(self, origin: str, waiting: list[Entry]) -> list[Entry]:
        """Place entries up to one whose cause is not there yet; return those that wait."""
        at = 0
        while at < len(waiting):
            with self._node.store.write() as tx:
                end = _end(tx, waiting, at)
                if end == at:
                    break
                log = logs.require_log(tx, origin)
                batch = Batch(self._node, tx, trust.load(tx, log.channel), log)
                batch.place(waiting[at:end])
                batch.finish(waiting[end - 1].index + 1)
            at = end
        return waiting[at:]


def _end(tx: Tx, waiting: Sequence[Entry], start: int) -> int:
    """Return where a batch ends: after a receipt, or an act that bears on what follows."""
    for at in range(start, len(waiting)):
        receipt, act = waiting[at].receipt, waiting[at].act
        if receipt is not None:
            of = tx.log(receipt.of)
            is_there = of is None or min(receipt.size, of.size) <= of.understood
            return at + 1 if is_there else at
        if act is not None and act.matter.kind == CHANNEL_KIND:
            return at + 1
    return len(waiting)


def _opened(one: Held) -> list[Entry]:
    found: list[Entry] = []
    for index, leaf in enumerate(one.leaves):
        opened: Opened | Unreadable = Unreadable()
        if index in one.shown:
            entry, key = one.shown[index]
            if tree.leaf_hash(entry) != leaf:
                raise _wrong(one.origin, f"entry {index} is not the one in the log")
            opened = seal.open_with_file_key(entry, key)
            if not isinstance(opened, Opened):
                raise _wrong(one.origin, f"entry {index} does not open under its key")
        found.append(Entry(index, opened, leaf))
    return found


def _wrong(origin: str, what: str) -> Fault:
    return Fault(
        code="review.pack.entry",
        what=f"What is disclosed of {quoted(origin)} does not stand: {what}.",
        fix="Ask for the pack again; somebody has changed it.",
    )
