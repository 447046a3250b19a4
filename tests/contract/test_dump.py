"""A database copied while it is used, and put back."""

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from django.db import connections
from support import rows
from support.stores import Place, clear, postgres_place, sqlite_place

from comity.adapters.store import dump
from comity.kernel.fault import Fault
from comity.node.store import Store


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
        (copy,) = dump.take(tmp_path, "sqlite")
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
    (copy,) = dump.take(tmp_path, "sqlite")
    with connections["sqlite"].cursor() as cursor:
        cursor.execute("SELECT count(*) FROM django_session")
        assert cursor.fetchone() == (1,)
    connections["sqlite"].close()
    with closing(sqlite3.connect(copy)) as line:
        assert line.execute("SELECT count(*) FROM django_session").fetchone() == (0,)
    assert b"abcdefgh12345678" not in copy.read_bytes()
    assert [path.name for path in tmp_path.iterdir() if path.is_file()] == [copy.name]
    place.close()


@pytest.mark.postgres
def test_postgresql_tables_come_back(tmp_path: Path, postgres_dsn: str) -> None:
    """Every table as it was; a database that has rows is not touched."""
    place: Place = postgres_place(postgres_dsn)
    store = place.open()
    fill(store)
    before = shown(store)
    copies = dump.take(tmp_path, "postgres")
    with pytest.raises(Fault) as caught:
        dump.put_back(copies, "postgres")
    assert caught.value.code == "adapters.store.not-empty"
    assert shown(store) == before
    clear("postgres")
    dump.put_back(copies, "postgres")
    assert shown(place.open()) == before
    place.close()
