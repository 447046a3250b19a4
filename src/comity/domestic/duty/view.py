"""Questions that a desk asks of a file: what is open, whose it is, by when.

Floor: domestic (pure).
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from comity.domestic.duty.fold import File

PART: Final = "part"
TASK: Final = "task"
ADVICE: Final = "advice"


@dataclass(frozen=True, slots=True)
class Open:
    """One thing that is open.

    Attributes:
        kind: `part`, `task` or `advice`.
        number: of the task or question, 0 for a part.
        agency: that has it; "" for a task.
        officer: who has it, or "" for the agency as a whole.
        status: of the part, or `open`.
        is_lead: whether it is the competent agency's part.
        due_ms: the domestic term, or None.
        since_ms: since when.
        what: in words.
    """

    kind: str
    number: int = 0
    agency: str = ""
    officer: str = ""
    status: str = "open"
    is_lead: bool = False
    due_ms: int | None = None
    since_ms: int = 0
    what: str = ""

    @property
    def id(self) -> str:
        """What tells it from the others of its file."""
        return self.agency if self.kind == PART else f"{self.kind}-{self.number}"


def opens(file: File) -> tuple[Open, ...]:
    """Return everything that is open in a file: parts, questions, tasks."""
    return (*_parts(file), *_questions(file), *_tasks(file))


def _parts(file: File) -> Iterator[Open]:
    for part in file.parts.values():
        if part.is_open:
            yield Open(
                kind=PART,
                agency=part.agency,
                officer=part.officer,
                status=part.status,
                is_lead=part.is_lead,
                due_ms=part.due_ms,
                since_ms=part.since_ms,
                what=part.does,
            )


def _questions(file: File) -> Iterator[Open]:
    for number, one in enumerate(file.advice, 1):
        if one.given is None:
            yield Open(
                kind=ADVICE,
                number=number,
                agency=one.of,
                due_ms=one.due_ms,
                since_ms=one.asked.at_ms,
                what=one.question,
            )


def _tasks(file: File) -> Iterator[Open]:
    for number, one in enumerate(file.tasks, 1):
        if one.done is None:
            yield Open(
                kind=TASK,
                number=number,
                officer=one.owner,
                due_ms=one.due_ms,
                since_ms=one.added.at_ms,
                what=one.what,
            )


def subject(file: File) -> tuple[str, str, str]:
    """Return type, crime and urgency of an inquiry, as far as they are known."""
    begun = file.begun
    return ("", "", "") if begun is None else (begun.type, begun.crime, begun.urgency)
