"""Before anything is signed: is the clock sane, and is this above the high-water mark?

Source: protocol rules 9, 19 and 21.
Floor: node.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from comity.kernel import limits
from comity.kernel.fault import Fault
from comity.node.base import alarm
from comity.node.base.context import Node
from comity.node.base.ports import Tx
from comity.node.base.rows import Head
from comity.node.exchange import logs

CLOCK_DECIDED: Final = "clock-decided"
"""Record kind: an officer decided that signing goes on in spite of a party's clock."""

COSIGNED_BEFORE: Final = "cosigned-before"
"""Record kind: by origin, what a peer gave back of our cosignatures and is not here any more."""
MIRROR_BEHIND: Final = "exchange.mirror.behind"

CLOCK_ALARM: Final = "exchange.clock.skewed"

type Marks = Mapping[str, tuple[int, bytes]]
"""Size and root of what was ever signed or cosigned, by origin."""

_HEARD_MS: Final = 5_000


@dataclass(slots=True)
class Clocks:
    """What clocks of peers showed.

    Attributes:
        skew_ms: `{party: their clock less ours}`, measured on each answer and each request.
        clock_alarms: parties of whose clock an alarm stands.
    """

    skew_ms: dict[str, int] = field(default_factory=dict)
    clock_alarms: set[str] = field(default_factory=set)


def hear_clock(node: Node, party: str, at_ms: int) -> None:
    """Note what a party that called us says its time is; the way here is in it.

    What was measured on its answers is better, so that this counts only where there is none,
    or where its clock has moved since.
    """
    heard_ms = at_ms - node.clock.now_ms()
    known_ms = node.session.of(Clocks).skew_ms.get(party)
    if known_ms is None or abs(heard_ms - known_ms) > _HEARD_MS:
        node.session.of(Clocks).skew_ms[party] = heard_ms


def watch_clocks(node: Node) -> None:
    """Raise an alarm for each party whose clock is over five minutes off; end it when it is not.

    What an officer decided about a clock ends when it is right again.
    """
    skews = dict(node.session.of(Clocks).skew_ms)
    off = {party for party, skew_ms in skews.items() if abs(skew_ms) > limits.SKEW_MS_MAX}
    with node.store.read() as tx:
        decided = tx.records(CLOCK_DECIDED).keys()
    right = decided & (skews.keys() - off)
    if right:
        with node.store.write() as tx:
            for party in right:
                tx.drop_record(CLOCK_DECIDED, party)
    for party in sorted(node.session.of(Clocks).clock_alarms - (off - decided)):
        node.alarms.clear(*skewed(party))
        node.session.of(Clocks).clock_alarms.discard(party)
    for party in sorted(off - decided):
        _tell_skewed(node, party)


def require_sane_clock(node: Node, tx: Tx, channel: str) -> None:
    """Return if the clock is within five minutes of those of a channel that were heard, or of most.

    A peer whose clock is wrong, or who says so, stops what goes between them and one other.  Where
    more clocks agree with this node's than do not, its own among them, it is their that is wrong.

    Raises:
        Fault: `exchange.clock.skewed`.
    """
    skews = dict(node.session.of(Clocks).skew_ms)
    off = sorted(party for party, skew_ms in skews.items() if abs(skew_ms) > limits.SKEW_MS_MAX)
    present = {log.party for log in tx.logs(channel)} if off else set()
    off = [one for one in off if one in present and tx.record(CLOCK_DECIDED, one) is None]
    for party in off:
        _tell_skewed(node, party)
    right = [one for one in present & skews.keys() if abs(skews[one]) <= limits.SKEW_MS_MAX]
    if len(off) <= len(right):  # with its own clock, more agree than not
        return
    party = off[0]
    raise Fault(
        code=CLOCK_ALARM,
        what=f"The clocks of this node and of {party} differ by {skews[party] // 1000} seconds.",
        fix=f"Set this node's clock; if {party}'s is wrong, run `comity thaw --clock {party}`.",
    )


def _tell_skewed(node: Node, party: str) -> None:
    node.session.of(Clocks).clock_alarms.add(party)
    node.alarms.raise_alarm(*skewed(party))


def skewed(party: str) -> tuple[str, str]:
    """Return the alarm, code and words, of a party whose clock is far off."""
    return CLOCK_ALARM, f"The clocks of this node and of {party} differ by over five minutes."


def require_above_mark(node: Node, tx: Tx, head: Head, known: Marks) -> None:
    """Return if a head adds to what was ever signed or cosigned of this log.

    Args:
        node: ours.
        tx: a read or write.
        head: to be signed or cosigned.
        known: the marks as they were before a read began, or as they are in a write.  Another
            thread signs and marks meanwhile: a newer mark than the snapshot would look as if this
            home had been restored.

    Raises:
        Fault: `exchange.highwater.behind`.
    """
    size, root = known.get(head.origin, (0, b""))
    is_below = head.size < size
    if not size or (not is_below and logs.root_at(tx, head.origin, size) == root):
        return
    node.alarms.raise_alarm(
        "exchange.highwater.behind", f"{head.origin}: {head.size} entries here, {size} signed for."
    )
    raise Fault(
        code="exchange.highwater.behind",
        what=f"A head of {head.size} entries of {head.origin} would contradict one of {size} "
        "entries that was signed before.",
        fix="Run `comity recover fetch` to fetch the entries from the peer's mirror; where no "
        "party has them any more, `comity recover begin` begins the next log.",
    )


def save_before(tx: Tx, origin: str, size: int, time_s: int) -> None:
    """Note what was cosigned of a log, and when, that this node has no memory of."""
    tx.save_record(COSIGNED_BEFORE, origin, {"size": size, "time_s": time_s})


def time_s_before(tx: Tx, origin: str) -> int:
    """Return the time before which nothing of a log may be cosigned, or 0."""
    value = tx.record(COSIGNED_BEFORE, origin)
    time_s = value["time_s"] if isinstance(value, dict) else 0
    return time_s if isinstance(time_s, int) else 0


def forget_before(node: Node, tx: Tx, origin: str) -> None:
    """What was lost of a mirror is there again: the store itself remembers from here on."""
    if tx.record(COSIGNED_BEFORE, origin) is None:
        return
    tx.drop_record(COSIGNED_BEFORE, origin)
    for told in node.session.of(alarm.Standing).told.pop((MIRROR_BEHIND, origin), ()):
        node.alarms.clear(*told)


def tell_behind(node: Node, origin: str, size: int, held: int) -> None:
    """Tell that more of a peer's log was cosigned here than is held."""
    told = (MIRROR_BEHIND, f"{origin}: {size} entries were cosigned here, {held} are held.")
    node.session.of(alarm.Standing).told.setdefault((MIRROR_BEHIND, origin), set()).add(told)
    node.alarms.raise_alarm(*told)
