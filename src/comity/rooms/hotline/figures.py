"""How calls were answered, State by State: what both nodes compute alike at the same cut.

    figures(node, officer, period)  ->  Figures(cut, calls={"sn": Answered(…)}, drills={…}, …)

Calls and drills are never counted together.

Source: docs/spec/hotline.md, 13.
Floor: rooms.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from comity.domestic.officer import role
from comity.figures import use
from comity.figures.figures import Period
from comity.figures.observation import TYPE, Observation
from comity.joint.hotline import acts, text
from comity.kernel.ijson import Json
from comity.kernel.inadmissible import Inadmissible
from comity.node.base import register_records, trust
from comity.node.base.context import Node
from comity.node.base.rows import Officer
from comity.node.review import cuts, row_cache
from comity.node.room import calendars, joint_texts, officers
from comity.rooms.hotline import drills, legs, observe
from comity.rooms.hotline.drills import Drill, Tried
from comity.rooms.hotline.legs import At, Leg

READERS: Final = (role.CONTACT_POINT, role.SECRETARIAT, role.AUDITOR)
CALL: Final = "call"
CONTACT: Final = "contact"
"""The kind of matter in which contact points are tried."""


@dataclass(frozen=True, slots=True)
class Answered:
    """How one State answered.

    Attributes:
        legs: by what was measured: a name of `observe.MEASURES`.
        misunderstandings: read-backs that were corrected.
        understood: read-backs that were confirmed.
        carriers: attempts by another carrier.
        missed: drills of which the window passed, and nobody began them.
    """

    legs: Mapping[str, Leg]
    misunderstandings: int
    understood: int
    carriers: int
    missed: int


@dataclass(frozen=True, slots=True)
class Figures:
    """The use of the hotline of one arrangement in a period.

    Attributes:
        channel: its path.
        cut: `{origin: size}` on which the rows rest.
        period: whose calls are counted, by when they were received.
        now_ms: the instant.
        calls: `{State that was called: how it answered}`.
        drills: the same of drills.
        calls_by: `{group: how calls of it were answered}`: by ground, level, and hour of UTC
            when they were received; a group is spelled as `comity.figures.use` does.
        drills_by: the same of drills.
        planned: each drill that was planned in the period, by its window.
        contacts: `{State: how its contact points were tried}`.
    """

    channel: str
    cut: Mapping[str, int]
    period: Period
    now_ms: int
    calls: Mapping[str, Answered]
    drills: Mapping[str, Answered]
    calls_by: Mapping[str, Answered]
    drills_by: Mapping[str, Answered]
    planned: tuple[Drill, ...]
    contacts: Mapping[str, Tried]


def figures(
    node: Node, officer: Officer, period: Period, channel: str = ""
) -> Figures | Inadmissible:
    """Return how calls of a period were answered, at the newest cut that every party has signed.

    Args:
        node: ours.
        officer: who asks: at the contact point, of the secretariat, or an auditor.
        period: by when calls were received.
        channel: of the hotline, or "" where this node is paired in one arrangement.

    Raises:
        Fault: `node.review.channel`, `node.store.*`.
    """
    no = officers.lacks_role(officer, *READERS)
    if no is not None:
        return no
    with node.store.read() as tx:
        live = channel or cuts.named(tx)
        arrangement, _ = register_records.split_channel(live)
        path = channel or register_records.hotline_in(arrangement)
        base = register_records.live_of(path)
        cut = {**cuts.newest(node, tx, base), **cuts.newest(node, tx, path)}
        parties = trust.load(tx, path).arrangement.party_ids()
    now_ms = node.clock.now_ms()
    rows = [
        one for one in row_cache.rows(node, path, cut, now_ms, kind=acts.KIND) if period.holds(one)
    ]
    with node.store.read() as tx:
        planned = tuple(drills.planned(node, tx, path, period, now_ms))
        adopted = joint_texts.in_force(node, tx, path, now_ms, text.NAME)
        at = At(adopted, calendars.adopted(node, tx, path).periods, now_ms)
    contacts = drills.by_owner(row_cache.rows(node, base, cut, now_ms, kind=CONTACT), period)
    real = [one for one in rows if one.dimensions.get(TYPE) == CALL]
    played = [one for one in rows if one.dimensions.get(TYPE) != CALL]
    return Figures(
        path,
        cut,
        period,
        now_ms,
        _each(parties, real, at),
        _each(parties, played, at),
        _by(real, at),
        _by(played, at),
        planned,
        contacts,
    )


def _each(parties: Sequence[str], rows: Sequence[Observation], at: At) -> dict[str, Answered]:
    found = {party: [one for one in rows if one.addressee == party] for party in parties}
    return {party: _answered(of, at) for party, of in found.items() if of}


def _by(rows: Sequence[Observation], at: At) -> dict[str, Answered]:
    names = {group for row in rows for group in use.groups(row)[_OWN:]}
    return {
        name: _answered([row for row in rows if name in use.groups(row)], at)
        for name in sorted(names)
    }


_OWN: Final = 2
"""Groups of a row before those by ground, level and hour: all, and its side."""


def _answered(rows: Sequence[Observation], at: At) -> Answered:
    names = [fact.name for one in rows for fact in one.facts]
    return Answered(
        {measure: legs.leg(rows, measure, at) for measure in observe.MEASURES},
        names.count("misunderstanding"),
        names.count("understood"),
        names.count("carrier"),
        sum(one.status == observe.MISSED for one in rows),
    )


def to_json(found: Figures) -> dict[str, Json]:
    """Return what a command and a call tell."""
    return {
        "channel": found.channel,
        "cut": dict(found.cut),
        "from_ms": found.period.from_ms,
        "until_ms": found.period.to_ms,
        "now_ms": found.now_ms,
        "calls": {party: _answered_json(one) for party, one in found.calls.items()},
        "drills": {party: _answered_json(one) for party, one in found.drills.items()},
        "calls_by": {group: _answered_json(one) for group, one in found.calls_by.items()},
        "drills_by": {group: _answered_json(one) for group, one in found.drills_by.items()},
        "planned": [drills.to_json(one) for one in found.planned],
        "contacts": {
            party: {"proved": one.proved, "failed": one.failed}
            for party, one in found.contacts.items()
        },
    }


def _answered_json(one: Answered) -> dict[str, Json]:
    return {
        **{measure: _leg_json(leg) for measure, leg in one.legs.items()},
        "misunderstandings": one.misunderstandings,
        "understood": one.understood,
        "carriers": one.carriers,
        "missed": one.missed,
    }


def _leg_json(leg: Leg) -> Json:
    return {
        "begun": leg.begun,
        "ended": leg.ended,
        "stopped": leg.stopped,
        "kept": leg.kept,
        "missed": leg.missed,
        "median_ms": leg.median_ms,
        "p90_ms": leg.p90_ms,
        "longest_ms": leg.longest_ms,
    }
