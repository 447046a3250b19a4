"""Where a file stands: `fold(file, step) -> file`, total: a step out of place changes nothing.

Floor: domestic (pure).
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from types import MappingProxyType
from typing import Any, Final, assert_never

from comity.domestic.duty.acts import (
    Accepted,
    AdviceAsked,
    AdviceGiven,
    Assigned,
    Begun,
    Declined,
    Finished,
    Linked,
    Marked,
    Noted,
    Returned,
    Routed,
    Share,
    Step,
    TaskAdded,
    TaskDone,
    TermSet,
    Who,
)

ROUTED: Final = "routed"
ASSIGNED: Final = "assigned"
ACCEPTED: Final = "accepted"
DECLINED: Final = "declined"
DONE: Final = "done"
LEFT: Final = "left"
"""A later routing gave it to others."""

OPEN: Final = frozenset({ROUTED, ASSIGNED, ACCEPTED})
PARTS: Final = (ROUTED, ASSIGNED, ACCEPTED, DECLINED, DONE, LEFT)


@dataclass(frozen=True, slots=True)
class Part:
    """What one agency has to do with it.

    Attributes:
        agency: its id.
        is_lead: whether it is the competent one.
        status: one of `PARTS`.
        does: what it contributes, or "".
        officer: to whom it is assigned, or "".
        due_ms: the domestic term, or None.
        since_ms: when it was routed there last.
        why: of the last step that gives a reason, or "".
    """

    agency: str
    is_lead: bool
    status: str = ROUTED
    does: str = ""
    officer: str = ""
    due_ms: int | None = None
    since_ms: int = 0
    why: str = ""

    @property
    def is_open(self) -> bool:
        """Whether something is still to be done."""
        return self.status in OPEN


@dataclass(frozen=True, slots=True)
class Note:
    """A note, and who wrote it."""

    who: Who
    text: str


@dataclass(frozen=True, slots=True)
class Task:
    """Something that an officer is to do.

    Attributes:
        added: by whom, and when.
        what: in words.
        owner: the officer.
        due_ms: or None.
        done: by whom and when it was done, or None.
        result: in words, or "".
    """

    added: Who
    what: str
    owner: str
    due_ms: int | None = None
    done: Who | None = None
    result: str = ""


@dataclass(frozen=True, slots=True)
class Advice:
    """A question between agencies.

    Attributes:
        asked: by whom, and when.
        of: the agency that is asked.
        question: in words.
        due_ms: or None.
        given: by whom and when it was answered, or None.
        answer: in words, or "".
    """

    asked: Who
    of: str
    question: str
    due_ms: int | None = None
    given: Who | None = None
    answer: str = ""


@dataclass(frozen=True, slots=True)
class File:
    """The domestic file of one request or inquiry.

    Attributes:
        begun: the inquiry with which it began, or None for what arrived.
        crosses: whether it is cross-border; None: as its matter is.
        parties: other States that it concerns, as far as an officer said so.
        linked: `(channel, matter)` of the request that an inquiry became, or None.
        routing: the last one, or None.
        parts: by agency, in the order in which they came.
        notes, tasks, advice: in order; tasks and advice are numbered from 1.
        steps: how many were kept.
        touched_ms: when the last one was taken.
    """

    begun: Begun | None = None
    crosses: bool | None = None
    parties: tuple[str, ...] = ()
    linked: tuple[str, str] | None = None
    routing: Routed | None = None
    parts: Mapping[str, Part] = field(default_factory=lambda: MappingProxyType({}))
    notes: tuple[Note, ...] = ()
    tasks: tuple[Task, ...] = ()
    advice: tuple[Advice, ...] = ()
    steps: int = 0
    touched_ms: int = 0

    @property
    def lead(self) -> Part | None:
        """The competent agency's part."""
        return next((part for part in self.parts.values() if part.is_lead), None)

    @property
    def is_unrouted(self) -> bool:
        """Whether the contact point has to route it: nobody did, or who has it says no."""
        lead = self.lead
        return lead is None or lead.status == DECLINED

    @property
    def readers(self) -> frozenset[str]:
        """Agencies that may read it: those that have a part, were asked, or began it."""
        held = {
            agency for agency, part in self.parts.items() if part.status not in {LEFT, DECLINED}
        }
        asked = {one.of for one in self.advice} | {one.asked.agency for one in self.advice}
        began = {self.begun.who.agency} if self.begun else set()
        return frozenset(held | asked | began)


EMPTY: Final = File()


def fold(file: File, step: Step) -> File:
    """Return the file after a step."""
    after = _after(file, step)
    return replace(after, steps=file.steps + 1, touched_ms=max(file.touched_ms, step.who.at_ms))


