"""`comity share give|add|check BUNDLE`: what is read from a file of STIX 2.1.

    comity share check BUNDLE --mark TLP:GREEN
    comity share give BUNDLE --category indicators --mark TLP:GREEN \
        --valid-until 2027-03-01T00:00:00Z --home DIR --as ann
    comity share add SHARE BUNDLE --home DIR --as ann

Floor: surfaces.
"""

import argparse
from dataclasses import replace
from functools import partial
from pathlib import Path

from comity.acts.verb import Table, Verb
from comity.joint.share import acts, bundle
from comity.joint.share.verbs import TABLE
from comity.kernel.ijson import Json
from comity.node.base.rows import Officer
from comity.node.desk import matters
from comity.node.room import say
from comity.node.room.release import draft_store
from comity.rooms.share import give
from comity.rooms.share.give import Checked
from comity.surfaces.cli import files, verb_command, verb_options
from comity.surfaces.cli.context import EXIT_OK, Home, Program, Subparsers
from comity.surfaces.cli.request_send import sent, verb


def add(verbs: Subparsers, room: Table) -> None:
    """Add the commands that read a bundle."""
    for name in ("give", "add"):
        whole = room.verb(name)
        assert whole is not None
        typed = tuple(one for one in whole.fields if one.name != acts.OBJECTS)
        row = replace(whole, fields=typed)  # the objects are counted
        parser = verb_command.add_one(verbs, room, row, partial(say.say, room))
        parser.add_argument("bundle", type=Path, metavar="BUNDLE", help="of STIX 2.1, as JSON")
        parser.set_defaults(run=_giver(row, whole))
    checks = verb(verbs, "check", "look at a bundle; nothing leaves", _check)
    checks.add_argument("bundle", type=Path, metavar="BUNDLE", help="of STIX 2.1, as JSON")
    checks.add_argument("--mark", required=True, metavar="MARK", help="like TLP:AMBER")


def _check(program: Program, options: argparse.Namespace) -> int:
    checked = give.check(files.read(options.bundle, bundle.BUNDLE_BYTES_MAX), options.mark)
    value: dict[str, Json] = {
        "objects": len(checked.objects),
        "bytes": len(checked.data),
        "narrower": dict(checked.narrower),
    }
    lines = [f"{len(checked.objects)} objects, each of them right."]
    lines += [f"{count} of them are {mark}." for mark, count in checked.narrower.items()]
    program.show(value, "\n".join(lines))
    return EXIT_OK


def _giver(row: Verb, whole: Verb) -> verb_command.Run:
    def run(program: Program, options: argparse.Namespace) -> int:
        data = files.read(options.bundle, bundle.BUNDLE_BYTES_MAX)

        def said(home: Home, officer: Officer, options: argparse.Namespace) -> draft_store.Result:
            matter_id = "" if row.opens else str(options.matter)
            mark = _mark(home, officer, row, options)
            checked: Checked = give.check(data, mark)
            words = verb_command.typed(row, officer, options)
            given, words = give.filled(verb_options.given(row, options), words, checked, mark)
            return say.say(TABLE, home.node, officer, say.Spoken(whole, matter_id, given, words))

        return sent(program, options, said)

    return run


def _mark(home: Home, officer: Officer, row: Verb, options: argparse.Namespace) -> str:
    """Return the mark of what is given: of an adding, that of the share."""
    if row.opens:
        return str(options.f_mark)
    shown = matters.show(home.node, officer, acts.KIND, options.matter)
    return str(shown.state.giving.mark) if shown.state.giving else "TLP:RED"
