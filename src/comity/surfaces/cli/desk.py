"""`comity desk`: what arrived, which agency has it, who works on it, and what they wrote.

Nothing of this crosses.

Floor: surfaces.
"""

import argparse
from collections.abc import Callable

from comity.acts.urgencies import URGENCIES
from comity.domestic.duty.verbs import TABLE
from comity.kernel.inadmissible import Inadmissible
from comity.node.base.rows import Officer
from comity.node.desk.duty import as_json, intake, papers, routing, shifts, steps, work
from comity.node.desk.duty.change import Done
from comity.node.room.step import Step
from comity.surfaces.cli import desk_text as texts
from comity.surfaces.cli import request_text
from comity.surfaces.cli.context import (
    EXIT_OK,
    EXIT_REFUSED,
    Home,
    Program,
    Subparsers,
    add_home,
    add_json,
    add_officer,
    at_least,
)
from comity.surfaces.cli.officer_token import signed_in
from comity.surfaces.cli.verb_command import add_matter, add_step

_DESCRIPTION = """\
The duty desk of this State.  What arrives stands in the inbox of the contact point until it is
routed, by the rules of the nation profile or by hand; each agency assigns its part to an
officer, under a domestic term that ends before the answer is due to the State that asked.  Notes,
tasks and advice between agencies stand in the file of the matter.  Nothing of this crosses."""

type Run = Callable[[Home, Officer, argparse.Namespace], Done | Inadmissible]


def add_parser(subparsers: Subparsers) -> None:
    """Add the command and its verbs."""
    parser = subparsers.add_parser(
        "desk", help="take in, route, assign and hand over what arrives", description=_DESCRIPTION
    )
    verbs = parser.add_subparsers(required=True, metavar="VERB")
    _add_lists(verbs)
    _add_routing(verbs)
    _add_inquiries(verbs)
    _add_shift(verbs)


def _verb(
    verbs: Subparsers, name: str, words: str, run: Callable[..., int], *, of_file: bool = True
) -> argparse.ArgumentParser:
    parser = verbs.add_parser(name, help=words, description=f"{words[0].upper()}{words[1:]}.")
    if of_file:
        add_matter(parser, TABLE)
    add_home(parser)
    add_officer(parser)
    add_json(parser)
    parser.set_defaults(run=run)
    return parser


def _step(verbs: Subparsers, name: str, words: str, do: Run) -> argparse.ArgumentParser:
    return _verb(verbs, name, words, lambda program, options: _done(program, options, do))


def _add_lists(verbs: Subparsers) -> None:
    inbox = _verb(
        verbs,
        "inbox",
        "what arrived at the contact point and nobody routed, the most urgent first",
        run_inbox,
        of_file=False,
    )
    inbox.add_argument("--cross-border", action="store_true", help="only what is cross-border")
    listed = _verb(
        verbs, "work", "what is open at your agency, or with you", run_work, of_file=False
    )
    listed.add_argument("--mine", action="store_true", help="only what you have yourself")
    for parser in (inbox, listed):
        parser.add_argument("--after", default="", metavar="PLACE", help="go on after a page")
        parser.add_argument("--count", type=at_least(1), default=50, metavar="N", help="lines (50)")
    _verb(verbs, "file", "the whole domestic file of a matter", run_file)


def _add_routing(verbs: Subparsers) -> None:
    _verb(verbs, "explain", "to which agency a rule gives it, and why not to others", run_explain)
    for row in TABLE.verbs:
        add_step(verbs, TABLE, row, _take)
    _verb(
        verbs,
        "route-all",
        "give everything in the inbox for which a rule fits to its agency",
        run_route_all,
        of_file=False,
    )


def _take(program: Program, options: argparse.Namespace, step: Step) -> int:
    return _done(
        program,
        options,
        lambda home, officer, o: steps.take(home.node, officer, o.matter, step),
    )


def _add_inquiries(verbs: Subparsers) -> None:
    begin = _verb(
        verbs,
        "begin",
        "begin an inquiry at home, before anything is sent",
        run_begin,
        of_file=False,
    )
    begin.add_argument("title", metavar="TEXT", help="what it is about")
    begin.add_argument("--type", default="", metavar="TYPE", help="of the request it may become")
    begin.add_argument("--crime", default="", metavar="CRIME", help="crime type")
    begin.add_argument(
        "--urgency",
        default="routine",
        choices=URGENCIES,
        help="how urgent it is (%(default)s)",
    )
    mark = _step(
        verbs,
        "mark",
        "mark an inquiry as cross-border, or as domestic",
        lambda home, officer, o: papers.mark(
            home.node, officer, o.matter,
            crosses=not o.domestic, parties=o.parties, why=o.why,
        ),
    )  # fmt: skip
    mark.add_argument("--why", default="", metavar="TEXT", help="in words")
    mark.add_argument("--domestic", action="store_true", help="it concerns no other State")
    for parser in (begin, mark):
        parser.add_argument(
            "--with", dest="parties", action="append", default=[], metavar="PARTY",
            help="a State that it concerns; repeat for more",
        )  # fmt: skip
        parser.add_argument("--cross-border", action="store_true", help="it concerns another State")
    link = _step(
        verbs,
        "link",
        "say which request an inquiry became",
        lambda home, officer, o: papers.link(home.node, officer, o.matter, o.request),
    )
    link.add_argument("request", metavar="REQUEST", help="its id")


