"""Steps of a brief, under the command of the matter that it is about: `comity wording note …`.

Floor: surfaces.
"""

import argparse

from comity.acts.verb import Table
from comity.domestic.brief import verbs
from comity.domestic.brief.view import Step as Taken
from comity.kernel.inadmissible import Inadmissible
from comity.kernel.printable import one_line
from comity.node.room import brief
from comity.node.room.step import Step
from comity.surfaces.cli import verb_command
from comity.surfaces.cli.context import EXIT_OK, Program, Subparsers
from comity.surfaces.cli.officer_token import signed_in
from comity.surfaces.cli.request_send import say_no


def add(parsers: Subparsers, table: Table) -> None:
    """Add the steps of the brief of a kind of matter."""
    of = next(one for one in verbs.TABLES if one.noun == table.noun)

    def take(program: Program, options: argparse.Namespace, step: Step) -> int:
        with program.open_home(options.home) as home:
            officer = signed_in(program, home, options)
            found = brief.take(home.node, officer, of.noun, options.matter, step)
        if isinstance(found, Inadmissible):
            return say_no(program, options, found)
        program.show(found.as_json(), _told(found))
        return EXIT_OK

    for row in of.verbs:
        verb_command.add_step(parsers, of, row, take)


def _told(found: Taken) -> str:
    words = next(one.words for of in verbs.TABLES for one in of.verbs if one.tag == found.tag)
    given = ", ".join(f"{name}: {one_line(str(value))}" for name, value in found.given.items())
    return f"{words['en']}. {given}"
