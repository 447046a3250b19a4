"""Who acts: the officer whose token was given, from a file, the environment or the terminal.

Floor: surfaces.
"""

import argparse
from typing import Final

from comity.node.desk import officers
from comity.node.rows import Officer
from comity.surfaces.cli import files
from comity.surfaces.cli.context import Home, Program

_TOKEN_BYTES_MAX: Final = 4_096


def signed_in(program: Program, home: Home, options: argparse.Namespace) -> Officer:
    """Return the officer whose token was given.

    Raises:
        Fault: what signing in says.
    """
    if options.token_file:
        token = files.read(options.token_file, _TOKEN_BYTES_MAX).decode("utf-8", "replace")
    else:
        token = program.token(options.officer)
    return officers.authenticate(home.node, options.officer, token)
