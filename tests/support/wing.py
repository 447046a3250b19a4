"""Two States of the Dialogue with the agencies of their profiles, and the commands over them.

    wing = Wing(tmp_path)
    wing.add("cn", "wei", "mps", "contact-point")
    wing.value("cn", "wei", "desk", "inbox")["inbox"]

Floor: tests.
"""

import argparse
import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from functools import cache
from pathlib import Path
from types import ModuleType
from typing import Any

from comity.adapters import typeset
from comity.boot.rooms import ROOMS, TABLES
from comity.domestic.nation import document
from comity.joint.arrangement.card import Agency
from comity.kernel.ijson import Json
from comity.node.base import profile
from comity.node.base.rows import Officer
from comity.node.desk import officer_admin as officer_rows
from comity.node.room import officers
from comity.surfaces.cli import environment, nation, officer, room_command
from comity.surfaces.cli.context import EXIT_OK, Home, Paths, Program, Settings
from support import states
from support.states import Made, State, deliver

CATALOGUE = Path(__file__).parents[2] / "src" / "comity" / "catalogue"


def _refuse(*_: object) -> Any:  # noqa: ANN401 -- stands for any callable that is not called
    raise AssertionError


@cache
def _parser(modules: tuple[ModuleType, ...]) -> argparse.ArgumentParser:
    root = argparse.ArgumentParser()
    verbs = root.add_subparsers(required=True)
    for module in modules:
        module.add_parser(verbs)
    for table in TABLES:
        room_command.add(verbs, table, TABLES)
    return root


@cache
def _paired() -> Made:
    """Pair both, with the agencies of the profiles that ship for them."""
    return states.made(lambda folder: [_with_agencies(folder, party) for party in ("us", "cn")])


def _with_agencies(folder: Path, party: str) -> State:
    one = states.state(folder, party)
    agencies = tuple(
        Agency(agency.id, agency.label)
        for agency in document.parse(Wing.shipped(party).read_bytes()).agencies.values()
        if agency.speaks
    )
    with one.node.store.write() as tx:
        profile.save(tx, replace(profile.load(tx), agencies=agencies))
    return one


class Wing:
    """Two States, their officers, and commands as these type them.

    Attributes:
        states: `us` and `cn`.
        text: what the last command printed for people.
        noted: remarks of commands.
        exercise: the channel of the exercise in which commands work, or "" for real work.
    """

    def __init__(self, folder: Path, modules: Sequence[ModuleType] = (nation, officer)) -> None:
        self.modules = modules
        self.exercise = ""
        self.text = ""
        self.noted: list[str] = []
        self._value: Json = None
        self.states = {one.node.party: one for one in _paired().copies(folder)}

    @staticmethod
    def shipped(party: str) -> Path:
        """Return the file of the profile that ships for a State."""
        return CATALOGUE / "nation" / f"{party}.yaml"

    def add(self, party: str, name: str, agency: str, *roles: str) -> Officer:
        """Add an officer and sign them in."""
        one = self.states[party]
        one.tokens[name] = officer_rows.add(
            one.node, name, agency, roles=roles or ("case-officer",)
        )
        return officers.authenticate(one.node, name, one.tokens[name])

    def run(self, party: str, name: str, *words: str | Path) -> int:
        """Run one command at a State's node as one of its officers; return its exit code."""
        root = self.parser()
        given = [*map(str, words), "--home", party, *(["--as", name] if name else [])]
        options = root.parse_args(given)
        options.stands_in = environment.StandIn(exercise=self.exercise)
        return int(options.run(self.program(party, name), options))

    def parser(self) -> argparse.ArgumentParser:
        """Return what reads the commands of the modules and of every room."""
        return _parser(tuple(self.modules))

    def value(self, party: str, name: str, *words: str | Path) -> Any:  # noqa: ANN401 -- JSON
        """Run a command that succeeds; return what it printed with --json."""
        assert self.run(party, name, *words) == EXIT_OK, self.text or self.noted
        return json.loads(json.dumps(self._value))

    def deliver(self) -> None:
        """Let the nodes exchange what they have."""
        deliver(*self.states.values())

    def program(self, party: str, name: str) -> Program:
        """Return what a command runs on."""
        return Program(
            rooms=lambda: ROOMS,
            create_home=_refuse,
            open_home=self._open,
            open_to_mend=self._open,
            serve=_refuse,
            doctor=_refuse,
            token=lambda _name: self.states[party].tokens[name],
            show=self._show,
            note=self.noted.append,
            now_ms=lambda: self.states[party].clock.at_ms,
            random=self.states[party].node.entropy,
            letter=typeset.letter,
        )

    def _show(self, value: Json, text: str) -> None:
        self._value, self.text = value, text

    @contextmanager
    def _open(self, path: Path) -> Iterator[Home]:
        held = self.states[str(path)]
        paths = Paths(path, path, path, path, path, path, path)
        yield Home(held.node, held.maker, paths, Settings(held.node.party), lambda: None)
