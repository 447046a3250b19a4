"""How many officers an act needs before it is released, and who they may be.

    the guideline that binds the request, or that is in force, says it for each act
    the settings of the node raise it, and never lower it
    where no guideline is in force the settings alone count
    a room may ask for more of some of its acts
    codes of a matter that rings leave with one officer, unless the guideline names their act

    record kind   key             value
    nation        approvals       how many officers must approve; 1 unless it was set
    nation        review-hours    within how many hours a release by one officer alone is
                                  reviewed; 0: there is none; 24 unless it was set

Floor: node.
"""

from typing import Final

from comity.acts.vocabulary import room_of
from comity.domestic.officer import role
from comity.domestic.release import decide
from comity.domestic.release.decide import By, Rule
from comity.joint.guideline import approval
from comity.joint.guideline.model import Approval
from comity.node.base import register_records
from comity.node.base.context import Node
from comity.node.base.ports import Tx
from comity.node.base.rows import Officer
from comity.node.room import guidelines, local_log
from comity.node.room.release.draft_store import Draft

SETTING: Final = "nation"
APPROVALS: Final = "approvals"
REVIEW_HOURS: Final = "review-hours"
REVIEW_HOURS_DEFAULT: Final = 24

"""Where an arrangement's guideline is adopted; its other channels are under it as well."""


def configure(node: Node, count: int, hours: int) -> None:
    """Take over what the configuration says; see `set_count` and `set_review_hours`."""
    set_count(node, count)
    set_review_hours(node, hours)


def set_count(node: Node, count: int) -> None:
    """Set how many officers must approve an act before it is released.

    Args:
        node: ours.
        count: at least 1; nothing is noted if it was so before.
    """
    assert count >= 1
    with node.store.read() as tx:
        is_so = own_count(tx) == count
    if not is_so:
        with node.store.write() as tx:
            tx.save_record(SETTING, APPROVALS, count)
            local_log.note(tx, node, "nation.approvals-set", {"count": str(count)})


def set_review_hours(node: Node, hours: int) -> None:
    """Set within how many hours a release by one officer alone is reviewed; 0: there is none."""
    assert hours >= 0
    with node.store.read() as tx:
        is_so = review_hours(tx) == hours
    if not is_so:
        with node.store.write() as tx:
            tx.save_record(SETTING, REVIEW_HOURS, hours)
            local_log.note(tx, node, "nation.review-hours-set", {"hours": str(hours)})


def own_count(tx: Tx) -> int:
    """Return how many approvals the settings ask for; 1 unless it was set."""
    value = tx.record(SETTING, APPROVALS)
    return value if isinstance(value, int) and value >= 1 else 1


def review_hours(tx: Tx) -> int:
    """Return within how many hours a release by one officer is reviewed, by the settings."""
    value = tx.record(SETTING, REVIEW_HOURS)
    return value if isinstance(value, int) and value >= 0 else REVIEW_HOURS_DEFAULT


def rule(tx: Tx, node: Node, draft: Draft) -> Rule:
    """Return what a draft needs before it is released.

    The settings raise the number and shorten the hours of the guideline; they cannot lower
    the number, nor let one officer release alone where the guideline does not.
    """
    agreed = _agreed(tx, node, draft)
    if _goes_alone(node, draft, agreed):
        return Rule(1, (role.RELEASING,), review_hours(tx))
    return _rule(tx, agreed, _least(node, draft.act.tag))


def _goes_alone(node: Node, draft: Draft, agreed: Approval | None) -> bool:
    """Return whether one officer lets it out: codes of a matter that rings, which no text names.

    Who is woken at night answers alone; words wait for a second officer as ever.
    """
    act = draft.act
    room = node.rooms.get(act.matter.kind)
    is_code = room is not None and room.rings is not None and act.tag in room.rings.alone
    is_unnamed = agreed in (None, approval.by_two(act.tag.partition("/")[0]))
    return is_code and is_unnamed and not act.blobs


def rule_of(tx: Tx, node: Node, channel: str, tag: str, urgency: str = "") -> Rule:
    """Return what an act of that tag would need, under what is in force in a channel now."""
    text = guidelines.in_force(node, tx, channel, node.clock.now_ms())
    return _rule(tx, guidelines.approvals(text, tag, urgency), _least(node, tag))


def _least(node: Node, tag: str) -> int:
    """Return how many approvals the room of a tag asks for itself."""
    room = node.rooms.get(room_of(tag))
    return 1 if room is None else room.approvals.get(tag, 1)


def _rule(tx: Tx, agreed: Approval | None, least: int) -> Rule:
    own, hours = max(own_count(tx), least), review_hours(tx)
    if agreed is None:
        return Rule(own, (role.RELEASING,), hours)
    roles = agreed.roles or (role.RELEASING,)
    return Rule(max(own, agreed.count), roles, min(hours, agreed.review_hours))


def _agreed(tx: Tx, node: Node, draft: Draft) -> Approval | None:
    """Return what the guideline says of the act, or None where none is in force."""
    now_ms = node.clock.now_ms()
    text = guidelines.of_matter(node, tx, draft.channel, _named(tx, draft), now_ms)
    for channel in (draft.channel, register_records.live_of(draft.channel)):
        text = text or guidelines.in_force(node, tx, channel, now_ms)
    return guidelines.approvals(text, draft.act.tag, urgency(tx, draft))


def _named(tx: Tx, draft: Draft) -> str:
    """Return the hash of the guideline that binds the matter of a draft, or ""."""
    row = tx.matter(draft.channel, draft.act.matter)
    named = row.state.get("guideline", "") if row and isinstance(row.state, dict) else ""
    return draft.act.guideline or str(named or "")


def urgency(tx: Tx, draft: Draft) -> str:
    """Return the urgency of what a draft is about: its own, or that of its matter."""
    row = tx.matter(draft.channel, draft.act.matter)
    return draft.act.urgency or (row.urgency if row else "")


def by(tx: Tx, node: Node, officer: Officer) -> By:
    """Return who takes a step now, beside everyone who is in office."""
    return By(officer.name, in_office(tx), node.clock.now_ms())


def in_office(tx: Tx) -> dict[str, frozenset[str]]:
    """Return the roles of every officer who is in office, by name."""
    return {one.name: frozenset(one.roles) for one in tx.officers() if one.ended_ms is None}


def missing(tx: Tx, node: Node, officer: Officer, draft: Draft) -> int:
    """Return how many approvals a draft lacks now."""
    needed = rule(tx, node, draft)
    return max(0, needed.count - len(decide.counted(draft.state, by(tx, node, officer), needed)))