def _add_shift(verbs: Subparsers) -> None:
    parser = verbs.add_parser(
        "handover",
        help="hand the desk over, take it over, see who has it",
        description="The shift of your agency's desk. Who hands it over keeps it until the "
        "other officer says that they have it.",
    )
    turns = parser.add_subparsers(required=True, metavar="ACTION")
    give = _verb(
        turns, "give", "hand it over, with a note and all that is open", run_give, of_file=False
    )
    give.add_argument("to", metavar="OFFICER", help="who is to take it")
    give.add_argument("--note", required=True, metavar="TEXT", help="what they must know")
    take = _verb(turns, "take", "take it over", run_take, of_file=False)
    take.add_argument("--why", default="", metavar="TEXT", help="if nobody handed it to you")
    _verb(turns, "show", "who has it, and the last turns", run_shift, of_file=False)


def _refused(program: Program, no: Inadmissible) -> int:
    program.show(request_text.no_json(no), f"{no.what}\n{no.fix}\n[{no.rule}]")
    return EXIT_REFUSED


def _done(program: Program, options: argparse.Namespace, do: Run) -> int:
    """Take one step and show what it made of the file."""
    with program.open_home(options.home) as home:
        result = do(home, signed_in(program, home, options), options)
    if isinstance(result, Inadmissible):
        return _refused(program, result)
    program.show(as_json.done_json(result), texts.done_text(result))
    return EXIT_OK


def run_inbox(program: Program, options: argparse.Namespace) -> int:
    """Show what waits to be routed."""
    with program.open_home(options.home) as home:
        officer = signed_in(program, home, options)
        found = intake.inbox(
            home.node,
            officer,
            crossing=options.cross_border,
            after=options.after,
            count_max=max(1, min(options.count, 200)),
        )
    if isinstance(found, Inadmissible):
        return _refused(program, found)
    program.show(as_json.inbox_json(found), texts.inbox_text(found))
    return EXIT_OK


def run_work(program: Program, options: argparse.Namespace) -> int:
    """Show what is open."""
    with program.open_home(options.home) as home:
        officer = signed_in(program, home, options)
        listing = work.of_officer if options.mine else work.of_agency
        found = listing(home.node, officer, options.after, max(1, min(options.count, 200)))
    program.show(as_json.lines_json(found), texts.lines_text(found))
    return EXIT_OK


def run_file(program: Program, options: argparse.Namespace) -> int:
    """Show a file."""
    with program.open_home(options.home) as home:
        shown = papers.show(home.node, signed_in(program, home, options), options.matter)
    program.show(as_json.file_json(shown), texts.file_text(shown))
    return EXIT_OK


def run_explain(program: Program, options: argparse.Namespace) -> int:
    """Say where a rule sends it."""
    with program.open_home(options.home) as home:
        found = routing.explain(home.node, signed_in(program, home, options), options.matter)
    program.show(as_json.explained_json(found), texts.explained_text(found))
    return EXIT_OK


def run_route_all(program: Program, options: argparse.Namespace) -> int:
    """Route everything that a rule fits."""
    with program.open_home(options.home) as home:
        found = routing.route_all(home.node, signed_in(program, home, options))
    if isinstance(found, Inadmissible):
        return _refused(program, found)
    program.show(as_json.routed_json(found), texts.routed_text(found))
    return EXIT_OK


def run_begin(program: Program, options: argparse.Namespace) -> int:
    """Begin an inquiry."""
    inquiry = papers.Inquiry(
        title=options.title,
        type=options.type,
        crime=options.crime,
        urgency=options.urgency,
        parties=tuple(options.parties),
        crosses=options.cross_border,
    )
    return _done(
        program, options, lambda home, officer, _: papers.begin(home.node, officer, inquiry)
    )


def run_give(program: Program, options: argparse.Namespace) -> int:
    """Hand the desk over."""
    with program.open_home(options.home) as home:
        officer = signed_in(program, home, options)
        result = shifts.hand_over(home.node, officer, options.to, options.note)
    if isinstance(result, Inadmissible):
        return _refused(program, result)
    program.show(as_json.turn_json(result), texts.turn_text(result))
    return EXIT_OK


def run_take(program: Program, options: argparse.Namespace) -> int:
    """Take the desk over."""
    with program.open_home(options.home) as home:
        result = shifts.take_over(home.node, signed_in(program, home, options), options.why)
    if isinstance(result, Inadmissible):
        return _refused(program, result)
    program.show(as_json.turn_json(result), texts.turn_text(result))
    return EXIT_OK


def run_shift(program: Program, options: argparse.Namespace) -> int:
    """Show who has the desk."""
    with program.open_home(options.home) as home:
        desk = shifts.show(home.node, signed_in(program, home, options))
    program.show(as_json.desk_json(desk), texts.desk_text(desk))
    return EXIT_OK
