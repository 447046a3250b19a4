"""The command `bench`, and how it prints.

Floor: lab.
"""

import argparse
import secrets
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from functools import partial
from pathlib import Path
from typing import Final

from comity.demo.pair_of_nodes import PairOfNodes
from comity.kernel.ijson import Json
from comity.surfaces.cli import progress
from comity.surfaces.cli.context import (
    DAY_S,
    EXIT_OK,
    Program,
    Subparsers,
    add_json,
    at_least,
    seconds,
)
from comity_lab import server_databases
from comity_lab.bench import (
    desk,
    desk_text,
    evidence,
    exchange,
    floors,
    growth,
    own_kinds,
    record,
    request_node,
    requests,
    reviews,
)
from comity_lab.bench.growth import Plan

_UNITS: Final = {"KiB": 1 << 10, "MiB": 1 << 20, "GiB": 1 << 30}


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
    one.add_argument("--acts", type=at_least(0), default=0, metavar="N", help="stop after N acts")
    one.add_argument(
        "--seconds", type=seconds(1, DAY_S), default=60.0, metavar="S", help="how long (60)"
    )
    one.add_argument("--keep", type=Path, metavar="DIR", help="keep the homes and logs in DIR")
    one.add_argument(
        "--group",
        type=at_least(1),
        default=exchange.GROUP,
        metavar="N",
        help=f"acts in one commit ({exchange.GROUP})",
    )
    _add_database(one)
    one.add_argument(
        "--hotline", action="store_true", help="say acts in the hotline too, one at a time"
    )
    add_json(one)
    record.add_append(one)
    one.set_defaults(run=run_exchange)
    _add_growth(kinds)
    _add_requests(kinds)
    _add_evidence(kinds)
    _add_desk(kinds)
    _add_reviews(kinds)
    for add in own_kinds.ADDED:
        add(kinds)


def _add_database(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--database",
        default="",
        metavar="URL",
        help="a PostgreSQL server on which each node has a database (SQLite)",
    )


@contextmanager
def _on_databases(options: argparse.Namespace, nodes: PairOfNodes) -> Iterator[None]:
    """Give each node a database of the server that is named, if one is."""
    with ExitStack() as held:
        if options.database:
            label = f"bench_{secrets.token_hex(4)}"
            own = server_databases.made(options.database, nodes.sides, label)
            for party, url in held.enter_context(own).items():
                nodes.sides[party].database = url
        yield


def _add_growth(kinds: Subparsers) -> None:
    two = kinds.add_parser(
        "growth",
        help="the same work on a short and on a long log",
        description="A seeded fixture makes a log of 1,000 entries and one of N; then two real "
        "nodes append, deliver and prove on each in turn. Prints what the long one costs more.",
    )
    two.add_argument(
        "--entries", type=at_least(1), default=100_000, metavar="N", help="of the long log"
    )
    two.add_argument(
        "--pause",
        type=at_least(0),
        default=0,
        metavar="M",
        help="acts appended while the peer is away",
    )
    two.add_argument("--fsck", action="store_true", help="check both homes of the long log whole")
    two.add_argument("--keep", type=Path, metavar="DIR", help="keep the homes and logs in DIR")
    add_json(two)
    record.add_append(two)
    two.set_defaults(run=run_growth)


def _add_evidence(kinds: Subparsers) -> None:
    three = kinds.add_parser(
        "evidence",
        help="one large file from node to node, beside age, scp and sha256sum",
        description="Seals, sends, verifies and opens one file between two real nodes, beside "
        "the tools that people use today, in the same run; then again over a line that is cut.",
    )
    three.add_argument(
        "--bytes", type=_size, default="2GiB", metavar="N", help="of the file, like 64MiB (2GiB)"
    )
    three.add_argument("--no-cut", action="store_true", help="leave the pass with the cut out")
    three.add_argument("--keep", type=Path, metavar="DIR", help="keep the homes and logs in DIR")
    add_json(three)
    record.add_append(three)
    three.set_defaults(run=run_evidence)


