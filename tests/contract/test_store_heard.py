"""What every store promises of the order in which a node came to know things."""

import sqlite3
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path

import pytest
from django.db import connections
from django.db.migrations.executor import MigrationExecutor
from support.rows import FR, HOT, ORIGINS, act, ident, leaf, log, matter
from support.stores import Place

from comity.adapters.store import connect, row_json
from comity.node.base import arrival_order
from comity.node.base.arrival_order import START, Heard
from comity.node.base.reader import Filed, Grant
from comity.node.base.rows import UnderstoodAct
from comity.node.base.store import Store, Tx
from comity.node.operate.fsck import order


@pytest.fixture
def known(store: Store) -> Store:
    """A store that has rows for its logs."""
    with store.write() as tx:
        for origin in ORIGINS:
            tx.append(origin, 0, [b"x"] * 9, [leaf(b"x")] * 9)
            tx.save_log(log(origin, size=9))
    return store


def told(tx: Tx) -> list[tuple[str, str, int, str]]:
    """Return every row, as far as these tests look at it."""
    rows = tx.heard(1, 99)
    assert [row.number for row in rows] == [*range(1, len(rows) + 1)]
    bare = [Heard(**{n: getattr(r, n) for n in r.__slots__ if n not in _KEPT}) for r in rows]
    assert [*arrival_order.numbered(None, bare)] == rows
    return [(row.what, row.origin, row.index, row.act_id or row.reader) for row in rows]


_KEPT = ("number", "chain")


def test_an_act_is_told_when_it_counts_first_and_when_that_changes(known: Store) -> None:
    """Whatever is saved in between, and though all that is computed is dropped."""
    first, late, other = act(FR, 3, 1), act(FR, 1, 2), act(HOT, 0, 3)
    with known.write() as tx:
        tx.save_acts([first, act(FR, 4, 9, foreign="tag")])
    with known.write() as tx:
        tx.save_acts([late, other, first, late])
        tx.drop_understood()
        tx.save_acts([late, first])
        tx.save_acts([act(FR, 3, 1, foreign="disowned")])
        tx.save_acts([act(FR, 3, 1, foreign="disowned"), act(FR, 4, 9)])
        tx.save_acts([first, act(FR, 3, 1, foreign="id")])
    with known.read() as tx:
        assert told(tx) == [
            ("act", FR, 3, ident(1)),
            ("act", FR, 1, ident(2)),
            ("act", HOT, 0, ident(3)),
            ("gone", FR, 3, ident(1)),
            ("act", FR, 4, ident(9)),
            ("act", FR, 3, ident(1)),
            ("gone", FR, 3, ident(1)),
        ]
        assert [row.number for row in tx.heard(3, 2)] == [3, 4]
        assert tx.heard(8, 9) == []
        assert (tx.heard(3, 1)[0].channel, tx.heard(3, 1)[0].party) == ("hotline", "fr")
        assert tx.heard(1, 1)[0].chain != START


def test_what_is_cut_counts_no_more_and_its_place_may_be_taken(known: Store) -> None:
    """An act of an own log that nobody had signed for; the numbers are not given again."""
    with known.write() as tx:
        tx.save_acts([act(FR, 6, 1), act(FR, 7, 2), act(FR, 8, 3, foreign="tag")])
        tx.cut_entries(FR, 7)
        tx.cut_entries(FR, 7)
        tx.save_acts([act(FR, 7, 4), act(FR, 8, 2)])
        assert told(tx) == [
            ("act", FR, 6, ident(1)),
            ("act", FR, 7, ident(2)),
            ("gone", FR, 7, ident(2)),
            ("act", FR, 7, ident(4)),
            ("act", FR, 8, ident(2)),
        ]
        assert [row.number for row in tx.heard_of(FR, 6, 8)] == [1, 2, 3, 4]
        assert [row.number for row in tx.heard_of(FR, 7, None)] == [2, 3, 4, 5]
        assert tx.heard_of("fr.example/none/1", 0, None) == tx.heard_of(HOT, 0, None) == []


def test_who_a_matter_is_routed_to_reads_it_though_a_grant_of_his_ends(store: Store) -> None:
    """Who reads it is told; whom nothing is routed to is not, and nobody is no key."""
    row = matter(1)
    one = row.matter
    with store.write() as tx:
        tx.save_matters([row])
        tx.file([Filed(one, row.channel, ("police",), 0, 5, "open")])
        for key in ("police", "justice"):
            tx.save_grant(Grant(one, row.channel, key, 1))
        assert tx.heard_by(row.channel, one) == ("justice", "police")
        for key in ("police", "justice"):
            tx.save_grant(Grant(one, row.channel, key, 1, 2))
        assert tx.heard_by(row.channel, one) == ("police",)
        tx.file([Filed(one, row.channel, (), 0, 5, "open")])
        assert tx.heard_by(row.channel, one) == ()


