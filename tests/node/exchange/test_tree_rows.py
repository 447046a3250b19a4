"""The stored hashes of a log's tree: however it grew, every root and proof is the defined one."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from comity.adapters.memory import MemoryStore, memory_disk
from comity.kernel import limits
from comity.node.base.ports import Tx
from comity.node.base.rows import LOG_OPEN, Log
from comity.node.base.store import HALF
from comity.node.exchange import logs
from comity.tlog import tree

ORIGIN = "aa/pact/live/1"
GROUPS = st.lists(st.sampled_from((1, 3, 15, 16, 17, 64, 255, 256)), min_size=1, max_size=9)


def _entry(index: int) -> bytes:
    return b"entry %d" % index


def _log() -> Log:
    return Log(ORIGIN, "pact/live", "aa", 1, True, 0, (), 0, 0, LOG_OPEN)  # noqa: FBT003 -- a row


def _grow(tx: Tx, log: Log, count: int) -> Log:
    entries = [_entry(log.size + at) for at in range(count)]
    return logs.append_entries(tx, log, entries)


def _require_right(tx: Tx, size: int, index: int) -> None:
    """Hold the root, and a proof of one entry, against their definitions."""
    leaves = [tree.leaf_hash(_entry(at)) for at in range(size)]
    root = tree.root(leaves)
    assert logs.root_at(tx, ORIGIN, size) == root
    path = tree.prove_inclusion(index, size, logs.hash_reader(tx, ORIGIN, size))
    tree.verify_inclusion(leaves[index], index, size, path, root)


@given(GROUPS, st.data())
def test_a_log_that_grew_in_any_groups_gives_every_root(
    groups: list[int], data: st.DataObject
) -> None:
    """Hashes half way up a tile are kept as its sixteenths become full, whoever fills them."""
    store, log = MemoryStore(memory_disk()), _log()
    for count in groups:
        with store.write() as tx:
            log = _grow(tx, log, count)
    size = data.draw(st.integers(1, log.size))
    with store.read() as tx:
        _require_right(tx, size, data.draw(st.integers(0, size - 1)))
        kept = tx.nodes(ORIGIN, HALF, 0, log.size)
    assert len(kept) == log.size // 16 * 32


@pytest.mark.parametrize("cut", [1, 16, 250, 256, 300])
def test_what_was_cut_leaves_no_hash_behind(cut: int) -> None:
    """A log that is cut and grows otherwise has the roots of what it now holds."""
    store = MemoryStore(memory_disk())
    with store.write() as tx:
        log = logs.append_entries(tx, _log(), [b"another %d" % at for at in range(cut, 700)])
        tx.cut_entries(ORIGIN, 0)
        log = replace(log, size=0, frontier=())
        tx.save_log(log)
        _grow(tx, log, 700)
        _require_right(tx, 700, cut)


def test_a_log_of_an_older_program_has_its_roots_too() -> None:
    """Hashes half way up that are not kept, some or all, are computed from those below."""
    store = MemoryStore(memory_disk())
    with store.write() as tx:
        log = _grow(tx, _log(), 20 * limits.TILE_WIDTH + 40)
        whole = tx.nodes(ORIGIN, HALF, 0, log.size), tx.nodes(ORIGIN, HALF + 1, 0, 9)
    older = MemoryStore(memory_disk())
    with older.write() as tx:
        entries = [_entry(at) for at in range(log.size)]
        tx.append(ORIGIN, 0, entries, [tree.leaf_hash(entry) for entry in entries])
        for level in (1,):
            with store.read() as read:
                tx.save_nodes(ORIGIN, level, 0, read.nodes(ORIGIN, level, 0, log.size))
        tx.save_log(log)
    with older.read() as tx:
        for size in (1, 17, 255, 256, 300, log.size - 1, log.size):
            _require_right(tx, size, size // 2)
    with older.write() as tx:
        tx.save_nodes(ORIGIN, HALF, 7, whole[0][7 * 32 :])
        tx.save_nodes(ORIGIN, HALF + 1, 1, whole[1][32:])
    with older.read() as tx:
        for size in (1, 17, 255, 256, 300, log.size - 1, log.size):
            _require_right(tx, size, size // 2)