def _add_requests(kinds: Subparsers) -> None:
    four = kinds.add_parser(
        "request",
        help="list, search, open, fold and rebuild on a node with very many requests",
        description="A seeded fixture makes N requests on one node: some as sealed entries of "
        "both logs, which are rebuilt, the others as copies of rows. Prints each figure by its "
        "limit.",
    )
    four.add_argument(
        "--requests",
        type=at_least(1),
        default=100_000,
        metavar="N",
        help="on the node (%(default)s)",
    )
    four.add_argument(
        "--sealed",
        type=at_least(0),
        default=0,
        metavar="N",
        help="of them as entries, to be rebuilt; the others are copies of rows (all)",
    )
    four.add_argument("--keep", type=Path, metavar="DIR", help="keep the homes in DIR")
    add_json(four)
    record.add_append(four)
    four.set_defaults(run=run_requests)


def _add_desk(kinds: Subparsers) -> None:
    five = kinds.add_parser(
        "desk",
        help="the officers' pages on a node with very many requests",
        description="Two nodes exchange a request, the fixture of `bench request` fills one of "
        "them, and its pages are read by one officer, by many at once, by many with pauses. "
        "Beside them a bare Django view on the same listener, and what a first visit fetches.",
    )
    counts = (
        ("requests", 100_000, "on the node"),
        ("sealed", 1_000, "of them as entries; the others are copies of rows"),
        ("officers", 50, "that read at once"),
        ("turns", 40, "of each page by one officer"),
    )
    for name, default, told in counts:
        what = f"{told} (%(default)s)"
        five.add_argument(f"--{name}", type=at_least(1), default=default, metavar="N", help=what)
    five.add_argument(
        "--seconds",
        type=seconds(1, DAY_S),
        default=60.0,
        metavar="S",
        help="of many officers (%(default)s)",
    )
    five.add_argument("--keep", type=Path, metavar="DIR", help="keep the homes and logs in DIR")
    add_json(five)
    record.add_append(five)
    five.set_defaults(run=run_desk)


def run_desk(program: Program, options: argparse.Namespace) -> int:
    """Measure the officers' pages."""
    count = max(options.requests, 1)
    fixture = request_node.Plan(count, min(options.sealed, count) or count)
    officers, turns = max(options.officers, 1), max(options.turns, 1)
    plan = desk.Plan(fixture, officers, turns, options.seconds)
    bar = partial(progress.bar, quiet=options.json)
    with record.folder_of(options.keep) as folder:
        value = desk.run(folder, plan, program.note, bar, program.now_ms)
    program.show(value, desk_text.text(value))
    record.append(options, "desk", value)
    return EXIT_OK


def _add_reviews(kinds: Subparsers) -> None:
    six = kinds.add_parser(
        "review",
        help="figures over very many requests, and what is behind them",
        description="Makes real requests on one node, as the demo makes its history, and copies "
        "their kept rows up to N; measures every figure of two years and the way from a figure to "
        "its requests, at each power of ten.",
    )
    six.add_argument(
        "--requests",
        type=at_least(1),
        default=100_000,
        metavar="N",
        help="on the node (%(default)s)",
    )
    six.add_argument(
        "--sealed",
        type=at_least(1),
        default=reviews.SEALED,
        metavar="N",
        help="of them real; the others are copies of rows (%(default)s)",
    )
    six.add_argument("--keep", type=Path, metavar="DIR", help="keep the homes in DIR")
    add_json(six)
    record.add_append(six)
    six.set_defaults(run=run_reviews)


def run_reviews(program: Program, options: argparse.Namespace) -> int:
    """Measure a review of very many requests."""
    count = max(options.requests, 1)
    plan = reviews.Plan(count, max(min(options.sealed, count), 1))
    bar = partial(progress.bar, quiet=options.json)
    with record.folder_of(options.keep) as folder:
        value = reviews.run(folder, plan, program.note, bar)
    program.show(value, reviews.text(value))
    record.append(options, "review", value)
    return EXIT_OK


