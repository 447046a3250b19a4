"""Who acts: the officer whose token was given, from a file, the environment or the terminal.

COMITY_EXERCISE names the exercise in which they do; without it, it is real work.

Floor: surfaces.
"""

import argparse
from typing import Final

from comity.kernel.fault import Fault, path_quoted, quoted
from comity.node.base.rows import Officer
from comity.node.room import exercises, officers
from comity.surfaces.cli import environment, files
from comity.surfaces.cli.context import OFFICER, Home, Program

_TOKEN_BYTES_MAX: Final = 4_096


def signed_in(program: Program, home: Home, options: argparse.Namespace) -> Officer:
    """Return the officer whose token was given.

    Raises:
        Fault: `surfaces.option.missing` where nobody is named; `surfaces.file.*`; what signing in
            says; `node.exercise.*` where the environment names an exercise.
    """
    name = options.officer or environment.of(options).officer
    if not name:
        raise Fault(
            code="surfaces.option.missing",
            what="The option '--as' is missing.",
            fix=f"Name the officer who acts, or set {OFFICER} in the environment.",
        )
    if options.token_file:
        token = files.read(options.token_file, _TOKEN_BYTES_MAX).decode("utf-8", "replace")
        if not token.strip():
            raise Fault(
                code="surfaces.file.unreadable",
                what=f"The file {path_quoted(options.token_file)} is empty: it holds no token.",
                fix=f"Name the file in which the token of {quoted(name)} stands.",
            )
    else:
        token = program.token(name)
    officer = officers.authenticate(home.node, name, token)
    exercise = environment.of(options).exercise
    return exercises.enter(home.node, officer, exercise) if exercise else officer
