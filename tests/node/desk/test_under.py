"""Records under one key are read whole and in order, and never those of another."""

from hypothesis import given
from hypothesis import strategies as st

from comity.adapters.memory import MemoryStore, memory_disk
from comity.kernel.ijson import Json
from comity.node.base import numbered_records

KEYS = ("a|b", "ab", "b", "b2")


@given(st.lists(st.sampled_from(KEYS), max_size=200))
def test_each_key_has_its_own_in_their_order(added: list[str]) -> None:
    """Whatever was added between, and however many there are."""
    store = MemoryStore(memory_disk())
    wanted: dict[str, list[Json]] = {key: [] for key in KEYS}
    with store.write() as tx:
        for number, key in enumerate(added):
            numbered_records.add(tx, "note", key, number)
            wanted[key].append(number)
    with store.read() as tx:
        for key in KEYS:
            assert [*numbered_records.of(tx, "note", key).values()] == wanted[key]
