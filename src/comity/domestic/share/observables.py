"""Observables of STIX 2.1 from what people and lists write: an address, a name, a hash.

    detected("hxxp://a[.]example/x")     ("url", "http://a.example/x")
    observable("ipv4", "198.51.100.7")   {"type": "ipv4-addr", "id": "ipv4-addr--…", …}

The id of an observable follows from its value, so that the same address is one object whoever
gives it.

Source: OASIS STIX 2.1, 2.9.
Floor: domestic (pure).
"""

import ipaddress
import re
import uuid
from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from comity.kernel import ijson
from comity.kernel.ijson import Json

IPV4, IPV6, DOMAIN, URL, EMAIL = "ipv4", "ipv6", "domain", "url", "email"
MD5, SHA1, SHA256, AS = "md5", "sha1", "sha256", "as"

TYPES: Final[Mapping[str, str]] = MappingProxyType(
    {
        IPV4: "ipv4-addr",
        IPV6: "ipv6-addr",
        DOMAIN: "domain-name",
        URL: "url",
        EMAIL: "email-addr",
        MD5: "file",
        SHA1: "file",
        SHA256: "file",
        AS: "autonomous-system",
    }
)
"""The type of STIX of each kind of value."""

_NAMESPACE: Final = uuid.UUID("00abedb4-aa42-466c-9c01-fed23315a9b7")
_HASHES: Final = MappingProxyType({MD5: "MD5", SHA1: "SHA-1", SHA256: "SHA-256"})
_BY_LENGTH: Final = MappingProxyType({32: MD5, 40: SHA1, 64: SHA256})
_CHARS_MAX: Final = 2_048
_DOMAIN: Final = re.compile(
    r"(?=.{4,253}\Z)(?:[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9])?\.)+[a-z][a-z0-9-]{0,61}[a-z0-9]"
)
_URL: Final = re.compile(r"[a-z][a-z0-9+.-]{1,20}://[^\s\x00-\x20\x7f-\x9f\"<>]+", re.IGNORECASE)
_EMAIL: Final = re.compile(r"[^\s@\"<>]{1,64}@([^\s@]{4,253})")
_AS: Final = re.compile(r"AS([0-9]{1,10})", re.IGNORECASE)
_HOST: Final = re.compile(r"[a-z][a-z0-9+.-]*://(?:[^/@?#]*@)?(\[[^\]]*\]|[^/:?#]*)", re.IGNORECASE)
_FANGS: Final = (("[.]", "."), ("(.)", "."), ("[:]", ":"), ("[@]", "@"), ("[at]", "@"))


def refanged(text: str) -> str:
    """Return a value as it is, of one that was written so that nobody follows it."""
    found = text.strip()
    for fang, plain in _FANGS:
        found = found.replace(fang, plain)
    return re.sub(r"\Ahxxp(s?)://", r"http\1://", found, flags=re.IGNORECASE)


def detected(text: str, kind: str = "") -> tuple[str, str] | None:
    """Return the kind and the one spelling of a value; None where it is none, or of another kind.

    Args:
        text: as it was written.
        kind: that it is said to be, or "".
    """
    value = refanged(text)
    found = _detected(value) if len(value) <= _CHARS_MAX else None
    return found if found is not None and kind in ("", found[0]) else None


def _detected(value: str) -> tuple[str, str] | None:
    try:
        network = ipaddress.ip_network(value, strict=False)
    except ValueError:
        pass
    else:
        kind = IPV4 if isinstance(network, ipaddress.IPv4Network) else IPV6
        return kind, str(network) if "/" in value else str(network.network_address)
    lower = value.lower()
    if re.fullmatch(r"[0-9a-f]+", lower) and len(lower) in _BY_LENGTH:
        return _BY_LENGTH[len(lower)], lower
    if _URL.fullmatch(value):
        return URL, value
    name = _EMAIL.fullmatch(value)
    if name and _DOMAIN.fullmatch(name[1].lower()):
        return EMAIL, value
    number = _AS.fullmatch(value)
    if number and int(number[1]) < 1 << 32:
        return AS, str(int(number[1]))
    plain = lower.rstrip(".")
    return (DOMAIN, plain) if _DOMAIN.fullmatch(plain) else None


def observable(kind: str, value: str) -> dict[str, Json]:
    """Return the object of a value in its one spelling."""
    said: dict[str, Json] = {"value": value}
    if kind in _HASHES:
        said = {"hashes": {_HASHES[kind]: value}}
    elif kind == AS:
        said = {"number": int(value)}
    type_ = TYPES[kind]
    id_ = uuid.uuid5(_NAMESPACE, ijson.render(said).decode())
    return {"type": type_, "spec_version": "2.1", "id": f"{type_}--{id_}", **said}


def place_of(kind: str, value: str) -> tuple[str, str] | None:
    """Return the address or domain at which a value is, if it is at one."""
    if kind in {IPV4, IPV6, DOMAIN, AS}:
        return kind, value
    if kind == EMAIL:
        return DOMAIN, value.rpartition("@")[2].lower()
    match = _HOST.match(value) if kind == URL else None
    found = _detected(match[1].strip("[]")) if match else None
    return found if found and found[0] in {IPV4, IPV6, DOMAIN} else None
