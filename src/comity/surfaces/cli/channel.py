"""`comity channel list|open`: which channels there are, and one more.

Floor: surfaces.
"""

import argparse

from comity.node import register_records
from comity.node.exchange import channel as channels
from comity.surfaces.cli.acting import signed_in
from comity.surfaces.cli.context import (
    EXIT_OK,
    Program,
    Subparsers,
    add_home,
    add_json,
    add_officer,
)


def add_parser(subparsers: Subparsers) -> None:
    """Add the command and its two verbs."""
    parser = subparsers.add_parser("channel", help="list channels, or open one for a purpose")
    verbs = parser.add_subparsers(required=True, metavar="VERB")
    shown = verbs.add_parser(
        "list",
        help="list channels, their parties and logs",
        description="List the channels of every arrangement: name, path and parties.",
    )
    shown.set_defaults(run=run_list)
    opened = verbs.add_parser(
        "open",
        help="offer keys for a channel; it opens when every party has done so",
        description="Make this node's keys for one more channel, such as an exercise, and offer "
        "them to the parties. It opens once each of them has typed this with the same name.",
    )
    opened.add_argument("name", metavar="NAME", help="its purpose, like `exercise-2027`")
    opened.add_argument(
        "--arrangement", metavar="ID", default="", help="needed where there are several"
    )
    add_officer(opened)
    opened.set_defaults(run=run_open)
    for verb in (shown, opened):
        add_home(verb)
        add_json(verb)


def run_list(program: Program, options: argparse.Namespace) -> int:
    """List channels."""
    with program.open_home(options.home) as home, home.node.store.read() as tx:
        rows = register_records.channels_json(tx)
        paths = sorted({log.channel for log in tx.logs() if "/" in log.channel})
        lines = [
            f"{register_records.split_channel(path)[1]:12} {path}  "
            + ", ".join(log.party for log in tx.logs(path))
            for path in paths
        ]
    program.show({"channels": rows}, "\n".join(lines) or "No channel yet: `comity pair offer`.")
    return EXIT_OK


def run_open(program: Program, options: argparse.Namespace) -> int:
    """Offer this node's keys for a channel."""
    with program.open_home(options.home) as home:
        signed_in(program, home, options)
        waiting = channels.open_channel(home.node, home.keymaker, options.arrangement, options.name)
        home.wake()
    text = (
        f"{options.name} opens when {', '.join(waiting)} opens it too."
        if waiting
        else f"{options.name} is open."
    ) + "\nMake a backup now: none before has the private keys of this channel."
    program.show({"name": options.name, "waiting_for": [*waiting]}, text)
    return EXIT_OK
