"""Tasks of participants: what a bank or provider is asked to do for a request, and its answers.

    ask(node, officer, "3f1c", participant, note)    -> a task, and the link that opens it
    say(node, officer, task)                         said to the other side, once an officer read it

Floor: rooms.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Final

from comity.acts.verb import Value
from comity.domestic.outside.session import LINK, Terms
from comity.domestic.participant import task as tasks
from comity.domestic.participant.task import Choice, Task
from comity.joint.request import acts, fields, sums
from comity.joint.request.state import WHOLE, State
from comity.kernel import legal_text
from comity.kernel.fault import Fault, quoted
from comity.kernel.inadmissible import Inadmissible
from comity.kernel.printable import one_line, printable
from comity.node.base.context import Node
from comity.node.base.rows import Officer
from comity.node.desk import outside, participants
from comity.node.room.act_words import Words
from comity.node.room.release.draft_store import Result
from comity.rooms.request import dossier, participant_door
from comity.rooms.request.desk import say as speak
from comity.rooms.request.desk.say import found as found_matter
from comity.rooms.request.dossier import Dossier

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

EVERY_ITEM: Final = WHOLE
"""Of a request, where no item of it is named."""


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
    now, steps = found.shown.state, _choices(found)
    wrong = _wrong(now, item, note, steps)
    if one.ended_ms is not None:
        wrong = f"{quoted(one.id)} was ended"
    if wrong:
        raise Fault(
            code="participant.task.unfit",
            what=f"The task cannot be given: {wrong}.",
            fix="Choose a request with a measure, one of its items, and an open participant.",
        )
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
    )
    made = outside.admit(
        node,
        officer,
        Terms(LINK, one.name, one.on_behalf, (participants.TASKS.name,), DAYS),
        also=lambda tx, session: participant_door.save(tx, replace(task, session=session.id)),
    )
    if isinstance(made, Inadmissible):
        return made
    return Asked(replace(task, session=made.session.id), made.secret)


def _wrong(now: State, item: str, note: str, steps: Mapping[str, Choice]) -> str:
    if item not in {*now.items, WHOLE}:
        return f"{quoted(item)} is no item of the request"
    if len(note) > tasks.NOTE_CHARS_MAX:
        return f"the note has over {tasks.NOTE_CHARS_MAX} characters"
    return "" if steps else f"nothing is agreed of how {quoted(now.type)} goes on"


def _choices(found: Dossier) -> dict[str, Choice]:
    """Return the steps that who is asked may tell, in the words of the guideline's ladder."""
    guideline, now = found.guideline, found.shown.state
    ladder = guideline.ladder(now.type) if guideline else None
    made = {}
    for code, step in ladder.steps.items() if ladder else ():
        words = legal_text.spoken(step.label, ("en", "zh"))
        if step.by == fields.ADDRESSEE:
            made[code] = Choice(words["en"], words["zh"], step.unit, tuple(step.reasons))
    return made


def _facts(elements: Mapping[str, object]) -> dict[str, str]:
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
        found = [one for one in participant_door.every(tx) if only in ("", one.matter)]
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
            participant_door.save(tx, tasks.said(task, node.clock.now_ms()))
    return done


def require(node: Node, officer: Officer, task_id: str) -> Task:
    """Return a task of a request that an officer may read.

    Raises:
        Fault: `participant.task.unknown`.
    """
    with node.store.read() as tx:
        found = participant_door.of(tx, task_id)
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
