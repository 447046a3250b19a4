"""What a node needs of the world, as Protocols.  Adapters and the simulation give them.

The contract of each is a suite under tests/contract that every adapter passes.

Floor: node.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Protocol, override

from comity.node.base.rows import KeptBody, Mark, Witness
from comity.node.base.store import Store, Tx
from comity.seal.age import Identity, Recipient
from comity.tlog.note import Signer, Verifier

__all__ = (
    "Alarms",
    "Beside",
    "Bodies",
    "Clock",
    "Entropy",
    "HighWater",
    "Hooks",
    "Keys",
    "Parts",
    "Peers",
    "Request",
    "Response",
    "Sink",
    "Step",
    "Store",
    "Suite",
    "Tx",
    "Witnesses",
)


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


class Beside(Protocol):
    """Who does something beside the one that asks: a signature or a sync leaves a core free."""

    def __call__[Made](self, do: Callable[[], Made]) -> Callable[[], Made]:
        """Begin it; return what waits for it, and gives or raises what came of it.

        It may be asked again, and must not be asked for a transaction's sake: `do` has none.
        """
        ...


@dataclass(frozen=True, slots=True)
class Parts:
    """Bytes that are on their way: one part after the other, so that few are in memory.

    Attributes:
        size_bytes: of all of them.
        each: gives them from the first on; those that come over a line come once.
    """

    size_bytes: int
    each: Callable[[], Iterable[bytes | bytearray]]

    @classmethod
    def of(cls, data: bytes) -> "Parts":
        """Return what is in memory already, as one part."""
        return cls(len(data), lambda: (data,))


@dataclass(frozen=True, slots=True)
class Request:
    """What one node asks of another.

    Attributes:
        method: `GET`, `HEAD`, `POST`, `PUT`.
        path: begins with `/`, without a query.
        body: decompressed; empty where there are parts.
        headers: lower-case names.
        parts: the body, where it is large.
    """

    method: str
    path: str
    body: bytes = b""
    headers: Mapping[str, str] = field(default_factory=dict)
    parts: Parts | None = None

    def whole(self) -> "Request":
        """Return the same with its parts joined in its body."""
        if self.parts is None:
            return self
        return replace(self, body=b"".join(self.parts.each()), parts=None)


@dataclass(frozen=True, slots=True)
class Response:
    """What it answers.

    Attributes:
        status: HTTP status.
        body: decompressed.
        media_type: of the body.
        headers: lower-case names.
        wakes: a channel whose senders are woken once it has left, or "".
    """

    status: int
    body: bytes = b""
    media_type: str = "text/plain; charset=utf-8"
    headers: Mapping[str, str] = field(default_factory=dict)
    wakes: str = ""


class Peers(Protocol):
    """The wire to the other nodes."""

    def call(self, party: str, request: Request) -> Response:
        """Send a request and wait for its answer.

        Raises:
            Fault: `node.peer.unreachable`, `.timeout`, `.certificate`, `.malformed-answer`,
                `.unknown`: except for the last, nothing is known
                about whether the request arrived.
        """
        ...


class Witnesses(Protocol):
    """The line to C2SP witnesses; what they answer is believed by its signatures alone."""

    def add_checkpoint(self, witness: Witness, body: bytes) -> Response:
        """Send a checkpoint and wait for the answer, whatever its status.

        Raises:
            Fault: `node.witness.unreachable`, `node.witness.malformed-answer`.
        """
        ...


class Sink(Protocol):
    """A body that is being written from its start, and named when it is whole."""

    def write(self, data: bytes | bytearray, /) -> object:
        """Take the next bytes; the buffer must not change afterwards."""
        ...

    def keep(self) -> tuple[str, int]:
        """Keep it durably; return its SHA-256, hex, and its size in bytes."""
        ...

    def discard(self) -> None:
        """Destroy what was written."""
        ...


class Bodies(Protocol):
    """Bodies over 64 KiB: files in a folder, or objects in S3, by hash.

    Never asked within a write: S3 may be silent for as long as its bound.

    Raises:
        Fault: `node.bodies.unreachable` of each call, where they are far away and do not answer.
    """

    def begin(self) -> Sink:
        """Begin a body whose hash is not known yet."""
        ...

    def stage(self, sha256: str, offset: int, data: bytes | bytearray, by: str = "") -> None:
        """Write bytes of a body that is still coming, at `offset`; they must not change after.

        They outlive the process once `staged_bytes` counts them.  What one party sends lies
        apart from what others send of the same body, and comes though it is kept already:
        that shows that the party has it.

        Args:
            sha256: of the whole body.
            offset: at most what is staged.
            data: the bytes.
            by: the party that sends them; "" for this node itself.
        """
        ...

    def staged_bytes(self, sha256: str, by: str = "") -> int:
        """Return how many bytes from the start are staged; those on their way are waited for."""
        ...

    def commit(self, sha256: str, by: str = "") -> bool:
        """Check the hash of what is staged; keep it durably and return True, or drop it."""
        ...

    def unstage(self, sha256: str, by: str) -> None:
        """Drop what is staged of a body by a party."""
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


class Hooks(Protocol):
    """The line to programs that are told what happened."""

    def post(self, url: str, headers: Mapping[str, str], body: bytes) -> int:
        """Send a body once and return the status of the answer; redirects are not followed.

        Raises:
            Fault: `node.webhook.unreachable`: nothing is known about whether it arrived.
        """
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

    def has(self, channel: str, number: int) -> bool:
        """Return whether the keys of a card are here; it opens none and asks for no secret."""
        ...


class Suite(Protocol):
    """Public-key algorithms.  One is real; the simulator's stub lives in `comity_lab`."""

    @override
    def __hash__(self) -> int:
        """What was verified with a suite is remembered for it."""
        ...

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

    def cosigned_s(self, origin: str) -> int:
        """Return the latest time at which a log was ever cosigned, or 0 if that is not known."""
        ...

    def raise_to(
        self,
        origin: str,
        size: int,
        root: bytes,
        entries: Sequence[bytes] = (),
        bodies: Sequence[KeptBody] = (),
    ) -> None:
        """Remember a head durably before its signature leaves, with own entries it adds.

        The small bodies that these name are kept beside them, as far as there is room.

        Raises:
            Fault: `highwater.mark.behind` for a size below the mark.
        """
        ...

    def raise_all(self, marks: Sequence[Mark]) -> None:
        """Remember several heads with one wait for the disk.

        Raises:
            Fault: as `raise_to`; none of them is remembered then.
        """
        ...

    def kept(self, origin: str) -> tuple[int, list[bytes]]:
        """Return the first index and the own entries that are kept above the peers' mirror."""
        ...

    def kept_bodies(self, origin: str) -> Iterator[KeptBody]:
        """Give the small bodies that are kept beside those entries, one after another."""
        ...

    def full(self) -> list[str]:
        """Return the logs beside which a body may find no room, until more is covered."""
        ...

    def covered(self, origin: str, size: int) -> None:
        """Forget entries below `size` and their bodies: every peer's mirror holds them."""
        ...

    def forget(self, hashes: Sequence[str]) -> None:
        """Forget kept bodies by their SHA-256, and write the file anew without any history.

        Raises:
            Fault: `highwater.file.locked`, `highwater.disk.failed`.
        """
        ...

    def is_intact(self) -> bool:
        """Return whether no history of the file is missing, or it was made up for since."""
        ...

    def file_id(self) -> str:
        """Return the random id that the file has from its birth; "" if it is lost or has none.

        One that takes the place of a file that was lost or damaged has another.
        """
        ...

    def hold(self) -> None:
        """Take the file for this process; where it is lost or has no id, one with an id is begun.

        Raises:
            Fault: `highwater.file.locked`, `highwater.disk.failed`.
        """
        ...

    def declare_whole(self) -> None:
        """Make up for a lost file: every party was reached, or rightly excused, and all marked."""
        ...


class Alarms(Protocol):
    """Where an operator or a duty officer is woken."""

    def raise_alarm(self, code: str, what: str) -> None:
        """Tell once; the same (code, what) is not told again until cleared."""
        ...

    def clear(self, code: str, what: str = "") -> None:
        """The reason is gone: of every alarm with that code, or of one."""
        ...


type Step = Callable[[str], None]
"""Called at each numbered point of send and receive; a test may stop the process there."""
