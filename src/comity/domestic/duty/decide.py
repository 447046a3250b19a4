"""What may be done in a file now: `command + file + who -> step | Inadmissible`.

Who may act, and for whom, is decided here; what an officer may read is decided elsewhere.

Floor: domestic (pure).
"""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Final

from comity.domestic.duty.acts import (
    Accepted,
    AdviceAsked,
    AdviceGiven,
    Assigned,
    Declined,
    Finished,
    Linked,
    Marked,
    Noted,
    Returned,
    Routed,
    Share,
    TaskAdded,
    TaskDone,
    TermSet,
    Who,
)
from comity.domestic.duty.fold import ACCEPTED, ASSIGNED, File, Part
from comity.kernel.fault import quoted
from comity.kernel.inadmissible import Inadmissible

CHARS_MAX: Final = 20_000

type PartStep = Accepted | Assigned | Declined | Finished | Returned


@dataclass(frozen=True, slots=True)
class By:
    """Who asks.

    Attributes:
        who: officer, agency and instant.
        is_contact_point: whether they are at the contact point.
    """

    who: Who
    is_contact_point: bool


@dataclass(frozen=True, slots=True)
class Routing:
    """Where an officer wants it to go.

    Attributes:
        lead: the competent agency.
        others: who takes part.
        reason: a code of the routing room.
        rule: that says so, or "".
        why: in words.
        profile: SHA-256 of the nation profile, or "".
        outward_ms: when the outward clock is due, or None where none is known.
        overruled: the agency that a rule names, if it is another one; or "".
    """

    lead: Share
    others: tuple[Share, ...] = ()
    reason: str = ""
    rule: str = ""
    why: str = ""
    profile: str = ""
    outward_ms: int | None = None
    overruled: str = ""


def route(file: File, by: By, routing: Routing) -> Routed | Inadmissible:
    """Give it to agencies, for the first time or again."""
    no = _at_contact_point(by)
    if no is not None:
        return no
    shares = (routing.lead, *routing.others)
    if len({share.agency for share in shares}) < len(shares):
        return Inadmissible(
            "duty.routing.agency-twice",
            "An agency is named twice.",
            "Name each agency once: the competent one, then those that take part.",
        )
    if not routing.why and (no := _unexplained(file, routing)) is not None:
        return no
    for share in shares:
        no = _beyond(share.due_ms, routing.outward_ms, by.who.at_ms)
        if no is not None:
            return no
    return Routed(
        by.who,
        routing.lead,
        routing.others,
        routing.reason,
        routing.rule,
        routing.why,
        routing.profile,
    )


def _unexplained(file: File, routing: Routing) -> Inadmissible | None:
    """Return the no to a routing that needs a reason."""
    if file.routing is not None and not file.is_unrouted:
        what = f"It was routed to {quoted(file.routing.lead.agency)} already."
    elif routing.overruled:
        what = f"By rule it is for {quoted(routing.overruled)}."
    else:
        return None
    return Inadmissible(
        "duty.routing.reason-missing", what, "Say why it goes elsewhere with --why."
    )


def decline(file: File, by: By, part: str, why: str) -> Declined | Inadmissible:
    """Say that a part is not for one's agency."""
    found = _own_part(file, by, part)
    if isinstance(found, Inadmissible):
        return found
    return _needs(why, "Say why with --why, so that it can be routed again.") or Declined(
        by.who, part, why
    )


def set_term(
    file: File, by: By, part: str, due_ms: int | None, outward_ms: int | None, why: str
) -> TermSet | Inadmissible:
    """Set the domestic term of a part, under the outward clock."""
    no = _at_contact_point(by)
    found = no or _open_part(file, part)
    if isinstance(found, Inadmissible):
        return found
    return _beyond(due_ms, outward_ms, by.who.at_ms) or TermSet(by.who, part, due_ms, why)


