"""The frame of the command line: one parser of every command, faults as words, exit codes.

    0   done                              3    a fault: what is wrong, what to do, a code
    1   a refusal by rule, or a failed check    70   an error of our own
    2   the command line is wrong         130  interrupted

Floor: surfaces.
"""

from __future__ import annotations

import argparse
import contextlib
import difflib
import importlib
import json
import pkgutil
import re
import traceback
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import partial
from importlib.metadata import version
from types import MappingProxyType, ModuleType
from typing import TYPE_CHECKING, Any, Final, NoReturn, cast, override

from comity.kernel import ijson
from comity.kernel.fault import Fault
from comity.kernel.ijson import Json
from comity.kernel.problem import Malformed, Unfit
from comity.surfaces.cli import completion, output, steps
from comity.surfaces.cli import environment as standing_in
from comity.surfaces.cli.context import (
    EXIT_FAULT,
    EXIT_INTERNAL,
    EXIT_USAGE,
    JSON,
    YAML,
    Program,
    Subparsers,
)
from comity.surfaces.cli.files import STANDARD

if TYPE_CHECKING:
    from comity.acts.verb import Table

EXIT_INTERRUPTED: Final = 130
_CHOICE: Final = re.compile(r"invalid choice: '([^']*)' \(choose from (.*)\)")

VERSION: Final = "--version"
HELP: Final = ("-h", "--help")
HELP_LINES: Final = "help_lines.json"
"""In each package of commands: what each is for; `tools.check.help_lines` writes it."""

NOTHING: Final[Mapping[str, str]] = MappingProxyType({})

ELSEWHERE: Final = {"doctor": "status", "thaw": "freeze"}
"""Commands that stand in the module of another; every other one is named as its module."""

_DESCRIPTION: Final = """\
comity is the node of one State: its officers ask other States for assistance and answer
what they ask.  Each act is signed, sealed to the parties and mirrored by them."""

_EPILOG: Final = """\
to see it work:
  comity demo --once              two nodes in a fresh folder, requests and their answers

to set up a node:
  comity init DIR --party ID --name en=NAME --agency ID=en:NAME --endpoint https://HOST:8443
  comity officer add --home DIR NAME --agency ID        prints their token, once
  comity pair offer --home DIR ...                      then accept, confirm, a code by voice
  comity serve --home DIR                               leave it running
  comity doctor --home DIR                              what is not in order, on which side

to ask and to answer:
  comity request send FILE --home DIR --as NAME --to PARTY --wait
  comity request list --home DIR --as NAME

environment:
  COMITY_KEY_FILE, COMITY_KEY, COMITY_PASSPHRASE_FILE   open the private keys of a home
  COMITY_HOME, COMITY_OFFICER                           for --home and --as, which win over them;
                                                        what a message says to type runs with them
  COMITY_TOKEN                                          the token of the officer after --as

exit codes:
  0    done                                             2    the command line is wrong
  1    a refusal by rule, or a check that did not hold        3    a fault, with its code
  70   an error of the program itself                   130  ended by a signal

Every command has --help; most have --json and --yaml."""

type MakeProgram = Callable[[str], Program]
"""(`JSON`, `YAML` or "" for people) -> what commands run on."""


type Tell = Callable[[Fault, str], None]
"""(what is wrong, `JSON`, `YAML` or "" for people)."""


class Usage(Fault):
    """The command line itself is wrong.

    Attributes:
        usage: how the command is typed.
    """

    def __init__(self, *, what: str, fix: str, usage: str) -> None:
        super().__init__(code="surfaces.cli.usage", what=what, fix=fix)
        self.usage = usage


