"""What this node alone knows beside figures: time in domestic steps, and the way of own acts.

    annex(node, officer, wanted) -> Annex(steps=(Step("duty.assigned", n 12, median…), …), …)

It is computed from the local log and from own signed heads, so no other State can compute it:
it stands in no digest and in no pack, and nothing of it crosses.

Source: docs/spec/review.md, 7.3.
Floor: rooms.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import batched
from typing import Final

from comity.domestic.locallog import entry
from comity.figures import km
from comity.figures.observation import Moment, Observation
from comity.kernel.ijson import Json
from comity.kernel.inadmissible import Inadmissible
from comity.node.base.context import Node
from comity.node.base.ports import Tx
from comity.node.base.profile import local_origin
from comity.node.base.rows import Officer
from comity.node.exchange import status
from comity.node.review import take
from comity.node.review.take import Taken, Wanted
from comity.node.room import local_log

STEPS: Final[Mapping[str, Mapping[str, str]]] = {
    "matter.opened": {"en": "First looked at", "zh": "首次查阅"},
    "duty.routed": {"en": "Routed to an agency", "zh": "分送主管机构"},
    "duty.assigned": {"en": "Assigned to an officer", "zh": "指派承办人"},
    "duty.accepted": {"en": "Taken on by the officer", "zh": "承办人接办"},
    "duty.advice-asked": {"en": "Advice was asked", "zh": "征求意见"},
    "duty.advice-given": {"en": "Advice was given", "zh": "提出意见"},
    "release.drafted": {"en": "First act drafted", "zh": "首次拟稿"},
    "release.approved": {"en": "First act approved", "zh": "首次核准"},
    "release.released": {"en": "First act released", "zh": "首次签发"},
    "duty.finished": {"en": "Finished at home", "zh": "国内办结"},
}
"""Steps that are timed, in the order in which work goes."""

TRANSIT: Final[Mapping[str, str]] = {
    "en": "Own acts, from signature to receipt",
    "zh": "本国行文从签署到收方签收",
}

_PAGE: Final = 500


@dataclass(frozen=True, slots=True)
class Times:
    """How long something took.

    Attributes:
        name: of a step, or `transit`.
        n: how many.
        median_ms: the least time within which half of them came; None of none.
        most_ms: the longest; None of none.
    """

    name: str
    n: int
    median_ms: int | None
    most_ms: int | None

    @property
    def label(self) -> Mapping[str, str]:
        """What it is called, by language."""
        return STEPS.get(self.name, TRANSIT)


@dataclass(frozen=True, slots=True)
class Annex:
    """What stands beside figures on this node alone.

    Attributes:
        taken: the figures.
        steps: from the receipt of a request that asks us to the first such step for it.
        transit: of own acts behind the figures: from the head that first covered one, by our clock,
            to its receipt, by the other's.
    """

    taken: Taken
    steps: tuple[Times, ...]
    transit: Times


def annex(node: Node, officer: Officer, wanted: Wanted) -> Annex | Inadmissible:
    """Return the annex of figures.

    Args:
        node: ours.
        officer: who reads figures; it is of every agency, as they are.
        wanted: which figures.

    Raises:
        Fault: those of `take.computed`.
    """
    found = take.take(node, officer, wanted)
    if isinstance(found, Inadmissible):
        return found
    period = found.wanted.period
    rows = [row for row in take.rows(node, found) if period.holds(row)]
    ours = {row.id: row.asked.at_ms for row in rows if row.addressee == node.party}
    firsts: dict[str, dict[str, int]] = {}
    for code, at_ms, matter_id in _noted(node, min(ours.values(), default=found.now_ms)):
        if matter_id in ours and ours[matter_id] <= at_ms <= found.now_ms:
            firsts.setdefault(code, {}).setdefault(matter_id, at_ms - ours[matter_id])
    steps = tuple(_times(code, [*firsts.get(code, {}).values()]) for code in STEPS)
    return Annex(found, steps, _times("transit", [*_transits(node, rows)]))


def as_json(found: Annex) -> dict[str, Json]:
    """Return the annex as data."""
    return {
        "channel": found.taken.wanted.channel,
        "digest": found.taken.digest,
        "steps": [_json(one) for one in found.steps],
        "transit": _json(found.transit),
    }


def _json(one: Times) -> Json:
    return {
        "name": one.name,
        "n": one.n,
        "median_ms": one.median_ms,
        "most_ms": one.most_ms,
        "label": dict(one.label),
    }


def _times(name: str, found: Sequence[int]) -> Times:
    ordered = sorted(found)
    return Times(name, len(ordered), km.plain(ordered), ordered[-1] if ordered else None)


def _noted(node: Node, since_ms: int) -> Iterator[tuple[str, int, str]]:
    """Yield steps of the local log from an instant on: code, when, and the request."""
    origin = local_origin(node.party)
    start = 0
    while True:
        with node.store.read() as tx:
            entries = tx.entries(origin, start, start + _PAGE)
            facts = local_log.facts_of(tx, origin, start, start + len(entries))
            found = [
                (step.code, step.at_ms, _matter(tx, node.party, facts.get(start + at, {})))
                for at, step in enumerate(map(entry.parse, entries))
                if step.code in STEPS and step.at_ms >= since_ms
            ]
        yield from found
        if len(entries) < _PAGE:
            return
        start += len(entries)


def _matter(tx: Tx, party: str, facts: Mapping[str, str]) -> str:
    """Return the request that a step is about: by its id, or by the own act that was drafted."""
    if "matter" in facts:
        return facts["matter"]
    act = tx.act(party, facts["act"]) if facts.get("act") else None
    return act.act.matter.id if act is not None else ""


def _own(row: Observation, party: str) -> Iterator[Moment]:
    """Give the times of a row by which acts of a party were received."""
    if party == row.asker:
        yield row.asked
        yield from (one.stopped for one in row.spans if one.stopped is not None)
    if party == row.addressee:
        yield from (one.end for one in row.spans if one.end is not None)


def _transits(node: Node, rows: Sequence[Observation]) -> Iterator[int]:
    """Yield how long own acts took that rows rest on."""
    moments = {one.act_id: one.at_ms for row in rows for one in _own(row, node.party)}
    for page in batched(sorted(moments), _PAGE, strict=False):
        with node.store.read() as tx:
            for act_id in page:
                stands = tx.act(node.party, act_id)
                if stands is None:
                    continue
                head = status.first_head(tx, stands.origin, stands.index + 1)
                if head is not None:
                    yield moments[act_id] - head.time_s * 1_000
