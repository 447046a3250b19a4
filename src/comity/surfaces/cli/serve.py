"""`comity serve`: run a node.

Floor: surfaces.
"""

import argparse
from pathlib import Path

from comity.surfaces.cli.context import (
    DAY_S,
    Program,
    ServeOptions,
    Subparsers,
    add_home,
    at_least,
    seconds,
)

_DESCRIPTION = """\
Run the node of a home: the officers' pages on 127.0.0.1, the peers' listener with mutual
TLS, the listener for guests where one is configured, and the senders.  One process at a time
serves a home; other commands work beside it.
It runs until SIGTERM, SIGHUP or Ctrl-C.  Its log is lines on stderr, without content; a line
that comes again is written ten times a minute, and then counted."""
REPEAT_S = 60.0
_PORT_MAX = 65_535


def add_parser(subparsers: Subparsers) -> None:
    """Add the command."""
    parser = subparsers.add_parser("serve", help="run a node", description=_DESCRIPTION)
    add_home(parser)
    parser.add_argument(
        "--port",
        type=at_least(0, _PORT_MAX),
        metavar="N",
        help="officers' pages, on 127.0.0.1; 0 takes a free one",
    )
    parser.add_argument(
        "--peer-port",
        type=at_least(0, _PORT_MAX),
        metavar="N",
        help="peers' listener; 0 takes a free one",
    )
    parser.add_argument(
        "--outside-port",
        type=at_least(0, _PORT_MAX),
        metavar="N",
        help="listener for guests, who are no officers; 0 takes a free one; none unless it or "
        "outside_port is set",
    )
    parser.add_argument(
        "--metrics-port",
        type=at_least(0, _PORT_MAX),
        metavar="N",
        help="OpenMetrics for the operator's monitoring, at /metrics; 0 takes a free one; none "
        "unless it or metrics_port is set",
    )
    parser.add_argument(
        "--on-arrival",
        default="",
        metavar="COMMAND",
        help="run when something urgent arrives, and again until an officer opens it, one run at a "
        "time for each State, channel and urgency; no shell; COMITY_MATTER, COMITY_CHANNEL, "
        "COMITY_URGENCY and COMITY_PARTY say what, COMITY_DUTY who is planned for duty",
    )
    parser.add_argument(
        "--repeat-seconds",
        type=seconds(1, DAY_S),
        default=REPEAT_S,
        metavar="N",
        help="between two runs of COMMAND for what nobody opened; what is new is told within a "
        "minute (default: %(default)s)",
    )
    parser.add_argument(
        "--ready-file", type=Path, metavar="FILE", help="written with the addresses when ready"
    )
    parser.set_defaults(run=run)


def run(program: Program, options: argparse.Namespace) -> int:
    """Serve until told to stop."""
    return program.serve(
        options.home,
        ServeOptions(
            port=options.port,
            peer_port=options.peer_port,
            outside_port=options.outside_port,
            metrics_port=options.metrics_port,
            on_arrival=options.on_arrival,
            repeat_s=options.repeat_seconds,
            ready_file=options.ready_file,
        ),
    )
