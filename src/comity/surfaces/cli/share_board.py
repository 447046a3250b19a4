"""`comity share board|audience|explain|dry-run`: who has what, who may, and what is not stopped.

    comity share board --home DIR --as ann
    comity share explain SHARE 17 --consumer 3f1c --home DIR --as ann
    comity share dry-run --reach client --power act --home DIR --as ann

Floor: surfaces.
"""

import argparse
from collections.abc import Iterator

from comity.acts.verb import Table
from comity.domestic.share.consumer import POWERS, REACHES
from comity.joint.share import acts
from comity.kernel.ijson import Json
from comity.kernel.printable import one_line
from comity.rooms.share import board, explain
from comity.rooms.share.board import Board
from comity.surfaces.cli.context import EXIT_OK, Program, Subparsers
from comity.surfaces.cli.officer_token import signed_in
from comity.surfaces.cli.request_send import verb
from comity.surfaces.cli.request_text import at, table


def add(verbs: Subparsers, _room: Table) -> None:
    """Add the commands that look at shares."""
    verb(verbs, "board", "show first what was taken back and is not stopped", _board)
    of_share = verb(verbs, "audience", "show how much each consumer may have of a share", _audience)
    why = verb(verbs, "explain", "say why a consumer has an object or not", _explain)
    for one in (of_share, why):
        one.add_argument("share", metavar="SHARE", help="its id; a prefix is enough")
    why.add_argument("item", metavar="ITEM", help="position of the object: 3, or b2.5")
    why.add_argument(
        "--consumer", default="", metavar="ID", help="all of your agency's if left out"
    )
    trial = verb(verbs, "dry-run", "show what a consumer would have of every share", _dry_run)
    trial.add_argument("--reach", required=True, choices=[*REACHES], help="how far it is")
    trial.add_argument("--power", required=True, choices=[*POWERS], help="what it does with it")
    trial.add_argument(
        "--network", action="append", default=[], metavar="NET", help="CIDR, AS64500 or a domain"
    )


def _board(program: Program, options: argparse.Namespace) -> int:
    with program.open_home(options.home) as home:
        found = board.board(home.node, signed_in(program, home, options))
    program.show(board.as_json(found), "\n".join(_lines(found)) or "Nothing waits.")
    return EXIT_OK


def _lines(found: Board) -> Iterator[str]:
    for one in found.stopping:
        since = at(one.since_ms) if one.since_ms else "not held by all yet"
        what = one.reason or one.mark
        yield f"NOT STOPPED  {one.share[:8]}  {one.objects} objects of {one.giver}: {what}, {since}"
        if one.parties:
            yield f"  has not said so: {', '.join(one.parties)}"
        for holder in one.holders:
            told = "told" if holder.is_told else "fetched, not asked since"
            state = "confirmed" if holder.confirmed_ms else told
            yield f"  {holder.id}  {one_line(holder.name)}: {state}"
    yield from _owed(found)


def _owed(found: Board) -> Iterator[str]:
    """Give what waits for this State."""
    for wait in found.waiting:
        yield f"{wait.what:15} {wait.share[:8]}  {wait.category} of {wait.giver}"
    for gone in found.destroying:
        what = f"{', '.join(gone.roles)} of {gone.giver}, due {at(gone.since_ms)}"
        yield f"destroy         {gone.share[:8]}  {what}"
    for rhythm in found.cadence:
        if rhythm.is_due:
            last = at(rhythm.last_ms) if rhythm.last_ms else "never"
            words = acts.CATEGORIES[rhythm.category]["en"]
            yield f"give or declare none: {words} (last {last})"
    for name, code in found.failing:
        yield f"source fails: {one_line(name)} ({code})"


def _audience(program: Program, options: argparse.Namespace) -> int:
    with program.open_home(options.home) as home:
        officer = signed_in(program, home, options)
        found = explain.audience(home.node, officer, options.share)
    return _shown(program, found)


def _dry_run(program: Program, options: argparse.Namespace) -> int:
    with program.open_home(options.home) as home:
        officer = signed_in(program, home, options)
        found = explain.dry_run(home.node, officer, options.reach, options.power, options.network)
    return _shown(program, found)


def _shown(program: Program, found: list[explain.Row]) -> int:
    lines = [(one.share[:8], one.consumer or "-", str(one.objects), str(one.of)) for one in found]
    text = table([("share", "consumer", "may have", "of"), *lines]) if lines else "Nothing."
    program.show({"rows": explain.rows_json(found)}, text)
    return EXIT_OK


def _explain(program: Program, options: argparse.Namespace) -> int:
    with program.open_home(options.home) as home:
        officer = signed_in(program, home, options)
        found = explain.explain(home.node, officer, options.share, options.item, options.consumer)
    told: list[Json] = explain.told_json(found)
    lines = [f"{one.consumer}  {one.mark or '-'}  {explain.WHY[one.why]['en']}" for one in found]
    program.show({"consumers": told}, "\n".join(lines) or "No consumers.")
    return EXIT_OK
