"""`bench desk`: what officers wait for at their pages, on a node that holds very many requests.

    one        every page again and again, one officer alone
    at once    so many officers, each asking for the next page as soon as one has come
    weight     what a browser fetches on a first visit
    floor      a bare Django view on the same listener

The node has played the first scenes of the demo with another one (calendars, the guideline that
ships, a request with clocks and evidence), holds the fixture of `bench request` beside it, and
serves as `comity serve` does.  Every officer signs in by a link of their own.

Floor: lab.
"""

import os
import statistics
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import Final

from comity.demo.pair_of_nodes import PairOfNodes
from comity.demo.story import FR
from comity.domestic.officer import role
from comity.kernel.fault import Fault
from comity.kernel.ijson import Json
from comity_lab.bench import desk_crowd, desk_floor, desk_node, desk_weight, request_node
from comity_lab.bench.desk_crowd import Crowd
from comity_lab.bench.desk_node import Doors
from comity_lab.bench.desk_pages import PAGES, WATCHED, Seat
from comity_lab.bench.desk_reader import CHINESE, ENGLISH, Answer, Reader
from comity_lab.bench.processes import cpu_s, family, family_mb
from comity_lab.bench.request_node import SEED, Bar

ONE_MS: Final = 200.0
MANY_MS: Final = 500.0
WEIGHT_KB: Final = 250.0

_FLOOR_TURNS: Final = 10
"""Times as many as of a page: one answer of the floor takes a millisecond."""
_SETTLED: Final = 0.1
"""Of a core: a node that uses less has nothing left to do by itself."""
_FIRST: Final = {"sign-in": "/account/sign-in/", "desk": "/", "list": "/requests/"}

type Tell = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Plan:
    """What is measured.

    Attributes:
        node: requests that it holds, and how many of them stand in the logs.
        officers: that read at once.
        turns: of each page, for one officer alone.
        seconds: that the officers read at once.
        pause_s: that each of them looks at a page, in the second round.
    """

    node: request_node.Plan
    officers: int = 50
    turns: int = 40
    seconds: float = 60.0
    pause_s: float = 5.0


def run(
    folder: Path, plan: Plan, tell: Tell, bar: Bar, now_ms: Callable[[], int]
) -> dict[str, Json]:
    """Make a node with so many requests, serve it, and measure its pages."""
    load = os.getloadavg()[0]
    with PairOfNodes(folder, typed=desk_node.typed()) as nodes:
        doors = desk_node.made(nodes, plan.node, plan.officers, tell, bar, now_ms)
        nodes.start(FR)
        value = measured(nodes, doors, plan, tell, bar)
    value |= {
        "requests": plan.node.requests,
        "sealed": plan.node.sealed,
        "officers": plan.officers,
        "load_before": round(load, 1),
        "load_after": round(os.getloadavg()[0], 1),
    }
    return value | {"ratios": _ratios(value)}


def measured(nodes: PairOfNodes, doors: Doors, plan: Plan, tell: Tell, bar: Bar) -> dict[str, Json]:
    """Measure the pages of a node that serves."""
    side = nodes.sides[FR]
    assert side.process is not None
    pid, value = side.process.pid, dict[str, Json]()
    with _seats(side.port, doors) as seats:
        _settle(pid)
        value["first_visit"] = _weights(side.port, seats[0])
        with bar("One officer", len({**PAGES, **WATCHED}) * plan.turns) as advance:
            value["pages"] = dict(_alone(pid, seats[0], plan.turns, advance))
        value["floor"] = _floor(plan)
        for name, pause_s in (("at_once", 0.0), ("at_work", plan.pause_s)):
            tell(f"{plan.officers} officers, {pause_s:g} s between pages.")
            before = cpu_s(family(pid))
            with bar(name.replace("_", " ").capitalize(), int(plan.seconds)) as advance:
                crowd = desk_crowd.at_once(seats, plan.seconds, pause_s, advance)
            value[name] = _crowd(name, crowd, cpu_s(family(pid)) - before)
        value["rss_mb"] = round(family_mb(pid), 1)
    value["pages_per_cpu_s"] = _per_cpu_s(value["pages"])
    return value


@contextmanager
def _seats(port: int, doors: Doors) -> Iterator[list[Seat]]:
    """Let every officer sign in; the first seat is the one who also reads alone."""
    with ExitStack() as open_ones:

        def browser(name: str) -> Reader:
            reader = open_ones.enter_context(Reader(port))
            reader.sign_in(doors.links[name])
            return reader

        auditor = browser(role.AUDITOR)
        seats = []
        for number, name in enumerate(one for one in doors.links if one != role.AUDITOR):
            own = browser(name)
            chinese = open_ones.enter_context(own.in_language(CHINESE))
            chance = Random(SEED + number)  # noqa: S311 -- a bench
            readers = {ENGLISH: own, CHINESE: chinese}
            audit = open_ones.enter_context(auditor.in_language(ENGLISH))
            seats.append(Seat(readers, audit, doors.found, chance))
            seats[-1].prepare()
        yield seats


