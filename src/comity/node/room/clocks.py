"""The clocks of a matter on this node: by the texts and calendars in force, at an instant.

    reckon(node, tx, row, now_ms) -> Reckoned(cut={…}, timed=(…), dues=(…), missing=(…))

Every figure belongs to a cut and an instant, and names both: two nodes whose logs are understood
up to the same sizes give the same milliseconds at the same instant.  What cannot be counted,
for want of a text or of a calendar, is named.  Which clocks run is the answer of the room.

Source: docs/spec/clocks.md.
Floor: node.
"""

from collections.abc import Callable, Iterable
from typing import cast

from comity.acts.causality import Cut
from comity.clocks.shown import Times
from comity.clocks.term import WORKING_DAYS, Term
from comity.joint.text import view as texts
from comity.node.base import channel_records, trust
from comity.node.base.context import Node
from comity.node.base.ports import Tx
from comity.node.base.reckoned import Missing, Reckoned
from comity.node.base.rooms import State
from comity.node.base.rows import MatterRow
from comity.node.room import calendars, joint_texts, need_to_know
from comity.node.room.calendars import Adoptions, Find
from comity.node.room.matter_lookup import every


class Channel:
    """What many matters of one channel share: read once in a transaction, used for each.

    Attributes:
        node: ours.
        tx: a read or write.
        path: of the channel.
        cut: of which it tells.
        find: gives a matter as it was at that cut.
        adopted: the calendars of its parties.
        times: scenario time, where it is the channel of an exercise that is played.
        versions: every main text that all parties have ever adopted, by time.
        texts: their hashes.
    """

    def __init__(
        self, node: Node, tx: Tx, path: str, cut: Cut | None = None, find: Find | None = None
    ) -> None:
        """Read what is shared.

        Args:
            node: ours.
            tx: a read or write.
            path: of the channel.
            cut: of which it tells; None for all that is understood.
            find: gives a matter as it was at that cut; None for all that is understood.
        """
        logs = trust.load(tx, path).logs
        self.node = node
        self.tx = tx
        self.path = path
        self.cut: Cut = {log.origin: log.understood for log in logs} if cut is None else cut
        self.find = find or tx.matter
        self.adopted: Adoptions = calendars.adopted(node, tx, path, find)
        self.times = _times(node, tx, path)
        self.versions = joint_texts.versions(tx, path, find)
        self.texts = frozenset(one.sha256 for one in self.versions)
        self._once: dict[str, object] = {}

    def states(self, kind: str) -> list[State]:
        """Return where each matter of a kind of this channel stands."""

        def read() -> list[State]:
            rows = every(self.tx, need_to_know.every(self.tx), kind)
            here = [row.state for row in rows if row.channel == self.path]
            return [*map(self.node.rooms[kind].from_json, here)]

        return self.once(kind, read)

    def once[T](self, name: str, make: Callable[[], T]) -> T:
        """Return what is made once for all matters of the channel."""
        if name not in self._once:
            self._once[name] = make()
        return cast("T", self._once[name])

    def comes_ms(self, name: str, now_ms: int) -> tuple[int, ...]:
        """Return the instants to come from which another version of a joint text is in force."""
        every_version = joint_texts.versions(self.tx, self.path, self.find, name)
        times = (one.in_force_from_ms for one in every_version)
        return tuple(at for at in times if at is not None and at > now_ms)

    def binding(self, name: str, since_ms: int | None, now_ms: int) -> tuple[str, object | None]:
        """Return the joint text of a name that binds a matter: its hash, and what it says.

        Args:
            name: of the text.
            since_ms: when the matter came, whose text binds it; None for one that has not.
            now_ms: the instant.
        """
        found = texts.latest(
            joint_texts.versions(self.tx, self.path, self.find, name),
            now_ms if since_ms is None else since_ms,
        )
        if found is None:
            return "", None
        return found.sha256, joint_texts.content(self.node, self.tx, name, found.sha256)

    def lacking_days(
        self, terms: Iterable[Term], parties: Iterable[str], now_ms: int
    ) -> list[Missing]:
        """Return the calendars by which days of some terms would be counted, and are not there."""
        if all(one.unit != WORKING_DAYS for one in terms):
            return []
        lacking = ((party, self.adopted.lacking(party, now_ms)) for party in parties)
        return [Missing(found[0], party, found[1]) for party, found in lacking if found is not None]

    def reckon(
        self, row: MatterRow, now_ms: int, *, explain: bool = True, folded: State | None = None
    ) -> Reckoned:
        """Return the clocks of one matter.

        Args:
            row: the matter, of this channel.
            now_ms: the instant.
            explain: whether to tell why, and what moved; lists of many matters do not.
            folded: its state, where the caller has read it.
        """
        room = self.node.rooms[row.matter.kind]
        now = folded or room.from_json(row.state)
        if room.clocks is None:
            return Reckoned(row, now, self.cut, now_ms)
        return room.clocks.reckon(self, row, now, now_ms, explain)


def _times(node: Node, tx: Tx, path: str) -> Times | None:
    """Return the time in which the clocks of a channel count, where it is not that of `live`."""
    if not channel_records.compartment(tx, path):
        return None
    every = (one.exercising for one in node.rooms.values() if one.exercising is not None)
    return next((found for one in every if (found := one.times(tx, path)) is not None), None)


def reckon(node: Node, tx: Tx, row: MatterRow, now_ms: int, *, explain: bool = True) -> Reckoned:
    """Return the clocks of one matter; for many of one channel, see `Channel`."""
    return Channel(node, tx, row.channel).reckon(row, now_ms, explain=explain)
