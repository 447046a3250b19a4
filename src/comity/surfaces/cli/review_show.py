"""Figures by command: shown, gone into, taken away.

    comity review show --home DIR --as ann --from 2026-01-01 --to 2026-07-01
    comity review behind side/bb/timeliness/respond/clock/overdue --home DIR --as ann
    comity review print --home DIR --as ann -o figures.pdf
    comity review export --home DIR --as ann -o pack.zip

Floor: surfaces.
"""

import argparse
import difflib
from typing import Final

from comity.figures.drill_down import lasted
from comity.figures.figures import Period
from comity.kernel.fault import Fault, quoted
from comity.kernel.ijson import Json
from comity.kernel.inadmissible import Inadmissible
from comity.node.base.context import Node
from comity.node.base.rows import Officer
from comity.node.review import take
from comity.node.review.take import Taken, Wanted
from comity.rooms.review import agree, annex, as_json, figure_notes, figure_print, pack
from comity.surfaces.cli import files, instants, review_text
from comity.surfaces.cli.context import (
    EXIT_OK,
    Program,
    Subparsers,
    add_out,
)
from comity.surfaces.cli.officer_token import signed_in
from comity.surfaces.cli.request_send import say_no, verb

_LANGUAGES: Final = ("en", "zh")
_DIGITS_MAX: Final = 15
"""Of a number below 2^53."""

_SHOW: Final = """\
Show the figures of a period: how long requests took and how well they were made and answered.  All
nodes give the same at one cut of the logs and one instant, which every figure names.  Without a
period it is the half-year of today; without a cut the newest that every party has signed for.
Beneath stands what is not in it yet, and whose signature that waits for."""

_BEHIND: Final = """\
List the requests behind one figure, those that you may read.  Give the instant and the cut as
`comity review show --json` told them, or --snapshot, to see what that very figure rests on.  With
--least-ms and --below-ms it is one bar of the distribution of a time."""

_ANNEX: Final = """\
Show what this node alone knows beside the figures: how long the requests of a period took to each
domestic step, and how long own acts were on their way.  It stands in no digest, in no pack, and
nothing of it crosses.  For an auditor or the secretariat."""

_PRINT: Final = """\
Write the figures of all requests and of each side as a PDF, in English and Chinese, with the data
in it.  At one cut and instant every node gives the same figures; what stands beside them, as what
was agreed since, is in the digest of the data, which stands on every page."""

_EXPORT: Final = """\
Write the figures with the rows that they are computed from, the signed heads of the logs and the
hash of every entry, as one file that `comity review verify` checks without a node.  With --disclose
the acts themselves go with it: whoever has the file then reads them.  For an auditor or the
secretariat; `--disclose all` for an auditor."""


def add(verbs: Subparsers) -> None:
    """Add the verbs."""
    show = verb(verbs, "show", "show the figures of a period", _show)
    show.description = _SHOW
    show.add_argument("--group", default="all", metavar="GROUP", help="like side/bb (all)")
    show.add_argument("--csv", action="store_true", help="every figure as CSV, with definitions")
    show.add_argument("--lang", choices=_LANGUAGES, default="en", help="of the labels")
    behind = verb(verbs, "behind", "list the requests behind a figure", _behind)
    behind.description = _BEHIND
    behind.add_argument(
        "cell", metavar="CELL", help="address of the figure, like all/timeliness/respond/open"
    )
    for name, what in (("--least-ms", "so long or longer"), ("--below-ms", "shorter than that")):
        behind.add_argument(
            name, type=_milliseconds, metavar="MS",
            help=f"of a time: those alone that lasted, or have waited, {what}",
        )  # fmt: skip
    beside = verb(verbs, "annex", "show what this node alone knows beside figures", _annex)
    beside.description = _ANNEX
    paper = verb(verbs, "print", "write the figures as a PDF in both languages", _print)
    paper.description = _PRINT
    add_out(paper, metavar="FILE.pdf")
    export = verb(verbs, "export", "write figures, rows and proofs as one file", _export)
    export.description = _EXPORT
    add_out(export, metavar="FILE.zip")
    export.add_argument(
        "--disclose", action="append", default=[], metavar="ID",
        help="add the acts of this request, for whoever has the file to read; `all` for every one",
    )  # fmt: skip
    for one in (show, behind, beside, paper, export):
        add_wanted(one)
        one.add_argument("--at", metavar="TIME", help="the instant, with its zone; now without")
        one.add_argument(
            "--cut", action="append", default=[], metavar="LOG=SIZE",
            help="how many entries of a log; once for each log",
        )  # fmt: skip
        one.add_argument(
            "--snapshot", default="", metavar="SNAPSHOT",
            help="the period, instant and cut of this snapshot, instead of the others",
        )  # fmt: skip


def add_wanted(parser: argparse.ArgumentParser) -> None:
    """Add which period of which channel."""
    parser.add_argument(
        "--channel", default="", metavar="PATH", help="where this node has several arrangements"
    )
    parser.add_argument(
        "--from", dest="from_", metavar="DATE", help="first day, of UTC, like 2026-01-01"
    )
    parser.add_argument("--to", metavar="DATE", help="the day after the last, like 2026-07-01")
    parser.add_argument(
        "--before", metavar="DATE",
        help="first day of the period before; without: as many months, or as long; `none` for none",
    )  # fmt: skip


