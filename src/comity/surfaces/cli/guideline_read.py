"""`comity guideline show`, `diff` and `list`: texts from files, or as a node holds them.

    comity guideline show FILE --lang zh --type preservation
    comity guideline show 3f1c --home DIR --as ann -o text.yaml
    comity guideline diff 3f1c 90aa --home DIR --as ann

Floor: surfaces.
"""

import argparse
from pathlib import Path
from typing import Final

from comity.acts.verb import WHERE
from comity.clocks import calendar_text
from comity.clocks.calendar import Calendar
from comity.joint.guideline.model import Guideline
from comity.joint.text.verbs import TABLE
from comity.kernel import diff, limits
from comity.kernel.fault import Fault, quoted
from comity.kernel.ijson import Json
from comity.node.base.rooms import Rooms, by_kind
from comity.rooms.guideline import desk
from comity.rooms.guideline.desk import as_json
from comity.rooms.guideline.desk import texts as reading
from comity.rooms.guideline.room import GUIDELINE
from comity.surfaces.cli import environment, files, guideline_print
from comity.surfaces.cli import guideline_text as texts
from comity.surfaces.cli.context import (
    EXIT_OK,
    EXIT_REFUSED,
    HOME,
    OFFICER,
    Home,
    Program,
    Subparsers,
    add_json,
    add_out,
    add_token_file,
)
from comity.surfaces.cli.empty_names import home_folder, officer_name
from comity.surfaces.cli.officer_token import signed_in
from comity.surfaces.cli.request_send import verb
from comity.surfaces.cli.verb_command import add_matter

_SHOW: Final = """\
Print a guideline for reading: its types of request, or with --type what one of them asks
for and how soon it is answered.  What rests on background knowledge says "to be verified".
With --home: what the parties have said of the text, or with WHAT one version of it."""

_DIFF: Final = """\
Say what changed from one text to another: types, elements and when they are needed, periods,
codes, words, each with its place.  With --home a text may be named by the beginning of its
hash or of its proposal.  Exits 0 if they say the same, 1 if they do not."""


_ROOMS: Final = by_kind((GUIDELINE,))
"""A text is read without a home too."""


def add(actions: Subparsers) -> None:
    """Add the verbs."""
    show = actions.add_parser("show", help="print one for reading", description=_SHOW)
    show.add_argument(
        "what", nargs="?", default="", metavar="WHAT",
        help="a file; with --home a version, by the beginning of its hash or proposal",
    )  # fmt: skip
    show.add_argument("--lang", default="en", metavar="LANG", help="one of its languages (en)")
    show.add_argument("--type", default="", metavar="ID", help="one type of request")
    show.add_argument("--shipped", action="store_true", help="the one that comes with comity")
    add_out(show, "write the YAML of the version there", is_required=False)
    _add_home(show)
    show.set_defaults(run=run_show)
    compare = actions.add_parser("diff", help="say what changed", description=_DIFF)
    compare.add_argument("old", metavar="OLD", help="a file, or with --home a version")
    compare.add_argument("new", metavar="NEW", help="likewise")
    compare.add_argument("--lang", default="en", metavar="LANG", help="en or zh (en)")
    _add_home(compare)
    compare.set_defaults(run=run_diff)
    verb(actions, "list", "list the joint texts, and what is in force of each", run_list)


def _add_home(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--home",
        type=home_folder,
        metavar="DIR",
        help=f"read what this node holds; for what is no file, else what {HOME} says",
    )
    parser.add_argument(
        "--as",
        dest="officer",
        type=officer_name,
        default=None,
        metavar="OFFICER",
        help=f"who reads what a node holds, else what {OFFICER} says",
    )
    add_token_file(parser)
    add_matter(parser, TABLE)
    parser.add_argument(
        "--channel", default="", metavar="PATH", help=(WHERE.hint or WHERE.words)["en"]
    )
    add_json(parser)


def run_list(program: Program, options: argparse.Namespace) -> int:
    """List the joint texts."""
    with program.open_home(options.home) as home:
        signed_in(program, home, options)
        found = desk.listing(home.node)
        text = guideline_print.list_text(found)
        program.show(as_json.list_json(found), text)
    return EXIT_OK


