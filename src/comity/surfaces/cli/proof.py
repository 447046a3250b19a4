"""`comity proof`: an act as a file that anybody can verify offline.

Floor: surfaces.
"""

import argparse

from comity.kernel.fault import Fault
from comity.node.room import nonanswer_proof, nonreceipt_proof, proof
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

_DESCRIPTION = """\
Write a C2SP tlog-proof of an act of this node or of a peer: that its sealed entry stands in
its author's log, under a head that the author signed and every other party has cosigned as
durably stored.  Among several parties one may be away for long: --signed-by names those whose
cosignatures are enough, and the proof then says nothing of what the others signed for.
The sealed entry travels in the file.  With --disclose its file key and
the bodies that it names go with it: whoever has the file then reads the act and what it says.
Verify it with `comity verify`, with tools/verify, or with any tool for C2SP tlog-proof.
With --non-answer: that another party signed for a request, and had not answered it when it signed
a later head.  Every act that it said in between is opened by the file, so that none can be the
answer; where acts on other matters are among them, this must be asked for.  What does not open here
stays closed, once its author has signed that it knew that.
With --non-receipt: that another party stored an act, and had signed no receipt for it when it
signed a later head.  That opens no act."""


def add_parser(subparsers: Subparsers) -> None:
    """Add the command."""
    parser = subparsers.add_parser(
        "proof", help="prove offline what was said and stored", description=_DESCRIPTION
    )
    add_home(parser)
    parser.add_argument(
        "act",
        nargs="?",
        metavar="ACT_ID",
        help="as `comity request show` prints it, its first characters will do; or any entry, as "
        "'ORIGIN#INDEX'",
    )
    parser.add_argument(
        "--of",
        default="",
        metavar="PARTY",
        help="the author of that act, where another State has used its id too",
    )
    add_out(parser, metavar="FILE.tlog-proof")
    parser.add_argument(
        "--disclose", action="store_true", help="add the entry's file key and its bodies"
    )
    parser.add_argument(
        "--signed-by",
        dest="by",
        action="append",
        default=[],
        metavar="PARTY",
        help="with the cosignatures of this party, while another has not signed; repeat for more",
    )
    _add_instead(parser)
    _add_who(parser)
    add_json(parser)
    parser.set_defaults(run=run)


def _add_instead(parser: argparse.ArgumentParser) -> None:
    """Add what is proven instead of an act, and how."""
    parser.add_argument(
        "--conviction",
        metavar="ORIGIN",
        help="instead of an act: the evidence that this log signed two histories",
    )
    parser.add_argument(
        "--non-answer",
        metavar="ID",
        help="instead of an act: that this request of ours was not answered",
    )
    parser.add_argument(
        "--non-receipt",
        metavar="ID",
        help="instead of an act: that this act of ours was stored and not received",
    )
    parser.add_argument(
        "--party",
        default="",
        metavar="PARTY",
        help="who has not answered or received, of several addressees",
    )
    parser.add_argument(
        "--until", metavar="TIME", help="by the first head signed at this time or later"
    )
    parser.add_argument(
        "--disclose-range",
        action="store_true",
        help="let the proof disclose acts on other matters that stand in between",
    )


def _add_who(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--as",
        dest="officer",
        type=officer_name,
        default=None,
        metavar="OFFICER",
        help="who asks: needed for an act's id, --disclose, --non-answer and --non-receipt, and "
        f"there else what {OFFICER} says",
    )
    add_token_file(parser)


def run(program: Program, options: argparse.Namespace) -> int:
    """Write one file."""
    named = [options.act, options.conviction, options.non_answer, options.non_receipt]
    if sum(one is not None for one in named) != 1:
        raise Fault(
            code="surfaces.cli.proof-of-what",
            what="A proof is of one act, of one convicted log, of one request without answer, or "
            "of one act without receipt.",
            fix="Give an act's id, --conviction ORIGIN, --non-answer ID or --non-receipt ID.",
        )
    files.require_absent(options.out)
    if options.non_answer is not None:
        return _non_answer(program, options)
    if options.non_receipt is not None:
        return _non_receipt(program, options)
    with program.open_home(options.home) as home:
        if options.conviction is not None:
            data = proof.conviction(home.node, options.conviction)
            files.write(options.out, data)
            program.show(
                {"file": str(options.out), "log": options.conviction},
                f"{options.out} convicts {options.conviction}.",
            )
            return EXIT_OK
        officer = signed_in(program, home, options) if is_asked_by_one(options) else None
        made = proof.make(
            home.node,
            options.act,
            officer,
            disclose=options.disclose,
            by=options.by,
            party=options.of,
        )
    files.write(options.out, made.proof, secret=options.disclose)
    program.show(
        {
            "file": str(options.out),
            "log": made.origin,
            "index": made.index,
            "size": made.size,
            "disclosed": options.disclose,
            "left_out": list(made.left_out),
            "facts": {name: [salt, value] for name, (salt, value) in made.facts.items()},
        },
        "\n".join(_told(options, made)),
    )
    return EXIT_OK


