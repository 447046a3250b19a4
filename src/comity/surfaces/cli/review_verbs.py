"""What is said of a snapshot by command, but for what takes figures to say it.

    comity review comment SNAPSHOT CELL --text TEXT --home DIR --as ann
    comity review withdraw SNAPSHOT --reason error --home DIR --as ann

Floor: surfaces.
"""

import argparse

from comity.joint.review import acts
from comity.node.base.rows import Officer
from comity.node.review import say
from comity.node.room.release import draft_store
from comity.surfaces.cli import translations
from comity.surfaces.cli.context import Home, Program, Subparsers
from comity.surfaces.cli.request_send import add_hold, add_sending, sent, verb


def add(verbs: Subparsers) -> None:
    """Add the verbs."""
    comment = verb(verbs, "comment", "comment on a figure, for both sides to read", _comment)
    add_snapshot(comment)
    comment.add_argument(
        "cell", metavar="CELL", help="address of the figure, like all/timeliness/respond/median"
    )
    translations.add_texts(comment, needed=True)
    withdraw = verb(verbs, "withdraw", "take back a snapshot of your own", _withdraw)
    add_snapshot(withdraw)
    withdraw.add_argument(
        "--reason", required=True, choices=[*acts.WITHDRAWALS], metavar="CODE",
        help=f"why; one of: {', '.join(acts.WITHDRAWALS)}",
    )  # fmt: skip
    translations.add_texts(withdraw)
    for parser in (comment, withdraw):
        add_hold(parser)
        add_sending(parser)


def add_snapshot(parser: argparse.ArgumentParser) -> None:
    """Add which snapshot it is about."""
    parser.add_argument(
        "snapshot", metavar="SNAPSHOT", help="its id or the id of its act; the beginning will do"
    )


def _comment(program: Program, options: argparse.Namespace) -> int:
    def do(home: Home, officer: Officer, options: argparse.Namespace) -> draft_store.Result:
        words = translations.words(officer, options)
        return say.comment(home.node, officer, options.snapshot, options.cell, words)

    return sent(program, options, do)


def _withdraw(program: Program, options: argparse.Namespace) -> int:
    def do(home: Home, officer: Officer, options: argparse.Namespace) -> draft_store.Result:
        words = translations.words(officer, options)
        return say.withdraw(home.node, officer, options.snapshot, options.reason, words)

    return sent(program, options, do)
