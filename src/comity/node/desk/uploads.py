"""Files that come before the act they go with, in ranges: each sealed as it comes.

    record kind   key          value
    upload        <id>         whose, which hash and size were told, the ranges that are held

A range is sealed under a key of its own and is durable when it is told as held; what was cut
off is sent again from there.  The hash that was told is compared when the file is attached:
it is then read from its start and sealed anew, under the key that stands in the act.

Whoever began an upload alone sees it.  It is gone a day after its last range, attached or not;
one that a worksheet attaches stays as long as the worksheet.

Source: architecture section 6.
Floor: node.
"""

import contextlib
import hashlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, replace
from typing import Any, Final, cast

from comity.kernel import limits
from comity.kernel.fault import Fault, quoted
from comity.kernel.ids import RANDOM_ID_BYTES, random_id
from comity.kernel.ijson import Json
from comity.kernel.inadmissible import Inadmissible
from comity.node.base import cursor
from comity.node.base.commit_unknown import is_unsure
from comity.node.base.context import Node
from comity.node.base.ports import Tx
from comity.node.base.rows import Officer
from comity.node.desk import worksheets
from comity.node.desk.upload import Range, Upload
from comity.node.exchange.blob_file import Kept
from comity.node.room import officers
from comity.node.room.release import idempotency
from comity.node.room.release.draft_store import AS_OFTEN_AS_SAID, Command
from comity.seal import symmetric
from comity.seal.stream import ChunkReader, Source

UPLOAD: Final = "upload"
RANGE_BYTES_MAX: Final = 64 << 20
OPEN_MAX: Final = 64
"""Of one officer."""

RANGES_MAX: Final = 65_536
_READ_BYTES: Final = 1 << 20


def begin(node: Node, officer: Officer, sha256: str, size_bytes: int) -> Upload:
    """Begin an upload; see `begin_once`."""
    made = begin_once(node, officer, sha256, size_bytes, AS_OFTEN_AS_SAID)
    assert isinstance(made, Upload)
    return made


def begin_once(
    node: Node, officer: Officer, sha256: str, size_bytes: int, command: Command
) -> Upload | Inadmissible:
    """Begin an upload, once for each key; a hash that is "" is told later.

    Raises:
        Fault: `node.upload.too-many`, `node.upload.too-large`, `officer.role.lacking`;
            `node.upload.unknown` if a command with the same key began one that is gone.
    """
    if not 0 <= size_bytes <= limits.BLOB_BYTES_MAX:
        raise Fault(
            code="node.upload.too-large",
            what=f"A file of {size_bytes} bytes cannot be attached.",
            fix=f"Split it into files of at most {limits.BLOB_BYTES_MAX} bytes.",
        )
    made = Upload(
        random_id(node.entropy(RANDOM_ID_BYTES)),
        officer.name,
        sha256,
        size_bytes,
        node.clock.now_ms(),
    )
    officers.require_change(officer)
    with node.store.write() as tx:
        before = idempotency.made(tx, officer, command)
        if isinstance(before, Inadmissible):
            return before
        if before is not None:
            return _found(tx, officer, before["upload"])
        if len(_of(tx, officer)) >= OPEN_MAX:
            raise Fault(
                code="node.upload.too-many",
                what=f"{officer.name} has {OPEN_MAX} uploads already.",
                fix="Drop those that are not needed; each goes by itself after a day.",
            )
        _save(tx, made)
        idempotency.remember_made(tx, officer, command, {"upload": made.id})
    return made


def listing(node: Node, officer: Officer) -> list[Upload]:
    """Return the uploads of an officer, the newest first."""
    with node.store.read() as tx:
        return sorted(_of(tx, officer), key=_place)


def page(node: Node, officer: Officer, after: str, count: int) -> tuple[list[Upload], str]:
    """Return some of them, and the cursor of the next page or "".

    Raises:
        Fault: `node.cursor.malformed`.
    """
    with node.store.read() as tx:
        return cursor.page_of(_of(tx, officer), _place, after, count)


def _place(one: Upload) -> tuple[int | str, ...]:
    return (-one.at_ms, one.id)


def find(node: Node, officer: Officer, upload_id: str) -> Upload:
    """Return one upload of an officer.

    Raises:
        Fault: `node.upload.unknown`.
    """
    with node.store.read() as tx:
        return _found(tx, officer, upload_id)


