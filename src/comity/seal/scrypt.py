"""scrypt: a file sealed to a passphrase, alone in its header.

    -> scrypt <22 characters: a salt of 16 bytes> <log2 of the work factor, decimal>
    <43 characters: the file key under the derived key, 32 bytes>

Work factor 18 takes 256 MiB and about a second; each step more doubles both.  The
identity refuses more than 22, so that a hostile file cannot take the whole machine.

Source: C2SP age.md "scrypt"; RFC 7914.
Floor: seal (pure).
"""

import re
from dataclasses import dataclass, field
from typing import Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305
from cryptography.hazmat.primitives.kdf.scrypt import Scrypt

from comity.kernel.fault import Fault, quoted
from comity.seal import rawbase64
from comity.seal.header import Entropy, Stanza

STANZA_TYPE: Final = "scrypt"
WORK_FACTOR: Final = 18
WORK_FACTOR_MAX: Final = 22

_LABEL: Final = b"age-encryption.org/v1/scrypt"
_SALT_BYTES: Final = 16
_BODY_BYTES: Final = 32
_DECIMAL: Final = re.compile(r"[1-9][0-9]*")
_ZERO_NONCE: Final = bytes(12)  # each wrap key encrypts once


@dataclass(frozen=True, slots=True)
class ScryptRecipient:
    """Whoever knows the passphrase.

    Attributes:
        passphrase: a secret; UTF-8.
        work_factor: log2 of scrypt's N, 1 to 22.
    """

    passphrase: bytes = field(repr=False)
    work_factor: int = WORK_FACTOR

    def __post_init__(self) -> None:
        """Check the work factor."""
        assert 1 <= self.work_factor <= WORK_FACTOR_MAX

    def wrap(self, file_key: bytes, entropy: Entropy) -> Stanza:
        """Return the stanza, under a fresh salt.  Slow on purpose."""
        salt = entropy(_SALT_BYTES)
        aead = ChaCha20Poly1305(_derive(self.passphrase, salt, self.work_factor))
        args = (STANZA_TYPE, rawbase64.render(salt).decode("ascii"), str(self.work_factor))
        return Stanza(args, aead.encrypt(_ZERO_NONCE, file_key, None))


@dataclass(frozen=True, slots=True)
class ScryptIdentity:
    """The same person, opening.

    Attributes:
        passphrase: a secret; UTF-8.
        work_factor_max: the most work to be done for a file, log2.
    """

    passphrase: bytes = field(repr=False)
    work_factor_max: int = WORK_FACTOR_MAX

    def unwrap(self, stanza: Stanza) -> bytes | None:
        """Return the file key, or nothing if the passphrase is wrong.  Slow on purpose.

        Raises:
            Fault: `seal.stanza.malformed`; `seal.stanza.work-factor`.
        """
        if stanza.args[0] != STANZA_TYPE:
            return None
        salt, work_factor = _parse(stanza)
        if work_factor > self.work_factor_max:
            raise Fault(
                code="seal.stanza.work-factor",
                what=f"The passphrase would take 2^{work_factor} steps of work, over "
                f"2^{self.work_factor_max}.",
                fix="Ask the sender to seal the file with less work; nobody needs so much.",
            )
        aead = ChaCha20Poly1305(_derive(self.passphrase, salt, work_factor))
        try:
            return aead.decrypt(_ZERO_NONCE, stanza.body, None)
        except InvalidTag:
            return None


def _parse(stanza: Stanza) -> tuple[bytes, int]:
    args = stanza.args
    if len(args) == 3 and _DECIMAL.fullmatch(args[2]):  # noqa: PLR2004 -- the type, salt and factor
        salt = rawbase64.parse(args[1])
        if salt is not None and len(salt) == _SALT_BYTES and len(stanza.body) == _BODY_BYTES:
            # Three digits are over any limit already; more would only cost time to convert.
            return salt, int(args[2][:3])
    raise Fault(
        code="seal.stanza.malformed",
        what=f"The stanza {quoted(' '.join(args))} breaks the rule of its type: it has a salt of "
        "16 bytes, a decimal number and a body of 32 bytes.",
        fix="Ask the sender to seal the file anew.",
    )


def _derive(passphrase: bytes, salt: bytes, work_factor: int) -> bytes:
    return Scrypt(_LABEL + salt, length=32, n=1 << work_factor, r=8, p=1).derive(passphrase)
