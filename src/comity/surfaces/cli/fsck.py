"""`comity fsck`: whether what is stored is what was signed, and what is shown follows from it.

Floor: surfaces.
"""

import argparse

from comity.kernel.ijson import Json
from comity.node.operate.fsck import run as fsck
from comity.node.operate.fsck.report import Found
from comity.surfaces.cli import progress
from comity.surfaces.cli.context import (
    EXIT_OK,
    EXIT_REFUSED,
    Program,
    Subparsers,
    add_home,
    add_json,
    at_least,
)

_DESCRIPTION = """\
Compute everything anew and compare: leaf hashes from bytes, every node and root of the tree,
every kept head and cosignature with its signatures, the high-water file; pages and indexes of
the database; records of this State against what the local log says of them; open and parse every
entry, compare it with its row, and fold every matter; hash every body.  Nothing is changed.
It may run beside `comity serve`.  Exits 1 if anything is wrong, and says what, where, and
what to do next."""

_SHOWN_MAX = 50
_WORDS = {
    "entries": "entries read",
    "opened": "entries opened",
    "unread": "entries that do not open or parse",
    "leaves": "leaf hashes walked",
    "heads": "heads verified",
    "cosignatures": "cosignatures verified",
    "bodies": "bodies hashed",
    "missing": "named bodies that are not held",
    "destroyed": "named bodies that were destroyed here",
    "strays": "large bodies that no act names",
    "cards": "cards and revocations verified",
    "matters": "matters folded",
    "records": "records that the local log proves",
    "heard": "rows that programs catch up by",
}


def add_parser(subparsers: Subparsers) -> None:
    """Add the command."""
    parser = subparsers.add_parser(
        "fsck", help="check everything that is stored", description=_DESCRIPTION
    )
    add_home(parser)
    parser.add_argument(
        "--jobs",
        type=at_least(0),
        default=0,
        metavar="N",
        help="processes; by default one for each core",
    )
    add_json(parser)
    parser.set_defaults(run=run)


def run(program: Program, options: argparse.Namespace) -> int:
    """Check and report."""
    with (
        program.open_to_mend(options.home) as home,
        program.fan(options.home, home, options.jobs) as fan,
    ):
        home.keymaker.require_open()
        total = 2 * sum(part.end - part.start for part in fsck.ranges(home.node))
        with progress.bar("Checking", total, quiet=options.json) as advance:
            found = fsck.check(home.node, fan, advance)
    counts: dict[str, Json] = {name: found.counts[name] for name in _WORDS}
    problems: list[Json] = [
        {"code": p.code, "where": p.where, "what": p.what, "fix": p.fix} for p in found.problems
    ]
    program.show(
        {"clean": found.is_clean, "counts": counts, "problems": problems, "more": found.more},
        "\n".join(_told(found)),
    )
    return EXIT_OK if found.is_clean else EXIT_REFUSED


def _told(found: Found) -> list[str]:
    lines = [f"{found.counts[name]:>10}  {word}" for name, word in _WORDS.items()]
    if found.is_clean:
        return [*lines, "Clean: nothing is wrong."]
    fix = ""
    for problem in found.problems[:_SHOWN_MAX]:
        lines.append(f"{problem.where}: {problem.what} [{problem.code}]")
        if problem.fix != fix:
            fix = problem.fix
            lines.append(f"    {fix}")
    count = len(found.problems) + found.more
    return [*lines, f"{count} problems; {min(count, _SHOWN_MAX)} are shown, more with --json."]
