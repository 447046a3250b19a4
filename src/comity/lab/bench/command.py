"""The command `bench`, and how it prints.

Floor: lab.
"""

import argparse
import tempfile
from pathlib import Path

from comity.kernel.ijson import Json
from comity.lab.bench import exchange, floors
from comity.lab.pair_of_nodes import PairOfNodes
from comity.surfaces.cli.context import EXIT_OK, Program, Subparsers, add_json


def add_parser(subparsers: Subparsers) -> None:
    """Add the command."""
    parser = subparsers.add_parser("bench", help="measure speed beside floors of the same run")
    kinds = parser.add_subparsers(required=True, metavar="WHAT")
    one = kinds.add_parser(
        "exchange",
        help="acts a second until the peer has signed for them",
        description="Two real nodes over loopback, requests with 2 KiB of text; beside them "
        "bare cryptography and the durable commit alone, in the same run.",
    )
    one.add_argument("--acts", type=int, default=0, metavar="N", help="stop after N acts")
    one.add_argument("--seconds", type=float, default=60.0, metavar="S", help="how long (60)")
    one.add_argument("--keep", type=Path, metavar="DIR", help="keep the homes and logs in DIR")
    add_json(one)
    one.set_defaults(run=run_exchange)


def run_exchange(program: Program, options: argparse.Namespace) -> int:
    """Measure the exchange."""
    if options.keep:
        options.keep.mkdir(parents=True)
        value = _exchange(program, options, options.keep.absolute())
    else:
        with tempfile.TemporaryDirectory(prefix="comity-bench-") as folder:
            value = _exchange(program, options, Path(folder))
    program.show(value, _text(value))
    return EXIT_OK


def _exchange(program: Program, options: argparse.Namespace, folder: Path) -> dict[str, Json]:
    program.note("Floors: bare cryptography, and the durable commit alone.")
    floor = floors.measure(folder, max(2.0, min(10.0, options.seconds / 6)))
    with PairOfNodes(folder) as nodes:
        nodes.set_up()
        for party in nodes.sides:
            nodes.start(party)
        figures = exchange.run(nodes, options.seconds, options.acts, program.note)
    return exchange.to_json(figures, floor)


def _text(value: dict[str, Json]) -> str:
    rows = (
        ("acts until signed for by the peer", "acts_per_s", "/s"),
        ("floor: seal to two while another opens", "floor_acts_per_s", "/s"),
        ("ratio to the floor", "ratio", ""),
        ("floor: the durable commit alone", "commit_per_s", "/s"),
        ("one act alone, append to receipt, p50", "p50_ms", " ms"),
        ("one act alone, append to receipt, p99", "p99_ms", " ms"),
        ("processor time of all processes", "cpu_ms_per_act", " ms an act"),
        ("memory of each node (PSS)", "rss_mb", " MB"),
    )
    return "\n".join(f"{label:42} {value[key]}{unit}" for label, key, unit in rows)
