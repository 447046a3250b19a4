"""A list of hashes sorted by what rolls know: identified victim, known, disputed, unknown.

    9f86d081…            matched exactly, whatever sort of hash it is
    pdq;f8f8f0cc…        besides, by pictures that look alike: see `near`

Floor: joint (pure).
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from comity.joint.roll.entries import Entry, Roll
from comity.joint.roll.near import Near

PDQ: Final = "pdq"
_PICTURE: Final = re.compile(r"[0-9a-f]{64}")

IDENTIFIED: Final = "identified"
KNOWN: Final = "known"
DISPUTED: Final = "disputed"
UNKNOWN: Final = "unknown"

HEAPS: Final[Mapping[str, Mapping[str, str]]] = MappingProxyType(
    {
        IDENTIFIED: {"en": "Victim identified", "zh": "被害人已识别"},
        KNOWN: {"en": "Known", "zh": "已知"},
        DISPUTED: {"en": "Disputed", "zh": "有争议"},
        UNKNOWN: {"en": "Unknown: to be looked at", "zh": "未知、需要查看"},
    }
)
"""From what needs no eyes to what does."""


@dataclass(frozen=True, slots=True)
class Found:
    """Why a hash is known.

    Attributes:
        roll: id of the roll.
        edition: of the roll, as it was loaded.
        entry: that it matches exactly.
        is_disputed: whether a reader says that it does not belong there.
        distance: in bits, of a picture that looks alike; 0: the same hash.
    """

    roll: str
    edition: int
    entry: Entry
    is_disputed: bool
    distance: int = 0


@dataclass(frozen=True, slots=True)
class Loaded:
    """A roll as this State has loaded it.

    Attributes:
        id: of the roll.
        roll: its entries.
        disputed: ids on which somebody voted down, and that are there still.
    """

    id: str
    roll: Roll
    disputed: frozenset[str] = frozenset()


class Part:
    """The entries of one roll by their hash; what was withdrawn is not among them."""

    def __init__(self, roll_id: str) -> None:
        """Begin without entries."""
        self._id = roll_id
        self._number = 0
        self._disputed: frozenset[str] = frozenset()
        self._present: Mapping[str, Entry] = {}
        self._by_value: dict[str, list[Entry]] = {}
        self._near: Near[Entry] = Near()
        self._places: dict[str, int] = {}

    @property
    def number(self) -> int:
        """The edition that is loaded."""
        return self._number

    def load(self, loaded: Loaded) -> None:
        """Take an edition: what differs from the one before is put in its place."""
        old, new = self._present, loaded.roll.present
        for id_ in old.keys() - new.keys():
            self._drop(old[id_])
        for id_, entry in new.items():
            before = old.get(id_)
            if before is not entry:
                if before is not None:
                    self._drop(before)
                self._add(entry)
        self._present, self._number = new, loaded.roll.number
        self._disputed = loaded.disputed

    def _add(self, entry: Entry) -> None:
        self._by_value.setdefault(entry.value, []).append(entry)
        if entry.sort == PDQ:
            self._places[entry.id] = self._near.add(entry.value, entry)

    def _drop(self, entry: Entry) -> None:
        held = self._by_value[entry.value]
        held.remove(entry)
        if not held:
            del self._by_value[entry.value]
        if entry.sort == PDQ:
            self._near.drop(self._places.pop(entry.id))

    def find(self, value: str) -> Iterator[Found]:
        """Give the entries of a hash."""
        for entry in self._by_value.get(value, ()):
            yield self._found(entry, 0)

    def near(self, value: str) -> Iterator[Found]:
        """Give the entries of pictures that look alike."""
        for distance, entry in self._near.find(value):
            yield self._found(entry, distance)

    def _found(self, entry: Entry, distance: int) -> Found:
        is_disputed = bool(self._disputed) and entry.id in self._disputed
        return Found(self._id, self._number, entry, is_disputed, distance)


class Index:
    """Entries of rolls by their hash; what was withdrawn is in none."""

    def __init__(self, rolls: Iterable[Loaded], parts: Iterable[Part] = ()) -> None:
        """Read some rolls, beside parts that were read before."""
        self._parts = [*parts]
        for one in rolls:
            part = Part(one.id)
            part.load(one)
            self._parts.append(part)

    def find(self, value: str) -> tuple[Found, ...]:
        """Return what is known of a hash, in whatever roll."""
        kind, _, picture = value.partition(";")
        if kind == PDQ and _PICTURE.fullmatch(picture):
            return tuple(found for one in self._parts for found in one.near(picture))
        return tuple(found for one in self._parts for found in one.find(value))

    def sort(self, values: Iterable[str]) -> dict[str, list[str]]:
        """Return hashes by heap, each once, in their order."""
        heaps: dict[str, list[str]] = {name: [] for name in HEAPS}
        for one in dict.fromkeys(values):
            heaps[heap_of(self.find(one))].append(one)
        return heaps


def heap_of(found: Iterable[Found]) -> str:
    """Return the heap of a hash: identified in any roll, else known, else disputed alone."""
    known = [*found]
    sure = [one for one in known if not one.is_disputed]
    if any(one.entry.identified == "1" for one in sure):
        return IDENTIFIED
    if sure:
        return KNOWN
    return DISPUTED if known else UNKNOWN
