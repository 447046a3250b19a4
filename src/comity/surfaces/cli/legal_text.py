"""What `comity legal` prints: for people, and the same whole for machines.

Floor: surfaces.
"""

from collections.abc import Sequence
from typing import Final

from comity.domestic.legal import view
from comity.domestic.legal.acts import Decided, to_json
from comity.kernel.ijson import Json
from comity.kernel.printable import printable
from comity.node.desk.legal import Explained, Line, Stopped
from comity.surfaces.cli.guideline_text import sources_text, word
from comity.surfaces.cli.request_text import at, no_json

_OPEN: Final = (view.UNDECIDED, view.STALE)


def explained_json(found: Explained) -> Json:
    """Return what the law asks of a subject."""
    situation = found.subject.situation
    return {
        "subject": found.subject.key,
        "content": found.subject.content,
        "profile": found.subject.profile,
        "situation": {
            "direction": situation.direction,
            "type": situation.type,
            "crime-type": situation.crime,
            "urgency": situation.urgency,
        },
        "questions": [_line_json(line) for line in found.lines],
        "no": no_json(found.no) if found.no else None,
    }


def _line_json(line: Line) -> Json:
    row = line.row
    return {
        "id": row.question.id,
        "rule": f"law/points/{line.required.point.id}",
        "decides": row.question.decides,
        "direction": row.question.direction,
        "label": dict(line.required.label),
        "question": dict(line.required.question),
        "roles": [*row.question.roles],
        "ground": row.question.ground,
        "offered": [*row.question.offered],
        "conditions": [*row.question.conditions],
        "status": row.status,
        "decided": decided_json(row.decided) if row.decided else None,
        "source": sources_text(line.required.sources, "en"),
    }


def decided_json(decided: Decided) -> Json:
    """Return one decision."""
    return to_json(decided)


def explained_text(found: Explained, language: str) -> str:
    """Return the same in words."""
    situation = found.subject.situation
    of = " ".join(filter(None, (situation.type, situation.crime, situation.urgency)))
    lines = [f"{situation.direction}: {of}", f"profile {found.subject.profile}"]
    for line in found.lines:
        lines += ["", *_line_text(line, language)]
    lines += ["", found.no.what if found.no else "Nothing stands in its way."]
    if found.no:
        lines.append(found.no.fix)
    return "\n".join(lines)


def _line_text(line: Line, language: str) -> list[str]:
    row, required = line.row, line.required
    roles = " or ".join(row.question.roles)
    lines = [
        f"{row.status:<10} {row.question.id}  {word(required.label, language)}",
        f"           {word(required.question, language)}",
        f"           rule law/points/{required.point.id}; decides: {roles}",
        f"           source: {sources_text(required.sources, language)}",
    ]
    if row.question.offered:
        lines.append(f"           one of: {', '.join(row.question.offered)}")
    if row.question.conditions:
        lines.append(f"           standard conditions: {', '.join(row.question.conditions)}")
    if row.decided is not None:
        lines.append(f"           {_said(row.decided)}")
    return lines


def _said(decided: Decided) -> str:
    choice = decided.choice
    facts = [choice.verdict, choice.named, choice.number, *choice.conditions, choice.note]
    told = "; ".join(printable(fact) for fact in facts if fact)
    return f"{decided.officer}, {at(decided.at_ms)}: {told}"


def open_questions(found: Explained) -> list[Json]:
    """Return the ids of what is not decided."""
    return [line.row.question.id for line in found.lines if line.row.status in _OPEN]


def decided_text(decided: Decided, left: Explained) -> str:
    """Return a decision, and what is left."""
    waits = [str(one) for one in open_questions(left)]
    rest = f"Still open: {', '.join(waits)}." if waits else "Every question is decided."
    return f"Recorded: {decided.question}: {_said(decided)}\n{rest}"


def stopped_json(found: Sequence[Stopped]) -> Json:
    """Return what a profile would have stopped."""
    return {
        "stopped": [
            {
                "act": one.act.id,
                "tag": one.act.tag,
                "matter": one.act.matter.id,
                "channel": one.channel,
                "no": no_json(one.no),
            }
            for one in found
        ]
    }


def stopped_text(found: Sequence[Stopped]) -> str:
    """Return the same in words."""
    if not found:
        return "This profile would have stopped nothing that was sent."
    lines = [f"This profile would have stopped {len(found)} acts that were sent:"]
    for one in found:
        lines += [f"  {one.act.id}  {one.act.tag}", f"      {one.no.what} [{one.no.rule}]"]
    return "\n".join(lines)
