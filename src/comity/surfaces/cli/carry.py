"""`comity carry export|import`: when the line is down, the same bytes as a file.

Floor: surfaces.
"""

import argparse
from contextlib import ExitStack
from pathlib import Path

from comity.kernel.fault import Fault, quoted
from comity.kernel.ijson import Json
from comity.node.base.context import Node
from comity.node.exchange import carry, channel_list, pump
from comity.node.exchange.carry import HELD, TAKEN, Carried
from comity.surfaces.cli import age_files, files
from comity.surfaces.cli.context import (
    EXIT_OK,
    EXIT_REFUSED,
    Program,
    Subparsers,
    add_home,
    add_json,
)
from comity.surfaces.cli.files import typed

_EXPORT = """\
Write a bundle for one peer: cards, bodies, the signed head and the entries that the peer has
not signed for, and this node's signatures for what the peer sent.  Everything said in it is
sealed; who speaks to whom, when and how much is not, so seal the file too where that matters
(`comity age encrypt`).  `comity serve` may go on: then what it has signed goes into the bundle."""

_IMPORT = """\
Take what is new in a bundle from a peer, as if it had come over the line, and sign for it.
Taking it twice changes nothing.  A bundle that was cut short or changed, that is for another
party, or that is older than what is held is refused.  Then export a bundle for the way back.
Stop `comity serve` first: one process signs."""

_MODE = 0o600


def add_parser(subparsers: Subparsers) -> None:
    """Add the command and its two verbs."""
    parser = subparsers.add_parser("carry", help="exchange by files when the line is down")
    verbs = parser.add_subparsers(required=True, metavar="VERB")
    export = verbs.add_parser("export", help="write a bundle for a peer", description=_EXPORT)
    export.add_argument("--to", default="", metavar="PARTY", help="the peer, if there are several")
    export.add_argument(
        "--whole", action="store_true", help="from the first entry on, for a mirror that was lost"
    )
    export.add_argument(
        "--channel", metavar="CHANNEL", default="", help="only this one; else all with that peer"
    )
    export.set_defaults(run=run_export)
    taken = verbs.add_parser("import", help="take a bundle from a peer", description=_IMPORT)
    taken.set_defaults(run=run_import)
    told = "the file to write; it must not be there yet; - for standard output"
    for verb, name, meaning in ((export, "out", told), (taken, "file", "as the peer exported it")):
        add_home(verb)
        verb.add_argument(name, type=Path, metavar="FILE", help=meaning)
        add_json(verb)


def run_export(program: Program, options: argparse.Namespace) -> int:
    """Write a bundle."""
    with ExitStack() as held:
        is_alone = _is_alone(program, options.home, held)
        home = held.enter_context(program.open_home(options.home))
        party = options.to or _only_peer(home.node)
        with home.node.store.read() as tx:
            channel = channel_list.named(tx, options.channel) if options.channel else ""
        with age_files.writing(
            str(options.out), mode=_MODE, random=program.random, is_new=True
        ) as target:
            done = carry.export(
                home.node, party, target, whole=options.whole, channel=channel, signs=is_alone
            )
    lines = [f"{options.out} is for {party}: {done.size_bytes} bytes."]
    lines += [
        f"  {line.origin}: entries {line.start} to {line.size}, and its head" for line in done.lines
    ]
    lines += [f"  signed for: {origin} at {size}" for origin, size in done.cosigned.items()]
    lines.append(f"At {party}: comity carry import --home DIR FILE, then export for the way back.")
    program.show(_json(options.out, done), "\n".join(lines))
    return EXIT_OK


def run_import(program: Program, options: argparse.Namespace) -> int:
    """Take a bundle."""
    with (
        program.alone(options.home),
        program.open_home(options.home) as home,
        files.opened(options.file) as file,
        files.said_of(options.file, "exchange.carriage.", "exchange.bodies.", "kernel.", "tlog."),
    ):
        done = carry.take(home.node, file)
        home.wake()
    lines = [f"{options.file} is from {done.party}."]
    for line in done.lines:
        if line.state == TAKEN:
            lines.append(f"  {line.origin}: entries {line.start} to {line.size} were taken.")
        elif line.state == HELD:
            lines.append(f"  {line.origin}: all {line.size} entries were held before.")
        else:
            lines.append(f"  {line.origin}: NOT TAKEN. {line.what} [{line.state}]")
    lines += [
        f"  {done.party} signed for {origin} at {size}." for origin, size in done.cosigned.items()
    ]
    lines.append(
        f"For the way back: comity carry export --home {typed(options.home)} --to {done.party}"
    )
    program.show(_json(options.file, done), "\n".join(lines))
    return EXIT_OK if done.is_whole else EXIT_REFUSED


def _is_alone(program: Program, home: Path, held: ExitStack) -> bool:
    """Hold the home; return False where a process serves it, which signs by itself."""
    try:
        held.enter_context(program.alone(home))
    except Fault as fault:
        if fault.code != "adapters.home.already-served":
            raise
        return False
    return True


def _only_peer(node: Node) -> str:
    with node.store.read() as tx:
        parties = sorted({pair.party for pair in pump.pairs(tx, node.party)})
    if len(parties) != 1:
        raise Fault(
            code="surfaces.carry.which-peer",
            what=f"This node has {len(parties)} peers: {quoted(', '.join(parties))}.",
            fix="Name one with --to PARTY.",
        )
    return parties[0]


def _json(file: Path, done: Carried) -> Json:
    return {
        "file": str(file),
        "party": done.party,
        "whole": done.is_whole,
        "size_bytes": done.size_bytes,
        "logs": [
            {"log": n.origin, "start": n.start, "size": n.size, "state": n.state, "what": n.what}
            for n in done.lines
        ],
        "cosigned": dict(done.cosigned),
    }
