"""Commitments as an officer reads them: dates, owners, what each side claims, what the logs prove.

Floor: rooms.
"""

from dataclasses import dataclass, replace

from comity.acts.points import State
from comity.joint.commitment import acts, due, view
from comity.kernel.ijson import Json
from comity.node.base.context import Node
from comity.node.base.ports import Tx
from comity.node.base.rows import MatterRow, Officer
from comity.node.room import need_to_know
from comity.node.room.clocks import Channel
from comity.node.room.matter_lookup import every, find
from comity.rooms.commitment import prove
from comity.rooms.commitment.answers import Answers
from comity.rooms.commitment.prove import Proof
from comity.rooms.commitment.sessions import Plan


@dataclass(frozen=True, slots=True)
class Told:
    """One commitment.

    Attributes:
        row: of its matter.
        state: folded.
        source: where it comes from, and its reference there.
        owners: `{party: agency}`.
        first_ms: the first date that was agreed, or None.
        due_ms: the date by which it is due now, or None.
        claims: `{party: status}` that each side claims.
        is_overdue: whether that date has passed, and it is not done.
        is_ours: whether it waits for this State.
        check: what proves it, or "".
        proof: the matter of the logs that proves it, or None.
    """

    row: MatterRow
    state: State
    source: tuple[str, str]
    owners: dict[str, str]
    first_ms: int | None
    due_ms: int | None
    claims: dict[str, str]
    is_overdue: bool
    is_ours: bool
    check: str
    proof: Proof | None

    @property
    def is_contested(self) -> bool:
        """Whether the sides do not claim the same."""
        return view.status(self.state) == view.CLAIMED

    @property
    def is_proved_by_logs(self) -> bool:
        """Whether the logs tell of its check."""
        return prove.is_known(self.check)

    def as_json(self) -> dict[str, Json]:
        """Return it as data."""
        proof = self.proof
        return {
            "id": self.row.matter.id,
            "status": self.row.status,
            "source": self.source[0],
            "ref": self.source[1],
            "owners": dict(self.owners),
            "first_due_ms": self.first_ms,
            "due_ms": self.due_ms,
            "claims": dict(self.claims),
            "overdue": self.is_overdue,
            "ours": self.is_ours,
            "contested": self.is_contested,
            "check": self.check,
            "proof": f"{proof.kind} {proof.id}" if proof else "",
            "proved_at_ms": proof.at_ms if proof else None,
        }


def listing(node: Node, officer: Officer) -> list[Told]:
    """Return the commitments that an officer may read: late ones first, then by date."""
    now_ms = node.clock.now_ms()
    with node.store.read() as tx:
        rows = [*every(tx, need_to_know.reader(tx, officer), acts.KIND)]
        plans = {one: _plan(node, tx, one, now_ms) for one in {row.channel for row in rows}}
        found = [_told(node, tx, row, now_ms, plans[row.channel]) for row in rows]
    known = Answers(node)
    found = [_shown(known, one, now_ms) for one in found]
    far = 1 << 62
    return sorted(
        found, key=lambda o: (not o.is_overdue, not o.is_ours, o.due_ms or far, o.row.matter.id)
    )


def show(node: Node, officer: Officer, matter_id: str) -> Told:
    """Return one.

    Raises:
        Fault: those of `matter_lookup.find`.
    """
    now_ms = node.clock.now_ms()
    with node.store.read() as tx:
        row = find(tx, need_to_know.reader(tx, officer), acts.KIND, matter_id)
        told = _told(node, tx, row, now_ms, _plan(node, tx, row.channel, now_ms))
    return _shown(Answers(node), told, now_ms)


def _shown(known: Answers, told: Told, now_ms: int) -> Told:
    """Return a commitment with the request that proves it, where requests do."""
    if told.check not in prove.BY_REQUESTS:
        return told
    proof = prove.by_requests(known.of(told.row.channel), told.state, now_ms)
    return replace(told, proof=proof)


def _plan(node: Node, tx: Tx, channel: str, now_ms: int) -> Plan:
    return Plan.of(Channel(node, tx, channel), now_ms)


def _told(node: Node, tx: Tx, row: MatterRow, now_ms: int, plan: Plan) -> Told:
    now: State = node.rooms[acts.KIND].from_json(row.state)
    owed = due.owed(now, plan.before_ms(now))
    own = {one.party for one in owed if one.is_late(now_ms)}
    first = now.told(acts.MADE)[0]
    dates = [one for one in (view.due_ms(now), *(o.by_ms for o in owed)) if one is not None]
    return Told(
        row=row,
        state=now,
        source=(first.codes[acts.SOURCE], first.codes[acts.REF]),
        owners=view.owners(now),
        first_ms=view.first_due_ms(now),
        due_ms=min(dates, default=None),
        claims=view.claims(now),
        is_overdue=bool(own),
        is_ours=row.holder == node.party or node.party in own,
        check=now.agreed(acts.CHECK),
        proof=prove.found(tx, row, now),
    )