def assign(
    file: File, by: By, part: str, officer: str, officers: Collection[str]
) -> Assigned | Inadmissible:
    """Give a part to an officer of its agency.

    Args:
        file: as it stands.
        by: who asks.
        part: the agency.
        officer: to whom.
        officers: those of that agency who are in office and may work on matters.
    """
    found = _own_part(file, by, part)
    if isinstance(found, Inadmissible):
        return found
    if officer not in officers:
        return Inadmissible(
            "duty.assign.not-of-agency",
            f"{officer} is no officer of {part} who works on matters.",
            f"Name one of: {', '.join(sorted(officers)) or 'nobody, add one first'}.",
        )
    if found.officer == officer:
        return Inadmissible(
            "duty.assign.same-officer",
            f"{officer} has it already.",
            "Assign it to another officer, or leave it.",
        )
    return Assigned(by.who, part, officer)


def accept(file: File, by: By, part: str) -> Accepted | Inadmissible:
    """Take what was assigned to oneself."""
    found = _assigned(file, by, part)
    if isinstance(found, Inadmissible):
        return found
    if found.status == ACCEPTED:
        return Inadmissible("duty.part.taken", "You have taken it already.", "Go on with it.")
    return Accepted(by.who, part)


def give_back(file: File, by: By, part: str, why: str) -> Returned | Inadmissible:
    """Give what was assigned to oneself back to one's agency."""
    found = _assigned(file, by, part)
    if isinstance(found, Inadmissible):
        return found
    return _needs(why, "Say why with --why.") or Returned(by.who, part, why)


def finish(file: File, by: By, part: str, result: str) -> Finished | Inadmissible:
    """Say that an agency's part is done."""
    found = _own_part(file, by, part)
    return found if isinstance(found, Inadmissible) else Finished(by.who, part, result)


def note(by: By, text: str) -> Noted | Inadmissible:
    """Write a note."""
    return _needs(text, "Write something.") or Noted(by.who, text)


def add_task(
    file: File, by: By, what: str, owner: str, officers: Collection[str], due_ms: int | None
) -> TaskAdded | Inadmissible:
    """Add a task.

    Args:
        file: as it stands.
        by: who asks.
        what: in words.
        owner: the officer.
        officers: those who may read the file and are in office.
        due_ms: or None.
    """
    if owner not in officers:
        return Inadmissible(
            "duty.task.owner-cannot-read",
            f"{owner} is no officer who can read this file.",
            "Name one of an agency that has a part in it, or route or share it first.",
        )
    no = _needs(what, "Say what is to be done.") or _past(due_ms, by.who.at_ms)
    return no or TaskAdded(by.who, len(file.tasks) + 1, what, owner, due_ms)


def finish_task(file: File, by: By, task: int, result: str) -> TaskDone | Inadmissible:
    """Say that a task is done."""
    if not 0 < task <= len(file.tasks):
        return _unknown("task", task, len(file.tasks))
    found = file.tasks[task - 1]
    if found.done is not None:
        return Inadmissible("duty.task.done", "That task is done.", "Add another one.")
    if by.who.officer not in {found.owner, found.added.officer} and not by.is_contact_point:
        return Inadmissible(
            "duty.task.not-yours",
            f"That task is {found.owner}'s.",
            "Leave it to them, or to who added it.",
        )
    return TaskDone(by.who, task, result)


def ask_advice(
    file: File, by: By, of: str, question: str, agencies: Collection[str], due_ms: int | None
) -> AdviceAsked | Inadmissible:
    """Ask another agency, which can read the file from then on."""
    if of not in agencies:
        return Inadmissible(
            "duty.advice.agency-unknown",
            f"This State has no agency {quoted(of)}.",
            f"Ask one of: {', '.join(sorted(agencies))}.",
        )
    if of == by.who.agency:
        return Inadmissible(
            "duty.advice.own-agency",
            "That is your own agency.",
            "Write a note, or add a task for a colleague.",
        )
    no = _needs(question, "Say what you ask.") or _past(due_ms, by.who.at_ms)
    return no or AdviceAsked(by.who, len(file.advice) + 1, of, question, due_ms)


