"""`comity rebuild`: drop what was computed, and compute it anew from the logs.

Floor: surfaces.
"""

import argparse

from comity.kernel.ijson import Json
from comity.node.base import rules_version
from comity.node.operate import rebuild
from comity.node.operate.rebuild import Rebuilt
from comity.surfaces.cli import progress
from comity.surfaces.cli.context import (
    EXIT_OK,
    EXIT_REFUSED,
    Home,
    Program,
    Subparsers,
    add_home,
    add_json,
    at_least,
)

_DESCRIPTION = """\
Drop every folded matter, act and receipt row, and understand the logs anew from their first
entry.  Logs, bodies and officers stay.  Prints the digest of all matters before and after:
they are equal, or this program or its database was wrong, and exit code 1 says so.  After an
upgrade it computes what the older version did, and compares nothing; one that was stopped goes
on.  Stop `comity serve` first."""

_SHOWN_MAX = 20


def add_parser(subparsers: Subparsers) -> None:
    """Add the command."""
    parser = subparsers.add_parser(
        "rebuild", help="compute every matter anew from the logs", description=_DESCRIPTION
    )
    add_home(parser)
    parser.add_argument(
        "--jobs",
        type=at_least(0),
        default=0,
        metavar="N",
        help="processes; by default one more than there are cores, for one of them mostly waits",
    )
    add_json(parser)
    parser.set_defaults(run=run)


def run(program: Program, options: argparse.Namespace) -> int:
    """Rebuild and compare."""
    with program.open_to_mend(options.home) as home:
        home.keymaker.require_open()  # before anything is dropped that could not be made anew
        with home.node.store.read() as tx:
            count, work = rebuild.entry_count(tx), rebuild.work(tx)
            is_ours = not rules_version.is_older(tx) and not rules_version.is_newer(tx)
        with (
            program.hands(options.home, count, options.jobs) as hands,
            progress.bar("Rebuilding", work, quiet=options.json) as advance,
        ):
            if not is_ours:
                entries = rebuild.bring_up(home.node, advance, hands)
                return _show_upgraded(program, home, entries)
            done = rebuild.rebuild(home.node, advance, hands)
    value: dict[str, Json] = {
        "equal": not done.before and not done.after,
        "digest_before": done.digest_before,
        "digest_after": done.digest_after,
        "matters": done.matters,
        "entries": done.entries,
        "before": dict(done.before),
        "after": dict(done.after),
    }
    program.show(value, "\n".join(_told(done)))
    return EXIT_OK if value["equal"] else EXIT_REFUSED


def _show_upgraded(program: Program, home: Home, entries: int) -> int:
    """Show what this version computed where another one had: that it differs is no fault."""
    with home.node.store.read() as tx:
        found = rebuild.digests(tx)
    digest = rebuild.total(found)
    value: dict[str, Json] = {
        "equal": None,
        "digest_before": "",
        "digest_after": digest,
        "matters": len(found),
        "entries": entries,
        "before": {},
        "after": {},
    }
    program.show(
        value,
        f"{entries} entries were understood anew; there are {len(found)} matters.\n"
        f"digest  {digest}\n"
        "Another version of this program had computed them, or it had not been done: nothing is "
        "compared with that.",
    )
    return EXIT_OK


def _told(done: Rebuilt) -> list[str]:
    lines = [
        f"{done.entries} entries were understood anew; there are {done.matters} matters.",
        f"digest before  {done.digest_before}",
        f"digest after   {done.digest_after}",
    ]
    changed = sorted({*done.before, *done.after})
    if not changed:
        return [*lines, "Nothing changed."]
    lines.append(f"{len(changed)} matters changed:")
    lines += [
        f"  {key}: {done.before.get(key, 'not there')} -> {done.after.get(key, 'gone')}"
        for key in changed[:_SHOWN_MAX]
    ]
    return [*lines, "Report it with both digests: the logs are right, what was shown was not."]
