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
from comity.clocks.adopted import Period
from comity.joint.guideline import document
from comity.joint.request import clocks, state
from comity.kernel.fault import Fault
from comity.kernel.ijson import Json
from comity.lab.bench import request_history
from comity.lab.bench.history import new_history
from comity.lab.bench.request_history import ACTS, Writer
from comity.lab.pair_of_nodes import PairOfNodes
from comity.node import clock_rules
from comity.node.context import Node
from comity.node.desk import listing, reading, search
from comity.node.desk.listing import Asked, Wanted
from comity.node.exchange import refold, trust, understand
from comity.node.rows import MatterRow, Officer

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
_SEED: Final = 1

type Tell = Callable[[str], None]
type Bar = Callable[[int], None]


@dataclass(frozen=True, slots=True)
class Plan:
    """What is measured.

    Attributes:
        requests: that the node holds.
        sealed: how many of them stand in the logs, and are rebuilt.
    """

    requests: int
    sealed: int


def run(folder: Path, plan: Plan, tell: Tell, advance: Bar) -> dict[str, Json]:
    """Make a node with so many requests, and measure it."""
    load = os.getloadavg()[0]
    with PairOfNodes(folder) as nodes:
        nodes.set_up()
        side = next(iter(nodes.sides.values()))
        channel = f"{nodes.arrangement}/live"
        with homes.opened(side.home, side.environment) as found:
            node = found.home.node
            _write(node, channel, tuple(nodes.sides), side.state.agency[0], plan, advance)
            tell("Rebuilding from the sealed entries.")
            value = _rebuild(node, channel, plan)
            value |= _fold(node, channel)
            tell("Copying rows up to the full number.")
            _copy(node, channel, plan, advance)
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


def _write(
    node: Node, channel: str, parties: tuple[str, ...], agency: str, plan: Plan, advance: Bar
) -> None:
    now_ms = node.clock.now_ms()
    pair = (parties[0], parties[1])
    history = new_history(node, channel, pair, agency, _SEED, now_ms)
    Writer(node, history, node.party).write(plan.sealed, advance)


def _rebuild(node: Node, channel: str, plan: Plan) -> dict[str, Json]:
    began, spent = time.perf_counter(), time.process_time()
    entries = understand.understand(node, channel)
    understood_s = time.perf_counter() - began
    search.catch_up(node)
    seconds, cpu_s = time.perf_counter() - began, time.process_time() - spent
    scale = plan.requests / plan.sealed
    return {
        "rebuilt_entries": entries,
        "rebuilt_s": round(seconds, 1),
        "rebuilt_words_s": round(seconds - understood_s, 1),
        "rebuilt_cpu_s": round(cpu_s, 1),
        "rebuild_s": round(seconds * scale, 1),
        "rebuild_cpu_s": round(cpu_s * scale, 1),
        "rebuild_extrapolated": scale > 1,
    }


def _fold(node: Node, channel: str) -> dict[str, Json]:
    """Measure folding a request from its acts, and reckoning its clocks by the shipped text."""
    guideline = document.parse(_shipped("guideline/dialogue.yaml"))
    calendars = {
        party: (Period(0, None, calendar_text.parse(_shipped(f"calendar/{name}-2026.yaml"))),)
        for party, name in (("fr", "us"), ("sn", "cn"))
    }
    taken: list[float] = []
    with node.store.read() as tx:
        loaded = trust.load(tx, channel)
        for row in tx.matters("request", "", _FOLDED):
            began = time.perf_counter()
            times = refold.Times(tx, loaded)
            said = [refold.placed(loaded, one) for one in tx.acts_of(channel, row.matter)]
            folded = state.from_json(
                refold.folded(times, loaded, row.matter, said, row.at_ms).state
            )
            rules = clock_rules.rules(guideline, folded.type, folded.urgency)
            for track in folded.tracks:
                now_ms = node.clock.now_ms()
                clocks.timed(folded, track.party, rules, calendars, now_ms, explain=False)
            taken.append((time.perf_counter() - began) * 1_000)
    return _told("fold_ms", taken)


def _shipped(name: str) -> bytes:
    return resources.files("comity.catalogue").joinpath(name).read_bytes()


def _copy(node: Node, channel: str, plan: Plan, advance: Bar) -> None:
    with node.store.read() as tx:
        row: MatterRow = tx.matters("request", "", 1)[0]
        rows = tx.acts_of(channel, row.matter)
    copies = plan.requests - plan.sealed
    for done in request_history.copy(node, row, rows, copies, _SEED):
        advance(done)


def _officer(node: Node) -> Officer:
    with node.store.read() as tx:
        return tx.officers()[0]


def _asked(node: Node, officer: Officer) -> dict[str, Json]:
    """Ask what officers ask, again and again, and tell what it took."""
    chance = random.Random(_SEED)  # noqa: S311 -- a bench
    first = listing.page(node, officer, Asked(count_max=200))
    ids = [line.row.matter.id for line in first.lines]
    english = ("ransom*", "wallet bank", "mailbox transfer victim", "case 0001*", "absent")
    chinese = ("银行", "受害恶意", "账户 域名", "证", "紧急披露")
    statuses = ("answered", "closed", "refused")

    def filtered() -> Asked:
        return Asked(Wanted(frozenset({chance.choice(statuses)}), holder="nobody"))

    questions: dict[str, Callable[[], object]] = {
        "list_ms": lambda: listing.page(node, officer),
        "filtered_ms": lambda: listing.page(node, officer, filtered()),
        "search_en_ms": lambda: listing.page(node, officer, Asked(search=chance.choice(english))),
        "search_zh_ms": lambda: listing.page(node, officer, Asked(search=chance.choice(chinese))),
        "reference_ms": lambda: listing.page(
            node, officer, Asked(reference=f"pol {chance.randrange(1_000):05d}")
        ),
        "count_ms": lambda: listing.counts(node, officer),
        "open_ms": lambda: reading.show(node, officer, chance.choice(ids)),
    }
    found: dict[str, Json] = {"readable": sum(listing.counts(node, officer).values())}
    for name, ask in questions.items():
        taken: list[float] = []
        for _ in range(_TURNS):
            began = time.perf_counter()
            ask()
            taken.append((time.perf_counter() - began) * 1_000)
        found |= _told(name, taken)
    return found


def _told(name: str, taken: list[float]) -> dict[str, Json]:
    if not taken:
        raise Fault(
            code="lab.bench.empty", what="There was nothing to measure.", fix="Ask for more."
        )
    p95 = statistics.quantiles(taken, n=20)[-1] if len(taken) > 1 else taken[0]
    return {name: {"p50": round(statistics.median(taken), 2), "p95": round(p95, 2)}}


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
    lines = [f"{'':14} {'p50':>10} {'p95':>10} {'limit':>8} {'ratio':>7}"]
    for name, limit in LIMITS.items():
        figure = value[name]
        if isinstance(figure, dict):
            p50, p95 = figure["p50"], figure["p95"]
        else:
            p50, p95 = "", figure
        lines.append(f"{name:14} {p50!s:>10} {p95!s:>10} {limit!s:>8} {ratios[name]!s:>7}")
    how = "extrapolated from" if value["rebuild_extrapolated"] else "measured on"
    lines.append(
        f"{value['requests']} requests of {value['acts']} acts; the rebuild is {how} "
        f"{value['sealed']} in {value['rebuilt_s']} s ({value['rebuilt_cpu_s']} s of processor "
        f"time, {value['rebuilt_words_s']} s for words); load {value['load_before']} to "
        f"{value['load_after']}."
    )
    return "\n".join(lines)
