"""The boot seam: Django with the settings of a node, its databases, and room on the disk.

    connect.configure(home, database_url, secret_key)
    store = connect.open_store()

Floor: adapters.
"""

import fcntl
import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import django
from django.apps import apps
from django.conf import settings
from django.db import connections, transaction
from django.db.backends.base.base import BaseDatabaseWrapper

from comity.adapters.desk_settings import DeskSettings
from comity.adapters.store import connections as lines
from comity.adapters.store import databases, table_version
from comity.adapters.store.django_store import DjangoStore
from comity.adapters.store.faults import told
from comity.adapters.store.sqlite.base import OPENING_BYTES, frozen
from comity.kernel.fault import Fault, path_quoted, quoted

if TYPE_CHECKING:  # what makes tables is loaded where some are to be made
    from django.db.migrations.executor import MigrationExecutor

RESERVE_BYTES: Final = 64 << 20
"""Room on the disk that only the hotline and receipts may use (protocol rule 24)."""

MAKING_LOCK: Final = lines.ADVISORY_LOCK + 1
"""Whoever makes the tables of a PostgreSQL database holds it."""


def configure(
    home: Path,
    database_url: str | None,
    secret_key: str,
    *,
    desk: DeskSettings | None = None,
    debug: bool = False,
    rows_alone: bool = False,
) -> None:
    """Set Django up for a node, once in a process; a second call changes the database alone.

    Args:
        home: the node's folder, which exists.
        database_url: `postgresql://…`, or None for a SQLite file in the home.
        secret_key: signs sessions.
        desk: how officers reach the pages, and who says who they are.
        debug: show tracebacks in pages.
        rows_alone: leave its applications until tables are made, or `set_up` is called.
    """
    from comity.adapters import settings as ours  # noqa: PLC0415 -- only now, so that nothing reads settings before they are whole

    given = ours.for_node(home, database_url, secret_key, desk=desk, debug=debug)
    if settings.configured:
        add_database("default", database_url or home / databases.FILE_NAME)
    else:
        constants = {name: getattr(ours, name) for name in dir(ours) if name.isupper()}
        settings.configure(**(constants | given))
    if not rows_alone:
        set_up()


def set_up() -> None:
    """Load Django's applications, which accounts, pages and the making of tables need."""
    if not apps.ready:
        django.setup()


def add_database(alias: str, path_or_dsn: Path | str) -> None:
    """Let Django know a further database of this process, or another one by that alias.

    Args:
        alias: what a `DjangoStore` names it by.
        path_or_dsn: a SQLite file or `postgresql://…`.
    """
    known: dict[str, dict[str, Any]] = connections.settings
    if alias in known:
        connections[alias].close()
        del connections[alias]
    known[alias] = connections.configure_settings(
        {"default": {}, **known, alias: databases.of(path_or_dsn)}
    )[alias]


def open_store(alias: str = "default") -> DjangoStore:
    """Return the store of a database, its tables made or brought up to this version.

    Raises:
        Fault: see `migrate_or_refuse`.
    """
    migrate_or_refuse(alias)
    return DjangoStore(alias)


def migrate_or_refuse(alias: str = "default") -> None:
    """Bring a database up to this version of the program; a start that cannot is no start.

    Raises:
        Fault: `adapters.store.newer` for a database that a newer version made,
            `adapters.store.encoding`, `adapters.store.migration-failed`, or what every use of a
            store may raise.
    """
    connection = connections[alias]
    try:
        with told():
            if connection.vendor == "sqlite":
                _make_file(Path(str(connection.settings_dict["NAME"])))
            _migrate(alias)
    except Fault as fault:
        raise _disk(connection) or fault from fault
    except Exception as error:
        raise Fault(
            code="adapters.store.migration-failed",
            what=f"The tables of this version cannot be made: {quoted(str(error))}.",
            fix="Start the version before again, and report this; nothing was changed.",
        ) from error
    finally:
        connection.close()


def is_older(alias: str = "default") -> bool:
    """Return whether a database has tables, and an older version of the program made them.

    Raises:
        Fault: as `migrate_or_refuse`.
    """
    connection = connections[alias]
    if connection.vendor == "sqlite" and not Path(str(connection.settings_dict["NAME"])).exists():
        return False
    try:
        with told():
            if table_version.is_current(alias):
                return False
            executor = _executor(alias)
            return bool(executor.loader.applied_migrations) and _is_to_make(executor)
    finally:
        connection.close()


def _disk(connection: BaseDatabaseWrapper) -> Fault | None:
    """Return what to say where SQLite cannot be opened since its disk is full or not to be written.

    It then finds no room for its shared memory, or may make none, and calls both an error of the
    disk.
    """
    if connection.vendor != "sqlite":
        return None
    file = Path(str(connection.settings_dict["NAME"]))
    folder = file.parent
    if not folder.is_dir():
        return None
    if not all(os.access(path, os.W_OK) for path in (folder, file) if path.exists()):
        return Fault(
            code="node.store.unreachable",
            what=f"The database in {path_quoted(folder)} cannot be opened: this user may not write "
            "there, or the file system is mounted for reading alone.",
            fix="Give the folder and what is in it to the user that serves the home (`ls -la`), or "
            "mount it for writing; after an error of the disk `dmesg` says why it is not.",
        )
    if free_bytes(folder) >= OPENING_BYTES and free_files(folder) != 0:
        return None
    return Fault(
        code="node.store.full",
        what="The disk of the database is full: it cannot even be opened.",
        fix="Free disk space on this machine; nothing was written.",
    )


