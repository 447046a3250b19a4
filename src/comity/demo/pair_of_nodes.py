"""Two real nodes or more on loopback: homes, officers, pairing and serving by the real commands.

    with PairOfNodes(folder) as nodes:
        nodes.run("fr", "request", "list", "--as", "alice")

Every step is the program itself in a process of its own, as a person would type it, so what
the demo, the benches and the journeys show is what people get.

Floor: demo.
"""

import json
import os
import secrets
import signal
import subprocess
import time
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Any, Final, Self

from comity.demo import commands
from comity.demo.commands import Done, Running, Started, Typed
from comity.demo.ports import free_port
from comity.kernel.fault import Fault
from comity.surfaces.cli.context import EXERCISE

READY_S: Final = 60.0
STOP_S: Final = 15.0


@dataclass(frozen=True, slots=True)
class State:
    """One side of the demo.

    Attributes:
        party: its id.
        folder: name of its home below the demo's folder.
        names: `{language: name}`; invented.
        agency: `(id, {language: name})`.
        officer: who works there.
    """

    party: str
    folder: str
    names: Mapping[str, str]
    agency: tuple[str, Mapping[str, str]]
    officer: str


FREEDONIA: Final = State(
    "fr", "a", {"en": "Freedonia", "zh-Hans": "自由国"},
    ("moj", {"en": "Ministry of Justice", "zh-Hans": "司法部"}), "alice",
)  # fmt: skip
SYLVANIA: Final = State(
    "sy", "b", {"en": "Sylvania", "zh-Hans": "林国"},
    ("npc", {"en": "National Police, contact point", "zh-Hans": "国家警察联络点"}), "bohdan",
)  # fmt: skip


@dataclass(slots=True)
class Side:
    """One node of the pair as it runs.

    Attributes:
        state: who it is.
        home: its folder.
        key: opens its private keys; made for this run.
        port: officers' listener.
        peer_port: peers' listener.
        token: of its officer.
        tokens: of further officers, by name.
        process: of `serve`, while it runs.
        database: `postgresql://…`; "" for SQLite in the home.
    """

    state: State
    home: Path
    key: str
    port: int
    peer_port: int
    token: str = ""
    tokens: dict[str, str] = field(default_factory=dict)
    process: Running | None = None
    database: str = ""

    @property
    def ready(self) -> Path:
        """The file that `serve` writes when its listeners answer."""
        return self.home / "run" / "ready.json"

    @property
    def environment(self) -> dict[str, str]:
        """What its processes see."""
        return self.environment_of(self.state.officer)

    def environment_of(self, officer: str) -> dict[str, str]:
        """Return what the processes of an officer see."""
        inherited = {k: v for k, v in os.environ.items() if not k.startswith("COMITY_")}
        token = self.tokens.get(officer, self.token)
        database = {"COMITY_DATABASE": self.database} if self.database else {}
        return {**inherited, "COMITY_KEY": self.key, "COMITY_TOKEN": token, **database}


