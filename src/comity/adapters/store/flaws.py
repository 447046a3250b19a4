"""What is damaged in a database itself, by its own checks: pages, indexes, rows out of place.

Floor: adapters.
"""

import sqlite3
import time
from collections.abc import Callable
from contextlib import suppress
from typing import Any, Final

FLAWS_MAX: Final = 1_000
"""Flaws of a database that are listed."""
_STEPS_BETWEEN: Final = 10_000
_TABLES: Final = """SELECT c.relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
    WHERE n.nspname = current_schema() AND c.relkind = 'r' ORDER BY 1"""
_INDEXES: Final = """SELECT bt_index_check(i.indexrelid) FROM pg_index i
    JOIN pg_class c ON c.oid = i.indexrelid JOIN pg_am a ON a.oid = c.relam
    JOIN pg_namespace n ON n.oid = c.relnamespace
    WHERE a.amname = 'btree' AND n.nspname = current_schema() AND i.indisvalid"""


def of_sqlite(raw: sqlite3.Connection, quick_s: float) -> list[str] | None:
    """Return what is damaged; None where some seconds, if not 0, were too few to say."""
    if quick_s:
        end_s = time.monotonic() + quick_s
        raw.set_progress_handler(lambda: time.monotonic() > end_s, _STEPS_BETWEEN)
    pragma = "quick_check" if quick_s else "integrity_check"
    found: list[str] = []
    try:
        _ask_sqlite(raw, f"PRAGMA {pragma}({FLAWS_MAX})", found)
    except sqlite3.DatabaseError as error:
        if error.sqlite_errorcode == sqlite3.SQLITE_INTERRUPT:
            return found or None
        if error.sqlite_errorcode & 0xFF != sqlite3.SQLITE_CORRUPT:
            raise
        found.append(str(error))  # it gave up: each table by itself says which
        for (name,) in raw.execute("SELECT name FROM sqlite_schema WHERE type = 'table'"):
            with suppress(sqlite3.DatabaseError):
                _ask_sqlite(raw, f'PRAGMA {pragma}("{name}")', found)
    return found[:FLAWS_MAX]


def _ask_sqlite(raw: sqlite3.Connection, pragma: str, found: list[str]) -> None:
    found += (str(one) for (one,) in raw.execute(pragma) if one != "ok")


def of_postgres(rows: Callable[..., list[tuple[Any, ...]]]) -> list[str]:
    """Ask amcheck where the server has it; read every table whole, so that each page is looked at.

    What the server's checksums find is an error of the reading itself.
    """
    tables = [row[0] for row in rows(_TABLES)]
    found: list[str] = []
    has_amcheck = bool(rows("SELECT 1 FROM pg_extension WHERE extname = 'amcheck'"))
    for table in tables:
        rows(f'SELECT count(*), sum(length(t::text)) FROM "{table}" t')  # noqa: S608 -- a name of the catalogue
        if has_amcheck:
            for block, _, _, what in rows("SELECT * FROM verify_heapam(%s)", (table,)):
                found.append(f"table {table}, block {block}: {what}")
    if has_amcheck:
        rows(_INDEXES)
    return found[:FLAWS_MAX]
