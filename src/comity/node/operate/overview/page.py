"""The operator's pages: each is one read that gives one value.

    overview(node)              ->  everything at a glance
    matter_page(node, …)        ->  a page of the list of matters
    matter(node, kind, id)      ->  one matter in each channel that has it
    log(node, origin)           ->  one log with its kept heads and cosignatures

Nothing of a blob is opened: an operator sees codes, times, sizes and lags, and no content
(architecture section 6, point 5).  Only `note_seen` writes.

Floor: node.
"""

from dataclasses import dataclass
from typing import Final

from comity.kernel.fault import Fault, quoted
from comity.node.base.context import Node
from comity.node.base.ports import Tx
from comity.node.base.rows import MatterRow
from comity.node.exchange import logs as trees
from comity.node.exchange import status
from comity.node.operate.overview import claim, notice
from comity.node.operate.overview import log as logs
from comity.node.operate.overview import matter as matters
from comity.node.operate.overview.claim import ClaimLine
from comity.node.operate.overview.log import DeliveryView, HeadLine, LogView
from comity.node.operate.overview.matter import Counts, MatterLine, MatterPage, MatterView
from comity.node.operate.overview.notice import Notice, Seen
from comity.node.room import local_log, parties
from comity.node.room.matter_lookup import require_settled
from comity.node.room.parties import ArrangementView, PartyName

ATTENTION_MATTERS: Final = 10
BY_THE_PAGE: Final = "operator-page"
"""Who opened a matter, in the local log, where the page knows no officer yet."""


@dataclass(frozen=True, slots=True)
class Overview:
    """Everything at a glance.

    Attributes:
        now_ms: when it was read.
        party: the State of this node.
        arrangements: by id.
        logs: joint logs, the hotline first.
        deliveries: how sending each own log to each peer goes.
        notices: what is not in order, what cannot wait first.
        alarms: (code, what) of the alarms that stand; `what` is English.
        counts: of matters by status.
        matters: those to look at first.
        is_whole: whether everything that others asked was looked at for them.
        claims: entries that a party rejects, and claims that others contradict.
    """

    now_ms: int
    party: PartyName
    arrangements: tuple[ArrangementView, ...]
    logs: tuple[LogView, ...]
    deliveries: tuple[DeliveryView, ...]
    notices: tuple[Notice, ...]
    alarms: tuple[tuple[str, str], ...]
    counts: Counts
    matters: tuple[MatterLine, ...]
    is_whole: bool
    claims: tuple[ClaimLine, ...]

    @property
    def waiting(self) -> tuple[DeliveryView, ...]:
        """Deliveries with something that has not arrived."""
        return tuple(one for one in self.deliveries if one.entry_count)


@dataclass(frozen=True, slots=True)
class LogPage:
    """One log.

    Attributes:
        log: as in the overview.
        heads: the newest of those that are kept, newest first.
        deliveries: of an own log, to each peer.
        note: the newest signed head, as its text.
        is_convicted: whether evidence of two histories is kept.
    """

    log: LogView
    heads: tuple[HeadLine, ...]
    deliveries: tuple[DeliveryView, ...]
    note: str
    is_convicted: bool


def own_party(node: Node) -> PartyName:
    """Return the State of this node, for the head of every page."""
    with node.store.read() as tx:
        return parties.own_name(node, tx)


def overview(node: Node) -> Overview:
    """Return everything at a glance."""
    now_ms = node.clock.now_ms()
    with node.store.read() as tx:
        known = parties.known(node, tx)
        first = matters.first(node, tx, known, ATTENTION_MATTERS)
        counts = matters.counts(node, tx)
        seen = Seen(
            arrangements=parties.arrangement_views(tx, known, now_ms),
            logs=[logs.log_view(node, tx, one, known) for one in logs.joint_logs(tx)],
            deliveries=logs.deliveries(node, tx, known),
            matters=first.lines,
        )
        notices = notice.notices(node, tx, known, seen, now_ms)
        alarms = status.alarms(tx)
        shown = claim.lines(tx, known)
    return Overview(
        now_ms=now_ms,
        party=known[node.party],
        arrangements=tuple(seen.arrangements),
        logs=tuple(seen.logs),
        deliveries=tuple(seen.deliveries),
        notices=tuple(notices),
        alarms=tuple(alarms),
        counts=counts,
        matters=first.lines,
        is_whole=first.is_whole,
        claims=shown,
    )


def matter_page(node: Node, status: str = "", after: str = "") -> MatterPage:
    """Return a page of the list of matters, by id."""
    with node.store.read() as tx:
        return matters.page(node, tx, parties.known(node, tx), status, after)


def matter(node: Node, kind: str, matter_id: str) -> list[MatterView]:
    """Return a matter in each channel that has it.

    Raises:
        Fault: `node.matter.unknown`, `node.matter.anew`; unknown are matters of other rooms too,
            which have pages of their own.
    """
    room = node.rooms.get(kind)
    if room is None or room.story is None:
        raise _unknown_matter(kind, matter_id)
    with node.store.read() as tx:
        known = parties.known(node, tx)
        rows = _rows_of(tx, kind, matter_id)
        return [matters.view_of(node, tx, row, known) for row in rows]


def note_seen(node: Node, kind: str, matter_id: str) -> None:
    """Note that somebody has looked at a matter: its alarm ends.

    Raises:
        Fault: `node.matter.unknown`, `node.matter.anew`.
    """
    with node.store.write() as tx:
        rows = _rows_of(tx, kind, matter_id)
        for row in rows:
            if not row.opened:
                tx.mark_opened(row.channel, row.matter)
                facts = {"officer": BY_THE_PAGE, "matter": row.matter.id}
                local_log.note(tx, node, "matter.opened", facts)


def log(node: Node, origin: str) -> LogPage:
    """Return one joint log.

    Raises:
        Fault: `exchange.log.unknown`.
    """
    with node.store.read() as tx:
        row = trees.require_log(tx, origin)
        known = parties.known(node, tx)
        head = tx.newest_head(origin)
        return LogPage(
            log=logs.log_view(node, tx, row, known),
            heads=tuple(logs.head_lines(node, tx, row, known)),
            deliveries=tuple(
                one for one in logs.deliveries(node, tx, known) if one.origin == origin
            ),
            note=head.note.decode("utf-8", "replace") if head else "",
            is_convicted=notice.is_convicted(tx, origin),
        )


def _rows_of(tx: Tx, kind: str, matter_id: str) -> list[MatterRow]:
    """Return a matter in each channel that has it, or say why there is none."""
    rows = matters.rows_of(tx, kind, matter_id)
    if not rows:
        require_settled(tx)
        raise _unknown_matter(kind, matter_id)
    return rows


def _unknown_matter(kind: str, matter_id: str) -> Fault:
    return Fault(
        code="node.matter.unknown",
        what=f"This node holds no {quoted(kind)} with the id {quoted(matter_id)}.",
        fix="Look for it in the list of matters; it may not have arrived yet.",
    )
