"""A stub of the public-key algorithms: fast, from a seed, and worth nothing as cryptography.

    payload     kind 0x01  64      0x04  8 + 64      0x06  8 + 2420      0xff  2420 bytes
    stanza      mlkem768x25519, an argument of 1120 bytes, a body of 32

Lengths and shapes are those of the real algorithms, so that nothing else of a node knows
the difference.  Whoever has a public key can sign with it; so this stands in the
simulation alone, and a check of imports keeps it there.

Floor: lab.
"""

import functools
import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final, Protocol

from comity.adapters.suite import RealSuite
from comity.joint.arrangement.arrangement import PartyRoot
from comity.joint.arrangement.card import SEAL_BYTES, ChannelKeys
from comity.joint.arrangement.signed import root_name
from comity.kernel.fault import Fault, quoted
from comity.node.base.keymaker import RootKey
from comity.node.base.ports import Suite
from comity.node.base.rows import LOCAL_CHANNEL
from comity.seal import rawbase64
from comity.seal.age import Entropy, Identity, Recipient, Stanza
from comity.seal.hybrid import STANZA_TYPE, HybridIdentity
from comity.tlog import cosignature, keys
from comity.tlog.keys import VKey
from comity.tlog.note import Signer, Verifier
from comity_lab.sim import certificates

_ENC_BYTES: Final = 1120
_NONCE_BYTES: Final = 16
_MAC_BYTES: Final = 16
_TIMED: Final = frozenset({keys.ED25519_COSIGNATURE, keys.ML_DSA_44_COSIGNATURE})
_ED25519: Final = frozenset({keys.ED25519_NOTE, keys.ED25519_COSIGNATURE})

type OnSign = Callable[[str, int, bytes], None]
"""Called with (key name, kind, body) for each signature that is made."""


def _nobody(_name: str, _kind: int, _body: bytes) -> None:
    """Tell nobody."""


