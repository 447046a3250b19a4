"""What the command line runs on.

Floor: boot.
"""

from __future__ import annotations

import contextlib
import getpass
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from comity.adapters import clock
from comity.adapters.entropy import SystemEntropy
from comity.boot import lazy_import
from comity.kernel.fault import Fault, quoted
from comity.kernel.ijson import Json
from comity.surfaces.cli import output
from comity.surfaces.cli.context import (
    EXERCISE,
    Backups,
    CalendarWish,
    Home,
    NewSecret,
    Program,
    ServeOptions,
    Settings,
)
from comity.surfaces.cli.main import printed

if TYPE_CHECKING:  # what a command uses of these, it loads
    from comity.boot.home import Opened
    from comity.clocks.calendar import Calendar
    from comity.node.base.finding import Finding
    from comity.node.operate.backup import Member, Place
    from comity.node.operate.fsck.run import Fan
    from comity.node.operate.rebuild import Hands
    from comity.seal.age import Identity, Recipient


def make(environment: Mapping[str, str], *, form: str) -> Program:
    """Return what commands run on.

    Args:
        environment: COMITY_*.
        form: `JSON` or `YAML` where results are printed for machines, else "".
    """
    machinery = _Machinery(environment, None if form else _alarmed)
    is_exercise = bool(environment.get(EXERCISE))
    show = partial(_show_value, form) if form else _show_text
    return Program(
        create_home=machinery.create,
        open_home=machinery.open_home,
        open_to_mend=machinery.open_to_mend,
        serve=machinery.serve,
        doctor=machinery.look,
        token=lambda officer: _token(officer, environment),
        show=partial(_show_marked, show) if is_exercise else show,
        note=_nothing if form else _note,
        now_ms=clock.SystemClock().now_ms,
        random=SystemEntropy(),
        fan=machinery.fan,
        hands=machinery.hands,
        alone=machinery.alone,
        backups=Backups(machinery.own_keys, machinery.taken, machinery.placed),
        propose_calendar=_propose,
        letter=lazy_import.letter,
        rooms=lazy_import.rooms,
        paper=lazy_import.paper,
        change_secret=machinery.change_secret,
    )


class _Machinery:
    """What needs servers, databases and pools: each is loaded by the command that uses it."""

    def __init__(
        self, environment: Mapping[str, str], alarmed: Callable[[str, str], None] | None = None
    ) -> None:
        self._environment = environment
        self._alarmed = alarmed

    def create(
        self, folder: Path, settings: Settings, passphrase_file: Path | None
    ) -> AbstractContextManager[Home]:
        from comity.boot import home  # noqa: PLC0415 -- Django, where a command opens no home

        return home.create(folder, settings, passphrase_file, self._environment)

    def _opened(self, folder: Path) -> AbstractContextManager[Opened]:
        from comity.boot import home  # noqa: PLC0415 -- as above

        return home.opened(folder, self._environment, alarmed=self._alarmed, rows_alone=True)

    @contextmanager
    def open_home(self, folder: Path) -> Iterator[Home]:
        from comity.boot import home_check  # noqa: PLC0415 -- as above

        with self._opened(folder) as found:
            home_check.require_founded(found)
            home_check.require_computed(found)
            yield found.home

    @contextmanager
    def open_to_mend(self, folder: Path) -> Iterator[Home]:
        from comity.boot import home_check  # noqa: PLC0415 -- as above

        with self._opened(folder) as found:
            home_check.require_founded(found)
            yield found.home

    def serve(self, folder: Path, options: ServeOptions) -> int:
        from comity.boot import serve  # noqa: PLC0415 -- two servers and the pages

        return serve.run(folder, options, self._environment)

    def look(self, home: Home) -> list[Finding]:
        from comity.adapters.store import connect  # noqa: PLC0415 -- for doctor alone
        from comity.boot import doctor  # noqa: PLC0415 -- as above

        connect.set_up()
        return doctor.look(home)

    def fan(self, folder: Path, home: Home, jobs: int) -> AbstractContextManager[Fan]:
        from comity.boot import pool  # noqa: PLC0415 -- processes, for fsck alone

        return pool.fan(folder, home, jobs)

    @contextmanager
    def hands(self, folder: Path, entries: int, jobs: int) -> Iterator[Hands | None]:
        from comity.boot import home, pool  # noqa: PLC0415 -- processes, for rebuild alone

        with (
            home.sole(folder, self._environment),
            pool.hands(folder, self._environment, entries, jobs) as hands,
        ):
            yield hands

    @contextmanager
    def alone(self, folder: Path) -> Iterator[None]:
        from comity.boot import home  # noqa: PLC0415 -- as above

        home.require(folder)
        with home.held(folder):
            yield

    def change_secret(self, folder: Path, wish: NewSecret) -> list[Path]:
        from comity.boot import secret  # noqa: PLC0415 -- as above

        return secret.change(folder, wish, self._environment)

    def own_keys(self) -> tuple[Recipient, Identity]:
        from comity.boot import backup  # noqa: PLC0415 -- for backups alone

        return backup.own_keys(self._environment)

    def taken(self, home: Home) -> AbstractContextManager[list[Member]]:
        from comity.adapters.store import connect  # noqa: PLC0415 -- for backups alone
        from comity.boot import backup  # noqa: PLC0415 -- as above

        connect.set_up()
        return backup.taken(home)

    def placed(
        self,
        folder: Path,
        is_sqlite: bool,  # noqa: FBT001 -- as the port says
        sha256: Callable[[], str],
    ) -> AbstractContextManager[Place]:
        from comity.boot import backup  # noqa: PLC0415 -- as above

        return backup.placed(folder, self._environment, sha256, is_sqlite=is_sqlite)


def _propose(wish: CalendarWish) -> Calendar:
    return lazy_import.calendar(wish.country, wish.years, wish.office, wish.zone, wish.calendar_id)


def _token(officer: str, environment: Mapping[str, str]) -> str:
    token = environment.get("COMITY_TOKEN", "")
    if token:
        return token.strip()
    if sys.stdin is not None and sys.stdin.isatty():  # it is None after `<&-`
        with contextlib.suppress(EOFError):  # Ctrl-D
            return getpass.getpass(f"Token of {officer}: ").strip()
    raise Fault(
        code="boot.token.missing",
        what=f"Nothing gives the token of {quoted(officer)}.",
        fix="Set COMITY_TOKEN, give --token-file, or run the command on a terminal, where it asks.",
    )


def _show_marked(show: Callable[[Json, str], None], value: Json, text: str) -> None:
    """Print a result of an exercise: its mark is the first thing and the last."""
    from comity.node.room import exercises  # noqa: PLC0415 -- in an exercise alone

    show(exercises.marked(value), f"{exercises.MARK}\n{text.rstrip()}\n{exercises.MARK}")


def _show_value(form: str, value: Json, _text: str) -> None:
    output.write(printed(value, form), is_for_machines=True)


def _show_text(_value: Json, text: str) -> None:
    output.write(text if text.endswith("\n") else f"{text}\n")


def _note(text: str) -> None:
    output.note(f"{text}\n")


def _alarmed(code: str, what: str) -> None:
    """Tell a person of an alarm that their command raises; a machine reads it as a line of JSON."""
    output.note(f"Alarm: {what} [{code}]\n")


def _nothing(_text: str) -> None:
    pass
