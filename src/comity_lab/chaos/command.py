"""The command `chaos`, and how it prints.

Floor: lab.
"""

import argparse
import secrets
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from comity.demo.pair_of_nodes import PairOfNodes
from comity.demo.story import example
from comity.kernel.ijson import Json
from comity.surfaces.cli import progress
from comity.surfaces.cli.context import (
    DAY_S,
    EXIT_OK,
    EXIT_REFUSED,
    Program,
    Subparsers,
    add_json,
    at_least,
    seconds,
)
from comity_lab.chaos import databases, verdict
from comity_lab.chaos.storm import Limits, Storm
from comity_lab.line import Line


def add_parser(subparsers: Subparsers) -> None:
    """Add the command."""
    parser = subparsers.add_parser(
        "chaos",
        help="kill two real nodes again and again while acts are sent",
        description="Two real nodes over loopback are killed with SIGKILL at random times, while "
        "they start and while they work, and so are the processes that append. Afterwards both "
        "homes are compared, act by act. Exits 1 if anything that was shown did not hold.",
    )
    parser.add_argument("--kills", type=at_least(1), default=60, metavar="N", help="at least (60)")
    parser.add_argument(
        "--acts", type=at_least(1), default=10_000, metavar="N", help="at least (10000)"
    )
    parser.add_argument(
        "--seconds",
        type=seconds(1, DAY_S),
        default=600.0,
        metavar="S",
        help="the storm ends after these at the latest (600)",
    )
    parser.add_argument("--seed", type=at_least(0), metavar="N", help="of the random times")
    parser.add_argument(
        "--postgresql",
        metavar="URL",
        help="a server on which a database is made for each side, and the line to it cut",
    )
    parser.add_argument("--keep", type=Path, metavar="DIR", help="keep homes and logs in DIR")
    add_json(parser)
    parser.set_defaults(run=run)


def run(program: Program, options: argparse.Namespace) -> int:
    """Rage, wait, compare."""
    if options.keep:
        options.keep.mkdir(parents=True)
        return _run_in(program, options, options.keep.absolute())
    with tempfile.TemporaryDirectory(prefix="comity-chaos-") as folder:
        return _run_in(program, options, Path(folder))


def _run_in(program: Program, options: argparse.Namespace, folder: Path) -> int:
    began = time.monotonic()
    seed = secrets.randbits(32) if options.seed is None else options.seed
    program.note(f"Seed {seed}: `comity chaos --seed {seed}` chooses the same times again.")
    with ExitStack() as held:
        nodes = PairOfNodes(folder)
        lines = held.enter_context(_databases(options.postgresql, nodes, seed))
        held.enter_context(nodes)
        nodes.set_up()
        limits = Limits(options.kills, options.acts, options.seconds)
        storm = Storm(nodes, limits, seed, lines)
        with progress.bar("Killing", options.kills, quiet=options.json) as advance:
            took_s = storm.run(_counted(advance), example("preservation.json"))
        quiet_s = verdict.wait_until_quiet(nodes)
        for party in nodes.sides:
            nodes.stop(party)
        checks = _checks(nodes, storm)
    value: dict[str, Json] = {
        "seed": seed,
        "held": all(checks.values()),
        "kills": {"nodes": storm.node_kills(), **storm.kills},
        "cuts": dict(storm.cuts),
        "acts_sent": storm.sent(),
        "storm_s": round(took_s, 1),
        "recovery_s": round(quiet_s, 1),
        "seconds": round(time.monotonic() - began, 1),
        "faults_meanwhile": dict(storm.faults),
        "checks": dict(checks),
    }
    program.show(value, _text(value, checks))
    return EXIT_OK if value["held"] else EXIT_REFUSED


@contextmanager
def _databases(url: str | None, nodes: PairOfNodes, seed: int) -> Iterator[dict[str, Line]]:
    """Give each side a database of a server, if one is named; return the lines to them."""
    if url is None:
        yield {}
        return
    with databases.made(url, nodes.sides, str(seed)) as found:
        for party, (own, _) in found.items():
            nodes.sides[party].database = own
        yield {party: line for party, (_, line) in found.items()}


def _counted(advance: progress.Advance) -> progress.Advance:
    """Turn "so many until now" into steps."""
    told = [0]

    def tell(count: int) -> None:
        advance(count - told[0])
        told[0] = count

    return tell


def _checks(nodes: PairOfNodes, storm: Storm) -> dict[str, bool]:
    first, second = (verdict.read(side, storm.shown) for side in nodes.sides.values())
    return {
        f"at least {storm.limits.kills} nodes were killed": storm.node_kills()
        >= storm.limits.kills,
        f"at least {storm.limits.acts} acts were sent": storm.sent() >= storm.limits.acts,
        **verdict.judge(storm.shown, first, second),
        "fsck is clean on both sides": all(verdict.is_clean(nodes, p) for p in nodes.sides),
    }


def _text(value: dict[str, Json], checks: dict[str, bool]) -> str:
    rows = (
        *("seed", "kills", "cuts", "acts_sent", "storm_s", "recovery_s", "seconds"),
        "faults_meanwhile",
    )
    lines = [f"{row.replace('_', ' '):18} {value[row]}" for row in rows]
    lines += [f"  {'holds' if held else 'FAILS'}  {sentence}" for sentence, held in checks.items()]
    return "\n".join(lines)
