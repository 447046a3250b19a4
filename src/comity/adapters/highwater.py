"""The high-water file: what this node ever signed or cosigned, whatever is restored.

It lies outside the home, so that restoring an old backup of the home does not take it
back.  A mark is on stable storage before the signature it stands for leaves (one write
and one fdatasync), and so is the time of a cosignature; own entries stay in it until every
peer's mirror has them, and beside them the bodies of up to 64 KiB that they name, 64 MiB of
those in all (docs/adr/0038).

    <home>.highwater         records, see `journal` and `highwater_state`
    <home>.highwater.lock    held by the one process that signs

It has a random id from its birth: what is said of a loss names the file that came after it.

Reading takes no lock; the first write takes it for the life of the process.  After an
error of write or fsync nothing is written any more: the kernel may have dropped the page,
and a second fsync would succeed on nothing.

Source: protocol rule 9.
Floor: adapters.
"""

import threading
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from types import MappingProxyType
from typing import Final, Protocol

from comity.adapters import highwater_state, journal
from comity.adapters.durable_file import FileDevice, write_atomically
from comity.adapters.entropy import SystemEntropy
from comity.adapters.highwater_state import LogState, State
from comity.kernel.fault import Fault, path_quoted
from comity.node.base.ports import Entropy
from comity.node.base.rows import KeptBody, Mark

COMPACT_BYTES_MIN: Final = 4 << 20
COMPACT_RATIO: Final = 4
"""The file is written anew when it is over the first and this many times what it must hold."""


_UNREAD: Final = object()
"""No device's stamp: the first question, or the lock, reads the file."""


class Device(Protocol):
    """The few things that a journal asks of a disk.

    Every method may raise OSError.
    """

    def hold(self) -> bool:
        """Take the lock of the one writer, for good; False if another process has it."""
        ...

    def stamp(self) -> object:
        """Return something that changes when the bytes do; None if there is no file."""
        ...

    def load(self) -> bytes | None:
        """Return the whole file, or None if there is none."""
        ...

    def read(self, offset: int, size_bytes: int) -> bytes:
        """Return bytes of the file."""
        ...

    def append(self, data: bytes) -> None:
        """Add bytes at the end and return when they are on stable storage."""
        ...

    def replace(self, data: bytes) -> None:
        """Put another content in place of the whole file, at once and durably."""
        ...

    def set_aside(self) -> None:
        """Keep the file under another name for whoever looks into the damage."""
        ...


