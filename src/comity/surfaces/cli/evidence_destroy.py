"""`comity evidence due` and `destroy`.

    comity evidence due --home DIR --as ann
    comity evidence destroy MATTER --due --reason retention-ended --home DIR --as ann

Floor: surfaces.
"""

import argparse
from dataclasses import replace

from comity.kernel.fault import Fault
from comity.kernel.ijson import Json
from comity.node.base.rows import Officer
from comity.node.room import retention
from comity.node.room.release import draft_store
from comity.node.room.release.draft_store import Command
from comity.node.room.retention import Line
from comity.node.room.step import Step
from comity.rooms.request import custody_json
from comity.rooms.request import evidence as room
from comity.surfaces.cli import request_send
from comity.surfaces.cli.context import EXIT_OK, Home, Program, Subparsers
from comity.surfaces.cli.officer_token import signed_in
from comity.surfaces.cli.request_send import add_sending, sent
from comity.surfaces.cli.request_text import at, table
from comity.surfaces.cli.verb_command import add_step


def add(verbs: Subparsers) -> None:
    """Add both verbs."""
    request_send.verb(verbs, "due", "list what is to be destroyed, and when", _due)
    add_sending(add_step(verbs, room.TABLE, room.DESTROY, _destroy))


def _due(program: Program, options: argparse.Namespace) -> int:
    with program.open_home(options.home) as home:
        officer = signed_in(program, home, options)
        lines = retention.listing(home.node, officer, program.now_ms())
        value: Json = {"due": [custody_json.due_json(one) for one in lines]}
        program.show(value, _text(lines))
    return EXIT_OK


def _text(lines: list[Line]) -> str:
    if not lines:
        return "Nothing is due to be destroyed, nor will be in two weeks."
    head = ("WHEN", "", "REQUEST", "BODY", "FROM", "WHY", "ATTESTED BY")
    rows = [
        (
            at(one.due.at_ms),
            one.due.state,
            one.row.matter.id[:8],
            one.due.item.role,
            one.party,
            one.due.why,
            ", ".join(one.attested) or "-",
        )
        for one in lines
    ]
    return table([head, *rows])


def _destroy(program: Program, options: argparse.Namespace, step: Step) -> int:
    def do(home: Home, officer: Officer, options: argparse.Namespace) -> draft_store.Result:
        once = replace(step, command=Command(options.key))
        return room.destroy(
            home.node, officer, options.matter, once, owns_high_water=is_alone(home)
        )

    return sent(program, options, do)


def is_alone(home: Home) -> bool:
    """Whether no other process writes the high-water file."""
    try:
        home.node.highwater.forget(())
    except Fault as fault:
        if fault.code != "highwater.file.locked":
            raise
        return False
    return True
