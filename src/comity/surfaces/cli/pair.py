"""`comity pair offer|accept|confirm`: become parties of one arrangement.

    a: comity pair offer --home A --with bb -o offer.txt            offer.txt to b
    b: comity pair accept --home B offer.txt -o accept.txt          accept.txt to a
    a: comity pair confirm --home A accept.txt -o confirm.txt       confirm.txt to b
    both: comity pair confirm --home … confirm.txt                  prints the code; telephone
    both: comity pair confirm --home … confirm.txt --code XXXX-XXXX

Floor: surfaces.
"""

import argparse
from collections.abc import Sequence
from pathlib import Path

from comity.joint.arrangement import arrangement as arrangements
from comity.joint.arrangement import card as cards
from comity.joint.arrangement import pairing as texts
from comity.joint.arrangement import view
from comity.joint.arrangement.pairing import Pairing
from comity.kernel.fault import Fault, path_quoted, quoted
from comity.kernel.ijson import Json
from comity.node.base import profile as profiles
from comity.node.base.sentence import Sentence
from comity.node.exchange import lookalike, pairing
from comity.node.operate import operator_steps
from comity.surfaces.cli import files, own_options
from comity.surfaces.cli.context import (
    EXIT_OK,
    Home,
    Program,
    Subparsers,
    add_home,
    add_json,
    add_out,
)
from comity.surfaces.cli.files import typed


def add_parser(subparsers: Subparsers) -> None:
    """Add the command and its three verbs."""
    parser = subparsers.add_parser("pair", help="become parties of one arrangement")
    verbs = parser.add_subparsers(required=True, metavar="VERB")
    offer = verbs.add_parser(
        "offer",
        help="offer an arrangement to one or more States",
        description="Make the root key and the first card of a new arrangement, and write an "
        "offer for the other parties. It commits to the card without showing it.",
    )
    offer.add_argument(
        "--with",
        dest="others",
        action="append",
        required=True,
        metavar="PARTY",
        help="the other party; repeat for more, in the order to be fixed after your own",
    )
    offer.add_argument(
        "--room",
        dest="rooms",
        action="append",
        default=[],
        metavar="ROOM",
        help="a room that the arrangement adopts; repeat for more; all if none is named; another "
        "can be adopted later with `comity room adopt`",
    )
    offer.set_defaults(run=run_offer)
    accept = verbs.add_parser(
        "accept",
        help="accept the offer of another State",
        description="Make the root key and the first card of the arrangement that another State "
        "offers, and write the acceptance that goes back to it.",
    )
    accept.add_argument("file", type=Path, metavar="OFFER", help="the file that it sent")
    accept.set_defaults(run=run_accept)
    for verb in (offer, accept):
        _add_own(verb)
    _add_confirm(verbs)


def _add_own(verb: argparse.ArgumentParser) -> None:
    """Add what a party says when it takes part."""
    add_home(verb)
    add_out(verb, "the file to send; it must not be there yet")
    verb.add_argument(
        "--endpoint", metavar="URL", help="where peers reach this node, if it has moved"
    )
    verb.add_argument(
        "--root",
        type=Path,
        metavar="FILE",
        help="where the new root key is written; beside the home if not given",
    )
    add_json(verb)


def _add_confirm(verbs: Subparsers) -> None:
    confirm = verbs.add_parser(
        "confirm",
        help="open an offer to those who accepted, or compare codes and keep the pairing",
        description="With the acceptances of all other parties: write the confirmation that opens "
        "the offer. With a confirmation: print the fingerprints and the code to be read over the "
        "telephone; with --code as well: compare, and only then keep the pairing.",
    )
    confirm.add_argument(
        "files",
        type=Path,
        nargs="+",
        metavar="FILE",
        help="the acceptance of each other party, or one confirmation",
    )
    add_out(confirm, "the confirmation to send to the others", is_required=False)
    confirm.add_argument("--code", metavar="XXXX-XXXX", help="as the other party read it to you")
    confirm.set_defaults(run=run_confirm)
    add_home(confirm)
    add_json(confirm)


def run_offer(program: Program, options: argparse.Namespace) -> int:
    """Write an offer."""
    files.require_writable(options.out)
    with program.open_home(options.home) as home:
        if home.node.party in options.others:
            raise Fault(
                code="surfaces.pair.own-party",
                what=f"{quoted(home.node.party)} after --with is this node itself.",
                fix="Name the other party, by the id that its operator gave to `comity init "
                "--party`; your own is added.",
            )
        own_options.require_none(
            [
                *own_options.party("--with", options.others, taken=[home.node.party]),
                *own_options.endpoint(options.endpoint),
            ]
        )
        parties = arrangements.require_parties((home.node.party, *options.others))
        _move(home, options)
        arrangement_id = pairing.new_arrangement_id(home.node)
        pairing.require_ready(home.node, arrangement_id)
        path = _root_path(options, arrangement_id)
        root = home.keymaker.make_root(path, home.node.party, arrangement_id)
        text = pairing.offer(home.node, home.keymaker, root, parties, options.rooms)
    files.write(options.out, text)
    others = ", ".join(options.others)
    program.show(
        {"arrangement": arrangement_id, "file": str(options.out), "root": str(path)},
        f"{options.out} offers an arrangement to {others}: send it to each.\n"
        f"{_move_away(path)}\n"
        f"Next: comity pair confirm --home {typed(options.home)} ACCEPT… -o confirm.txt",
    )
    return EXIT_OK