def free_bytes(home: Path) -> int:
    """Return how many bytes this process may still write to the disk of a folder."""
    disk = os.statvfs(home)
    return disk.f_bavail * disk.f_frsize


def free_files(home: Path) -> int | None:
    """Return how many more files the disk of a folder takes; None where it has no limit."""
    disk = os.statvfs(home)
    return disk.f_favail if disk.f_files else None


def require_room(home: Path, size_bytes: int, *, reserve_bytes: int = RESERVE_BYTES) -> None:
    """Check that bytes fit and the reserve stays; ask before they are accepted.

    Args:
        home: a folder on the disk.
        size_bytes: what is to be written.
        reserve_bytes: what must stay free; 0 for the hotline and for receipts.

    Raises:
        Fault: `node.store.full`.
    """
    free = free_bytes(home)
    if free - size_bytes < reserve_bytes:
        raise Fault(
            code="node.store.full",
            what=f"The disk of the home has {free} bytes left; {size_bytes} more would break"
            f" into the reserve of {reserve_bytes}.",
            fix="Free disk space on this machine; nothing was written.",
        )


def _executor(alias: str) -> "MigrationExecutor":
    """Return what makes tables, with what it needs."""
    set_up()
    from django.db.migrations.executor import MigrationExecutor  # noqa: PLC0415 -- it takes longer to load than most commands take

    return MigrationExecutor(connections[alias])


def _migrate(alias: str) -> None:
    if table_version.is_current(alias):
        return
    executor = _executor(alias)
    if not _is_to_make(executor):
        return
    if not executor.loader.applied_migrations:
        _require_utf8(connections[alias])
    with _alone(connections[alias]):
        executor = _executor(alias)  # another process may have done it
        executor.loader.check_consistent_history(connections[alias])
        with _whole(connections[alias]):
            executor.migrate(executor.loader.graph.leaf_nodes())


def _require_utf8(connection: BaseDatabaseWrapper) -> None:
    """Return if a new database takes every letter.

    Raises:
        Fault: `adapters.store.encoding`.
    """
    if connection.vendor == "sqlite":
        return
    with connection.cursor() as cursor:
        cursor.execute("SHOW server_encoding")
        found = str(cursor.fetchone()[0])
    if found != "UTF8":
        raise Fault(
            code="adapters.store.encoding",
            what=f"The database is in {quoted(found)}: it would refuse names in other scripts.",
            fix="Make one in UTF-8, `CREATE DATABASE name ENCODING 'UTF8' TEMPLATE template0`, and "
            "name that; nothing was written.",
        )


@contextmanager
def _whole(connection: BaseDatabaseWrapper) -> Iterator[None]:
    """Make all tables in one transaction: half of them would be nobody's, and the way back closed.

    SQLite changes tables only where foreign keys are not checked, which Django asks for before.
    """
    connection.disable_constraint_checking()
    with transaction.atomic(connection.alias):
        yield
    connection.enable_constraint_checking()


@contextmanager
def _alone(connection: BaseDatabaseWrapper) -> Iterator[None]:
    """Let one process at a time make tables: after an upgrade several may start at once.

    The lock ends with the connection, or with the process that holds it.
    """
    if connection.vendor != "sqlite":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_lock(%s)", (MAKING_LOCK,))
        yield
        return
    folder = os.open(Path(str(connection.settings_dict["NAME"])).absolute().parent, os.O_RDONLY)
    try:
        fcntl.flock(folder, fcntl.LOCK_EX)
        yield
    finally:
        os.close(folder)


def _is_to_make(executor: "MigrationExecutor") -> bool:
    """Return whether any table is to be made or changed.

    Raises:
        Fault: `adapters.store.newer`.
    """
    unknown = sorted(
        name
        for app, name in executor.loader.applied_migrations
        if app == "store" and ("store", name) not in executor.loader.disk_migrations
    )
    if unknown:
        raise Fault(
            code="adapters.store.newer",
            what=f"A newer version of this program made the database: {quoted(unknown[-1])}.",
            fix="Start that version, or restore a backup of this one.",
        )
    return bool(executor.migration_plan(executor.loader.graph.leaf_nodes()))


def _make_file(path: Path) -> None:
    """Make a new SQLite file that only its owner reads; see that another one is a database."""
    if path.parent.is_dir() and not path.exists():
        path.touch(mode=0o600)  # the companions of the file follow its mode
    if frozen(path):
        return
    with closing(sqlite3.connect(path)) as raw:
        raw.execute("PRAGMA schema_version")
