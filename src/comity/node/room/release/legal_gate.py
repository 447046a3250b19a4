"""The legal gate: what the nation profile asks of counsel before an act leaves.

    what is about to leave      the draft, in the direction that its room says
    what executes a matter      the matter, as `incoming`
    what names a ground         the ground was considered, and applies

    record kind      key                                     value
    legal-decision   <subject>|<n, 6 digits>                 a decision, never changed

A subject is a matter, `matter|<channel>|<id>`, or a draft, `draft|<act id>`.  A decision binds
what the subject said: a clarification of the asker or an edit of the draft makes it stale.
Where no profile is in force, what a room asks counsel about does not leave, but for a room that
stands open without one, as requests do; `status` and `doctor` say so.  Where the one in force
cannot be read, it raises, and nothing is let out.

Floor: node.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from comity.acts.record import Act
from comity.domestic.legal import acts, fold, view
from comity.domestic.legal.acts import Question
from comity.domestic.legal.fold import State
from comity.domestic.legal.view import Row
from comity.domestic.nation import law_points
from comity.domestic.nation.law_points import Required, Situation
from comity.domestic.nation.model import Nation
from comity.domestic.nation.schema import INCOMING
from comity.kernel.inadmissible import Inadmissible
from comity.node.base import numbered_records
from comity.node.base.context import Node
from comity.node.base.ports import Tx
from comity.node.base.rooms import Law
from comity.node.base.rooms import State as Folded
from comity.node.base.rows import MatterRow, Officer
from comity.node.room import nation_profile as nations
from comity.node.room.release.draft_store import Draft

RECORD: Final = "legal-decision"
NO_PROFILE: Final = Inadmissible(
    "legal.profile-missing",
    "No nation profile is in force, so nobody has said what the law asks before this leaves.",
    "An operator adopts one: `comity nation adopt FILE`.",
)


@dataclass(frozen=True, slots=True)
class Subject:
    """What is decided about.

    Attributes:
        key: in records.
        content: what it says now.
        situation: what is about to be done.
        profile: SHA-256 of the profile that asks.
        questions: that the profile asks.
        state: the decisions that there are.
    """

    key: str
    content: str
    situation: Situation
    profile: str
    questions: tuple[Question, ...]
    state: State

    def rows(self) -> tuple[Row, ...]:
        """Return each question with where it stands."""
        return view.rows(self.questions, self.state, self.content)


def gate(tx: Tx, node: Node, officer: Officer, draft: Draft) -> Inadmissible | None:  # noqa: ARG001 -- a gate; the law asks what leaves and not by whom
    """Return what counsel has not decided, or decided against; None where nothing is asked."""
    law = node.rooms[draft.act.matter.kind].law
    if law is None:
        return None
    nation = nations.in_force(tx)
    if nation is not None:
        return judge(tx, node, nation, draft.channel, draft.act, draft.content_sha256)
    is_asked = not law.is_open_without and _is_asked(tx, node, law, draft.channel, draft.act)
    return NO_PROFILE if is_asked else None


def _is_asked(tx: Tx, node: Node, law: Law, channel: str, act: Act) -> bool:
    folded = _state(node, tx.matter(channel, act.matter), act.matter.kind)
    return act.tag in law.executes or bool(
        law.direction(act, folded, node.party) or law.ground(act)
    )


def judge(
    tx: Tx, node: Node, nation: Nation, channel: str, act: Act, content_sha256: str
) -> Inadmissible | None:
    """Return why an act of ours may not leave by a profile, or None.

    Args:
        tx: a read or write.
        node: ours.
        nation: the profile.
        channel: of the act.
        act: as drafted.
        content_sha256: what approvals of it bind.
    """
    law = node.rooms[act.matter.kind].law
    if law is None:
        return None
    row = tx.matter(channel, act.matter)
    ground = law.ground(act)
    if ground:
        return None if row is None else _ground(tx, node, nation, row, ground)
    found = subjects(tx, node, nation, channel, act, content_sha256)
    rows = [row for one in found for row in one.rows()]
    no = view.stopped(rows)
    if no is not None or row is None:
        return no
    wanted = view.conditions(rows)
    lacking = law.unaccepted(_state(node, row, act.matter.kind), node.party, act, wanted)
    return _not_agreed(lacking) if lacking else None


def subjects(
    tx: Tx, node: Node, nation: Nation, channel: str, act: Act, content_sha256: str
) -> list[Subject]:
    """Return what has to be decided before an act leaves."""
    found: list[Subject] = []
    law = node.rooms[act.matter.kind].law
    row = tx.matter(channel, act.matter)
    if law is None:
        return found
    if act.tag in law.executes and row is not None:
        found.append(of_matter(tx, node, nation, row))
    if law.direction(act, _state(node, row, act.matter.kind), node.party):
        found.append(of_draft(tx, node, nation, channel, act, content_sha256))
    return found


def _state(node: Node, row: MatterRow | None, kind: str) -> Folded:
    room = node.rooms[kind]
    return room.empty() if row is None else room.from_json(row.state)


def _law(node: Node, kind: str) -> Law:
    law = node.rooms[kind].law
    assert law is not None, "nobody asks of a kind of which counsel decides nothing"
    return law


def of_matter(tx: Tx, node: Node, nation: Nation, row: MatterRow) -> Subject:
    """Return a matter of another State as a subject: whether it may be executed."""
    law, folded = _law(node, row.matter.kind), _state(node, row, row.matter.kind)
    situation = Situation(INCOMING, *law.situation(folded, None))
    key = f"matter|{row.channel}|{row.matter.id}"
    return _subject(tx, nation, key, law.asked_last(folded), situation)


def of_draft(
    tx: Tx, node: Node, nation: Nation, channel: str, act: Act, content_sha256: str
) -> Subject:
    """Return a draft of our own as a subject: whether it may leave."""
    law = node.rooms[act.matter.kind].law
    key = f"draft|{act.id}"
    if law is None:  # counsel decides nothing of that kind
        return Subject(key, content_sha256, Situation("", ""), nation.sha256, (), State())
    folded = _state(node, tx.matter(channel, act.matter), act.matter.kind)
    direction = law.direction(act, folded, node.party)
    situation = Situation(direction, *law.situation(folded, act))
    return _subject(tx, nation, key, content_sha256, situation)


def _subject(tx: Tx, nation: Nation, key: str, content: str, situation: Situation) -> Subject:
    asked = law_points.required(nation, situation)
    questions = tuple(question(one, situation.direction) for one in asked)
    return Subject(key, content, situation, nation.sha256, questions, decisions(tx, key))


def question(one: Required, direction: str) -> Question:
    """Return a decision that the profile asks for, as the legal room knows it."""
    offered = (*(basis.id for basis in one.bases), *(each.id for each in one.instruments))
    return Question(
        one.id,
        one.point.decides,
        one.point.roles,
        one.ground.ground if one.ground else "",
        offered,
        tuple(each.condition for each in one.conditions),
        direction,
    )


def decisions(tx: Tx, key: str) -> State:
    """Return the decisions on a subject."""
    return fold.fold_all(
        acts.from_json(value) for value in numbered_records.of(tx, RECORD, key).values()
    )


def _ground(tx: Tx, node: Node, nation: Nation, row: MatterRow, code: str) -> Inadmissible | None:
    """Return why a ground cannot be used yet: counsel considers those that the profile names."""
    if view.applying(of_matter(tx, node, nation, row).rows(), code) is not False:
        return None
    return Inadmissible(
        "legal.ground-undecided",
        f"Counsel has not decided that the ground {code} applies.",
        "An officer who is counsel records it with `comity legal decide`, verdict `stops`.",
    )


def _not_agreed(missing: Sequence[str]) -> Inadmissible:
    """Return which conditions of counsel the asker has not accepted for what is answered."""
    named = ", ".join(sorted(missing))
    return Inadmissible(
        "legal.condition-not-agreed",
        f"Counsel decided that these conditions go with the answer, and the asker has not "
        f"accepted them: {named}.",
        "Accept the request with `comity request accept`, name it, and wait for the asker.",
    )
