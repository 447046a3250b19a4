"""How many officers an act needs before it is released, and who they may be.

    the joint text that binds the matter says it for each act, or the main one in force
    the settings of the node raise it, and never lower it
    where no text is in force that says it the settings alone count
    a room may ask for more of some of its acts
    codes of a matter that rings leave with one officer, unless the guideline names their act

    record kind   key             value
    nation        approvals       how many officers must approve; 1 unless it was set
    nation        review-hours    within how many hours a release by one officer alone is
                                  reviewed; 0: there is none; 24 unless it was set

Floor: node.
"""

from collections.abc import Sequence
from typing import Final

from comity.acts.vocabulary import room_of
from comity.domestic.officer import role
from comity.domestic.release import decide
from comity.domestic.release.decide import By, Rule
from comity.node.base.bindings import Approvals, Bound
from comity.node.base.context import Node
from comity.node.base.ports import Tx
from comity.node.base.rooms import text_called
from comity.node.base.rows import Officer
from comity.node.room import joint_texts, local_log
from comity.node.room.release.draft_store import Draft

SETTING: Final = "nation"
APPROVALS: Final = "approvals"
REVIEW_HOURS: Final = "review-hours"
REVIEW_HOURS_DEFAULT: Final = 24


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

    The settings raise the number and shorten the hours of the text; they cannot lower
    the number, nor let one officer release alone where the text does not.
    """
    agreed = _agreed(tx, node, draft)
    if _goes_alone(node, draft, agreed):
        return Rule(1, (role.RELEASING,), review_hours(tx))
    return _rule(tx, agreed, _least(node, draft.act.tag))


def _goes_alone(node: Node, draft: Draft, agreed: Approvals | None) -> bool:
    """Return whether one officer lets it out: codes of a matter that rings, which no text names.

    Who is woken at night answers alone; words wait for a second officer as ever.
    """
    act = draft.act
    room = node.rooms.get(act.matter.kind)
    is_code = room is not None and room.rings is not None and act.tag in room.rings.alone
    is_unnamed = agreed is None or not agreed.is_named
    return is_code and is_unnamed and not act.blobs


def rule_of(tx: Tx, node: Node, channel: str, tag: str, urgency: str = "") -> Rule:
    """Return what an act of that tag would need, under what is in force in a channel now."""
    agreed = _said_by(tx, node, channel, [Bound()], (tag, urgency))
    return _rule(tx, agreed, _least(node, tag))


def _least(node: Node, tag: str) -> int:
    """Return how many approvals the room of a tag asks for itself."""
    room = node.rooms.get(room_of(tag))
    return 1 if room is None else room.approvals.get(tag, 1)


def _rule(tx: Tx, agreed: Approvals | None, least: int) -> Rule:
    own, hours = max(own_count(tx), least), review_hours(tx)
    if agreed is None:
        return Rule(own, (role.RELEASING,), hours)
    roles = agreed.roles or (role.RELEASING,)
    return Rule(max(own, agreed.count), roles, min(hours, agreed.review_hours))


def _agreed(tx: Tx, node: Node, draft: Draft) -> Approvals | None:
    """Return what is agreed of the act, or None where no text is in force that says it.

    The text that binds the matter says it first, then the main text in force.
    """
    texts = [bound_to(tx, node, draft), Bound()]
    return _said_by(tx, node, draft.channel, texts, (draft.act.tag, urgency(tx, node, draft)))


def _said_by(
    tx: Tx, node: Node, channel: str, texts: Sequence[Bound], about: tuple[str, str]
) -> Approvals | None:
    """Return what the first text says of a tag and an urgency that says anything of them."""
    now_ms = node.clock.now_ms()
    for one in texts:
        text, kind = (
            joint_texts.of_matter(node, tx, channel, one, now_ms),
            text_called(node.rooms, one.name),
        )
        said = kind.approvals(text, *about) if kind is not None and text is not None else None
        if said is not None:
            return said
    return None


def bound_to(tx: Tx, node: Node, draft: Draft) -> Bound:
    """Return the joint text to which the matter of a draft is bound."""
    room = node.rooms[draft.act.matter.kind]
    row = tx.matter(draft.channel, draft.act.matter)
    now = room.empty() if row is None else room.from_json(row.state)
    return room.bound(now, draft.act)


def urgency(tx: Tx, node: Node, draft: Draft) -> str:
    """Return the urgency of what a draft is about: its own, or that of its matter or its kind."""
    row = tx.matter(draft.channel, draft.act.matter)
    said = draft.act.urgency or (row.urgency if row else "")
    room = node.rooms.get(draft.act.matter.kind)
    return said or (room.rings.urgency if room is not None and room.rings is not None else "")


def is_ring(node: Node, draft: Draft) -> bool:
    """Return whether a draft calls somebody, or answers who calls: nobody is waited for then."""
    room = node.rooms.get(draft.act.matter.kind)
    return room is not None and room.rings is not None and draft.act.tag in room.rings.at_once


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
