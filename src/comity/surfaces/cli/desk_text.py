"""The duty desk as people read it, and as JSON.

Floor: surfaces.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from typing import Final

from comity.domestic.duty import acts
from comity.domestic.duty.fold import Part
from comity.domestic.duty.roster import HandedOver, Turn
from comity.domestic.routing import route as routing
from comity.domestic.routing.route import Looked
from comity.kernel.ijson import Json
from comity.node.desk.duty.change import Done
from comity.node.desk.duty.intake import Inbox, Waiting
from comity.node.desk.duty.papers import Shown
from comity.node.desk.duty.routing import Explained
from comity.node.desk.duty.shifts import Desk
from comity.node.desk.duty.work import Line, Lines

_SHORT: Final = 8
_MINUTE_MS: Final = 60_000
_HOUR: Final = 60
_DAY: Final = 24 * _HOUR

_REASONS: Final[Mapping[str, str]] = {
    routing.RULE: "by rule",
    routing.NO_RULE: "no rule fits, so it stays at the contact point",
    routing.CRIME_UNKNOWN: "its crime type is not known, so no rule for crimes can fit",
    routing.NO_PROFILE: "no nation profile is in force",
    routing.BY_HAND: "by hand",
    routing.ACKNOWLEDGED: "an officer of it acknowledged the emergency",
}


def when(at_ms: int | None) -> str:
    """Return an instant in words."""
    if at_ms is None:
        return "-"
    return datetime.fromtimestamp(at_ms / 1_000, UTC).strftime("%Y-%m-%d %H:%MZ")


def age(ms: int) -> str:
    """Return how long that is, in its greatest unit."""
    minutes = max(0, ms) // _MINUTE_MS
    if minutes < _HOUR:
        return f"{minutes} min"
    return f"{minutes // _HOUR} h" if minutes < 2 * _DAY else f"{minutes // _DAY} d"


def left(due_ms: int | None, now_ms: int) -> str:
    """Return when it is due, seen from now."""
    if due_ms is None:
        return "no term"
    if due_ms <= now_ms:
        return f"OVERDUE by {age(now_ms - due_ms)}"
    return f"due in {age(due_ms - now_ms)}"


def inbox_text(inbox: Inbox) -> str:
    """Return the inbox for reading."""
    lines = [_waiting(one, inbox.now_ms) for one in inbox.lines]
    return _page(lines, inbox.after, "Nothing waits to be routed.")


def _waiting(one: Waiting, now_ms: int) -> str:
    marks = [
        "cross-border" if one.crosses else "domestic",
        "" if one.is_opened else "UNOPENED",
        f"next: {one.next}, {left(one.due_ms, now_ms)}" if one.next else "",
    ]
    about = one.title or f"from {one.asker}"
    shown = "  ".join(filter(None, marks))
    line = (
        f"{one.key[1][:_SHORT]}  {one.urgency:<9}  {age(now_ms - one.since_ms):>6}  "
        f"{one.type or '-'}  {about}  {one.status}  {shown}"
    )
    return f"{line}\n          sent back: {one.declined}" if one.declined else line


def _page(lines: Sequence[str], after: str, empty: str) -> str:
    more = [f"More: --after '{after}'"] if after else []
    return "\n".join([*lines, *more]) or empty


def lines_text(found: Lines) -> str:
    """Return a list of what is open for reading."""
    return _page([_line(one, found.now_ms) for one in found.lines], found.after, "Nothing is open.")


def _line(one: Line, now_ms: int) -> str:
    what = f"{one.kind} {one.number}" if one.number else ("lead" if one.is_lead else "part")
    return (
        f"{one.key[1][:_SHORT]}  {one.urgency:<9}  {left(one.due_ms, now_ms):<16}  {what}  "
        f"{one.status}  {one.officer or 'nobody'}  {one.matter}  {one.what}"
    ).rstrip()


def explained_text(found: Explained) -> str:
    """Return why it goes where it goes, for reading."""
    subject = found.subject
    crime, urgency = subject.crime or "not known", subject.urgency or "-"
    rule = f" {found.route.rule!r}" if found.route.rule else ""
    lines = [
        f"type {subject.type or '-'}, crime {crime}, urgency {urgency}",
        f"-> {found.route.agency or 'nowhere'}: {_REASONS[found.route.reason]}{rule}",
    ]
    lines += [f"   with {share.agency}: {share.does or 'takes part'}" for share in found.route.also]
    lines.append(f"   the full answer is due to the State that asked: {when(found.outward_ms)}")
    return "\n".join([*lines, *(f"   {_looked(one)}" for one in found.route.looked)])


def _looked(one: Looked) -> str:
    if one.outcome == routing.FITS:
        return f"{one.rule}: fits"
    if one.outcome == routing.EARLIER:
        return f"{one.rule}: not looked at, an earlier rule fits"
    value = one.value or "not known"
    return f"{one.rule}: {one.field} is {value}, not {' or '.join(one.wanted)}"


def done_text(done: Done) -> str:
    """Return what a step did, for reading."""
    file = done.file
    parts = ", ".join(_part(part) for part in file.parts.values() if part.is_open)
    tail = f"  ({parts})" if parts else ""
    return f"{done.key[1]}: {acts.tag(done.step)}{tail}"


def _part(part: Part) -> str:
    lead = "*" if part.is_lead else ""
    has = f" {part.officer}" if part.officer else ""
    return f"{part.agency}{lead} {part.status}{has}, {when(part.due_ms)}"


def routed_text(found: Sequence[tuple[str, Done]]) -> str:
    """Return what was routed by rule, for reading."""
    return "\n".join(done_text(done) for _, done in found) or "No rule fits anything that waits."


def file_text(shown: Shown) -> str:
    """Return a file for reading."""
    return "\n".join(_file(shown))


def _file(shown: Shown) -> Iterator[str]:
    file = shown.file
    where = shown.row.status if shown.row else "inquiry"
    crosses = "domestic" if file.crosses is False else "cross-border"
    yield f"{shown.key[1]}  {where}  {crosses}"
    if file.begun:
        yield f"  {file.begun.title}"
    yield from (
        f"  {_part(part)}  {part.does or part.why}".rstrip() for part in file.parts.values()
    )
    for number, task in enumerate(file.tasks, 1):
        state = f"done by {task.done.officer}: {task.result}" if task.done else "open"
        yield f"  task {number}  {task.owner}  {when(task.due_ms)}  {task.what}  {state}"
    for number, one in enumerate(file.advice, 1):
        answer = f"{one.given.officer}: {one.answer}" if one.given else "not answered"
        yield f"  advice {number}  {one.asked.agency} asks {one.of}: {one.question}  {answer}"
    for note in file.notes:
        yield f"  {_who(note.who)}: {note.text}"
    yield "  steps:"
    yield from (f"    {_who(step.who)}  {acts.tag(step)}" for step in shown.steps)


def _who(who: acts.Who) -> str:
    return f"{when(who.at_ms)}  {who.officer} ({who.agency})"


def turn_text(turn: Turn) -> str:
    """Return one turn of a shift for reading."""
    who = turn.who
    if not isinstance(turn, HandedOver):
        why = f": {turn.why}" if turn.why else ""
        return f"{when(who.at_ms)}  {who.officer} has the desk of {who.agency}{why}"
    more = f" and {turn.more} more" if turn.more else ""
    lines = [f"{when(who.at_ms)}  {who.officer} hands over to {turn.to}: {turn.note}"]
    lines += [_open(one) for one in turn.open]
    return "\n".join([*lines, f"  {len(turn.open)} open{more}"])


def _open(one: Mapping[str, Json]) -> str:
    due = one.get("due_ms")
    term = when(due) if isinstance(due, int) else "no term"
    words = f"{one['kind']}  {one.get('status', '')}  {one.get('officer', '')}  {one['what']}"
    return f"  {str(one['id'])[:_SHORT]}  {term}  {' '.join(words.split())}"


def desk_text(desk: Desk) -> str:
    """Return a desk for reading."""
    now = desk.shift
    has = f"{now.officer} since {when(now.since_ms)}" if now.officer else "nobody"
    pending = f"; handed to {now.to}, who has not taken it" if now.pending else ""
    return "\n".join([f"{desk.agency}: {has}{pending}", *(turn_text(one) for _, one in desk.turns)])
