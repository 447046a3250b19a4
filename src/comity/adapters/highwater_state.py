"""What the high-water file says: records, and the state that they add up to.

    1  mark     origin, size, root, and own entries that the head adds
    2  covered  origin, size: entries below it are with every peer
    3  lost     the file before this one was missing or damaged
    4  whole    the operator, or a start that reached every party, made up for the loss
    5  body     origin, index, SHA-256, and a small body that the entry there names
    6  time     origin, seconds: a cosignature of the log bears that time, and none a later one
    7  id       of the file, random: one that takes the place of a lost or damaged one has another

A kind that a program does not know it passes over: a file of a newer one still serves it.

Floor: adapters.
"""

import struct
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Final

from comity.adapters import journal
from comity.kernel import limits
from comity.kernel.fault import Fault, quoted
from comity.node.base.ports import Entropy
from comity.node.base.rows import KeptBody, Mark

MARK: Final = 1
COVERED: Final = 2
LOST: Final = 3
WHOLE: Final = 4
BODY: Final = 5
TIME: Final = 6
ID: Final = 7

ID_BYTES: Final = 16

BODIES_BYTES_MAX: Final = 64 << 20
"""Bodies that one file keeps: of the newest entries of a channel none, once it is crowded."""

ROOT_BYTES: Final = 32
_HEAD: Final = struct.Struct(">BB")
_SIZE: Final = struct.Struct(">Q")
_MARK: Final = struct.Struct(">Q32sI")
_LENGTH: Final = struct.Struct(">I")
_BODY: Final = struct.Struct(">Q32s")

type Read = Callable[[int, int], bytes]
"""Gives the bytes of the file at an offset: `read(offset, size_bytes)`."""


@dataclass(frozen=True, slots=True)
class Run:
    """Entries that stand one after another in the file.

    Attributes:
        first: index of the first in its log.
        count: how many.
        offset: in the file, of the first length prefix.
        size_bytes: of all, with their length prefixes.
    """

    first: int
    count: int
    offset: int
    size_bytes: int

    @property
    def end(self) -> int:
        """The index after the last."""
        return self.first + self.count


@dataclass(frozen=True, slots=True)
class BodyPlace:
    """Where a kept body stands in the file, and the last entry that names it."""

    index: int
    offset: int
    size_bytes: int


@dataclass(slots=True)
class LogState:
    """One log: its mark, when it was cosigned last, and where its entries and bodies are."""

    size: int = 0
    root: bytes = b""
    cosigned_s: int = 0
    runs: list[Run] = field(default_factory=list)
    covered: int = 0
    bodies: dict[bytes, BodyPlace] = field(default_factory=dict)
    bodies_bytes: int = 0

    def end(self) -> int | None:
        """Return the index after the last kept entry, or None."""
        return self.runs[-1].end if self.runs else None


@dataclass(slots=True)
class State:
    """All logs, whether the history of the file is unbroken, and since which birth."""

    logs: dict[str, LogState] = field(default_factory=dict)
    whole: bool = True
    file_id: bytes = b""

    def live_bytes(self) -> int:
        """Return about how many bytes a file without history would have."""
        kept = sum(run.size_bytes for log in self.logs.values() for run in log.runs)
        return kept + self.bodies_bytes() + 128 * len(self.logs)

    def bodies_bytes(self) -> int:
        """Return how many bytes of bodies are kept."""
        return sum(log.bodies_bytes for log in self.logs.values())

    def room(self, origin: str) -> int:
        """Return how many bytes more of bodies are kept beside a log.

        Those of a channel take no more than they leave free: one whose mirror is long away leaves
        room to every other, and nobody need know how many there are.
        """
        channel = _channel(origin)
        own = sum(log.bodies_bytes for name, log in self.logs.items() if _channel(name) == channel)
        return (BODIES_BYTES_MAX - self.bodies_bytes() - own) // 2

    def full(self) -> list[str]:
        """Return the logs beside which a body may find no room."""
        held = (name for name, log in self.logs.items() if log.bodies)
        return [name for name in held if self.room(name) < limits.ROW_BLOB_BYTES_MAX]


