"""`comity share give|draft|add|check FILE`: what is read from a file or a source, and what leaves.

    comity share check FILE --mark TLP:GREEN --home DIR --as ann
    comity share give FILE --category indicators --mark TLP:GREEN \
        --valid-until 2027-03-01T00:00:00Z --home DIR --as ann
    comity share add SHARE FILE --sample sample.zip --home DIR --as ann
    comity share give --source 3f1c --category indicators …

Floor: surfaces.
"""

import argparse
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Final

from comity.acts.verb import Table, Verb
from comity.domestic.share.guard import LETTABLE
from comity.joint.share import acts
from comity.kernel.fault import Fault
from comity.node.base.rows import Officer
from comity.node.room import say
from comity.node.room.release import draft_store
from comity.rooms.share import files as share_files
from comity.rooms.share import give, reading, sources, weigh
from comity.rooms.share.offer import Offer
from comity.surfaces.cli import files, verb_command, verb_options
from comity.surfaces.cli.context import EXIT_OK, Home, Program, Subparsers
from comity.surfaces.cli.officer_token import signed_in
from comity.surfaces.cli.request_send import sent, verb
from comity.surfaces.cli.share_text import lines

_FILE: Final = "bundle of STIX 2.1, event of MISP, table with a column `value`, or one value a line"


def add(verbs: Subparsers, room: Table) -> None:
    """Add the commands that read a file."""
    for name, of in (("give", "give"), ("draft", "give"), ("add", "add")):
        whole = room.row(of)
        typed = tuple(
            one for one in whole.fields if one.name not in {acts.OBJECTS, acts.SAMPLES}
        )  # both are counted
        row = replace(whole, name=name, fields=typed)
        if name == "draft":
            row = replace(row, hint={"en": "Prepare a giving as a draft", "zh": "拟制共享草稿"})
        parser = verb_command.add_one(verbs, room, row, partial(say.say, room))
        _add_files(parser)
        parser.add_argument(
            "--sample", type=Path, action="append", default=[], metavar="FILE",
            help="zip with the password infected; more than one may be given",
        )  # fmt: skip
        parser.add_argument(
            "--report", type=Path, action="append", default=[], metavar="FILE",
            help="PDF; more than one may be given",
        )  # fmt: skip
        parser.set_defaults(run=_giver(row, whole, is_held=name == "draft"))
    checks = verb(
        verbs, "check", "see what would leave and what is held back; nothing does", _check
    )
    _add_files(checks)
    checks.add_argument("--mark", required=True, metavar="MARK", help="like TLP:AMBER")
    checks.add_argument(
        "--category", choices=[*acts.CATEGORIES], default="indicators",
        help="of what is given (default: %(default)s)",
    )  # fmt: skip
    checks.add_argument("--origin", choices=[*acts.ORIGINS], default="", help="of what is given")
    checks.add_argument("--channel", default="", metavar="PATH", help="in which it is given")


def _add_files(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("bundle", type=Path, nargs="?", metavar="FILE", help=_FILE)
    parser.add_argument(
        "--source", default="", metavar="ID", help="what was read from it: `comity source list`"
    )
    parser.add_argument(
        "--let", action="append", default=[], choices=[*LETTABLE], metavar="RULE",
        help=f"let a rule go that holds objects back; one of: {', '.join(LETTABLE)}",
    )  # fmt: skip


def _read(home: Home, officer: Officer, options: argparse.Namespace) -> reading.Read:
    """Read what is given.

    Raises:
        Fault: `share.source.none`, and those of `reading.read` and `sources.objects`.
    """
    if options.source:
        return reading.Read(reading.STIX, sources.objects(home.node, officer, options.source))
    if options.bundle is not None:
        return reading.read(files.read(options.bundle, reading.BYTES_MAX))
    if getattr(options, "sample", []) or getattr(options, "report", []):
        return reading.Read(reading.STIX, ())
    raise Fault(
        code="share.source.none",
        what="No file and no source is named.",
        fix="Name a file, or a source with --source.",
    )


def _check(program: Program, options: argparse.Namespace) -> int:
    with program.open_home(options.home) as home:
        officer = signed_in(program, home, options)
        offer = Offer(
            _read(home, officer, options),
            options.mark,
            options.category,
            options.origin,
            frozenset(options.let),
            options.channel,
        )
        weighed = weigh.weigh(home.node, officer, offer)
    program.show(weigh.weighed_json(weighed), "\n".join(lines(weighed)))
    return EXIT_OK


def _giver(row: Verb, whole: Verb, *, is_held: bool) -> verb_command.Run:
    def run(program: Program, options: argparse.Namespace) -> int:
        attached = {
            name: [(str(path), _whole(path)) for path in getattr(options, name)]
            for name in ("sample", "report")
        }

        def said(home: Home, officer: Officer, options: argparse.Namespace) -> draft_store.Result:
            options.hold = options.hold or is_held
            offer = Offer(
                _read(home, officer, options), "", "", lets=frozenset(options.let),
                samples=attached["sample"], reports=attached["report"],
                source=options.source,
            )  # fmt: skip
            words = verb_command.typed(row, officer, options)
            matter_id = "" if row.opens else str(options.matter)
            spoken = say.Spoken(whole, matter_id, verb_options.given(row, options), words)
            return give.give(home.node, officer, spoken, offer)

        return sent(program, options, said)

    return run


def _whole(path: Path) -> bytes:
    return files.read(path, share_files.SAMPLE_BYTES_MAX)
