"""`comity review`: the figures of a channel, and what both sides say of them.

    comity review comment SNAPSHOT CELL --text TEXT --home DIR --as ann

Floor: surfaces.
"""

from comity.surfaces.cli import review_said
from comity.surfaces.cli.context import Subparsers


def add_parser(subparsers: Subparsers) -> None:
    """Add the command."""
    parser = subparsers.add_parser(
        "review",
        help="review the timeliness and quality of responses with the other side",
        description="Review the timeliness and quality of responses with the other side.",
    )
    verbs = parser.add_subparsers(dest="verb", required=True, metavar="VERB")
    review_said.add(verbs)
