"""The TLS key of a node and its self-signed certificate.

P-256, since every TLS library has it; subject and subjectAltName are the endpoint's host, and a
URI names the party (docs/spec/arrangement.md 3.3.6).  Peers pin the very bytes that stand on the
card: no authority signs it.

Source: RFC 5280; protocol rule 2.
Floor: adapters.
"""

import datetime as dt
import ipaddress
from dataclasses import dataclass
from typing import Final

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from comity.joint.arrangement.certificate import uri_of

COMMON_NAME_CHARS_MAX: Final = 64


@dataclass(frozen=True, slots=True)
class TlsKey:
    """A private key and its certificate.

    Attributes:
        private_key: P-256; never print it.
        certificate: DER.
    """

    private_key: ec.EllipticCurvePrivateKey
    certificate: bytes

    def chain_pem(self, password: bytes) -> bytes:
        """Return key and certificate as PEM, the key encrypted under a password."""
        key = self.private_key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.BestAvailableEncryption(password),
        )
        certificate = x509.load_der_x509_certificate(self.certificate)
        return key + certificate.public_bytes(serialization.Encoding.PEM)

    def private_der(self) -> bytes:
        """Return the private key as unencrypted PKCS#8 DER, to be sealed at once."""
        return self.private_key.private_bytes(
            serialization.Encoding.DER,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )


def make(host: str, not_before_ms: int, not_after_ms: int, party: str = "") -> TlsKey:
    """Return a fresh key with a certificate for a host.

    Args:
        host: DNS name or IP address, without brackets.
        not_before_ms: milliseconds since 1970 UTC, as on the card.
        not_after_ms: the same; both are cut to seconds.
        party: whose it is, or "" where it stands on no card.
    """
    names = [_general_name(host)]
    names += [x509.UniformResourceIdentifier(uri_of(party))] if party else []
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, host[:COMMON_NAME_CHARS_MAX])])
    usages = [ExtendedKeyUsageOID.SERVER_AUTH, ExtendedKeyUsageOID.CLIENT_AUTH]
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(_utc(not_before_ms))
        .not_valid_after(_utc(not_after_ms))
        .add_extension(x509.SubjectAlternativeName(names), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(x509.ExtendedKeyUsage(usages), critical=False)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .sign(key, hashes.SHA256())
    )
    return TlsKey(key, certificate.public_bytes(serialization.Encoding.DER))


def made_at(certificate: bytes) -> dt.datetime:
    """Return from when on a certificate holds."""
    return x509.load_der_x509_certificate(certificate).not_valid_before_utc


def load(private_der: bytes, certificate: bytes) -> TlsKey:
    """Return what `private_der` and the certificate were made of."""
    key = serialization.load_der_private_key(private_der, None)
    assert isinstance(key, ec.EllipticCurvePrivateKey)
    return TlsKey(key, certificate)


def _general_name(host: str) -> x509.GeneralName:
    try:
        return x509.IPAddress(ipaddress.ip_address(host))
    except ValueError:
        return x509.DNSName(host)


def _utc(at_ms: int) -> dt.datetime:
    return dt.datetime.fromtimestamp(at_ms // 1000, tz=dt.UTC)
