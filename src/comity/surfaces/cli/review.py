"""`comity review`: the figures of a channel, and what both sides say of them.

    comity review show --home DIR --as ann --from 2026-01-01 --to 2026-07-01
    comity review comment SNAPSHOT --cell CELL --text TEXT --home DIR --as ann

Floor: surfaces.
"""

from comity.joint.review.verbs import TABLE
from comity.rooms.review import say
from comity.surfaces.cli import review_money, review_show, review_take, verb_command
from comity.surfaces.cli.context import Subparsers


def add_parser(subparsers: Subparsers) -> None:
    """Add the command."""
    parser = subparsers.add_parser(
        TABLE.noun,
        help=f"{TABLE.what['en'][0].lower()}{TABLE.what['en'][1:]}",
        description=f"{TABLE.what['en']}.",
    )
    verbs = parser.add_subparsers(dest="verb", required=True, metavar="VERB")
    review_show.add(verbs)
    review_take.add(verbs)
    review_money.add(verbs)
    verb_command.add(verbs, TABLE, say.typed)