def _channel(origin: str) -> str:
    """Return the name of a log without its generation."""
    return origin.rpartition("/")[0] or origin


def forget(log: LogState, hashes: Iterable[bytes]) -> None:
    """Forget bodies of a log by their SHA-256."""
    for sha256 in hashes:
        place = log.bodies.pop(sha256, None)
        if place is not None:
            log.bodies_bytes -= place.size_bytes


def render_mark(origin: str, size: int, root: bytes, entries: Sequence[bytes]) -> bytes:
    """Return the payload of a mark."""
    assert len(root) == ROOT_BYTES
    parts = [_head(MARK, origin), _MARK.pack(size, root, len(entries))]
    for entry in entries:
        parts += [_LENGTH.pack(len(entry)), entry]
    return b"".join(parts)


def render_covered(origin: str, size: int) -> bytes:
    """Return the payload of a note that entries below `size` are with every peer."""
    return _head(COVERED, origin) + _SIZE.pack(size)


def render_time(origin: str, cosigned_s: int) -> bytes:
    """Return the payload of the time of a cosignature."""
    return _head(TIME, origin) + _SIZE.pack(cosigned_s)


def render_body(origin: str, body: KeptBody) -> bytes:
    """Return the payload of a body that an entry names."""
    return _head(BODY, origin) + _BODY.pack(body.index, bytes.fromhex(body.sha256)) + body.content


def render_flag(kind: int) -> bytes:
    """Return the payload of `LOST` or `WHOLE`."""
    return _head(kind, "")


def born(entropy: Entropy) -> bytes:
    """Return the bytes of a new file."""
    return journal.HEADER + journal.frame(render_id(entropy(ID_BYTES)))


def render_id(file_id: bytes) -> bytes:
    """Return the payload of the id of a file."""
    assert len(file_id) == ID_BYTES
    return _head(ID, "") + file_id


def apply(state: State, payload: bytes, offset: int) -> None:
    """Add one record to the state.

    Args:
        state: changed in place.
        payload: as rendered here; its CRC was right, so its shape is ours.
        offset: where the payload stands in the file.
    """
    kind, origin, at = _parse_head(payload)
    if kind == LOST:
        state.whole = False
    elif kind == WHOLE:
        state.whole = True
    elif kind == ID:
        state.file_id = payload[at:]
    elif kind == COVERED:
        (size,) = _SIZE.unpack_from(payload, at)
        cover(state.logs.setdefault(origin, LogState()), size)
    elif kind == TIME:
        (cosigned_s,) = _SIZE.unpack_from(payload, at)
        log = state.logs.setdefault(origin, LogState())
        log.cosigned_s = max(log.cosigned_s, cosigned_s)
    elif kind == BODY:
        _apply_body(state.logs.setdefault(origin, LogState()), payload, at, offset)
    elif kind == MARK:
        _apply_mark(state.logs.setdefault(origin, LogState()), payload, at, offset)


def cover(log: LogState, size: int) -> None:
    """Forget runs that lie wholly below `size`, and bodies that only entries there name."""
    log.covered = max(log.covered, size)
    log.runs = [run for run in log.runs if run.end > log.covered]
    for sha256 in [s for s, place in log.bodies.items() if place.index < log.covered]:
        log.bodies_bytes -= log.bodies.pop(sha256).size_bytes


def body_of(log: LogState, sha256: bytes, read: Read) -> KeptBody | None:
    """Return a kept body, or None if it is kept no more."""
    place = log.bodies.get(sha256)
    if place is None:
        return None
    return KeptBody(place.index, sha256.hex(), read(place.offset, place.size_bytes))


def entries_of(log: LogState, read: Read) -> tuple[int, list[bytes]]:
    """Return the first index and the entries at or above what is covered.

    Args:
        log: one log's state.
        read: gives `size_bytes` bytes of the file at an offset.
    """
    if not log.runs:
        return log.size, []
    entries: list[bytes] = []
    for run in log.runs:
        entries += _split(read(run.offset, run.size_bytes), run.count)
    skip = max(0, log.covered - log.runs[0].first)
    return log.runs[0].first + skip, entries[skip:]


