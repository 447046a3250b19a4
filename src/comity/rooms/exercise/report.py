# ruff: noqa: RUF001 -- Chinese texts have Chinese punctuation
"""The after-action report and its improvement plan, as data: what clocks show, what was rated.

    found = report.measures(shown, plan)        each task: from when to when, and its target
    paper = report.of(node, officer, actions)   all of it, in the headings of HSEEP

Nobody types a time: a measure follows from receipts, and is told in scenario time and in real time.
What a jump passed over is not counted.

Source: HSEEP 2020, After-Action Report and Improvement Plan.
Floor: rooms.
"""

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from comity.acts import blob_role
from comity.acts.verb import Both, both
from comity.clocks import instants
from comity.joint.exercise import acts, control, evaluation
from comity.joint.exercise.time_map import TimeMap
from comity.kernel import ijson
from comity.kernel.ijson import Json
from comity.node.base.context import Node
from comity.node.base.ports import Tx
from comity.node.base.rows import MatterRow, Officer
from comity.node.room import act_blobs, exercise_mark, matter_read
from comity.rooms.exercise import console, deliveries, places, texts
from comity.rooms.exercise.actions import Action
from comity.rooms.exercise.console import Console
from comity.rooms.exercise.places import Place

FORMAT: Final = "comity-after-action/1"

MET: Final = "met"
MISSED: Final = "missed"
OPEN: Final = "open"
SKIPPED: Final = "skipped"
NOT_TESTED: Final = "not-tested"
VERDICTS: Final[Mapping[str, Both]] = {
    MET: both("Within the target", "在目标时间内"),
    MISSED: both("Later than the target", "超过目标时间"),
    OPEN: both("Not done yet", "尚未完成"),
    SKIPPED: both("A jump passed over it: not counted", "时间跳转越过，不予计算"),
    NOT_TESTED: both("Not tested", "未经检验"),
}

TITLES: Final[Mapping[str, Both]] = {
    "title": both("After-Action Report and Improvement Plan", "演练总结报告与改进计划"),
    "overview": both("Exercise overview", "演练概况"),
    "capabilities": both("Analysis of capabilities", "能力分析"),
    "improvement": both("Appendix A: Improvement plan", "附录一：改进计划"),
    "participants": both("Appendix B: Participants", "附录二：参加方"),
    "timeline": both("Appendix C: Deliveries", "附录三：投放记录"),
}
HEADINGS: Final = ("overview", "capabilities", "improvement", "participants", "timeline")
"""Of the report, as HSEEP has them."""


@dataclass(frozen=True, slots=True)
class Measure:
    """What clocks show of a critical task.

    Attributes:
        task: its id.
        words: what it is.
        objective: its id.
        capability: that it tests.
        within_ms: target, in scenario time.
        begun_ms, ended_ms: scenario times, or None.
        real_ms: how long it took by the wall, or None.
        verdict: a key of `VERDICTS`.
    """

    task: str
    words: Both
    objective: str
    capability: str
    within_ms: int
    begun_ms: int | None
    ended_ms: int | None
    real_ms: int | None
    verdict: str

    @property
    def took_ms(self) -> int | None:
        """How long it took in scenario time, or None."""
        both_known = self.begun_ms is not None and self.ended_ms is not None
        return (self.ended_ms or 0) - (self.begun_ms or 0) if both_known else None


def measures(shown: Console, plan: Mapping[str, Any]) -> list[Measure]:
    """Return what clocks show of each critical task of a plan."""
    times = shown.times
    told = deliveries.happened(shown.lanes, times) if times.is_begun else {}
    real = _real(shown)
    now_ms = shown.scenario_ms or 0
    return [
        _measure(objective, task, told, real, times, now_ms)
        for objective in plan.get("objectives", ())
        for task in objective["tasks"]
    ]


def _real(shown: Console) -> dict[tuple[int, str], int]:
    found: dict[tuple[int, str], int] = {}
    for one in shown.lanes:
        for event, at_ms in (
            ("delivered", one.delivered_ms),
            ("taken", one.taken_ms),
            ("answered", one.answered_ms),
        ):
            if at_ms is not None:
                key = one.delivery.number, event
                found[key] = min(at_ms, found.get(key, at_ms))
    return found


def _measure(
    objective: Mapping[str, Any],
    task: Mapping[str, Any],
    told: Mapping[tuple[int, str], int],
    real: Mapping[tuple[int, str], int],
    times: TimeMap,
    now_ms: int,
) -> Measure:
    begins, ends = ((one[0], int(one[1])) for one in (task["from"], task["to"]))
    begin, end = (begins[1], begins[0]), (ends[1], ends[0])
    begun_ms, ended_ms = told.get(begin), told.get(end)
    took = real[end] - real[begin] if begin in real and end in real else None
    return Measure(
        task["id"],
        {"en": task["en"], "zh": task["zh"]},
        objective["id"],
        objective["capability"],
        task["within_ms"],
        begun_ms,
        ended_ms,
        took,
        _verdict(begun_ms, ended_ms, task["within_ms"], times, now_ms),
    )


def _verdict(
    begun_ms: int | None, ended_ms: int | None, within_ms: int, times: TimeMap, now_ms: int
) -> str:
    if begun_ms is None:
        return NOT_TESTED
    due_ms = begun_ms + within_ms
    if ended_ms is not None and ended_ms <= due_ms:
        return MET
    if times.is_skipped(due_ms):
        return SKIPPED
    return MISSED if ended_ms is not None or now_ms > due_ms else OPEN


