"""The options of what may be said about a request by command: one shape for all.

Floor: surfaces.
"""

import argparse
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from comity.joint.request.reasons import Reasons

NO_FILE: Final = ""
MAY: Final = "?"
MUST: Final = "!"
"""Whether a verb takes an answer file."""


@dataclass(frozen=True, slots=True)
class Option:
    """One option of a verb.

    Attributes:
        name: `--reason`, or a place of its own without hyphens.
        words: what it is.
        metavar: how its value is named.
        many: whether it may be given more than once.
        needed: whether it must be given.
        known: the closed list that it comes from, or None.
        choices: the words that it may be, or none.
    """

    name: str
    words: str
    metavar: str | None = None
    many: bool = False
    needed: bool = False
    known: Reasons | None = None
    choices: tuple[str, ...] = ()


def add_option(parser: argparse.ArgumentParser, option: Option) -> None:
    """Add one option or one place of a verb."""
    words = f"{option.words}; one of: {', '.join(option.known)}" if option.known else option.words
    more: dict[str, Any] = {"metavar": option.metavar} if option.metavar else {}
    if option.choices:
        more = {"choices": option.choices}
    if not option.name.startswith("--"):
        parser.add_argument(option.name, help=words, **more)
    elif option.metavar is None:
        parser.add_argument(option.name, action="store_true", help=words)
    elif option.many:
        parser.add_argument(
            option.name, action="append", default=[], required=option.needed, help=words, **more
        )
    else:
        parser.add_argument(option.name, default="", required=option.needed, help=words, **more)


def add_words(parser: argparse.ArgumentParser, file: str) -> None:
    """Add what says the words of an act: a file, or a text."""
    if file:
        parser.add_argument(
            "file",
            type=Path,
            nargs="?" if file == MAY else None,
            metavar="FILE",
            help="JSON or YAML: see examples/answer.json",
        )
    if file != MUST:
        parser.add_argument(
            "--own-reference", default="", metavar="NUMBER", help="your file number"
        )
        parser.add_argument("--text", default="", metavar="TEXT", help="the same in words, sealed")
        parser.add_argument("--lang", default="en", metavar="LANG", help="language of --text")
