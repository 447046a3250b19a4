"""How calls were answered, State by State: what both nodes compute alike at the same cut.

    figures(node, officer, period)  ->  Figures(cut, calls={"sn": Answered(…)}, drills={…}, …)

Calls and drills are never counted together.

Source: docs/spec/hotline.md, 13.
Floor: rooms.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from math import ceil
from typing import Final

from comity.domestic.officer import role
from comity.figures.figures import Period
from comity.figures.observation import TYPE, Observation, Span
from comity.joint.hotline import acts, text
from comity.joint.hotline.text import HotlineText
from comity.kernel.ijson import Json
from comity.kernel.inadmissible import Inadmissible
from comity.node.base import register_records, trust
from comity.node.base.context import Node
from comity.node.base.rows import Officer
from comity.node.review import cuts, row_cache
from comity.node.room import joint_texts, officers
from comity.rooms.hotline import drills, observe
from comity.rooms.hotline.drills import Drill

READERS: Final = (role.CONTACT_POINT, role.SECRETARIAT, role.AUDITOR)
CALL: Final = "call"
_MEDIAN, _P90 = 50, 90


@dataclass(frozen=True, slots=True)
class Leg:
    """How long one leg took.

    Attributes:
        begun: calls in which it began.
        ended: in which it ended.
        stopped: in which the call was over before.
        kept, missed: by the text in force, in time or too late; what may still be kept is neither.
        median_ms, p90_ms, longest_ms: of those that ended; None where none did.
    """

    begun: int
    ended: int
    stopped: int
    kept: int = 0
    missed: int = 0
    median_ms: int | None = None
    p90_ms: int | None = None
    longest_ms: int | None = None


@dataclass(frozen=True, slots=True)
class Answered:
    """How one State answered.

    Attributes:
        legs: by what was measured: `pick-up`, `take`.
        misunderstandings: read-backs that were corrected.
        understood: read-backs that were confirmed.
        carriers: attempts by another carrier.
    """

    legs: Mapping[str, Leg]
    misunderstandings: int
    understood: int
    carriers: int


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
        planned: each drill that was planned in the period, by its window.
    """

    channel: str
    cut: Mapping[str, int]
    period: Period
    now_ms: int
    calls: Mapping[str, Answered]
    drills: Mapping[str, Answered]
    planned: tuple[Drill, ...]


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
        cut = cuts.newest(node, tx, path)
        parties = trust.load(tx, path).arrangement.party_ids()
    now_ms = node.clock.now_ms()
    rows = [
        one for one in row_cache.rows(node, path, cut, now_ms, kind=acts.KIND) if period.holds(one)
    ]
    with node.store.read() as tx:
        planned = tuple(drills.planned(node, tx, path, period, now_ms))
        adopted = joint_texts.in_force(node, tx, path, now_ms, text.NAME)
    real = [one for one in rows if one.dimensions.get(TYPE) == CALL]
    played = [one for one in rows if one.dimensions.get(TYPE) != CALL]
    return Figures(
        path,
        cut,
        period,
        now_ms,
        _each(parties, real, adopted, now_ms),
        _each(parties, played, adopted, now_ms),
        planned,
    )


def _each(
    parties: Sequence[str], rows: Sequence[Observation], adopted: HotlineText | None, now_ms: int
) -> dict[str, Answered]:
    found = {party: [one for one in rows if one.addressee == party] for party in parties}
    return {party: _answered(of, adopted, now_ms) for party, of in found.items() if of}


def _answered(rows: Sequence[Observation], adopted: HotlineText | None, now_ms: int) -> Answered:
    names = [fact.name for one in rows for fact in one.facts]
    return Answered(
        {measure: _leg(rows, measure, adopted, now_ms) for measure in observe.MEASURES},
        names.count("misunderstanding"),
        names.count("understood"),
        names.count("carrier"),
    )


def _leg(
    rows: Iterable[Observation], measure: str, adopted: HotlineText | None, now_ms: int
) -> Leg:
    spans = [one for one in (row.span(measure) for row in rows) if one is not None]
    took = sorted(max(0, one.end.at_ms - one.begin.at_ms) for one in spans if one.end is not None)
    judged = [_is_kept(one, measure, adopted, now_ms) for one in spans]
    stopped = sum(one.stopped is not None for one in spans)
    leg = Leg(len(spans), len(took), stopped, judged.count(True), judged.count(False))
    if not took:
        return leg
    return replace(
        leg, median_ms=_rank(took, _MEDIAN), p90_ms=_rank(took, _P90), longest_ms=took[-1]
    )


def _is_kept(span: Span, measure: str, adopted: HotlineText | None, now_ms: int) -> bool | None:
    """Return whether a leg was kept; None where no clock is agreed, or it is not over."""
    late_ms = text.within_ms(adopted, measure, span.begin.at_ms)
    if late_ms is None:
        return None
    last = span.end or span.stopped
    if last is not None and last.at_ms < late_ms:
        return True if span.end is not None else None
    return False if last is not None or now_ms >= late_ms else None


def _rank(took: Sequence[int], percent: int) -> int:
    """Return the least that so many percent do not exceed (nearest rank)."""
    return took[max(0, ceil(len(took) * percent / 100) - 1)]


def to_json(found: Figures) -> dict[str, Json]:
    """Return what a command and a call tell."""
    drills: list[Json] = [
        {
            "id": one.id, "party": one.party, "kind": one.kind, "status": one.status,
            "from_ms": one.from_ms, "until_ms": one.until_ms,
            "drawn_ms": one.drawn_ms, "delay_ms": one.delay_ms,
        }
        for one in found.planned
    ]  # fmt: skip
    return {
        "channel": found.channel,
        "cut": dict(found.cut),
        "from_ms": found.period.from_ms,
        "until_ms": found.period.to_ms,
        "now_ms": found.now_ms,
        "calls": {party: _answered_json(one) for party, one in found.calls.items()},
        "drills": {party: _answered_json(one) for party, one in found.drills.items()},
        "planned": drills,
    }


def _answered_json(one: Answered) -> dict[str, Json]:
    return {
        **{measure: _leg_json(leg) for measure, leg in one.legs.items()},
        "misunderstandings": one.misunderstandings,
        "understood": one.understood,
        "carriers": one.carriers,
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