@dataclass(frozen=True, slots=True)
class Rated:
    """How a task of a side was rated.

    Attributes:
        task, side, party, rating: by its author.
        voices: of the other parties, `{party: rating}`; of who concurs, the same.
        texts: the observation, or None.
    """

    task: str
    side: str
    party: str
    rating: str
    voices: Mapping[str, str]
    texts: Json


def ratings(node: Node, tx: Tx, place: Place) -> list[Rated]:
    """Return how each task was rated, with the observation of its author."""
    rows = places.matters_in(tx, place.of(places.CONTROL), acts.EVALUATION)
    found = (_rated(node, tx, row) for row in rows)
    return sorted(filter(None, found), key=lambda one: (one.task, one.side, one.party))


def _rated(node: Node, tx: Tx, row: MatterRow) -> Rated | None:
    now = evaluation.PART.from_json(row.state)
    if now.rating is None:
        return None
    one = now.rating
    said = [each.act for each in tx.acts_of(row.channel, row.matter) if each.act.id == one.id]
    blobs = [blob for act in said for blob in act.blobs if blob.role == blob_role.TEXTS]
    voices = {each.party: each.rating or one.rating for each in now.voices}
    text = matter_read.body_json(act_blobs.open_blobs(node, tx, blobs), blob_role.TEXTS)
    return Rated(one.task, one.side, one.party, one.rating, voices, text)


@dataclass(frozen=True, slots=True)
class Paper:
    """The report: its data, its date, the digest of the data."""

    data: bytes
    at_ms: int
    digest: str


def of(node: Node, officer: Officer, actions: Sequence[Action] = ()) -> Paper:
    """Return the report of the exercise that an officer works in.

    Raises:
        Fault: those of `console.of`.
    """
    with node.store.read() as tx:
        place = console.place_of(tx, officer)
        console.require_control(tx, node, officer, place)
        shown = console.read(node, tx, place)
        plan = texts.plan(node, tx, place)
        rated = ratings(node, tx, place)
        private = [one for row in texts.cells(tx, place) for one in _cells(row).private]
        mark = exercise_mark.on_paper(tx, place.of(places.PLAY))
    value: dict[str, Json] = {
        **mark,
        "format": FORMAT,
        "titles": {name: dict(words) for name, words in TITLES.items()},
        "matter": place.matter.id,
        "overview": _overview(shown, plan),
        "objectives": [*_objectives(measures(shown, plan), plan, rated)],
        "actions": [one.to_json() for one in actions],
        "participants": [
            {"side": str(one["side"]), "seat": str(one["id"]), "en": one["en"], "zh": one["zh"]}
            for one in plan.get("seats", ())
        ],
        "deliveries": [*_deliveries(shown)],
        "private": [
            {"party": one.party, "number": one.number, "disclosed": bool(one.salt)}
            for one in private
        ],
    }
    digest = hashlib.sha256(ijson.render(value)).hexdigest()
    return Paper(ijson.render({**value, "digest": digest}), shown.now_ms, digest)


def _cells(row: MatterRow) -> control.State:
    return control.PART.from_json(row.state)


def _overview(shown: Console, plan: Mapping[str, Any]) -> Json:
    segments = shown.times.segments
    return {
        "title": dict(plan.get("title", both("Exercise", "演练"))),
        "summary": dict(plan.get("summary", both("", ""))),
        "kind": dict(acts.KINDS.get(str(plan.get("kind", "")), both("–", "–"))),
        "started": _at(segments[0].real_ms) if segments else "–",
        "scenario": " / ".join(
            (_at(segments[0].scenario_ms), _at(shown.scenario_ms)) if segments else ()
        ),
        "parties": [*(shown.place.state.parties)],
        "status": shown.status,
        "stops": [] if shown.stop is None else [dict(acts.STOPS[shown.stop.reason])],
    }


def _objectives(
    found: Sequence[Measure], plan: Mapping[str, Any], rated: Sequence[Rated]
) -> Iterator[Json]:
    for objective in plan.get("objectives", ()):
        tasks: list[Json] = [
            _task(one, [each for each in rated if each.task == one.task])
            for one in found
            if one.objective == objective["id"]
        ]
        yield {
            "id": objective["id"],
            "capability": objective["capability"],
            "en": objective["en"],
            "zh": objective["zh"],
            "tasks": tasks,
            "wash": [
                {"en": one["en"], "zh": one["zh"]}
                for one in plan.get("hot_wash", ())
                if one["objective"] == objective["id"]
            ],
        }


def _task(one: Measure, rated: Sequence[Rated]) -> Json:
    return {
        "id": one.task,
        "words": dict(one.words),
        "target": span(one.within_ms),
        "took": span(one.took_ms),
        "real": span(one.real_ms),
        "verdict": dict(VERDICTS[one.verdict]),
        "ratings": [
            {
                "side": each.side,
                "by": each.party,
                "rating": each.rating,
                "words": dict(acts.RATINGS[each.rating]),
                "others": dict(each.voices),
                "texts": each.texts,
            }
            for each in rated
        ],
    }


def _deliveries(shown: Console) -> Iterator[Json]:
    for one in reversed(shown.lanes):
        yield {
            "number": one.delivery.number,
            "seat": f"{one.delivery.side} {one.delivery.seat}",
            "delivered": _at(one.delivered_ms),
            "taken": _at(one.taken_ms),
            "answered": _at(one.answered_ms),
            "expected": one.item.expected_action if one.item else "",
            "seen": one.is_lit,
        }


def _at(at_ms: int | None) -> str:
    return "–" if at_ms is None else instants.render(at_ms)


def span(length_ms: int | None) -> str:
    """Return a length as people read it: 2 h 05 min."""
    if length_ms is None:
        return "–"
    minutes = length_ms // 60_000
    return f"{minutes // 60} h {minutes % 60:02} min"
