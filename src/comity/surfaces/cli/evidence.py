"""`comity evidence`: what a request carries, and its chain of custody.

    comity evidence list ID --home DIR --as ann
    comity evidence custody ID --home DIR --as ann
    comity evidence hand-over ID EXHIBIT --to COURT --purpose TEXT --home DIR --as ann

Floor: surfaces.
"""

import argparse

from comity.node.base.rows import Officer
from comity.node.room import custody
from comity.node.room.custody import Item, Why
from comity.rooms.request import custody_json, reading
from comity.surfaces.cli import evidence_destroy, evidence_export, evidence_text, request_send
from comity.surfaces.cli.context import EXIT_OK, Home, Program, Subparsers
from comity.surfaces.cli.officer_token import signed_in
from comity.surfaces.cli.request_send import add_id, say_no


def add_parser(subparsers: Subparsers) -> None:
    """Add `evidence` and its verbs."""
    parser = subparsers.add_parser(
        "evidence",
        help="what requests carry: custody, export, destruction",
        description="What requests carry: who had it, taking it to court, destroying it.",
    )
    verbs = parser.add_subparsers(dest="verb", required=True, metavar="VERB")
    words = "list the attachments of a request, with where they came from"
    add_id(request_send.verb(verbs, "list", words, _list))
    words = "show who had each attachment in their hands, on both sides"
    add_id(request_send.verb(verbs, "custody", words, _custody))
    words = "note that a copy was handed to somebody, such as a court"
    hand_over = request_send.verb(verbs, "hand-over", words, _hand_over)
    add_id(hand_over)
    add_item(hand_over)
    hand_over.add_argument("--to", required=True, metavar="WHO", help="person or authority")
    hand_over.add_argument("--court", action="store_true", help="it is a court")
    hand_over.add_argument("--purpose", required=True, metavar="TEXT", help="for what")
    hand_over.add_argument(
        "--authority", default="", metavar="TEXT", help="order or warrant under which"
    )
    evidence_destroy.add(verbs)
    evidence_export.add(verbs)


def add_item(parser: argparse.ArgumentParser) -> None:
    """Add the attachment that it is about."""
    parser.add_argument(
        "item", metavar="ITEM", help="exhibit number, name of the file, or beginning of its hash"
    )


def found(home: Home, officer: Officer, options: argparse.Namespace) -> list[Item]:
    """Return the attachments of the request that was named."""
    return custody.items(home.node, reading.show(home.node, officer, options.id))


def _list(program: Program, options: argparse.Namespace) -> int:
    with program.open_home(options.home) as home:
        officer = signed_in(program, home, options)
        items = found(home, officer, options)
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


def _hand_over(program: Program, options: argparse.Namespace) -> int:
    with program.open_home(options.home) as home:
        officer = signed_in(program, home, options)
        item = custody.find(found(home, officer, options), options.item)
        why = Why(options.purpose, options.authority, "")
        no = custody.hand_over(home.node, officer, item, options.to, why, is_court=options.court)
        if no is not None:
            return say_no(program, options, no)
        handed = {"blob": item.body.blob.sha256, "to": options.to}
        program.show(handed, f"Noted: {item.name or item.number} was handed to {options.to}.")
    return EXIT_OK
