"""A task of a participant: what it is asked to do, and each answer with its time.

    money stopped:  Task(facts={"reference": …, "amount": …, "account": …}, steps=("held", …))

It names what is needed to act and nothing else: no State, officer, crime or person but the holder
of the account.  An answer is a step of the measure as the participant tells it; an officer reads it
before it is said to the other side.

Floor: domestic (pure).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

from comity.kernel import money
from comity.kernel.fault import Fault, quoted

ANSWERS_MAX: Final = 32
NOTE_CHARS_MAX: Final = 1_000
MONEY: Final = "money"


@dataclass(frozen=True, slots=True)
class Choice:
    """A step that may be answered.

    Attributes:
        en: its name in English.
        zh: in Chinese.
        unit: of the sum that it has: `money`, `persons`, `count`; "" where it has none.
        reasons: of which it has one; none: it has no reason.
    """

    en: str
    zh: str
    unit: str = ""
    reasons: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Answer:
    """What a participant did.

    Attributes:
        step: code of it.
        amount: in minor units, or None.
        unit: of the amount, or "".
        reason: code, or "".
        at_ms: when it was answered.
        said_ms: when an officer said it to the other side, or None.
    """

    step: str
    amount: int | None
    unit: str
    reason: str
    at_ms: int
    said_ms: int | None = None


@dataclass(frozen=True, slots=True)
class Task:
    """One task.

    Attributes:
        id: by which it is named.
        participant: id of it.
        matter: id of the request.
        item: of the request, or the whole.
        note: words of the officer to the participant.
        facts: `{name: value}` of what it needs to act.
        unit: currency of what is asked, or "".
        steps: what may be answered, by code, in order.
        officer: who asked.
        agency: of that officer.
        asked_ms: when.
        session: that the link opens, or "".
        read_ms: when the participant first read it, or None.
        answers: in order.
    """

    id: str
    participant: str
    matter: str
    item: str
    note: str
    facts: Mapping[str, str]
    unit: str
    steps: Mapping[str, Choice]
    officer: str
    agency: str
    asked_ms: int
    session: str = ""
    read_ms: int | None = None
    answers: tuple[Answer, ...] = ()

    @property
    def unsaid(self) -> Answer | None:
        """The newest answer, if no officer has said it to the other side."""
        newest = self.answers[-1] if self.answers else None
        return newest if newest is not None and newest.said_ms is None else None


def answered(task: Task, given: Mapping[str, str], now_ms: int) -> Task:
    """Return a task after another answer.

    Args:
        task: before it.
        given: `step`, `amount` with its decimals, `unit`, `reason`; what is missing is "".
        now_ms: when it is answered.

    Raises:
        Fault: `participant.answer.unfit`.
    """
    step, text = given.get("step", ""), given.get("amount", "").replace(",", "").strip()
    choice = task.steps.get(step)
    if choice is None:
        raise _unfit("step", f"{quoted(step)} is not one of {', '.join(task.steps)}")
    if len(task.answers) >= ANSWERS_MAX:
        raise _unfit("step", f"there are {ANSWERS_MAX} answers already")
    reason = given.get("reason", "").strip() if choice.reasons else ""
    if choice.reasons and reason not in choice.reasons:
        raise _unfit("reason", f"{quoted(reason)} is not one of {', '.join(choice.reasons)}")
    amount, unit = None, ""
    if choice.unit:
        unit = (given.get("unit", "").strip() or task.unit) if choice.unit == MONEY else choice.unit
        amount = _amount(text, unit, choice.unit)
    return replace(task, answers=(*task.answers, Answer(step, amount, unit, reason, now_ms)))


def _amount(text: str, unit: str, kind: str) -> int:
    if kind == MONEY:
        found = money.minor(text, unit)
    else:
        is_whole = text.isascii() and text.isdecimal() and len(text) <= money.DIGITS_MAX
        found = int(text) if is_whole else None
    if found is None:
        raise _unfit("amount", f"{quoted(text)} {unit} is no sum like 184000.00 EUR")
    return found


def _unfit(field: str, why: str) -> Fault:
    return Fault(
        code="participant.answer.unfit",
        what=f"The answer cannot be taken: {field}: {why}.",
        fix="Choose what was done, and fill in the sum and the reason that it needs.",
    )


def said(task: Task, now_ms: int) -> Task:
    """Return a task whose newest answer was said to the other side."""
    assert task.unsaid is not None
    return replace(task, answers=(*task.answers[:-1], replace(task.answers[-1], said_ms=now_ms)))


def minutes(task: Task) -> int | None:
    """Return how many whole minutes the first answer took, or None while there is none."""
    return (task.answers[0].at_ms - task.asked_ms) // 60_000 if task.answers else None


def newest_first(tasks: Sequence[Task]) -> list[Task]:
    """Return tasks, those that wait for an officer first, then the newest."""
    return sorted(tasks, key=lambda one: (one.unsaid is None, -one.asked_ms, one.id))
