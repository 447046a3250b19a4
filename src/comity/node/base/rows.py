"""What a store keeps: plain rows, alike on every adapter.

Floor: node.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from comity.acts.causality import Cut
from comity.acts.order import Placed
from comity.acts.record import Act, Matter, Receipt
from comity.kernel.ijson import Json
from comity.tlog.keys import VKey

LOG_OPEN: Final = "open"
LOG_FROZEN: Final = "frozen"
"""Convicted, or frozen by an officer: nothing is signed or cosigned, reading goes on."""
LOG_OFFERED: Final = "offered"
"""A generation that this party has not accepted: neither mirrored nor folded."""
LOG_ENDED: Final = "ended"
"""Succeeded by a new generation."""

OVER: Final = ("closed", "withdrawn")
"""Statuses of a matter in which nothing more is expected: stores have an index of those."""

LOCAL_CHANNEL: Final = "local"
"""The domestic log of a node; it has no peer."""


@dataclass(frozen=True, slots=True)
class Log:
    """One log, own or mirrored.

    Attributes:
        origin: its full name.
        channel: the channel it belongs to; `local` for the domestic one.
        party: its author.
        generation: 1 for the first.
        own: whether this node writes it.
        size: entries held without a gap.
        frontier: hashes of the complete subtrees of those entries, largest first.
        signed: own: the size of the newest head that was signed; other's: the size that was
            cosigned (the mirror checkpoint).
        understood: entries opened, parsed and folded; <= signed for another's log that is open.
        state: see the constants.
    """

    origin: str
    channel: str
    party: str
    generation: int
    own: bool
    size: int = 0
    frontier: tuple[bytes, ...] = ()
    signed: int = 0
    understood: int = 0
    state: str = LOG_OPEN


@dataclass(frozen=True, slots=True)
class Head:
    """A signed checkpoint as its log's author signed it.

    Attributes:
        origin: the log.
        size: how many entries it covers.
        root: 32 bytes.
        note: the signed note, byte for byte as first seen.
        time_s: the time in its 0x06 signature, seconds since 1970 UTC.
    """

    origin: str
    size: int
    root: bytes
    note: bytes
    time_s: int


@dataclass(frozen=True, slots=True)
class Cosignature:
    """A mirror's "durably stored" on one head.

    Attributes:
        origin: the log.
        size: of the head.
        party: the mirror.
        head_sha256: of the head's body (origin, size, root and signatures as sent), 32 bytes.
        lines: the signature lines, byte for byte.
        time_s: the one time of both lines.
    """

    origin: str
    size: int
    party: str
    head_sha256: bytes
    lines: bytes
    time_s: int


@dataclass(frozen=True, slots=True)
class UnderstoodAct:
    """An act that was opened and parsed, and where it stands.

    Attributes:
        origin: its log.
        index: in that log.
        party: its author.
        generation: of that log.
        act: what was said.
        seen: what it had seen; its own log is implied.
        depth: in its matter; 0 for a foreign act.
        foreign: why it folds to nothing, or "".
    """

    origin: str
    index: int
    party: str
    generation: int
    act: Act
    seen: Cut
    depth: int
    foreign: str = ""

    def placed(self, party_place: int) -> Placed:
        """Return it as the order of its matter sees it."""
        return Placed(
            act=self.act,
            origin=self.origin,
            party_place=party_place,
            generation=self.generation,
            index=self.index,
            seen=self.seen,
            depth=self.depth,
        )


@dataclass(frozen=True, slots=True)
class UnderstoodReceipt:
    """A receipt that was opened and parsed.

    Attributes:
        origin: its log.
        index: in that log.
        party: its author.
        receipt: what it says.
        seen_after: what its log has seen from here on.
        effective_ms: its effective time (protocol rule 19).
        foreign: why it counts for nothing, or "".
    """

    origin: str
    index: int
    party: str
    receipt: Receipt
    seen_after: Cut
    effective_ms: int
    foreign: str = ""


@dataclass(frozen=True, slots=True)
class NamedBody:
    """A blob or document that an act names, and whether it is held.

    Attributes:
        sha256: hex.
        origin: log of the act.
        index: of the act.
        size_bytes: as the act says.
        needed: a receipt without it lists it as missing.
        document: joint text, never destroyed.
        held: whether its bytes are on stable storage here.
    """

    sha256: str
    origin: str
    index: int
    size_bytes: int
    needed: bool
    document: bool
    held: bool


@dataclass(frozen=True, slots=True)
class KeptBody:
    """A small body of an own entry that the high-water file keeps beside it.

    Attributes:
        index: of the last entry that names it.
        sha256: hex.
        content: its stored bytes, at most 64 KiB.
    """

    index: int
    sha256: str
    content: bytes


@dataclass(frozen=True, slots=True)
class Mark:
    """A head that was signed or cosigned, as the high-water file remembers it.

    Attributes:
        origin: the log.
        size: of the head.
        root: of the head.
        entries: own entries at the indexes that end at `size`.
        bodies: small ones that these name.
        cosigned_s: the time of the cosignature, seconds since 1970 UTC; 0 of a head of our own.
    """

    origin: str
    size: int
    root: bytes
    entries: Sequence[bytes] = ()
    bodies: Sequence[KeptBody] = ()
    cosigned_s: int = 0


@dataclass(frozen=True, slots=True)
class ActDepth:
    """Where an act of a matter stands, and how deep: an `UnderstoodAct` without what it says."""

    origin: str
    index: int
    party: str
    generation: int
    depth: int


@dataclass(frozen=True, slots=True)
class MatterRow:
    """The folded state of one matter: a cache that `comity rebuild` drops and refolds.

    Attributes:
        matter: kind and id.
        channel: where it lives.
        status: the room's word for where it stands.
        holder: the party that holds the ball, or "".
        urgency: a code, or "".
        asker: the party that opened it.
        touched: `{origin: size}` of the acts it was folded from.
        at_ms: effective time of its newest act's receipt, or of the act's own log.
        state: the room's state as JSON.
        digest: SHA-256 of the canonical state, hex; equal on both nodes at the same cut.
        opened: whether an officer of this node has looked at it (domestic; not in the digest).
        spelled: the state in its one spelling, where it was just folded, or b"".
    """

    matter: Matter
    channel: str
    status: str
    holder: str
    urgency: str
    asker: str
    touched: Mapping[str, int]
    at_ms: int
    state: Json
    digest: str
    opened: bool = False
    spelled: bytes = field(default=b"", compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Officer:
    """A person of this State who works on this node; never crosses.

    Attributes:
        name: what they sign in with.
        token_sha256: of their token, 32 bytes; the token itself is shown once and not kept.
        agency: the agency they speak for.
        office: within it, or "".
        since_ms: when they were added.
        ended_ms: when they left, or None.
        roles: what they may do, codes of `comity.domestic.officer.role`.
        compartment: path of the channel of an exercise in which they work now; "" for real work.
            It is of a session, a call or a command, and never kept.
    """

    name: str
    token_sha256: bytes
    agency: str
    office: str
    since_ms: int
    ended_ms: int | None = None
    roles: tuple[str, ...] = ()
    compartment: str = ""


@dataclass(frozen=True, slots=True)
class Factor:
    """What an officer shows beside a password: an app of codes, or a passkey.

    Attributes:
        sealed: the secret of an app of codes, as it is kept; "" of a passkey.
        since_ms: when it was added.
    """

    sealed: str
    since_ms: int


@dataclass(frozen=True, slots=True)
class Witness:
    """A C2SP tlog-witness outside the parties that cosigns own logs.

    Attributes:
        name: what this node calls it.
        vkeys: whose lines are kept, kinds 0x04 and 0x06; at least one.
        url: its submission prefix.
        logs: names of channels, `live`, `hotline` or others, and `local`.
        ca_file: certificates that vouch for its TLS, PEM; "" for those of the system.
    """

    name: str
    vkeys: tuple[VKey, ...]
    url: str
    logs: tuple[str, ...]
    ca_file: str = ""

    @property
    def party(self) -> str:
        """What stands for a party in its cosignatures; no party's id has a colon."""
        return f"witness:{self.name}"


@dataclass(frozen=True, slots=True)
class Provider:
    """A provider of this State that says who an officer is, by OpenID Connect.

    Attributes:
        id: a name, part of the address to which it sends officers back.
        name: that officers read.
        issuer: `https://…`, where its configuration is found.
        client_id: of this node there.
        client_secret: of this node there, or "".
        officer_claim: the claim whose value is the name of an officer here, or "" where each
            officer connects their account there themselves.
    """

    id: str
    name: str
    issuer: str
    client_id: str
    client_secret: str = ""
    officer_claim: str = ""
