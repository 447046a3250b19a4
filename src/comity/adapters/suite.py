"""The real algorithms: Ed25519, ML-DSA-44, ML-KEM-768 with X25519.

Verifiers and recipients are kept once made: a node sees the same few keys all day.

Floor: adapters.
"""

import functools

from comity.seal.age import Recipient
from comity.seal.hybrid import HybridRecipient
from comity.tlog import keys
from comity.tlog.keys import VKey
from comity.tlog.note import Verifier


class RealSuite:
    """A `Suite` over `cryptography`."""

    def log_verifiers(self, origin: str, ed25519: bytes, mldsa44: bytes) -> tuple[Verifier, ...]:
        """Return the verifiers of a log's heads, kinds 0x01 and 0x06."""
        return _pair(origin, (keys.ED25519_NOTE, ed25519), (keys.ML_DSA_44_COSIGNATURE, mldsa44))

    def mirror_verifiers(self, name: str, ed25519: bytes, mldsa44: bytes) -> tuple[Verifier, ...]:
        """Return the verifiers of a mirror's cosignatures, kinds 0x04 and 0x06."""
        return _pair(
            name, (keys.ED25519_COSIGNATURE, ed25519), (keys.ML_DSA_44_COSIGNATURE, mldsa44)
        )

    def root_verifiers(self, name: str, ed25519: bytes, mldsa44: bytes) -> tuple[Verifier, ...]:
        """Return the verifiers of an arrangement root key, kinds 0x01 and 0xff."""
        identified = keys.ML_DSA_44_NOTE_IDENTIFIER + mldsa44
        return _pair(name, (keys.ED25519_NOTE, ed25519), (keys.ML_DSA_44_NOTE, identified))

    def recipient(self, seal: bytes) -> Recipient:
        """Return the recipient of a 1,216-byte hybrid public key.

        Raises:
            Fault: `seal.recipient.malformed`.
        """
        return _recipient(seal)


@functools.lru_cache(maxsize=512)
def _pair(name: str, *kinds: tuple[int, bytes]) -> tuple[Verifier, ...]:
    return tuple(keys.verifier(VKey(name, kind, key)) for kind, key in kinds)


@functools.lru_cache(maxsize=512)
def _recipient(seal: bytes) -> HybridRecipient:
    return HybridRecipient(seal)