def wanted(node: Node, options: argparse.Namespace) -> Wanted:
    """Return which figures are asked for, with the instant of now.

    Raises:
        Fault: `surfaces.review.date`, `surfaces.review.half`.
    """
    now_ms = node.clock.now_ms()
    if (options.from_ is None) != (options.to is None):
        raise Fault(
            code="surfaces.review.half",
            what="A period has a first day and the day after its last.",
            fix="Give --from and --to, or neither for this half-year.",
        )
    period = take.period_of(now_ms)
    if options.from_ is not None:
        period = Period(instants.day_ms(options.from_), instants.day_ms(options.to))
    before: Period | None = period.preceding()
    if options.before is not None:
        is_none = options.before == "none"
        before = None if is_none else Period(instants.day_ms(options.before), period.from_ms)
    return Wanted(options.channel, period, before, now_ms)


def _wanted(node: Node, officer: Officer, options: argparse.Namespace) -> Wanted:
    if options.snapshot:
        return agree.wanted(node, officer, options.snapshot)
    one = wanted(node, options)
    cut = dict(_size(text) for text in options.cut) or None
    now_ms = one.now_ms if options.at is None else instants.read(options.at)
    return Wanted(one.channel, one.period, one.before, now_ms, cut)


def _milliseconds(text: str) -> int:
    if not (text.isascii() and text.isdecimal()) or len(text) > _DIGITS_MAX:
        raise argparse.ArgumentTypeError(f"{quoted(text)} is no whole number of milliseconds")
    return int(text)


def _size(text: str) -> tuple[str, int]:
    origin, _, size = text.rpartition("=")
    if not origin or not (size.isascii() and size.isdecimal()) or len(size) > _DIGITS_MAX:
        raise Fault(
            code="surfaces.review.cut",
            what=f"{quoted(text)} names no log and size.",
            fix="Write it like aa/xx/live/1=812, as `comity review show --json` gives it.",
        )
    return origin, int(size)


def _show(program: Program, options: argparse.Namespace) -> int:
    with program.open_home(options.home) as home:
        officer = signed_in(program, home, options)
        found = take.take(home.node, officer, _wanted(home.node, officer, options))
        if isinstance(found, Inadmissible):
            return say_no(program, options, found)
        _require_group(found, options.group)
        more = figure_notes.beside(home.node, officer, found)
        if options.csv:
            text = as_json.csv(found, more).rstrip("\n")
        else:
            text = review_text.figures_text(found, options.group, options.lang)
            text += review_text.beside_text(more, found, options.lang)
        program.show(as_json.as_json(found, more), text)
    return EXIT_OK


def _require_group(found: Taken, group: str) -> None:
    known = as_json.groups(found)
    if group in known:
        return
    near = difflib.get_close_matches(group, known, 1)
    raise Fault(
        code="surfaces.review.group",
        what=f"No figures of this period or the one before are of a group {quoted(group)}.",
        fix=(f"Did you mean `{near[0]}`? " if near else "")
        + f"Name one of these after --group: {', '.join(known) or 'none has figures'}.",
    )


def _behind(program: Program, options: argparse.Namespace) -> int:
    with program.open_home(options.home) as home:
        officer = signed_in(program, home, options)
        one = _wanted(home.node, officer, options)
        bar = lasted(options.least_ms, options.below_ms)
        found = take.behind(home.node, officer, one, options.cell, bar)
        if isinstance(found, Inadmissible):
            return say_no(program, options, found)
        program.show(as_json.behind_json(options.cell, found), review_text.behind_text(found))
    return EXIT_OK


def _annex(program: Program, options: argparse.Namespace) -> int:
    with program.open_home(options.home) as home:
        officer = signed_in(program, home, options)
        found = annex.annex(home.node, officer, _wanted(home.node, officer, options))
        if isinstance(found, Inadmissible):
            return say_no(program, options, found)
        program.show(annex.as_json(found), review_text.annex_text(found))
    return EXIT_OK


def _print(program: Program, options: argparse.Namespace) -> int:
    with program.open_home(options.home) as home:
        officer = signed_in(program, home, options)
        found = take.take(home.node, officer, _wanted(home.node, officer, options))
        if isinstance(found, Inadmissible):
            return say_no(program, options, found)
        paper = figure_print.printed(
            home.node, found, figure_notes.beside(home.node, officer, found)
        )
    pdf = program.letter(paper.data, paper.at_ms)
    files.write(options.out, pdf)
    program.show(
        {"file": str(options.out), "digest": paper.digest, "bytes": len(pdf)},
        f"Wrote {options.out}: digest of the data {paper.digest}.",
    )
    return EXIT_OK


def _export(program: Program, options: argparse.Namespace) -> int:
    files.require_absent(options.out)
    with program.open_home(options.home) as home:
        officer = signed_in(program, home, options)
        one = _wanted(home.node, officer, options)
        made = pack.make(home.node, officer, one, disclose=options.disclose)
        if isinstance(made, Inadmissible):
            return say_no(program, options, made)
    files.write(options.out, made.data, secret=bool(options.disclose))
    row: dict[str, Json] = {
        "file": str(options.out),
        "digest": made.digest,
        "rows": made.rows,
        "disclosed": made.disclosed,
        "without": [*made.without],
    }
    program.show(row, review_text.export_text(str(options.out), made))
    return EXIT_OK
