"""The board of shares: first what was taken back and is not stopped, then what waits for us.

Floor: rooms.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from comity.domestic.custody.retention import DUE
from comity.joint.share import acts, coming, positions, view
from comity.joint.share.state import State, Use
from comity.kernel.ijson import Json
from comity.node.base import register_records
from comity.node.base.context import Node
from comity.node.base.ports import Tx
from comity.node.base.rows import MatterRow, Officer
from comity.node.desk import matters
from comity.node.room import retention
from comity.rooms.share import clocks, holders, inbox, sources
from comity.rooms.share.holders import Holder

SHARES_MAX: Final = 1_000
_DAY_MS: Final = 86_400_000
CADENCE_DAYS: Final = 30
"""Within which a State gives something, or declares that there is nothing: without a text."""
_SIGHTED: Final = "sighted"
CADENCED: Final = ("indicators", "samples", "report", "infections")


WHAT: Final = {
    "take": {"en": "Say what you took", "zh": "通报接收情况"},
    "use": {"en": "Report its use", "zh": "通报使用情况"},
    "sighted": {"en": "Report what consumers sighted", "zh": "通报用户发现情况"},
    "answer-dispute": {"en": "Answer the dispute", "zh": "答复异议"},
}
"""What waits for this State, as a link says it."""


@dataclass(frozen=True, slots=True)
class Stopping:
    """Something that was taken back, and who still may use it.

    Attributes:
        share: id of the matter.
        category: of it.
        giver: who took it back.
        act_id: of the retraction or narrowing.
        reason: a code of `acts.RETRACTIONS`, or "" of a narrowing.
        mark: that a narrowing gives, or "".
        objects: how many it is about.
        since_ms: when every party held it, or None.
        holders: of our consumers.
        parties: of ours, the takers that have not said that all have stopped.
        said: the last word of us, as `told`, `confirmed` and `open`; or None.
    """

    share: str
    category: str
    giver: str
    act_id: str
    reason: str
    mark: str
    objects: int
    since_ms: int | None
    holders: tuple[Holder, ...]
    parties: tuple[str, ...]
    said: tuple[int, int, int] | None

    @property
    def confirmed(self) -> int:
        """How many consumers confirmed."""
        return sum(one.confirmed_ms is not None for one in self.holders)

    @property
    def open(self) -> int:
        """How many have not."""
        return len(self.holders) - self.confirmed


@dataclass(frozen=True, slots=True)
class Waiting:
    """A share that waits for this State.

    Attributes:
        share: id of the matter.
        category: of it.
        giver: of it.
        what: `take`, `answer-dispute`, `use` or `sighted`.
        since_ms: since when, or None.
        sighted: how many of its objects our consumers say that they sighted, where that is more
            than we reported.
    """

    share: str
    category: str
    giver: str
    what: str
    since_ms: int | None
    sighted: int = 0


@dataclass(frozen=True, slots=True)
class Cadence:
    """When a State gave something of a category last, or said that there was nothing.

    Attributes:
        category: a code of `acts.CATEGORIES`.
        last_ms: when, or None.
        days: within how many it is to be given or declared as none again.
        is_due: whether more than that has passed.
    """

    category: str
    last_ms: int | None
    days: int
    is_due: bool


@dataclass(frozen=True, slots=True)
class Destroying:
    """What of a share is kept for longer than the text lets it, and is to be destroyed here.

    Attributes:
        share: id of the matter.
        category: of it.
        giver: of it.
        roles: of the blobs: `bundle`, `sample:1`.
        blobs: their SHA-256.
        since_ms: from when on the first of them was due.
        attested: parties that attested the destruction of all of them.
    """

    share: str
    category: str
    giver: str
    roles: tuple[str, ...]
    blobs: tuple[str, ...]
    since_ms: int
    attested: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Board:
    """What an officer sees first.

    Attributes:
        stopping: what was taken back and is not stopped: of others by us, then of us by others.
        waiting: what waits for us.
        destroying: what is to be destroyed here, the longest due first.
        cadence: of our own giving.
        failing: names of sources that could not be read the last time, each with the code.
    """

    stopping: tuple[Stopping, ...]
    waiting: tuple[Waiting, ...]
    destroying: tuple[Destroying, ...]
    cadence: tuple[Cadence, ...]
    failing: tuple[tuple[str, str], ...]


def board(node: Node, officer: Officer) -> Board:
    """Return what an officer may read of it."""
    rows, _ = matters.page(node, officer, acts.KIND, "", SHARES_MAX)
    own = node.party
    states: list[tuple[MatterRow, State]] = [
        (row, node.rooms[acts.KIND].from_json(row.state)) for row in rows
    ]
    now_ms = node.clock.now_ms()
    with node.store.read() as tx:
        days = _days(node, tx, now_ms)
        stopping = [one for row, state in states for one in _stopping(tx, row, state, own)]
        waiting = [one for row, state in states for one in _waiting(tx, row, state, own)]
        destroying = [one for row, state in states for one in due(node, tx, row, state)]
    failing = [
        (one.name, state.problem)
        for one, state in sources.listing(node, officer)
        if one.ended_ms is None and state.problem
    ]
    stopping.sort(key=lambda one: (one.giver == own, one.since_ms or now_ms))
    cadence = tuple(_cadence([state for _, state in states], own, days, now_ms))
    destroying.sort(key=lambda one: (one.since_ms, one.share))
    return Board(tuple(stopping), tuple(waiting), tuple(destroying), cadence, tuple(failing))


def due(node: Node, tx: Tx, row: MatterRow, state: State) -> Iterator[Destroying]:
    """Give what of a share is to be destroyed here by now, if anything is."""
    opened = state.giving
    if opened is None:
        return
    lines = [
        one
        for one in retention.of_matter(node, tx, row, node.clock.now_ms())
        if one.due.state == DUE
    ]
    if lines:
        yield Destroying(
            row.matter.id,
            opened.category,
            opened.party,
            tuple(sorted({one.due.item.role for one in lines})),
            tuple(sorted({one.due.item.sha256 for one in lines})),
            min(one.due.at_ms for one in lines),
            tuple(sorted(frozenset.intersection(*(frozenset(one.attested) for one in lines)))),
        )


def _stopping(tx: Tx, row: MatterRow, state: State, own: str) -> Iterator[Stopping]:
    giving = state.giving
    if giving is None:
        return
    for one in view.takings(state):
        open_ones = tuple(p for p in state.takers if one in [*view.owed(state, p)])
        since = state.turns[one.at].received_at_ms
        is_ours = giving.party == own
        found = tuple(holders.of_share(tx, row.matter.id, one.id, since))
        if is_ours:
            is_open = bool(open_ones) or any(each.confirmed_ms is None for each in found)
        else:
            is_open = own in open_ones
        if not is_open:
            continue
        said = view.last_stop(state, own, one)
        yield Stopping(
            share=row.matter.id,
            category=giving.category,
            giver=giving.party,
            act_id=one.id,
            reason=getattr(one, "reason", ""),
            mark=getattr(one, "mark", ""),
            objects=positions.number(one.positions),
            since_ms=since,
            holders=found,
            parties=open_ones if is_ours else (),
            said=(said.told, said.confirmed, said.open) if said else None,
        )


def _waiting(tx: Tx, row: MatterRow, state: State, own: str) -> Iterator[Waiting]:
    giving = state.giving
    if giving is None:
        return
    told = (row.matter.id, giving.category, giving.party)
    if giving.party == own:
        open_ones = [one for one in state.disputes if view.dispute_status(state, one) == view.OPEN]
        for one in open_ones:
            yield Waiting(*told, "answer-dispute", state.turns[one.at].received_at_ms)
    elif not coming.is_retracted(state):
        number = view.untaken(state, own)
        if number:
            at = state.bundles[number - 1].at
            yield Waiting(*told, "take", state.turns[at].received_at_ms)
        used = view.last_use(state, own)
        seen = inbox.sighted(tx, row.matter.id)
        if seen > _reported(used):
            yield Waiting(*told, "sighted", None, seen)
        elif not number and used is None:
            yield Waiting(*told, "use", state.turns[giving.at].received_at_ms)


def _reported(used: Use | None) -> int:
    return used.counts.get(_SIGHTED, 0) if used else 0


def _days(node: Node, tx: Tx, now_ms: int) -> Mapping[str, int]:
    """Return `{category: days}` by the texts in force: the shortest of several arrangements."""
    texts = [
        found
        for one in register_records.arrangements(tx)
        if node.party in one.party_ids()
        and (found := clocks.in_force(node, tx, register_records.live_in(one.id), now_ms))
        is not None
    ]
    if not texts:
        return dict.fromkeys(CADENCED, CADENCE_DAYS)
    return {
        category: min(one.days[category] for one in texts if category in one.days)
        for category in acts.CATEGORIES
        if any(category in one.days for one in texts)
    }


def _cadence(
    states: Sequence[State], own: str, days: Mapping[str, int], now_ms: int
) -> Iterator[Cadence]:
    for category, within in days.items():
        last: int | None = None
        for state in states:
            giving, none = state.giving, state.declaration
            at_ms: int | None = None
            if giving is not None and (giving.party, giving.category) == (own, category):
                at_ms = state.turns[giving.at].received_at_ms
            elif none is not None and (none.party, none.category) == (own, category):
                at_ms = none.to_ms
            last = max(filter(None, (last, at_ms)), default=None)
        is_due = last is None or now_ms - last > within * _DAY_MS
        yield Cadence(category, last, within, is_due)


def as_json(found: Board) -> dict[str, Json]:
    """Return the board."""
    stopping: list[Json] = [
        {
            "share": one.share,
            "category": one.category,
            "giver": one.giver,
            "act": one.act_id,
            "reason": one.reason,
            "mark": one.mark,
            "objects": one.objects,
            "since_ms": one.since_ms,
            "told": len(one.holders),
            "confirmed": one.confirmed,
            "open": one.open,
            "parties": [*one.parties],
            "holders": [holder_json(each) for each in one.holders],
        }
        for one in found.stopping
    ]
    waiting: list[Json] = [
        {"share": one.share, "category": one.category, "giver": one.giver, "what": one.what,
         "since_ms": one.since_ms, "sighted": one.sighted}
        for one in found.waiting
    ]  # fmt: skip
    destroying: list[Json] = [
        {"share": one.share, "category": one.category, "giver": one.giver,
         "roles": [*one.roles], "blobs": [*one.blobs], "since_ms": one.since_ms,
         "attested": [*one.attested]}
        for one in found.destroying
    ]  # fmt: skip
    cadence: list[Json] = [
        {"category": one.category, "last_ms": one.last_ms, "days": one.days, "due": one.is_due}
        for one in found.cadence
    ]
    failing: list[Json] = [{"name": name, "problem": code} for name, code in found.failing]
    return {"stopping": stopping, "waiting": waiting, "destroying": destroying,
            "cadence": cadence, "failing": failing}  # fmt: skip


def holder_json(one: Holder) -> dict[str, Json]:
    """Return one consumer that fetched something of a share."""
    return {
        "consumer": one.id,
        "name": one.name,
        "on_behalf": one.on_behalf,
        "fetched_ms": one.fetched_ms,
        "asked_ms": one.asked_ms,
        "told": one.is_told,
        "confirmed_ms": one.confirmed_ms,
        "by": one.by,
    }