class _Parser(argparse.ArgumentParser):
    """A parser that raises what is wrong; those of verbs are of its kind."""

    def __init__(self, **options: Any) -> None:  # noqa: ANN401 -- whatever argparse passes on
        ours: dict[str, Any] = {"formatter_class": steps.Formatter, "allow_abbrev": False}
        super().__init__(**(ours | options))

    @override
    def parse_known_args(self, args: Any = None, namespace: Any = None) -> Any:
        """Refuse what it does not know itself, so that it is told with the usage of its verb."""
        self._require_behind(args or ())
        found, strange = super().parse_known_args(args, namespace)
        if strange:
            is_long = strange[0].startswith("--")  # of two characters every one is near
            known = self._option_string_actions if is_long else ()
            near = difflib.get_close_matches(strange[0], known, 1)
            self._refuse(f"unrecognized arguments: {' '.join(strange)}", "".join(near))
        return found, strange

    def _require_behind(self, args: Sequence[str]) -> None:
        """Return unless an option stands before the command or verb: its value was taken for it."""
        first, *others = [one.partition("=")[0] for one in args] or [""]
        if (
            self._subparsers is not None
            and first.startswith("-")
            and first not in self._option_string_actions
            and not all(one.startswith("-") for one in others)
        ):
            raise Usage(
                what=f"{first} stands before the command.",
                fix=f"Write options behind it: {self.prog} … {first}. Run `{self.prog} --help`.",
                usage=self.format_usage(),
            )

    @override
    def error(self, message: str) -> NoReturn:
        self._refuse(message, _nearest(message))

    def _refuse(self, message: str, near: str) -> NoReturn:
        what = f"{message[:1].upper()}{message[1:]}".rstrip(".")
        fix = f"Did you mean `{near}`? " if near else standing_in.hint(message)
        raise Usage(
            what=f"{what}.", fix=f"{fix}Run `{self.prog} --help`.", usage=self.format_usage()
        )


def _nearest(message: str) -> str:
    """Return the word that was meant, if one of those to choose from is near."""
    found = _CHOICE.search(message)
    near = difflib.get_close_matches(found[1], found[2].split(", "), 1) if found else []
    return near[0] if near else ""


def commands(packages: Iterable[ModuleType]) -> Iterator[ModuleType]:
    """Yield each module of these packages that has `add_parser`, by name."""
    for package in packages:
        for found in sorted(pkgutil.iter_modules(package.__path__), key=lambda one: one.name):
            module = importlib.import_module(f"{package.__name__}.{found.name}")
            if hasattr(module, "add_parser"):
                yield module


def commands_for(packages: Sequence[ModuleType], word: str) -> Iterator[ModuleType]:
    """Yield the module of one command, found by its name; all of them where it has none.

    Loading every command takes longer than most of them run.
    """
    name = ELSEWHERE.get(word, word)
    for package in packages:
        if name in {found.name for found in pkgutil.iter_modules(package.__path__)}:
            module = importlib.import_module(f"{package.__name__}.{name}")
            if hasattr(module, "add_parser"):
                yield module
                return
    yield from commands(packages)


type Tables = Callable[[], Sequence[Table]]
"""Gives the rooms whose commands are printed from their verbs: loaded where they are needed."""


def parser(
    packages: Sequence[ModuleType],
    word: str = "",
    environment: Mapping[str, str] = NOTHING,
    tables: Tables = tuple,
) -> argparse.ArgumentParser:
    """Return the parser with every command, or with those of the module of one.

    Args:
        packages: where commands stand.
        word: the command that is typed, or "".
        environment: what stands in for options that are not given.
        tables: of rooms that have no module of their own.
    """
    root = _Parser(
        prog="comity",
        description=_DESCRIPTION,
        epilog=_EPILOG,
    )
    root.add_argument(
        VERSION,
        action="version",
        version=f"comity {version('comity')}",
        help="say which version this is, and exit",
    )
    subparsers = root.add_subparsers(required=True, metavar="COMMAND", title="commands")
    if word in HELP:
        _add_lines(subparsers, packages)
    elif word != VERSION:
        _add_commands(subparsers, packages, "" if word == completion.NAME else word, tables)
    completion.know(root, subparsers.choices)
    steps.add(subparsers.choices)
    standing_in.let(root, environment)
    return root


def _add_lines(
    subparsers: argparse._SubParsersAction[_Parser], packages: Sequence[ModuleType]
) -> None:
    """Add what each command is for, as `HELP_LINES` of its package has it, and load none."""
    for package in packages:
        for name, line in json.loads(
            pkgutil.get_data(package.__name__, HELP_LINES) or b"{}"
        ).items():
            subparsers.add_parser(name, help=line)


def _add_commands(
    subparsers: argparse._SubParsersAction[_Parser],
    packages: Sequence[ModuleType],
    word: str,
    tables: Tables,
) -> None:
    """Add the command of a word, or all of them where no command has it."""
    known = {found.name for package in packages for found in pkgutil.iter_modules(package.__path__)}
    if ELSEWHERE.get(word, word) not in known:
        every = tables()
        rooms = [table for table in every if table.noun not in known]
        meant = [table for table in rooms if table.noun == word] or rooms
        if rooms:
            from comity.surfaces.cli import room_command  # noqa: PLC0415 -- where a room needs it

            for table in meant:
                room_command.add(cast("Subparsers", subparsers), table, every)
        if meant != rooms:
            return
    for module in commands_for(packages, word):
        module.add_parser(subparsers)


