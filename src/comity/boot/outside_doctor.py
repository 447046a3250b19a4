"""What `doctor` says of the listener for those who are no officers: its certificate, its port.

Floor: boot.
"""

import ipaddress
import socket
from datetime import UTC, datetime
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

from cryptography import x509

from comity.adapters import tls
from comity.boot.outside import unusable
from comity.node.base.finding import OWN, Finding
from comity.node.base.sentence import coded, say
from comity.surfaces.cli.context import Settings

SOON_DAYS: Final = 14
_ANY: Final = {"0.0.0.0": "127.0.0.1", "::": "::1", "": "127.0.0.1"}  # noqa: S104 -- where one is heard who listens everywhere


def look(settings: Settings, now_ms: int) -> list[Finding]:
    """Return what is found; nothing where the configuration has no such listener."""
    if not settings.outside_port:
        return []
    return [_certificate(settings, datetime.fromtimestamp(now_ms / 1_000, UTC)), _port(settings)]


def _certificate(settings: Settings, now: datetime) -> Finding:
    about = say("certificate for guests")
    file, key = Path(settings.outside_certificate), Path(settings.outside_key)
    try:
        tls.outside_context(file, key, ())
        found = x509.load_pem_x509_certificates(file.read_bytes())[0]
    except (OSError, ValueError) as error:
        fault = unusable(file, key, error)
        told = coded(fault.code, fault.what)
        return Finding(about, is_good=False, side=OWN, what=told, fix=fault.fix)
    host = urlsplit(settings.outside_origin).hostname or ""
    until = found.not_valid_after_utc
    day = until.date().isoformat()
    renew = say("Put a new one at {file}: it is shown without a restart.", file=file)
    if not _covers(found, host):
        words = say("It does not name {host}, the host of outside_origin.", host=host)
        return Finding(about, is_good=False, side=OWN, what=words, fix=renew)
    if not found.not_valid_before_utc <= now < until:
        words = say("It is not in force now; it ends on {day}.", day=day)
        return Finding(about, is_good=False, side=OWN, what=words, fix=renew)
    if (until - now).days < SOON_DAYS:
        words = say("It ends on {day}.", day=day)
        return Finding(about, is_good=False, side=OWN, what=words, fix=renew)
    return Finding(about, is_good=True, side="", what=say("It is in force until {day}.", day=day))


def _covers(certificate: x509.Certificate, host: str) -> bool:
    """Return whether a certificate names a host, itself or by one wildcard (RFC 6125)."""
    try:
        names = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    except x509.ExtensionNotFound:
        return False
    try:
        return ipaddress.ip_address(host) in names.get_values_for_type(x509.IPAddress)
    except ValueError:
        wild = "*." + host.partition(".")[2]
        return not {host, wild}.isdisjoint(
            name.lower() for name in names.get_values_for_type(x509.DNSName)
        )


def _port(settings: Settings) -> Finding:
    about, port = say("guests' port"), settings.outside_port
    host = _ANY.get(settings.outside_host, settings.outside_host)
    try:
        with socket.create_connection((host, port), 2):
            is_open = True
    except OSError:
        is_open = False
    if is_open:
        words = say("Something listens on port {port}, as guests need it.", port=port)
        return Finding(about, is_good=True, side="", what=words)
    return Finding(
        about,
        is_good=False,
        side=OWN,
        what=say("Nothing listens on port {port}.", port=port),
        fix=say("Start `comity serve`, or set outside_port."),
    )
