"""What is asked and what is decided.

    Question("grounds/dual-criminality", "grounds", roles=("counsel",), ground="dual-criminality")
    Decided("grounds/dual-criminality", "allows", "nora", at_ms, …)

A decision is about one subject: a request of another State, or a draft of our own.  It binds
what the subject said when it was decided: `content` is the id of the newest act of the asker
that says what is asked, or the hash of a draft.

Floor: domestic (pure).
"""

from dataclasses import dataclass
from typing import Any, Final, cast

from comity.kernel.ijson import Json

BASIS: Final = "basis"
INSTRUMENT: Final = "instrument"
GROUNDS: Final = "grounds"
CONDITIONS: Final = "conditions"
QUESTION: Final = "question"

ALLOWS: Final = "allows"
STOPS: Final = "stops"
VERDICTS: Final = (ALLOWS, STOPS)


@dataclass(frozen=True, slots=True)
class Question:
    """A decision that has to be on record before a step.

    Attributes:
        id: `<point>`, or `<point>/<ground>`.
        decides: `basis`, `instrument`, `grounds`, `conditions` or `question`.
        roles: any of which may decide.
        ground: the joint code that is considered, or "".
        offered: ids of bases or instruments among which one is named.
        conditions: standard ones.
        direction: `incoming`, `outgoing` or `answer`.
    """

    id: str
    decides: str
    roles: tuple[str, ...]
    ground: str = ""
    offered: tuple[str, ...] = ()
    conditions: tuple[str, ...] = ()
    direction: str = ""


@dataclass(frozen=True, slots=True)
class Choice:
    """What an officer decides.

    Attributes:
        verdict: `allows`, or `stops`: a ground applies, there is no basis, the answer is no.
        named: the basis or instrument, or "".
        number: of the instrument: file number, date, court; or "".
        conditions: that go with what is given.
        note: in words; needed where something stops, or a standard condition is left out.
    """

    verdict: str
    named: str = ""
    number: str = ""
    conditions: tuple[str, ...] = ()
    note: str = ""


@dataclass(frozen=True, slots=True)
class Decided:
    """One decision; a later one on the same question takes its place.

    Attributes:
        question: its id.
        choice: what was decided.
        officer: who decided.
        at_ms: when.
        content: what the subject said then.
        profile: SHA-256 of the nation profile that asked.
    """

    question: str
    choice: Choice
    officer: str
    at_ms: int
    content: str
    profile: str


def to_json(one: Decided) -> Json:
    """Return a decision as a JSON value; `from_json` is its inverse."""
    return {
        "question": one.question,
        "verdict": one.choice.verdict,
        "named": one.choice.named,
        "number": one.choice.number,
        "conditions": [*one.choice.conditions],
        "note": one.choice.note,
        "officer": one.officer,
        "at_ms": one.at_ms,
        "content": one.content,
        "profile": one.profile,
    }


def from_json(value: Json) -> Decided:
    """Read back what `to_json` gave."""
    fields = cast("dict[str, Any]", value)
    return Decided(
        fields["question"],
        Choice(
            fields["verdict"],
            fields["named"],
            fields["number"],
            tuple(fields["conditions"]),
            fields["note"],
        ),
        fields["officer"],
        fields["at_ms"],
        fields["content"],
        fields["profile"],
    )
