"""Agreeing on figures by command, and checking a pack of them.

    comity review snapshot --home DIR --as ann --from 2026-01-01 --to 2026-07-01
    comity review concur SNAPSHOT --home DIR --as ann
    comity review verify pack.zip --policy policy.txt

Floor: surfaces.
"""

import argparse
from pathlib import Path
from typing import Final

from comity.joint.review.verbs import TABLE
from comity.kernel.inadmissible import Inadmissible
from comity.node.base.rows import Officer
from comity.node.room.release import draft_store
from comity.rooms.review import agree, changes, pack_check
from comity.surfaces.cli import files, review_text, translations
from comity.surfaces.cli.context import (
    EXIT_OK,
    EXIT_REFUSED,
    Home,
    Program,
    Subparsers,
    add_json,
)
from comity.surfaces.cli.officer_token import signed_in
from comity.surfaces.cli.request_send import add_hold, add_sending, say_no, sent, verb
from comity.surfaces.cli.review_show import add_wanted, wanted
from comity.surfaces.cli.verb_command import add_matter
from comity.surfaces.cli.verify import policies_in

PACK_BYTES_MAX: Final = 2 << 30

_SNAPSHOT: Final = """\
Compute the figures of a period now, at the newest cut that every party has signed for, and name
them to the other States: period, instant, cut and digest, the figures sealed beside."""

_CONCUR: Final = """\
Compute the figures of a snapshot of another State from the logs held here, and answer: the same,
or else another digest with the cells that differ and the acts behind them.  What is answered
follows from what was computed.  With --look it is shown and nothing is said."""

_SINCE: Final = """\
Compute the period of a snapshot again at the newest cut and now, and show which figures moved, by
which requests and by which of their acts.  What was agreed stands: acts that arrive late, and time,
change figures of today alone."""

_VERIFY: Final = """\
Check a pack that `comity review export` wrote, offline, without a home: that its rows give its
figures and its digest, that the logs hold the acts that the rows name, under heads that the parties
signed; and where acts are disclosed, that they give the rows.  Exits 0 only if all of it holds."""


def add(verbs: Subparsers) -> None:
    """Add the verbs."""
    verb(verbs, "list", "list the snapshots, and who has found the same", _list)
    later = verb(verbs, "since", "show what came of a snapshot since it was named", _since)
    later.description = _SINCE
    add_matter(later, TABLE)
    snapshot = verb(verbs, "snapshot", "name the figures of a period to the others", _snapshot)
    snapshot.description = _SNAPSHOT
    add_wanted(snapshot)
    translations.add_texts(snapshot)
    concur = verb(verbs, "concur", "compute a snapshot here, and answer it", _concur)
    concur.description = _CONCUR
    add_matter(concur, TABLE)
    concur.add_argument("--look", action="store_true", help="show what would be answered")
    translations.add_texts(concur)
    for parser in (snapshot, concur):
        add_hold(parser)
        add_sending(parser)
    verify = verbs.add_parser("verify", help="check a pack offline", description=_VERIFY)
    verify.add_argument(
        "file", type=Path, metavar="PACK", help="as `comity review export` wrote it"
    )
    verify.add_argument(
        "--policy", type=Path, metavar="FILE", help="whose keys are trusted; none without"
    )
    add_json(verify)
    verify.set_defaults(run=_verify)


def _list(program: Program, options: argparse.Namespace) -> int:
    with program.open_home(options.home) as home:
        officer = signed_in(program, home, options)
        found = agree.listing(home.node, officer)
        if isinstance(found, Inadmissible):
            return say_no(program, options, found)
        program.show(agree.listed_json(found), review_text.listed_text(found))
    return EXIT_OK


def _snapshot(program: Program, options: argparse.Namespace) -> int:
    def do(home: Home, officer: Officer, options: argparse.Namespace) -> draft_store.Result:
        words = translations.words(officer, options)
        return agree.snapshot(home.node, officer, wanted(home.node, options), words)

    return sent(program, options, do)


def _concur(program: Program, options: argparse.Namespace) -> int:
    if options.look:
        return _look(program, options)

    def do(home: Home, officer: Officer, options: argparse.Namespace) -> draft_store.Result:
        words = translations.words(officer, options)
        return agree.answer(home.node, officer, options.matter, words)

    return sent(program, options, do)


def _look(program: Program, options: argparse.Namespace) -> int:
    with program.open_home(options.home) as home:
        officer = signed_in(program, home, options)
        found = agree.compared(home.node, officer, options.matter)
        if isinstance(found, Inadmissible):
            return say_no(program, options, found)
        program.show(agree.compared_json(found), review_text.compared_text(found))
    return EXIT_OK if found.is_same else EXIT_REFUSED


def _since(program: Program, options: argparse.Namespace) -> int:
    with program.open_home(options.home) as home:
        officer = signed_in(program, home, options)
        found = changes.since(home.node, officer, options.matter)
        if isinstance(found, Inadmissible):
            return say_no(program, options, found)
        program.show(changes.since_json(found), review_text.since_text(found))
    return EXIT_OK


def _verify(program: Program, options: argparse.Namespace) -> int:
    trusted = policies_in(options.policy) if options.policy else []
    data = files.read(options.file, PACK_BYTES_MAX)
    with files.said_of(options.file, "review.pack."):
        verdict = pack_check.check(data, trusted, program.paper)
    file = str(options.file)
    program.show(review_text.verdict_json(file, verdict), review_text.verdict_text(file, verdict))
    return EXIT_OK if verdict.holds else EXIT_REFUSED