def give_advice(file: File, by: By, advice: int, answer: str) -> AdviceGiven | Inadmissible:
    """Answer what one's agency was asked."""
    if not 0 < advice <= len(file.advice):
        return _unknown("question", advice, len(file.advice))
    found = file.advice[advice - 1]
    if found.given is not None:
        return Inadmissible("duty.advice.given", "It was answered.", "Write a note to add to it.")
    if found.of != by.who.agency:
        return Inadmissible(
            "duty.advice.not-asked",
            f"{found.of} was asked, not {by.who.agency}.",
            "Leave the answer to that agency, or write a note.",
        )
    return _needs(answer, "Write the answer.") or AdviceGiven(by.who, advice, answer)


def mark(file: File, by: By, step: Marked) -> Marked | Inadmissible:
    """Say that an inquiry is cross-border, or is not."""
    if file.begun is None:
        return Inadmissible(
            "duty.mark.arrived",
            "What came from another State is cross-border.",
            "Mark inquiries that were begun here.",
        )
    no = _at_contact_point(by) if by.who.agency != file.begun.who.agency else None
    return no or step


def link(file: File, by: By, channel: str, matter: str) -> Linked | Inadmissible:
    """Say which request an inquiry became."""
    if file.begun is None or file.linked is not None:
        return Inadmissible(
            "duty.link.not-an-inquiry",
            "It is a request already." if file.begun is None else "It belongs to a request.",
            "Link an inquiry that was begun here and became none yet.",
        )
    if not channel:
        return Inadmissible(
            "duty.link.to-an-inquiry", "That is an inquiry too.", "Name a request that was sent."
        )
    return Linked(by.who, channel, matter)


def _at_contact_point(by: By) -> Inadmissible | None:
    if by.is_contact_point:
        return None
    return Inadmissible(
        "duty.contact-point.only",
        "Routing and terms are for an officer at the contact point.",
        "Ask one, or decline the part with a reason if it is not for your agency.",
    )


def _open_part(file: File, part: str) -> Part | Inadmissible:
    found = file.parts.get(part)
    if found is not None and found.is_open:
        return found
    has = ", ".join(agency for agency, one in file.parts.items() if one.is_open)
    return Inadmissible(
        "duty.part.none",
        f"{part} has no open part in it.",
        f"Name one of: {has}." if has else "Route it first with `comity desk route`.",
    )


def _own_part(file: File, by: By, part: str) -> Part | Inadmissible:
    found = _open_part(file, part)
    if isinstance(found, Inadmissible) or by.is_contact_point or by.who.agency == part:
        return found
    return Inadmissible(
        "duty.part.other-agency",
        f"That part is {part}'s.",
        f"Leave it to an officer of {part} or of the contact point.",
    )


def _assigned(file: File, by: By, part: str) -> Part | Inadmissible:
    found = _open_part(file, part)
    if isinstance(found, Inadmissible):
        return found
    if found.status not in {ASSIGNED, ACCEPTED} or found.officer != by.who.officer:
        return Inadmissible(
            "duty.part.not-yours",
            f"It is assigned to {found.officer or 'nobody'}, not to {by.who.officer}.",
            "Have it assigned to you with `comity desk assign`.",
        )
    return found


def _beyond(due_ms: int | None, outward_ms: int | None, now_ms: int) -> Inadmissible | None:
    no = _past(due_ms, now_ms)
    if no is None and due_ms is not None and outward_ms is not None and due_ms > outward_ms:
        return Inadmissible(
            "duty.term.beyond-clock",
            "The term ends after the answer is due to the other side.",
            "Set one that ends before, or ask the other side for more time first.",
        )
    return no


def _past(due_ms: int | None, now_ms: int) -> Inadmissible | None:
    if due_ms is None or due_ms > now_ms:
        return None
    return Inadmissible("duty.term.past", "That instant has passed.", "Name one to come.")


def _needs(text: str, fix: str) -> Inadmissible | None:
    if not text.strip():
        return Inadmissible("duty.text.missing", "There are no words.", fix)
    if len(text) > CHARS_MAX:
        return Inadmissible(
            "duty.text.too-long",
            f"It has {len(text)} characters, over {CHARS_MAX}.",
            "Attach a document to a draft, or say it shorter.",
        )
    return None


def _unknown(noun: str, number: int, count: int) -> Inadmissible:
    return Inadmissible(
        "duty.number.unknown",
        f"The file has no {noun} {number}; it has {count}.",
        "See the numbers with `comity desk file`.",
    )
