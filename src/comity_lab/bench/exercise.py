"""`bench exercise`: what an exercise costs, beside real work in the same run.

    deliveries    items to seats, until the other State has signed for them, beside requests
    console       of a small and of a large exercise
    live          one request at a time until its receipt, alone and beside a play at full speed

Two real nodes over loopback, with an exercise that both agreed, planned and started.

Floor: lab.
"""

import argparse
import hashlib
import os
import statistics
import tempfile
import time
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final, override

from comity.acts import shape
from comity.acts.record import NEEDED, Act, Blob, Matter, Office
from comity.demo.commands import SERVING, Copies
from comity.demo.hands import Hands
from comity.demo.pair_of_nodes import PairOfNodes
from comity.demo.rehearse import NAMES, OURS, PARTNER, set_up
from comity.demo.scripted import LEAD, PLAYERS, Exercise
from comity.demo.story import instant
from comity.joint.exercise import acts, master_list
from comity.joint.exercise.master_list import Item
from comity.kernel import ijson
from comity.kernel.ijson import Json
from comity.node.desk.officer_admin import require_officer
from comity.node.exchange.append import Candidate
from comity.rooms.exercise import console
from comity.seal.symmetric import seal_blob
from comity.surfaces.cli.context import EXIT_OK, Program, Subparsers, add_json, at_least
from comity_lab.bench import load, record
from comity_lab.bench.exchange import Beside, alone
from comity_lab.bench.load import Desk

SMALL: Final = (50, 500)
"""Items of the master list, and acts of the play."""
TIMES: Final = 10
_ROUNDS: Final = 3
_LOOKS: Final = 15
_GROUP: Final = 64
_WAIT_S: Final = 300.0
_PAUSE_S: Final = 0.5
_TEXT_BYTES: Final = 2_048
_SEAT: Final = "bank-b"


def add(kinds: Subparsers) -> None:
    """Add `bench exercise`."""
    parser = kinds.add_parser(
        "exercise",
        help="deliveries, the console, and real work beside an exercise",
        description="Two real nodes over loopback with an exercise that runs: deliveries beside "
        "requests, the console of a small and of a large one, and one request at a time alone and "
        "beside a play at full speed.",
    )
    parser.add_argument(
        "--deliveries", type=at_least(1), default=500, metavar="N", help="at a time (%(default)s)"
    )
    parser.add_argument(
        "--alone", type=at_least(1), default=150, metavar="N", help="requests alone (%(default)s)"
    )
    add_json(parser)
    record.add_append(parser)
    parser.set_defaults(run=_run)


def _run(program: Program, options: argparse.Namespace) -> int:
    copies = Copies(SERVING)
    with (
        tempfile.TemporaryDirectory(prefix="comity-bench-") as folder,
        PairOfNodes(Path(folder), (OURS, PARTNER), copies, copies.start) as nodes,
    ):
        day = datetime.fromtimestamp(program.now_ms() / 1_000, UTC)
        window = (instant(day), instant(day + timedelta(days=7)))
        value = run(nodes, window, options.deliveries, options.alone, program.note)
    program.show(value, text(value))
    record.append(options, "exercise", value)
    return EXIT_OK


def run(
    nodes: PairOfNodes,
    window: tuple[str, str],
    deliveries: int,
    turns: int,
    tell: Callable[[str], None],
) -> dict[str, Json]:
    """Hold an exercise on two nodes, and measure."""
    set_up(nodes)
    held = Exercise.of(Hands(nodes, NAMES).typed, (OURS.party, PARTNER.party), "harbour-invoice")
    held.prepare(nodes.folder, window)
    held.start(1)
    side, peer = nodes.sides[OURS.party], PARTNER.party
    live, play = (f"{nodes.arrangement}/{name}" for name in ("live", PLAYERS))
    with ExitStack() as opened:
        desk = opened.enter_context(load.desk(side, live, peer))
        seats = Deliveries(desk.node, play, desk.agency, peer, held.play)
        items, count = SMALL
        looked = []
        for factor in (1, TIMES):
            tell(f"The console of {items * factor} items and {count * factor} acts.")
            held.adopt("master-list", listed(nodes.folder, items * factor, peer))
            while seats.size() < count * factor:
                seats.append(_GROUP)
            seats.wait(seats.size(), _WAIT_S)
            looked.append(_looked(desk, play))
        tell(f"{deliveries} deliveries, and as many requests, in turn.")
        rates = _rates(seats, desk, deliveries)
        tell("One request at a time, alone and beside a play at full speed.")
        quiet = [alone(desk) for _ in range(turns)]
        beside = Beside(opened, side, nodes.arrangement, peer, PLAYERS)
        beside.begin()
        busy = [alone(desk) for _ in range(turns)]
        _, played = beside.end()
    few, many = looked
    before, during = (_p95(one) for one in (quiet, busy))
    return {
        "deliveries_per_s": round(rates[0], 1),
        "requests_per_s": round(rates[1], 1),
        "deliveries_ratio": round(rates[0] / rates[1], 2),
        "items": items * TIMES,
        "acts": count * TIMES,
        "console_small_ms": round(few, 1),
        "console_ms": round(many, 1),
        "console_ratio": round(many / few, 2),
        "live_alone_p95_ms": round(before, 1),
        "live_beside_p95_ms": round(during, 1),
        "live_ratio": round(during / before, 2),
        "played": len(played),
    }


