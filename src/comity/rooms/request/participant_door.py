"""Tasks as they are kept, and as a participant reads and answers them.

    record kind         key     value
    participant-task    <id>    `Task`

Floor: rooms.
"""

from collections.abc import Mapping
from dataclasses import asdict, replace
from typing import Any, Final, cast

from comity.domestic.outside.session import LINK, Session
from comity.domestic.participant import task as tasks
from comity.domestic.participant.task import Answer, Choice, Task
from comity.joint.request import codes
from comity.kernel.ijson import Json
from comity.node.base.context import Node
from comity.node.base.ports import Tx
from comity.node.desk import participants

RECORD: Final = "participant-task"


def of_session(tx: Tx, session: Session) -> list[Task]:
    """Return the tasks that a session opens: that of its link, or those of its participant."""
    if session.kind == LINK:
        found = [one for one in every(tx) if one.session == session.id]
    else:
        one = participants.of_session(tx, session)
        found = [task for task in every(tx) if one is not None and task.participant == one.id]
    known = {one.id: one for one in participants.every(tx)}
    shown = (one for one in found if known[one.participant].ended_ms is None)
    return sorted(shown, key=lambda one: (-one.asked_ms, one.id))


def read(node: Node, session: Session, task_id: str) -> Task | None:
    """Return one task of a session and note when it was first read; None for one of another."""
    with node.store.write() as tx:
        found = next((one for one in of_session(tx, session) if one.id == task_id), None)
        if found is not None and found.read_ms is None:
            found = replace(found, read_ms=node.clock.now_ms())
            save(tx, found)
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
        save(tx, made)
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


def every(tx: Tx) -> list[Task]:
    """Return every task."""
    return [_from_json(value) for value in tx.records(RECORD).values()]


def of(tx: Tx, task_id: str) -> Task | None:
    """Return a task by its id, or None."""
    value = tx.record(RECORD, task_id)
    return None if value is None else _from_json(value)


def save(tx: Tx, task: Task) -> None:
    """Keep a task."""
    tx.save_record(RECORD, task.id, _to_json(task))


def _from_json(value: Json) -> Task:
    kept = cast("dict[str, Any]", value)
    steps = {
        code: Choice(**{**one, "reasons": tuple(one["reasons"])})
        for code, one in kept["steps"].items()
    }
    answers = tuple(Answer(**one) for one in kept["answers"])
    return Task(**{**kept, "steps": steps, "answers": answers})
