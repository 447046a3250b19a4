"""The bodies of requests: heads, entries, batches and deliveries (wire 7.4, 7.5, C2SP)."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from tools.peer import tree
from tools.peer.text import Malformed, b64, number, unb64

WIDTH = 256
PACKAGES_MAX = 32
HASHES_MAX = 63
BATCH_MAX = 4096


@dataclass(frozen=True)
class Growth:
    """A body of `add-checkpoint`: a new head, and that it adds to the tree of an old size."""

    old: int
    proof: list[bytes]
    note: str

    def write(self) -> bytes:
        """As it is sent."""
        proof = "".join(f"{b64(one)}\n" for one in self.proof)
        return f"old {self.old}\n{proof}\n{self.note}".encode()


def read_growth(body: bytes) -> Growth:
    """Such a body."""
    try:
        text = body.decode()
    except UnicodeDecodeError as problem:
        raise Malformed("add-checkpoint is no UTF-8") from problem
    first, gap, note = text.partition("\n\n")
    lines = first.split("\n")
    if not gap or not lines[0].startswith("old ") or len(lines) > HASHES_MAX + 1:
        raise Malformed("no body of add-checkpoint")
    return Growth(number(lines[0][4:]), [unb64(one, 32) for one in lines[1:]], note)


@dataclass(frozen=True)
class Upload:
    """The first fields of a body of `add-entries`, and where its packages begin."""

    origin: str
    start: int
    end: int
    packages: bytes


class CutShort(Exception):  # noqa: N818 -- what came is good as far as it came
    """The body ended within a package."""


def read_upload(body: bytes) -> Upload:
    """Such a body; what its packages hold is read one by one."""
    named = int.from_bytes(body[:2])
    rest = body[2 + named :]
    if len(body) < 2 + named + 18:
        raise Malformed("add-entries is too short")
    start, end = int.from_bytes(rest[:8]), int.from_bytes(rest[8:16])
    ticket = int.from_bytes(rest[16:18])
    if start > end or end >= 2**63 or len(rest) < 18 + ticket:
        raise Malformed("add-entries names no range")
    origin = body[2 : 2 + named].decode(errors="replace")
    if not origin or any(char.isspace() or char < " " or char == "+" for char in origin):
        raise Malformed("what can name no log (6.1.2)")
    return Upload(origin, start, end, rest[18 + ticket :])


def ranges(start: int, end: int) -> list[tuple[int, int]]:
    """The ranges of the packages of an upload, cut at multiples of 256."""
    cuts = [start, *range((start // WIDTH + 1) * WIDTH, end, WIDTH), end]
    return list(pairwise(cuts)) if start < end else []


def packages(upload: Upload) -> Iterator[tuple[int, list[bytes], list[bytes]]]:
    """Start, entries and proof of each package that is there; CutShort where one is not whole."""
    rest = memoryview(upload.packages)
    for start, end in ranges(upload.start, upload.end):
        if not rest:
            return
        entries = []
        for _ in range(end - start):
            size = int.from_bytes(rest[:2])
            entry = bytes(rest[2 : 2 + size])
            if len(rest) < 2 + size:
                raise CutShort
            entries.append(entry)
            rest = rest[2 + size :]
        if not rest or len(rest) < 1 + 32 * rest[0]:
            raise CutShort
        if rest[0] > HASHES_MAX:
            raise Malformed("a proof of more than PROOF_HASHES_MAX hashes")
        count = rest[0]
        proof = [bytes(rest[1 + 32 * at : 33 + 32 * at]) for at in range(count)]
        rest = rest[1 + 32 * count :]
        yield start, entries, proof
    if rest:
        raise Malformed("something follows the last package")


def write_upload(origin: str, start: int, entries: Sequence[bytes]) -> bytes:
    """The entries from `start` on of a log of these entries, with an empty ticket."""
    end = len(entries)
    leaves = [tree.leaf(one) for one in entries]
    named = origin.encode()
    parts = [len(named).to_bytes(2), named, start.to_bytes(8), end.to_bytes(8), b"\0\0"]
    for first, last in ranges(start, end)[:PACKAGES_MAX]:
        parts += [len(one).to_bytes(2) + one for one in entries[first:last]]
        proof = tree.prove(leaves, first // WIDTH * WIDTH, last)
        parts += [len(proof).to_bytes(1), *proof]
    return b"".join(parts)


def write_batch(bodies: Sequence[bytes]) -> bytes:
    """Bodies, each after its length (7.5.1)."""
    return b"".join(len(one).to_bytes(4) + one for one in bodies)


def read_batch(data: bytes, most: int = 65536) -> list[bytes]:
    """Such bodies."""
    found: list[bytes] = []
    while data:
        size = int.from_bytes(data[:4])
        if len(data) < 4 + size or size > most or len(found) == BATCH_MAX:
            raise Malformed("no batch (7.5.1)")
        found.append(data[4 : 4 + size])
        data = data[4 + size :]
    return found


def write_delivery(bodies: Sequence[bytes], growth: Growth, upload: bytes) -> bytes:
    """A body of `add-delivery` (7.4.13)."""
    return write_batch([write_batch(bodies), growth.write(), upload])


def read_delivery(data: bytes) -> tuple[bytes, bytes, bytes]:
    """Its three parts."""
    parts = read_batch(data, len(data))
    match parts:
        case [batch, growth, upload]:
            return batch, growth, upload
        case _:
            raise Malformed("a delivery has three parts (7.4.14)")
