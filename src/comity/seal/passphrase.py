"""scrypt: a file that a passphrase opens.  For key files at rest; never for entries.

    -> scrypt <22 characters: a salt of 16 bytes> <base-two logarithm of the work factor>
    <43 characters: ChaCha20-Poly1305(key = wrap key, nonce = zero, file key), 32 bytes>

Source: C2SP age.md "The scrypt recipient type"; RFC 7914.
Floor: seal (pure).
"""

import hashlib
import re
from dataclasses import dataclass, field
from typing import Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305

from comity.kernel.fault import Fault
from comity.seal import rawbase64
from comity.seal.header import Entropy, Stanza

STANZA_TYPE: Final = "scrypt"
WORK_LOG2: Final = 16
"""64 MiB and about a fifth of a second."""
WORK_LOG2_MAX: Final = 22
"""A file may not ask for more than 4 GiB: it comes from somebody else."""

_LABEL: Final = b"age-encryption.org/v1/scrypt"
_SALT_BYTES: Final = 16
_BODY_BYTES: Final = 32
_ARGUMENTS: Final = 3
_BLOCK: Final = 8
_ZERO_NONCE: Final = bytes(12)  # each wrap key encrypts once
_LOG2: Final = re.compile(r"[1-9][0-9]?")


@dataclass(frozen=True, slots=True)
class PassphraseRecipient:
    """Whoever knows the passphrase.

    Attributes:
        passphrase: a secret.
        work_log2: base-two logarithm of scrypt's work factor.
    """

    passphrase: bytes = field(repr=False)
    work_log2: int = WORK_LOG2

    def wrap(self, file_key: bytes, entropy: Entropy) -> Stanza:
        """Return the stanza, under a fresh salt.  It must be the only one of its header."""
        salt = entropy(_SALT_BYTES)
        aead = _wrap_aead(self.passphrase, salt, self.work_log2)
        args = (STANZA_TYPE, rawbase64.render(salt).decode("ascii"), str(self.work_log2))
        return Stanza(args, aead.encrypt(_ZERO_NONCE, file_key, None))


@dataclass(frozen=True, slots=True)
class PassphraseIdentity:
    """The same holder, opening.

    Attributes:
        passphrase: a secret.
        work_log2_max: what a file may ask for.
    """

    passphrase: bytes = field(repr=False)
    work_log2_max: int = WORK_LOG2_MAX

    def unwrap(self, stanza: Stanza) -> bytes | None:
        """Return the file key, or nothing if the passphrase is another.

        Raises:
            Fault: `seal.stanza.malformed`, `seal.stanza.work`.
        """
        if stanza.args[0] != STANZA_TYPE:
            return None
        salt = rawbase64.parse(stanza.args[1]) if len(stanza.args) == _ARGUMENTS else None
        if salt is None or len(salt) != _SALT_BYTES or len(stanza.body) != _BODY_BYTES:
            raise _malformed("it has a salt of 16 bytes, a work factor and a body of 32 bytes")
        if not _LOG2.fullmatch(stanza.args[2]):
            raise _malformed("its work factor is a decimal number without leading zeroes")
        work_log2 = int(stanza.args[2])
        if work_log2 > self.work_log2_max:
            raise Fault(
                code="seal.stanza.work",
                what=f"The file asks for 2^{work_log2} units of work, over 2^{self.work_log2_max}.",
                fix="Open it with a program that has the memory, if you trust who made it.",
            )
        try:
            return _wrap_aead(self.passphrase, salt, work_log2).decrypt(
                _ZERO_NONCE, stanza.body, None
            )
        except InvalidTag:
            return None


def _wrap_aead(passphrase: bytes, salt: bytes, work_log2: int) -> ChaCha20Poly1305:
    work = 1 << work_log2
    memory = 128 * _BLOCK * work + (1 << 20)
    key = hashlib.scrypt(
        passphrase, salt=_LABEL + salt, n=work, r=_BLOCK, p=1, maxmem=memory, dklen=32
    )
    return ChaCha20Poly1305(key)


def _malformed(rule: str) -> Fault:
    return Fault(
        code="seal.stanza.malformed",
        what=f"The scrypt stanza breaks the rule of its type: {rule}.",
        fix="Ask for the file again: it was changed.",
    )
