"""Joint texts as data: where each stands, what one says, how two differ; for every surface.

Floor: rooms.
"""

from collections.abc import Sequence

from comity.joint.guideline import diff_words
from comity.joint.guideline.model import Asked, Guideline, RequestType
from comity.joint.text import view
from comity.joint.text.state import Proposal
from comity.kernel.diff import Change
from comity.kernel.ijson import Json
from comity.kernel.legal_text import sources_json, word
from comity.rooms.guideline.desk.texts import Shown


def list_json(found: Sequence[Shown]) -> Json:
    """Return every joint text, whole."""
    return {"texts": [shown_json(one) for one in found]}


def shown_json(shown: Shown) -> Json:
    """Return one joint text: what is in force, every proposal, every turn."""
    stand = shown.stand
    turns: list[Json] = [
        {
            "act": turn.act_id,
            "party": turn.party,
            "tag": turn.tag,
            "result": turn.result,
            "proposal": turn.proposal_id,
            "reason": turn.reason,
            "crossed": turn.crossed,
            "received_at_ms": turn.received_at_ms,
        }
        for turn in stand.state.turns
    ]
    return {
        "name": stand.name,
        "channel": stand.channel,
        "status": view.status(stand.state),
        "in_force": shown.in_force.sha256 if shown.in_force else None,
        "waits_for": [*shown.holders],
        "proposals": [_proposal_json(shown, one) for one in stand.state.proposals],
        "turns": turns,
    }


def _proposal_json(shown: Shown, one: Proposal) -> Json:
    version = next((v for v in shown.versions if v.proposal_id == one.id), None)
    return {
        "proposal": one.id,
        "by": one.party,
        "sha256": one.sha256,
        "size": one.size_bytes,
        "held": one.sha256 in shown.held,
        "version": one.version,
        "counters": one.counters,
        "status": shown.statuses[one.id],
        "adopted_by": [*one.adoptions],
        "in_force_from_ms": version.in_force_from_ms if version else None,
        "ends_at_ms": version.ends_at_ms if version else None,
    }


def diff_json(found: Sequence[Change], texts: tuple[Json, Json], language: str) -> Json:
    """Return changes as data, each with its path and its place in words."""
    telling = diff_words.Telling(*texts)
    told: list[Json] = [
        {
            "path": one.pointer,
            "place": telling.told(one, language).place,
            "kind": one.kind,
            "before": one.before,
            "after": one.after,
        }
        for one in found
    ]
    return {"same": not found, "changes": told}


def guideline_json(guideline: Guideline, language: str) -> Json:
    """Return a guideline as JSON, its types with all they ask for."""
    return {
        "sha256": guideline.sha256,
        "title": word(guideline.title, language),
        "version": guideline.version,
        "languages": [*guideline.languages.text],
        "types": [type_json(guideline, kind, language) for kind in guideline.types.values()],
    }


def type_json(guideline: Guideline, kind: RequestType, language: str) -> Json:
    """Return a type as JSON, in words of one language."""
    elements: list[Json] = [
        {
            "id": asked.element,
            "label": word(guideline.elements[asked.element].label, language),
            "help": word(guideline.elements[asked.element].help, language),
            "check": guideline.elements[asked.element].check.kind,
            "need": _need_json(asked),
            "sources": sources_json(asked.sources),
        }
        for asked in kind.elements
    ]
    clocks: list[Json] = [
        {
            "id": clock,
            "urgency": urgency,
            "amount": length.amount,
            "unit": length.unit,
            "of": length.of,
        }
        for clock in kind.clocks
        for urgency in kind.urgencies
        if (length := guideline.length(kind.id, clock, urgency)) is not None
    ]
    return {
        "id": kind.id,
        "label": word(kind.label, language),
        "help": word(kind.help, language),
        "urgencies": [*kind.urgencies],
        "opening": kind.opening,
        "elements": elements,
        "clocks": clocks,
        "sources": sources_json(kind.sources),
    }


def _need_json(asked: Asked) -> Json:
    if not asked.need.conditions:
        return asked.need.kind
    return {
        "when": [
            {"element": c.element, "one_of": [*c.one_of]}
            if c.one_of
            else {"element": c.element, "present": c.present}
            for c in asked.need.conditions
        ]
    }
