"""TLS 1.3, both ways: what this node shows, and whom it believes.

Certificates are self-signed and pinned: a peer is who shows the very certificate of a card
in force.  A node may have several (one for each card that still counts): the caller gives
the beginning of the fingerprint it expects as server name (SNI), and is shown that one.

The group X25519MLKEM768 is offered where the TLS library has it: OpenSSL 3.5 offers it first
by itself; older ones agree on X25519.

Dates in a certificate are not asked: the card's validity counts, with its grace for clocks that
are apart (docs/spec/arrangement.md 3.3.6 and 3.4.9).

Source: RFC 8446, RFC 6066 section 3; protocol rules 2 and 24.
Floor: adapters.
"""

import os
import ssl
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from comity.node.exchange.contacts import fingerprint

GROUPS: Final = "X25519MLKEM768:X25519:secp256r1"
SERVER_NAME_CHARS: Final = 56
"""A label of a host name has at most 63."""

_NO_CHECK_TIME: Final = 0x200000
"""X509_V_FLAG_NO_CHECK_TIME of OpenSSL, for which the ssl module has no name."""


@dataclass(frozen=True, slots=True)
class Chain:
    """A certificate and its key.

    Attributes:
        pem: encrypted private key and certificate.
        password: opens the private key; a secret.
        certificate: DER.
    """

    pem: bytes
    password: bytes
    certificate: bytes


def server_name(certificate: bytes) -> str:
    """Return the name by which a caller asks for that certificate."""
    return fingerprint(certificate)[:SERVER_NAME_CHARS]


def server_context(chains: Sequence[Chain], trusted: Iterable[bytes]) -> ssl.SSLContext:
    """Return what the peers' listener shows and believes.

    A caller without a certificate is let in (and told to pair); one with a certificate that
    is on no card in force is turned away by TLS itself.

    Args:
        chains: newest first, the default; not empty.
        trusted: DER certificates of all peers; one that the TLS library cannot read stays out
            alone, though its card counts: whoever shows it is turned away, and nobody else.
    """
    anchors = tuple(trusted)
    contexts = {server_name(chain.certificate): _server(chain, anchors) for chain in chains}
    first = next(iter(contexts.values()))

    def choose(sock: ssl.SSLObject | ssl.SSLSocket, name: str | None, _: ssl.SSLContext) -> None:
        chosen = contexts.get(name or "")
        if chosen is not None:
            sock.context = chosen

    first.sni_callback = choose
    return first


def outside_context(certificate: Path, key: Path, trusted: Sequence[bytes]) -> ssl.SSLContext:
    """Return what the listener for those who are no officers shows, and whose certificates count.

    A client without one is let in, as is a browser, and asked for one only where some client has
    one.  Whether it opens anything, its session says.

    Args:
        certificate: PEM, the whole chain.
        key: PEM, not under a passphrase.
        trusted: certificates of clients, DER.

    Raises:
        OSError: they cannot be read, or do not belong together.
    """
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.minimum_version = ssl.TLSVersion.TLSv1_3
    context.num_tickets = 0  # a resumed session would outlive the certificate that began it
    context.set_alpn_protocols(["http/1.1"])
    context.load_cert_chain(certificate, key, password=lambda: b"")  # it would ask at the terminal
    if trusted:
        context.verify_mode = ssl.CERT_OPTIONAL
        context.verify_flags |= ssl.VERIFY_X509_PARTIAL_CHAIN | _NO_CHECK_TIME
        for der in trusted:
            _believe(context, der)
    return context


def client_context(chain: Chain) -> ssl.SSLContext:
    """Return what a call to a peer shows; whom it believes is compared byte for byte after.

    No authority is asked: the caller compares the server's certificate with the card before
    it sends anything, and can name both where they differ.
    """
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    return _prepared(context, chain)


def _server(chain: Chain, anchors: Iterable[bytes]) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.verify_mode = ssl.CERT_OPTIONAL
    context.verify_flags |= ssl.VERIFY_X509_PARTIAL_CHAIN | _NO_CHECK_TIME
    for der in anchors:
        _believe(context, der)
    context.num_tickets = 0  # a resumed session would outlive the card that began it
    return _prepared(context, chain)


def is_readable(certificate: bytes) -> bool:
    """Return whether the TLS library here can believe who shows a certificate."""
    return _believe(ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER), certificate)


def _believe(context: ssl.SSLContext, der: bytes) -> bool:
    """Let a context believe a certificate; return whether the library could read it."""
    try:
        context.load_verify_locations(cadata=der)
    except ssl.SSLError:
        return False
    return True


def _prepared(context: ssl.SSLContext, chain: Chain) -> ssl.SSLContext:
    context.minimum_version = ssl.TLSVersion.TLSv1_3
    _load(context, chain)
    set_groups = getattr(context, "set_groups", None)
    if set_groups is not None:  # Python 3.15; before, the library's own order
        set_groups(GROUPS)
    return context


def _load(context: ssl.SSLContext, chain: Chain) -> None:
    """Give a context its key from memory: the ssl module reads only files."""
    descriptor = os.memfd_create("tls", os.MFD_CLOEXEC)
    try:
        os.write(descriptor, chain.pem)
        context.load_cert_chain(f"/proc/self/fd/{descriptor}", password=chain.password)
    finally:
        os.close(descriptor)
