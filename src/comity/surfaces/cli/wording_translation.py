"""`comity wording export|import`: a text for the programs of translators, and back.

    comity wording export 3f1c --format xliff-2.1 --source en --target zh --out outcomes.xlf
    comity wording import 3f1c outcomes.xlf --home DIR --as ann

Floor: surfaces.
"""

import argparse
from pathlib import Path

from comity.acts.verb import Table
from comity.kernel.ijson import Json
from comity.kernel.inadmissible import Inadmissible
from comity.node.base.rows import Officer
from comity.node.room.act_words import Words
from comity.node.room.release import draft_store
from comity.rooms.wording import interchange, translation
from comity.rooms.wording.translation import Way
from comity.surfaces.cli import files, verb_command
from comity.surfaces.cli.context import EXIT_OK, Home, Program, Subparsers, add_out
from comity.surfaces.cli.officer_token import signed_in
from comity.surfaces.cli.request_send import add_hold, add_sending, say_no, sent, verb


def add(verbs: Subparsers, table: Table) -> None:
    """Add both commands."""
    out = verb(verbs, "export", "write a text for the programs of translators", _export)
    verb_command.add_matter(out, table)
    out.add_argument(
        "--format", choices=[*interchange.ENDS], default=interchange.XLIFF_12,
        help="of the file (default: %(default)s)",
    )  # fmt: skip
    for name, words in (("source", "that is translated"), ("target", "into which it is")):
        out.add_argument(f"--{name}", default="", metavar="LANG", help=f"language {words}")
    add_out(out)
    back = verb(verbs, "import", "table the paragraphs that a translator changed", _import)
    verb_command.add_matter(back, table)
    back.add_argument("file", type=Path, metavar="FILE", help="XLIFF, TMX or TBX")
    add_hold(back)
    add_sending(back)


def _export(program: Program, options: argparse.Namespace) -> int:
    files.require_absent(options.out)
    way = Way(options.format, options.source, options.target)
    with program.open_home(options.home) as home:
        officer = signed_in(program, home, options)
        found = translation.export(home.node, officer, options.matter, way)
    if isinstance(found, Inadmissible):
        return say_no(program, options, found)
    files.write(options.out, interchange.write(found, way.form))
    value: dict[str, Json] = {
        "file": str(options.out),
        "name": found.name,
        "format": way.form,
        "source": found.source,
        "targets": [*found.targets],
        "paragraphs": len(found.units),
    }
    told = f"{found.name}, {len(found.units)} paragraphs, {found.source} to {found.targets[0]}"
    program.show(value, f"{options.out}: {told}.")
    return EXIT_OK


def _import(program: Program, options: argparse.Namespace) -> int:
    data = files.read(options.file, interchange.FILE_BYTES_MAX)

    def said(home: Home, officer: Officer, options: argparse.Namespace) -> draft_store.Result:
        words = Words(key=options.key, is_held=options.hold)
        with files.naming(str(options.file), data):
            return translation.table(home.node, officer, options.matter, data, words)

    return sent(program, options, said)
