"""`comity review`: the figures of a channel, and what both sides say of them.

    comity review show --home DIR --as ann --from 2026-01-01 --to 2026-07-01
    comity review comment SNAPSHOT CELL --text TEXT --home DIR --as ann

Floor: surfaces.
"""

from comity.surfaces.cli import review_show, review_take, review_verbs
from comity.surfaces.cli.context import Subparsers


def add_parser(subparsers: Subparsers) -> None:
    """Add the command."""
    parser = subparsers.add_parser(
        "review",
        help="review the timeliness and quality of responses with the other States",
        description="Review the timeliness and quality of responses with the other States.",
    )
    verbs = parser.add_subparsers(dest="verb", required=True, metavar="VERB")
    review_show.add(verbs)
    review_take.add(verbs)
    review_verbs.add(verbs)
