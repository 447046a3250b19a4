"""What a database says when the world fails, in our words.

Floor: adapters.
"""

import re
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from comity.kernel.fault import Fault, quoted

_PRIMARY_CODE: Final = 0xFF
_BEFORE: Final = re.compile(r"(?:FATAL|ERROR): +|connection to server at .{1,300}? failed: ")
_FIXES: Final = {
    "node.store.full": "Free disk space on the machine of the database; nothing was written.",
    "node.store.failed": "Check the disk, then start the node again: it is not known whether the"
    " last change was written.",
    "node.store.read-only": "Mount the disk of the home for writing, or give the folder to the user"
    " that serves it; after an error of the disk `dmesg` says why it is not. What is there can be"
    " read meanwhile.",
    "node.store.busy": "Try again; if it stays so, end the other process that writes to this home.",
    "node.store.damaged": "Restore the newest backup, then recover from the peers' mirrors.",
    "node.store.denied": "Let the database belong to the role of this node: `ALTER DATABASE name"
    " OWNER TO role`, and so its tables where another role made them; then start the node again.",
    "node.store.unreachable": "Check that the database runs, takes changes and lets this node in;"
    " it is not known whether a change that was under way was written.",
}
_OF_SQLITE: Final = {
    sqlite3.SQLITE_FULL: "node.store.full",
    sqlite3.SQLITE_IOERR: "node.store.failed",
    sqlite3.SQLITE_BUSY: "node.store.busy",
    sqlite3.SQLITE_LOCKED: "node.store.busy",
    sqlite3.SQLITE_CORRUPT: "node.store.damaged",
    sqlite3.SQLITE_NOTADB: "node.store.damaged",
    sqlite3.SQLITE_CANTOPEN: "node.store.unreachable",
    sqlite3.SQLITE_READONLY: "node.store.read-only",
    sqlite3.SQLITE_PERM: "node.store.unreachable",
}
_OF_POSTGRESQL: Final = {
    "53100": "node.store.full",
    "55P03": "node.store.busy",
    "42501": "node.store.denied",
    "40001": "node.store.busy",
    "40P01": "node.store.busy",
    "53300": "node.store.busy",
    "58030": "node.store.failed",
    "XX001": "node.store.damaged",
    "XX002": "node.store.damaged",
}
_CLASSES_UNREACHABLE: Final = ("08", "28", "3D", "57", "25")
"""Connection, sign-in, database name, operator's intervention, a standby that only reads."""


@contextmanager
def told() -> Iterator[None]:
    """Turn what a driver raises within into a `Fault`; what is our own bug stays as it is."""
    try:
        yield
    except Exception as error:
        code = code_of(error)
        if code is None:
            raise
        raise fault(code, str(error)) from error


def fault(code: str, why: str = "") -> Fault:
    """Return the fault with that code, and what a database says of it if it was asked.

    What libpq puts before the words of the server, `connection to server at … failed: FATAL:`,
    would take the room of them.
    """
    if not why:
        return Fault(code=code, what="The disk of the database takes no changes.", fix=_FIXES[code])
    words = _BEFORE.split(why.strip())[-1].partition("\n")[0]
    return Fault(code=code, what=f"The database says {quoted(words)}.", fix=_FIXES[code])


def code_of(error: BaseException) -> str | None:
    """Return the code of what a driver, or Django around it, raised; None for our own bug."""
    if isinstance(error, Fault):
        return None
    if isinstance(error, sqlite3.Error):
        number = getattr(error, "sqlite_errorcode", None)
        return None if number is None else _OF_SQLITE.get(number & _PRIMARY_CODE)
    if type(error).__module__.startswith("psycopg"):
        return _of_postgresql(error)
    cause = error.__cause__ or error.__context__  # migrations wrap what a driver said in words
    if type(error).__module__.startswith("django.db") and cause is not None:
        return code_of(cause)
    return None


def _of_postgresql(error: BaseException) -> str | None:
    state = getattr(error, "sqlstate", None)
    if state is None:  # no server answered
        is_operational = type(error).__name__ in ("OperationalError", "ConnectionTimeout")
        return "node.store.unreachable" if is_operational else None
    if state in _OF_POSTGRESQL:
        return _OF_POSTGRESQL[state]
    return "node.store.unreachable" if state.startswith(_CLASSES_UNREACHABLE) else None