def fold_all(steps: Iterable[Step]) -> File:
    """Return the file after all steps."""
    file = EMPTY
    for step in steps:
        file = fold(file, step)
    return file


def _after(file: File, step: Step) -> File:
    match step:
        case Begun() | Marked() | Linked():
            return _inquiry(file, step)
        case Routed():
            return _routed(file, step)
        case Declined() | TermSet() | Assigned() | Accepted() | Returned() | Finished():
            return _with_part(file, step.part, lambda part: _of_part(part, step))
        case Noted():
            return replace(file, notes=(*file.notes, Note(step.who, step.text)))
        case TaskAdded() | TaskDone():
            return _task(file, step)
        case AdviceAsked() | AdviceGiven():
            return _advice(file, step)
        case _:
            assert_never(step)


def _inquiry(file: File, step: Begun | Marked | Linked) -> File:
    match step:
        case Begun():
            if file.steps:
                return file
            return replace(file, begun=step, crosses=step.crosses, parties=step.parties)
        case Marked():
            return replace(file, crosses=step.crosses, parties=step.parties or file.parties)
        case Linked():
            is_inquiry = file.begun is not None and file.linked is None
            return replace(file, linked=(step.channel, step.matter)) if is_inquiry else file
        case _:
            assert_never(step)


def _routed(file: File, step: Routed) -> File:
    shares = {step.lead.agency: step.lead}
    for share in step.others:
        shares.setdefault(share.agency, share)
    parts = {
        agency: replace(part, is_lead=False, status=LEFT if part.is_open else part.status)
        for agency, part in file.parts.items()
        if agency not in shares
    }
    order = [*file.parts, *(agency for agency in shares if agency not in file.parts)]
    for agency, share in shares.items():
        parts[agency] = _share(file.parts.get(agency), share, step)
    kept = MappingProxyType({agency: parts[agency] for agency in order})
    return replace(file, routing=step, parts=kept)


def _share(part: Part | None, share: Share, step: Routed) -> Part:
    is_lead = share.agency == step.lead.agency
    new = Part(
        share.agency, is_lead, ROUTED, share.does, "", share.due_ms, step.who.at_ms, step.why
    )
    if part is None or not part.is_open:
        return new
    return replace(new, status=part.status, officer=part.officer, since_ms=part.since_ms)


type _PartStep = Declined | TermSet | Assigned | Accepted | Returned | Finished


def _with_part(file: File, agency: str, change: Callable[[Part], Part]) -> File:
    part = file.parts.get(agency)
    if part is None or not part.is_open:
        return file
    parts: dict[str, Any] = {**file.parts, agency: change(part)}
    return replace(file, parts=MappingProxyType(parts))


def _of_part(part: Part, step: _PartStep) -> Part:
    match step:
        case Declined():
            return replace(part, status=DECLINED, officer="", why=step.why)
        case TermSet():
            return replace(part, due_ms=step.due_ms, why=step.why or part.why)
        case Assigned():
            return replace(part, status=ASSIGNED, officer=step.officer)
        case Accepted():
            is_his = part.status == ASSIGNED and part.officer == step.who.officer
            return replace(part, status=ACCEPTED) if is_his else part
        case Returned():
            is_his = bool(part.officer) and part.officer == step.who.officer
            return replace(part, status=ROUTED, officer="", why=step.why) if is_his else part
        case Finished():
            return replace(part, status=DONE, why=step.result)
        case _:
            assert_never(step)


def _task(file: File, step: TaskAdded | TaskDone) -> File:
    if isinstance(step, TaskAdded):
        if step.task != len(file.tasks) + 1:
            return file
        task = Task(step.who, step.what, step.owner, step.due_ms)
        return replace(file, tasks=(*file.tasks, task))
    at = step.task - 1
    if not 0 <= at < len(file.tasks) or file.tasks[at].done is not None:
        return file
    done = replace(file.tasks[at], done=step.who, result=step.result)
    return replace(file, tasks=(*file.tasks[:at], done, *file.tasks[at + 1 :]))


def _advice(file: File, step: AdviceAsked | AdviceGiven) -> File:
    if isinstance(step, AdviceAsked):
        if step.advice != len(file.advice) + 1:
            return file
        asked = Advice(step.who, step.of, step.question, step.due_ms)
        return replace(file, advice=(*file.advice, asked))
    at = step.advice - 1
    if not 0 <= at < len(file.advice) or file.advice[at].given is not None:
        return file
    given = replace(file.advice[at], given=step.who, answer=step.answer)
    return replace(file, advice=(*file.advice[:at], given, *file.advice[at + 1 :]))