def add(
    node: Node, officer: Officer, upload_id: str, offset: int, size_bytes: int, source: Source
) -> Upload:
    """Keep the next range; durable when this returns.

    Args:
        node: ours.
        officer: whose upload it is.
        upload_id: of the upload.
        offset: where the range begins: how many bytes are held.
        size_bytes: of the range.
        source: its bytes; one that ends before them is a line that was cut, and nothing is kept.

    Raises:
        Fault: `node.upload.unknown`, `node.upload.offset`, `node.upload.range`,
            `node.upload.cut`, and those of the bodies store.
    """
    now = find(node, officer, upload_id)
    _require_next(now, offset, size_bytes)
    key = node.entropy(symmetric.KEY_BYTES)
    sink = node.bodies.begin()
    try:
        came = symmetric.seal_blob_stream(source, sink, key, node.entropy)
        _require_whole(came, size_bytes)
    except BaseException:
        sink.discard()
        raise
    sha256, stored_bytes = sink.keep()
    kept = Range(sha256, key.hex(), size_bytes, stored_bytes)
    try:
        with node.store.write() as tx:
            now = _found(tx, officer, upload_id)
            _require_next(now, offset, size_bytes)
            grown = replace(now, ranges=(*now.ranges, kept), at_ms=node.clock.now_ms())
            _save(tx, grown)
    except BaseException as error:
        if not is_unsure(error):
            node.bodies.drop(sha256)
        raise
    return grown


def tell(node: Node, officer: Officer, upload_id: str, sha256: str) -> Upload:
    """Tell the hash of an upload that began without one; telling it again is telling it once.

    Raises:
        Fault: `node.upload.unknown`, `node.upload.other-hash`.
    """
    with node.store.write() as tx:
        now = _found(tx, officer, upload_id)
        if now.sha256 not in ("", sha256):
            raise _other_hash(now, sha256)
        told = replace(now, sha256=sha256)
        _save(tx, told)
    return told


def drop(node: Node, officer: Officer, upload_id: str) -> Upload:
    """Destroy an upload.

    Raises:
        Fault: `node.upload.unknown`.
    """
    now = find(node, officer, upload_id)
    _drop(node, now)
    return now


def forget(node: Node, officer: Officer, upload_id: str) -> None:
    """Destroy an upload if it is still there, and no worksheet of its officer attaches it."""
    with contextlib.suppress(Fault):
        _drop(node, find(node, officer, upload_id), is_swept=True)


def sweep(node: Node) -> int:
    """Destroy the uploads whose day is over; return how many."""
    now_ms = node.clock.now_ms()
    with node.store.read() as tx:
        over = [one for one in _every(tx) if now_ms >= one.until_ms]
        attached = worksheets.named_uploads(tx) if over else set[str]()
    return sum(_drop(node, one, is_swept=True) for one in over if one.id not in attached)


def contents(node: Node, officer: Officer, upload_id: str) -> "Uploaded":
    """Return a whole upload as something that can be attached.

    Raises:
        Fault: `node.upload.unknown`, `node.upload.incomplete`.
    """
    now = find(node, officer, upload_id)
    if not now.is_whole:
        raise Fault(
            code="node.upload.incomplete",
            what=f"{now.held_bytes} of {now.size_bytes} bytes of the upload {now.id} are here"
            f"{'' if now.sha256 else ', and nobody told their SHA-256'}.",
            fix="Send the rest first.",
        )
    return Uploaded(node, now)


@dataclass(frozen=True, slots=True)
class Uploaded:
    """A whole upload; see `comity.node.room.act_blobs.Contents`.

    Attributes:
        node: ours.
        upload: which.
    """

    node: Node
    upload: Upload

    @property
    def size_bytes(self) -> int:
        """How many bytes there are."""
        return self.upload.size_bytes

    @contextmanager
    def open(self) -> Iterator[Source]:
        """Begin to read; the last bytes are given only if all of them have the hash told."""
        yield _Joined(self.node, self.upload)