class PairOfNodes:
    """Two nodes in one folder, or more in one arrangement."""

    def __init__(
        self,
        folder: Path,
        states: Sequence[State] = (FREEDONIA, SYLVANIA),
        typed: Typed = commands.anew,
        started: Started = commands.started,
    ) -> None:
        """Choose ports and keys; nothing is written yet."""
        self.folder = folder
        self.typed = typed
        self.started = started
        self.sides = {
            state.party: Side(
                state, folder / state.folder, secrets.token_hex(32), free_port(), free_port()
            )
            for state in states
        }
        self.arrangement = ""

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        how, again = signal.SIGTERM, None
        for party in self.sides:
            try:
                self.stop(party, how)
            except KeyboardInterrupt as told:  # they do not wait: nothing is lost by a kill
                how, again = signal.SIGKILL, told
                self.stop(party, how)
        if again:
            raise again

    def run(self, party: str, *command: str, home: bool = True, exercise: str = "") -> Any:  # noqa: ANN401 -- whatever JSON the command prints
        """Run a command on one side with `--json`; return what it printed.

        Raises:
            Fault: what the command said.
        """
        done = self.attempt(party, *command, home=home, exercise=exercise)
        value = told(done)
        if done.code == 0:
            return value
        error = value.get("error", {}) if isinstance(value, dict) else {}
        raise Fault(
            code=str(error.get("code", "demo.command.failed")),
            what=str(error.get("what", f"`comity {' '.join(command)}`: {done.err}")),
            fix=str(error.get("fix", "Look at what it printed.")),
        )

    def attempt(self, party: str, *command: str, home: bool = True, exercise: str = "") -> Done:
        """Run a command on one side with `--json`, whatever it ends with.

        Who acts is the officer after `--as`, by their own token; in an exercise, where one is
        named by its channel.
        """
        side = self.sides[party]
        officer = command[command.index("--as") + 1] if "--as" in command else side.state.officer
        words = [*command, *(["--home", str(side.home)] if home else []), "--json"]
        within = {EXERCISE: exercise} if exercise else {}
        return self.typed(words, {**side.environment_of(officer), **within}, self.folder)

    def add_officer(self, party: str, name: str, *roles: str) -> None:
        """Add a further officer to the agency of a side, and keep their token."""
        side = self.sides[party]
        words = ["officer", "add", name, "--agency", side.state.agency[0]]
        for role in roles:
            words += ["--role", role]
        side.tokens[name] = self.run(party, *words)["token"]

    def give_roles(self, party: str, name: str, *roles: str) -> None:
        """Give an officer of a side these roles and no others."""
        self.run(
            party, "officer", "role", name, *(part for one in roles for part in ("--role", one))
        )

    def set_up(self) -> None:
        """Make all homes and officers, and pair them with the code compared."""
        self.make()
        first, *others = self.sides
        named = [word for other in others for word in ("--with", other)]
        self.run(first, "pair", "offer", *named, "-o", "offer.txt")
        for other in others:
            self.run(other, "pair", "accept", "offer.txt", "-o", f"accept-{other}.txt")
        accepts = [f"accept-{other}.txt" for other in others]
        self.run(first, "pair", "confirm", *accepts, "-o", "confirm.txt")
        codes = {p: str(self.run(p, "pair", "confirm", "confirm.txt")["code"]) for p in self.sides}
        for party in self.sides:
            other = first if party != first else others[0]
            paired = self.run(party, "pair", "confirm", "confirm.txt", "--code", codes[other])
            self.arrangement = paired["arrangement"]

    def make(self) -> None:
        """Make all homes and officers."""
        with ThreadPoolExecutor() as pool:
            list(pool.map(self._init, self.sides.values()))

    def _init(self, side: Side) -> None:
        state = side.state
        agency, names = state.agency
        words = ["init", str(side.home), "--party", state.party]
        for language, name in state.names.items():
            words += ["--name", f"{language}={name}"]
        for language, name in names.items():
            words += ["--agency", f"{agency}={language}:{name}"]
        words += ["--endpoint", f"https://127.0.0.1:{side.peer_port}"]
        self.run(state.party, *words, home=False)
        added = self.run(state.party, "officer", "add", state.officer, "--agency", agency)
        side.token = added["token"]

    def start(self, party: str, *extra: str, environment: Mapping[str, str] | None = None) -> None:
        """Start `serve` on one side; return when both its listeners answer.

        Raises:
            Fault: `demo.serve.failed`, with the end of its log.
        """
        self.launch(party, *extra, environment=environment)
        self.wait_ready(party)

    def start_all(self) -> None:
        """Start `serve` on every side at once; return when all their listeners answer.

        Raises:
            Fault: `demo.serve.failed`, with the end of a log.
        """
        for party in self.sides:
            self.launch(party)
        for party in self.sides:
            self.wait_ready(party)

    def launch(
        self, party: str, *extra: str, environment: Mapping[str, str] | None = None
    ) -> Running:
        """Start `serve` on one side; return at once."""
        side = self.sides[party]
        side.ready.unlink(missing_ok=True)
        words = ["serve", "--home", str(side.home), "--port", str(side.port)]
        words += ["--peer-port", str(side.peer_port), "--ready-file", str(side.ready), *extra]
        seen = {**side.environment, **(environment or {})}
        side.process = self.started(words, seen, self._log(side))
        return side.process

    def wait_ready(self, party: str) -> None:
        """Return when both listeners of one side answer.

        Raises:
            Fault: `demo.serve.failed`, with the end of its log.
        """
        side = self.sides[party]
        end = time.monotonic() + READY_S
        while not side.ready.exists():
            if side.process is None or side.process.poll() is not None or time.monotonic() > end:
                raise Fault(
                    code="demo.serve.failed",
                    what=f"The node of {party} did not start: {self._log(side).read_text()[-600:]}",
                    fix="Read its log, and run `comity doctor` on its home.",
                )
            time.sleep(0.02)

    def _log(self, side: Side) -> Path:
        return self.folder / f"{side.state.folder}.log"

    def stop(self, party: str, how: int = signal.SIGTERM) -> None:
        """End `serve` on one side, gently or not."""
        process = self.sides[party].process
        if process is None:
            return
        process.send_signal(how)
        try:
            process.wait(STOP_S)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        self.sides[party].process = None


def told(done: Done) -> Any:  # noqa: ANN401 -- whatever JSON the command printed
    """Return what a command printed last, or {}."""
    lines = done.out.splitlines()
    return json.loads(lines[-1]) if lines else {}