INTERRUPTED: Final = (
    "Ended by a signal. What was done before stays done; no file is left half written."
)
"""What a person is told whose command did not come to its end."""


def main(
    arguments: Sequence[str],
    packages: Sequence[ModuleType],
    make_program: MakeProgram,
    environment: Mapping[str, str] = NOTHING,
    tables: Tables = tuple,
) -> int:
    """Run one command and return its exit code.

    Args:
        arguments: without the program's name.
        packages: where commands stand.
        make_program: gives what they run on.
        environment: COMITY_*: what stands in for options, and whether a traceback is printed
            for an error of our own (`COMITY_TRACE`).
        tables: of rooms that have no command of their own.
    """
    form = next((one[2:] for one in arguments if one in (f"--{JSON}", f"--{YAML}")), "")
    tell: Tell = _tell
    try:
        word = arguments[0] if arguments else ""
        options = parser(packages, word, environment, tables).parse_args(arguments)
        form = getattr(options, "json", "")
        program, tell = _told(make_program(form), options, form)
        return int(options.run(program, options))
    except Usage as fault:
        if not form:
            output.note(fault.usage)
        tell(fault, form)
        return EXIT_USAGE
    except Fault as fault:
        tell(standing_in.told(fault, arguments, environment), form)
        return EXIT_FAULT
    except KeyboardInterrupt:
        return _interrupted(form)
    except BrokenPipeError:
        output.leave()  # whoever read our output has left; Python would complain at the end
        return EXIT_INTERRUPTED
    except Exception as error:  # noqa: BLE001 -- the last line of defence; a person reads words
        if environment.get("COMITY_TRACE"):
            traceback.print_exc()
        tell(_own(error), form)
        return EXIT_INTERNAL


def _interrupted(form: str) -> int:
    if not form:
        output.note(f"comity: {INTERRUPTED}\n")
    return EXIT_INTERRUPTED


def printed(value: Json, form: str) -> str:
    """Return a value as machines read it, `JSON` or `YAML`."""
    if form == YAML:
        from comity.kernel import plain_yaml  # noqa: PLC0415 -- most commands start without it

        return plain_yaml.render(value).decode()
    return ijson.render(value).decode() + "\n"


def _told(program: Program, options: argparse.Namespace, form: str) -> tuple[Program, Tell]:
    """Return what a command runs on, and what tells its fault.

    A file that is written to standard output has that to itself.
    """
    if str(getattr(options, "out", "")) != STANDARD:
        return program, _tell
    return replace(program, show=partial(_show_beside, form)), _tell_beside


def _show_beside(form: str, value: Json, text: str) -> None:
    output.note(printed(value, form) if form else f"{text}\n")


def _tell(fault: Fault, form: str) -> None:
    """Print a fault: on stderr for people, on stdout for machines if that can be written."""
    if form:
        with contextlib.suppress(Fault, BrokenPipeError):
            output.write(_for_machines(fault, form), is_for_machines=True)
            return
    _tell_people(fault)


def _tell_beside(fault: Fault, form: str) -> None:
    """Print a fault on stderr: standard output may hold half a file."""
    if form:
        output.note(_for_machines(fault, form))
    else:
        _tell_people(fault)


def _for_machines(fault: Fault, form: str) -> str:
    words: dict[str, Json] = {"code": fault.code, "what": fault.what, "fix": fault.fix}
    return printed({"error": words | _places(fault)}, form)


def _tell_people(fault: Fault) -> None:
    output.note(f"comity: {fault.what}\n        {fault.fix}\n        [{fault.code}]\n")


def _places(fault: Fault) -> dict[str, Json]:
    """Return where in a file something is wrong, for a machine."""
    if isinstance(fault, Malformed):
        place = fault.place
        return {"file": fault.name or None, "line": place.line, "column": place.column}
    if isinstance(fault, Unfit):
        return {"file": fault.name, "problems": [output.problem(one) for one in fault.problems]}
    return {}


def _own(error: Exception) -> Fault:
    return Fault(
        code="surfaces.cli.internal",
        what=f"This is an error of the program itself ({type(error).__name__}).",
        fix="Set COMITY_TRACE=1, run it again, and report what it prints; it may show content.",
    )
