"""Commands as a person types them, over the nodes of a small world.

    typed = Commands(world)
    assert typed("proof", "--home", "aa", act_id, "-o", file) == 0
    typed.text, typed.value          # what it printed

A home is named by its party.

Floor: tests.
"""

import argparse
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from types import ModuleType
from typing import Any, cast

from comity.boot.rooms import ROOMS
from comity.kernel.ijson import Json
from comity.surfaces.cli.context import Home, Paths, Program, Settings
from support.pair import World


def _refuse(*_: object) -> Any:  # noqa: ANN401 -- it never returns
    raise AssertionError


@cache
def parser(*modules: ModuleType) -> argparse.ArgumentParser:
    """Return what reads the commands of some modules: to make one costs more than most of them."""
    root = argparse.ArgumentParser()
    verbs = root.add_subparsers(required=True)
    for module in modules:
        module.add_parser(verbs)
    return root


class Commands:
    """The commands of some modules.

    Attributes:
        value: what the last one printed with `--json`.
        text: what it printed for people.
    """

    def __init__(self, world: World, modules: Sequence[ModuleType]) -> None:
        self.world = world
        self.modules = modules
        self.value: Json = None
        self.text = ""

    def __call__(self, *words: str | Path) -> int:
        """Run a command; return its exit code."""
        options = parser(*self.modules).parse_args([str(word) for word in words])
        return int(options.run(self.program(), options))

    def program(self) -> Program:
        """Return what the commands run on."""
        fields = {
            "create_home": _refuse,
            "open_home": self._open,
            "open_to_mend": self._open,
            "serve": _refuse,
            "doctor": _refuse,
            "token": _refuse,
            "show": self._show,
            "note": lambda _: None,
            "now_ms": lambda: next(iter(self.world.states.values())).clock.at_ms,
            "random": self._random,
            "rooms": lambda: ROOMS,
        }
        return cast("Any", Program)(**fields)  # type: ignore[no-any-return]  # fields grow with commands

    def _random(self, size_bytes: int) -> bytes:
        return next(iter(self.world.states.values())).node.entropy(size_bytes)

    def _show(self, value: Json, text: str) -> None:
        self.value, self.text = value, text

    @contextmanager
    def _open(self, path: Path) -> Iterator[Home]:
        one = self.world.states[path.name]
        folder = self.world.folder / path.name
        paths = Paths(
            home=folder,
            config=folder / "config.toml",
            database=folder / "node.sqlite3",
            keys=folder / "keys",
            bodies=folder / "bodies",
            run=folder / "run",
            high_water=self.world.folder / f"{path.name}.high-water",
        )
        fields = {
            "node": one.node,
            "keymaker": one.maker,
            "paths": paths,
            "settings": Settings(party=path.name),
            "wake": lambda: None,
        }
        yield cast("Any", Home)(**fields)
