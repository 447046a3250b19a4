"""An officer's token: shown once, kept as a hash, compared in constant time.

    comity-officer-mzxw6ytboi5dqmzrgu3tsmbqgmytemzugu3dooj2gezdgnbvgy3tqob7hu2q

32 random bytes in RFC 4648 base32, lower case, no padding, after a prefix by which a
scanner for leaked secrets can find it.

Floor: domestic (pure).
"""

import base64
import hashlib
import hmac
from typing import Final

PREFIX: Final = "comity-officer-"
TOKEN_BYTES: Final = 32
NO_TOKEN_SHA256: Final = bytes(32)
"""What a token is compared with where there is no such officer; no token hashes to it."""


def render(bits: bytes) -> str:
    """Return the token of 32 random bytes."""
    assert len(bits) == TOKEN_BYTES
    return PREFIX + base64.b32encode(bits).decode("ascii").rstrip("=").lower()


def sha256(token: str) -> bytes:
    """Return what is kept of a token.  It has 256 random bits, so a plain hash will do."""
    return hashlib.sha256(token.strip().encode("utf-8", "replace")).digest()


def is_same(token: str, token_sha256: bytes) -> bool:
    """Return whether a token is the one whose hash is kept, in constant time."""
    return hmac.compare_digest(sha256(token), token_sha256)
