"""`comity log export`: the local log for an auditor, with head, cosignatures and proofs.

    comity log export --home DIR -o local.log
    comity log export --home DIR -o local.log --as eve --facts officer --facts 12:reason
    comity log export --home DIR -o local.log --from 2026-11-01 --to 2026-12-01 --step custody
    comity verify local.log --policy policy.txt

Floor: surfaces.
"""

import argparse

from comity.domestic.locallog.entry import ALL, Part
from comity.kernel import ijson
from comity.kernel.fault import Fault
from comity.kernel.inadmissible import Inadmissible
from comity.node.room import local_log_export
from comity.surfaces.cli import environment, files, instants
from comity.surfaces.cli.context import (
    EXIT_OK,
    OFFICER,
    Program,
    Subparsers,
    add_home,
    add_json,
    add_out,
    add_token_file,
)
from comity.surfaces.cli.empty_names import officer_name
from comity.surfaces.cli.files import typed
from comity.surfaces.cli.officer_token import signed_in
from comity.surfaces.cli.request_send import say_no

_DESCRIPTION = """\
Write the local log: its newest signed head with every cosignature, and each entry below it
with the path that proves it.  Entries hold codes and salted hashes.  An auditor of the node
(role `auditor`) may disclose facts with their salts: by the index of an entry, by name, by
INDEX:NAME, or all; that they did is a step of the log.  Of some days or of one kind of step it is
a part of the log.  `comity verify` checks the file offline, and says of a part that it is one."""


def add_parser(subparsers: Subparsers) -> None:
    """Add `log` and its verb."""
    parser = subparsers.add_parser("log", help="take the local log to an auditor")
    verbs = parser.add_subparsers(dest="verb", required=True, metavar="VERB")
    export = verbs.add_parser(
        "export", help="write the local log with its proofs", description=_DESCRIPTION
    )
    add_home(export)
    add_out(export, "the file to write, else it is printed", is_required=False)
    export.add_argument(
        "--facts",
        action="append",
        default=[],
        metavar="WHICH",
        help="disclose these: INDEX, NAME, INDEX:NAME or all; may be given more than once",
    )
    export.add_argument(
        "--from", dest="from_", metavar="DATE", help="first day, of UTC, like 2026-01-01"
    )
    export.add_argument("--to", metavar="DATE", help="the day after the last, like 2026-07-01")
    export.add_argument(
        "--step", default="", metavar="CODE", help="steps of this code, or of a group like custody"
    )
    export.add_argument(
        "--as",
        dest="officer",
        type=officer_name,
        default=None,
        metavar="OFFICER",
        help=f"who discloses facts, else what {OFFICER} says",
    )
    add_token_file(export)
    add_json(export)
    export.set_defaults(run=_export)


def _export(program: Program, options: argparse.Namespace) -> int:
    is_named = options.officer or (options.facts and environment.of(options).officer)
    if bool(options.facts) != bool(is_named):
        raise Fault(
            code="surfaces.option.missing",
            what="Facts are disclosed by an officer, and an officer is named for nothing else.",
            fix="Give --facts with --as OFFICER, or neither.",
        )
    part = Part(
        options.step,
        None if options.from_ is None else instants.day_ms(options.from_),
        None if options.to is None else instants.day_ms(options.to),
    )
    if options.out:
        files.require_absent(options.out)
    with program.open_home(options.home) as home:
        officer = signed_in(program, home, options) if is_named else None
        made = local_log_export.make(home.node, officer, options.facts, part)
        if isinstance(made, Inadmissible):
            return say_no(program, options, made)
        if options.out is None:
            lines = [*made.lines]
            told = b"".join(lines).decode().rstrip("\n")
            program.show({"lines": [ijson.parse(line[:-1]) for line in lines]}, told)
            return EXIT_OK
        files.write_lines(options.out, made.lines, secret=bool(options.facts))
    program.show(
        {"file": str(options.out), "log": made.origin, "size": made.size, "left_out": made.rest},
        f"{options.out} has {'the' if part == ALL else 'what was chosen of the'} {made.size} "
        f"entries of {made.origin} that its newest head covers."
        + (f"\n{made.rest} newer ones are not signed yet." if made.rest else "")
        + f"\nTo verify it elsewhere: comity policy --home {typed(options.home)} "
        f"--log {made.origin} > policy.txt",
    )
    return EXIT_OK
