"""`comity request recall`: a request to stop a payment, from the message of the bank.

    comity request recall camt056.xml > stop.json     # then fill it in, and `comity request send`

Floor: surfaces.
"""

import argparse
from pathlib import Path

from comity.kernel import ijson
from comity.rooms.request import recall
from comity.surfaces.cli import files
from comity.surfaces.cli.context import EXIT_OK, Program, Subparsers, add_json


def add(verbs: Subparsers) -> None:
    """Add `recall`."""
    words = "print the request to stop a payment that a bank's recall message (camt.056) fills in"
    parser = verbs.add_parser("recall", help=words, description=f"{words.capitalize()}.")
    parser.add_argument("message", type=Path, metavar="FILE", help="camt.056, as the bank sent it")
    add_json(parser)
    parser.set_defaults(run=_recall)


def _recall(program: Program, options: argparse.Namespace) -> int:
    data = files.read(options.message, recall.MESSAGE_BYTES_MAX)
    value = recall.request(recall.read(data))
    program.show(value, ijson.render(value).decode())
    return EXIT_OK
