"""Hashes of pictures (PDQ) within a distance of one another, found exactly.

    index = Near()
    place = index.add("f8f8…", entry)        seen by the next search
    index.find("f8f9…")                      [(1, entry)], the nearest first
    index.drop(place)                        withdrawn: it is found no more

Every hash is compared: nothing within the distance is missed.  What is added lies in a short tail
until a block of it is full, so that an addition copies no more than a block.

Source: Meta, PDQ: a distance of 31 of 256 bits or less is a match.
Floor: joint (pure).
"""

from typing import Final

from hexhamming import check_bytes_arrays_all_within_dist as within

BITS: Final = 256
DISTANCE_MAX: Final = 31
_BYTES: Final = BITS // 8
_BLOCK: Final = 1 << 16


class Near[Entry]:
    """Hashes of 256 bits, each with what it stands for."""

    def __init__(self) -> None:
        """Begin without any."""
        self._blocks: list[bytes] = []
        self._tail = bytearray()
        self._copy = b""
        self._entries: list[Entry | None] = []

    def add(self, value: str, entry: Entry) -> int:
        """Add a hash in hexadecimal digits; return its place."""
        self._tail += bytes.fromhex(value)
        self._entries.append(entry)
        if len(self._tail) == _BLOCK * _BYTES:
            self._blocks.append(bytes(self._tail))
            self._tail.clear()
            self._copy = b""
        return len(self._entries) - 1

    def drop(self, place: int) -> None:
        """Let a hash be found no more."""
        self._entries[place] = None

    def find(self, value: str, distance_max: int = DISTANCE_MAX) -> list[tuple[int, Entry]]:
        """Return what lies within a distance of a hash, the nearest first."""
        wanted = bytes.fromhex(value)
        if len(self._copy) != len(self._tail):
            self._copy = bytes(self._tail)
        found: list[tuple[int, Entry]] = []
        for number, block in enumerate((*self._blocks, self._copy)):
            for distance, at in within(block, wanted, distance_max) if block else ():
                entry = self._entries[number * _BLOCK + at]
                if entry is not None:
                    found.append((distance, entry))
        return sorted(found, key=lambda one: one[0])
