"""What stands in for `--home` and `--as`: variables of the environment, so that advice runs.

    export COMITY_HOME=/srv/comity COMITY_OFFICER=alice
    comity draft list tfd347cm          as a message says it: neither is named there

An option that is given wins, and an empty variable counts as none.  A command that can do without
a home or an officer takes one from here only where it needs them: nothing that is asked of a file
alone becomes something that is asked of a node.  What makes a home (`init`, `restore`, `demo`)
has no such option.

Floor: surfaces.
"""

import argparse
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from comity.kernel.fault import Fault
from comity.surfaces.cli.context import EXERCISE, HOME, OFFICER

VARIABLES: Final = {"--home": HOME, "--as": OFFICER}

_TOLD: Final = {
    "home.missing": "--home",
    "token.wrong": "--as",
    "account.ended": "--as",
    "token.missing": "--as",
}
"""`{code without its floor: the option that its fault may come from}`."""


_NAMED: Final = {"--home": "The folder is what {} says", "--as": "The officer is whom {} names"}


@dataclass(frozen=True, slots=True)
class StandIn:
    """What the environment names, see `of`.

    Attributes:
        home: a folder, or None.
        officer: a name, or "".
        exercise: the channel of an exercise, or "" for real work.
    """

    home: Path | None = None
    officer: str = ""
    exercise: str = ""


def let(parser: argparse.ArgumentParser, environment: Mapping[str, str]) -> None:
    """Let the environment stand in for what a command needs and is not given."""
    home, officer = (environment.get(name, "") for name in (HOME, OFFICER))
    found = StandIn(Path(home) if home else None, officer, environment.get(EXERCISE, ""))
    for leaf in _leaves(parser):
        leaf.set_defaults(stands_in=found)
        for action in leaf._actions:  # noqa: SLF001 -- argparse has no public way to walk a parser
            names = [one for one in action.option_strings if one in VARIABLES]
            value = environment.get(VARIABLES[names[0]], "") if names else ""
            if action.required and value:
                action.required, action.default = False, value


def of(options: argparse.Namespace) -> StandIn:
    """Return what stands in for what a command line does not name."""
    found = getattr(options, "stands_in", None)
    return found if isinstance(found, StandIn) else StandIn()


def hint(message: str) -> str:
    """Return what else gives the options that a command line lacks, as argparse names them."""
    lacks = message.partition(": ")[2].split(", ") if "are required" in message else []
    said = [
        f"{option} with {variable}" for option, variable in VARIABLES.items() if option in lacks
    ]
    return f"Give them, or set {' and '.join(said)} in the environment. " if said else ""


def told(fault: Fault, arguments: Sequence[str], environment: Mapping[str, str]) -> Fault:
    """Return a fault with the variable that it comes from, if it comes from one."""
    option = _TOLD.get(fault.code.partition(".")[2], "")
    variable = VARIABLES.get(option, "")
    is_given = any(one.partition("=")[0] == option for one in arguments)
    if not variable or is_given or not environment.get(variable):
        return fault
    what = _NAMED[option].format(variable)
    fix = f"{fault.fix} {what}, since {option} is not given."
    return Fault(code=fault.code, what=fault.what, fix=fix)


def _leaves(parser: argparse.ArgumentParser) -> Iterator[argparse.ArgumentParser]:
    branches = [
        action
        for action in parser._actions  # noqa: SLF001 -- as above
        if isinstance(action, argparse._SubParsersAction)  # noqa: SLF001 -- as above
    ]
    if not branches:
        yield parser
    for branch in branches:
        for one in branch.choices.values():
            yield from _leaves(one)
