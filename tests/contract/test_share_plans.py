"""A page of a consumer's list and one object of it are found by their keys, on both databases."""

import pytest

from comity.adapters.store.connections import SqliteLine
from comity.adapters.store.django_store import DjangoTx
from comity.node.base.store import Store
from comity.rooms.share import lists

ROWS = 3_000
"""Enough that a planner would rather read the table than its index, were it of no use."""
_RECORD = "SELECT key, value FROM store_record WHERE kind = %s"
ASKED = {
    "a page": (f"{_RECORD} AND key > %s ORDER BY key LIMIT %s", (lists.LISTED, "c/0000100", 256)),
    "one": (f"{_RECORD} AND key = %s", (lists.LISTED, "c/0000100")),
    "its versions": (
        f"{_RECORD} AND key > %s ORDER BY key LIMIT %s", (lists.VERSION, "c/us/x/", 256)
    ),
}  # fmt: skip


def test_pages_and_objects_are_found_by_their_keys(store: Store) -> None:
    """Nothing is read whole and nothing is sorted, however long the list is."""
    with store.write() as tx:
        for number in range(ROWS):
            tx.save_record(lists.LISTED, f"c/{number:07}", {"object": "x" * 400})
            tx.save_record(lists.VERSION, f"c/us/{number:07}/1/{number}", 1)
    with store.write() as tx:
        if isinstance(tx, DjangoTx):
            tx._line.run("ANALYZE store_record")  # as PostgreSQL does by itself, where it may
    with store.read() as tx:
        if not isinstance(tx, DjangoTx):
            pytest.skip("memory plans nothing")
        explain = "EXPLAIN QUERY PLAN" if isinstance(tx._line, SqliteLine) else "EXPLAIN"
        for name, (sql, values) in ASKED.items():
            rows = tx._line.rows(f"{explain} {sql}", values)
            plan = "\n".join(str(row[-1]) for row in rows)
            assert "SCAN" not in plan.replace("Index Scan", "").upper(), (name, plan)
            assert "SORT" not in plan.upper(), (name, plan)
            assert "TEMP B-TREE" not in plan.upper(), (name, plan)
            assert any(word in plan for word in ("(kind=? AND key", "Index Cond")), (name, plan)