def _settle(pid: int) -> None:
    """Wait until the node has nothing left to do by itself, but not for ever."""
    for _ in range(60):
        before = cpu_s(family(pid))
        time.sleep(1)
        if cpu_s(family(pid)) - before < _SETTLED:
            return


def _alone(
    pid: int, seat: Seat, turns: int, advance: Callable[[int], None]
) -> Iterator[tuple[str, Json]]:
    for name, ask in {**PAGES, **WATCHED}.items():
        ask(seat)
        before, answers = cpu_s(family(pid)), list[Answer]()
        for _ in range(turns):
            answers.append(ask(seat))
            advance(1)
        spent_s = cpu_s(family(pid)) - before
        yield (
            name,
            _told(name, [one.took_ms for one in answers], spent_s)
            | {
                "kb": round(statistics.median(one.sent_bytes for one in answers) / 1_000, 1),
            },
        )


def _told(measure: str, took_ms: Sequence[float], spent_s: float) -> dict[str, Json]:
    """Return the figures of a measure.

    Raises:
        Fault: `lab.bench.empty`, for a nought in their place would look like a good one.
    """
    if not took_ms or spent_s <= 0:
        raise Fault(
            code="lab.bench.empty",
            what=f"Of {measure!r} there is no figure: {len(took_ms)} answers came, and the kernel "
            f"counted {spent_s:g} s of processor time.",
            fix="Ask for more turns or more seconds.",
        )
    return _spread(took_ms) | {"cpu_ms": round(spent_s * 1_000 / len(took_ms), 3)}


def _spread(took_ms: Sequence[float]) -> dict[str, Json]:
    return {"p50_ms": round(statistics.median(took_ms), 2), "p95_ms": _p95(took_ms)}


def _p95(took_ms: Sequence[float]) -> float:
    many = len(took_ms) > 1
    return round(statistics.quantiles(took_ms, n=20)[-1] if many else took_ms[0], 2)


def _crowd(measure: str, crowd: Crowd, spent_s: float) -> Json:
    every = crowd.every
    by_page: dict[str, Json] = {name: _spread(took) for name, took in sorted(crowd.samples.items())}
    return _told(measure, every, spent_s) | {
        "pages": by_page,
        "count": len(every),
        "pages_per_s": round(len(every) / crowd.seconds, 1),
    }


def _floor(plan: Plan) -> Json:
    """Measure a bare view, by one reader alone."""
    with desk_floor.serving() as (pid, port), Reader(port) as reader:
        for _ in range(plan.turns):
            reader.get("/")
        before, turns = cpu_s([pid]), plan.turns * _FLOOR_TURNS
        took = [reader.get("/").took_ms for _ in range(turns)]
        spent_s = cpu_s([pid]) - before
    figures = _told("floor", took, spent_s)
    return figures | {"pages_per_cpu_s": round(turns / spent_s, 1)}


def _per_cpu_s(pages: Json) -> Json:
    """Return how many pages a processor second makes, each of an officer's as often as others."""
    assert isinstance(pages, dict)
    spent = [_number(pages[name], "cpu_ms") for name in PAGES]
    return round(1_000 / statistics.mean(spent), 1)


def _number(figures: Json, name: str) -> float:
    assert isinstance(figures, dict)
    found = figures[name]
    assert isinstance(found, int | float)
    return float(found)


def _weights(port: int, seat: Seat) -> Json:
    found: dict[str, Json] = {}
    for language in (ENGLISH, CHINESE):
        for name, path in _FIRST.items():
            with Reader(port, language) as stranger:
                reader = stranger if name == "sign-in" else seat.readers[language]
                weight = desk_weight.of(reader, path)
            found[f"{name}, {language}"] = {
                "page_kb": round(weight.page / 1_000, 1),
                "parts_kb": round((weight.total - weight.page) / 1_000, 1),
                "fonts_kb": round(weight.fonts_total / 1_000, 1),
                "kb": round(weight.total / 1_000, 1),
            }
    return found


def _ratios(value: Mapping[str, Json]) -> dict[str, Json]:
    """Return the slowest and the heaviest by their limits: under 1 is within it."""
    pages, visits = value["pages"], value["first_visit"]
    assert isinstance(pages, dict)
    assert isinstance(visits, dict)
    slowest = max(_number(one, "p95_ms") for one in pages.values())
    heaviest = max(_number(one, "kb") for one in visits.values())
    fonts = max(_number(one, "fonts_kb") for one in visits.values())
    found = {
        "one": slowest / ONE_MS,
        "at_once": _number(value["at_once"], "p95_ms") / MANY_MS,
        "at_work": _number(value["at_work"], "p95_ms") / MANY_MS,
        "first_visit": heaviest / WEIGHT_KB,
        "first_visit_without_type": (heaviest + fonts) / WEIGHT_KB,
        "bare_view": _number(value["floor"], "pages_per_cpu_s")
        / _number({**value}, "pages_per_cpu_s"),
    }
    return {name: round(one, 3) for name, one in found.items()}
