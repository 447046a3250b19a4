"""`comity evidence`: what a request carries, and its chain of custody.

    comity evidence list MATTER --home DIR --as ann
    comity evidence custody MATTER --home DIR --as ann
    comity evidence hand-over MATTER --item E-1 --to COURT --purpose TEXT --home DIR --as ann

What is done is a row of `comity.domestic.custody.verbs`.

Floor: surfaces.
"""

import argparse

from comity.kernel.ijson import Json
from comity.kernel.inadmissible import Inadmissible
from comity.node.room import custody
from comity.node.room.step import Step
from comity.rooms.request import custody_json, reading
from comity.rooms.request import evidence as room
from comity.surfaces.cli import evidence_destroy, evidence_export, evidence_text, request_send
from comity.surfaces.cli.context import EXIT_OK, Program, Subparsers
from comity.surfaces.cli.officer_token import signed_in
from comity.surfaces.cli.request_send import add_id, say_no
from comity.surfaces.cli.verb_command import add_step


def add_parser(subparsers: Subparsers) -> None:
    """Add `evidence` and its verbs."""
    parser = subparsers.add_parser(
        "evidence",
        help="what requests carry: custody, export, destruction",
        description=f"{room.TABLE.what['en']}.",
    )
    verbs = parser.add_subparsers(dest="verb", required=True, metavar="VERB")
    words = "list the attachments of a request, with where they came from"
    add_id(request_send.verb(verbs, "list", words, _list))
    words = "show who had each attachment in their hands, on both sides"
    add_id(request_send.verb(verbs, "custody", words, _custody))
    add_step(verbs, room.TABLE, room.HAND_OVER, _hand_over)
    evidence_destroy.add(verbs)
    evidence_export.add(verbs)


def _list(program: Program, options: argparse.Namespace) -> int:
    with program.open_home(options.home) as home:
        officer = signed_in(program, home, options)
        items = custody.items(home.node, reading.show(home.node, officer, options.id))
        program.show(custody_json.list_json(items), evidence_text.list_text(items))
    return EXIT_OK


def _custody(program: Program, options: argparse.Namespace) -> int:
    with program.open_home(options.home) as home:
        officer = signed_in(program, home, options)
        shown = reading.show(home.node, officer, options.id)
        items = custody.items(home.node, shown)
        program.show(
            custody_json.custody_json(items, shown), evidence_text.custody_text(items, shown)
        )
    return EXIT_OK


def _hand_over(program: Program, options: argparse.Namespace, step: Step) -> int:
    with program.open_home(options.home) as home:
        officer = signed_in(program, home, options)
        item = room.hand_over(home.node, officer, options.matter, step)
    if isinstance(item, Inadmissible):
        return say_no(program, options, item)
    to = str(step.given["to"])
    handed: Json = {"blob": item.body.blob.sha256, "to": to}
    program.show(handed, f"Noted: {item.name or item.number} was handed to {to}.")
    return EXIT_OK