def is_asked_by_one(options: argparse.Namespace) -> bool:
    """Return whether an officer asks: they are named, or it takes one."""
    is_for_one = options.disclose or "#" not in options.act
    return bool(options.officer or (is_for_one and environment.of(options).officer))


def _non_answer(program: Program, options: argparse.Namespace) -> int:
    wanted = nonanswer_proof.Wanted(
        what=options.non_answer,
        party=options.party,
        until_ms=None if options.until is None else instants.read(options.until),
        is_range_disclosed=options.disclose_range,
        by=tuple(options.by),
    )
    with program.open_home(options.home) as home:
        made = nonanswer_proof.make(home.node, signed_in(program, home, options), wanted)
    files.write(options.out, made.data, secret=True)
    program.show(
        {
            "file": str(options.out),
            "act": made.act_id,
            "log": made.origin,
            "receipt": made.receipt_index,
            "size": made.size,
            "on_matter": made.on_matter,
            "others": made.others,
            "closed": list(made.closed),
        },
        f"{options.out} proves that {made.origin} signed for act {made.act_id} at entry "
        f"{made.receipt_index}, and holds no answer to it below its head of {made.size} entries.\n"
        f"It discloses the request, {made.on_matter} acts on the same matter and {made.others} on "
        "others: their codes, and the keys of their bodies.\n"
        f"{_closed(made)}"
        f"{_elsewhere(options, made.origin, made.size)}",
    )
    return EXIT_OK


def _non_receipt(program: Program, options: argparse.Namespace) -> int:
    with program.open_home(options.home) as home:
        officer = signed_in(program, home, options)
        made = nonreceipt_proof.make(home.node, officer, options.non_receipt, options.party)
    files.write(options.out, made.data)
    program.show(
        {
            "file": str(options.out),
            "log": made.act_log,
            "index": made.act_index,
            "addressee_log": made.origin,
            "size": made.size,
        },
        f"{options.out} proves that entry {made.act_index} of {made.act_log} was stored, "
        f"and that no receipt in {made.origin} covers it below a head of {made.size} entries.\n"
        "It discloses no act. To verify it elsewhere: comity policy --home "
        f"{typed(options.home)} > policy.txt",
    )
    return EXIT_OK


def _closed(made: nonanswer_proof.Made) -> str:
    if not made.closed:
        return ""
    return (
        f"Entries that do not open here stay closed in it: {', '.join(map(str, made.closed))}. "
        "Their author had signed that it knew, and showed no key; it can still show them.\n"
    )


def _told(options: argparse.Namespace, made: proof.Made) -> list[str]:
    lines = [
        (
            f"{options.out} proves entry {made.index} of {made.origin} "
            f"under its head of {made.size} entries."
        ),
    ]
    if made.facts:
        lines.append(
            "Its hashes are SHA-256 of a salt (hex) and a value; these are told beside it:"
        )
        lines += [f"  {name}: {salt} {value}" for name, (salt, value) in made.facts.items()]
    elif options.disclose:
        lines.append("It discloses the act: whoever has the file can read it.")
    lines += [f"Too large or not held, named by hash alone: {sha256}" for sha256 in made.left_out]
    return [*lines, _elsewhere(options, made.origin, made.size)]


def _elsewhere(options: argparse.Namespace, origin: str, size: int) -> str:
    by = "".join(f" --signed-by {party}" for party in options.by)
    return (
        f"To verify it elsewhere: comity policy --home {typed(options.home)} --log {origin} "
        f"--size {size}{by} > policy.txt"
    )
