"""What counsel does: read what has to be decided, decide, and see what a profile would stop.

    explain(node, officer, id)                  of a request of another State, or of a draft
    decide(node, officer, id, question, …)      one decision, noted in the local log
    dry_run(node, officer, text)                acts that a changed profile would have stopped

Floor: node.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final, cast

from comity.acts.record import Act, Matter
from comity.domestic.legal import acts, view
from comity.domestic.legal import decide as decisions
from comity.domestic.legal.acts import Choice, Decided
from comity.domestic.legal.decide import By
from comity.domestic.legal.view import Row
from comity.domestic.nation import document, law_points
from comity.domestic.nation.law_points import Required
from comity.domestic.nation.model import Nation
from comity.kernel import ijson
from comity.kernel.fault import Fault
from comity.kernel.inadmissible import Inadmissible
from comity.kernel.problem import Unfit
from comity.node.base import numbered_records
from comity.node.base.context import Node
from comity.node.base.ports import Tx
from comity.node.base.rooms import kinds_with
from comity.node.base.rows import Officer
from comity.node.desk import draft_view
from comity.node.room import local_log, matter_lookup, need_to_know
from comity.node.room import nation_profile as nations
from comity.node.room.release import approve, draft_store, idempotency, legal_gate
from comity.node.room.release.draft_store import AS_OFTEN_AS_SAID, Command
from comity.node.room.release.legal_gate import RECORD, Subject
from comity.node.room.step import Step, fit

DRAFT: Final = "draft"

_NO_PROFILE: Final = Fault(
    code="node.legal.no-profile",
    what="No nation profile is in force here, so the law asks for nothing.",
    fix="Adopt one with `comity nation adopt`.",
)


@dataclass(frozen=True, slots=True)
class Line:
    """One question as it is explained.

    Attributes:
        required: as the profile asks it, with its words and sources.
        row: where it stands.
    """

    required: Required
    row: Row


@dataclass(frozen=True, slots=True)
class Explained:
    """What the law asks of one subject.

    Attributes:
        subject: a request of another State, or a draft.
        lines: every question.
        no: why the step may not be taken now, or None.
    """

    subject: Subject
    lines: tuple[Line, ...]
    no: Inadmissible | None


@dataclass(frozen=True, slots=True)
class Given:
    """What is said with a decision.

    Attributes:
        content: of the subject that was read, see `Subject`, or "" for what it says now.
        command: by which one that is repeated is one.
    """

    content: str = ""
    command: Command = AS_OFTEN_AS_SAID


_NOTHING_ELSE: Final = Given()


@dataclass(frozen=True, slots=True)
class Stopped:
    """An act of ours that a profile would have stopped.

    Attributes:
        act: as it was sent.
        channel: where it stands.
        no: the rule, with the points that it names.
    """

    act: Act
    channel: str
    no: Inadmissible


def explain(node: Node, officer: Officer, subject_id: str) -> Explained:
    """Return what the law asks of a request of another State, or of a draft of our own.

    Args:
        node: ours.
        officer: who reads; they see it as they see the request or the draft.
        subject_id: of the draft, the request or one of its acts; its beginning will do.

    Raises:
        Fault: `node.legal.no-profile`, and those of `matter_read.show`.
    """
    key = _found(node, officer, subject_id)
    with node.store.read() as tx:
        nation = _nation(tx)
        subject = _subject(tx, node, nation, key)
        return _explained(nation, subject)


def decide(
    node: Node,
    officer: Officer,
    subject_id: str,
    question: str,
    choice: Choice,
    given: Given = _NOTHING_ELSE,
) -> Decided | Inadmissible:
    """Record a decision; it takes the place of an earlier one on the same question.

    It is of what the subject says: whoever read something else is told so.

    Args:
        node: ours.
        officer: who decides.
        subject_id: see `explain`.
        question: `<point>` or `<point>/<ground>`.
        choice: what they decide.
        given: what else is said with it.

    Raises:
        Fault: as `explain`.
    """
    content, command = given.content, given.command
    key = _found(node, officer, subject_id)
    with node.store.write() as tx:
        before = idempotency.made(tx, officer, command)
        if isinstance(before, Inadmissible):
            return before
        if before is not None:
            return acts.from_json(before["decided"])
        subject = _subject(tx, node, _nation(tx), key)
        if content not in {"", subject.content}:
            return _CHANGED
        by = By(officer.name, approve.in_office(tx), node.clock.now_ms())
        decided = decisions.decide(
            subject.questions,
            by,
            question,
            choice,
            content=subject.content,
            profile=subject.profile,
        )
        if isinstance(decided, Inadmissible):
            return decided
        numbered_records.add(tx, RECORD, subject.key, acts.to_json(decided))
        idempotency.remember_made(tx, officer, command, {"decided": acts.to_json(decided)})
        facts = {
            "officer": officer.name,
            "subject": subject.key,
            "content": subject.content,
            "decision": ijson.render(acts.to_json(decided)).decode(),
        }
        local_log.note(tx, node, "legal.decided", facts)
    node.step("legal.decided")
    return decided


def take(node: Node, officer: Officer, subject_id: str, step: Step) -> Decided | Inadmissible:
    """Record a decision as the table of verbs has it filled in; see `decide`.

    Raises:
        Unfit: the values are not those that the verb takes.
        Fault: as `explain`.
    """
    given = fit(step)
    choice = Choice(
        given["verdict"],
        given.get("named", ""),
        given.get("number", ""),
        given.get("conditions", ()),
        given.get("note", ""),
    )
    read = Given(given.get("content", ""), step.command)
    return decide(node, officer, subject_id, given["question"], choice, read)


_CHANGED: Final = Inadmissible(
    "release.content-changed",
    "What is decided about was changed after it was read.",
    "Read it as it is now, and then decide.",
)


def dry_run(node: Node, officer: Officer, data: bytes, name: str) -> list[Stopped]:
    """Return the acts of ours that a profile would have stopped, had it been in force.

    Decisions that are on record count where the profile asks the same question; what was
    decided of a draft that has gone out counts for the act that it became.

    Args:
        node: ours.
        officer: who asks; only acts of matters that they may read are judged.
        data: the profile, plain YAML.
        name: of the file.

    Raises:
        Fault: `kernel.yaml.malformed`.
        Unfit: `nation.profile.unfit`, with every problem and its line.
    """
    found = nations.problems(node.rooms, data)
    if found:
        raise Unfit("nation.profile.unfit", name, found)
    nation = document.parse(data)
    stopped: list[Stopped] = []
    with node.store.read() as tx:
        reader = need_to_know.reader(tx, officer)
        kinds = kinds_with(node.rooms, lambda room: room.law)
        for row in (one for kind in kinds for one in matter_lookup.every(tx, reader, kind)):
            for channel, act in _ours(tx, node, row.channel, row.matter):
                no = legal_gate.judge(tx, node, nation, channel, act, _content(tx, act))
                if no is not None:
                    stopped.append(Stopped(act, channel, no))
    return stopped


def _ours(tx: Tx, node: Node, channel: str, matter: Matter) -> Iterator[tuple[str, Act]]:
    for row in tx.acts_of(channel, matter):
        if row.party == node.party:
            yield channel, row.act


def _content(tx: Tx, act: Act) -> str:
    """Return what approvals of an act that has gone out bound, from its release record."""
    kept = tx.record(draft_store.RELEASE, act.id)
    if not isinstance(kept, dict):
        return ""
    record = cast("dict[str, Any]", ijson.parse(str(kept["record"]).encode()))
    return str(record["content"])


def _nation(tx: Tx) -> Nation:
    nation = nations.in_force(tx)
    if nation is None:
        raise _NO_PROFILE
    return nation


type _Key = tuple[str, Matter]
"""(`draft`, or channel of a matter; and the matter, of a draft with its own id), found as the
officer may find it."""


def _found(node: Node, officer: Officer, subject_id: str) -> _Key:
    try:
        act = draft_view.find(node, officer, subject_id).draft.act
        return DRAFT, Matter(act.matter.kind, act.id)
    except Fault as fault:
        if fault.code != "node.draft.unknown":
            raise
    with node.store.read() as tx:
        kinds = kinds_with(node.rooms, lambda room: room.law)
        row = matter_lookup.find_of(tx, need_to_know.reader(tx, officer), kinds, subject_id)
    return row.channel, row.matter


def _subject(tx: Tx, node: Node, nation: Nation, key: _Key) -> Subject:
    where, found = key
    if where == DRAFT:
        draft = draft_store.kept(tx, found.id)
        return legal_gate.of_draft(tx, node, nation, draft.channel, draft.act, draft.content_sha256)
    row = tx.matter(where, found)
    assert row is not None, "it was shown a moment ago"
    return legal_gate.of_matter(tx, node, nation, row)


def _explained(nation: Nation, subject: Subject) -> Explained:
    asked = {one.id: one for one in law_points.required(nation, subject.situation)}
    rows = subject.rows()
    lines = tuple(Line(asked[row.question.id], row) for row in rows)
    return Explained(subject, lines, view.stopped(rows))
