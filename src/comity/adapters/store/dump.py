"""A consistent copy of a database, taken while it is used, and put back.

    SQLite        VACUUM INTO a file: one snapshot, compact, the writer goes on
    PostgreSQL    the rows of each table, in one REPEATABLE READ transaction, into a SQLite file

The copy is a SQLite file in either case: it comes back as either, and one that an older version
made is brought up to this one as any such file is.  Between the two goes all but the index of
words, whose form is each database's own: `node.room.search_index` makes it anew from what is there.

Floor: adapters.
"""

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any, Final

from django.db import connections
from django.db.migrations.recorder import MigrationRecorder

from comity.adapters.store import connect, databases
from comity.adapters.store.faults import told
from comity.kernel.fault import Fault, quoted
from comity.node.exchange import destroyed_blobs
from comity.node.room import search_index

_PAGE: Final = 2_000
_ACCOUNTS: Final = ("mfa_authenticator", "socialaccount_socialaccount")
"""Tables of django-allauth that a restored node needs: sessions are begun anew."""

_SESSIONS: Final = ("django_session", "usersessions_usersession")
"""Who had signed in when the copy was made is not let in by it, nor by whoever reads it."""

_WORDS: Final = "store_word"
"""How the tables of the index of words begin, and those that SQLite makes for it."""

_WORD_MARKS: Final = (search_index.MARK, destroyed_blobs.UNWORDED)
"""Records that tell what is indexed: without them all is."""

_AS_IN_SQLITE: Final = {
    "boolean": "{}::int",
    "jsonb": "{}::text",
    "timestamp with time zone": "to_char({} AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI:SS.US')",
}
"""By type of a column of PostgreSQL: what SQLite has in its place, as Django spells it."""

_TYPES: Final = """SELECT column_name, data_type FROM information_schema.columns
    WHERE table_schema = current_schema() AND table_name = %s"""


def migration(alias: str = "default") -> str:
    """Return the newest migration of a database: which version of the tables it has."""
    applied = MigrationRecorder(connections[alias]).applied_migrations()
    connections[alias].close()
    return max(name for app, name in applied if app == "store")


def size_bytes(alias: str = "default") -> int:
    """Return how large a copy will be, at most or about."""
    if not is_postgresql(alias):
        name = str(connections[alias].settings_dict["NAME"])
        files = (Path(name), Path(f"{name}-wal"))
        return sum(file.stat().st_size for file in files if file.exists())
    with told(), _postgresql(alias) as line:
        size: int = line.execute("SELECT pg_database_size(current_database())").fetchone()[0]
        return size


def take(folder: Path, alias: str = "default") -> Path:
    """Copy a database into a SQLite file of a folder; return it.

    Raises:
        Fault: `node.store.*`.
    """
    target = folder / databases.FILE_NAME
    described = connections[alias].settings_dict
    if _is_postgresql(described):
        _make(target, f"{alias}-copy")
        with told(), _scratch(target) as copy, _postgresql(alias) as line:
            line.execute("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY")
            for table in _tables(copy):
                _copy_out(line, copy, table)
            _forget_words(copy)
        return target
    with told():
        with closing(sqlite3.connect(str(described["NAME"]))) as line:
            line.execute("VACUUM INTO ?", (str(target),))
        _end_sessions(target)
    return target


def _end_sessions(target: Path) -> None:
    with closing(sqlite3.connect(target)) as line, line:
        line.execute("PRAGMA secure_delete = ON")
        for table in _SESSIONS:
            line.execute(f"DELETE FROM {table}")  # noqa: S608 -- our own tables


def put_back(file: Path, alias: str = "default") -> None:
    """Fill the empty tables of a PostgreSQL database from a copy, in one transaction.

    Args:
        file: as `take` made it, of this version or an older one; it is changed.
        alias: of the database.

    Raises:
        Fault: `adapters.store.not-empty`, `adapters.store.newer`, `node.store.*`.
    """
    _make(file, f"{alias}-copy")
    with told(), _scratch(file) as copy, _postgresql(alias) as line:
        _forget_words(copy)
        line.execute("BEGIN; SET LOCAL TimeZone = 'UTC'", prepare=False)
        for table in _tables(copy):
            if line.execute(f'SELECT 1 FROM "{table}" LIMIT 1').fetchall():  # noqa: S608 -- our own tables
                raise Fault(
                    code="adapters.store.not-empty",
                    what=f"The database has rows in {quoted(table)} already.",
                    fix="Name an empty database in COMITY_DATABASE; nothing is overwritten.",
                )
            _copy_in(line, copy, table)
            line.execute(f'ANALYZE "{table}"')  # or each question reads all rows until it is done
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


def _make(file: Path, alias: str) -> None:
    """Make the tables of this version in a SQLite file, or bring them up to it."""
    connect.add_database(alias, file)
    connect.migrate_or_refuse(alias)


@contextmanager
def _scratch(file: Path) -> Iterator[sqlite3.Connection]:
    """Give a file that nobody else has, and that is made again if this breaks off."""
    with closing(sqlite3.connect(file)) as copy:
        copy.execute("PRAGMA journal_mode = OFF")
        copy.execute("PRAGMA synchronous = OFF")
        with copy:
            yield copy


def _tables(copy: sqlite3.Connection) -> list[str]:
    """Return which tables go from one database to the other."""
    names = [name for (name,) in copy.execute("SELECT name FROM sqlite_schema WHERE type='table'")]
    ours = [name for name in names if name.startswith("store_") and not name.startswith(_WORDS)]
    return sorted([*ours, *_ACCOUNTS])


def _columns(copy: sqlite3.Connection, table: str) -> list[str]:
    return [str(row[1]) for row in copy.execute(f'PRAGMA table_info("{table}")')]


def _forget_words(copy: sqlite3.Connection) -> None:
    copy.executemany("DELETE FROM store_record WHERE kind = ?", [(kind,) for kind in _WORD_MARKS])


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


def _copy_out(line: Any, copy: sqlite3.Connection, table: str) -> None:  # noqa: ANN401 -- the driver is optional
    names = _columns(copy, table)
    types = dict(line.execute(_TYPES, (table,)).fetchall())
    wanted = ", ".join(_AS_IN_SQLITE.get(types[name], "{}").format(f'"{name}"') for name in names)
    with line.cursor(f"copy_{table}", binary=True) as cursor:
        cursor.itersize = _PAGE
        cursor.execute(f'SELECT {wanted} FROM "{table}"')  # noqa: S608 -- our own tables
        into = f'INSERT INTO "{table}" ({_list(names)}) VALUES ({", ".join("?" * len(names))})'  # noqa: S608 -- as above
        copy.executemany(into, cursor)


def _copy_in(line: Any, copy: sqlite3.Connection, table: str) -> None:  # noqa: ANN401 -- the driver is optional
    names = _list(_columns(copy, table))
    with (
        line.cursor() as cursor,
        cursor.copy(f'COPY "{table}" ({names}) FROM STDIN') as rows,
    ):
        for row in copy.execute(f'SELECT {names} FROM "{table}"'):  # noqa: S608 -- our own tables
            rows.write_row(row)


def _list(names: list[str]) -> str:
    return ", ".join(f'"{name}"' for name in names)
