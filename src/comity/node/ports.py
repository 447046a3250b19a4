"""What a node needs of the world, as Protocols.  Adapters and the simulation give them.

The contract of each is a suite under tests/contract that every adapter passes.

Floor: node.
"""

from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from typing import Protocol

from comity.acts.record import Matter
from comity.kernel.ijson import Json
from comity.node.rows import (
    Cosignature,
    Head,
    Log,
    MatterRow,
    NamedBody,
    Officer,
    UnderstoodAct,
    UnderstoodReceipt,
)
from comity.seal.age import Identity, Recipient
from comity.tlog.note import Signer, Verifier


class Clock(Protocol):
    """The only source of time."""

    def now_ms(self) -> int:
        """Return milliseconds since 1970 UTC."""
        ...


class Entropy(Protocol):
    """The only source of chance."""

    def __call__(self, size_bytes: int) -> bytes:
        """Return that many random bytes."""
        ...


class Tx(Protocol):
    """One transaction: a consistent view, and in a write the changes that commit together.

    Every `save_` replaces the row of the same key.  Lists come in the order of their keys.
    """

    def log(self, origin: str) -> Log | None:
        """Return one log."""
        ...

    def logs(self, channel: str = "") -> list[Log]:
        """Return the logs of a channel, or all, by (channel, party, generation)."""
        ...

    def save_log(self, log: Log) -> None:
        """Keep a log's row."""
        ...

    def append(
        self, origin: str, start: int, entries: Sequence[bytes], leaves: Sequence[bytes]
    ) -> None:
        """Add entries at `start`, `start + 1`, …; one that exists or a gap is an error of ours.

        Args:
            origin: the log.
            start: the first index: how many entries are held.
            entries: bytes as sealed.
            leaves: their leaf hashes, 32 bytes each.
        """
        ...

    def entries(self, origin: str, start: int, end: int) -> list[bytes]:
        """Return the entries in `[start, end)` that are held."""
        ...

    def leaves(self, origin: str, start: int, end: int) -> bytes:
        """Return the leaf hashes in `[start, end)`, joined."""
        ...

    def cut_entries(self, origin: str, size: int) -> None:
        """Drop entries, nodes, acts, receipts and named bodies at `size` and after.

        Unsigned ones only.  The log's row and its matters are the caller's to mend.
        """
        ...

    def save_nodes(self, origin: str, level: int, start: int, hashes: bytes) -> None:
        """Keep hashes of complete subtrees of 256^level entries (level >= 1), from `start` on."""
        ...

    def nodes(self, origin: str, level: int, start: int, end: int) -> bytes:
        """Return those hashes in `[start, end)`, joined."""
        ...

    def save_head(self, head: Head) -> None:
        """Keep a head; of each size the first and the newest are kept."""
        ...

    def heads(self, origin: str, size: int) -> list[Head]:
        """Return the one or two heads of that size, first before newest."""
        ...

    def newest_head(self, origin: str) -> Head | None:
        """Return the head that was saved last among those of the greatest size."""
        ...

    def head_at_least(self, origin: str, size: int) -> Head | None:
        """Return the newest head of the least kept size >= `size`."""
        ...

    def save_cosignature(self, cosignature: Cosignature) -> None:
        """Keep a cosignature; of each size and party the first and the newest are kept."""
        ...

    def cosignature_of(self, origin: str, party: str, head_sha256: bytes) -> Cosignature | None:
        """Return the cosignature that was given to these very bytes."""
        ...

    def newest_cosignature(self, origin: str, party: str) -> Cosignature | None:
        """Return the cosignature of the greatest size, the newest of that size."""
        ...

    def cosignature_at_least(self, origin: str, party: str, size: int) -> Cosignature | None:
        """Return the first cosignature of the least kept size >= `size`."""
        ...

    def save_acts(self, rows: Sequence[UnderstoodAct]) -> None:
        """Keep understood acts; their logs have rows."""
        ...

    def acts_of(self, channel: str, matter: Matter) -> list[UnderstoodAct]:
        """Return a matter's acts that are not foreign, by (origin, index)."""
        ...

    def acts(self, origin: str, start: int, end: int) -> list[UnderstoodAct]:
        """Return the acts of a log with an index in `[start, end)`, foreign ones too."""
        ...

    def act(self, act_id: str) -> UnderstoodAct | None:
        """Return the act with that id that is not foreign; of several the first by origin."""
        ...

    def is_act_id_used(self, channel: str, party: str, act_id: str) -> bool:
        """Return whether that party used the id in that channel, in any generation.

        A foreign act uses its id too.
        """
        ...

    def save_receipts(self, rows: Sequence[UnderstoodReceipt]) -> None:
        """Keep understood receipts."""
        ...

    def receipt_before(self, origin: str, index: int) -> UnderstoodReceipt | None:
        """Return the last receipt of a log below that index that is not foreign."""
        ...

    def newest_receipt(self, origin: str, of: str) -> UnderstoodReceipt | None:
        """Return the last receipt in one log that names another, not foreign."""
        ...

    def first_receipt(self, origin: str, of: str, size: int) -> UnderstoodReceipt | None:
        """Return the first receipt in one log that covers `size` entries of another."""
        ...

    def receipts(self, origin: str, start: int, end: int) -> list[UnderstoodReceipt]:
        """Return the receipts of a log with an index in `[start, end)`, foreign ones too."""
        ...

    def save_matters(self, rows: Sequence[MatterRow]) -> None:
        """Keep folded states; `opened` of an existing row is kept as it was.

        It outlives `drop_understood` too.
        """
        ...

    def matter(self, channel: str, matter: Matter) -> MatterRow | None:
        """Return one matter."""
        ...

    def matters(self, kind: str = "", after: str = "", count_max: int = 1_000) -> list[MatterRow]:
        """Return matters by id, those with an id greater than `after`.

        Those that share the last id come too, though they be more than `count_max` (>= 1): so
        the next page begins after that id.
        """
        ...

    def mark_opened(self, channel: str, matter: Matter) -> None:
        """Note that an officer of this node has looked at a matter."""
        ...

    def drop_understood(self) -> None:
        """Drop acts, receipts and matters of every log (not `opened`), and set understood to 0."""
        ...

    def save_named_bodies(self, rows: Sequence[NamedBody]) -> None:
        """Note the bodies that an act names."""
        ...

    def named_bodies(self, origin: str, *, missing: bool) -> list[NamedBody]:
        """Return the bodies that a log's acts name, by (index, sha256).

        Args:
            origin: the log.
            missing: only those that are not held.
        """
        ...

    def who_names(self, sha256: str) -> list[NamedBody]:
        """Return every naming of one body, by (origin, index)."""
        ...

    def mark_held(self, sha256: str) -> None:
        """Note that a body's bytes are on stable storage."""
        ...

    def save_bodies(self, bodies: Mapping[str, bytes]) -> None:
        """Keep bodies of at most 64 KiB, `{sha256: bytes}`, as rows."""
        ...

    def body(self, sha256: str) -> bytes | None:
        """Return a body that is kept as a row."""
        ...

    def drop_body(self, sha256: str) -> None:
        """Destroy a body that is kept as a row."""
        ...

    def officer(self, name: str) -> Officer | None:
        """Return one officer, ended ones too."""
        ...

    def officers(self) -> list[Officer]:
        """Return all officers by name."""
        ...

    def save_officer(self, officer: Officer) -> None:
        """Keep an officer."""
        ...

    def save_record(self, kind: str, key: str, value: Json) -> None:
        """Keep a small record of any other kind."""
        ...

    def record(self, kind: str, key: str) -> Json:
        """Return a record, or None."""
        ...

    def records(self, kind: str) -> dict[str, Json]:
        """Return all records of a kind by key."""
        ...

    def drop_record(self, kind: str, key: str) -> None:
        """Forget a record."""
        ...


