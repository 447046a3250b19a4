"""How the lab types a command: each in a process of its own, with its own environment.

    anew(words, environment, folder)             starts the program, as a person does
    Copies()(words, environment, folder)         copies a process that has loaded the program
    started(words, environment, log)             the same of what goes on, as `serve`
    Copies().start(words, environment, log)

Loading the program takes longer than most commands.  A play of a hundred commands loads it once
and copies that process (fork) for each of them: what then runs is the same entry point, with the
same words, environment and folder, and ends with its process.

Floor: demo.
"""

import contextlib
import io
import multiprocessing
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from pathlib import Path
from typing import Final, Protocol

from comity.kernel.fault import Fault


@dataclass(frozen=True, slots=True)
class Done:
    """What a command did.

    Attributes:
        code: exit code.
        out: what it printed on stdout.
        err: on stderr.
    """

    code: int
    out: str
    err: str


type Typed = Callable[[Sequence[str], Mapping[str, str], Path], Done]
"""(words after `comity`, environment, folder it runs in) -> what it did."""


class Running(Protocol):
    """What goes on until it is told to end, as `subprocess.Popen` has it.

    Attributes:
        pid: of its process.
    """

    pid: int

    def poll(self) -> int | None:
        """Return its exit code, -9 after SIGKILL, or None while it runs."""
        ...

    def wait(self, timeout: float | None = None) -> int:
        """Return its exit code, once it has ended; `subprocess.TimeoutExpired` after seconds."""
        ...

    def send_signal(self, sig: int) -> None:
        """Send it a signal, if it still runs."""
        ...

    def kill(self) -> None:
        """Kill it, if it still runs."""
        ...


type Started = Callable[[Sequence[str], Mapping[str, str], Path], Running]
"""(words after `comity`, environment, file that what it prints is appended to) -> it, running."""

SERVING: Final = "comity.boot.serve"
"""What is loaded beforehand besides where `serve` is copied too."""

_DJANGO: Final = (
    "contrib.auth.checks",
    "contrib.auth.hashers",
    "contrib.auth.password_validation",
    "contrib.contenttypes.checks",
    "contrib.staticfiles.checks",
    "core.serializers.json",
    "template.defaulttags",
    "utils.log",
    "views.debug",
)
"""What Django loads when a home is opened, as far as it asks for no settings."""

_PRELOADED: Final = (
    "comity.boot.program",
    "comity.boot.home",
    "comity.boot.rooms",
    "comity.adapters.settings",
    "comity.adapters.store.apps",
    "comity.adapters.store.fields",
    "comity.adapters.store.sqlite.base",
    *(f"django.{name}" for name in _DJANGO),
    *(
        f"comity.surfaces.cli.{name}"
        for name in (
            "calendar",
            "carry",
            "clock",
            "desk",
            "evidence",
            "guideline",
            "init",
            "legal",
            "nation",
            "officer",
            "pair",
            "policy",
            "proof",
            "release",
            "request",
            "review",
            "status",
            "verify",
        )
    ),
)


def program() -> str:
    """Return the path of the `comity` command beside this interpreter."""
    return str(Path(sys.executable).parent / "comity")


def anew(words: Sequence[str], environment: Mapping[str, str], folder: Path) -> Done:
    """Run a command as a person does, by starting the program."""
    done = subprocess.run(  # noqa: S603 -- the program itself
        [program(), *words], env=environment, capture_output=True, cwd=folder, check=False
    )
    return Done(done.returncode, done.stdout.decode(), done.stderr.decode())


def started(words: Sequence[str], environment: Mapping[str, str], log: Path) -> Running:
    """Start the program, as a person does, and let it run."""
    with log.open("ab") as out:
        return subprocess.Popen(  # noqa: S603 -- the program itself
            [program(), *words], env=environment, stdout=out, stderr=out
        )


class Copies:
    """Runs commands in copies of one process that has loaded the program and ends with ours.

    There is one such process for all of ours that are copied; what it loads is said before the
    first copy.
    """

    def __init__(self, *more: str) -> None:
        """Say what is loaded once: what commands need, and these modules."""
        self._context = multiprocessing.get_context("forkserver")
        self._context.set_forkserver_preload([*_PRELOADED, *more])

    def __call__(self, words: Sequence[str], environment: Mapping[str, str], folder: Path) -> Done:
        """Run a command.

        Raises:
            Fault: `demo.command.failed`, where it ended without a word.
        """
        ours, theirs = self._context.Pipe(duplex=False)
        process = self._context.Process(
            target=_run, args=(tuple(words), dict(environment), folder, theirs), daemon=True
        )
        process.start()
        theirs.close()
        try:
            done = ours.recv()
        except EOFError:
            process.join()
            raise Fault(
                code="demo.command.failed",
                what=f"`comity {' '.join(words)}` ended with {process.exitcode} and said nothing.",
                fix="Run it by itself.",
            ) from None
        finally:
            ours.close()
        process.join()
        assert isinstance(done, Done)
        return done

    def start(self, words: Sequence[str], environment: Mapping[str, str], log: Path) -> Running:
        """Let a command run that goes on."""
        process = self._context.Process(
            target=_go_on, args=(tuple(words), dict(environment), log), daemon=True
        )
        process.start()
        return _Copy(process)


class _Copy:
    """A copy that goes on."""

    def __init__(self, process: BaseProcess) -> None:
        assert process.pid is not None
        self._process = process
        self.pid = process.pid

    def poll(self) -> int | None:
        return self._process.exitcode

    def wait(self, timeout: float | None = None) -> int:
        self._process.join(timeout)
        code = self._process.exitcode
        if code is None:
            raise subprocess.TimeoutExpired("comity", timeout or 0)
        return code

    def send_signal(self, sig: int) -> None:
        if self.poll() is None:
            os.kill(self.pid, sig)

    def kill(self) -> None:
        self.send_signal(signal.SIGKILL)


def _go_on(words: tuple[str, ...], environment: dict[str, str], log: Path) -> None:
    """Be the program, in a process that is used for nothing else, and print to a file."""
    out = os.open(log, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
    for number in (1, 2):
        os.dup2(out, number)
    os.close(out)
    sys.exit(_main(words, environment))


def _main(words: tuple[str, ...], environment: dict[str, str]) -> int:
    from comity.boot import main  # noqa: PLC0415 -- it imports every command, this one too

    os.environ.clear()
    os.environ.update(environment)
    sys.argv = ["comity", *words]
    return main()


def _run(
    words: tuple[str, ...], environment: dict[str, str], folder: Path, told: Connection
) -> None:
    """Be the program, in a process that is used for nothing else."""
    os.chdir(folder)
    out, err = (io.TextIOWrapper(io.BytesIO(), "utf-8", write_through=True) for _ in range(2))
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        try:
            code = _main(words, environment)
        except SystemExit as ended:  # argparse says so that a command line is wrong
            code = ended.code if isinstance(ended.code, int) else 1
    told.send(Done(code, _printed(out), _printed(err)))
    told.close()


def _printed(stream: io.TextIOWrapper) -> str:
    """Return what a command wrote, as words or as bytes."""
    buffer = stream.detach()
    assert isinstance(buffer, io.BytesIO)
    return buffer.getvalue().decode()
