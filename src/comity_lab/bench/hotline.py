"""`bench hotline`: from a call here until somebody is rung for it there, between two real nodes.

    ring    the call is appended here until its first rung is rung there, by the clock of this
            machine, which both nodes read
    beside  the same while `live` is full, and evidence is on the line
    look    how long a node looks for what must ring, with 1,000 matters and with many
    plan    400 days of a line of duty with overrides, beside a library that expands calendars;
            processor time of this process
    code    spoken codes that somebody guessed, and how many were taken for the right one

Floor: lab.
"""

import argparse
import os
import statistics
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from comity.acts.verb import Given
from comity.boot import home as homes
from comity.demo.pair_of_nodes import PairOfNodes
from comity.demo.story import FR, SY
from comity.joint.hotline.verbs import TABLE
from comity.kernel.fault import Fault
from comity.kernel.ijson import Json
from comity.node.base.context import Node
from comity.node.base.rows import Officer
from comity.node.desk import matters
from comity.node.desk.officer_admin import require_officer
from comity.node.room import say
from comity.node.room.release.draft_store import Sent
from comity.surfaces.cli.context import EXIT_OK, Program, Subparsers, add_json, at_least
from comity_lab.bench import duty_plan, evidence_desk, record, rings_look, spoken_code
from comity_lab.bench.worker import Worker

_P95: Final = 0.95
_WAIT_S: Final = 30.0
_LOOK_S: Final = 0.02
_LATER_MS: Final = 3_600_000

type Tell = Callable[[str], None]


def add(kinds: Subparsers) -> None:
    """Add `bench hotline`."""
    parser = kinds.add_parser(
        "hotline",
        help="from a call here until somebody is rung for it there",
        description="Two real nodes over loopback: a call is appended here, and its first rung is "
        "rung there; and 400 days of a line of duty.",
    )
    parser.add_argument(
        "--calls", type=at_least(1), default=20, metavar="N", help="one after the other (20)"
    )
    parser.add_argument(
        "--evidence", type=at_least(0), default=64, metavar="MIB",
        help="on the line while calls are made beside a full live (64)",
    )  # fmt: skip
    parser.add_argument(
        "--matters", type=at_least(rings_look.FEW + 1), default=10_000, metavar="N",
        help="in the node that looks for what must ring, beside 1,000 (10,000)",
    )  # fmt: skip
    parser.add_argument(
        "--draws", type=at_least(1), default=1_000_000, metavar="N",
        help="guesses of a spoken code (1,000,000)",
    )  # fmt: skip
    parser.add_argument("--keep", type=Path, metavar="DIR", help="keep the homes and logs in DIR")
    add_json(parser)
    record.add_append(parser)
    parser.set_defaults(run=_run)


@dataclass(frozen=True, slots=True)
class Plan:
    """What is measured.

    Attributes:
        calls: one after the other, on a quiet line and on a full one.
        evidence_mib: on the line meanwhile.
        matters: of the node that looks for what must ring.
        draws: guesses of a spoken code.
    """

    calls: int
    evidence_mib: int
    matters: int
    draws: int


def _run(program: Program, options: argparse.Namespace) -> int:
    plan = Plan(options.calls, options.evidence, options.matters, options.draws)
    with record.folder_of(options.keep) as folder, PairOfNodes(folder) as nodes:
        value = run(nodes, plan, program.note)
    program.show(value, text(value))
    record.append(options, "hotline", value)
    return EXIT_OK


def run(nodes: PairOfNodes, plan: Plan, tell: Tell) -> dict[str, Json]:
    """Pair two nodes, let both serve, and measure."""
    nodes.set_up()
    nodes.start_all()
    tell(f"Two nodes serve; {plan.calls} calls, one after the other.")
    idle = sorted(_rung_ms(nodes, plan.calls))
    tell(f"The same beside a full live and {plan.evidence_mib} MiB of evidence.")
    with _full(nodes, plan.evidence_mib):
        busy = sorted(_rung_ms(nodes, plan.calls))
    nodes.stop(SY)
    tell(f"Looking for what must ring, with {plan.matters} matters.")
    few_ms, many_ms = _looked(nodes, plan.matters)
    ours_ms, theirs_ms = duty_plan.measured()
    return {
        "calls": plan.calls,
        "ring_p50_ms": round(statistics.median(idle), 1),
        "ring_p95_ms": round(_p95(idle), 1),
        "ring_longest_ms": round(idle[-1], 1),
        "evidence_mib": plan.evidence_mib,
        "busy_p95_ms": round(_p95(busy), 1),
        "busy_ratio": round(_p95(busy) / _p95(idle), 2),
        "matters": plan.matters,
        "look_few_ms": round(few_ms, 2),
        "look_many_ms": round(many_ms, 2),
        "look_ratio": round(many_ms / few_ms, 2),
        "plan_days": duty_plan.DAYS,
        "plan_cpu_ms": round(ours_ms, 1),
        "plan_library_cpu_ms": round(theirs_ms, 1),
        "plan_ratio": round(ours_ms / theirs_ms, 3),
        "code_draws": plan.draws,
        "code_false_proofs": spoken_code.false_proofs(plan.draws),
    }