class Store(Protocol):
    """Durable rows.  What `write` committed survives a crash and a loss of power.

    A thread has at most one transaction: another one within it is an error of ours.
    """

    def write(self) -> AbstractContextManager[Tx]:
        """Begin to write: no other writer until it ends; durable on leaving, or nothing is.

        Raises:
            Fault: `node.store.full`, `.busy`, `.damaged`; and `.failed` or `.unreachable`, after
                which it is not known whether the transaction was written.
        """
        ...

    def read(self) -> AbstractContextManager[Tx]:
        """Begin to read one consistent state, as it is now; a write meanwhile is not seen.

        Raises:
            Fault: `node.store.busy`, `.damaged`, `.failed`, `.unreachable`.
        """
        ...


@dataclass(frozen=True, slots=True)
class Request:
    """What one node asks of another.

    Attributes:
        method: `GET`, `HEAD`, `POST`, `PUT`.
        path: begins with `/`, without a query.
        body: decompressed.
        headers: lower-case names.
    """

    method: str
    path: str
    body: bytes = b""
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Response:
    """What it answers.

    Attributes:
        status: HTTP status.
        body: decompressed.
        media_type: of the body.
        headers: lower-case names.
    """

    status: int
    body: bytes = b""
    media_type: str = "text/plain; charset=utf-8"
    headers: Mapping[str, str] = field(default_factory=dict)


