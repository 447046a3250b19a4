"""Tasks of participants: what a bank or provider is asked to do for a request, and its answers.

    ask(node, officer, "3f1c", participant, note)    -> a task, and the link that opens it
    answer(node, task, {"step": "held", …})          the participant's own
    say(node, officer, task)                         said to the other side, once an officer read it

    record kind         key     value
    participant-task    <id>    `Task`

Floor: rooms.
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from types import MappingProxyType
from typing import Any, Final, cast

from comity.acts.verb import Value
from comity.domestic.outside.session import LINK, Session, Terms
from comity.domestic.participant import task as tasks
from comity.domestic.participant.participant import Participant
from comity.domestic.participant.task import Answer, Choice, Task
from comity.joint.guideline.model import Guideline
from comity.joint.request import acts, codes, fields, sums
from comity.joint.request.state import WHOLE, State
from comity.kernel import legal_text
from comity.kernel.fault import Fault, quoted
from comity.kernel.ijson import Json
from comity.kernel.inadmissible import Inadmissible
from comity.kernel.printable import one_line, printable
from comity.node.base.context import Node
from comity.node.base.ports import Tx
from comity.node.base.rows import Officer
from comity.node.desk import outside, participants
from comity.node.room.act_words import Words
from comity.node.room.release.draft_store import Result
from comity.rooms.request import dossier
from comity.rooms.request.desk import say as speak
from comity.rooms.request.desk.say import found as found_matter

RECORD: Final = "participant-task"
DAYS: Final = 7
"""A link opens its task for so long."""
_ID_BYTES: Final = 6
_FACTS: Final = MappingProxyType(
    {
        "reference": ("transaction", "reference"),
        "sent": ("transaction", "at"),
        "amount": ("transaction", "amount"),
        "currency": ("transaction", "currency"),
        "account": ("beneficiary", "account"),
        "holder": ("beneficiary", "name"),
    }
)
"""What a bank needs to find a transfer, `{name: (element, part)}`; of other requests the note."""


@dataclass(frozen=True, slots=True)
class Asked:
    """A task that was made.

    Attributes:
        task: what is kept.
        link: opens it, once, in a browser; shown once.
    """

    task: Task
    link: str


def ask(
    node: Node,
    officer: Officer,
    matter_id: str,
    participant_id: str,
    note: str = "",
    item: str = WHOLE,
) -> Asked | Inadmissible:
    """Ask a participant to act on a request, and open a link for its people.

    Raises:
        Fault: those of `dossier.of`, `participants.require` and `outside.admit`;
            `participant.task.unfit`.
    """
    found = dossier.of(node, officer, matter_id)
    if found.no is not None:
        return found.no
    one = participants.require(node, officer, participant_id)
    now, steps = found.shown.state, _choices(found.guideline, found.shown.state)
    wrong = _wrong(one, now, item, note, steps)
    if wrong:
        raise Fault(
            code="participant.task.unfit",
            what=f"The task cannot be given: {wrong}.",
            fix="Choose a request with a measure, one of its items, and an open participant.",
        )
    terms = Terms(LINK, one.name, one.on_behalf, (participants.TASKS.name,), DAYS)
    made = outside.admit(node, officer, terms)
    if isinstance(made, Inadmissible):
        return made
    task = Task(
        id=node.entropy(_ID_BYTES).hex(),
        participant=one.id,
        matter=now.matter_id,
        item=item,
        note=printable(note).strip(),
        facts=_facts(found.reviewed.content.elements),
        unit=next(iter(sums.asked(now)), ""),
        steps=steps,
        officer=officer.name,
        agency=officer.agency,
        asked_ms=node.clock.now_ms(),
        session=made.session.id,
    )
    with node.store.write() as tx:
        _save(tx, task)
    return Asked(task, made.secret)


def _wrong(one: Participant, now: State, item: str, note: str, steps: Mapping[str, Choice]) -> str:
    if one.ended_ms is not None:
        return f"{quoted(one.id)} was ended"
    if item not in {*now.items, WHOLE}:
        return f"{quoted(item)} is no item of the request"
    if len(note) > tasks.NOTE_CHARS_MAX:
        return f"the note has over {tasks.NOTE_CHARS_MAX} characters"
    return "" if steps else f"nothing is agreed of how {quoted(now.type)} goes on"


def _choices(guideline: Guideline | None, now: State) -> dict[str, Choice]:
    """Return the steps that who is asked may tell, in the words of the guideline's ladder."""
    ladder = guideline.ladder(now.type) if guideline else None
    found = {}
    for code, step in ladder.steps.items() if ladder else ():
        words = legal_text.spoken(step.label, ("en", "zh"))
        if step.by == fields.ADDRESSEE:
            found[code] = Choice(words["en"], words["zh"], step.unit, tuple(step.reasons))
    return found


def _facts(elements: Mapping[str, Json]) -> dict[str, str]:
    found = {}
    for name, (element, part) in _FACTS.items():
        value = elements.get(element)
        text = value.get(part, "") if isinstance(value, dict) else ""
        if isinstance(text, str) and text.strip():
            found[name] = one_line(text)[:255]
    return found


def listing(node: Node, officer: Officer, matter_id: str = "") -> list[Task]:
    """Return the tasks of requests that an officer may read, what waits for them first."""
    only = found_matter(node, officer, matter_id)[0].matter.id if matter_id else ""
    with node.store.read() as tx:
        found = [one for one in _every(tx) if only in ("", one.matter)]
    return tasks.newest_first([one for one in found if _reads(node, officer, one)])


