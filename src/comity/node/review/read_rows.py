"""Reading the rows of a channel from its logs, at a cut.

    At(node, tx, channel, cut).observed(matter, now_ms) -> Read(observed, rests)

Everything is folded from the acts and receipts that lie in the cut; what was understood later does
not count.  Without a cut it is all that is understood, and what `rests` names says at which
earlier cuts the same rows hold.  Which rows a matter has is the answer of its room.

Source: docs/spec/review.md, part 1.
Floor: node.
"""

from dataclasses import dataclass
from typing import Final

from comity.acts.causality import Cut, contains, join
from comity.acts.order import Placed
from comity.acts.record import Matter
from comity.figures.observation import Observation
from comity.joint.text import acts as guideline_acts
from comity.node.base import register_records, trust
from comity.node.base.context import Node
from comity.node.base.history import Heard, History, Received
from comity.node.base.ports import Tx
from comity.node.base.rooms import Rows
from comity.node.base.rows import MatterRow, UnderstoodReceipt
from comity.node.base.trust import Trust
from comity.node.exchange import refold
from comity.node.exchange.refold import Times
from comity.node.room import calendars, joint_texts
from comity.node.room.clocks import Channel

NEVER_MS: Final = 1 << 62


@dataclass(frozen=True, slots=True)
class Bounds:
    """What its author's own receipts say of when an act was received.

    Attributes:
        low_ms: the last time that they had signed for before the act; or None.
        high_ms: when they signed that they hold the receipt; or None.
        claimed_ms: what they claimed then; or None.
    """

    low_ms: int | None = None
    high_ms: int | None = None
    claimed_ms: int | None = None


@dataclass(frozen=True, slots=True)
class Observed:
    """The rows of one matter, and the instants at which they are the same.

    Attributes:
        rows: in the order of the room.
        from_ms: first instant.
        to_ms: first instant after it.
    """

    rows: tuple[Observation, ...]
    from_ms: int
    to_ms: int


@dataclass(frozen=True, slots=True)
class Read:
    """The rows of one matter.

    Attributes:
        observed: them, and the instants at which they are the same.
        rests: `{origin: size}` of the acts and receipts that they rest on.
        known: `{origin: size}` of all that was understood when they were read.
    """

    observed: Observed
    rests: Cut
    known: Cut


