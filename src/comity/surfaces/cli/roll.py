"""`comity roll`: lists of hashes that one State keeps for others, with editions and votes.

    comity roll open --kind child-exploitation --scheme national --onward none --home DIR --as ann
    comity roll edition 3f1c --add new.csv --withdraw gone.txt --home DIR --as ann
    comity roll load 3f1c --home DIR --as wei
    comity roll sort seized.txt --home DIR --as wei

What is said of a roll is in `joint/roll/verbs.py`; here a list is sorted by what is loaded.

Floor: surfaces.
"""

import argparse
from pathlib import Path

from comity.acts.verb import LINES_CHARS_MAX
from comity.joint.roll import sorting
from comity.joint.roll import verbs as room
from comity.kernel.ijson import Json
from comity.kernel.inadmissible import Inadmissible
from comity.rooms.roll import feed, index
from comity.surfaces.cli import files, room_command, verb_command
from comity.surfaces.cli.context import EXIT_OK, Program, Subparsers
from comity.surfaces.cli.officer_token import signed_in
from comity.surfaces.cli.request_send import say_no, verb


def add_parser(subparsers: Subparsers) -> None:
    """Add `roll` and its verbs."""
    verbs = room_command.add(subparsers, room.TABLE)[""]
    words = "sort a list of hashes: identified victim, known, disputed, unknown; nothing is kept"
    sort = verb(verbs, "sort", words, _sort)
    sort.add_argument("hashes", type=Path, metavar="FILE", help="one a line; - for standard input")
    words = "let the editions that are loaded here out to participants"
    verb_command.add_matter(verb(verbs, "give", words, _give), room.TABLE)
    words = "list what participants say of its entries; lines fit `comity roll vote --down`"
    verb_command.add_matter(verb(verbs, "feedback", words, _feedback), room.TABLE)


def _give(program: Program, options: argparse.Namespace) -> int:
    with program.open_home(options.home) as home:
        done = feed.give(home.node, signed_in(program, home, options), options.matter)
    if isinstance(done, Inadmissible):
        return say_no(program, options, done)
    program.show({"edition": done}, f"Participants may load it up to edition {done}.")
    return EXIT_OK


def _feedback(program: Program, options: argparse.Namespace) -> int:
    with program.open_home(options.home) as home:
        found = feed.feedback(home.node, signed_in(program, home, options), options.matter)
    down = (one for one in found if one["verdict"] == feed.DOWN)
    text = "\n".join(f"{one['id']};{one['reason']}" for one in down)
    rows: list[Json] = [*found]
    program.show({"feedback": rows}, text or "No participant says that an entry is wrong.")
    return EXIT_OK


def _sort(program: Program, options: argparse.Namespace) -> int:
    lines = files.read_lines(options.hashes, LINES_CHARS_MAX).splitlines()
    with program.open_home(options.home) as home:
        officer = signed_in(program, home, options)
        heaps = index.sort(home.node, officer, [one.split()[0] for one in lines if one.split()])
        value: dict[str, Json] = {name: [*each] for name, each in heaps.items()}
        text = "\n".join(
            f"{sorting.HEAPS[name]['en']:28} {len(each):>7,}" for name, each in heaps.items()
        )
        program.show(value, text)
    return EXIT_OK