def run_accept(program: Program, options: argparse.Namespace) -> int:
    """Write an acceptance."""
    own_options.require_none(own_options.endpoint(options.endpoint))
    offered = files.read(options.file, texts.TEXT_BYTES_MAX)
    if _kind(options.file, offered) != texts.OFFER_HEADER:
        raise Fault(
            code="surfaces.pair.files",
            what=f"The file {path_quoted(options.file)} is no offer.",
            fix="Accept an offer; an acceptance or a confirmation goes to `comity pair confirm`.",
        )
    with files.said_of(options.file):
        parsed = texts.parse_offer(offered)
    with program.open_home(options.home) as home:
        pairing.require_addressed(home.node, parsed)
        files.require_writable(options.out)
        path = _root_path(options, parsed.arrangement)
        text = pairing.accepted(home.node, offered)
        if text is None:
            _move(home, options)
            pairing.require_ready(home.node, parsed.arrangement)
            root = home.keymaker.make_root(path, home.node.party, parsed.arrangement)
            text = pairing.accept(home.node, home.keymaker, root, offered)
    files.write(options.out, text)
    program.show(
        {"arrangement": parsed.arrangement, "file": str(options.out), "root": str(path)},
        f"{options.out} accepts the offer of {parsed.offerer}: send it back.\n"
        f"{_move_away(path)}\n"
        "Next, with the file that it sends then: "
        f"comity pair confirm --home {typed(options.home)} FILE",
    )
    return EXIT_OK


def run_confirm(program: Program, options: argparse.Namespace) -> int:
    """Open our offer, show the code of a confirmation, or keep it once the code agrees."""
    given = [files.read(path, texts.TEXT_BYTES_MAX) for path in options.files]
    kinds = set(map(_kind, options.files, given))
    with program.open_home(options.home) as home:
        if kinds == {texts.ACCEPT_HEADER}:
            return _open_offer(program, options, home, given)
        if kinds != {texts.CONFIRM_HEADER} or len(given) != 1:
            raise Fault(
                code="surfaces.pair.files",
                what="These files are neither acceptances nor one confirmation.",
                fix="Accept an offer first: `comity pair accept`."
                if kinds == {texts.OFFER_HEADER}
                else "Give the files of all who accepted, or the one file of who confirmed.",
            )
        if options.code is None:
            found = pairing.preview(home.node, given[0])
            doubts = lookalike.told(home.node, found)
            told = _told(found, options, options.files[0], doubts)
            program.show(_object(found, doubts, saved=False), told)
        else:
            found = operator_steps.pair(home.node, given[0], options.code)
            doubts = lookalike.told(home.node, found)
            program.show(_object(found, doubts, saved=True), _saved(found, options))
    return EXIT_OK


def _kind(path: Path, text: bytes) -> str:
    try:
        return texts.kind_of(text)
    except Fault as fault:
        raise Fault(
            code=fault.code,
            what=f"{path_quoted(path)}: {fault.what}",
            fix="Name the file that the other party sent; if it is that, ask for it again.",
        ) from fault


def _move(home: Home, options: argparse.Namespace) -> None:
    if options.endpoint:
        profiles.move(home.node, options.endpoint)


def _open_offer(
    program: Program, options: argparse.Namespace, home: Home, accepts: list[bytes]
) -> int:
    pairing.answered(home.node, accepts)
    if options.out is None:
        raise Fault(
            code="surfaces.pair.output",
            what="The confirmation for the other parties needs a file.",
            fix="Give -o confirm.txt and send that file to each.",
        )
    files.require_writable(options.out)
    text = pairing.confirm(home.node, accepts)
    found = pairing.preview(home.node, text)
    doubts = lookalike.told(home.node, found)
    files.write(options.out, text)
    program.show(
        {**_object(found, doubts, saved=False), "file": str(options.out)},
        f"{options.out} opens the offer: send it to each party.\n"
        + _told(found, options, options.out, doubts),
    )
    return EXIT_OK


def _told(
    found: Pairing, options: argparse.Namespace, file: Path, doubts: Sequence[Sentence]
) -> str:
    return (
        _annex(found)
        + "".join(f"\n\nWarning: {one}" for one in doubts)
        + f"\n\nCode: {found.code}\n"
        + "Call the other parties on a number that you know, and let them read their code.\n"
        + "If it is the same, keep the pairing:\n"
        + f"  comity pair confirm --home {typed(options.home)} {typed(file)} --code XXXX-XXXX"
    )


def _saved(found: Pairing, options: argparse.Namespace) -> str:
    return (
        _annex(found)
        + "\n\nThe code agrees; the arrangement stands.\n"
        + f"Next: comity serve --home {typed(options.home)}"
    )


def _annex(found: Pairing) -> str:
    """Return parties and fingerprints, as they can be printed for an annex."""
    lines = [f"Arrangement {found.arrangement.id}"]
    for root in found.arrangement.parties:
        name = view.name_in(cards.parse(found.cards[root.party]).names, "en")
        print_ = arrangements.fingerprint(root)
        half = len(print_) // 2
        lines += [
            f"  {root.party}  {name}",
            f"      {print_[:half]}",
            f"      {print_[half + 1 :]}",
        ]
    return "\n".join(lines)


def _object(found: Pairing, doubts: Sequence[Sentence], *, saved: bool) -> dict[str, Json]:
    return {
        "arrangement": found.arrangement.id,
        "code": found.code,
        "saved": saved,
        "parties": [
            {"party": root.party, "fingerprint": arrangements.fingerprint(root)}
            for root in found.arrangement.parties
        ],
        "warnings": [str(one) for one in doubts],
    }


def _root_path(options: argparse.Namespace, arrangement_id: str) -> Path:
    home: Path = options.home
    given: Path | None = options.root
    return given or home.with_name(f"{home.name}.{arrangement_id[:8]}.root")


def _move_away(path: Path) -> str:
    return (
        f"{path_quoted(path)} holds the root key of this arrangement: move it to a medium that is "
        "kept offline, in two copies; it is needed to rotate or revoke keys, and for nothing else."
    )
