"""`bench request`: what an officer waits for on a node that holds very many requests.

    rebuild    sealed entries of both logs -> acts, states, lists and words
    fold       one request of twelve acts, and its clocks by the shipped guideline
    list, search, open                                                    at the full number

Floor: lab.
"""

import os
import random
import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass
from importlib import resources
from pathlib import Path
from typing import Final

from comity.boot import home as homes
from comity.clocks import calendar_text
from comity.clocks.calendar_versions import Period
from comity.demo.pair_of_nodes import PairOfNodes
from comity.joint.guideline import document
from comity.joint.request import clocks, state
from comity.kernel.fault import Fault
from comity.kernel.ijson import Json
from comity.node.base import trust
from comity.node.base.context import Node
from comity.node.base.rows import Officer
from comity.node.exchange import refold
from comity.rooms.request import clock_rules, reading, request_list
from comity.rooms.request.request_list import Asked, Wanted
from comity_lab.bench import request_node
from comity_lab.bench.request_history import ACTS
from comity_lab.bench.request_node import SEED, Bar, Plan

LIMITS: Final = {
    "list_ms": 200.0,
    "filtered_ms": 200.0,
    "search_en_ms": 200.0,
    "search_zh_ms": 200.0,
    "reference_ms": 200.0,
    "count_ms": 200.0,
    "open_ms": 200.0,
    "fold_ms": 5.0,
    "rebuild_s": 900.0,
}
_TURNS: Final = 60
_FOLDED: Final = 200

type Tell = Callable[[str], None]


def run(folder: Path, plan: Plan, tell: Tell, bar: Bar) -> dict[str, Json]:
    """Make a node with so many requests, and measure it."""
    load = os.getloadavg()[0]
    with PairOfNodes(folder) as nodes:
        nodes.set_up()
        side = next(iter(nodes.sides.values()))
        channel = f"{nodes.arrangement}/live"
        with homes.opened(side.home, side.environment) as found:
            node = found.home.node
            value = request_node.write(
                node, channel, tuple(nodes.sides), side.state.agency[0], plan, bar
            )
            tell("Rebuilding from the sealed entries.")
            value |= request_node.rebuild(node, side, channel, plan, bar)
            value |= _fold(node, channel)
            if plan.requests > plan.sealed:
                tell("Copying rows up to the full number.")
                request_node.copy(node, channel, plan, bar)
            officer = _officer(node)
            tell("Asking as an officer does.")
            value |= _asked(node, officer)
    value |= {
        "requests": plan.requests,
        "sealed": plan.sealed,
        "acts": ACTS,
        "load_before": round(load, 1),
        "load_after": round(os.getloadavg()[0], 1),
    }
    return value | {"ratios": _ratios(value)}


def _fold(node: Node, channel: str) -> dict[str, Json]:
    """Measure folding a request from its acts, and reckoning its clocks by the shipped text."""
    guideline = document.parse(_shipped("guideline/dialogue.yaml"))
    calendars = {
        party: (Period(0, None, calendar_text.parse(_shipped(f"calendar/{name}-2026.yaml"))),)
        for party, name in (("fr", "us"), ("sn", "cn"))
    }
    taken: list[_Taken] = []
    with node.store.read() as tx:
        loaded = trust.load(tx, channel)
        for row in tx.matters("request", "", _FOLDED):
            began = _Taken.now()
            times = refold.Times(tx, loaded)
            said = [refold.placed(loaded, one) for one in tx.acts_of(channel, row.matter)]
            folded = state.from_json(
                refold.folded(node.rooms, times, row.matter, said, row.at_ms).state
            )
            rules = clock_rules.rules(guideline, folded.type, folded.urgency)
            for track in folded.tracks:
                now_ms = node.clock.now_ms()
                clocks.timed(folded, track.party, rules, calendars, now_ms, explain=False)
            taken.append(_Taken.now().since(began))
    return _told("fold_ms", taken)


def _shipped(name: str) -> bytes:
    return resources.files("comity.catalogue").joinpath(name).read_bytes()


def _officer(node: Node) -> Officer:
    with node.store.read() as tx:
        return tx.officers()[0]


