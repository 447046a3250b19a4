"""What the command line runs on.

Floor: boot.
"""

import getpass
import sys
from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

from comity.adapters import clock
from comity.adapters.entropy import SystemEntropy
from comity.boot import backup, machine, pool, serve
from comity.boot import home as homes
from comity.kernel import ijson
from comity.kernel.fault import Fault, quoted
from comity.kernel.ijson import Json
from comity.surfaces.cli.context import Backups, Home, Program, Settings


def make(environment: Mapping[str, str], *, is_json: bool) -> Program:
    """Return what commands run on.

    Args:
        environment: COMITY_*.
        is_json: whether results are printed for machines.
    """

    def create(
        folder: Path, settings: Settings, passphrase_file: Path | None
    ) -> AbstractContextManager[Home]:
        return homes.create(folder, settings, passphrase_file, environment)

    @contextmanager
    def open_home(folder: Path) -> Iterator[Home]:
        with homes.opened(folder, environment) as found:
            homes.require_founded(found)
            yield found.home

    return Program(
        create_home=create,
        open_home=open_home,
        serve=lambda folder, options: serve.run(folder, options, environment),
        doctor=machine.look,
        token=lambda officer: _token(officer, environment),
        show=_show_json if is_json else _show_text,
        note=_nothing if is_json else _note,
        now_ms=clock.SystemClock().now_ms,
        random=SystemEntropy(),
        fan=pool.fan,
        backups=Backups(
            own_keys=lambda: backup.own_keys(environment),
            taken=backup.taken,
            placed=lambda folder: backup.placed(folder, environment),
        ),
    )


def _token(officer: str, environment: Mapping[str, str]) -> str:
    token = environment.get("COMITY_TOKEN", "")
    if token:
        return token.strip()
    if not sys.stdin.isatty():
        raise Fault(
            code="boot.token.missing",
            what=f"Nothing gives the token of {quoted(officer)}.",
            fix="Set COMITY_TOKEN, or run the command on a terminal, where it asks.",
        )
    return getpass.getpass(f"Token of {officer}: ").strip()


def _show_json(value: Json, _text: str) -> None:
    sys.stdout.write(ijson.render(value).decode() + "\n")


def _show_text(_value: Json, text: str) -> None:
    sys.stdout.write(text if text.endswith("\n") else f"{text}\n")


def _note(text: str) -> None:
    sys.stderr.write(f"{text}\n")


def _nothing(_text: str) -> None:
    pass