def _p95(ordered: list[float]) -> float:
    return ordered[min(len(ordered) - 1, int(len(ordered) * _P95))]


@contextmanager
def _full(nodes: PairOfNodes, evidence_mib: int) -> Iterator[None]:
    """Let a process fill `live`, and another send evidence, for the length of a `with`."""
    side, over = nodes.sides[FR], threading.Event()
    file = nodes.folder / "evidence.bin"
    with file.open("wb") as out:
        for _ in range(evidence_mib):
            out.write(os.urandom(1 << 20))
    with ExitStack() as held:
        sender = held.enter_context(evidence_desk.Desk(side, SY))
        worker = held.enter_context(Worker(side, f"{nodes.arrangement}/live", SY))
        worker.call("warm")

        def fill() -> None:
            while not over.is_set():
                worker.call("group")

        thread = threading.Thread(target=fill, daemon=True)
        thread.start()
        if evidence_mib:
            sender.begin("send", str(file))
        yield
        over.set()
        thread.join(_WAIT_S)
        if evidence_mib:
            sender.end("send")


def _looked(nodes: PairOfNodes, matters_: int) -> tuple[float, float]:
    side = nodes.sides[SY]
    with homes.opened(side.home, side.environment) as found:
        few_ms, many_ms = rings_look.looked_ms(found.home.node, (rings_look.FEW, matters_))
    return few_ms, many_ms


def text(value: dict[str, Json]) -> str:
    """Return the figures in sentences."""
    return (
        f"{value['calls']} calls: rung there after {value['ring_p50_ms']} ms (p50), "
        f"{value['ring_p95_ms']} ms (p95), {value['ring_longest_ms']} ms at most\n"
        f"beside a full live and {value['evidence_mib']} MiB of evidence: "
        f"{value['busy_p95_ms']} ms (p95), {value['busy_ratio']} times that\n"
        f"a look for what must ring: {value['look_few_ms']} ms with 1,000 matters, "
        f"{value['look_many_ms']} ms with {value['matters']}: {value['look_ratio']} times\n"
        f"{value['plan_days']} days of a line of duty: {value['plan_cpu_ms']} ms of processor, "
        f"{value['plan_ratio']} of the {value['plan_library_cpu_ms']} ms of recurring-ical-events\n"
        f"{value['code_draws']} guesses of a spoken code: {value['code_false_proofs']} proved"
    )


def _rung_ms(nodes: PairOfNodes, calls: int) -> Iterator[float]:
    """Give how long after each call its first rung was rung at the other State."""
    side = nodes.sides[FR]
    row = TABLE.row("call")
    with homes.opened(side.home, side.environment) as found:
        node = found.home.node
        with node.store.read() as tx:
            officer = require_officer(tx, side.state.officer)
        for _ in range(calls):
            given: Given = {
                "ground": "life",
                "level": 2,
                "word_by": node.clock.now_ms() + _LATER_MS,
            }
            began_ms = node.clock.now_ms()
            said = say.say(
                TABLE, node, officer, say.Spoken(row, "", given, say.words(row, officer, {}))
            )
            assert isinstance(said, Sent), said
            _await_receipt(node, officer, said.matter_id)
            yield _ring_of(nodes, said.matter_id) - began_ms
            _as_officer(nodes, "hotline", "close", said.matter_id, "--reason", "concluded")
            _await_silence(nodes)


def _ring_of(nodes: PairOfNodes, matter: str) -> float:
    """Return when the first rung of a call was rung there."""
    end = time.monotonic() + _WAIT_S
    while time.monotonic() < end:
        rings: list[Any] = _as_officer(nodes, "duty", "ring")["rings"]
        ours = [one for one in rings if one["matter"] == matter and one["rang"]]
        if ours:
            return float(ours[0]["rang"][0]["at_ms"])
    raise _stuck("nobody was rung for a call")


def _await_silence(nodes: PairOfNodes) -> None:
    """Wait until nothing rings there: calls of one State and level ring as one."""
    end = time.monotonic() + _WAIT_S
    while any(one["ended_ms"] is None for one in _as_officer(nodes, "duty", "ring")["rings"]):
        if time.monotonic() > end:
            raise _stuck("a call that was closed still rings")


def _as_officer(nodes: PairOfNodes, *words: str) -> Any:  # noqa: ANN401 -- whatever JSON it prints
    return nodes.run(SY, *words, "--as", nodes.sides[SY].state.officer)


def _await_receipt(node: Node, officer: Officer, matter: str) -> None:
    """Wait until the other side has signed for a call."""
    end = time.monotonic() + _WAIT_S
    while matters.show(node, officer, TABLE.noun, matter).turns[0].received_at_ms is None:
        if time.monotonic() > end:
            raise _stuck("the peer has not signed for a call")
        time.sleep(_LOOK_S)


def _stuck(what: str) -> Fault:
    return Fault(
        code="lab.bench.stuck",
        what=f"After {_WAIT_S:.0f} seconds {what}.",
        fix="Read the logs of both nodes in the folder given with --keep.",
    )
