"""`comity case`: group the requests of one investigation, and agree where it stands.

    comity case open --own-reference FR-2026-17 --request 3f1c --home DIR --as ann
    comity case priority propose CASE --reason harm-goes-on --home DIR --as ann
    comity case report CASE --dialogue 2027-03 --next us=supply --next cn=answer
                       --text "Two are open." --text zh=两项请求尚未办结。 --home DIR --as ann

Floor: surfaces.
"""

import argparse
from collections.abc import Callable, Mapping, Sequence

from comity.joint.case import acts
from comity.joint.case.acts import Step
from comity.kernel.fault import Fault, quoted
from comity.node.base.rows import Officer
from comity.node.desk.case import as_json, read, say
from comity.node.room.act_words import Words
from comity.node.room.release import draft_store
from comity.node.room.request_file import at_ms
from comity.surfaces.cli import case_text, translations
from comity.surfaces.cli.context import EXIT_OK, Home, Program, Subparsers
from comity.surfaces.cli.officer_token import signed_in
from comity.surfaces.cli.request_send import add_hold, add_sending, sent, verb

type _Do = Callable[[say.Who, argparse.Namespace, Words], draft_store.Result]


def add_parser(subparsers: Subparsers) -> None:
    """Add `case` and its verbs."""
    parser = subparsers.add_parser(
        "case",
        help="group the requests of one investigation, and agree where it stands",
        description="Group the requests of one investigation, and agree where it stands.",
    )
    verbs = parser.add_subparsers(dest="verb", required=True, metavar="VERB")
    _add_opening(verbs)
    _add_grouping(verbs)
    _add_priority(verbs)
    _add_reporting(verbs)
    _add_closing(verbs)
    listed = verb(verbs, "list", "list the cases, what waits for you first", _list)
    listed.add_argument("--priority", action="store_true", help="only those of priority")
    _add_case(verb(verbs, "show", "show one case: its requests, priority and reports", _show))


def _add_case(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "case",
        metavar="CASE",
        help="its id or a file number; the beginning will do",
    )


def _said(
    verbs: Subparsers, name: str, words: str, do: _Do, *, needs_text: bool = False
) -> argparse.ArgumentParser:
    """Add a verb that says something of a case."""

    def run(program: Program, options: argparse.Namespace) -> int:
        def say(home: Home, officer: Officer, options: argparse.Namespace) -> draft_store.Result:
            who = home.node, officer, options.case
            return do(who, options, translations.words(officer, options))

        return sent(program, options, say)

    parser = verb(verbs, name, words, run)
    _add_case(parser)
    translations.add_texts(parser, needed=needs_text)
    add_hold(parser)
    add_sending(parser)
    return parser


def _add_code(
    parser: argparse.ArgumentParser, name: str, words: str, known: Mapping[str, object]
) -> None:
    parser.add_argument(
        name, required=True, choices=[*known], metavar="CODE",
        help=f"{words}; one of: {', '.join(known)}",
    )  # fmt: skip


def _add_opening(verbs: Subparsers) -> None:
    opened = verb(verbs, "open", "open a case, with requests in it or none yet", _open)
    opened.add_argument(
        "--own-reference", required=True, metavar="NUMBER", help="your file number of the case"
    )
    opened.add_argument("--crime-type", default="", metavar="CODE", help="as the guideline has it")
    opened.add_argument(
        "--request", action="append", default=[], metavar="ID", help="one that stands in it"
    )
    opened.add_argument(
        "--channel", default="", metavar="PATH", help="where this node has several arrangements"
    )
    translations.add_texts(opened)
    add_hold(opened)
    add_sending(opened)


def _open(program: Program, options: argparse.Namespace) -> int:
    def do(home: Home, officer: Officer, options: argparse.Namespace) -> draft_store.Result:
        opening = say.Opening(
            options.own_reference, options.crime_type, tuple(options.request), options.channel
        )
        return say.open_case(home.node, officer, opening, translations.words(officer, options))

    return sent(program, options, do)


def _add_grouping(verbs: Subparsers) -> None:
    group = _said(
        verbs, "group", "put requests in a case",
        lambda who, options, words: say.group(who, options.requests, words),
    )  # fmt: skip
    ungroup = _said(
        verbs, "ungroup", "take requests out of a case",
        lambda who, options, words: say.group(who, options.requests, words, is_out=True),
    )  # fmt: skip
    for parser in (group, ungroup):
        parser.add_argument("requests", nargs="+", metavar="REQUEST", help="id or file number")
    refer = _said(
        verbs, "reference", "give your own file number of a case",
        lambda who, options, words: say.refer(who, options.own_reference, words),
    )  # fmt: skip
    refer.add_argument("--own-reference", required=True, metavar="NUMBER", help="the number")