def run_show(program: Program, options: argparse.Namespace) -> int:
    """Print a text for reading, or what the parties have said of it."""
    is_here = options.shipped or Path(options.what).is_file()
    folder = options.home or (None if is_here else environment.of(options).home)
    if folder is None:
        data = desk.shipped(options.matter) if options.shipped else _file(options.what)
        return _show_text(program, options, data, options.what or "dialogue.yaml")
    with program.open_home(folder) as home:
        signed_in(program, home, options)
        stand = desk.find(home.node, options.matter, options.channel)
        if not (options.what or options.type or options.out):
            shown = reading.show(home.node, stand)
            program.show(as_json.shown_json(shown), guideline_print.shown_text(shown))
            return EXIT_OK
        data = _version(home, stand, options.what)
        return _show_text(program, options, data, options.matter, home.node.rooms)


def _show_text(
    program: Program,
    options: argparse.Namespace,
    data: bytes,
    name: str,
    rooms: Rooms = _ROOMS,
) -> int:
    if options.out is not None:
        files.write(options.out, data)
        program.show({"file": str(options.out)}, f"Wrote {options.out}.")
        return EXIT_OK
    with files.naming(name, data):
        text = desk.read(rooms, options.matter, data, name)
    if isinstance(text, Calendar):
        program.show(calendar_text.as_json(text), data.decode())
        return EXIT_OK
    if not isinstance(text, Guideline):
        program.show(text.as_json(), data.decode())
        return EXIT_OK
    language = _language(text, options.lang)
    if not options.type:
        program.show(as_json.guideline_json(text, language), texts.overview(text, language))
        return EXIT_OK
    kind = text.types.get(options.type)
    if kind is None:
        raise Fault(
            code="surfaces.guideline.type-unknown",
            what=f"The guideline has no request type {quoted(options.type)}.",
            fix=f"Use one of: {', '.join(text.types)}.",
        )
    program.show(as_json.type_json(text, kind, language), texts.type_text(text, kind, language))
    return EXIT_OK


def run_diff(program: Program, options: argparse.Namespace) -> int:
    """Say what changed from one text to another."""
    is_here = Path(options.old).is_file() and Path(options.new).is_file()
    folder = options.home or (None if is_here else environment.of(options).home)
    if folder is None:
        old, new = (_plain(options, _file(name), name) for name in (options.old, options.new))
    else:
        with program.open_home(folder) as home:
            signed_in(program, home, options)
            old, new = (_either(home, options, name) for name in (options.old, options.new))
    found = diff.changes(old, new)
    program.show(
        as_json.diff_json(found, (old, new), options.lang),
        guideline_print.diff_text(found, (old, new), options.lang),
    )
    return EXIT_REFUSED if found else EXIT_OK


def _either(home: Home, options: argparse.Namespace, name: str) -> Json:
    """Return a text of a file, or of a version that this node holds."""
    if Path(name).is_file():
        return _plain(options, _file(name), name, home.node.rooms)
    stand = desk.find(home.node, options.matter, options.channel)
    return _plain(options, _version(home, stand, name), name, home.node.rooms)


def _plain(options: argparse.Namespace, data: bytes, name: str, rooms: Rooms = _ROOMS) -> Json:
    with files.naming(name, data):
        return desk.plain(rooms, options.matter, data, name)


def _version(home: Home, stand: reading.Stand, what: str) -> bytes:
    now_ms = home.node.clock.now_ms()
    proposal = stand.proposal(what) if what else stand.adopted("", now_ms)
    return desk.data_of(home.node, proposal.sha256)


def _file(name: str) -> bytes:
    if not name:
        raise Fault(
            code="guideline.text.unclear",
            what="It is not clear which text is meant.",
            fix="Give a file, --shipped, or --home and the beginning of a version's hash.",
        )
    return files.read(Path(name), limits.WRITTEN_BYTES_MAX)


def _language(guideline: Guideline, asked: str) -> str:
    short = asked.partition("-")[0]
    for language in guideline.languages.text:
        if language == asked or language.partition("-")[0] == short:
            return language
    raise Fault(
        code="surfaces.guideline.language-unknown",
        what=f"The guideline has no text in {quoted(asked)}.",
        fix=f"Use one of: {', '.join(guideline.languages.text)}.",
    )
