"""Parts of a file that shows a whole range of a log, so that nobody can say more stood in it.

    entries    each as sealed, with the file key of those that are opened
    hashes, numbers, bytes: one spelling each

Source: docs/spec/proof.md, clauses 14 and 18.
Floor: joint (pure).
"""

import base64
from dataclasses import dataclass
from typing import Any, Final, cast

from comity.acts import codec
from comity.acts.record import Record
from comity.joint.exchange.proof import FILE_KEY_BYTES
from comity.kernel import limits
from comity.kernel.fault import Fault
from comity.kernel.ijson import Json
from comity.seal import run
from comity.tlog import tree
from comity.tlog.checkpoint import Checkpoint
from comity.tlog.tree import Frontier

ENTRIES_MAX: Final = 4_096
"""In the range of one file."""
SIZE_BITS: Final = 63
_HASH_BYTES: Final = 32


@dataclass(frozen=True, slots=True)
class Given:
    """One entry of the range.

    Attributes:
        entry: as sealed.
        file_key: 16 bytes that open it, or nothing.
    """

    entry: bytes
    file_key: bytes = b""

    def is_shaped(self, index: int) -> bool:
        """Return whether anybody can see that it may be read, where it stands."""
        try:
            return run.place_of(self.entry[1:]).entry == index
        except Fault:
            return False

    def opened(self) -> tuple[str, Record]:
        """Return the origin inside, and the record.

        Raises:
            Fault: `exchange.silence.malformed`.
        """
        try:
            return codec.parse(self.entry[0], self._unsealed())
        except Fault as fault:
            raise malformed(f"an entry does not show what it says: {fault.what}") from fault

    def read(self) -> tuple[str, Record] | None:
        """Return as `opened`, or None where it opens and says nothing, to anybody.

        Raises:
            Fault: `exchange.silence.malformed` where the key does not open it.
        """
        plaintext = self._unsealed()
        try:
            return codec.parse(self.entry[0], plaintext)
        except Fault:
            return None

    def _unsealed(self) -> bytes:
        try:
            return run.open_entry(self.entry[1:], self.file_key)
        except Fault as fault:
            raise malformed(f"a file key is not that of its entry: {fault.what}") from fault


@dataclass(frozen=True, slots=True)
class Range:
    """Every entry of a log from one place to a head.

    Attributes:
        first: index of the first of them.
        frontier: of the tree of the entries before, largest first.
        entries: from `first` to the head.
    """

    first: int
    frontier: tuple[bytes, ...]
    entries: tuple[Given, ...]

    def require_ends_in(self, head: Checkpoint) -> None:
        """Make sure that nothing is left out below a head.

        Raises:
            Fault: `exchange.silence.malformed`.
        """
        leaves = (tree.leaf_hash(one.entry) for one in self.entries)
        grown = Frontier(self.first, self.frontier).extend(leaves)
        if grown.size != head.size or grown.root() != head.root:
            raise malformed("its entries do not end in its head")


def range_json(shown: Range) -> dict[str, Json]:
    """Return the three fields of a range."""
    return {
        "entries": [given_json(one) for one in shown.entries],
        "first": shown.first,
        "frontier": [base64_of(one) for one in shown.frontier],
    }


def range_of(value: dict[str, Json]) -> Range:
    """Read the three fields of a range.

    Raises:
        Fault: `exchange.silence.malformed`.
    """
    entries = value["entries"]
    if not isinstance(entries, list) or not 0 < len(entries) <= ENTRIES_MAX:
        raise malformed(f"it has no entries, or over {ENTRIES_MAX}")
    found = Range(number(value["first"]), hashes(value["frontier"]), tuple(map(given, entries)))
    if len(found.frontier) != found.first.bit_count():
        raise malformed("its frontier is not one of so many entries")
    return found


def given_json(one: Given) -> dict[str, Json]:
    """Return an entry of a file."""
    value: dict[str, Json] = {"entry": base64_of(one.entry)}
    if one.file_key:
        value["file-key"] = base64_of(one.file_key)
    return value


def given(value: Json) -> Given:
    """Read an entry of a file."""
    if not isinstance(value, dict) or value.keys() not in ({"entry"}, {"entry", "file-key"}):
        raise malformed("an entry has other fields than its format")
    one = Given(
        bytes_of(value["entry"]), bytes_of(value["file-key"]) if "file-key" in value else b""
    )
    if not 0 < len(one.entry) <= limits.ENTRY_BYTES_MAX:
        raise malformed(f"an entry has {len(one.entry)} bytes")
    if len(one.file_key) not in ({FILE_KEY_BYTES} if "file-key" in value else {0}):
        raise malformed(f"a file key has {len(one.file_key)} bytes, not 16")
    return one


def object_of(value: Json, names: frozenset[str]) -> dict[str, Json]:
    """Read an object with exactly these fields."""
    if not isinstance(value, dict) or value.keys() != names:
        raise malformed("a part of it has other fields than its format")
    return value


def number(value: Json) -> int:
    """Read an index."""
    is_plain = isinstance(value, int) and not isinstance(value, bool)
    if not is_plain or not 0 <= cast("int", value) < 1 << SIZE_BITS:
        raise malformed("an index is no number from 0 on")
    return cast("int", value)


def hashes(value: Json) -> tuple[bytes, ...]:
    """Read a list of hashes of 32 bytes, at most as many as a path has."""
    found = tuple(bytes_of(one) for one in (value if isinstance(value, list) else ["?"]))
    if len(found) > SIZE_BITS or any(len(one) != _HASH_BYTES for one in found):
        raise malformed("a hash has not 32 bytes")
    return found


def base64_of(data: bytes) -> str:
    """Return bytes in the one spelling of a file."""
    return base64.b64encode(data).decode("ascii")


def bytes_of(value: Any) -> bytes:  # noqa: ANN401 -- JSON of any shape
    """Read bytes."""
    try:
        data = base64.b64decode(value if isinstance(value, str) else "?", validate=True)
    except ValueError as error:
        raise malformed("a field is not base64") from error
    if base64_of(data) != value:
        raise malformed("a field is not canonical base64")
    return data


def malformed(why: str) -> Fault:
    """Return the fault of a file whose parts do not fit."""
    return Fault(
        code="exchange.silence.malformed",
        what=f"This is no proof of non-answer or of non-receipt that comity writes: {why}.",
        fix="Ask for it again, as `comity proof --non-answer` or `--non-receipt` writes it.",
    )