class _Joined:
    """The ranges of an upload, one after another."""

    def __init__(self, node: Node, upload: Upload) -> None:
        self._node = node
        self._upload = upload
        self._readers = _readers(node, upload.ranges)
        self._reader: ChunkReader | None = next(self._readers, None)
        self._at = 0
        self._left = upload.size_bytes
        self._digest = hashlib.sha256()

    def read(self, size_bytes: int, /) -> bytes:
        """Return up to that many bytes; none only at the end.

        Raises:
            Fault: `node.upload.other-hash`, and what opening says.
        """
        while self._reader is not None and self._at == self._reader.size_bytes:
            self._reader, self._at = next(self._readers, None), 0
        data = b""
        if self._reader is not None:
            data = self._reader.read_at(self._at, min(size_bytes, _READ_BYTES))
        self._at += len(data)
        self._left -= len(data)
        self._digest.update(data)
        if not self._left and self._digest.hexdigest() != self._upload.sha256:
            raise _other_hash(self._upload, self._digest.hexdigest())
        return data


def _readers(node: Node, ranges: Sequence[Range]) -> Iterator[ChunkReader]:
    for one in ranges:
        stored = Kept(node, one.sha256, one.stored_bytes)
        yield symmetric.open_blob_reader(stored, bytes.fromhex(one.key))


def named(tx: Tx) -> set[str]:
    """Return the SHA-256 of every sealed range that an upload holds."""
    return {one.sha256 for upload in _every(tx) for one in upload.ranges}


def _require_whole(came: int, size_bytes: int) -> None:
    if came != size_bytes:
        raise Fault(
            code="node.upload.cut",
            what=f"{came} of {size_bytes} bytes of this range came.",
            fix="Ask how many bytes are held, and send the rest again.",
        )


def _require_next(now: Upload, offset: int, size_bytes: int) -> None:
    if offset != now.held_bytes:
        raise Fault(
            code="node.upload.offset",
            what=f"This range begins at byte {offset}, and {now.held_bytes} bytes are held.",
            fix=f"Go on at byte {now.held_bytes}.",
        )
    room = min(RANGE_BYTES_MAX, now.size_bytes - offset)
    if not 0 < size_bytes <= room or len(now.ranges) >= RANGES_MAX:
        raise Fault(
            code="node.upload.range",
            what=f"A range of {size_bytes} bytes does not fit at byte {offset}.",
            fix=f"Send at most {room} bytes at once, and at least as many as let "
            f"{RANGES_MAX} ranges be enough.",
        )


def _drop(node: Node, upload: Upload, *, is_swept: bool = False) -> bool:
    """Destroy an upload as it is now; one that is swept only if it is to be still.

    To destroy others takes long where bodies are far away: it grew, or was attached, meanwhile.
    """
    with node.store.write() as tx:
        value = tx.record(UPLOAD, upload.id)
        if value is None:
            return False
        now = _from_json(value)
        if is_swept and (now != upload or worksheets.attaches(tx, now.officer, now.id)):
            return False
        tx.drop_record(UPLOAD, upload.id)  # with the keys, so that what is left opens for nobody
    for one in now.ranges:
        node.bodies.drop(one.sha256)
    return True


def _of(tx: Tx, officer: Officer) -> list[Upload]:
    return [one for one in _every(tx) if one.officer == officer.name]


def _every(tx: Tx) -> list[Upload]:
    return [_from_json(value) for value in tx.records(UPLOAD).values()]


def _found(tx: Tx, officer: Officer, upload_id: str) -> Upload:
    value = tx.record(UPLOAD, upload_id)
    found = _from_json(value) if value is not None else None
    if found is None or found.officer != officer.name:
        raise Fault(
            code="node.upload.unknown",
            what=f"There is no upload {quoted(upload_id)}.",
            fix="List the uploads: it was dropped, or its day is over.",
        )
    return found


def _other_hash(upload: Upload, found: str) -> Fault:
    return Fault(
        code="node.upload.other-hash",
        what=f"The upload {upload.id} has the SHA-256 {found}, not {upload.sha256} as was told.",
        fix="Drop it and upload the file again: it changed on the way, or another was meant.",
    )


def _save(tx: Tx, upload: Upload) -> None:
    value: dict[str, Json] = {**asdict(upload), "ranges": [asdict(one) for one in upload.ranges]}
    tx.save_record(UPLOAD, upload.id, value)


def _from_json(value: Json) -> Upload:
    fields = cast("dict[str, Any]", value)
    return Upload(**{**fields, "ranges": tuple(Range(**one) for one in fields["ranges"])})
