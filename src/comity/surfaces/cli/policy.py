"""`comity policy`: what an outsider needs to verify a proof of this node or its peers.

Floor: surfaces.
"""

import argparse

from comity.kernel.fault import Fault, quoted
from comity.kernel.ijson import Json
from comity.node.room import trust_policy
from comity.surfaces.cli.context import EXIT_OK, Program, Subparsers, add_home, add_json, at_least

_DESCRIPTION = """\
Print the C2SP tlog-policy text of each log: its keys, the mirrors that cosign it, and that
all of them must.  Comment lines say up to which size each card's keys count; with --size,
only the keys in force at that size are printed.  Give that to whoever reads no comments where
keys are revoked: else they take what a thief signs with them at any size."""

_REVOKED = """\
Warning: revoked keys stand in what is printed, since they count up to some size. Who reads no
comments takes them at any size: give them a policy for the size of each proof, --size N."""


def add_parser(subparsers: Subparsers) -> None:
    """Add the command."""
    parser = subparsers.add_parser(
        "policy", help="print the trust policy of each log", description=_DESCRIPTION
    )
    add_home(parser)
    parser.add_argument("--log", default="", metavar="ORIGIN", help="only this log")
    parser.add_argument(
        "--signed-by",
        dest="by",
        action="append",
        default=[],
        metavar="PARTY",
        help="for a proof with the cosignatures of this party alone; repeat for more",
    )
    parser.add_argument("--size", type=at_least(0), metavar="N", help="for a proof at this size")
    add_json(parser)
    parser.set_defaults(run=run)


def run(program: Program, options: argparse.Namespace) -> int:
    """Print policies, one after another."""
    with program.open_home(options.home) as home:
        found = trust_policy.policies(home.node, options.log, options.size, options.by)
    if options.log and not found:
        raise Fault(
            code="surfaces.policy.log",
            what=f"This node has no log {quoted(options.log)} with peers.",
            fix="Name one as `comity status` shows it.",
        )
    if any(one.has_revoked for one in found):
        program.note(_REVOKED)
    rows: list[Json] = [{"log": one.origin, "policy": one.text()} for one in found]
    text = "\n".join(one.text() for one in found).rstrip("\n")
    program.show({"policies": rows}, text or "# No arrangement yet: `comity pair offer`.")
    return EXIT_OK
