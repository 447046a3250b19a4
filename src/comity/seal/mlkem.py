"""ML-KEM-768 encapsulation with given randomness (FIPS 203, ML-KEM.Encaps_internal).

    encapsulate(key, chance) -> (shared secret, ciphertext)

What is sealed by rule is made again by whoever opens it, so that the randomness of each
encapsulation must be an input.  `cryptography` takes none; OpenSSL from 3.5 on does (`ikme`), and
Python's own `ssl` brings it.  Only where that one is older is another sought on the machine.

FIPS 203 asks for randomness from a random bit generator: see docs/spec/seal.md 2.1.5 for how and
why this departs from it.

Source: FIPS 203, section 6.2; OpenSSL EVP_KEM-ML-KEM(7); docs/adr/0054.
Floor: seal (pure: a function of its input).
"""

import _ssl
import ctypes
import ctypes.util
from ctypes import POINTER, byref, c_char_p, c_int, c_size_t, c_uint, c_void_p
from functools import lru_cache
from typing import Final

from comity.kernel.fault import Fault

KEY_BYTES: Final = 1184
CHANCE_BYTES: Final = 32
SECRET_BYTES: Final = 32
CIPHERTEXT_BYTES: Final = 1088

_NAME: Final = b"ML-KEM-768"
_OCTET_STRING: Final = 5
"""OSSL_PARAM_OCTET_STRING."""


class _Param(ctypes.Structure):
    """OSSL_PARAM; one without a key ends a list."""

    _fields_ = (
        ("key", c_char_p),
        ("data_type", c_uint),
        ("data", c_void_p),
        ("data_size", c_size_t),
        ("return_size", c_size_t),
    )


_DECLARED: Final = {
    "EVP_PKEY_new_raw_public_key_ex": (c_void_p, c_void_p, c_char_p, c_char_p, c_char_p, c_size_t),
    "EVP_PKEY_CTX_new_from_pkey": (c_void_p, c_void_p, c_void_p, c_char_p),
    "EVP_PKEY_encapsulate_init": (c_int, c_void_p, POINTER(_Param)),
    "EVP_PKEY_encapsulate": (
        *(c_int, c_void_p, c_char_p),
        *(POINTER(c_size_t), c_char_p, POINTER(c_size_t)),
    ),
    "EVP_PKEY_CTX_free": (None, c_void_p),
    "EVP_PKEY_free": (None, c_void_p),
    "ERR_clear_error": (None,),
}
"""What each function of the library returns and takes."""


def encapsulate(key: bytes, chance: bytes) -> tuple[bytes, bytes]:
    """Return the shared secret and the ciphertext that this randomness gives.

    Args:
        key: encapsulation key, 1184 bytes, its coefficients reduced.
        chance: 32 bytes, `m` of FIPS 203.

    Raises:
        Fault: `seal.mlkem.missing`.
    """
    assert len(key) == KEY_BYTES
    assert len(chance) == CHANCE_BYTES
    library = _library()
    held = ctypes.create_string_buffer(chance, CHANCE_BYTES)
    given = _Param(b"ikme", _OCTET_STRING, ctypes.cast(held, c_void_p), CHANCE_BYTES, 0)
    loaded = library.EVP_PKEY_new_raw_public_key_ex(None, _NAME, None, key, KEY_BYTES)
    context = library.EVP_PKEY_CTX_new_from_pkey(None, loaded, None)
    secret = ctypes.create_string_buffer(SECRET_BYTES)
    ciphertext = ctypes.create_string_buffer(CIPHERTEXT_BYTES)
    sizes = c_size_t(CIPHERTEXT_BYTES), c_size_t(SECRET_BYTES)
    try:
        is_begun = library.EVP_PKEY_encapsulate_init(context, (_Param * 2)(given)) == 1
        is_made = (
            is_begun
            and library.EVP_PKEY_encapsulate(
                context, ciphertext, byref(sizes[0]), secret, byref(sizes[1])
            )
            == 1
        )
    finally:
        library.EVP_PKEY_CTX_free(context)
        library.EVP_PKEY_free(loaded)
        library.ERR_clear_error()  # or Python's `ssl` takes it for its own
    assert is_made, "a key that was loaded, and so much room, are refused by no library"
    return secret.raw, ciphertext.raw


def is_there() -> bool:
    """Return whether this machine has a library that takes the randomness."""
    try:
        _library()
    except Fault:
        return False
    return True


@lru_cache(maxsize=1)
def _library() -> ctypes.CDLL:
    for path in (getattr(_ssl, "__file__", None), ctypes.util.find_library("crypto")):
        library = _declared(path) if path else None
        if library is not None and _is_right(library):
            return library
    raise Fault(
        code="seal.mlkem.missing",
        what="This Python's OpenSSL, and that of the machine, cannot encapsulate to ML-KEM-768 "
        "with given randomness.",
        fix="Install OpenSSL 3.5 or newer, which Debian 13 has, and run comity with a Python that "
        "uses it.",
    )


def _declared(path: str) -> ctypes.CDLL | None:
    try:
        library = ctypes.CDLL(path)
        for name, (returns, *takes) in _DECLARED.items():
            function = getattr(library, name)
            function.restype, function.argtypes = returns, takes
    except (OSError, AttributeError):
        return None
    return library


def _is_right(library: ctypes.CDLL) -> bool:
    """Return whether a library knows ML-KEM-768: every OpenSSL from 3.5 on does."""
    key = library.EVP_PKEY_new_raw_public_key_ex(None, _NAME, None, bytes(KEY_BYTES), KEY_BYTES)
    library.EVP_PKEY_free(key)
    library.ERR_clear_error()
    return key is not None
