"""`comity rehearse`: a shipped scenario alone, against a scripted State on a second real node.

    comity rehearse harbour-invoice            links to our pages; the partner plays its seats
    comity rehearse harbour-invoice --once     every seat is scripted, and time jumps

Both nodes are in a temporary folder and listen on loopback alone; the partner is `zz`, which ISO
3166 gives to nobody.  What is typed are the real commands.

Floor: demo.
"""

import argparse
import signal
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Final

from comity.demo.commands import SERVING, Copies
from comity.demo.hands import Hands
from comity.demo.pair_of_nodes import PairOfNodes, State
from comity.demo.scripted import CELLS, LEAD, PLAYER, Exercise
from comity.demo.story import instant
from comity.kernel.fault import Fault
from comity.kernel.ijson import Json
from comity.rooms.exercise import scenarios
from comity.surfaces.cli.context import (
    EXIT_OK,
    EXIT_REFUSED,
    Program,
    Subparsers,
    add_json,
    at_least,
)

OURS: Final = State(
    "fr", "ours", {"en": "Freedonia", "zh-Hans": "自由国"},
    ("moj", {"en": "Ministry of Justice", "zh-Hans": "司法部"}), PLAYER,
)  # fmt: skip
PARTNER: Final = State(
    "zz", "partner", {"en": "Scripted partner", "zh-Hans": "脚本对方"},
    ("zzp", {"en": "Scripted seats", "zh-Hans": "脚本席位"}), PLAYER,
)  # fmt: skip
_RATE: Final = 60
_RATE_ONCE: Final = 1_440
_RATE_MAX: Final = 1_440
_POLL_S: Final = 0.5
_LONGEST_S: Final = 900.0
NAMES: Final = {
    (party, who): (who, second)
    for party in (OURS.party, PARTNER.party)
    for who, second in ((LEAD, "deputy"), (PLAYER, "second"))
}
_ROLES: Final = {
    PLAYER: ("case-officer", "releasing"),
    "second": ("case-officer", "releasing"),
    LEAD: ("controller", "secretariat", "releasing"),
    "deputy": ("controller", "secretariat", "releasing"),
}


def add_parser(subparsers: Subparsers) -> None:
    """Add the command."""
    parser = subparsers.add_parser(
        "rehearse",
        help="a scenario alone, against a scripted State on a second node",
        description="Play a shipped scenario alone: two nodes in a temporary folder, on loopback. "
        "A scripted State delivers its items and plays its seats; yours are played on the pages "
        "whose links are printed, or by the script too with --once.",
    )
    parser.add_argument(
        "scenario", choices=scenarios.names(), metavar="SCENARIO",
        help=f"one of: {', '.join(scenarios.names())}",
    )  # fmt: skip
    parser.add_argument(
        "--module", default="", metavar="MODULE", help="of the scenario (default: its first)"
    )
    parser.add_argument(
        "--rate", type=at_least(1, _RATE_MAX), default=_RATE, metavar="N",
        help="minutes of the scenario that pass in one (default: %(default)s)",
    )  # fmt: skip
    parser.add_argument(
        "--once", action="store_true", help="script every seat, print what came of it, and end"
    )
    add_json(parser)
    parser.set_defaults(run=run)


def run(program: Program, options: argparse.Namespace) -> int:
    """Rehearse.

    Raises:
        Fault: `demo.module.unknown`, and what a command says.
    """
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # as Ctrl-C: both nodes end with us
    known = [one.id for one in scenarios.load(options.scenario).modules]
    if options.module and options.module not in known:
        raise Fault(
            code="demo.module.unknown",
            what=f"The scenario {options.scenario} has no module {options.module}.",
            fix=f"Use one of: {', '.join(known)}.",
        )
    began = time.monotonic()
    copies = Copies(SERVING)
    with (
        tempfile.TemporaryDirectory(prefix="comity-rehearse-") as folder,
        PairOfNodes(Path(folder), (OURS, PARTNER), copies, copies.start) as nodes,
    ):
        program.note("Two nodes in a temporary folder: yours, and that of the scripted partner.")
        set_up(nodes)
        held = Exercise.of(
            Hands(nodes, NAMES).typed,
            (OURS.party, PARTNER.party),
            options.scenario,
            options.module,
        )
        day = datetime.fromtimestamp(program.now_ms() / 1_000, UTC)
        held.prepare(nodes.folder, (instant(day), instant(day + timedelta(days=7))))
        program.note("The exercise is agreed, its plan and master list are adopted.")
        if not options.once:
            _invite(program, nodes)
        held.start(_RATE_ONCE if options.once else options.rate)
        told: list[Json] = []
        with suppress(KeyboardInterrupt):
            for line in _played(held, is_scripted=options.once):
                program.note(f"  {line}")
                told.append(line)
        is_over = held.is_over()
        tasks = _measures(held)
    value: dict[str, Json] = {
        "scenario": options.scenario,
        "module": held.module,
        "held": is_over,
        "told": told,
        "tasks": tasks,
        "seconds": round(time.monotonic() - began, 1),
    }
    program.show(value, "\n".join(_lines(tasks, is_over=is_over)))
    return EXIT_OK if is_over or not options.once else EXIT_REFUSED


def set_up(nodes: PairOfNodes) -> None:
    """Make both homes, their officers, and let both serve."""
    nodes.set_up()
    for party in nodes.sides:
        nodes.give_roles(party, PLAYER, *_ROLES[PLAYER])
        for name, roles in _ROLES.items():
            if name != PLAYER:
                nodes.add_officer(party, name, *roles)
    nodes.start_all()


def _invite(program: Program, nodes: PairOfNodes) -> None:
    side = nodes.sides[OURS.party]
    origin = f"http://localhost:{side.port}"
    made = nodes.run(OURS.party, "officer", "link", LEAD, PLAYER, "--origin", origin)
    for one in made["links"]:
        program.note(f"  {one['name']:8} {one['link']}")
    program.note("Enter the exercise there: `lead` at its console, `player` at every seat of ours.")


def _played(held: Exercise, *, is_scripted: bool) -> Iterator[str]:
    """Play until it is over; give what was done."""
    seats = held.parties if is_scripted else (PARTNER.party,)
    end = time.monotonic() + _LONGEST_S
    while not is_scripted or time.monotonic() < end:
        done = held.turn(seats, jumps=is_scripted)
        yield from done
        if not done:
            if held.is_over():
                return
            time.sleep(_POLL_S)


def _measures(held: Exercise) -> list[Json]:
    """Return each critical task with what its clocks show, by the report."""
    made = held.typed(held.parties[0], LEAD, CELLS, ("exercise", "report"))
    return [
        {
            "task": task["id"],
            "took": task["took"],
            "target": task["target"],
            "verdict": task["verdict"]["en"],
        }
        for one in made["report"]["objectives"]
        for task in one["tasks"]
    ]


def _lines(tasks: Sequence[Any], *, is_over: bool) -> Iterator[str]:
    yield (
        "The module was played to its end." if is_over else "The module was not played to its end."
    )
    for one in tasks:
        yield f"  {one['task']:24} {one['took']} of {one['target']}  {one['verdict']}"
