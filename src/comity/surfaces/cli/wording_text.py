"""`comity wording read|assemble|propose|adopt`: the words of a text, and the document it becomes.

    comity wording read 3f1c --home DIR --as ann              every paragraph with its brackets
    comity wording assemble 3f1c --out outcomes.md            the document, once all is concordant
    comity wording propose 3f1c, then on each side: comity wording adopt 3f1c

Floor: surfaces.
"""

import argparse
from collections.abc import Callable, Iterator
from typing import Final

from comity.acts.verb import Table
from comity.joint.wording import brackets, view
from comity.kernel.ijson import Json
from comity.kernel.inadmissible import Inadmissible
from comity.kernel.printable import one_line
from comity.node.base.context import Node
from comity.node.base.rows import Officer
from comity.node.room.act_words import Words
from comity.node.room.release import draft_store
from comity.rooms.wording import adopt, as_json, desk
from comity.surfaces.cli import files, verb_command
from comity.surfaces.cli.context import EXIT_OK, Home, Program, Subparsers, add_out
from comity.surfaces.cli.officer_token import signed_in
from comity.surfaces.cli.request_send import add_hold, add_sending, say_no, sent, verb

type _Do = Callable[[Node, Officer, str, Words], draft_store.Result]

_SAYS: Final[dict[str, tuple[str, _Do]]] = {
    "propose": ("propose the document of a settled text for adoption", adopt.propose),
    "adopt": ("adopt the document of a settled text, and no other", adopt.adopt),
}


def add(verbs: Subparsers, table: Table) -> None:
    """Add the commands beside those of the table."""
    read = verb(verbs, "read", "read a text with its brackets, paragraph by paragraph", _read)
    verb_command.add_matter(read, table)
    made = verb(verbs, "assemble", "make the document that a settled text becomes", _assemble)
    verb_command.add_matter(made, table)
    add_out(made, "write the document there", is_required=False)
    for name, (words, do) in _SAYS.items():
        said = verb(verbs, name, words, _say(do))
        verb_command.add_matter(said, table)
        add_hold(said)
        add_sending(said)


def _read(program: Program, options: argparse.Namespace) -> int:
    with program.open_home(options.home) as home:
        officer = signed_in(program, home, options)
        found = desk.read(home.node, officer, options.matter)
        program.show(as_json.read_json(found, home.node.party), "\n".join(_lines(found, home)))
    return EXIT_OK


def _lines(found: desk.Read, home: Home) -> Iterator[str]:
    now, own = found.state, home.node.party
    mine = len(view.to_move(now, own))
    yield f"{view.name(now)}: {view.brackets(now)} brackets, {mine} yours to move"
    for one in found.paragraphs:
        yield f"{one.of.name}  {one.of.part}, {one.of.status}"
        for language in one.languages:
            yield f"  [{language}] {one_line(brackets.shown(one.pieces(language)))}"
        if one.missing:
            yield f"  words not held here: {', '.join(who or 'agreed' for who in one.missing)}"
        if one.numbers_differ:
            yield "  look: the languages have different numbers"


def _assemble(program: Program, options: argparse.Namespace) -> int:
    with program.open_home(options.home) as home:
        officer = signed_in(program, home, options)
        found = desk.read(home.node, officer, options.matter).assembled
    if isinstance(found, Inadmissible):
        return say_no(program, options, found)
    value: dict[str, Json] = found.as_json()
    if options.out is not None:
        files.write(options.out, found.data)
        value["file"] = str(options.out)
    program.show(value, f"{found.name}  {found.sha256}\n\n{found.data.decode()}")
    return EXIT_OK


def _say(do: _Do) -> verb_command.Run:
    def run(program: Program, options: argparse.Namespace) -> int:
        def said(home: Home, officer: Officer, options: argparse.Namespace) -> draft_store.Result:
            words = Words(key=options.key, is_held=options.hold)
            return do(home.node, officer, options.matter, words)

        return sent(program, options, said)

    return run
