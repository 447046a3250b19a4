"""What the law asks of a subject, and what was decided, as JSON for every surface.

Floor: node.
"""

from collections.abc import Sequence
from typing import Final

from comity.domestic.legal import acts, view
from comity.domestic.legal.acts import Decided
from comity.domestic.nation import law_points
from comity.domestic.nation.law_points import Situation
from comity.kernel.ijson import Json
from comity.kernel.inadmissible import Inadmissible
from comity.node.desk.legal import Explained, Line, Stopped

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
        "questions": [_line_json(line, situation) for line in found.lines],
        "no": _no(found.no) if found.no else None,
    }


def because(line: Line, situation: Situation) -> dict[str, str]:
    """Return the fields of the request by which a question is asked, and their values."""
    when = line.required.ground.when if line.required.ground else line.required.point.when
    return law_points.because(when, situation)


def _line_json(line: Line, situation: Situation) -> Json:
    row = line.row
    return {
        "id": row.question.id,
        "rule": f"law/points/{line.required.point.id}",
        "because": dict(because(line, situation)),
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
        "sources": [one.text for one in line.required.sources],
    }


def decided_json(decided: Decided) -> Json:
    """Return one decision."""
    return acts.to_json(decided)


def open_questions(found: Explained) -> list[Json]:
    """Return the ids of what is not decided."""
    return [line.row.question.id for line in found.lines if line.row.status in _OPEN]


def stopped_json(found: Sequence[Stopped]) -> Json:
    """Return what a profile would have stopped."""
    return {
        "stopped": [
            {
                "act": one.act.id,
                "tag": one.act.tag,
                "matter": one.act.matter.id,
                "channel": one.channel,
                "no": _no(one.no),
            }
            for one in found
        ]
    }


def _no(no: Inadmissible) -> Json:
    return {"code": no.rule, "what": no.what, "fix": no.fix}
