"""Lines to a database: one that writes, and as many that read as read at once.

    write   one at a time in this process (a lock that hands over at once), and one at a time
            among processes (SQLite: BEGIN IMMEDIATE; PostgreSQL: an advisory lock)
    read    a snapshot taken when it begins

One line that writes keeps one warm page cache, however many threads there are.

Floor: adapters.
"""

import sqlite3
import threading
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from functools import lru_cache
from pathlib import Path
from typing import Any, Final, Protocol, override

from django.db import connections

from comity.adapters.store import databases, flaws
from comity.adapters.store.faults import code_of, fault, told
from comity.adapters.store.read_cache import Known
from comity.adapters.store.sqlite.base import frozen
from comity.adapters.store.writer_turn import WriterTurn

VACUUM_BYTES_MAX: Final = 512 << 20
"""A SQLite file up to this size is written anew when something was destroyed."""

ADVISORY_LOCK: Final = 0x636F6D697479
"""`comity` in ASCII: the writer of a PostgreSQL database holds it."""

type Value = int | str | bytes | None
type Row = tuple[Any, ...]


class Line(Protocol):
    """One connection, in or out of a transaction.  SQL has `%s` for a value."""

    known: Known

    def begin_write(self) -> None:
        """Begin as the only writer."""
        ...

    def begin_read(self) -> None:
        """Take a snapshot."""
        ...

    def commit(self) -> None:
        """End, durably."""
        ...

    def rollback(self) -> None:
        """End without a change."""
        ...

    def run(self, sql: str, values: Sequence[Value] = ()) -> int:
        """Change rows; return how many."""
        ...

    def overwrite(self, sql: str, values: Sequence[Value] = ()) -> None:
        """Delete rows so that nothing of them is left in the file, as far as that can be."""
        ...

    def run_many(self, sql: str, rows: Iterable[Sequence[Value]]) -> None:
        """Change rows once for each row of values."""
        ...

    def rows(self, sql: str, values: Sequence[Value] = ()) -> list[Row]:
        """Return what a query finds."""
        ...

    def close(self) -> None:
        """Close the connection."""
        ...


class SqliteLine(Line):
    """A connection to a SQLite file."""

    def __init__(self, raw: sqlite3.Connection, frozen: str = "") -> None:
        self.raw = raw
        self.frozen = frozen
        self.known = Known()

    @override
    def begin_write(self) -> None:
        if self.frozen:
            raise fault(self.frozen)
        self.raw.execute("BEGIN IMMEDIATE")

    @override
    def begin_read(self) -> None:
        self.raw.execute("BEGIN")
        self.raw.execute("SELECT 1 FROM store_origin LIMIT 1").fetchall()

    @override
    def commit(self) -> None:
        self.raw.execute("COMMIT")

    @override
    def rollback(self) -> None:
        if self.raw.in_transaction:  # a full disk has rolled back by itself
            self.raw.execute("ROLLBACK")

    @override
    def run(self, sql: str, values: Sequence[Value] = ()) -> int:
        return self.raw.execute(_for_sqlite(sql), values).rowcount

    @override
    def overwrite(self, sql: str, values: Sequence[Value] = ()) -> None:
        self.raw.execute("PRAGMA secure_delete=ON").fetchall()
        try:
            self.run(sql, values)
        finally:
            self.raw.execute("PRAGMA secure_delete=FAST").fetchall()

    @override
    def run_many(self, sql: str, rows: Iterable[Sequence[Value]]) -> None:
        self.raw.executemany(_for_sqlite(sql), rows)

    @override
    def rows(self, sql: str, values: Sequence[Value] = ()) -> list[Row]:
        return self.raw.execute(_for_sqlite(sql), values).fetchall()

    @override
    def close(self) -> None:
        self.raw.close()


class PostgresLine(Line):
    """A connection to PostgreSQL."""

    def __init__(self, raw: Any) -> None:  # noqa: ANN401 -- the driver is optional
        self.raw = raw
        self.known = Known()
        raw.prepare_threshold = 2
        self._cursor = raw.cursor(binary=True)

    @override
    def begin_write(self) -> None:
        # The level is said, whatever the database's own is: a snapshot for the whole transaction
        # would be taken before the wait for the lock, and not have what was committed meanwhile.
        self._simple(
            f"BEGIN ISOLATION LEVEL READ COMMITTED; SELECT pg_advisory_xact_lock({ADVISORY_LOCK})"
        )

    @override
    def begin_read(self) -> None:
        self._simple(
            "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY; SELECT 1 FROM store_origin LIMIT 1"
        )

    @override
    def commit(self) -> None:
        self._simple("COMMIT")

    @override
    def overwrite(self, sql: str, values: Sequence[Value] = ()) -> None:
        self.run(sql, values)

    @override
    def rollback(self) -> None:
        self._simple("ROLLBACK")

    @override
    def run(self, sql: str, values: Sequence[Value] = ()) -> int:
        return int(self._cursor.execute(sql, values).rowcount)

    @override
    def run_many(self, sql: str, rows: Iterable[Sequence[Value]]) -> None:
        self._cursor.executemany(sql, rows)

    @override
    def rows(self, sql: str, values: Sequence[Value] = ()) -> list[Row]:
        found: list[Row] = self._cursor.execute(sql, values).fetchall()
        return found

    @override
    def close(self) -> None:
        self.raw.close()

    def _simple(self, sql: str) -> None:
        self.raw.execute(sql, prepare=False)  # two statements cannot be prepared as one


