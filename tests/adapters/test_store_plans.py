"""How SQLite goes about the queries of a node: none grows with the log."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from support.rows import FR, SN, act, matter
from support.stores import sqlite_place

from comity.acts.record import Matter
from comity.adapters.store.arrival_order import _LAST
from comity.adapters.store.connections import SqliteLine
from comity.adapters.store.django_store import DjangoStore, DjangoTx
from comity.node.base.reader import Filed, Reader, Wanted

_SMALL = ("store_log", "store_origin", "store_user")
"""Tables that do not grow with a log, and may be read whole."""

ANN = Reader("ann", ("police", "@ann"))

type Ask = Callable[[DjangoTx], object]

QUERIES: dict[str, tuple[Ask, str]] = {
    "missing": (lambda tx: tx.named_bodies(FR, missing=True), "named_missing"),
    "missing, a page": (lambda tx: tx.named_bodies(FR, missing=True, start=5), "named_missing"),
    "records": (lambda tx: tx.records("unnamed", after="x", count_max=9), "(kind=? AND key>?)"),
    "names": (lambda tx: tx.who_names("00" * 32), "named_by_body"),
    "cosigned": (lambda tx: tx.cosignature_of(FR, "sn", bytes(32)), "cosignature_by_head"),
    "newest cosigned": (lambda tx: tx.newest_cosignature(FR, "sn"), "(log=? AND party=?)"),
    "head": (lambda tx: tx.newest_head(FR), "(log=?)"),
    "next head": (lambda tx: tx.head_at_least(FR, 9), "(log=? AND size>?)"),
    "acts of": (lambda tx: tx.acts_of("x/live", Matter("request", "r")), "act_of_matter"),
    "acts of each": (
        lambda tx: tx.acts_of_each("x/live", [Matter("request", "r"), Matter("request", "s")]),
        "act_of_matter",
    ),
    "count of acts": (
        lambda tx: tx.acts_count("x/live", [Matter("request", "r"), Matter("request", "s")]),
        "act_of_matter",
    ),
    "depths": (lambda tx: tx.depths_of("x/live", Matter("request", "r")), "act_of_matter"),
    "depth below": (
        lambda tx: tx.depth_below("x/live", Matter("request", "r"), FR, 9),
        "act_of_matter (matter_id=? AND kind=? AND channel=? AND foreign_why=? AND place>?",
    ),
    "count below": (
        lambda tx: tx.count_below("x/live", Matter("request", "r"), FR, 9, 9),
        "act_of_matter (matter_id=? AND kind=? AND channel=?",
    ),
    "many of": (lambda tx: tx.many_of("x/live", Matter("request", "r"), "fr", 9), "foreign_why=?"),
    "spoken of": (lambda tx: tx.spoken_of("x/live", Matter("request", "r"), 9), "COVERING INDEX"),
    "act": (lambda tx: tx.act("fr", "a"), "act_by_id"),
    "used": (lambda tx: tx.is_act_id_used("x/live", "fr", "a"), "act_by_id"),
    "first of id": (lambda tx: tx.first_of_id("a", (FR,)), "act_by_id"),
    "matters": (lambda tx: tx.matters_between(FR, 5, 9), "PRIMARY KEY"),
    "before": (lambda tx: tx.receipt_before(FR, 9), "receipt_counted"),
    "newest": (lambda tx: tx.newest_receipt(SN, FR), "receipt_by_reach"),
    "first": (lambda tx: tx.first_receipt(SN, FR, 9), "receipt_by_reach"),
    "entries": (lambda tx: tx.entries(FR, 5, 9), "PRIMARY KEY"),
    "leaves": (lambda tx: tx.leaves(FR, 5, 9), "PRIMARY KEY"),
    "body": (lambda tx: tx.body("00" * 32), "(sha256=?)"),
    "listed": (
        lambda tx: tx._places("a", Wanted(), None, 9),
        "filed_in_order (reader=? AND kind=?)",
    ),
    "listed for an agency": (
        lambda tx: tx._places(
            "a", Wanted(agency="a", party="sn", not_asker="fr", asked="fr"), None, 9
        ),
        "(id=? AND kind=? AND channel=? AND reader=?)",
    ),
    "groups": (lambda tx: tx.groups(ANN, "request"), "(reader=? AND kind=?)"),
    "counts": (lambda tx: tx.counts(ANN, "request"), "(reader=? AND kind=?)"),
    "filed": (lambda tx: tx._groups([("r", "request", "x")]), "(id=? AND kind=? AND channel=?)"),
    "over": (lambda tx: tx.matters("request", "r", over=True), "matter_over"),
    "telling": (
        lambda tx: tx.matters_telling("x", [Matter("request", "r")], ["guideline"]),
        "(id=? AND kind=? AND channel=?)",
    ),
    "named": (lambda tx: tx.named(ANN, "request", "abcd"), "reference_by_name"),
    "named by an act": (lambda tx: tx.named(ANN, "request", "abcd"), "act_by_id"),
    "worded": (lambda tx: tx._of(ANN, Wanted(), [1]), "(id=? AND kind=? AND channel=? AND reader"),
    "heard": (lambda tx: tx.heard(5, 9), "PRIMARY KEY (rowid>?)"),
    "heard last": (lambda tx: tx._first(_LAST, ()), "PRIMARY KEY (rowid>?)"),
    "heard at": (lambda tx: tx._heard_at([act(FR, 0, 1)]), "heard_by_place"),
    "heard by": (
        lambda tx: tx.heard_by("x", Matter("request", "r")),
        "(id=? AND kind=? AND channel=?)",
    ),
    "record": (lambda tx: tx.record("delivery", "x"), "(kind=? AND key=?)"),
}


@pytest.fixture
def store(tmp_path: Path) -> Iterator[DjangoStore]:
    """A store that knows two logs."""
    place = sqlite_place(tmp_path)
    opened = place.open()
    assert isinstance(opened, DjangoStore)
    with opened.write() as tx:
        for origin in (FR, SN):
            tx.append(origin, 0, [b"x"], [bytes(32)])
    yield opened
    place.close()


@pytest.mark.parametrize("name", QUERIES)
def test_a_question_takes_the_index_that_was_made_for_it(store: DjangoStore, name: str) -> None:
    """What is asked at every act must not take longer because there were many before."""
    ask, index = QUERIES[name]
    plans = _plans(store, ask)
    assert any(index in plan for plan in plans), plans
    assert not [p for p in plans if p.startswith("SCAN") and not p.endswith(_SMALL)], plans


def test_what_is_filed_as_it_was_is_not_written(store: DjangoStore) -> None:
    """Nearly every act and receipt leaves a matter under its keys, and each row has its indexes."""
    row = matter(1)
    filed = Filed(row.matter, row.channel, ("police", ""), 0, 5, "open", references=("ab 1",))
    with store.write() as tx:
        tx.save_matters([row])
        tx.file([filed])
    with store.write() as tx:
        assert isinstance(tx, DjangoTx)
        assert isinstance(tx._line, SqliteLine)
        before = tx._line.raw.total_changes
        tx.file([filed])
        assert tx._line.raw.total_changes == before
        tx.file([replace(filed, at_ms=6)])
        assert tx._line.raw.total_changes == before + len(filed.readers)
        assert [place[1] for place, _ in tx.listed(ANN, Wanted())] == [-6]


def _plans(store: DjangoStore, ask: Ask) -> list[str]:
    asked: list[str] = []
    with store.read() as tx:
        assert isinstance(tx, DjangoTx)
        line = tx._line
        assert isinstance(line, SqliteLine)
        line.raw.set_trace_callback(asked.append)
        ask(tx)
        line.raw.set_trace_callback(None)
        return [
            str(row[3])
            for sql in asked
            for row in line.raw.execute(f"EXPLAIN QUERY PLAN {sql}").fetchall()
        ]
