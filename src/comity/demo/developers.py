"""The developers' programs, which a clone of the repository has and an installed package lacks.

    comity bench | chaos | sim | test    an installed package says where they are
    packages()                           where their commands are, in a clone
    history()                            what makes the two years before a demo

Floor: demo.
"""

from __future__ import annotations

import importlib
from collections.abc import Callable
from contextlib import AbstractContextManager
from importlib.util import find_spec
from types import ModuleType
from typing import TYPE_CHECKING, Final, NoReturn, cast

from comity.kernel.fault import Fault

if TYPE_CHECKING:  # every command asks where developers' programs are
    from comity.demo.story import Play
    from comity.surfaces.cli.context import Subparsers

WORDS: Final = ("bench", "chaos", "sim", "test")

_PACKAGE: Final = "comity_lab"

type Advance = Callable[[int], None]
type Bar = Callable[[str, int], AbstractContextManager[Advance]]
type Make = Callable[[Play, int, Bar], None]
"""(nodes that are paired and do not serve, how many requests, progress)."""


def are_here() -> bool:
    """Return whether the developers' package can be imported."""
    return find_spec(_PACKAGE) is not None


def packages() -> tuple[ModuleType, ...]:
    """Return the packages that hold developers' commands: none where only the wheel is."""
    return (importlib.import_module(_PACKAGE),) if are_here() else ()


def history() -> Make:
    """Return what makes the years before a demo.

    Raises:
        Fault: `demo.developers.absent`.
    """
    if not are_here():
        raise absent("The history of a demo")
    return cast("Make", importlib.import_module(f"{_PACKAGE}.years.past").make)


def absent(what: str) -> Fault:
    """Return the fault that tells where a developers' program is."""
    return Fault(
        code="demo.developers.absent",
        what=f"{what} needs the developers' programs, which the installed package does not have.",
        fix="Run `./comity` in a clone of the repository.",
    )


def add_parser(subparsers: Subparsers) -> None:
    """Add the commands that only a clone has, so that each says so; nothing in a clone."""
    if are_here():
        return
    for word in WORDS:
        parser = subparsers.add_parser(word, add_help=False, prefix_chars="\0")

        def refuse(_: str, word: str = word) -> NoReturn:
            raise absent(f"`comity {word}`")

        parser.add_argument("words", nargs="*", type=refuse)
        parser.set_defaults(run=lambda *_, word=word: refuse("", word))