def require_rising(mark: Mark, log: LogState) -> None:
    """Return if a mark adds to what stands.

    Raises:
        Fault: `highwater.mark.behind`, `highwater.mark.other-root`.
    """
    if mark.size < log.size:
        raise Fault(
            code="highwater.mark.behind",
            what=f"The log {quoted(mark.origin)} was signed at size {log.size}; this head has "
            f"{mark.size}.",
            fix="Fetch the entries between from a peer's mirror: run `comity recover fetch`.",
        )
    if log.root and mark.size == log.size and mark.root != log.root:
        raise Fault(
            code="highwater.mark.other-root",
            what=f"The log {quoted(mark.origin)} was signed at size {mark.size} with another root.",
            fix="Stop: this home is not the one that signed. Go on with that one; if it is lost, "
            "run `comity recover begin`.",
        )


def added(mark: Mark, log: LogState) -> Sequence[bytes]:
    """Return those entries of a mark that are not kept already and join on.

    Raises:
        Fault: `highwater.entries.gap`.
    """
    end = log.end()
    first = mark.size - len(mark.entries)
    reached = max(end or 0, log.size)
    if mark.entries and log.root and first > reached:
        raise Fault(
            code="highwater.entries.gap",
            what=f"Entries {reached} to {first - 1} of {quoted(mark.origin)} would be missing "
            "between.",
            fix="Report this: entries are kept in the order of their log.",
        )
    return mark.entries if end is None else mark.entries[max(0, end - first) :]


def render_log(origin: str, log: LogState, read: Read) -> list[bytes]:
    """Return the payloads that say what a log's state is, without its history."""
    if not log.root:
        return []
    found = (body_of(log, sha256, read) for sha256 in log.bodies)
    beside = [render_body(origin, body) for body in found if body]
    if log.cosigned_s:
        beside.append(render_time(origin, log.cosigned_s))
    first, entries = entries_of(log, read)
    end = first + len(entries)
    if entries and end != log.size:  # heads that came after brought no entries of ours
        kept = render_mark(origin, end, log.root, entries)
        return [*beside, kept, render_mark(origin, log.size, log.root, ())]
    return [*beside, render_mark(origin, log.size, log.root, entries)]


def _apply_body(log: LogState, payload: bytes, at: int, offset: int) -> None:
    index, sha256 = _BODY.unpack_from(payload, at)
    start = at + _BODY.size
    before = log.bodies.pop(sha256, None)
    log.bodies_bytes -= before.size_bytes if before else 0
    if index >= log.covered:
        log.bodies[sha256] = BodyPlace(index, offset + start, len(payload) - start)
        log.bodies_bytes += len(payload) - start


def _apply_mark(log: LogState, payload: bytes, at: int, offset: int) -> None:
    size, root, count = _MARK.unpack_from(payload, at)
    if size >= log.size:
        log.size, log.root = size, root
    if count:
        start = at + _MARK.size
        run = Run(size - count, count, offset + start, len(payload) - start)
        if log.runs and log.runs[-1].end != run.first:
            log.runs = []  # after damage: what is not joined to the newest cannot be used
        log.runs.append(run)


def _split(data: bytes, count: int) -> list[bytes]:
    entries: list[bytes] = []
    at = 0
    for _ in range(count):
        (length,) = _LENGTH.unpack_from(data, at)
        entries.append(data[at + _LENGTH.size : at + _LENGTH.size + length])
        at += _LENGTH.size + length
    return entries


def _head(kind: int, origin: str) -> bytes:
    name = origin.encode()
    return _HEAD.pack(kind, len(name)) + name


def _parse_head(payload: bytes) -> tuple[int, str, int]:
    kind, length = _HEAD.unpack_from(payload)
    end = _HEAD.size + length
    return kind, payload[_HEAD.size : end].decode(), end