def _asked(node: Node, officer: Officer) -> dict[str, Json]:
    """Ask what officers ask, again and again, and tell what it took."""
    chance = random.Random(SEED)  # noqa: S311 -- a bench
    first = request_list.page(node, officer, Asked(count_max=200))
    ids = [line.row.matter.id for line in first.lines]
    english = ("ransom*", "wallet bank", "mailbox transfer victim", "case 0001*", "absent")
    chinese = ("银行", "受害恶意", "账户 域名", "证", "紧急披露")
    statuses = ("answered", "closed", "refused")

    def filtered() -> Asked:
        return Asked(Wanted(frozenset({chance.choice(statuses)}), holder="nobody"))

    questions: dict[str, Callable[[], object]] = {
        "list_ms": lambda: request_list.page(node, officer),
        "filtered_ms": lambda: request_list.page(node, officer, filtered()),
        "search_en_ms": lambda: request_list.page(
            node, officer, Asked(search=chance.choice(english))
        ),
        "search_zh_ms": lambda: request_list.page(
            node, officer, Asked(search=chance.choice(chinese))
        ),
        "reference_ms": lambda: request_list.page(
            node, officer, Asked(reference=f"pol {chance.randrange(10_000):05d}")
        ),
        "count_ms": lambda: request_list.counts(node, officer),
        "open_ms": lambda: reading.show(node, officer, chance.choice(ids)),
    }
    found: dict[str, Json] = {"readable": sum(request_list.counts(node, officer).values())}
    for name, ask in questions.items():
        taken: list[_Taken] = []
        for _ in range(_TURNS):
            began = _Taken.now()
            ask()
            taken.append(_Taken.now().since(began))
        found |= _told(name, taken)
    return found


@dataclass(frozen=True, slots=True)
class _Taken:
    """Time, milliseconds: of the clock on the wall, and of the processor."""

    wall_ms: float
    cpu_ms: float

    @classmethod
    def now(cls) -> "_Taken":
        return cls(time.perf_counter() * 1_000, time.process_time() * 1_000)

    def since(self, began: "_Taken") -> "_Taken":
        return _Taken(self.wall_ms - began.wall_ms, self.cpu_ms - began.cpu_ms)


def _told(name: str, taken: list[_Taken]) -> dict[str, Json]:
    if not taken:
        raise Fault(
            code="lab.bench.empty", what="There was nothing to measure.", fix="Ask for more."
        )
    wall, cpu = [one.wall_ms for one in taken], [one.cpu_ms for one in taken]
    return {
        name: {
            "p50": round(statistics.median(wall), 2),
            "p95": _p95(wall),
            "cpu_p50": round(statistics.median(cpu), 2),
            "cpu_p95": _p95(cpu),
        }
    }


def _p95(taken: list[float]) -> float:
    return round(statistics.quantiles(taken, n=20)[-1] if len(taken) > 1 else taken[0], 2)


def _ratios(value: dict[str, Json]) -> dict[str, Json]:
    """Return each figure by its limit: under 1 is within it."""
    found: dict[str, Json] = {}
    for name, limit in LIMITS.items():
        figure = value[name]
        number = figure["p95"] if isinstance(figure, dict) else figure
        assert isinstance(number, int | float)
        found[name] = round(number / limit, 3)
    return found


def text(value: dict[str, Json]) -> str:
    """Return the figures as a table."""
    ratios = value["ratios"]
    assert isinstance(ratios, dict)
    columns = ("p50", "p95", "cpu p50", "cpu p95", "limit", "ratio")
    lines = [f"{'':14} " + " ".join(f"{name:>8}" for name in columns)]
    for name, limit in LIMITS.items():
        figure = value[name]
        if isinstance(figure, dict):
            told = [figure[one] for one in ("p50", "p95", "cpu_p50", "cpu_p95")]
        else:
            told = ["", figure, "", value["rebuild_cpu_s"]]
        told += [limit, ratios[name]]
        lines.append(f"{name:14} " + " ".join(f"{one!s:>8}" for one in told))
    how = "extrapolated from" if value["rebuild_extrapolated"] else "measured on"
    lines.append(
        f"{value['requests']} requests of {value['acts']} acts; the rebuild is {how} "
        f"{value['sealed']} in {value['rebuilt_s']} s ({value['rebuilt_cpu_s']} s of processor "
        f"time, {value['rebuilt_rss_mb']} MB in the process that writes); the fixture took "
        f"{value['written_s']} s ({value['written_cpu_s']} s of processor time); load "
        f"{value['load_before']} to {value['load_after']}."
    )
    return "\n".join(lines)