def run_requests(program: Program, options: argparse.Namespace) -> int:
    """Measure a node with very many requests."""
    count = max(options.requests, 1)
    plan = request_node.Plan(count, min(options.sealed, count) or count)
    bar = partial(progress.bar, quiet=options.json)
    with record.folder_of(options.keep) as folder:
        value = requests.run(folder, plan, program.note, bar)
    program.show(value, requests.text(value))
    record.append(options, "request", value)
    return EXIT_OK


def _size(text: str) -> int:
    number, unit = (text[:-3], text[-3:]) if text[-3:] in _UNITS else (text, "")
    return at_least(1)(number) * _UNITS.get(unit, 1)


def run_evidence(program: Program, options: argparse.Namespace) -> int:
    """Measure one large file."""
    plan = evidence.Plan(options.bytes, is_cut=not options.no_cut)
    with record.folder_of(options.keep) as folder, PairOfNodes(folder) as nodes:
        nodes.set_up()
        value = evidence.to_json(evidence.run(nodes, plan, program.note))
    program.show(value, evidence.text(value))
    record.append(options, "evidence", value)
    return EXIT_OK


def run_exchange(program: Program, options: argparse.Namespace) -> int:
    """Measure the exchange."""
    with record.folder_of(options.keep) as folder:
        value = _exchange(program, options, folder)
    program.show(value, _text(value))
    record.append(options, "exchange", value)
    return EXIT_OK


def run_growth(program: Program, options: argparse.Namespace) -> int:
    """Measure what a long log costs more."""
    plan = Plan(options.entries, options.pause, options.fsck)
    total = growth.SHORT + options.entries
    with (
        record.folder_of(options.keep) as folder,
        progress.bar("Writing the fixture", total, quiet=options.json) as advance,
    ):
        value = growth.run(folder, plan, program.note, advance)
    program.show(value, growth.text(value))
    record.append(options, "growth", value)
    return EXIT_OK


def _exchange(program: Program, options: argparse.Namespace, folder: Path) -> dict[str, Json]:
    program.note("Floors: bare cryptography, the durable commit, and one act alone.")
    floor = floors.measure(folder, max(2.0, min(10.0, options.seconds / 6)))
    nodes = PairOfNodes(folder)
    with _on_databases(options, nodes), nodes:
        nodes.set_up()
        for party in nodes.sides:
            nodes.start(party)
        figures = exchange.run(
            nodes,
            options.seconds,
            options.acts,
            program.note,
            hotline=options.hotline,
            group=options.group,
        )
    return exchange.to_json(figures, floor)


def _text(value: dict[str, Json]) -> str:
    rows = (
        ("acts until signed for by the peer", "acts_per_s", "/s"),
        ("floor: seal to two while another opens", "floor_acts_per_s", "/s"),
        ("ratio to the floor", "ratio", ""),
        ("floor: the durable commit alone", "commit_per_s", "/s"),
        ("one act alone, append to receipt, p50", "p50_ms", " ms"),
        ("floor: what is bare of one act alone", "floor_alone_ms", " ms"),
        ("ratio of p50 to that floor", "alone_ratio", ""),
        ("one act alone, append to receipt, p99", "p99_ms", " ms"),
        ("one act in the hotline, live idle, p95", "hotline_idle_p95_ms", " ms"),
        ("one act in the hotline, live flooded, p95", "hotline_busy_p95_ms", " ms"),
        ("ratio of the two", "hotline_ratio", ""),
        ("processor time of all processes", "cpu_ms_per_act", " ms an act"),
        ("floor: of sealing and opening one", "floor_cpu_ms_per_act", " ms an act"),
        ("ratio of the two", "cpu_ratio", ""),
        ("acts released one by one", "single_per_s", "/s"),
        ("ratio to groups", "single_ratio", ""),
        ("both homes grow by", "bytes_per_act", " bytes an act"),
        ("memory of each node (PSS)", "rss_mb", " MB"),
    )
    shown = (row for row in rows if row[1] in value)
    return "\n".join(f"{label:42} {value[key]}{unit}" for label, key, unit in shown)
