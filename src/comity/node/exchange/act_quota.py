"""How many acts of a party count in one matter: the first MATTER_ACTS_MAX of them.

A matter is folded from its first act whenever something touches it, in the transaction that all
others wait for: without a bound a peer's acts in one matter would stop the node.  What is beyond
it is kept, receipted and shown, and is foreign.  First is what stands in the least generation,
and in it at the least index; what comes late does not stand last (see `act_ids`).

Of the acts about the channel the first REGISTER_ACTS_MAX of a log count: those make the register,
which every reader holds whole.

Our own node says the last eighth of them only where a matter is decided, corrected or ended: who
has said much can still withdraw, answer and close.

Source: docs/spec/exchange.md 8.5.1, 8.5.4 to 8.5.7; docs/adr/0046, 0047.
Floor: node.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from types import MappingProxyType
from typing import Final

from comity.acts.record import Act, Matter
from comity.joint.exchange import acts as exchange_acts
from comity.joint.exchange import fold
from comity.kernel import limits
from comity.kernel.inadmissible import Inadmissible
from comity.node.base import trust
from comity.node.base.context import Node
from comity.node.base.ports import Tx
from comity.node.base.rooms import Rooms
from comity.node.base.rows import Log, UnderstoodAct
from comity.node.base.trust import Trust

BEYOND: Final = "exchange.matter.beyond"
FULL: Final = "exchange.matter.full"

_WHY: Final = {
    True: "the few that may still be said are kept for what decides, corrects or ends it.",
    False: "no node takes more of one State in one matter.",
}


class Counted:
    """Counts the acts of a log's author in each matter, while entries are taken in order."""

    def __init__(
        self,
        rooms: Rooms,
        tx: Tx,
        log: Log,
        known: Mapping[Matter, Sequence[UnderstoodAct]] = MappingProxyType({}),
    ) -> None:
        """Begin to count.

        Args:
            rooms: of this node.
            tx: a read or write.
            log: of the author.
            known: the acts of matters that were read already.
        """
        self.rooms = rooms
        self._known = known
        self._tx = tx
        self._log = log
        self._most: dict[Matter, int] = {}
        self._added: dict[Matter, int] = {}
        self._is_exact: set[Matter] = set()
        self._registered: dict[Matter, int] = {}

    def is_beyond_register(self, matter: Matter, index: int) -> bool:
        """Return whether an act about the channel is one too many, and count it.

        Foreign ones count too, so that nothing hangs on what comes late in another log.

        Args:
            matter: of the act.
            index: where it stands, or would: no act before it is left out.
        """
        if matter.kind != exchange_acts.CHANNEL_KIND:
            return False
        if matter not in self._registered:
            log, most = self._log, limits.REGISTER_ACTS_MAX
            self._registered[matter] = self._tx.count_below(
                log.channel, matter, log.origin, index, most
            )
        self._registered[matter] += 1
        return self._registered[matter] > limits.REGISTER_ACTS_MAX

    def is_beyond(self, matter: Matter, index: int, kept: int = 0) -> bool:
        """Return whether an act at that index is one too many, and take it in if it is not.

        Args:
            matter: of the act.
            index: where it stands, or would.
            kept: how many of those that count are kept for others than this.
        """
        if matter.kind not in self.rooms:
            return False
        room = limits.MATTER_ACTS_MAX - kept
        if matter not in self._most:
            self._most[matter] = self._at_most(matter, index)
        if self._most[matter] >= room and matter not in self._is_exact:
            self._most[matter] = self._before(matter, index) + self._added.get(matter, 0)
            self._is_exact.add(matter)
        if self._most[matter] >= room:
            return True
        self._most[matter] += 1
        self._added[matter] = self._added.get(matter, 0) + 1
        return False

    def _at_most(self, matter: Matter, index: int) -> int:
        """No less than how many are before it: depths rise within a log.  No act is read."""
        log = self._log
        ends = {
            one.origin: index if one.origin == log.origin else one.size
            for one in self._tx.logs(log.channel)
            if one.party == log.party and one.generation <= log.generation
        }
        known = self._known.get(matter)
        if known is not None:
            depths = dict.fromkeys(ends, 0)
            for one in known:
                if one.index < ends.get(one.origin, 0):
                    depths[one.origin] = max(depths[one.origin], one.depth)
            return sum(depths.values())
        return sum(
            self._tx.depth_below(log.channel, matter, origin, end) for origin, end in ends.items()
        )

    def _before(self, matter: Matter, index: int) -> int:
        log = self._log
        return sum(
            one.party == log.party and (one.generation, one.index) < (log.generation, index)
            for one in self._tx.depths_of(log.channel, matter)
        )


def kept_max() -> int:
    """Return how many acts of this State in a matter are kept for what decides or ends it."""
    return limits.MATTER_ACTS_MAX // 8


def is_nearly_full(said: int) -> bool:
    """Return whether who said so many acts in a matter should hear how many may still be said."""
    return said >= limits.MATTER_ACTS_MAX - 2 * kept_max()


def may_not_say(counted: Counted, act: Act, index: int) -> Inadmissible | None:
    """Return why this node does not say an act at that index of its log, or None."""
    if counted.is_beyond_register(act.matter, index):
        return Inadmissible(
            FULL,
            f"This State has said all {limits.REGISTER_ACTS_MAX} acts about the channel that count "
            "of one generation of its log.",
            "Begin a new generation of the log with `comity recover begin`.",
        )
    room = counted.rooms.get(act.matter.kind)
    if room is None:
        return None
    kept = 0 if act.tag in room.last_words else kept_max()
    if not counted.is_beyond(act.matter, index, kept):
        return None
    said, why = limits.MATTER_ACTS_MAX - kept, _WHY[kept > 0]
    return Inadmissible(
        FULL,
        f"This State has said all {said} acts that it may in this matter: {why}",
        "Open another matter, and name this one in it.",
    )


def tell(node: Node, row: UnderstoodAct) -> None:
    """Tell the operator, once, that a party says more in a matter than counts."""
    if row.foreign == fold.FOREIGN_MANY:
        is_registered = row.act.matter.kind == exchange_acts.CHANNEL_KIND
        most = limits.REGISTER_ACTS_MAX if is_registered else limits.MATTER_ACTS_MAX
        node.alarms.raise_alarm(
            BEYOND,
            f"{row.party} says more than {most} acts in {row.act.matter.kind} "
            f"{row.act.matter.id}: those beyond are kept, and have no effect on either side.",
        )


def settle(rooms: Rooms, tx: Tx, channel: Trust, matter: Matter, party: str) -> bool:
    """Let the first acts of a party in a matter count and no other, after something came late.

    The depths of all acts of the matter are to be computed anew after that.

    Returns:
        Whether others count now.
    """
    if matter.kind not in rooms:
        return False
    rows = [row for row in tx.acts_of(channel.channel, matter) if row.party == party]
    rows.sort(key=lambda row: (row.generation, row.index))
    left = limits.MATTER_ACTS_MAX - len(rows)
    beyond = rows[limits.MATTER_ACTS_MAX :]
    within = tx.many_of(channel.channel, matter, party, left) if left > 0 else []
    changed = [replace(row, foreign=fold.FOREIGN_MANY, depth=0) for row in beyond]
    changed += [replace(row, foreign="") for row in within]
    if changed:
        trust.touch_register(tx, changed)
        tx.save_acts(changed)
    return bool(changed)