def _stretch(size_bytes: int, *parts: bytes) -> bytes:
    digest = hashlib.blake2b(b"\0".join(parts)).digest()
    return (digest * (size_bytes // len(digest) + 1))[:size_bytes]


def _signature(vkey: VKey, body: bytes, at_s: int) -> bytes:
    size = (
        cosignature.ED25519_SIGNATURE_BYTES
        if vkey.kind in _ED25519
        else cosignature.ML_DSA_44_SIGNATURE_BYTES
    )
    head = b"%d %d %s" % (vkey.kind, at_s, vkey.name.encode())
    return _stretch(size, head, vkey.key[-32:], body)


@dataclass(frozen=True, slots=True)
class StubVerifier:
    """A `Verifier` that computes the signature again."""

    vkey: VKey
    name: str
    key_id: bytes

    def verify(self, body: bytes, payload: bytes) -> None:
        """Return if the payload is the signature of the body.

        Raises:
            Fault: `tlog.note.bad-signature`, `tlog.cosignature.malformed`.
        """
        at_s, signature = 0, payload
        if self.vkey.kind in _TIMED:
            read = cosignature.parse(payload)
            at_s, signature = read.at_s, read.signature
        if signature != _signature(self.vkey, body, at_s):
            raise Fault(
                code="tlog.note.bad-signature",
                what=f"The signature of {quoted(self.name)} does not fit the text.",
                fix="Keep the bytes as evidence and ask the signer for the note again.",
            )


@dataclass(frozen=True, slots=True)
class StubSigner:
    """A `Signer` that needs no secret."""

    vkey: VKey
    name: str
    key_id: bytes

    def sign(self, body: bytes, *, at_s: int) -> bytes:
        """Return the payload."""
        made = _signature(self.vkey, body, at_s if self.vkey.kind in _TIMED else 0)
        if self.vkey.kind not in _TIMED:
            return made
        return cosignature.render(cosignature.TimestampedSignature(at_s, made))


@dataclass(frozen=True, slots=True)
class WatchedSigner:
    """A `Signer` that tells what it signs."""

    inner: Signer
    kind: int
    on_sign: OnSign

    @property
    def name(self) -> str:
        """The key name."""
        return self.inner.name

    @property
    def key_id(self) -> bytes:
        """The key id."""
        return self.inner.key_id

    def sign(self, body: bytes, *, at_s: int) -> bytes:
        """Return the payload."""
        self.on_sign(self.name, self.kind, body)
        return self.inner.sign(body, at_s=at_s)


@dataclass(frozen=True, slots=True)
class StubRecipient:
    """A `Recipient` whose stanza anybody could open."""

    raw: bytes

    def wrap(self, file_key: bytes, entropy: Entropy) -> Stanza:
        """Return the stanza."""
        nonce = entropy(_NONCE_BYTES)
        enc = nonce + _stretch(_ENC_BYTES - _NONCE_BYTES, nonce)
        mac = hashlib.blake2b(file_key + nonce, digest_size=_MAC_BYTES).digest()
        pad = _stretch(len(file_key) + _MAC_BYTES, nonce, self.raw)
        body = bytes(a ^ b for a, b in zip(file_key + mac, pad, strict=True))
        return Stanza((STANZA_TYPE, rawbase64.render(enc).decode()), body)


@dataclass(frozen=True, slots=True)
class StubIdentity:
    """An `Identity` of a stub recipient."""

    raw: bytes

    def unwrap(self, stanza: Stanza) -> bytes | None:
        """Return the file key, or None."""
        enc = rawbase64.parse(stanza.args[1]) if len(stanza.args) > 1 else None
        if not enc:
            return None
        nonce = enc[:_NONCE_BYTES]
        pad = _stretch(len(stanza.body), nonce, self.raw)
        plain = bytes(a ^ b for a, b in zip(stanza.body, pad, strict=True))
        file_key, mac = plain[:-_MAC_BYTES], plain[-_MAC_BYTES:]
        is_ours = hashlib.blake2b(file_key + nonce, digest_size=_MAC_BYTES).digest() == mac
        return file_key if is_ours else None


@functools.lru_cache(maxsize=4096)
def _verifier(name: str, kind: int, key: bytes) -> StubVerifier:
    vkey = VKey(name, kind, key)
    return StubVerifier(vkey, name, vkey.key_id)


@functools.lru_cache(maxsize=4096)
def _pair(name: str, *kinds: tuple[int, bytes]) -> tuple[Verifier, ...]:
    return tuple(_verifier(name, kind, key) for kind, key in kinds)


class StubSuite:
    """A `Suite` for the simulation alone."""

    def log_verifiers(self, origin: str, ed25519: bytes, mldsa44: bytes) -> tuple[Verifier, ...]:
        """Return the verifiers of a log's heads."""
        return _pair(origin, (keys.ED25519_NOTE, ed25519), (keys.ML_DSA_44_COSIGNATURE, mldsa44))

    def mirror_verifiers(self, name: str, ed25519: bytes, mldsa44: bytes) -> tuple[Verifier, ...]:
        """Return the verifiers of a mirror's cosignatures."""
        return _pair(
            name, (keys.ED25519_COSIGNATURE, ed25519), (keys.ML_DSA_44_COSIGNATURE, mldsa44)
        )

    def root_verifiers(self, name: str, ed25519: bytes, mldsa44: bytes) -> tuple[Verifier, ...]:
        """Return the verifiers of an arrangement root key."""
        identified = keys.ML_DSA_44_NOTE_IDENTIFIER + mldsa44
        return _pair(name, (keys.ED25519_NOTE, ed25519), (keys.ML_DSA_44_NOTE, identified))

    def recipient(self, seal: bytes) -> Recipient:
        """Return the recipient of a public key."""
        return StubRecipient(seal)


class Algorithms(Protocol):
    """How keys are made of seeds: stub or real."""

    suite: Suite

    def public(self, kind: int, seed: bytes) -> bytes:
        """Return the public half."""
        ...

    def seal_public(self, seed: bytes) -> bytes:
        """Return the public half of a seal key."""
        ...

    def signer(self, name: str, kind: int, seed: bytes) -> Signer:
        """Return the signer."""
        ...

    def identity(self, seed: bytes) -> Identity:
        """Return the identity."""
        ...


class StubAlgorithms:
    """Keys of the stub suite."""

    suite: Suite = StubSuite()

    def public(self, kind: int, seed: bytes) -> bytes:
        """Return the public half: a true point for Ed25519, since cards look at it."""
        if kind in _ED25519:
            return keys.signer("stub", keys.ED25519_NOTE, seed).vkey.public
        return _stretch(keys.ML_DSA_44_PUBLIC_BYTES, b"ml-dsa-44", seed)

    def seal_public(self, seed: bytes) -> bytes:
        """Return the public half of a seal key."""
        return hashlib.shake_256(b"seal" + seed).digest(SEAL_BYTES)

    def signer(self, name: str, kind: int, seed: bytes) -> Signer:
        """Return the signer."""
        identifier = keys.ML_DSA_44_NOTE_IDENTIFIER if kind == keys.ML_DSA_44_NOTE else b""
        vkey = VKey(name, kind, identifier + self.public(kind, seed))
        return StubSigner(vkey, name, vkey.key_id)

    def identity(self, seed: bytes) -> Identity:
        """Return the identity."""
        return StubIdentity(self.seal_public(seed))


class RealAlgorithms:
    """Keys of the real suite, for a few seeds."""

    suite: Suite = RealSuite()

    def public(self, kind: int, seed: bytes) -> bytes:
        """Return the public half."""
        return keys.signer("real", kind, seed).vkey.public

    def seal_public(self, seed: bytes) -> bytes:
        """Return the public half of a seal key."""
        return HybridIdentity(seed).recipient.raw

    def signer(self, name: str, kind: int, seed: bytes) -> Signer:
        """Return the signer."""
        return keys.signer(name, kind, seed)

    def identity(self, seed: bytes) -> Identity:
        """Return the identity."""
        return HybridIdentity(seed)


_LOG_KINDS: Final = (keys.ED25519_NOTE, keys.ML_DSA_44_COSIGNATURE)
_MIRROR_KINDS: Final = (keys.ED25519_COSIGNATURE, keys.ML_DSA_44_COSIGNATURE)


@dataclass(slots=True)
class SeededKeys:
    """`Keys` and `KeyMaker` in memory: every key follows from one seed.

    Attributes:
        party: whose keys they are.
        seed: of all of them.
        algorithms: stub or real.
        on_sign: told of each signature of a head or a cosignature.
    """

    party: str
    seed: bytes
    algorithms: Algorithms
    on_sign: OnSign = _nobody
    _signers: dict[tuple[str, str, int], tuple[Signer, ...]] = field(default_factory=dict)
    _identities: dict[tuple[str, int], Identity] = field(default_factory=dict)

    def log_signers(self, origin: str, channel: str, number: int) -> tuple[Signer, ...]:
        """See `comity.node.base.ports.Keys`."""
        return self._made(origin, channel, number, "log", _LOG_KINDS)

    def mirror_signers(self, name: str, channel: str, number: int) -> tuple[Signer, ...]:
        """See `comity.node.base.ports.Keys`."""
        return self._made(name, channel, number, "mirror", _MIRROR_KINDS)

    def identity(self, channel: str, number: int) -> Identity:
        """See `comity.node.base.ports.Keys`."""
        found = self._identities.get((channel, number))
        if found is None:
            found = self.algorithms.identity(self._seed(channel, number, "seal"))
            self._identities[channel, number] = found
        return found

    def has(self, channel: str, number: int) -> bool:
        """See `comity.node.base.ports.Keys`; a simulated home loses none."""
        assert channel
        return number > 0

    def require_open(self) -> None:
        """See `comity.node.base.keymaker.KeyMaker`."""

    def make_local(self, number: int = 1) -> None:
        """See `comity.node.base.keymaker.KeyMaker`."""

    def make_tls(self, host: str, party: str, not_before_ms: int, not_after_ms: int) -> bytes:
        """See `comity.node.base.keymaker.KeyMaker`; a simulated certificate names no party."""
        assert party == self.party
        return certificates.make(host, self._seed(host, 0, "tls"), not_before_ms, not_after_ms)

    def certificate(self, host: str) -> bytes | None:
        """See `comity.node.base.keymaker.KeyMaker`."""
        assert host
        return None

    def make_card(
        self, arrangement: str, number: int, channels: Sequence[str]
    ) -> Mapping[str, ChannelKeys]:
        """See `comity.node.base.keymaker.KeyMaker`."""
        return {name: self._public(_path(arrangement, name), number) for name in channels}

    def make_root(self, file: Path, party: str, arrangement: str) -> RootKey:
        """See `comity.node.base.keymaker.KeyMaker`; the file is not used."""
        assert party == self.party
        assert file.name == arrangement
        name = root_name(party, arrangement)
        seeds = {kind: self._seed(arrangement, kind, "root") for kind in _ROOT_KINDS}
        public = PartyRoot(
            party,
            self.algorithms.public(keys.ED25519_NOTE, seeds[keys.ED25519_NOTE]),
            self.algorithms.public(keys.ML_DSA_44_NOTE, seeds[keys.ML_DSA_44_NOTE]),
        )
        signers = tuple(self.algorithms.signer(name, kind, seeds[kind]) for kind in _ROOT_KINDS)
        return RootKey(arrangement, public, signers)

    def open_root(self, file: Path) -> RootKey:
        """See `comity.node.base.keymaker.KeyMaker`; the arrangement is the file's name."""
        return self.make_root(file, self.party, file.name)

    def _public(self, channel: str, number: int) -> ChannelKeys:
        def public(use: str, kind: int) -> bytes:
            return self.algorithms.public(kind, self._seed(channel, number, f"{use}{kind}"))

        return ChannelKeys(
            log_ed25519=public("log", _LOG_KINDS[0]),
            log_mldsa44=public("log", _LOG_KINDS[1]),
            mirror_ed25519=public("mirror", _MIRROR_KINDS[0]),
            mirror_mldsa44=public("mirror", _MIRROR_KINDS[1]),
            seal=self.algorithms.seal_public(self._seed(channel, number, "seal")),
        )

    def _made(
        self, name: str, channel: str, number: int, use: str, kinds: tuple[int, ...]
    ) -> tuple[Signer, ...]:
        key = (name, channel, number)
        found = self._signers.get(key)
        if found is None:
            found = tuple(
                WatchedSigner(self._signer(name, channel, number, use, kind), kind, self._told)
                for kind in kinds
            )
            self._signers[key] = found
        return found

    def _signer(self, name: str, channel: str, number: int, use: str, kind: int) -> Signer:
        return self.algorithms.signer(name, kind, self._seed(channel, number, f"{use}{kind}"))

    def _told(self, name: str, kind: int, body: bytes) -> None:
        self.on_sign(name, kind, body)

    def _seed(self, channel: str, number: int, use: str) -> bytes:
        text = f"{self.party}|{channel}|{number}|{use}".encode()
        return hashlib.blake2b(text, key=self.seed, digest_size=keys.SEED_BYTES).digest()


_ROOT_KINDS: Final = (keys.ED25519_NOTE, keys.ML_DSA_44_NOTE)


def _path(arrangement: str, name: str) -> str:
    """`make_card` is asked for `<arrangement>` and, by acts, for `<arrangement>.<channel>`."""
    own = arrangement.removesuffix(f".{name}")
    return LOCAL_CHANNEL if name == LOCAL_CHANNEL else f"{own}/{name}"
