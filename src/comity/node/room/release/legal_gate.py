"""The legal gate: what the nation profile asks of counsel before an act leaves.

    request.submitted, .draft-shown, .clarified, …     the draft, as `outgoing`
    request.accepted                                   the request, as `incoming`
    request.answered                                   both: the request, and the draft as `answer`
    request.refused, .postponed                        the ground was considered, and applies

    record kind      key                                     value
    legal-decision   <subject>|<n, 6 digits>                 a decision, never changed

A subject is a request, `matter|<channel>|<id>`, or a draft, `draft|<act id>`.  A decision binds
what the subject said: a clarification of the asker or an edit of the draft makes it stale.
Where no profile is in force the gate stands open, and `status` and `doctor` say so; where the
one in force cannot be read, it raises, and nothing is let out.

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
from comity.domestic.nation.schema import ANSWER, INCOMING, OUTGOING
from comity.joint.request import acts as request_acts
from comity.joint.request import state as request_state
from comity.kernel.inadmissible import Inadmissible
from comity.node.base import numbered_records
from comity.node.base.context import Node
from comity.node.base.ports import Tx
from comity.node.base.rows import MatterRow, Officer
from comity.node.room import nation_profile as nations
from comity.node.room.release.draft_store import Draft

RECORD: Final = "legal-decision"
CRIME: Final = "crime-type"
"""The joint code by which both sides know the type of crime."""

_ASKING: Final = frozenset(
    {
        request_acts.DRAFT_SHOWN,
        request_acts.SUBMITTED,
        request_acts.CONFIRMED,
        request_acts.CLARIFIED,
    }
)
"""Acts of the asker that say what is asked."""

_SAYING: Final = _ASKING | {request_acts.ANSWERED, request_acts.CORRECTED}
"""Acts that say what a State asks or gives."""

_OPENING: Final = frozenset({request_acts.DRAFT_SHOWN, request_acts.SUBMITTED})
"""Acts that say of what type a request is."""

_GROUNDED: Final = frozenset({request_acts.REFUSED, request_acts.POSTPONED})


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
    nation = nations.in_force(tx)
    if nation is None or draft.act.matter.kind != request_acts.KIND:
        return None
    return judge(tx, node, nation, draft.channel, draft.act, draft.content_sha256)


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
    if act.tag in _GROUNDED:
        return _ground(tx, nation, channel, act)
    found = subjects(tx, node, nation, channel, act, content_sha256)
    rows = [row for one in found for row in one.rows()]
    no = view.stopped(rows)
    if no is None and act.tag == request_acts.ANSWERED:
        no = _conditions(tx, node, channel, act, view.conditions(rows))
    return no


def subjects(
    tx: Tx, node: Node, nation: Nation, channel: str, act: Act, content_sha256: str
) -> list[Subject]:
    """Return what has to be decided before an act leaves."""
    found: list[Subject] = []
    row = tx.matter(channel, act.matter)
    if act.tag in (request_acts.ACCEPTED, request_acts.ANSWERED) and row is not None:
        found.append(of_matter(tx, nation, row))
    if act.tag in _SAYING:
        found.append(of_draft(tx, node, nation, channel, act, content_sha256))
    return found


def _direction(tag: str, *, is_asker: bool) -> str:
    if tag in _ASKING:
        return OUTGOING
    if tag == request_acts.ANSWERED:
        return ANSWER
    if tag == request_acts.CORRECTED:
        return OUTGOING if is_asker else ANSWER
    return ""


def of_matter(tx: Tx, nation: Nation, row: MatterRow) -> Subject:
    """Return a request of another State as a subject: whether it may be executed."""
    key = f"matter|{row.channel}|{row.matter.id}"
    situation = _situation(INCOMING, row, None)
    return _subject(tx, nation, key, _asked_last(row), situation)


def of_draft(
    tx: Tx, node: Node, nation: Nation, channel: str, act: Act, content_sha256: str
) -> Subject:
    """Return a draft of our own as a subject: whether it may leave."""
    row = tx.matter(channel, act.matter)
    is_asker = row is None or row.asker in ("", node.party)
    direction = _direction(act.tag, is_asker=is_asker)
    situation = _situation(direction, row, act)
    return _subject(tx, nation, f"draft|{act.id}", content_sha256, situation)


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


def _situation(direction: str, row: MatterRow | None, draft: Act | None) -> Situation:
    """Return what is about to be done, as far as the codes of the acts tell.

    A draft that asks tells of itself; else what was asked counts, as it was asked: the draft of
    it that was shown before may have been of another type.
    """
    if draft is not None and draft.tag in _OPENING:
        codes = draft.codes
        return Situation(
            direction, codes.get(request_acts.TYPE, ""), codes.get(CRIME, ""), draft.urgency
        )
    is_request = row is not None and row.matter.kind == request_acts.KIND
    asked = request_state.from_json(row.state) if row and is_request else request_state.EMPTY
    return Situation(direction, asked.type, asked.codes.get(CRIME, ""), asked.urgency)


def _asked_last(row: MatterRow) -> str:
    """Return the id of the asker's newest act that says what is asked."""
    folded = request_state.from_json(row.state)
    says = (*_ASKING, request_acts.CORRECTED)
    found = [
        turn.act_id
        for turn in folded.turns
        if turn.party == folded.asker and turn.tag in says and turn.takes_effect
    ]
    return found[-1] if found else ""


def _ground(tx: Tx, nation: Nation, channel: str, act: Act) -> Inadmissible | None:
    """Return why a ground cannot be used yet: counsel considers those that the profile names."""
    row = tx.matter(channel, act.matter)
    if row is None:
        return None
    code = act.codes.get(request_acts.REASON, "")
    if view.applying(of_matter(tx, nation, row).rows(), code) is not False:
        return None
    return Inadmissible(
        "legal.ground-undecided",
        f"Counsel has not decided that the ground {code} applies.",
        "An officer who is counsel records it with `comity legal decide`, verdict `stops`.",
    )


def _conditions(
    tx: Tx, node: Node, channel: str, act: Act, wanted: Sequence[str]
) -> Inadmissible | None:
    """Return which conditions of counsel the asker has not accepted for what is answered."""
    row = tx.matter(channel, act.matter)
    track = request_state.from_json(row.state).track(node.party) if row else None
    if track is None or not wanted:
        return None
    missing = set()
    for item in act.items or tuple(track.items):
        held = track.acceptance(item)
        if held is None or held.status != request_state.ACCEPTED:
            missing |= set(wanted)
        else:
            missing |= set(wanted) - set(held.codes.values())
    if not missing:
        return None
    named = ", ".join(sorted(missing))
    return Inadmissible(
        "legal.condition-not-agreed",
        f"Counsel decided that these conditions go with the answer, and the asker has not "
        f"accepted them: {named}.",
        "Accept the request with `comity request accept --condition …` and wait for the asker.",
    )
