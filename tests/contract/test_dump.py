"""A database copied while it is used, and put back."""

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from django.db import connections
from support import rows
from support.stores import Place, clear, postgres_place, sqlite_place

from comity.adapters.store import connect, dump
from comity.kernel.fault import Fault
from comity.node.base.store import Store
from comity.node.room import search_index


def fill(store: Store) -> None:
    """Write some of every kind of row."""
    with store.write() as tx:
        tx.save_record("kind", "key", {"é": [1, None]})
        tx.save_bodies({rows.sha("body"): b"\0body\xff"})
        tx.save_matters([rows.matter(1), rows.matter(2)])


def shown(store: Store) -> object:
    """Return what `fill` wrote."""
    with store.read() as tx:
        return tx.records("kind"), tx.body(rows.sha("body")), tx.matters()


def test_a_sqlite_file_is_copied_within_a_write(tmp_path: Path) -> None:
    """The copy has what was committed, and the writer goes on."""
    (tmp_path / "a").mkdir()
    place = sqlite_place(tmp_path / "a")
    store = place.open()
    fill(store)
    with store.write() as tx:
        tx.save_record("kind", "later", 1)
        copy = dump.take(tmp_path, "sqlite")
    with closing(sqlite3.connect(copy)) as line:
        assert line.execute("SELECT key FROM store_record").fetchall() == [("key",)]
        assert line.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    assert not dump.is_postgresql("sqlite")
    assert dump.migration("sqlite")
    place.close()


def test_a_copy_lets_nobody_in_who_had_signed_in(tmp_path: Path) -> None:
    """A session that ended since would live again, and a reader of the copy could take one over."""
    (tmp_path / "a").mkdir()
    place = sqlite_place(tmp_path / "a")
    with connections["sqlite"].cursor() as cursor:
        cursor.execute(
            "INSERT INTO django_session VALUES ('abcdefgh12345678', 'who', '2100-01-01 00:00:00')"
        )
    copy = dump.take(tmp_path, "sqlite")
    with connections["sqlite"].cursor() as cursor:
        cursor.execute("SELECT count(*) FROM django_session")
        assert cursor.fetchone() == (1,)
    connections["sqlite"].close()
    with closing(sqlite3.connect(copy)) as line:
        assert line.execute("SELECT count(*) FROM django_session").fetchone() == (0,)
    assert b"abcdefgh12345678" not in copy.read_bytes()
    assert [path.name for path in tmp_path.iterdir() if path.is_file()] == [copy.name]
    place.close()


def accounts(alias: str) -> list[tuple[object, ...]]:
    """Return what Django keeps of officers, as it reads it."""
    with connections[alias].cursor() as cursor:
        cursor.execute("SELECT name, last_login, ended_ms FROM store_user ORDER BY id")
        users = cursor.fetchall()
        cursor.execute("SELECT user_id, type, data, last_used_at FROM mfa_authenticator")
        found = [*users, *cursor.fetchall()]
    connections[alias].close()
    return [tuple(map(str, row)) for row in found]


USER = (
    "INSERT INTO store_user (password, last_login, is_superuser, name, email, token_sha256, agency,"
    " office, since_ms, roles) VALUES ('x', '2026-11-27 02:30:00.000001', FALSE, 'ann', '',"
    " CAST('t' AS blob), 'doj', '', 7, 'counsel')"
)
FACTOR = (
    "INSERT INTO mfa_authenticator (type, data, user_id, created_at) SELECT"
    " 'totp', '{\"secret\": \"\u6cd5\"}', id, '2026-11-27 02:30:00' FROM store_user"
)


def employ() -> None:
    """Let an officer have an account with a second factor, in SQLite."""
    with connections["sqlite"].cursor() as cursor:
        cursor.execute(USER)
        cursor.execute(FACTOR)
    connections["sqlite"].close()


def as_sqlite(file: Path) -> tuple[object, list[tuple[object, ...]]]:
    """Return what a copy holds, opened as the file of a home."""
    connect.add_database("copied", file)
    store = connect.open_store("copied")
    found = shown(store), accounts("copied")
    store.close()
    return found


@pytest.mark.postgres
def test_a_database_moves_from_one_kind_to_the_other_and_back(
    tmp_path: Path, postgres_dsn: str
) -> None:
    """SQLite, PostgreSQL, SQLite: every row as it was; words are indexed anew where they come."""
    for name in ("moved", "back"):
        (tmp_path / name).mkdir()
    place = sqlite_place(tmp_path)
    store = place.open()
    fill(store)
    employ()
    with store.write() as tx:
        tx.save_record(search_index.MARK, "log", 3)
    copy = dump.take(tmp_path / "moved", "sqlite")
    large: Place = postgres_place(postgres_dsn)
    dump.put_back(copy, "postgres")
    assert shown(large.open()) == shown(store)
    assert accounts("postgres") == [
        ("ann", "2026-11-27 02:30:00.000001+00:00", "None"),
        ("1", "totp", '{"secret": "法"}', "None"),
    ]
    with large.open().write() as tx:
        assert tx.record(search_index.MARK, "log") is None
        tx.save_record(search_index.MARK, "log", 3)
    assert counted("store_matter") == 2
    with pytest.raises(Fault) as caught:
        dump.put_back(copy, "postgres")
    assert caught.value.code == "adapters.store.not-empty"
    again = dump.take(tmp_path / "back", "postgres")
    assert as_sqlite(again) == (shown(store), accounts("sqlite"))
    with closing(sqlite3.connect(again)) as line:
        assert line.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        sql = "SELECT count(*) FROM store_record WHERE kind = ?"
        assert line.execute(sql, (search_index.MARK,)).fetchone() == (0,)
    assert next_officer() == 2
    clear("postgres")
    place.close()
    large.close()


def counted(table: str) -> int:
    """Return how many rows PostgreSQL takes a table to have; -1 where it never looked."""
    with connections["postgres"].cursor() as cursor:
        cursor.execute("SELECT reltuples FROM pg_class WHERE relname = %s", [table])
        found: tuple[float] = cursor.fetchone()
    return int(found[0])


def next_officer() -> int:
    """Return the number that PostgreSQL gives the next officer; drop what refers to this one."""
    with connections["postgres"].cursor() as cursor:
        cursor.execute("DELETE FROM mfa_authenticator")
        cursor.execute("SELECT nextval(pg_get_serial_sequence('store_user', 'id'))")
        return int(cursor.fetchone()[0])
