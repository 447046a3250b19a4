"""`comity release list|review`: what one officer released alone, and what was found since.

    comity release list --home DIR --as ben
    comity release review ACT --verdict justified --note TEXT --home DIR --as ben

Floor: surfaces.
"""

import argparse
from collections.abc import Sequence

from comity.domestic.release import review
from comity.domestic.release.review import Review
from comity.domestic.release.verbs import RELEASES, REVIEW
from comity.kernel.ijson import Json
from comity.kernel.inadmissible import Inadmissible
from comity.node.room.release import emergency_review
from comity.node.room.release.emergency_review import Shown
from comity.node.room.step import Step
from comity.surfaces.cli import request_text
from comity.surfaces.cli.context import EXIT_OK, Program, Subparsers
from comity.surfaces.cli.officer_token import signed_in
from comity.surfaces.cli.request_send import say_no, verb
from comity.surfaces.cli.verb_command import add_step

_DESCRIPTION = """\
In an emergency one officer may release an act alone (`comity draft release DRAFT
--break-glass --reason TEXT`).  Another officer then reviews that, within hours."""


def add_parser(subparsers: Subparsers) -> None:
    """Add `release` and its verbs."""
    parser = subparsers.add_parser(
        "release", help="review what one officer released alone", description=_DESCRIPTION
    )
    verbs = parser.add_subparsers(dest="verb", required=True, metavar="VERB")
    words = "list what was released by one officer alone, what is overdue first"
    verb(verbs, "list", words, _list)
    add_step(verbs, RELEASES, REVIEW, _review)


def _list(program: Program, options: argparse.Namespace) -> int:
    with program.open_home(options.home) as home:
        officer = signed_in(program, home, options)
        found = emergency_review.listing(home.node, officer)
        program.show({"reviews": [_row(one) for one in found]}, _text(found))
    return EXIT_OK


def _review(program: Program, options: argparse.Namespace, step: Step) -> int:
    with program.open_home(options.home) as home:
        officer = signed_in(program, home, options)
        done = emergency_review.take(home.node, officer, options.matter, step)
    if isinstance(done, Inadmissible):
        return say_no(program, options, done)
    program.show(_row(Shown(done, review.REVIEWED)), f"Reviewed {done.act_id}: {done.verdict}.")
    return EXIT_OK


def _row(shown: Shown) -> Json:
    value = review.to_json(shown.review)
    assert isinstance(value, dict)
    return {**value, "status": shown.status}


def _text(found: Sequence[Shown]) -> str:
    if not found:
        return "No act was released by one officer alone."
    head = ("ACT", "STATUS", "DUE", "RELEASED BY", "REVIEWED BY", "FOUND")
    rows = [_cells(one.review, one.status) for one in found]
    reasons = [f"{one.review.act_id}  why: {one.review.reason}" for one in found]
    notes = [f"{one.review.act_id}  found: {one.review.note}" for one in found if one.review.note]
    return "\n".join([request_text.table([head, *rows]), *reasons, *notes])


def _cells(one: Review, status: str) -> tuple[str, ...]:
    due = request_text.at(one.due_ms)
    return (one.act_id, status, due, one.officer, one.reviewer or "-", one.verdict or "-")
