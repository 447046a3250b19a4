"""A body goes by its number; its hash is sorted in one place alone."""

import sqlite3
from contextlib import closing
from importlib import import_module
from pathlib import Path

import pytest
from django.db import connections
from django.db.migrations.executor import MigrationExecutor
from support.rows import FR, named, sha

from comity.adapters.store import connect
from comity.kernel.fault import Fault

_HELD = b"".join(number.to_bytes(8) for number in range(8_000))
_WITHIN = _HELD[40_000:40_064]
_LATE = b"held, and named by nobody yet"


def _older(path: Path) -> None:
    """Make a database of the version before: bodies held, named, missing, and named by nobody."""
    connect.add_database("unnumbered", path)
    MigrationExecutor(connections["unnumbered"]).migrate([("store", "0011_alike")])
    connections["unnumbered"].close()
    with closing(sqlite3.connect(path)) as raw, raw:
        raw.execute("INSERT INTO store_origin (number, name) VALUES (1, ?)", (FR,))
        raw.executemany(
            "INSERT INTO store_body (sha256, content) VALUES (?, ?)",
            [(bytes.fromhex(sha("held")), _HELD), (bytes.fromhex(sha("late")), _LATE)],
        )
        raw.executemany(
            "INSERT INTO store_namedbody (place, sha256, size_bytes, needed, document, held)"
            " VALUES (?, ?, 9, 1, 0, ?)",
            [
                ((1 << 40) + index, bytes.fromhex(sha(name)), held)
                for index, name, held in ((3, "held", 1), (4, "missing", 0), (5, "held", 1))
            ],
        )


def test_bodies_of_an_older_version_get_numbers(tmp_path: Path) -> None:
    """What is held and who names it is as it was, and no second copy is left in the file."""
    path = tmp_path / "older.sqlite3"
    _older(path)
    store = connect.open_store("unnumbered")
    with store.write() as tx:
        assert [(row.index, row.held) for row in tx.who_names(sha("held"))] == [(3, 1), (5, 1)]
        assert [(row.index, row.held) for row in tx.who_names(sha("missing"))] == [(4, 0)]
        assert [tx.body(sha(name)) for name in ("held", "missing", "late")] == [_HELD, None, _LATE]
        tx.save_bodies({sha("missing"): b"it came"})
        tx.mark_held(sha("missing"))
        assert tx.named_bodies(FR, missing=True) == []
    store.close()
    assert path.read_bytes().count(_WITHIN) == 1


def test_a_start_that_fails_while_bodies_get_numbers_loses_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The database stays of the older version, and the next start goes through."""
    path = tmp_path / "older.sqlite3"
    _older(path)
    migration = import_module("comity.adapters.store.migrations.0012_body_numbers")
    with monkeypatch.context() as patched:
        patched.setattr(migration, "_NAME", "UPDATE store_namedbody SET body = nothing")
        with pytest.raises(Fault) as raised:
            connect.open_store("unnumbered")
    assert raised.value.code == "adapters.store.migration-failed"
    connections["unnumbered"].close()
    with closing(sqlite3.connect(path)) as raw:
        (held,) = raw.execute(
            "SELECT content FROM store_body ORDER BY length(content) DESC LIMIT 1"
        )
        tables = [name for (name,) in raw.execute("SELECT name FROM sqlite_master")]
    assert held == (_HELD,)
    assert "store_unnumbered" not in tables
    store = connect.open_store("unnumbered")
    with store.read() as tx:
        assert tx.body(sha("held")) == _HELD
        assert [row.index for row in tx.who_names(sha("held"))] == [3, 5]
    store.close()


def test_no_hash_is_left_of_what_is_cut_off(tmp_path: Path) -> None:
    """A body that is named elsewhere, or held, keeps its number; of others nothing is left."""
    path = tmp_path / "cut.sqlite3"
    connect.add_database("cut", path)
    store = connect.open_store("cut")
    with store.write() as tx:
        names = [(3, "early"), (8, "early"), (8, "held"), (9, "gone"), (10, "gone")]
        tx.save_named_bodies([named(FR, index, name) for index, name in names])
        tx.save_bodies({sha("held"): _HELD})
        tx.cut_entries(FR, 8)
    with store.write() as tx:
        assert [tx.who_names(sha(name)) for name in ("early", "held", "gone")] == [
            [named(FR, 3, "early")],
            [],
            [],
        ]
        assert tx.body(sha("held")) == _HELD
    store.close()
    with closing(sqlite3.connect(path)) as raw:
        kept = raw.execute("SELECT hex(sha256) FROM store_body ORDER BY number").fetchall()
    assert kept == [(sha(name).upper(),) for name in ("early", "held")]