def _reads(node: Node, officer: Officer, one: Task) -> bool:
    try:
        found_matter(node, officer, one.matter)
    except Fault:
        return False
    return True


def say(node: Node, officer: Officer, task_id: str, key: str = "") -> Result:
    """Say the newest answer of a task to the other side, as a step of the measure.

    Raises:
        Fault: `participant.task.unknown`, `participant.task.nothing-to-say`, those of `desk.say`.
    """
    task = require(node, officer, task_id)
    answer = task.unsaid
    if answer is None:
        raise Fault(
            code="participant.task.nothing-to-say",
            what=f"The task {quoted(task_id)} has no answer that was not said.",
            fix="Wait for the participant, or call it: `comity participant tasks`.",
        )
    given: dict[str, Value] = {
        "steps": {task.item: answer.step},
        "times": {task.item: answer.at_ms},
    }
    if answer.amount is not None:
        given |= {"sums": {task.item: answer.amount}, "units": {task.item: answer.unit}}
    if answer.reason:
        given["reasons"] = {task.item: answer.reason}
    done = speak(node, officer, task.matter, acts.STEP_TOLD, given, Words(key=key))
    if not isinstance(done, Inadmissible):
        with node.store.write() as tx:
            _save(tx, tasks.said(task, node.clock.now_ms()))
    return done


def require(node: Node, officer: Officer, task_id: str) -> Task:
    """Return a task of a request that an officer may read.

    Raises:
        Fault: `participant.task.unknown`.
    """
    with node.store.read() as tx:
        found = _of(tx, task_id)
    if found is None or not _reads(node, officer, found):
        raise unknown(task_id)
    return found


def unknown(task_id: str) -> Fault:
    """Say that there is no such task."""
    return Fault(
        code="participant.task.unknown",
        what=f"There is no task {quoted(task_id)}.",
        fix="Run `comity participant tasks` to see the tasks.",
    )


def of_session(tx: Tx, session: Session) -> list[Task]:
    """Return the tasks that a session opens: that of its link, or those of its participant."""
    if session.kind == LINK:
        found = [one for one in _every(tx) if one.session == session.id]
    else:
        one = participants.of_session(tx, session)
        found = [task for task in _every(tx) if one is not None and task.participant == one.id]
    known = {one.id: one for one in participants.every(tx)}
    shown = (one for one in found if known[one.participant].ended_ms is None)
    return sorted(shown, key=lambda one: (-one.asked_ms, one.id))


def read(node: Node, session: Session, task_id: str) -> Task | None:
    """Return one task of a session and note when it was first read; None for one of another."""
    with node.store.write() as tx:
        found = next((one for one in of_session(tx, session) if one.id == task_id), None)
        if found is not None and found.read_ms is None:
            found = replace(found, read_ms=node.clock.now_ms())
            _save(tx, found)
    return found


def answer(node: Node, session: Session, task_id: str, given: Mapping[str, str]) -> Task | None:
    """Take the answer of a participant; an officer reads it before it is said.

    Raises:
        Fault: `participant.answer.unfit`.
    """
    with node.store.write() as tx:
        found = next((one for one in of_session(tx, session) if one.id == task_id), None)
        if found is None:
            return None
        made = tasks.answered(found, given, node.clock.now_ms())
        _save(tx, made)
    return made


def as_json(task: Task) -> dict[str, Json]:
    """Return a task as officers read it."""
    return {**_to_json(task), "minutes": tasks.minutes(task)}


def for_participant(task: Task) -> dict[str, Json]:
    """Return a task as its participant reads it: nothing of requests, States and officers."""
    whole = _to_json(task)
    answers = [
        {name: value for name, value in asdict(one).items() if name != "said_ms"}
        for one in task.answers
    ]
    steps: dict[str, Json] = {
        code: {**asdict(one), "reasons": [*one.reasons]} for code, one in task.steps.items()
    }
    kept: dict[str, Json] = {
        name: whole[name] for name in ("id", "note", "facts", "unit", "asked_ms")
    }
    return {**kept, "steps": steps, "answers": cast("Json", answers)}


def reasons(task: Task) -> dict[str, Mapping[str, str]]:
    """Return the reasons that a task may be answered with, in words."""
    used = dict.fromkeys(code for one in task.steps.values() for code in one.reasons)
    found = (codes.STEP_REASONS[code] for code in used if code in codes.STEP_REASONS)
    return {one.code: {"en": one.en, "zh": one.zh} for one in found}


def _to_json(task: Task) -> dict[str, Json]:
    return cast(
        "dict[str, Json]",
        {
            **asdict(task),
            "facts": dict(task.facts),
            "steps": {
                code: {**asdict(one), "reasons": [*one.reasons]} for code, one in task.steps.items()
            },
            "answers": [asdict(one) for one in task.answers],
        },
    )


def _every(tx: Tx) -> list[Task]:
    return [_from_json(value) for value in tx.records(RECORD).values()]


def _of(tx: Tx, task_id: str) -> Task | None:
    value = tx.record(RECORD, task_id)
    return None if value is None else _from_json(value)


def _save(tx: Tx, task: Task) -> None:
    tx.save_record(RECORD, task.id, _to_json(task))


def _from_json(value: Json) -> Task:
    kept = cast("dict[str, Any]", value)
    steps = {
        code: Choice(**{**one, "reasons": tuple(one["reasons"])})
        for code, one in kept["steps"].items()
    }
    answers = tuple(Answer(**one) for one in kept["answers"])
    return Task(**{**kept, "steps": steps, "answers": answers})