class At:
    """One channel at one cut, in one transaction: what many matters share is read once."""

    def __init__(self, node: Node, tx: Tx, channel: str, cut: Cut | None = None) -> None:
        """Read what is shared.

        Args:
            node: ours.
            tx: a read or write.
            channel: its path.
            cut: of the logs of the channel and of the one in which its joint texts are agreed;
                None for all that is understood.
        """
        self.node = node
        self.tx = tx
        self.path = channel
        self._cut = cut
        self._trusts: dict[str, tuple[Trust, Times]] = {}
        self._folded: dict[tuple[str, Matter], MatterRow | None] = {}
        self._highs: dict[tuple[str, str, int], UnderstoodReceipt | None] = {}
        find = None if cut is None else self._matter
        self.channel = Channel(node, tx, channel, cut, find)

    def observed(self, matter: Matter, now_ms: int) -> Read:
        """Return the rows of a matter at an instant; its room has some."""
        read: Read = self._rows(matter).observed(self, matter.id, now_ms)
        return read

    def again(self, before: Read, matter: Matter, now_ms: int) -> Read:
        """Return the rows of a matter at a later instant, from those of an earlier one.

        Args:
            before: its rows then; they rest on all that is understood of it.
            matter: kind and id.
            now_ms: the instant.
        """
        read: Read = self._rows(matter).again(self, before, matter.id, now_ms)
        return read

    def _rows(self, matter: Matter) -> Rows:
        rows = self.node.rooms[matter.kind].rows
        assert rows is not None
        return rows

    def texts(self) -> Cut:
        """Return what the joint texts of the channel rest on: its guideline and calendars.

        A guideline counts from when every party has adopted it; what was said of it besides,
        and when it was received, changes nothing of a request that names it.
        """
        live = register_records.live_of(self.path)
        names = [calendars.name_of(p) for p in self._trust(live)[0].arrangement.party_ids()]
        of_main = self._acts(live, Matter(guideline_acts.KIND, guideline_acts.MAIN))
        return join(
            *({one.origin: one.index + 1} for one in of_main if _adopts(one)),
            *(self._rests(live, Matter(guideline_acts.KIND, name)) for name in names),
        )

    def known(self) -> Cut:
        """Return what is understood of the channel."""
        return {log.origin: log.understood for log in self._trust(self.path)[0].logs}

    def history(self, matter: Matter) -> History:
        """Return what was said in a matter within the cut, and by which receipts it was had."""
        _, times = self._trust(self.path)
        return refold.history_of(times, self._acts(self.path, matter))

    def _acts(self, path: str, matter: Matter) -> list[Placed]:
        loaded, _ = self._trust(path)
        cut = self._cut
        return [
            refold.placed(loaded, row)
            for row in self.tx.acts_of(path, matter)
            if cut is None or contains(cut, row.origin, row.index)
        ]

    def _trust(self, path: str) -> tuple[Trust, Times]:
        if path not in self._trusts:
            loaded = trust.load(self.tx, path)
            self._trusts[path] = loaded, Times(self.tx, loaded, self._cut)
        return self._trusts[path]

    def _matter(self, path: str, matter: Matter) -> MatterRow | None:
        """Return a matter as it was at the cut."""
        key = (path, matter)
        if key not in self._folded:
            _, times = self._trust(path)
            said = self._acts(path, matter)
            row = refold.folded(self.node.rooms, times, matter, said, 0) if said else None
            self._folded[key] = row
        return self._folded[key]

    def bounds(self, heard: Heard, received: Received) -> tuple[Bounds, Cut]:
        """Return the bounds of an act by one of its receipts, and what they rest on."""
        before = self.tx.receipt_before(heard.placed.origin, heard.placed.index)
        low_ms = before.effective_ms if before else None
        high = self._high(heard.party, received)
        if high is None:
            return Bounds(low_ms), {}
        rests = {high.origin: high.index + 1}
        return Bounds(low_ms, high.effective_ms, high.receipt.time_ms), rests

    def _high(self, author: str, received: Received) -> UnderstoodReceipt | None:
        """Return the first receipt of an author that covers one of another, within the cut."""
        key = (author, received.log, received.index)
        if key not in self._highs:
            logs = [log.origin for log in self._trust(self.path)[0].logs if log.party == author]
            size = received.index + 1
            found = (self.tx.first_receipt(origin, received.log, size) for origin in logs)
            within = (one for one in found if one is not None and self._is_within(one))
            first = min(within, key=lambda one: (one.effective_ms, one.origin), default=None)
            self._highs[key] = first
        return self._highs[key]

    def _is_within(self, one: UnderstoodReceipt) -> bool:
        return self._cut is None or contains(self._cut, one.origin, one.index)

    def lacks_text(self) -> bool:
        """Return whether a text that was adopted is not held here: it may still come."""
        texts = joint_texts.versions(self.tx, self.path)
        is_held = (calendars.is_held(self.tx, one.sha256) for one in texts)
        return self.lacks_calendar() or not all(is_held)

    def lacks_calendar(self) -> bool:
        """Return whether a calendar that was adopted is not held here."""
        unread = self.channel.adopted.unread.values()
        return any(calendars.NOT_HELD in why.values() for why in unread)

    def changes_after(self, now_ms: int) -> int | None:
        """Return the next instant at which another calendar counts, or None."""
        return self.channel.adopted.changes_after(now_ms)

    def rests(self, matter: Matter) -> Cut:
        """Return what a matter of the channel rests on: its acts, and by what they were had."""
        return self._rests(self.path, matter)

    def _rests(self, path: str, matter: Matter) -> Cut:
        """Return the acts of a matter, and the receipts by which they were received."""
        _, times = self._trust(path)
        said = self._acts(path, matter)
        heard = (one for each in said for one in times.addressed(each).values())
        received = [one for one in heard if one is not None]
        return join(
            *({one.origin: one.index + 1} for one in said),
            *({one.log: one.index + 1} for one in received),
        )


def _adopts(one: Placed) -> bool:
    return one.act.tag == guideline_acts.ADOPTED
