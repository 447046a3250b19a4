"""`comity request recall` and `resolution`: what banks write, as what a request says.

    comity request recall camt056.xml > stop.json     # then fill it in, and `comity request send`
    comity request recall camt056.xml --home DIR --as ann             # who asks is filled in too
    comity request resolution 3f1c camt029.xml --home DIR --as wei    # what the bank answered

Floor: surfaces.
"""

import argparse
from pathlib import Path

from comity.kernel import ijson
from comity.node.base.rows import Officer
from comity.node.room.release.draft_store import Result
from comity.rooms.request import asking_authority, recall, resolution
from comity.surfaces.cli import files
from comity.surfaces.cli.context import (
    EXIT_OK,
    Home,
    Program,
    Subparsers,
    add_json,
    add_token_file,
)
from comity.surfaces.cli.empty_names import home_folder, officer_name
from comity.surfaces.cli.officer_token import signed_in
from comity.surfaces.cli.request_send import add_id, add_sending, sent, verb


def add(verbs: Subparsers) -> None:
    """Add `recall` and `resolution`."""
    words = "print the request to stop a payment that a bank's recall message (camt.056) fills in"
    parser = verbs.add_parser("recall", help=words, description=f"{words.capitalize()}.")
    parser.add_argument("message", type=Path, metavar="FILE", help="camt.056, as the bank sent it")
    parser.add_argument(
        "--home", type=home_folder, metavar="DIR", help="a home whose contact points say who asks"
    )
    parser.add_argument(
        "--as", dest="officer", type=officer_name, metavar="OFFICER", help="who asks, with --home"
    )
    add_token_file(parser)
    add_json(parser)
    parser.set_defaults(run=_recall)
    words = "tell what a bank answered to its recall (camt.029) as a step of the request"
    answered = verb(verbs, "resolution", words, _resolution)
    add_id(answered)
    answered.add_argument(
        "message", type=Path, metavar="FILE", help="camt.029, as the bank sent it"
    )
    add_sending(answered)


def _recall(program: Program, options: argparse.Namespace) -> int:
    message = recall.read(files.read(options.message, recall.MESSAGE_BYTES_MAX))
    asking = recall.NOBODY
    if options.home is not None and options.officer:
        with program.open_home(options.home) as home:
            asking = asking_authority.elements(home.node, signed_in(program, home, options))
    value = recall.request(message, asking)
    program.show(value, ijson.render(value).decode())
    return EXIT_OK


def _resolution(program: Program, options: argparse.Namespace) -> int:
    data = files.read(options.message, recall.MESSAGE_BYTES_MAX)

    def say(home: Home, officer: Officer, options: argparse.Namespace) -> Result:
        return resolution.say(home.node, officer, options.id, data, options.key)

    return sent(program, options, say)
