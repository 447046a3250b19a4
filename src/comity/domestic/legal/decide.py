"""Which decision may be recorded now, and by whom.

Floor: domestic (pure).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from comity.domestic.legal.acts import (
    BASIS,
    CONDITIONS,
    INSTRUMENT,
    STOPS,
    VERDICTS,
    Choice,
    Decided,
    Question,
)
from comity.kernel.fault import quoted
from comity.kernel.inadmissible import Inadmissible

RULES: Final = frozenset(f"legal.{what}-unknown" for what in (BASIS, INSTRUMENT))
"""The rules of a name that the profile does not offer."""


@dataclass(frozen=True, slots=True)
class By:
    """Who decides, and when.

    Attributes:
        officer: their name.
        in_office: the roles of every officer who is in office, by name.
        now_ms: when.
    """

    officer: str
    in_office: Mapping[str, frozenset[str]]
    now_ms: int


def decide(
    questions: Sequence[Question],
    by: By,
    question_id: str,
    choice: Choice,
    *,
    content: str,
    profile: str,
) -> Decided | Inadmissible:
    """Return the decision, or say why it cannot be recorded.

    Args:
        questions: that are asked of the subject.
        by: who decides.
        question_id: of the question, `<point>` or `<point>/<ground>`.
        choice: what they decide.
        content: what the subject says now.
        profile: SHA-256 of the profile that asks.
    """
    question = next((one for one in questions if one.id == question_id), None)
    if question is None:
        asked = ", ".join(one.id for one in questions)
        return Inadmissible(
            "legal.question-unknown",
            f"The profile does not ask {quoted(question_id)} here.",
            f"Decide one of: {asked}."
            if asked
            else "See what is asked with `comity legal explain`: nothing is here.",
        )
    no = _role(by, question) or _choice(question, choice)
    return no or Decided(question_id, choice, by.officer, by.now_ms, content, profile)


def _role(by: By, question: Question) -> Inadmissible | None:
    if not by.in_office.get(by.officer, frozenset()).isdisjoint(question.roles):
        return None
    wanted = " or ".join(question.roles)
    return Inadmissible(
        "legal.role-missing",
        f"{quoted(by.officer)} has not the role {wanted}, which decides {question.id}.",
        f"Ask an officer who is {wanted}.",
    )


def _choice(question: Question, choice: Choice) -> Inadmissible | None:
    if choice.verdict not in VERDICTS:
        return Inadmissible(
            "legal.verdict-unknown",
            f"{quoted(choice.verdict)} is no decision.",
            f"Say one of: {', '.join(VERDICTS)}.",
        )
    if choice.verdict == STOPS:
        return _noted(question, choice, "what stops it")
    if question.decides in (BASIS, INSTRUMENT):
        return _named(question, choice)
    if question.decides == CONDITIONS and not set(question.conditions) <= set(choice.conditions):
        return _noted(question, choice, "why a standard condition is left out")
    return None


def _named(question: Question, choice: Choice) -> Inadmissible | None:
    if choice.named not in question.offered:
        return Inadmissible(
            f"legal.{question.decides}-unknown",
            f"{quoted(choice.named)} is no {question.decides} that the profile offers here.",
            f"Name one of: {', '.join(question.offered) or 'none; it stops'}.",
        )
    if question.decides == INSTRUMENT and not choice.number.strip():
        return Inadmissible(
            "legal.number-missing",
            "An instrument is named with its number.",
            "Give the number, date or court by which it can be found, with --number.",
        )
    return None


def _noted(question: Question, choice: Choice, of_what: str) -> Inadmissible | None:
    if choice.note.strip():
        return None
    return Inadmissible(
        "legal.note-missing",
        f"The decision on {question.id} does not say {of_what}.",
        "Write it with --note.",
    )