@dataclass(frozen=True, slots=True)
class Deliveries(Desk):
    """The control cell: it delivers items, each with 2 KiB of text.

    Attributes:
        play: its id.
    """

    play: str = ""

    @override
    def candidate(self) -> Candidate:
        key = os.urandom(32)
        said = "The invoice was false. " * 200
        texts: Json = [{"lang": "en", "text": said[:_TEXT_BYTES], "by": "x", "original": True}]
        body = seal_blob(ijson.render(texts), key, os.urandom)
        sha256 = hashlib.sha256(body).hexdigest()
        blob = Blob(sha256, key, len(body), "application/json", "texts", NEEDED, "TLP:AMBER")
        act_id = self.node.act_id()
        matter = Matter(acts.INJECT, shape.matter_id(acts.INJECT, self.node.party, act_id))
        codes = {
            acts.PLAY_ID: self.play,
            acts.NUMBER: "1",
            acts.SORT: "improvised",
            acts.SIDE: self.peer,
            acts.SEAT: _SEAT,
        }
        act = Act(act_id, acts.DELIVERED, matter, Office(self.agency), codes=codes, blobs=(blob,))
        return Candidate(act, {sha256: body})


def listed(folder: Path, items: int, side: str) -> Path:
    """Write a master list of so many items; return its file."""
    one = Item(
        1, scenario_time="D3 09:00", synopsis="An item", side=side, seat=_SEAT,
        inject_en="The invoice was false.", inject_zh="发票系伪造。", expected_action="Act.",
        objective="stop-the-money", task="stop-payment",
    )  # fmt: skip
    file = folder / f"list-{items}.json"
    file.write_bytes(
        master_list.render(tuple(replace(one, number=at) for at in range(1, items + 1)))
    )
    return file


def _looked(desk: Desk, play: str) -> float:
    """Return how long the console takes once all is delivered, the median of some looks."""
    with desk.node.store.read() as tx:
        lead = replace(require_officer(tx, LEAD), compartment=play)
    until = time.monotonic() + _WAIT_S
    while any(one.delivered_ms is None for one in console.of(desk.node, lead).lanes):
        assert time.monotonic() < until, "the receipts of deliveries did not come"
        time.sleep(_PAUSE_S)
    taken: list[float] = []
    for _ in range(_LOOKS):
        began = time.perf_counter()
        console.of(desk.node, lead)
        taken.append((time.perf_counter() - began) * 1_000)
    return statistics.median(taken)


def _rates(seats: Desk, requests: Desk, count: int) -> tuple[float, float]:
    """Return how many a second each has signed for, the median of rounds in turn."""
    found: tuple[list[float], list[float]] = ([], [])
    for _ in range(_ROUNDS):
        for desk, rates in zip((seats, requests), found, strict=True):
            began = time.perf_counter()
            for start in range(0, count, _GROUP):
                desk.append(min(_GROUP, count - start))
            desk.wait(desk.size(), _WAIT_S)
            rates.append(count / (time.perf_counter() - began))
    return statistics.median(found[0]), statistics.median(found[1])


def _p95(samples: Sequence[float]) -> float:
    ordered = sorted(samples)
    return ordered[min(len(ordered) - 1, int(len(ordered) * 0.95))]


def text(value: dict[str, Json]) -> str:
    """Return the figures in sentences, each with its limit."""
    return "\n".join(line.format_map(value) for line in LINES)


LINES: Final = (
    (
        "deliveries: {deliveries_per_s} a second, {deliveries_ratio} of the {requests_per_s} "
        "requests (at least 0.8)"
    ),
    (
        "console of {items} items and {acts} acts: {console_ms} ms, {console_ratio} times the "
        "{console_small_ms} ms of a tenth (1.5)"
    ),
    (
        "a request alone: {live_beside_p95_ms} ms (p95) beside {played} acts of a play, "
        "{live_ratio} times the {live_alone_p95_ms} ms without (1.1)"
    ),
)
