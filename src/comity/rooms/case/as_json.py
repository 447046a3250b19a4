"""Cases as data: each with its requests, priority and reports; for every surface.

Floor: rooms.
"""

from collections.abc import Sequence

from comity.acts.turns import Turn
from comity.joint.case import acts, view
from comity.joint.case.state import Proposal, Report, State, Voice
from comity.joint.request import view as request_view
from comity.kernel.ijson import Json
from comity.rooms.case import links
from comity.rooms.case.links import Person
from comity.rooms.case.read import InCase, Line, Shown


def list_json(found: Sequence[Line], own: str) -> dict[str, Json]:
    """Return the lines of a list."""
    lines: list[Json] = [
        {**_head(one.row.matter.id, one.state, own), "requests": one.count, "open": one.open_count}
        for one in found
    ]
    return {"cases": lines}


def shown_json(shown: Shown, own: str) -> Json:
    """Return one case, whole."""
    now = shown.state
    return {
        **_head(shown.row.matter.id, now, own),
        "channel": shown.row.channel,
        "digest": shown.row.digest,
        "requests": [_request(one) for one in shown.requests],
        "proposals": [_proposal(now, one) for one in now.proposals],
        "reports": [_report(shown, one) for one in now.reports],
        "links": [*links.flat(shown.links)],
        "people": [_person(one) for one in links.people(shown.links)],
        "links_unread": shown.unread,
        "turns": [_turn(shown, one) for one in now.turns],
    }


def _head(case_id: str, now: State, own: str) -> dict[str, Json]:
    status, level, holder = view.status(now), view.level(now), view.holder(now)
    current = view.current_report(now)
    return {
        "case": case_id,
        "status": status,
        "status_words": dict(view.STATUS_WORDS[status]),
        "priority": level,
        "priority_words": dict(acts.LEVELS[level]),
        "crime_type": now.crime_type,
        "opener": now.opener,
        "references": {party: given[-1] for party, given in now.references.items()},
        "holder": holder,
        "ours": holder == own,
        "steps": _steps(current) if current else [],
    }


def _person(one: Person) -> Json:
    joined: list[Json] = [links.told(each) for each in one.identifiers]
    return {"identifiers": joined, "parties": [*one.parties]}


def _request(one: InCase) -> Json:
    nexts: list[Json] = [
        {
            "party": step.party,
            "action": step.action,
            "words": dict(request_view.NEXT_WORDS[step.action]),
        }
        for step in one.nexts
    ]
    return {
        "matter": one.row.matter.id,
        "type": one.state.type,
        "urgency": one.state.urgency,
        "asker": one.state.asker,
        "addressees": [track.party for track in one.state.tracks],
        "own_reference": one.state.own_reference,
        "status": one.row.status,
        "status_words": dict(request_view.STATUS_WORDS[request_view.status(one.state)]),
        "asked": [*one.asked],
        "answered": [*one.answered],
        "refused": [*one.refused],
        "outstanding": [*one.outstanding],
        "next": nexts,
    }


def _proposal(now: State, one: Proposal) -> Json:
    status = view.proposal_status(now, one)
    return {
        "act": one.id,
        "party": one.party,
        "level": one.level,
        "reason": one.reason,
        "reason_words": dict(acts.PRIORITY_REASONS[one.reason]),
        "status": status,
        "status_words": dict(view.PROPOSAL_WORDS[status]),
        "voices": [_voice(voice) for voice in one.voices],
    }


def _report(shown: Shown, one: Report) -> Json:
    status = view.report_status(shown.state, one)
    return {
        "act": one.id,
        "party": one.party,
        "dialogue": one.dialogue,
        "steps": _steps(one),
        "items": [*one.items],
        "status": status,
        "status_words": dict(view.REPORT_WORDS[status]),
        "texts": shown.texts.get((one.party, one.id)),
        "voices": [_voice(voice) for voice in one.voices],
    }


def _steps(one: Report) -> list[Json]:
    return [
        {
            "party": step.party,
            "next": step.next,
            "words": dict(acts.NEXT_STEPS[step.next]),
            "owner": step.owner,
            "due_ms": step.due_ms,
        }
        for step in one.steps
    ]


def _voice(one: Voice) -> Json:
    return {"party": one.party, "says": one.says, "reason": one.reason}


def _turn(shown: Shown, one: Turn) -> Json:
    return {
        "act": one.act_id,
        "party": one.party,
        "tag": one.tag,
        "words": dict(view.TAG_WORDS.get(one.tag, {"en": one.tag, "zh": one.tag})),
        "result": one.result,
        "takes_effect": one.takes_effect,
        "crossed": one.crossed,
        "reason": one.reason,
        "items": [*one.items],
        "received_at_ms": one.received_at_ms,
        "texts": shown.texts.get((one.party, one.act_id)),
    }
