"""A self-signed certificate that follows from a seed, for cards of the simulation.

Floor: lab.
"""

import datetime as dt

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import NameOID


def make(host: str, seed: bytes, not_before_ms: int, not_after_ms: int) -> bytes:
    """Return the DER of a certificate for a host; the same seed gives the same bytes."""
    key = Ed25519PrivateKey.from_private_bytes(seed)
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, host)])
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(int.from_bytes(seed[:8]) | 1)
        .not_valid_before(dt.datetime.fromtimestamp(not_before_ms // 1000, tz=dt.UTC))
        .not_valid_after(dt.datetime.fromtimestamp(not_after_ms // 1000, tz=dt.UTC))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(host)]), critical=False)
        .sign(key, None)
    )
    return certificate.public_bytes(Encoding.DER)
