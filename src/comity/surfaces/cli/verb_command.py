"""The commands of a table of verbs: each row with its options, its help, and what it does.

    comity case propose-priority CASE --reason harm-goes-on --home DIR --as ann
    comity case report CASE --dialogue 2027-03 --next us=supply --due us=2027-03-01T00:00:00Z
                       --text "Two are open." --text zh=两项请求尚未办结。

Floor: surfaces.
"""

import argparse
from collections.abc import Callable, Mapping
from pathlib import Path

from comity.acts import verb as table
from comity.acts.verb import Table, Verb
from comity.kernel.fault import Fault
from comity.node.base.rows import Officer
from comity.node.room import say
from comity.node.room.act_words import Words
from comity.node.room.release import draft_store
from comity.node.room.request_file import ANSWER, MARK_DEFAULT
from comity.node.room.step import Step
from comity.surfaces.cli import request_files, translations
from comity.surfaces.cli.context import Home, Program, Subparsers
from comity.surfaces.cli.request_send import add_hold, add_sending, sent, verb
from comity.surfaces.cli.verb_options import add_field, given, named

_MARK = "mark"

type Run = Callable[[Program, argparse.Namespace], int]
"""Runs a command and returns its exit code."""

type Groups = Mapping[str, Subparsers]
"""By the noun within the room that verbs are typed under; "" has those of the room itself."""

type Take = Callable[[Program, argparse.Namespace, Step], int]
"""Takes a step at home, shows what came of it, and returns the exit code."""


def add(verbs: Subparsers, room: Table, do: say.Do) -> Groups:
    """Add the command of every row, and return where commands are added beside them."""
    groups = {"": verbs}
    for row in room.typed:
        if row.group not in groups:
            groups[row.group] = _group(verbs, row.group, room.groups[row.group]["en"])
        add_one(groups[row.group], room, row, do)
    return groups


def _group(verbs: Subparsers, noun: str, what: str) -> Subparsers:
    parser = verbs.add_parser(noun, help=f"{what[0].lower()}{what[1:]}", description=f"{what}.")
    return parser.add_subparsers(dest=f"{noun}_verb", required=True, metavar="VERB")


def add_one(verbs: Subparsers, room: Table, row: Verb, do: say.Do) -> argparse.ArgumentParser:
    """Add the command of one row."""

    def run(program: Program, options: argparse.Namespace) -> int:
        _require_once(options)
        values = given(row, options)
        written = request_files.read_written(options.file, ANSWER) if _has_file(options) else None

        def said(home: Home, officer: Officer, options: argparse.Namespace) -> draft_store.Result:
            if written is None:
                return told(home, officer, typed(row, officer, options))
            with request_files.attached(options, written) as attachments:
                if attachments:  # what is small may use the reserve: it may be a hotline's
                    size_bytes = sum(one.size_bytes for one in attachments)
                    home.node.require_room(size_bytes, False)  # noqa: FBT003 -- as the port says
                return told(home, officer, Words(written, attachments, options.key, options.hold))

        def told(home: Home, officer: Officer, words: Words) -> draft_store.Result:
            spoken = say.Spoken(row, "" if row.opens else options.matter, values, words)
            with named(row, options, values):
                return do(home.node, officer, spoken)

        return sent(program, options, said)

    parser = _added(verbs, room, row, run)
    _add_words(parser, row)
    add_hold(parser)
    add_sending(parser)
    return parser


def add_step(verbs: Subparsers, room: Table, row: Verb, take: Take) -> argparse.ArgumentParser:
    """Add the command of one step at home."""

    def run(program: Program, options: argparse.Namespace) -> int:
        return take(program, options, Step(row, given(row, options)))

    return _added(verbs, room, row, run)


def _added(verbs: Subparsers, room: Table, row: Verb, run: Run) -> argparse.ArgumentParser:
    words = row.summary
    parser = verb(verbs, row.name.rpartition("/")[2], f"{words[0].lower()}{words[1:]}", run)
    if not row.opens:
        add_matter(parser, room)
    for field in row.asks:
        add_field(parser, field)
    return parser


def _add_words(parser: argparse.ArgumentParser, row: Verb) -> None:
    if row.file:
        parser.add_argument(
            "file",
            type=Path,
            nargs="?" if row.file == table.MAY else None,
            metavar="FILE",
            help="JSON or YAML: see examples/answer.json",
        )
    if row.has_texts and row.file != table.MUST:
        translations.add_texts(parser, needed=row.needs_texts and not row.file)
        if any(one.name == _MARK for one in row.fields):
            return  # its words have the mark of what it says
        parser.add_argument(
            f"--{_MARK}",
            default=MARK_DEFAULT,
            metavar="MARK",
            help="handling mark of --text (default: %(default)s)",
        )


def add_matter(parser: argparse.ArgumentParser, room: Table) -> None:
    """Add the matter that it is about: where one is usual, another by `--name`."""
    if room.usual:
        parser.add_argument(
            "--name",
            dest="matter",
            default=room.usual,
            metavar="NAME",
            help=f"{room.named} (default: %(default)s)",
        )
        return
    parser.add_argument(
        "matter",
        metavar=(room.matter or room.noun).upper(),
        help=room.named,
    )


def typed(row: Verb, officer: Officer, options: argparse.Namespace) -> Words:
    """Return the words that were typed."""
    typed = translations.texts(options.text) if row.has_texts else {}
    mark = getattr(options, _MARK, "") or getattr(options, f"f_{_MARK}", "") or MARK_DEFAULT
    return say.words(row, officer, typed, key=options.key, is_held=options.hold, mark=mark)


def _has_file(options: argparse.Namespace) -> bool:
    return getattr(options, "file", None) is not None


def _require_once(options: argparse.Namespace) -> None:
    """Return if words are typed or in the file, and not both.

    Raises:
        Fault: `surfaces.option.text-twice`.
    """
    if _has_file(options) and getattr(options, "text", None):
        raise Fault(
            code="surfaces.option.text-twice",
            what="The words are in the file, and --text gives them again.",
            fix="Write them in the file, in each language, or leave the file out.",
        )
