"""`comity legal explain|decide|dry-run`: what the law of this State asks before anything leaves.

    comity legal explain DRAFT --home DIR --as OFFICER
    comity legal decide DRAFT legal-basis allows --named mlaa --home DIR --as COUNSEL
    comity legal dry-run new-profile.yaml --home DIR --as OFFICER

Nothing of this crosses the border.

Floor: surfaces.
"""

import argparse
from pathlib import Path
from typing import Final

from comity.domestic.legal.acts import VERDICTS, Choice
from comity.kernel import limits
from comity.kernel.inadmissible import Inadmissible
from comity.node.desk import legal, legal_json
from comity.node.desk.legal import Given
from comity.surfaces.cli import files, legal_text
from comity.surfaces.cli.context import EXIT_OK, Program, Subparsers
from comity.surfaces.cli.officer_token import signed_in
from comity.surfaces.cli.request_send import say_no, verb

_LANGUAGES: Final = ("en", "zh")


def add_parser(subparsers: Subparsers) -> None:
    """Add `legal` and its verbs."""
    parser = subparsers.add_parser(
        "legal",
        help="see what the law asks, and record decisions of counsel",
        description="See what the nation profile asks before a request is executed or something "
        "leaves, and record the decisions. Nothing of this crosses the border.",
    )
    verbs = parser.add_subparsers(dest="verb", required=True, metavar="VERB")
    explain = verb(verbs, "explain", "say what has to be decided of a request or draft", _explain)
    _add_subject(explain)
    explain.add_argument("--lang", choices=_LANGUAGES, default="en", help="of questions (en)")
    decide = verb(verbs, "decide", "record a decision of counsel", _decide)
    _add_subject(decide)
    decide.add_argument("question", metavar="QUESTION", help="as `explain` prints it")
    decide.add_argument("verdict", choices=VERDICTS, help="a ground that applies stops")
    decide.add_argument("--named", default="", metavar="ID", help="the legal basis or instrument")
    decide.add_argument("--number", default="", metavar="TEXT", help="of the instrument")
    decide.add_argument(
        "--condition", action="append", default=[], metavar="CODE", help="that goes with it"
    )
    decide.add_argument("--note", default="", metavar="TEXT", help="why; stays at home")
    decide.add_argument(
        "--content", default="", metavar="HASH", help="that was read, as `explain --json` shows it"
    )
    words = "list the acts that a changed nation profile would have stopped"
    dry_run = verb(verbs, "dry-run", words, _dry_run)
    dry_run.add_argument("file", type=Path, metavar="FILE", help="the profile, in YAML or JSON")


def _add_subject(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "id", metavar="ID", help="of a request of another State, or of a draft of ours"
    )


def _explain(program: Program, options: argparse.Namespace) -> int:
    with program.open_home(options.home) as home:
        officer = signed_in(program, home, options)
        found = legal.explain(home.node, officer, options.id)
    program.show(legal_json.explained_json(found), legal_text.explained_text(found, options.lang))
    return EXIT_OK


def _decide(program: Program, options: argparse.Namespace) -> int:
    choice = Choice(
        options.verdict, options.named, options.number, tuple(options.condition), options.note
    )
    with program.open_home(options.home) as home:
        officer = signed_in(program, home, options)
        read = Given(options.content)
        decided = legal.decide(home.node, officer, options.id, options.question, choice, read)
        if isinstance(decided, Inadmissible):
            return say_no(program, options, decided)
        left = legal.explain(home.node, officer, options.id)
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
