"""The command `sim`: simulate nodes from seeds and hold what must hold.

    comity sim --seeds 500 --long 20    many seeds, and long ones of 10,000 events
    comity sim --seed 7 --trace         one again, with each event
    comity sim --crash-matrix           every crash point in every mode
    comity sim --byzantine 200          with a dishonest State
    comity sim --search --hours 2       seeds that nobody chose; what breaks is made short

Floor: lab.
"""

import argparse
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Final

from comity.kernel.fault import Fault, quoted
from comity.kernel.ijson import Json
from comity.surfaces.cli.context import at_least

if TYPE_CHECKING:
    from comity.surfaces.cli.context import Program
    from comity_lab.sim.matrix import Case, Outcome
    from comity_lab.sim.runs import Result

LONG_FIRST: Final = 1_000_000
"""Seeds of long runs begin here, so that a number says what it is."""
STATES_SEEDS_MIN: Final = 200
"""From so many seeds on, every rare state must be reached, and every lie told."""
SHOWN_MAX: Final = 20
HOURS_MAX: Final = 168


def add_parser(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add `sim`."""
    parser = commands.add_parser(
        "sim",
        help="simulate nodes, disks, clocks and network from seeds",
        description="Runs nodes in one process on simulated disks, clocks and a network, all "
        "from one seed, and checks after every event what must hold. A run that fails prints "
        "the line that replays it.",
    )
    what = parser.add_mutually_exclusive_group(required=True)
    what.add_argument("--seeds", type=at_least(1), metavar="N", help="run this many seeds")
    what.add_argument("--seed", type=at_least(0), metavar="S", help="run one seed again")
    what.add_argument(
        "--crash-matrix", action="store_true", help="fail at every point of send and receive"
    )
    what.add_argument("--case", metavar="CASE", help="run one case of the crash matrix again")
    what.add_argument(
        "--byzantine", type=at_least(1), metavar="N", help="seeds with a dishonest State"
    )
    what.add_argument(
        "--search", action="store_true", help="look for seeds that break, and make them short"
    )
    parser.add_argument(
        "--first", type=at_least(0), default=0, metavar="S", help="first seed (default 0)"
    )
    parser.add_argument(
        "--drawn",
        action="store_true",
        help="first seed drawn from the commit and the day, and printed",
    )
    parser.add_argument(
        "--hours", type=_hours, default=1.0, metavar="H", help="how long to search (1)"
    )
    parser.add_argument(
        "--drop", default="", metavar="3-9,12", help="events of --seed that do nothing"
    )
    parser.add_argument(
        "--long", type=at_least(0), default=0, metavar="N", help="and this many of 10,000 events"
    )
    parser.add_argument(
        "--events",
        type=at_least(0),
        default=0,
        metavar="N",
        help="events of each seed (default: drawn)",
    )
    parser.add_argument("--trace", action="store_true", help="print each event of --seed")
    parser.add_argument(
        "--processes", type=at_least(0), metavar="N", help="processes (default: one for each core)"
    )
    parser.add_argument("--json", action="store_true", help="print the result for machines")
    parser.set_defaults(run=run)


def _hours(text: str) -> float:
    """Return how long to search: some seconds to a week."""
    try:
        hours = float(text)
    except ValueError:
        hours = 0.0
    if not 0 < hours <= HOURS_MAX:
        raise argparse.ArgumentTypeError(f"{quoted(text)} is no number from 0 to {HOURS_MAX}")
    return hours


def run(program: "Program", options: argparse.Namespace) -> int:
    """Run what was asked; 0 only if everything held."""
    if options.drawn:
        options.first = _drawn(program)
    if options.search:
        return _search(program, options)
    if options.crash_matrix or options.case:
        return _matrix(program, options)
    if options.byzantine is not None:
        return _byzantine(program, options)
    if options.seed is not None:
        return _one(program, options)
    return _seeds(program, options)


def _processes(options: argparse.Namespace) -> int:
    return options.processes or len(os.sched_getaffinity(0))


def _one(program: "Program", options: argparse.Namespace) -> int:
    from comity_lab.sim import runs  # noqa: PLC0415 -- other commands do not need it

    tell: Callable[[str], None] | None = None
    if options.trace:
        tell = _print_line
    long = runs.LONG_EVENTS if options.seed >= LONG_FIRST else 0
    result = runs.run(options.seed, options.events or long, tell, _dropped(options.drop))
    told: Json = {
        "seed": result.seed,
        "events": result.events,
        "trace": result.trace_hash,
        "error": result.error,
    }
    said = result.error or "everything held"
    text = f"seed {result.seed}: {result.events} events, trace {result.trace_hash[:16]}: {said}"
    program.show(told, text)
    return int(bool(result.error))


def _dropped(text: str) -> frozenset[int]:
    from comity_lab.sim import search  # noqa: PLC0415 -- other commands do not need it

    try:
        return search.numbers(text)
    except ValueError as error:
        raise Fault(
            code="lab.drop.malformed",
            what=f"{quoted(text)} names no events.",
            fix="Write numbers and spans, as 3-9,12.",
        ) from error


def _drawn(program: "Program") -> int:
    """Return the first seed of this commit on this day; without a commit, of the day."""
    from comity_lab.sim import search  # noqa: PLC0415 -- other commands do not need it

    git = shutil.which("git")
    here = str(Path(__file__).parent)
    told = (
        subprocess.run([git, "-C", here, "rev-parse", "HEAD"], capture_output=True, check=False)  # noqa: S603 -- words of ours
        if git
        else None
    )
    commit = told.stdout.decode().strip() if told else ""
    day = datetime.fromtimestamp(program.now_ms() / 1_000, UTC)
    return search.drawn(commit, f"{day:%Y-%m-%d}")


def _search(program: "Program", options: argparse.Namespace) -> int:
    from comity_lab.sim import runs, search  # noqa: PLC0415 -- other commands do not need it

    def play(seed: int, events: int, dropped: frozenset[int]) -> "Result":
        return runs.run(seed, events, None, dropped)

    events = options.events or runs.LONG_EVENTS // 2
    until_s = time.monotonic() + options.hours * 3_600
    results: list[Result] = []
    short: list[search.Short] = []
    for one in search.searched(options.first, events, until_s, _processes(options)):
        results.append(one)
        found = search.shortest(one.seed, events, play) if one.error else None
        if found is not None:
            short.append(found)
            sys.stderr.write(f"{found.error}\n  {found.spelled}\n")
    failed = sum(bool(one.error) for one in results)
    played = sum(one.events for one in results)
    lines = [f"seeds from {options.first}: {len(results)} runs, {played} events, {failed} failed"]
    lines += [f"{one.error}\n  {one.spelled}" for one in sorted(short, key=lambda s: s.events)]
    told: Json = {
        "first": options.first,
        "runs": len(results),
        "events": played,
        "failed": [{"replay": one.spelled, "error": one.error} for one in short],
    }
    program.show(told, "\n".join(lines))
    return int(bool(failed))


def _print_line(line: str) -> None:
    sys.stdout.write(line + "\n")


def _seeds(program: "Program", options: argparse.Namespace) -> int:
    from comity_lab.sim import parallel, runs  # noqa: PLC0415 -- other commands do not need it

    long_first = options.first + options.seeds if options.drawn else LONG_FIRST
    wanted = [(long_first + n, options.events or runs.LONG_EVENTS) for n in range(options.long)]
    wanted += [(options.first + n, options.events) for n in range(options.seeds)]
    task = parallel.Task(runs.run_pair, runs.broken)
    results = list(parallel.over(task, wanted, _processes(options)))
    if options.drawn:
        sys.stderr.write(f"seeds from {options.first}\n")
    planned = {seed: events or runs.length(seed) for seed, events in wanted}
    return _tell_seeds(program, results, planned)


def _tell_seeds(program: "Program", results: Sequence["Result"], planned: Mapping[int, int]) -> int:
    from comity_lab.sim.sometimes import STATES, TOLD  # noqa: PLC0415 -- as above

    reached: set[str] = set().union(*(one.reached for one in results))
    unreached = sorted(STATES - reached)
    failed = sorted((one for one in results if one.error), key=lambda one: one.seed)
    events = sum(one.events for one in results)
    told: Json = {
        "runs": len(results),
        "events": events,
        "failed": [{"seed": one.seed, "error": one.error} for one in failed],
        "states_reached": len(reached),
        "states_unreached": [*unreached],
    }
    lines = [f"{len(results)} runs, {events} events, {len(failed)} failed"]
    lines += [
        f"{one.error}\n  comity sim --seed {one.seed} --events {planned[one.seed]}"
        for one in failed[:SHOWN_MAX]
    ]
    lines.append(f"rare states: {len(reached)} of {len(STATES)} reached")
    if unreached:
        lines.append("not reached: " + ", ".join(unreached))
    program.show(told, "\n".join(lines))
    is_vacuous = not TOLD.issuperset(unreached) and len(results) >= STATES_SEEDS_MIN
    return int(bool(failed) or is_vacuous)


def _matrix(program: "Program", options: argparse.Namespace) -> int:
    from comity_lab.sim import matrix, parallel  # noqa: PLC0415 -- other commands do not need it

    cases: list[Case] = list(matrix.cases(_scenarios(options)))
    if options.case:
        cases = [case for case in cases if case.spelled == options.case]
    task = parallel.Task(matrix.run, matrix.broken)
    outcomes = list(parallel.over(task, cases, _processes(options)))
    failed = [one for one in outcomes if one.error]
    told: Json = {"cases": len(outcomes), "failed": [one.case.spelled for one in failed]}
    lines = [matrix.table(outcomes), f"{len(outcomes)} cases, {len(failed)} failed"]
    lines += [_failed_case(one) for one in failed[:SHOWN_MAX]]
    is_short = not options.case and len(outcomes) < matrix.CASES_MIN
    if is_short:
        lines.append(f"there were {matrix.CASES_MIN}: a machine passes some point no more")
    program.show(told, "\n".join(lines))
    return int(bool(failed) or is_short or not outcomes)


def _scenarios(options: argparse.Namespace) -> tuple[str, ...]:
    return (options.case.partition(":")[0],) if options.case else ()


def _failed_case(one: "Outcome") -> str:
    case = one.case
    where = f"{case.party}, {case.mode} at {case.point}"
    return f"{one.error}\n  {where}: comity sim --case {case.spelled}"


def _byzantine(program: "Program", options: argparse.Namespace) -> int:
    from comity_lab.sim import byzantine_runs, parallel  # noqa: PLC0415 -- as above
    from comity_lab.sim.speech import TAGS  # noqa: PLC0415 -- as above
    from comity_lab.sim.strategies import STRATEGIES  # noqa: PLC0415 -- as above

    seeds = [options.first + n for n in range(options.byzantine)]
    task = parallel.Task(byzantine_runs.run, byzantine_runs.broken)
    results = list(parallel.over(task, seeds, _processes(options)))
    failed = [one for one in results if one.error]
    lies = sorted({lie for one in results for lie in one.lies})
    unplayed = sorted(STRATEGIES.keys() - lies)
    unsaid = sorted(TAGS - {tag for one in results for tag in one.tags})
    convictions = sum(one.convictions for one in results)
    told: Json = {
        "runs": len(results),
        "strategies": [*lies],
        "strategies_unplayed": [*unplayed],
        "tags_unsaid": [*unsaid],
        "convictions": convictions,
        "failed": [{"seed": one.seed, "error": one.error} for one in failed],
    }
    lines = [f"{len(results)} runs with a dishonest State, {len(failed)} failed"]
    lines += [f"{len(lies)} of {len(STRATEGIES)} strategies, {convictions} convictions"]
    lines += [
        f"{one.error}\n  comity sim --byzantine 1 --first {one.seed}" for one in failed[:SHOWN_MAX]
    ]
    is_vacuous = len(seeds) >= STATES_SEEDS_MIN and not (convictions and not unplayed)
    if is_vacuous or unsaid:
        lines.append(f"not played: {', '.join([*unplayed, *unsaid]) or 'a fork'}")
    program.show(told, "\n".join(lines))
    return int(bool(failed) or is_vacuous)
