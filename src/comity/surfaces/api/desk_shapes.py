"""The shapes of the duty desk, as openapi.json shows them.

A step says what its kind has; what it has not is not there.

Floor: surfaces.
"""

from ninja import Schema
from pydantic import Field

NEXT = "the `after` of the next page; empty at the end"


class InboxLine(Schema):
    """What arrived, or was begun here, and nobody routed."""

    id: str
    channel: str = Field(description="empty for an inquiry")
    urgency: str
    type: str
    asker: str
    title: str
    status: str
    since_ms: int
    age_ms: int
    opened: bool = Field(description="whether an officer of this node has looked")
    cross_border: bool
    parties: list[str]
    declined: str = Field(description="why the agency that had it gave it back; or empty")
    due_ms: int | None
    next: str


class InboxPage(Schema):
    """Some of what waits at the contact point, the most urgent first."""

    inbox: list[InboxLine]
    now_ms: int
    next: str = Field(description=NEXT)


class WorkLine(Schema):
    """One thing that is open."""

    id: str
    channel: str
    kind: str = Field(description="part, task or advice")
    number: int = Field(description="of a task or advice in its file")
    agency: str
    officer: str
    status: str
    lead: bool = Field(description="whether the agency is the competent one")
    due_ms: int | None
    since_ms: int
    what: str
    matter: str = Field(description="where the matter stands")
    urgency: str


class WorkPage(Schema):
    """Some of what is open at an agency, or with an officer."""

    work: list[WorkLine]
    now_ms: int
    next: str = Field(description=NEXT)


class RuleLooked(Schema):
    """What became of one rule."""

    rule: str
    outcome: str = Field(description="fits, field: one does not fit, or earlier-rule")
    field: str
    value: str
    wanted: list[str]


class RouteExplained(Schema):
    """To which agency a rule gives it, and why not to others."""

    type: str
    crime: str
    urgency: str
    agency: str
    reason: str
    rule: str
    also: list[str] = Field(description="agencies that take part")
    looked: list[RuleLooked]
    profile: str = Field(description="SHA-256 of the nation profile; or empty")
    outward_ms: int | None = Field(description="when the answer is due to the other side")
    routed: str = Field(description="the competent agency already; or empty")


class Who(Schema):
    """Who did it, for which agency, and when."""

    officer: str
    agency: str
    at_ms: int


class RoutedShare(Schema):
    """An agency's part, as it was routed."""

    agency: str
    does: str
    due_ms: int | None


class FileStep(Schema):
    """One step in a file; what its kind does not have is not there."""

    step: str = Field(
        description="begun, marked, linked, routed, declined, term-set, assigned, accepted, "
        "returned, finished, noted, task-added, task-done, advice-asked or advice-given"
    )
    who: Who
    title: str = ""
    type: str = ""
    crime: str = ""
    urgency: str = ""
    parties: list[str] = Field(default_factory=list)
    crosses: bool = False
    channel: str = ""
    matter: str = ""
    lead: RoutedShare | None = None
    others: list[RoutedShare] = Field(default_factory=list)
    reason: str = ""
    rule: str = ""
    profile: str = ""
    part: str = Field("", description="an agency")
    officer: str = ""
    why: str = ""
    result: str = ""
    text: str = ""
    task: int = 0
    what: str = ""
    owner: str = ""
    advice: int = 0
    of: str = Field("", description="the agency that is asked")
    question: str = ""
    answer: str = ""
    due_ms: int | None = None


class FilePart(Schema):
    """An agency's part of a file."""

    agency: str
    lead: bool
    status: str
    does: str
    officer: str
    due_ms: int | None
    since_ms: int
    why: str


class FileDone(Schema):
    """What a step made of a file."""

    id: str
    channel: str
    done: FileStep
    steps: int = Field(description="of the file, this one counted")
    parts: list[FilePart]
    tasks: int = Field(description="how many; the number of the one that was added")
    advice: int = Field(description="likewise")
    repeated: bool = Field(description="whether a call with the same key had done it")


class RoutedAll(Schema):
    """What was routed by rule."""

    routed: list[FileDone]


class FileTask(Schema):
    """What is to be done."""

    number: int
    what: str
    owner: str
    due_ms: int | None
    done: str | None = Field(description="by whom")
    result: str


class FileAdvice(Schema):
    """What one agency asked another."""

    number: int
    from_: str = Field(alias="from")
    of: str
    question: str
    due_ms: int | None
    answered: str | None = Field(description="by whom")
    answer: str


class FileNote(Schema):
    """A note."""

    officer: str
    agency: str
    at_ms: int
    text: str


class FileShown(Schema):
    """The domestic file of a matter."""

    id: str
    channel: str
    status: str = Field(description="of the request; `inquiry` for one that was begun here")
    cross_border: bool
    linked: list[str] | None = Field(description="channel and id of the request that it became")
    unrouted: bool
    parts: list[FilePart]
    tasks: list[FileTask]
    advice: list[FileAdvice]
    notes: list[FileNote]
    steps: list[FileStep]


class ShiftLine(Schema):
    """One thing that was open when a desk was handed over."""

    id: str
    kind: str = Field(description="unrouted, part, task or advice")
    rank: int = Field(description="of its urgency; 0 is an emergency")
    since_ms: int
    what: str
    status: str = Field("", description="not of what is unrouted, like the two that follow")
    officer: str = ""
    due_ms: int | None = None


class ShiftTurn(Schema):
    """A hand-over or take-over."""

    turn: str = Field(description="handed-over or taken-over")
    who: Who
    to: str = Field(description="who is to take it; empty of a take-over, like the next three")
    note: str
    open: list[ShiftLine]
    more: int = Field(description="lines beyond those")
    takes: int = Field(description="number of the hand-over that is taken; 0 where nobody gave it")
    why: str


class NumberedTurn(ShiftTurn):
    """The same in a list."""

    number: int


class ShiftShown(Schema):
    """Who has the desk of an agency."""

    agency: str
    officer: str
    since_ms: int
    pending: int = Field(description="number of the hand-over that waits to be taken; 0: none")
    to: str
    turns: list[NumberedTurn] = Field(description="the last ones, the newest first")
