"""`comity source add|pull|list|end`: feeds and lists at home, from which a State gives.

    comity source add --name 'National CERT' --kind taxii --url https://cert.example/taxii2/api/ \
        --collection 91a7b528-80eb-42ed-a74d-c6fbd5a26116 --secret-file token --home DIR --as ann
    comity source add resolvers.json --name 'Public resolvers' --kind warning-list --home DIR
    comity source pull ID --home DIR --as ann

Floor: surfaces.
"""

import argparse
from pathlib import Path
from typing import Final

from comity.domestic.share.source import KINDS, Source
from comity.kernel.ijson import Json
from comity.kernel.inadmissible import Inadmissible
from comity.kernel.printable import one_line
from comity.rooms.share import reading, sources
from comity.surfaces.cli import files
from comity.surfaces.cli.context import EXIT_OK, Program, Subparsers
from comity.surfaces.cli.officer_token import signed_in
from comity.surfaces.cli.request_send import say_no, verb
from comity.surfaces.cli.request_text import at, table

_SECRET_BYTES_MAX: Final = 600
_DESCRIPTION: Final = """\
Where a State's own knowledge of threats comes from: a collection of TAXII 2.1, a feed of MISP, a
file; and the lists by which objects are held back before they leave.  What is read leaves by
`comity share give --source` alone."""


def add_parser(subparsers: Subparsers) -> None:
    """Add the command and its verbs."""
    parser = subparsers.add_parser(
        "source", help="read feeds and lists at home", description=_DESCRIPTION
    )
    verbs = parser.add_subparsers(dest="verb", required=True, metavar="VERB")
    add = verb(verbs, "add", "add a source; a file is read at once", _add)
    add.add_argument("file", type=Path, nargs="?", metavar="FILE", help="instead of --url")
    add.add_argument("--name", required=True, metavar="TEXT", help="of it")
    kinds = "; ".join(f"{name}: {words['en']}" for name, words in KINDS.items())
    add.add_argument("--kind", required=True, choices=[*KINDS], help=kinds)
    add.add_argument("--url", default="", metavar="URL", help="of an API root, a feed or a file")
    add.add_argument("--collection", default="", metavar="ID", help="of TAXII")
    add.add_argument(
        "--secret-file", type=Path, metavar="FILE", help="with `user:password`, or a token"
    )
    pull = verb(verbs, "pull", "read what is new of a source", _pull)
    verb(verbs, "list", "list the sources of your agency, ended ones too", _list)
    end = verb(verbs, "end", "end a source, and drop what was read from it", _end)
    for one in (pull, end):
        one.add_argument("id", metavar="ID", help="as `comity source list` shows it")


def _add(program: Program, options: argparse.Namespace) -> int:
    file: Path | None = options.file
    data = files.read(file, reading.BYTES_MAX) if file else b""
    secret_file: Path | None = options.secret_file
    secret = files.read(secret_file, _SECRET_BYTES_MAX).decode("ascii", "replace").strip() \
        if secret_file else ""  # fmt: skip
    wanted = Source(
        "", options.name, options.kind, options.url, options.collection, secret, "", "", 0
    )
    with program.open_home(options.home) as home:
        officer = signed_in(program, home, options)
        made = sources.add(home.node, officer, wanted, data, is_here=True)
        if isinstance(made, Inadmissible):
            return say_no(program, options, made)
        with home.node.store.read() as tx:
            state = sources.state_of(tx, made.id)
    program.show(sources.as_json(made, state), f"The source {made.id} has {state.objects} objects.")
    return EXIT_OK


def _pull(program: Program, options: argparse.Namespace) -> int:
    with program.open_home(options.home) as home:
        officer = signed_in(program, home, options)
        done = sources.pull_one(home.node, officer, options.id)
    if isinstance(done, Inadmissible):
        return say_no(program, options, done)
    value: dict[str, Json] = {
        "id": options.id, "objects": done.objects, "left_out": done.left_out, "at_ms": done.at_ms,
    }  # fmt: skip
    left = f"; {done.left_out} could not be read" if done.left_out else ""
    program.show(value, f"It has {done.objects} objects{left}.")
    return EXIT_OK


def _list(program: Program, options: argparse.Namespace) -> int:
    with program.open_home(options.home) as home:
        found = sources.listing(home.node, signed_in(program, home, options))
    lines = [
        (one.id, one.kind, str(state.objects), at(state.at_ms) if state.at_ms else "-",
         state.problem or "-", one_line(one.name))
        for one, state in found
        if one.ended_ms is None
    ]  # fmt: skip
    head = ("id", "kind", "objects", "read", "problem", "name")
    text = table([head, *lines]) if lines else "No sources."
    program.show({"sources": sources.rows_json(found)}, text)
    return EXIT_OK


def _end(program: Program, options: argparse.Namespace) -> int:
    with program.open_home(options.home) as home:
        officer = signed_in(program, home, options)
        done = sources.end(home.node, officer, options.id)
    if isinstance(done, Inadmissible):
        return say_no(program, options, done)
    program.show({"id": done.id, "ended_ms": done.ended_ms}, f"{done.id} is ended.")
    return EXIT_OK
