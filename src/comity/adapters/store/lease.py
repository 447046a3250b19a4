"""The lease of the one process that serves a database of PostgreSQL, from whatever machine.

    with lease.taken(dsn) as held:      nothing, for SQLite: the lock of its home is enough
        held.is_kept()                  asks the server; False once another process has it

It keeps two machines from doing the work of one twice.  No promise rests on it: entries are one
history since the database has one writer, and who answers for a server that was promoted is said
by high-water marks and partners.

Source: PostgreSQL 17, "Advisory Locks"; libpq, application_name.
Floor: adapters.
"""

import os
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Final, Protocol

from comity.adapters.store import databases
from comity.kernel.fault import Fault, quoted

if TYPE_CHECKING:
    import psycopg

LOCK: Final = 0x636F6D6974790001
"""`comity` in ASCII, and one more: the writer of the database holds another."""

CONNECT_S: Final = 5

_NAME: Final = "comity serve"
_HOLDER: Final = """
SELECT activity.application_name
FROM pg_locks AS locks JOIN pg_stat_activity AS activity USING (pid)
WHERE locks.locktype = 'advisory' AND locks.granted AND locks.objsubid = 1
  AND locks.database = (SELECT oid FROM pg_database WHERE datname = current_database())
  AND (locks.classid::bigint << 32 | locks.objid::bigint) = %s
"""


class Lease(Protocol):
    """The right to serve one database."""

    def is_kept(self) -> bool:
        """Return whether no other process has it; it is taken again where the line broke.

        Where the server does not answer nobody can have it: that says True.
        """
        ...


class _Sole:
    """Of SQLite: the lock of the home is it."""

    def is_kept(self) -> bool:
        """Nobody else can."""
        return True


class _Session:
    """A lock of a connection that does nothing else."""

    def __init__(self, dsn: str) -> None:
        self._dsn = dsn
        self._line: psycopg.Connection[Any] | None = None

    def take(self) -> None:
        """Take it.

        Raises:
            Fault: `adapters.database.already-served`, naming machine and process.
            psycopg.OperationalError: the server does not answer.
        """
        import psycopg  # noqa: PLC0415 -- an optional part: of who has PostgreSQL

        name = f"{_NAME} {socket.gethostname()} {os.getpid()}"
        given_up: dict[str, Any] = {**databases.GIVEN_UP, "connect_timeout": CONNECT_S}
        made = psycopg.connect(self._dsn, autocommit=True, application_name=name, **given_up)
        row = made.execute("SELECT pg_try_advisory_lock(%s)", (LOCK,)).fetchone()
        if not row or not row[0]:
            holder = made.execute(_HOLDER, (LOCK,)).fetchone()
            made.close()
            raise _already_served(str(holder[0]) if holder else "")
        self._line = made

    def is_kept(self) -> bool:
        """See `Lease`."""
        import psycopg  # noqa: PLC0415 -- as above

        try:
            if self._line is not None:
                self._line.execute("SELECT 1")
                return True
        except psycopg.Error:
            self.close()
        try:
            self.take()
        except psycopg.Error:
            return True
        except Fault:
            return False
        return True

    def close(self) -> None:
        """Give it back."""
        if self._line is not None:
            self._line.close()
            self._line = None


@contextmanager
def taken(database: str) -> Iterator[Lease]:
    """Hold the lease of a database for the length of a `with`.

    Args:
        database: `postgresql://…`, or "" for SQLite.

    Raises:
        Fault: `adapters.database.already-served`.
    """
    if not database:
        yield _Sole()
        return
    session = _Session(database)
    session.take()
    try:
        yield session
    finally:
        session.close()


def lost() -> Fault:
    """Say that another process serves the database by now."""
    return _already_served("")


def _already_served(holder: str) -> Fault:
    who = holder.removeprefix(_NAME).strip()
    host, _, process = who.rpartition(" ")
    by = f"process {quoted(process)} of {quoted(host)}" if host else "another process"
    return Fault(
        code="adapters.database.already-served",
        what=f"The database is served already, by {by}.",
        fix="Stop that one first, then try again: one process signs for a database.",
    )
