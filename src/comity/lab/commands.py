"""How the lab types a command: each in a process of its own, with its own environment.

    anew(words, environment, folder)             starts the program, as a person does
    Copies()(words, environment, folder)         copies a process that has loaded the program

Loading the program takes longer than most commands.  A play of a hundred commands loads it once
and copies that process (fork) for each of them: what then runs is the same entry point, with the
same words, environment and folder, and ends with its process.

Floor: lab.
"""

import contextlib
import io
import multiprocessing
import os
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Final

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


class Copies:
    """Runs commands in copies of one process that has loaded the program and ends with ours."""

    def __init__(self) -> None:
        self._context = multiprocessing.get_context("forkserver")
        self._context.set_forkserver_preload([*_PRELOADED])

    def __call__(self, words: Sequence[str], environment: Mapping[str, str], folder: Path) -> Done:
        """Run a command.

        Raises:
            Fault: `lab.command.failed`, where it ended without a word.
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
                code="lab.command.failed",
                what=f"`comity {' '.join(words)}` ended with {process.exitcode} and said nothing.",
                fix="Run it by itself.",
            ) from None
        finally:
            ours.close()
        process.join()
        assert isinstance(done, Done)
        return done


def _run(
    words: tuple[str, ...], environment: dict[str, str], folder: Path, told: Connection
) -> None:
    """Be the program, in a process that is used for nothing else."""
    from comity.boot import main  # noqa: PLC0415 -- it imports every command, this one too

    os.environ.clear()
    os.environ.update(environment)
    os.chdir(folder)
    sys.argv = ["comity", *words]
    out, err = io.StringIO(), io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        try:
            code = main()
        except SystemExit as ended:  # argparse says so that a command line is wrong
            code = ended.code if isinstance(ended.code, int) else 1
    told.send(Done(code, out.getvalue(), err.getvalue()))
    told.close()
