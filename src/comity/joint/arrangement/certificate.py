"""The TLS certificate on a card: X.509, self-signed, for the host of the endpoint.

    endpoint     https://node.example:8443
    certificate  DER; subjectAltName DNS:node.example, URI:comity:aa; key Ed25519 or P-256

Peers pin these very bytes, so no authority and no date in it are asked; the card's own
validity counts.  What it says of its use must let it be shown by who calls and by who is
called: TLS itself refuses it elsewhere.  It is no secret, and whoever calls is known by it
alone: the party that it names keeps another from putting it on their own card.

Source: RFC 5280 sections 4.2.1.3, 4.2.1.6 and 4.2.1.12; docs/spec/arrangement.md 3.3.6; protocol
rule 2.
Floor: joint (pure).
"""

import ipaddress
import re
from typing import Final

from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, EllipticCurvePublicKey
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.x509.oid import ExtendedKeyUsageOID

from comity.joint.arrangement.fields import malformed
from comity.kernel.fault import Fault, quoted

CERTIFICATE_BYTES_MAX: Final = 4096
ENDPOINT_CHARS_MAX: Final = 255
PORT_DEFAULT: Final = 443
PORT_MAX: Final = 65_535

_PARTY: Final = "comity:"

_UNFIT: Final = (
    UnsupportedAlgorithm,
    x509.InvalidVersion,
    x509.ExtensionNotFound,
    x509.DuplicateExtension,
    x509.UnsupportedGeneralNameType,
)
_USES: Final = frozenset({ExtendedKeyUsageOID.SERVER_AUTH, ExtendedKeyUsageOID.CLIENT_AUTH})

_ENDPOINT = re.compile(
    r"https://(?P<host>[a-z0-9]([a-z0-9.-]{0,200}[a-z0-9])?|\[[0-9a-f:.]{2,45}\])"
    r"(:(?P<port>[1-9][0-9]{0,4}))?"
)


def host_of(endpoint: str) -> str:
    """Return the host of `https://host[:port]`, without the brackets of an IPv6 address.

    Raises:
        Fault: `arrangement.text.malformed`.
    """
    return split_endpoint(endpoint)[0]


def split_endpoint(endpoint: str) -> tuple[str, int]:
    """Return host and port of an endpoint.

    Raises:
        Fault: `arrangement.text.malformed`.
    """
    found = _ENDPOINT.fullmatch(endpoint)
    port = int(found["port"] or PORT_DEFAULT) if found else 0
    if found is None or len(endpoint) > ENDPOINT_CHARS_MAX or port > PORT_MAX:
        raise malformed("endpoint", f"is {quoted(endpoint)}, not like https://node.example:8443")
    return found["host"].strip("[]"), port


def uri_of(party: str) -> str:
    """Return how a certificate names the party whose node shows it: `comity:aa`."""
    return _PARTY + party


def names_party(der: bytes, party: str) -> bool:
    """Return whether a certificate names that party: then no other can claim it."""
    names = x509.load_der_x509_certificate(der).extensions.get_extension_for_class(
        x509.SubjectAlternativeName
    )
    return uri_of(party) in names.value.get_values_for_type(x509.UniformResourceIdentifier)


def require_for(der: bytes, host: str, party: str) -> None:
    """Return if this is a certificate for that host, and names no other party.

    Raises:
        Fault: `arrangement.certificate.malformed`, `arrangement.certificate.key`,
            `arrangement.certificate.host`, `arrangement.certificate.party`.
    """
    if len(der) > CERTIFICATE_BYTES_MAX:
        raise _malformed(f"it has {len(der)} bytes, over {CERTIFICATE_BYTES_MAX}")
    try:
        certificate = x509.load_der_x509_certificate(der)
        key = certificate.public_key()
        _require_usable(certificate)
        names = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
        hosts = {
            *names.get_values_for_type(x509.DNSName),
            *(str(ip) for ip in names.get_values_for_type(x509.IPAddress)),
        }
        uris = names.get_values_for_type(x509.UniformResourceIdentifier)
    except (ValueError, *_UNFIT) as error:
        raise _malformed(str(error)) from error
    if not isinstance(key, Ed25519PublicKey) and not (
        isinstance(key, EllipticCurvePublicKey) and isinstance(key.curve, SECP256R1)
    ):
        raise Fault(
            code="arrangement.certificate.key",
            what=f"The TLS key is of the kind {quoted(type(key).__name__)}.",
            fix="Make the certificate with an Ed25519 or a P-256 key.",
        )
    if _spelled(host) not in hosts:
        raise Fault(
            code="arrangement.certificate.host",
            what=f"The certificate is for {quoted(', '.join(sorted(hosts)))}, not {quoted(host)}.",
            fix="Make the certificate for the host of the endpoint.",
        )
    named = [uri for uri in uris if uri.startswith(_PARTY)]
    if named and uri_of(party) not in named:
        raise Fault(
            code="arrangement.certificate.party",
            what=f"The certificate names {quoted(', '.join(named))}, and the card is of "
            f"{quoted(party)}.",
            fix="Refuse the card and speak to its party: the certificate is another's.",
        )


def _require_usable(certificate: x509.Certificate) -> None:
    """Return if the certificate may sign a handshake of both sides, or says nothing of its use."""
    for extension in certificate.extensions:
        value = extension.value
        if isinstance(value, x509.KeyUsage) and not value.digital_signature:
            raise _malformed("its key usage has no digitalSignature")
        if isinstance(value, x509.ExtendedKeyUsage) and not set(value) >= _USES:
            raise _malformed("its extended key usage has not both serverAuth and clientAuth")


def _spelled(host: str) -> str:
    try:
        return str(ipaddress.ip_address(host))
    except ValueError:
        return host


def _malformed(why: str) -> Fault:
    return Fault(
        code="arrangement.certificate.malformed",
        what=f"The TLS certificate cannot be used: {why}.",
        fix="Ask the party for a card with a sound certificate.",
    )