class JournalHighWater:
    """A `HighWater` over a device, for all threads of one process."""

    def __init__(self, device: Device, entropy: Entropy) -> None:
        self._device = device
        self._entropy = entropy
        self._turn = threading.RLock()
        self._state = State()
        self._size_bytes = 0
        self._stamp: object = _UNREAD
        self._is_held = False
        self._failure: Fault | None = None
        self._pending = b""

    def marks(self) -> Mapping[str, tuple[int, bytes]]:
        """Return `{origin: (size, root)}`."""
        with self._turn:
            self._look()
            logs = self._state.logs.items()
            return MappingProxyType({name: (log.size, log.root) for name, log in logs if log.root})

    def cosigned_s(self, origin: str) -> int:
        """Return the latest time at which a log was cosigned, or 0 if that is not known."""
        with self._turn:
            self._look()
            return (self._state.logs.get(origin) or LogState()).cosigned_s

    def raise_to(
        self,
        origin: str,
        size: int,
        root: bytes,
        entries: Sequence[bytes] = (),
        bodies: Sequence[KeptBody] = (),
    ) -> None:
        """Remember a head durably before its signature leaves.

        Args:
            origin: the log.
            size: of the head.
            root: of the head.
            entries: own entries at the indexes that end at `size`; those kept already are
                not kept twice.
            bodies: that these name, not kept twice either, nor over the part of their channel.

        Raises:
            Fault: `highwater.mark.behind` for a size below the mark,
                `highwater.mark.other-root` for its size with another root,
                `highwater.entries.gap` for entries that do not join on,
                `highwater.file.locked`, `highwater.disk.failed`.
        """
        self.raise_all((Mark(origin, size, root, entries, bodies),))

    def raise_all(self, marks: Sequence[Mark]) -> None:
        """Remember heads of several logs with one sync; all of them, or after a fault none.

        Raises:
            Fault: as `raise_to`.
        """
        with self._turn:
            self.hold()
            payloads = [payload for mark in marks for payload in self._payloads(mark)]
            if payloads:
                self._append(*payloads)
                self._compact()

    def _payloads(self, mark: Mark) -> list[bytes]:
        """Return the records of a head; of one that was signed anew the mark stands already."""
        origin, log = mark.origin, self._state.logs.get(mark.origin) or LogState()
        highwater_state.require_rising(mark, log)
        added = highwater_state.added(mark, log)
        bodies = self._new_bodies(mark, log)
        beside = [highwater_state.render_body(origin, body) for body in bodies]
        if mark.cosigned_s > log.cosigned_s:
            beside.append(highwater_state.render_time(origin, mark.cosigned_s))
        if log.root == mark.root and log.size == mark.size and not added and not bodies:
            return beside
        return [*beside, highwater_state.render_mark(origin, mark.size, mark.root, added)]

    def kept(self, origin: str) -> tuple[int, list[bytes]]:
        """Return the first index and the own entries above the peers' mirror."""
        with self._turn:
            self._look()
            log = self._state.logs.get(origin) or LogState()
            try:
                return highwater_state.entries_of(log, self._device.read)
            except OSError as error:
                raise _disk_fault(error) from error

    def kept_bodies(self, origin: str) -> Iterator[KeptBody]:
        """Give the small bodies that are kept beside those entries, one after another."""
        with self._turn:
            self._look()
            names = list((self._state.logs.get(origin) or LogState()).bodies)
        for sha256 in names:
            with self._turn:
                log = self._state.logs.get(origin) or LogState()
                try:
                    found = highwater_state.body_of(log, sha256, self._device.read)
                except OSError as error:
                    raise _disk_fault(error) from error
            if found is not None:
                yield found

    def full(self) -> list[str]:
        """Return the logs beside which a body may find no room."""
        with self._turn:
            self._look()
            return self._state.full()

    def _new_bodies(self, mark: Mark, log: LogState) -> list[KeptBody]:
        """Return those that are to be kept: not there already, and as far as there is room."""
        if not mark.bodies:
            return []
        room = self._state.room(mark.origin)
        new: list[KeptBody] = []
        for body in mark.bodies:
            place = log.bodies.get(bytes.fromhex(body.sha256))
            is_there = place is not None and place.index >= body.index
            if body.index >= log.covered and not is_there and len(body.content) <= room:
                new.append(body)
                room -= len(body.content)
        return new

    def covered(self, origin: str, size: int) -> None:
        """Forget kept entries below `size`.  Durable with the next mark: it may be said again."""
        with self._turn:
            self.hold()
            log = self._state.logs.get(origin)
            if log is None or size <= log.covered:
                return
            highwater_state.cover(log, size)
            self._pending += journal.frame(highwater_state.render_covered(origin, size))

    def forget(self, hashes: Sequence[str]) -> None:
        """Forget kept bodies by their SHA-256, and write the file anew without any history.

        Raises:
            Fault: `highwater.file.locked`, `highwater.disk.failed`.
        """
        with self._turn:
            self.hold()
            for log in self._state.logs.values():
                highwater_state.forget(log, map(bytes.fromhex, hashes))
            try:
                self._rewrite(self._device.read)
            except OSError as error:
                self._failure = _disk_fault(error)
                raise self._failure from error

    def is_intact(self) -> bool:
        """Return whether no history of the file is missing."""
        with self._turn:
            self._look()
            return self._state.whole

    def file_id(self) -> str:
        """Return the id of the file in hexadecimal; "" if it is lost, or damaged, or has none."""
        with self._turn:
            self._look()
            return self._state.file_id.hex()

    def hold(self) -> None:
        """Take the lock now, for good: a process that will sign does so when it starts.

        A file that has no id, since it was lost or an older program wrote it, is given one.

        Raises:
            Fault: `highwater.file.locked`, `highwater.disk.failed`.
        """
        with self._turn:
            self._take()

    def declare_whole(self) -> None:
        """Make up for a lost file: every party was reached, or two officers said so.

        Raises:
            Fault: `highwater.file.locked`, `highwater.disk.failed`.
        """
        with self._turn:
            self.hold()
            if not self._state.whole:
                self._append(highwater_state.render_flag(highwater_state.WHOLE))

    def _look(self) -> None:
        """Read again what another process wrote; a writer knows its own file."""
        if not self._is_held and self._device.stamp() != self._stamp:
            self._load(repair=False)

    def _take(self) -> None:
        if self._failure is not None:
            raise self._failure
        if self._is_held:
            return
        try:
            is_held = self._device.hold()
        except OSError as error:
            raise _disk_fault(error) from error
        if not is_held:
            raise Fault(
                code="highwater.file.locked",
                what="Another process signs for this home: it holds the high-water file.",
                fix="Let that `comity serve` do it, or stop it first.",
            )
        self._load(repair=True)
        if not self._state.file_id:
            self._append(highwater_state.render_id(self._entropy(highwater_state.ID_BYTES)))
        self._is_held = True

    def _load(self, *, repair: bool) -> None:
        try:
            self._stamp = self._device.stamp()
            data = self._device.load()
            found = journal.scan(data or b"")
            self._state = State()
            for record in found.records:
                highwater_state.apply(self._state, record.payload, record.offset)
            self._size_bytes = found.end
            is_lost = data is None or found.damaged
            self._state.whole = self._state.whole and not is_lost
            self._state.file_id = b"" if is_lost else self._state.file_id
        except OSError as error:
            raise _disk_fault(error) from error
        if repair and (is_lost or found.torn):
            self._repair(data, is_damaged=data is not None and found.damaged)

    def _repair(self, data: bytes | None, *, is_damaged: bool) -> None:
        held = data or b""
        try:
            if is_damaged:
                self._device.set_aside()
            self._rewrite(lambda offset, size_bytes: held[offset : offset + size_bytes])
        except OSError as error:
            self._failure = _disk_fault(error)
            raise self._failure from error

    def _append(self, *payloads: bytes) -> None:
        """Write records, the one that counts last, all with one sync."""
        framed = b"".join(map(journal.frame, payloads))
        try:
            self._device.append(self._pending + framed)
        except OSError as error:
            self._failure = _disk_fault(error)
            raise self._failure from error
        self._size_bytes += len(self._pending)
        self._pending = b""
        for payload in payloads:
            self._size_bytes += journal.FRAME_BYTES + len(payload)
            highwater_state.apply(self._state, payload, self._size_bytes - len(payload))

    def _compact(self) -> None:
        if self._size_bytes < max(COMPACT_BYTES_MIN, COMPACT_RATIO * self._state.live_bytes()):
            return
        try:
            self._rewrite(self._device.read)
        except OSError as error:
            self._failure = _disk_fault(error)
            raise self._failure from error

    def _rewrite(self, read: highwater_state.Read) -> None:
        """Replace the file by one that says the same without its history."""
        payloads: list[bytes] = []
        for name, log in sorted(self._state.logs.items()):
            payloads += highwater_state.render_log(name, log, read)
        if not self._state.whole:
            payloads.append(highwater_state.render_flag(highwater_state.LOST))
        if self._state.file_id:
            payloads.append(highwater_state.render_id(self._state.file_id))
        data = journal.HEADER + b"".join(map(journal.frame, payloads))
        self._device.replace(data)
        self._pending = b""
        self._state = State()
        for record in journal.scan(data).records:
            highwater_state.apply(self._state, record.payload, record.offset)
        self._size_bytes = len(data)


class FileHighWater(JournalHighWater):
    """The high-water file of a home."""

    def __init__(self, path: Path) -> None:
        self._file_device = FileDevice(path)
        super().__init__(self._file_device, SystemEntropy())

    def close(self) -> None:
        """Release the lock: whoever writes after that takes it again, or is refused."""
        with self._turn:
            self._is_held = False
            self._file_device.close()


def create(path: Path) -> None:
    """Begin the high-water file of a new home.

    Raises:
        Fault: `highwater.file.exists`, `highwater.disk.failed`.
    """
    if path.exists():
        raise Fault(
            code="highwater.file.exists",
            what=f"The high-water file {path_quoted(path)} is there already.",
            fix="Choose another home: this file remembers what a node of that name signed.",
        )
    try:
        write_atomically(path, highwater_state.born(SystemEntropy()))
    except OSError as error:
        raise _disk_fault(error) from error


def _disk_fault(error: OSError) -> Fault:
    return Fault(
        code="highwater.disk.failed",
        what=f"The high-water file cannot be used: {error.strerror or error}.",
        fix="See that its disk is mounted for writing, has room and is sound, then start the node "
        "again; it signs nothing until then.",
    )
