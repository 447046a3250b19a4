"""What the machine can do at most with evidence: each part of the way alone, in the same run.

    read     from memory where the kernel keeps files, a MiB at a time
    hash     SHA-256, as `hashlib` does it
    seal     ChaCha20-Poly1305 in chunks of 64 KiB, as `cryptography` does it; open likewise
    line     TLS 1.3 over loopback from one process to another, nothing else done with it
    write    into memory where the kernel keeps files; the disk takes it beside
    disk     the same until it is on stable storage, wall time

Sealing is read, hash, seal, hash, write; the way is read, line, hash, write; opening is read,
open, hash, write.  No order of these can take less than their sum on all cores, nor less than
the disk takes for the two copies that are to be durable.

Floor: lab.
"""

import hashlib
import os
import socket
import ssl
import time
from collections.abc import Callable
from dataclasses import dataclass, fields
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Final

from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305

from comity.adapters import clock, tls, tlscert
from comity.adapters.tls import Chain
from comity.boot import child_processes

SAMPLE_BYTES: Final = 512 << 20
_PART_BYTES: Final = 1 << 20
_CHUNK_BYTES: Final = 65_536
_TAG_BYTES: Final = 16
_DAY_MS: Final = 86_400_000


@dataclass(frozen=True, slots=True)
class Costs:
    """Processor seconds of each part for one byte; of the disk, wall seconds.

    Attributes:
        cipher: that TLS agreed on.
        read: of a file that the kernel has in memory.
        hash: SHA-256.
        seal: encrypting.
        open: decrypting.
        line: both ends of TLS over loopback.
        write: into a file.
        disk: until what was written is durable.
    """

    cipher: str
    read: float
    hash: float
    seal: float
    open: float
    line: float
    write: float
    disk: float

    def processor_s(self, size_bytes: int) -> float:
        """Return the processor time of all parts of the way of a file."""
        sealing = self.read + self.hash + self.seal + self.hash + self.write
        way = self.read + self.line + self.hash + self.write
        opening = self.read + self.open + self.hash + self.write
        return size_bytes * (sealing + way + opening)

    def seconds(self, size_bytes: int) -> float:
        """Return the least time that a file can take here."""
        cores = len(os.sched_getaffinity(0))
        return max(self.processor_s(size_bytes) / cores, 2 * size_bytes * self.disk)

    def of(self, size_bytes: int) -> dict[str, float]:
        """Return the seconds of each part for a file."""
        names = (one.name for one in fields(self) if one.name != "cipher")
        return {name: round(size_bytes * getattr(self, name), 2) for name in names}


def measure(folder: Path, size_bytes: int) -> Costs:
    """Measure each part on a sample of a file of that size."""
    size_bytes = max(_PART_BYTES, min(size_bytes, SAMPLE_BYTES) // _PART_BYTES * _PART_BYTES)
    file = folder / "floor.bin"
    part = os.urandom(_PART_BYTES)
    began = time.perf_counter()
    write = _processor_s(lambda: _write(file, part, size_bytes))
    disk = time.perf_counter() - began
    read = _processor_s(lambda: _read(file))
    file.unlink()
    count = size_bytes // _PART_BYTES
    hashing = _processor_s(lambda: _hash(part, count))
    aead, room = ChaCha20Poly1305(os.urandom(32)), bytearray(_CHUNK_BYTES + _TAG_BYTES)
    chunk = part[:_CHUNK_BYTES]
    chunks = size_bytes // _CHUNK_BYTES
    seal = _processor_s(
        lambda: [aead.encrypt_into(bytes(12), chunk, None, room) for _ in range(chunks)]
    )
    sealed, plain = bytes(room), bytearray(_CHUNK_BYTES)
    opening = _processor_s(
        lambda: [aead.decrypt_into(bytes(12), sealed, None, plain) for _ in range(chunks)]
    )
    line, cipher = _line(part, count)
    costs = (read, hashing, seal, opening, line, write, disk)
    return Costs(cipher, *(one / size_bytes for one in costs))


def _processor_s(work: Callable[[], object]) -> float:
    began = time.process_time()
    work()
    return time.process_time() - began


def _write(path: Path, part: bytes, size_bytes: int) -> None:
    with path.open("wb", buffering=0) as file:
        for _ in range(0, size_bytes, len(part)):
            file.write(part)
        os.fsync(file.fileno())


def _hash(part: bytes, count: int) -> None:
    digest = hashlib.sha256()
    for _ in range(count):
        digest.update(part)


def _read(path: Path) -> None:
    room = bytearray(_PART_BYTES)
    with path.open("rb", buffering=0) as file:
        while file.readinto(room):
            pass


def _line(part: bytes, count: int) -> tuple[float, str]:
    """Return the processor time of both ends of a line that carries parts, and its cipher."""
    chain = chain_for_a_day()
    context = child_processes.Context()
    near, far = context.Pipe()
    taker = context.Process(target=_take, args=(far, chain, len(part) * count), daemon=True)
    taker.start()
    port = near.recv()
    assert isinstance(port, int)
    shown = tls.client_context(chain)
    with (
        socket.create_connection(("127.0.0.1", port)) as raw,
        shown.wrap_socket(raw, server_hostname=tls.server_name(chain.certificate)) as line,
    ):
        near_s = _processor_s(lambda: _give(line, part, count))
        cipher = (line.cipher() or ("",))[0]
        far_s = near.recv()
    taker.join()
    assert isinstance(far_s, float)
    return near_s + far_s, cipher


def _take(far: "Connection[object, object]", chain: Chain, size_bytes: int) -> None:
    context = tls.server_context([chain], [chain.certificate])
    room = memoryview(bytearray(_PART_BYTES))
    with socket.create_server(("127.0.0.1", 0)) as listener:
        far.send(listener.getsockname()[1])
        raw, _ = listener.accept()
        with context.wrap_socket(raw, server_side=True) as line:
            far.send(_processor_s(lambda: _drain(line, room, size_bytes)))


def _give(line: ssl.SSLSocket, part: bytes, count: int) -> None:
    for _ in range(count):
        line.sendall(part)


def _drain(line: ssl.SSLSocket, room: memoryview, size_bytes: int) -> None:
    came = 0
    while came < size_bytes:
        came += line.recv_into(room)


def chain_for_a_day() -> Chain:
    """Return a certificate of the bench's own."""
    now_ms = clock.SystemClock().now_ms()
    key = tlscert.make("127.0.0.1", now_ms - _DAY_MS, now_ms + _DAY_MS)
    return Chain(key.chain_pem(b"bench"), b"bench", key.certificate)
