"""Bodies of an act: sealed before it is released, opened for the officer who reads it.

Each has a fresh 32-byte key that stands in the entry.  A body that fits in a row goes
with its entry; a larger one is in the bodies store before the act is appended.

Source: protocol rule 15.
Floor: node.
"""

import contextlib
import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from comity.acts.record import KEY_BYTES, NEEDED, Act, Blob
from comity.domestic.release.content import Body
from comity.kernel import limits
from comity.kernel.fault import Fault, quoted
from comity.node.context import Node
from comity.node.ports import Tx
from comity.seal import symmetric

_STAGE_BYTES: Final = 4 << 20

HELD: Final = "held"
MISSING: Final = "missing"
DAMAGED: Final = "damaged"


@dataclass(frozen=True, slots=True)
class Plain:
    """A body in the clear.

    Attributes:
        role: what it is to the act: `elements`, `texts`, `attachment:1`.
        media_type: of the data.
        mark: handling mark.
        data: the bytes.
        need: `needed` or `following`.
    """

    role: str
    media_type: str
    mark: str
    data: bytes
    need: str = NEEDED

    @property
    def bound(self) -> Body:
        """The body as an approval binds it."""
        sha256 = hashlib.sha256(self.data).hexdigest()
        return Body(self.role, self.media_type, self.mark, self.need, sha256)


@dataclass(frozen=True, slots=True)
class Sealed:
    """Bodies under their keys.

    Attributes:
        blobs: as the act names them.
        rows: `{sha256: stored bytes}` of those that go with the entry.
        large: hashes of those that the bodies store keeps.
    """

    blobs: tuple[Blob, ...]
    rows: dict[str, bytes]
    large: tuple[str, ...]


def seal(node: Node, bodies: Iterable[Plain]) -> Sealed:
    """Seal bodies; large ones are durable when this returns.

    Raises:
        Fault: `node.store.full` and others of the bodies store.
    """
    blobs: list[Blob] = []
    rows: dict[str, bytes] = {}
    large: list[str] = []
    for body in bodies:
        key = node.entropy(KEY_BYTES)
        stored = symmetric.seal_blob(body.data, key, node.entropy)
        sha256 = hashlib.sha256(stored).hexdigest()
        blobs.append(
            Blob(sha256, key, len(stored), body.media_type, body.role, body.need, body.mark)
        )
        if len(stored) <= limits.ROW_BLOB_BYTES_MAX:
            rows[sha256] = stored
        else:
            _keep(node, sha256, stored)
            large.append(sha256)
    return Sealed(tuple(blobs), rows, tuple(large))


def _keep(node: Node, sha256: str, stored: bytes) -> None:
    for at in range(0, len(stored), _STAGE_BYTES):
        node.bodies.stage(sha256, at, stored[at : at + _STAGE_BYTES])
    kept = node.bodies.commit(sha256)
    if not kept:
        raise Fault(
            code="node.body.damaged",
            what=f"The body {quoted(sha256)} was not kept as it was written.",
            fix="Check the disk with `comity doctor`, and send again; nothing was sent.",
        )


@dataclass(frozen=True, slots=True)
class Opened:
    """A body as an officer reads it.

    Attributes:
        blob: as the act names it.
        state: `held`, `missing`, or `damaged` where it does not open under its key.
        data: in the clear; empty unless held.
    """

    blob: Blob
    state: str
    data: bytes = b""


def open_all(
    node: Node, tx: Tx, act: Act, shown: Mapping[str, Sequence[bytes]] = MappingProxyType({})
) -> list[Opened]:
    """Open the bodies of an act that are held here; never raises for what a peer wrote.

    Args:
        node: ours.
        tx: a read or write.
        act: whose bodies.
        shown: other keys by SHA-256, which authors showed for blobs that did not open.
    """
    return [
        _open(blob, _stored(node, tx, blob.sha256), [blob.key, *shown.get(blob.sha256, ())])
        for blob in act.blobs
    ]


def _stored(node: Node, tx: Tx, sha256: str) -> bytes | None:
    row = tx.body(sha256)
    if row is not None:
        return row
    size = node.bodies.size_bytes(sha256)
    return None if size is None else node.bodies.read(sha256, 0, size)


def _open(blob: Blob, stored: bytes | None, keys: Sequence[bytes]) -> Opened:
    if stored is None:
        return Opened(blob, MISSING)
    for key in keys:
        with contextlib.suppress(Fault):
            return Opened(blob, HELD, symmetric.open_blob(stored, key))
    return Opened(blob, DAMAGED)
