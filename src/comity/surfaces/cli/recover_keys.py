"""`comity recover give-keys` and `take-keys`: what a card had opened whose keys are gone.

Floor: surfaces.
"""

import argparse
from pathlib import Path
from typing import Final

from comity.kernel.ijson import Json
from comity.kernel.inadmissible import Inadmissible
from comity.node.base.rows import Officer
from comity.node.operate import partner_steps
from comity.surfaces.cli import files
from comity.surfaces.cli.context import Home, Subparsers, add_out

_FILE_BYTES_MAX: Final = 1 << 30

_GIVE: Final = (
    "Write the keys of single entries for a party that lost the private keys of a card, and has "
    "revoked it: of what was sealed to that card alone, in both logs. The file is sealed to the "
    "party's newest card, and tells it nothing that was not sent to it. Call the party first: "
    "whoever made that card must have its root key."
)
_TAKE: Final = (
    "Take keys of entries that another party gave, for what was sealed to a card whose private "
    "keys are gone here. Each is tried on its entry. What waited for them is then read, and the "
    "next card entered, by itself. Make a backup after it."
)


def add_to(verbs: Subparsers) -> tuple[argparse.ArgumentParser, ...]:
    """Add both verbs; give them back."""
    give = verbs.add_parser(
        "give-keys", help="for a party that lost the keys of a card", description=_GIVE
    )
    give.add_argument("channel", metavar="CHANNEL", help="its path, from `comity channel list`")
    give.add_argument("party", metavar="PARTY", help="that lost them")
    add_out(give)
    give.set_defaults(act=_give)
    take = verbs.add_parser(
        "take-keys", help="that another party gave by give-keys", description=_TAKE
    )
    take.add_argument("file", metavar="FILE", type=Path, help="as `give-keys` wrote it")
    take.set_defaults(act=_take)
    return give, take


def _give(
    home: Home, officer: Officer, options: argparse.Namespace
) -> tuple[Json, str] | Inadmissible:
    given = partner_steps.give_keys(home.node, officer, options.channel, options.party)
    if isinstance(given, Inadmissible):
        return given
    files.write(options.out, given.data, secret=True)
    party = options.party
    lines = [
        f"{options.out} has {given.keys} keys of entries; card {given.card} of {party} opens it.",
        f"At {party}: comity recover take-keys --home DIR --as OFFICER FILE",
    ]
    if given.closed:
        lines.append(f"{given.closed} entries open here neither: let another party give theirs.")
    value: dict[str, Json] = {
        "file": str(options.out),
        "party": options.party,
        "card": given.card,
        "keys": given.keys,
        "closed": given.closed,
    }
    return value, "\n".join(lines)


def _take(
    home: Home, officer: Officer, options: argparse.Namespace
) -> tuple[Json, str] | Inadmissible:
    taken = partner_steps.take_keys(home.node, officer, files.read(options.file, _FILE_BYTES_MAX))
    if isinstance(taken, Inadmissible):
        return taken
    lines = [f"The keys of {taken.kept} entries of {taken.channel} are kept; they are read now."]
    if taken.unheld:
        lines.append(
            f"{taken.unheld} are of entries that are not here yet: take the file again later."
        )
    if taken.wrong:
        lines.append(f"{taken.wrong} open nothing and were left: ask who made the file.")
    value: dict[str, Json] = {
        "channel": taken.channel,
        "kept": taken.kept,
        "needless": taken.needless,
        "unheld": taken.unheld,
        "wrong": taken.wrong,
    }
    return value, "\n".join(lines)
