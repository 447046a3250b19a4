"""`comity legal explain|decide|dry-run`: what the law of this State asks before anything leaves.

    comity legal explain DRAFT --home DIR --as OFFICER
    comity legal decide DRAFT --question legal-basis --verdict allows --home DIR --as COUNSEL
    comity legal dry-run new-profile.yaml --home DIR --as OFFICER

Nothing of this crosses the border.

Floor: surfaces.
"""

import argparse
from pathlib import Path
from typing import Final

from comity.domestic.legal.verbs import DECIDE, TABLE
from comity.kernel import limits
from comity.kernel.inadmissible import Inadmissible
from comity.node.desk import legal, legal_json
from comity.node.room.step import Step
from comity.surfaces.cli import files, legal_text
from comity.surfaces.cli.context import EXIT_OK, Program, Subparsers
from comity.surfaces.cli.officer_token import signed_in
from comity.surfaces.cli.request_send import say_no, verb
from comity.surfaces.cli.verb_command import add_matter, add_step

_LANGUAGES: Final = ("en", "zh")


def add_parser(subparsers: Subparsers) -> None:
    """Add `legal` and its verbs."""
    parser = subparsers.add_parser(
        "legal",
        help="see what the law asks, and record decisions of counsel",
        description=f"{TABLE.what['en']}. Nothing of this crosses the border.",
    )
    verbs = parser.add_subparsers(dest="verb", required=True, metavar="VERB")
    explain = verb(verbs, "explain", "say what has to be decided of a request or draft", _explain)
    add_matter(explain, TABLE)
    explain.add_argument("--lang", choices=_LANGUAGES, default="en", help="of questions (en)")
    add_step(verbs, TABLE, DECIDE, _decide)
    words = "list the acts that a changed nation profile would have stopped"
    dry_run = verb(verbs, "dry-run", words, _dry_run)
    dry_run.add_argument("file", type=Path, metavar="FILE", help="the profile, in YAML or JSON")


def _explain(program: Program, options: argparse.Namespace) -> int:
    with program.open_home(options.home) as home:
        officer = signed_in(program, home, options)
        found = legal.explain(home.node, officer, options.matter)
    program.show(legal_json.explained_json(found), legal_text.explained_text(found, options.lang))
    return EXIT_OK


def _decide(program: Program, options: argparse.Namespace, step: Step) -> int:
    with program.open_home(options.home) as home:
        officer = signed_in(program, home, options)
        decided = legal.take(home.node, officer, options.matter, step)
        if isinstance(decided, Inadmissible):
            return say_no(program, options, decided)
        left = legal.explain(home.node, officer, options.matter)
    program.show(
        {"decided": legal_json.decided_json(decided), "open": legal_json.open_questions(left)},
        legal_text.decided_text(decided, left),
    )
    return EXIT_OK


def _dry_run(program: Program, options: argparse.Namespace) -> int:
    with (
        files.reading(options.file, limits.WRITTEN_BYTES_MAX) as data,
        program.open_home(options.home) as home,
    ):
        officer = signed_in(program, home, options)
        found = legal.dry_run(home.node, officer, data, str(options.file))
    program.show(legal_json.stopped_json(found), legal_text.stopped_text(found))
    return EXIT_OK