class Peers(Protocol):
    """The wire to the other nodes."""

    def call(self, party: str, request: Request) -> Response:
        """Send a request and wait for its answer.

        Raises:
            Fault: `peer.unreachable`, `peer.timeout`, `peer.certificate`: nothing is known
                about whether the request arrived.
        """
        ...


class Bodies(Protocol):
    """Bodies over 64 KiB: files in a folder, or objects in S3, by hash."""

    def stage(self, sha256: str, offset: int, data: bytes) -> None:
        """Write bytes of a body that is still coming, at `offset`, durably."""
        ...

    def staged_bytes(self, sha256: str) -> int:
        """Return how many bytes from the start are staged."""
        ...

    def commit(self, sha256: str) -> bool:
        """Check the hash of what is staged; keep it and return True, or drop it."""
        ...

    def size_bytes(self, sha256: str) -> int | None:
        """Return the size of a kept body, or None."""
        ...

    def read(self, sha256: str, start: int, end: int) -> bytes:
        """Return bytes `[start, end)` of a kept body."""
        ...

    def drop(self, sha256: str) -> None:
        """Destroy a body, kept or staged."""
        ...

    def all(self) -> list[str]:
        """Return the hashes of all kept bodies, sorted."""
        ...


class Keys(Protocol):
    """Private keys, by channel and card number: the seam that a PKCS#11 device can fill."""

    def log_signers(self, origin: str, channel: str, number: int) -> tuple[Signer, ...]:
        """Return the Ed25519 and the ML-DSA-44 signer of a log's heads, named by its origin."""
        ...

    def mirror_signers(self, name: str, channel: str, number: int) -> tuple[Signer, ...]:
        """Return the 0x04 and 0x06 signer of cosignatures, named by the mirror."""
        ...

    def identity(self, channel: str, number: int) -> Identity:
        """Return the identity that opens what was sealed to that card."""
        ...


class Suite(Protocol):
    """Public-key algorithms.  One is real; the simulator's stub lives in comity.lab alone."""

    def log_verifiers(self, origin: str, ed25519: bytes, mldsa44: bytes) -> tuple[Verifier, ...]:
        """Return the verifiers of a log's heads, kinds 0x01 and 0x06."""
        ...

    def mirror_verifiers(self, name: str, ed25519: bytes, mldsa44: bytes) -> tuple[Verifier, ...]:
        """Return the verifiers of a mirror's cosignatures, kinds 0x04 and 0x06."""
        ...

    def recipient(self, seal: bytes) -> Recipient:
        """Return the recipient of a 1,216-byte hybrid public key."""
        ...

    def root_verifiers(self, name: str, ed25519: bytes, mldsa44: bytes) -> tuple[Verifier, ...]:
        """Return the verifiers of an arrangement root key, kinds 0x01 and 0xff."""
        ...


class HighWater(Protocol):
    """The file outside the home that remembers what was signed, whatever is restored."""

    def marks(self) -> Mapping[str, tuple[int, bytes]]:
        """Return `{origin: (size, root)}`: the greatest head ever signed or cosigned."""
        ...

    def raise_to(self, origin: str, size: int, root: bytes, entries: Sequence[bytes] = ()) -> None:
        """Remember a head durably before its signature leaves, with own entries it adds.

        Raises:
            Fault: `highwater.mark.behind` for a size below the mark.
        """
        ...

    def kept(self, origin: str) -> tuple[int, list[bytes]]:
        """Return the first index and the own entries that are kept above the peers' mirror."""
        ...

    def covered(self, origin: str, size: int) -> None:
        """Forget kept entries below `size`: every peer's mirror holds them."""
        ...

    def is_intact(self) -> bool:
        """Return whether the file was there and whole when it was opened."""
        ...


class Alarms(Protocol):
    """Where an operator or a duty officer is woken."""

    def raise_alarm(self, code: str, what: str) -> None:
        """Tell once; the same (code, what) is not told again until cleared."""
        ...

    def clear(self, code: str) -> None:
        """The reason is gone."""
        ...


type Step = Callable[[str], None]
"""Called at each numbered point of send and receive; a test may stop the process there."""