def _add_priority(verbs: Subparsers) -> None:
    parser = verbs.add_parser("priority", help="agree on the priority of a case")
    steps = parser.add_subparsers(dest="step", required=True, metavar="STEP")
    propose = _said(
        steps, "propose", "propose a level of priority",
        lambda who, o, words: say.propose_priority(who, o.level, o.reason, words),
    )  # fmt: skip
    propose.add_argument(
        "--level", default=acts.PRIORITY, choices=[*acts.LEVELS], metavar="LEVEL",
        help=f"one of: {', '.join(acts.LEVELS)} (default: %(default)s)",
    )  # fmt: skip
    _add_code(propose, "--reason", "why", acts.PRIORITY_REASONS)
    agree = _said(
        steps, "agree", "agree to a level that another State proposed",
        lambda who, o, words: say.agree_priority(who, words, o.about),
    )  # fmt: skip
    decline = _said(
        steps, "decline", "decline a level that another State proposed",
        lambda who, o, words: say.decline_priority(who, o.reason, words, o.about),
    )  # fmt: skip
    _add_code(decline, "--reason", "why", acts.PRIORITY_DECLINALS)
    for one in (agree, decline):
        _add_about(one, "the proposal")


def _add_about(parser: argparse.ArgumentParser, noun: str) -> None:
    parser.add_argument("--about", default="", metavar="ACT", help=f"{noun}, if not the newest")


def _add_reporting(verbs: Subparsers) -> None:
    report = _said(
        verbs, "report", "propose the joint status report of a case", _report, needs_text=True
    )
    report.add_argument("--dialogue", required=True, metavar="NAME", help="for which, like 2027-03")
    report.add_argument(
        "--next", action="append", default=[], required=True, metavar="PARTY=CODE",
        help=f"its next step; one of: {', '.join(acts.NEXT_STEPS)}",
    )  # fmt: skip
    report.add_argument(
        "--owner", action="append", default=[], metavar="PARTY=AGENCY", help="who takes it"
    )
    report.add_argument(
        "--due", action="append", default=[], metavar="PARTY=TIME",
        help="by when, like 2027-03-01T00:00:00Z",
    )  # fmt: skip
    report.add_argument(
        "--request", action="append", default=[], metavar="ID", help="of which it speaks, not all"
    )
    agree = _said(
        verbs, "agree", "agree to the status report of another State",
        lambda who, o, words: say.agree_report(who, words, o.about),
    )  # fmt: skip
    dispute = _said(
        verbs, "dispute", "dispute the status report of another State",
        lambda who, o, words: say.dispute_report(who, o.reason, words, o.about),
    )  # fmt: skip
    _add_code(dispute, "--reason", "why", acts.DISPUTES)
    for one in (agree, dispute):
        _add_about(one, "the report")


def _report(who: say.Who, options: argparse.Namespace, words: Words) -> draft_store.Result:
    owners, due = _pairs(options.owner), _pairs(options.due)
    nexts = _pairs(options.next)
    _require_steps(nexts, (owners, due))
    steps = tuple(
        Step(party, code, owners.get(party, ""), at_ms(due[party]) if party in due else None)
        for party, code in nexts.items()
    )
    reporting = say.Reporting(options.dialogue, steps, tuple(options.request))
    return say.report(who, reporting, words)


def _pairs(given: Sequence[str]) -> dict[str, str]:
    return {name: value for name, _, value in (one.partition("=") for one in given)}


def _require_steps(nexts: Mapping[str, str], others: Sequence[Mapping[str, str]]) -> None:
    """Return if each owner and date is that of a step.

    Raises:
        Fault: `surfaces.option.missing`.
    """
    lost = next((party for one in others for party in one if party not in nexts), None)
    if lost is not None:
        raise Fault(
            code="surfaces.option.missing",
            what=f"The next step of {quoted(lost)} is missing.",
            fix=f"Give it with --next {lost}=CODE.",
        )


def _add_closing(verbs: Subparsers) -> None:
    close = _said(
        verbs, "close", "close a case",
        lambda who, o, words: say.close(who, o.reason, words),
    )  # fmt: skip
    _add_code(close, "--reason", "why", acts.CLOSINGS)
    reopen = _said(
        verbs, "reopen", "take a case up again",
        lambda who, o, words: say.reopen(who, o.reason, words),
    )  # fmt: skip
    _add_code(reopen, "--reason", "why", acts.REOPENINGS)


def _list(program: Program, options: argparse.Namespace) -> int:
    with program.open_home(options.home) as home:
        officer = signed_in(program, home, options)
        found = read.listing(home.node, officer, only_priority=options.priority)
        value = as_json.list_json(found, home.node.party)
        program.show(value, case_text.list_text(found, home.node.party))
    return EXIT_OK


def _show(program: Program, options: argparse.Namespace) -> int:
    with program.open_home(options.home) as home:
        officer = signed_in(program, home, options)
        found = read.show(home.node, officer, options.case)
        program.show(as_json.shown_json(found, home.node.party), case_text.shown_text(found))
    return EXIT_OK
