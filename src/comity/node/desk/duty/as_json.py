"""The duty desk as data: one shape for every surface.

Floor: node.
"""

from collections.abc import Sequence
from dataclasses import asdict

from comity.domestic.duty import acts
from comity.domestic.duty.fold import File, Note, Part
from comity.domestic.duty.roster import TakenOver, Turn
from comity.kernel.ijson import Json
from comity.node.desk.duty.change import Done
from comity.node.desk.duty.intake import Inbox
from comity.node.desk.duty.papers import Shown
from comity.node.desk.duty.routing import Explained
from comity.node.desk.duty.shifts import Desk
from comity.node.desk.duty.work import Lines


def inbox_json(inbox: Inbox) -> Json:
    """Return the inbox for machines."""
    lines: list[Json] = [
        {
            "id": one.key[1],
            "channel": one.key[0],
            "urgency": one.urgency,
            "type": one.type,
            "asker": one.asker,
            "title": one.title,
            "status": one.status,
            "since_ms": one.since_ms,
            "age_ms": inbox.now_ms - one.since_ms,
            "opened": one.is_opened,
            "cross_border": one.crosses,
            "parties": [*one.parties],
            "declined": one.declined,
            "due_ms": one.due_ms,
            "next": one.next,
        }
        for one in inbox.lines
    ]
    return {"inbox": lines, "now_ms": inbox.now_ms, "next": inbox.after}


def lines_json(found: Lines) -> Json:
    """Return a list of what is open for machines."""
    lines: list[Json] = [
        {
            "id": one.key[1],
            "channel": one.key[0],
            "kind": one.kind,
            "number": one.number,
            "agency": one.agency,
            "officer": one.officer,
            "status": one.status,
            "lead": one.is_lead,
            "due_ms": one.due_ms,
            "since_ms": one.since_ms,
            "what": one.what,
            "matter": one.matter,
            "urgency": one.urgency,
        }
        for one in found.lines
    ]
    return {"work": lines, "now_ms": found.now_ms, "next": found.after}


def explained_json(found: Explained) -> Json:
    """Return why it goes where it goes, for machines."""
    looked: list[Json] = [
        {
            "rule": one.rule,
            "outcome": one.outcome,
            "field": one.field,
            "value": one.value,
            "wanted": [*one.wanted],
        }
        for one in found.route.looked
    ]
    return {
        "type": found.subject.type,
        "crime": found.subject.crime,
        "urgency": found.subject.urgency,
        "agency": found.route.agency,
        "reason": found.route.reason,
        "rule": found.route.rule,
        "also": [share.agency for share in found.route.also],
        "looked": looked,
        "profile": found.profile,
        "outward_ms": found.outward_ms,
        "routed": found.file.lead.agency if found.file.lead else "",
    }


def done_json(done: Done) -> Json:
    """Return what a step did, for machines."""
    return {
        "id": done.key[1],
        "channel": done.key[0],
        "done": acts.to_json(done.step),
        "steps": done.file.steps,
        "parts": [_part_json(part) for part in done.file.parts.values()],
        "tasks": len(done.file.tasks),
        "advice": len(done.file.advice),
        "repeated": done.is_repeated,
    }


def _part_json(part: Part) -> Json:
    return {
        "agency": part.agency,
        "lead": part.is_lead,
        "status": part.status,
        "does": part.does,
        "officer": part.officer,
        "due_ms": part.due_ms,
        "since_ms": part.since_ms,
        "why": part.why,
    }


def routed_json(found: Sequence[tuple[str, Done]]) -> Json:
    """Return what was routed by rule, for machines."""
    return {"routed": [done_json(done) for _, done in found]}


def file_json(shown: Shown) -> Json:
    """Return a file for machines."""
    file = shown.file
    steps: list[Json] = [acts.to_json(step) for step in shown.steps]
    return {
        "id": shown.key[1],
        "channel": shown.key[0],
        "status": shown.row.status if shown.row else "inquiry",
        "cross_border": file.crosses is not False,
        "linked": list(file.linked) if file.linked else None,
        "unrouted": file.is_unrouted,
        "parts": [_part_json(part) for part in file.parts.values()],
        "tasks": _tasks(file),
        "advice": _advice(file),
        "notes": [_note(one) for one in file.notes],
        "steps": steps,
    }


def _note(note: Note) -> Json:
    who = note.who
    return {"officer": who.officer, "agency": who.agency, "at_ms": who.at_ms, "text": note.text}


def _tasks(file: File) -> list[Json]:
    return [
        {
            "number": number,
            "what": one.what,
            "owner": one.owner,
            "due_ms": one.due_ms,
            "done": one.done.officer if one.done else None,
            "result": one.result,
        }
        for number, one in enumerate(file.tasks, 1)
    ]


def _advice(file: File) -> list[Json]:
    return [
        {
            "number": number,
            "from": one.asked.agency,
            "of": one.of,
            "question": one.question,
            "due_ms": one.due_ms,
            "answered": one.given.officer if one.given else None,
            "answer": one.answer,
        }
        for number, one in enumerate(file.advice, 1)
    ]


def turn_json(turn: Turn) -> dict[str, Json]:
    """Return one turn of a shift for machines: all that a turn of either kind has."""
    value: dict[str, Json] = {
        "turn": "taken-over",
        "who": asdict(turn.who),
        "to": "",
        "note": "",
        "open": [],
        "more": 0,
        "takes": 0,
        "why": "",
    }
    if isinstance(turn, TakenOver):
        return {**value, "takes": turn.number, "why": turn.why}
    lines: list[Json] = [dict(line) for line in turn.open]
    given: dict[str, Json] = {"to": turn.to, "note": turn.note, "open": lines, "more": turn.more}
    return {**value, "turn": "handed-over", **given}


def desk_json(desk: Desk) -> Json:
    """Return a desk for machines."""
    now = desk.shift
    turns: list[Json] = [{"number": number, **turn_json(turn)} for number, turn in desk.turns]
    return {
        "agency": desk.agency,
        "officer": now.officer,
        "since_ms": now.since_ms,
        "pending": now.pending,
        "to": now.to,
        "turns": turns,
    }
