"""`bench hotline`: from a call here until somebody is rung for it there, between two real nodes.

    ring    the call is appended here until its first rung is rung there, by the clock of this
            machine, which both nodes read
    plan    400 days of a line of duty with overrides, processor time of this process

Floor: lab.
"""

import argparse
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

from comity.acts.verb import Given
from comity.boot import home as homes
from comity.demo.pair_of_nodes import PairOfNodes
from comity.demo.story import FR, SY
from comity.domestic.duty import plan
from comity.domestic.duty.plan import ALL, DAY_MS, LineSet, Overridden
from comity.joint.hotline.verbs import TABLE
from comity.kernel.fault import Fault
from comity.kernel.ijson import Json
from comity.node.base.context import Node
from comity.node.base.rows import Officer
from comity.node.desk import matters
from comity.node.desk.duty.planning import at_wall
from comity.node.desk.officer_admin import require_officer
from comity.node.room import say
from comity.node.room.release.draft_store import Sent
from comity.surfaces.cli.context import EXIT_OK, Program, Subparsers, add_json, at_least
from comity_lab.bench import record

_P95: Final = 0.95
_WAIT_S: Final = 30.0
_LOOK_S: Final = 0.02
_DAYS: Final = 400
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
    parser.add_argument("--keep", type=Path, metavar="DIR", help="keep the homes and logs in DIR")
    add_json(parser)
    record.add_append(parser)
    parser.set_defaults(run=_run)


def _run(program: Program, options: argparse.Namespace) -> int:
    with _folder(options.keep) as folder, PairOfNodes(folder) as nodes:
        value = run(nodes, options.calls, program.note)
    program.show(value, text(value))
    record.append(options, "hotline", value)
    return EXIT_OK


@contextmanager
def _folder(keep: Path | None) -> Iterator[Path]:
    if keep is not None:
        keep.mkdir(parents=True, exist_ok=True)
        yield keep
        return
    with tempfile.TemporaryDirectory() as made:
        yield Path(made)


def run(nodes: PairOfNodes, calls: int, tell: Tell) -> dict[str, Json]:
    """Pair two nodes, let both serve, and measure."""
    nodes.set_up()
    nodes.start_all()
    tell(f"Two nodes serve; {calls} calls, one after the other.")
    rung = sorted(_rung_ms(nodes, calls))
    days, took_ms = planned()
    return {
        "calls": calls,
        "ring_p50_ms": round(statistics.median(rung), 1),
        "ring_p95_ms": round(rung[min(len(rung) - 1, int(len(rung) * _P95))], 1),
        "ring_longest_ms": round(rung[-1], 1),
        "plan_days": days,
        "plan_cpu_ms": round(took_ms, 1),
    }


def text(value: dict[str, Json]) -> str:
    """Return the figures in sentences."""
    return (
        f"{value['calls']} calls: rung there after {value['ring_p50_ms']} ms (p50), "
        f"{value['ring_p95_ms']} ms (p95), {value['ring_longest_ms']} ms at most\n"
        f"{value['plan_days']} days of a line of duty: {value['plan_cpu_ms']} ms of processor"
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
            _as_officer(nodes, "hotline", "pick-up", said.matter_id)


def _ring_of(nodes: PairOfNodes, matter: str) -> float:
    """Return when the first rung of a call was rung there."""
    end = time.monotonic() + _WAIT_S
    while time.monotonic() < end:
        rings: list[Any] = _as_officer(nodes, "duty", "ring")["rings"]
        ours = [one for one in rings if one["matter"] == matter and one["rang"]]
        if ours:
            return float(ours[0]["rang"][0]["at_ms"])
    raise _stuck("nobody was rung for a call")


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


def planned() -> tuple[int, float]:
    """Return so many days of a line with overrides, and how long its parts took to compute."""
    names = ("wei", "li", "han", "chen")
    line = LineSet("night", "", "Asia/Shanghai", names, (480, 1_200), 20_000, ALL, "", 0)
    begin = 20_001 * DAY_MS
    over = [
        Overridden("night", "han", begin + day * DAY_MS, begin + (day + 1) * DAY_MS, "", 0)
        for day in range(0, _DAYS, 10)
    ]
    made = plan.fold_all([line, *over])
    began = time.process_time()
    parts = plan.parts(made, "night", (begin, begin + _DAYS * DAY_MS), begin, at_wall)
    took_ms = (time.process_time() - began) * 1_000
    assert parts[-1].until_ms - parts[0].from_ms == _DAYS * DAY_MS
    return _DAYS, took_ms