def test_a_matter_is_opened_to_keys_that_come_later(place: Place) -> None:
    """Not to those that it had when it was filed first, nor when it is filed anew."""
    row = matter(1)
    one = row.matter

    def file(tx: Tx, *readers: str) -> None:
        tx.save_matters([row])
        tx.file([Filed(one, row.channel, readers, 0, 5, "open")])

    with place.open().write() as tx:
        tx.save_grant(Grant(one, row.channel, "@ann", 1))
        file(tx, "")
        file(tx, "police", "")
        tx.drop_understood()
        assert tx.heard_by(row.channel, one) == ("", "@ann", "police")
    with place.open().write() as tx:
        file(tx, "police")
        file(tx, "police", "")
        tx.save_grant(Grant(one, row.channel, "bank", 1))
        tx.save_grant(Grant(one, row.channel, "bank", 1, 2))
        tx.save_grant(Grant(one, row.channel, "bank", 3))
        rows = tx.heard(1, 99)
        assert [(r.what, r.reader, r.under) for r in rows] == [
            ("open", "police", ("", "@ann")),
            ("open", "", ("@ann", "police")),
            ("open", "bank", ("", "@ann", "police")),
            ("open", "bank", ("", "@ann", "police")),
        ]
        tx.drop_understood()
        tx.save_grant(Grant(one, row.channel, "bank", 3, 4))
        assert tx.heard_by(row.channel, one) == ("", "@ann", "police")
        assert tx.heard_by("hotline", one) == ()


def _older(folder: Path, rows: Sequence[UnderstoodAct]) -> None:
    """Make a database of the version before, with these acts in it."""
    path = folder / "unheard.sqlite3"
    connect.add_database("unheard", path)
    MigrationExecutor(connections["unheard"]).migrate([("store", "0009_over")])
    connections["unheard"].close()
    numbers = {FR: 1, HOT: 2}
    with closing(sqlite3.connect(path)) as raw, raw:
        raw.executemany(
            "INSERT INTO store_origin (number, name) VALUES (?, ?)", [(1, FR), (2, HOT)]
        )
        raw.executemany(
            "INSERT INTO store_act (place, act_id, channel, kind, matter_id, party, generation,"
            " depth, foreign_why, seen, act) VALUES (?, ?, ?, 'request', ?, 'fr', 1, 1, ?, ?, ?)",
            [
                (
                    (numbers[row.origin] << 40) + row.index,
                    row.act.id,
                    log(row.origin).channel,
                    row.act.matter.id,
                    row.foreign,
                    b"{}",
                    row_json.act_bytes(row.act),
                )
                for row in rows
            ],
        )
        raw.execute(
            "INSERT INTO store_filed (id, kind, channel, reader, via, rank, late, status, urgency,"
            " asker, type, holders, parties) VALUES (?, 'request', 'live', 'police', 1, 0, 0, '',"
            " '', '', '', '', '')",
            (ident(1),),
        )


def test_what_was_understood_before_there_was_an_order_has_one(tmp_path: Path) -> None:
    """A database of an older version: log by log, and what comes next comes behind it."""
    rows = [act(HOT, 3, 3), act(FR, 2, 2), act(FR, 1, 1), act(FR, 0, 4, foreign="tag")]
    _older(tmp_path, rows)
    store = connect.open_store("unheard")
    with store.write() as tx:
        tx.save_log(log(FR))
        tx.save_acts([rows[1], act(FR, 5, 5)])
        found = tx.heard(1, 9)
        assert tx.heard_by("live", rows[1].act.matter) == ("police",)
        tx.save_log(log(FR, size=9))
        tx.save_log(log(HOT, size=9))
    checked = order.check_rows(store)
    store.close()
    assert checked.is_clean, "the hashes of an older version are good too"
    assert [(one.number, one.act_id) for one in found] == [
        (number, ident(act_id)) for number, act_id in ((1, 1), (2, 2), (3, 3), (4, 5))
    ]
    assert {one.tag for one in found} == {"request.submitted/1"}
    assert len({one.chain for one in found}) == len(found)
