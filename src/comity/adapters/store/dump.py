"""A consistent copy of a database, taken while it is used, and put back.

    SQLite        VACUUM INTO a file: one snapshot, compact, the writer goes on
    PostgreSQL    COPY of each table within one REPEATABLE READ transaction

Floor: adapters.
"""

import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any, Final

from django.db import connections
from django.db.migrations.recorder import MigrationRecorder

from comity.adapters.store import databases
from comity.adapters.store.faults import told
from comity.kernel.fault import Fault, quoted

SUFFIX: Final = ".copy"
_CHUNK_BYTES: Final = 1 << 20
_ACCOUNTS: Final = ("mfa_authenticator", "socialaccount_socialaccount")
"""Tables of django-allauth that a restored node needs: sessions are begun anew."""

_SESSIONS: Final = ("django_session", "usersessions_usersession")
"""Who had signed in when the copy was made is not let in by it, nor by whoever reads it."""


def migration(alias: str = "default") -> str:
    """Return the newest migration of a database: which version of the tables it has."""
    applied = MigrationRecorder(connections[alias]).applied_migrations()
    connections[alias].close()
    return max(name for app, name in applied if app == "store")


def take(folder: Path, alias: str = "default") -> list[Path]:
    """Copy a database into files of a folder; return them.

    Raises:
        Fault: `node.store.*`.
    """
    described = connections[alias].settings_dict
    with told():
        if not _is_postgresql(described):
            target = folder / databases.FILE_NAME
            with closing(sqlite3.connect(str(described["NAME"]))) as line:
                line.execute("VACUUM INTO ?", (str(target),))
            _end_sessions(target)
            return [target]
        with _postgresql(alias) as line:
            line.execute("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY")
            return [_copy_out(line, folder, table) for table in _tables(alias)]


def _end_sessions(target: Path) -> None:
    with closing(sqlite3.connect(target)) as line, line:
        line.execute("PRAGMA secure_delete = ON")
        for table in _SESSIONS:
            line.execute(f"DELETE FROM {table}")  # noqa: S608 -- our own tables


def put_back(files: Iterable[Path], alias: str = "default") -> None:
    """Fill the empty tables of a PostgreSQL database from copies; a SQLite file is just placed.

    Raises:
        Fault: `adapters.store.not-empty`, `node.store.*`.
    """
    by_table = {path.name.removesuffix(SUFFIX): path for path in files}
    with told(), _postgresql(alias) as line:
        line.execute("BEGIN")
        for table in _tables(alias):
            if line.execute(f"SELECT 1 FROM {table} LIMIT 1").fetchall():  # noqa: S608 -- our own tables
                raise Fault(
                    code="adapters.store.not-empty",
                    what=f"The database has rows in {quoted(table)} already.",
                    fix="Name an empty database in COMITY_DATABASE; nothing is overwritten.",
                )
            if table in by_table:
                _copy_in(line, by_table[table], table)
        for table in ("store_user", *_ACCOUNTS):
            line.execute(
                f"SELECT setval(pg_get_serial_sequence('{table}', 'id'),"  # noqa: S608 -- our own tables
                f" (SELECT coalesce(max(id), 0) + 1 FROM {table}), false)"
            )
        line.execute("COMMIT")


def is_postgresql(alias: str = "default") -> bool:
    """Return whether a database is PostgreSQL."""
    return _is_postgresql(connections[alias].settings_dict)


def _is_postgresql(described: dict[str, Any]) -> bool:
    return str(described["ENGINE"]).endswith("postgresql")


def _tables(alias: str) -> list[str]:
    with connections[alias].cursor() as cursor:
        names = connections[alias].introspection.table_names(cursor)
    connections[alias].close()
    return sorted(name for name in names if name.startswith("store_") or name in _ACCOUNTS)


@contextmanager
def _postgresql(alias: str) -> Iterator[Any]:
    wrapper = connections.create_connection(alias)
    wrapper.connect()
    line = wrapper.connection
    assert line is not None
    line.autocommit = True
    try:
        yield line
    finally:
        line.close()


def _copy_out(line: Any, folder: Path, table: str) -> Path:  # noqa: ANN401 -- the driver is optional
    path = folder / f"{table}{SUFFIX}"
    with (
        path.open("wb") as file,
        line.cursor() as cursor,
        cursor.copy(f"COPY {table} TO STDOUT (FORMAT binary)") as copy,
    ):
        for data in copy:
            file.write(data)
    return path


def _copy_in(line: Any, path: Path, table: str) -> None:  # noqa: ANN401 -- the driver is optional
    with (
        path.open("rb") as file,
        line.cursor() as cursor,
        cursor.copy(f"COPY {table} FROM STDIN (FORMAT binary)") as copy,
    ):
        while data := file.read(_CHUNK_BYTES):
            copy.write(data)
