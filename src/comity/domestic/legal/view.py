"""What a gate and a screen ask: what is decided, what is not, and what stops a step.

    rows(questions, state, content)   each question with where it stands
    stopped(rows)                     the first refusal by rule, or None

A decision that was made when the subject said something else is stale, and counts for nothing.

Floor: domestic (pure).
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from comity.domestic.legal.acts import ALLOWS, CONDITIONS, Decided, Question
from comity.domestic.legal.fold import State
from comity.kernel.inadmissible import Inadmissible

UNDECIDED: Final = "undecided"
STALE: Final = "stale"
ALLOWED: Final = "allowed"
STOPPED: Final = "stopped"

RULE_UNDECIDED: Final = "legal.undecided"
RULE_STOPPED: Final = "legal.stopped"


@dataclass(frozen=True, slots=True)
class Row:
    """One question and where it stands.

    Attributes:
        question: as the profile asks it.
        status: `undecided`, `stale`, `allowed` or `stopped`.
        decided: the newest decision, stale ones too; or None.
    """

    question: Question
    status: str
    decided: Decided | None = None


def rows(questions: Iterable[Question], state: State, content: str) -> tuple[Row, ...]:
    """Return every question with where it stands, in the order of the profile.

    Args:
        questions: that are asked of the subject.
        state: its decisions.
        content: what the subject says now.
    """
    return tuple(_row(one, state.decided.get(one.id), content) for one in questions)


def _row(question: Question, decided: Decided | None, content: str) -> Row:
    if decided is None:
        return Row(question, UNDECIDED)
    if decided.content != content:
        return Row(question, STALE, decided)
    return Row(question, ALLOWED if decided.choice.verdict == ALLOWS else STOPPED, decided)


def stopped(found: Sequence[Row]) -> Inadmissible | None:
    """Return why a step may not be taken: what stops it first, then what is not decided."""
    stops = [row for row in found if row.status == STOPPED]
    if stops:
        named = ", ".join(f"{row.question.direction}.{row.question.id}" for row in stops)
        return Inadmissible(
            RULE_STOPPED,
            f"Counsel decided that this stops it: {named}.",
            "Read the decisions with `comity legal explain`; refuse or postpone it, or have "
            "counsel decide anew.",
        )
    waits = [row for row in found if row.status in (UNDECIDED, STALE)]
    if waits:
        named = ", ".join(
            f"{row.question.direction}.{row.question.id}"
            + (" (what it is about has changed)" if row.status == STALE else "")
            for row in waits
        )
        roles = " or ".join(dict.fromkeys(role for row in waits for role in row.question.roles))
        return Inadmissible(
            RULE_UNDECIDED,
            f"The law of this State asks for decisions that are not on record: {named}.",
            f"An officer who is {roles} records them with `comity legal decide`.",
        )
    return None


def conditions(found: Iterable[Row]) -> tuple[str, ...]:
    """Return the conditions that counsel decided go with what is given."""
    return tuple(
        dict.fromkeys(
            code
            for row in found
            if row.status == ALLOWED and row.question.decides == CONDITIONS and row.decided
            for code in row.decided.choice.conditions
        )
    )


def applying(found: Iterable[Row], ground: str) -> bool | None:
    """Return whether counsel decided that a ground applies; None where nobody asks for it."""
    asked = [row for row in found if row.question.ground == ground]
    return any(row.status == STOPPED for row in asked) if asked else None
