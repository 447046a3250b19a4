"""The scripted partner of a rehearsal: who takes and answers what is delivered, after how long.

    for step in scripted.due(shown, rules, ("zz",)):  Step(lane, "take", "")

It works by the rules of the scenario, in scenario time, and does what a person at a seat would do:
it takes, and answers with an outcome.  What has no rule it takes and answers after the usual time.

Floor: tests.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from comity.joint.exercise import inject
from comity.joint.exercise.scenario import Partner
from comity.rooms.exercise.console import Console
from comity.rooms.exercise.deliveries import Lane

_MINUTE_MS: Final = 60_000
USUAL: Final = Partner(0, 10 * _MINUTE_MS, 60 * _MINUTE_MS, "done")


@dataclass(frozen=True, slots=True)
class Step:
    """One thing that a seat does.

    Attributes:
        lane: the delivery.
        verb: `take` or `answer`.
        outcome: of an answer, or "".
    """

    lane: Lane
    verb: str
    outcome: str = ""


def due(shown: Console, rules: Sequence[Partner], sides: Sequence[str]) -> Iterator[Step]:
    """Give what the seats of some sides do now, the oldest delivery first."""
    known = {one.item: one for one in rules}
    now_ms = shown.scenario_ms
    if now_ms is None:
        return
    for lane in reversed(shown.lanes):
        if lane.delivery.side not in sides or lane.delivered_ms is None:
            continue
        rule = known.get(lane.delivery.number, USUAL)
        since_ms = now_ms - shown.times.scenario_ms(lane.delivered_ms)
        if lane.status == inject.DELIVERED and since_ms >= rule.take_ms:
            yield Step(lane, "take")
        elif lane.status == inject.TAKEN and since_ms >= rule.answer_ms:
            yield Step(lane, "answer", rule.outcome)


def deliverable(shown: Console) -> list[int]:
    """Return the numbers of the items that are due, and that the list tells."""
    return [one.item.number for one in shown.upcoming if one.holds and one.item.inject_en]


def is_over(shown: Console) -> bool:
    """Return whether each delivery was answered, and only private or unmet items are left."""
    is_open = any(one.status in {inject.DELIVERED, inject.TAKEN} for one in shown.lanes)
    timed = any(one.item.inject_en and one.item.kind == "scheduled" for one in shown.upcoming)
    return bool(shown.lanes) and not is_open and not timed and not deliverable(shown)