class Lines:
    """The lines of one store."""

    def __init__(self, alias: str) -> None:
        self.alias = alias
        self._writing = WriterTurn()
        self._keeping = threading.Lock()
        self._writer: Line | None = None
        self._idle: list[Line] = []
        self._closings = 0
        self._mine = threading.local()

    @contextmanager
    def write(self) -> Iterator[Line]:
        """Give the line that writes; commit on leaving, or roll back."""
        with self._once(), told():
            if not self._writing.acquire(timeout=databases.BUSY_TIMEOUT_MS / 1000):
                raise fault("node.store.busy", "another thread of this process is writing")
            try:
                kept, self._writer = self._writer, None
                line = self._begun(kept, databases.WRITER_CACHE_KIB, lambda it: it.begin_write())
                with _transaction(line, self._keep_writer):
                    yield line
            finally:
                self._writing.release()

    @contextmanager
    def read(self) -> Iterator[Line]:
        """Give a line with a snapshot."""
        with self._once(), told():
            closings = self._closings
            try:
                kept = self._idle.pop()
            except IndexError:
                kept = None
            line = self._begun(kept, databases.READER_CACHE_KIB, lambda it: it.begin_read())
            with _transaction(line, lambda it: self._keep_reader(it, closings)):
                yield line

    def checkpoint(self) -> None:
        """Move what SQLite has in its write-ahead log to the file, as far as nobody reads it."""
        with self.read() as line:
            line.rollback()
            if isinstance(line, SqliteLine):
                line.rows("PRAGMA wal_checkpoint(PASSIVE)")
            line.begin_read()

    def purge(self) -> None:
        """Write a small SQLite file anew, and empty its write-ahead log.

        A large one is not written anew: what was dropped there was overwritten when it was.
        PostgreSQL frees the rows by itself; its write-ahead log is its operator's.
        """
        with self._once(), self._writing, told():
            line = self._open(databases.WRITER_CACHE_KIB)
            try:
                if isinstance(line, SqliteLine):
                    (pages,), (page_bytes,) = (
                        line.rows(f"PRAGMA {name}")[0] for name in ("page_count", "page_size")
                    )
                    if pages * page_bytes <= VACUUM_BYTES_MAX:
                        line.raw.execute("VACUUM")
                    line.raw.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            finally:
                line.close()

    def flaws(self, quick_s: float) -> list[str] | None:
        """Return what is damaged in the database itself; None where the time was too short."""
        with self._once(), told():
            line = self._open(databases.READER_CACHE_KIB)
            try:
                if isinstance(line, SqliteLine):
                    return flaws.of_sqlite(line.raw, quick_s)
                return None if quick_s else flaws.of_postgres(line.rows)
            finally:
                line.close()

    def close(self) -> None:
        """Close every line: one that somebody reads on, as soon as they have read."""
        with self._writing, self._keeping:
            lines = [*self._idle, *((self._writer,) if self._writer else ())]
            self._idle, self._writer = [], None
            self._closings += 1
        for line in lines:
            line.close()

    def _keep_writer(self, line: Line) -> None:
        self._writer = line

    def _keep_reader(self, line: Line, closings: int) -> None:
        is_frozen = isinstance(line, SqliteLine) and bool(line.frozen)
        with self._keeping:
            if closings == self._closings and not is_frozen:
                self._idle.append(line)
                return
        line.close()

    @contextmanager
    def _once(self) -> Iterator[None]:
        assert not getattr(self._mine, "busy", False), "a transaction within a transaction"
        self._mine.busy = True
        try:
            yield
        finally:
            self._mine.busy = False

    def _begun(self, kept: Line | None, cache_kib: int, begin: Callable[[Line], None]) -> Line:
        """Return a line in a transaction: the kept one, or a new one where its server went away.

        Nothing was asked of it yet, so that a failover costs a new connection and no fault.
        """
        if kept is not None:
            try:
                begin(kept)
            except Exception as error:
                kept.close()
                if code_of(error) != "node.store.unreachable":
                    raise
            else:
                return kept
        line = self._open(cache_kib)
        try:
            begin(line)
        except BaseException:
            line.close()
            raise
        return line

    def _open(self, cache_kib: int) -> Line:
        wrapper = connections.create_connection(self.alias)
        wrapper.inc_thread_sharing()
        wrapper.connect()
        raw = wrapper.connection
        if wrapper.vendor == "sqlite":
            assert isinstance(raw, sqlite3.Connection)
            raw.execute(f"PRAGMA cache_size=-{cache_kib}")
            return SqliteLine(raw, frozen(Path(str(wrapper.settings_dict["NAME"]))))
        return PostgresLine(raw)


@contextmanager
def _transaction(line: Line, keep: Callable[[Line], None]) -> Iterator[None]:
    """Commit, or roll back; a line that failed is closed and not kept."""
    try:
        yield
        line.commit()
    except BaseException as error:
        if code_of(error) in (None, "node.store.busy"):
            line.rollback()
            keep(line)
        else:
            with suppress(Exception):
                line.rollback()
            line.close()
        raise
    keep(line)


@lru_cache(maxsize=256)
def _for_sqlite(sql: str) -> str:
    # A partial index serves a query that has the very words of its condition.  What stands before
    # CROSS JOIN is read first: without figures on the tables SQLite begins at the wrong one.
    joined = sql.replace("INNER JOIN", "CROSS JOIN")
    return joined.replace("%s", "?").replace("NOT held", "held = 0")
