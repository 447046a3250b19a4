"""A high-water file that is torn, damaged or written anew: what it gives back."""

from comity.adapters import highwater_state, journal
from comity.adapters.memory_highwater import MemoryHighWater
from comity.node.base.rows import Mark

ROOT = b"r" * 32
OTHER = b"o" * 32


def test_a_head_that_is_signed_anew_writes_nothing_and_what_comes_with_it_is_kept() -> None:
    """Each minute a head is signed anew; entries that were not there at first are not lost."""
    high_water = MemoryHighWater()
    high_water.raise_to("empty", 0, ROOT)
    high_water.raise_to("a", 2, ROOT)
    before = high_water.device.durable
    high_water.raise_all([Mark("a", 2, ROOT), Mark("empty", 0, ROOT)])
    assert high_water.device.durable == before
    high_water.raise_to("a", 2, ROOT, [b"0", b"1"])
    later = high_water.reopened(power_lost=True)
    assert later.marks() == {"empty": (0, ROOT), "a": (2, ROOT)}
    assert later.kept("a") == (0, [b"0", b"1"])


def test_entries_keep_their_places_in_a_file_that_is_written_anew() -> None:
    """Heads that came after brought no entries: those that are kept do not move up to them."""
    high_water = MemoryHighWater()
    high_water.raise_to("a", 2, ROOT, [b"0", b"1"])
    high_water.raise_to("a", 5, OTHER)
    high_water.forget([])
    later = high_water.reopened(power_lost=True)
    assert later.marks() == {"a": (5, OTHER)}
    assert later.kept("a") == (0, [b"0", b"1"])


def test_what_is_not_joined_to_the_newest_after_damage_is_not_given_back() -> None:
    """Entries that stand behind a hole would come back at the places of others."""
    high_water = MemoryHighWater()
    for size in (2, 4, 6):
        high_water.raise_to("a", size, ROOT, [b"%d" % (size - 2), b"%d" % (size - 1)])
    data = bytearray(high_water.device.durable or b"")
    second = data.index(journal.frame(highwater_state.render_mark("a", 4, ROOT, [b"2", b"3"])))
    data[second + journal.FRAME_BYTES] ^= 0x40
    later = MemoryHighWater(bytes(data))
    assert later.kept("a") == (4, [b"4", b"5"])
    assert not later.is_intact()


def test_a_torn_last_record_is_dropped_and_nothing_else() -> None:
    """Whatever part of an unfinished write reached the disk, the marks before it stand."""
    high_water = MemoryHighWater()
    high_water.raise_to("a", 1, ROOT, [b"zero"])
    whole = high_water.device.durable or b""
    high_water.raise_to("a", 2, OTHER, [b"one"])
    data = high_water.device.durable or b""
    for cut in range(len(whole), len(data)):
        for tail in (data[len(whole) : cut], bytes(cut - len(whole))):
            later = MemoryHighWater(whole + tail)
            assert later.is_intact()
            assert later.marks() == {"a": (1, ROOT)}
            assert later.device.durable == whole + tail  # who only looks mends nothing
            later.raise_to("a", 2, OTHER, [b"one"])
            again = later.reopened(power_lost=True)
            assert again.kept("a") == (0, [b"zero", b"one"])
            assert again.is_intact()
            assert later.device.set_aside_count == 0


def test_damage_before_the_last_record_is_seen_wherever_it_is() -> None:
    """One flipped bit anywhere but in the last record: not intact, and what is sound is saved."""
    high_water = MemoryHighWater()
    for size in range(1, 4):
        high_water.raise_to("a", size, ROOT)
    data = high_water.device.durable or b""
    last = data.rfind(journal.MAGIC)
    for at in range(last):
        damaged = bytearray(data)
        damaged[at] ^= 0x40
        later = MemoryHighWater(bytes(damaged))
        assert not later.is_intact()
        later.raise_to("a", 4, ROOT)
        assert later.device.set_aside_count == 1
        again = later.reopened(power_lost=True)
        assert not again.is_intact()
        assert again.marks() == {"a": (4, ROOT)}
