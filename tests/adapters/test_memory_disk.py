"""The ways in which a disk in memory fails."""

import pytest
from support.rows import FR, leaf, log

from comity.adapters.memory import MemoryStore, copy_of, memory_disk
from comity.adapters.memory_disk import Moment
from comity.kernel.fault import Fault
from comity.node.base.store import Store


class Crash(BaseException):
    """The process stops."""


def append(store: Store, count: int = 1) -> None:
    """Append entries, one a transaction."""
    for _ in range(count):
        with store.write() as tx:
            held = len(tx.entries(FR, 0, 99))
            tx.append(FR, held, [b"%d" % held], [leaf(b"e")])


def held(store: Store) -> list[bytes]:
    """Return every entry."""
    with store.read() as tx:
        return tx.entries(FR, 0, 99)


@pytest.mark.parametrize(("when", "left"), [("before", 1), ("after", 2)])
def test_a_crash_in_a_commit_leaves_all_of_it_or_nothing(when: Moment, left: int) -> None:
    """Its author never learns which."""
    disk = memory_disk()
    append(MemoryStore(disk))

    def crash(moment: Moment, change_count: int) -> None:
        if moment == when and change_count:
            raise Crash

    disk.on_commit = crash
    with pytest.raises(Crash):
        append(MemoryStore(disk))
    disk.on_commit = lambda _moment, _count: None
    assert len(held(MemoryStore(disk))) == left


def test_a_commit_survives_a_loss_of_power() -> None:
    """What was synced is never dropped."""
    disk = memory_disk()
    append(MemoryStore(disk), 3)
    assert disk.lose_power() == 0
    assert len(held(MemoryStore(disk))) == 3


def test_a_store_without_fsync_loses_its_newest_commits() -> None:
    """The self-test of the simulation: such a store must be found out."""
    disk = memory_disk()
    append(MemoryStore(disk), 2)
    disk.is_synced = False
    append(MemoryStore(disk), 3)
    assert disk.lose_power(2) == 2
    assert held(MemoryStore(disk)) == [b"0", b"1", b"2"]
    assert disk.lose_power() == 0
    append(MemoryStore(disk))
    assert len(held(MemoryStore(disk))) == 4


def test_a_torn_commit_is_never_read() -> None:
    """Half a transaction is damage, not a state."""
    disk = memory_disk()
    store = MemoryStore(disk)
    with store.write() as tx:
        tx.save_log(log(FR))
        tx.append(FR, 0, [b"a", b"b"], [leaf(b"a"), leaf(b"b")])
    disk.tear(1)
    for transaction in (store.read, store.write):
        with pytest.raises(Fault) as caught, transaction():
            pass
        assert caught.value.code == "node.store.damaged"


def test_a_copy_of_a_disk_is_another_disk() -> None:
    """A backup does not change with what it was made of."""
    disk = memory_disk()
    append(MemoryStore(disk))
    backup = copy_of(disk)
    append(MemoryStore(disk))
    assert len(held(MemoryStore(backup))) == 1
    append(MemoryStore(backup), 3)
    assert len(held(MemoryStore(disk))) == 2


def test_a_transaction_that_reads_may_not_write() -> None:
    """It is our own bug."""
    with MemoryStore(memory_disk()).read() as tx, pytest.raises(AssertionError):
        tx.save_log(log(FR))
