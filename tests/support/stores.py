"""Stores to test with: each adapter, empty, and the same place opened again.

Floor: tests.
"""

import atexit
import shutil
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from django.db import connections

from comity.adapters.memory import MemoryStore, memory_disk
from comity.adapters.store import connect
from comity.adapters.store.django_store import DjangoStore
from comity.node.base.store import Store

TABLES = (
    "about", "act", "body", "cosignature", "entry", "filed", "granted", "head", "heard", "log",
    "matter", "namedbody", "node", "numbered", "reached", "reference", "tally", "worded", "words",
    "opened", "origin", "receipt", "record", "user",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Place:
    """Where rows are kept.

    Attributes:
        name: `memory`, `sqlite` or `postgres`.
        open: give a store on it, as a process that starts does.
        close: end every store that was given.
        target: the file or DSN, or "".
    """

    name: str
    open: Callable[[], Store]
    close: Callable[[], None]
    target: str = ""


def memory_place() -> Place:
    """Return an empty memory disk."""
    disk = memory_disk()
    return Place("memory", lambda: MemoryStore(disk), lambda: None)


def sqlite_place(folder: Path) -> Place:
    """Return an empty SQLite file."""
    _configure()
    path = folder / "store.sqlite3"
    shutil.copy(_empty_sqlite(), path)
    return _django_place("sqlite", str(path))


def postgres_place(dsn: str) -> Place:
    """Return the PostgreSQL database, emptied."""
    _configure()
    place = _django_place("postgres", dsn)
    connect.migrate_or_refuse(place.name)
    clear(place.name)
    return place


def clear(alias: str) -> None:
    """Drop every row of a database."""
    connection = connections[alias]
    with connection.cursor() as cursor:
        for table in TABLES:
            cursor.execute(f"DELETE FROM store_{table}")  # noqa: S608 -- our own tables
    connection.close()


def _django_place(name: str, target: str) -> Place:
    connect.add_database(name, target)
    opened: list[DjangoStore] = []

    def open_store() -> Store:
        opened.append(DjangoStore(name))
        return opened[-1]

    def close() -> None:
        for store in opened:
            store.close()
        connections[name].close()

    return Place(name, open_store, close, target)


@cache
def _configure() -> None:
    connect.configure(Path(tempfile.gettempdir()), None, "a key that signs nothing but tests")


@cache
def _empty_sqlite() -> Path:
    """Make the tables once; a test copies the file."""
    folder = tempfile.mkdtemp(prefix="comity-store-")
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    path = Path(folder) / "empty.sqlite3"
    connect.add_database("empty", path)
    connect.migrate_or_refuse("empty")
    return path
