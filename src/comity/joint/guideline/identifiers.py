"""Whether an identifier can be one: the name of the rule that it breaks, or "".

    rule_of("ip-address", "10.0.0.1")      -> "address-not-public"
    rule_of("iban", "DE89370400440532013000") -> ""

A wrong identifier finds nobody, or somebody else; it is the first reason why providers refuse.

Source: RFC 1035, RFC 3986, RFC 5321, RFC 5890, ITU-T E.164, ISO 13616 (IBAN), ISO 9362 (SWIFT);
IANA special-purpose address registries.
Floor: joint (pure).
"""

import ipaddress
import re
from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Final

ADDRESS: Final = "address-malformed"
NOT_PUBLIC: Final = "address-not-public"
DOCUMENTATION: Final = "address-of-documentation"
NETWORK: Final = "whole-network"
DOMAIN: Final = "domain-malformed"
WILDCARD: Final = "whole-domain"
URL: Final = "url-malformed"
EMAIL: Final = "email-malformed"
PHONE: Final = "phone-malformed"
ACCOUNT: Final = "account-malformed"
HASH: Final = "hash-malformed"
BANK_ACCOUNT: Final = "bank-account-malformed"
IBAN: Final = "iban-malformed"
SWIFT: Final = "swift-malformed"
SERVER: Final = "server-malformed"

ALIASES: Final[Mapping[str, str]] = MappingProxyType(
    {"ip": "ip-address", "ipv4": "ip-address", "ipv6": "ip-address", "bic": "swift"}
)

_LABEL: Final = re.compile(r"(?!-)[a-z0-9-]{1,63}(?<!-)")
_LOCAL: Final = re.compile(r"[^\s@\"<>(),;:\\\[\]]{1,64}")
_URL: Final = re.compile(r"(https?|ftp|hxxps?)://([^/?#\s]+)([/?#]\S*)?", re.IGNORECASE)
_PHONE: Final = re.compile(r"\+[1-9][0-9]{6,14}")
_PHONE_FILLING: Final = re.compile(r"[ ().\-]")
_HEX: Final = re.compile(r"[0-9a-fA-F]+")
_HASH_CHARS: Final = frozenset({32, 40, 56, 64, 96, 128})
_BANK_ACCOUNT: Final = re.compile(r"[A-Z0-9]{4,34}")
_IBAN: Final = re.compile(r"[A-Z]{2}[0-9]{2}[A-Z0-9]{11,30}")
_SWIFT: Final = re.compile(r"[A-Z]{4}[A-Z]{2}[A-Z0-9]{2}([A-Z0-9]{3})?")
_SERVER: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{1,252}")
_VALUE_CHARS_MAX: Final = 2_000
_DOMAIN_CHARS_MAX: Final = 253
_IBAN_MODULUS: Final = 97

_DOCUMENTED: Final = tuple(
    ipaddress.ip_network(text)
    for text in ("192.0.2.0/24", "198.51.100.0/24", "203.0.113.0/24", "2001:db8::/32", "3fff::/20")
)


def kind_of(name: str) -> str:
    """Return the kind that a name stands for: `ipv4` is an `ip-address`."""
    return ALIASES.get(name, name)


def rule_of(kind: str, value: str) -> str:
    """Return the rule that a value breaks, or "" if it can be an identifier of that kind."""
    check = _CHECKS.get(kind_of(kind))
    text = value.strip()
    if check is None or not text or len(text) > _VALUE_CHARS_MAX:
        return ACCOUNT
    return check(text)


def _ip_address(text: str) -> str:
    if "/" in text:
        return _network(text)
    try:
        address = ipaddress.ip_address(text)
    except ValueError:
        return ADDRESS
    mapped = getattr(address, "ipv4_mapped", None)
    address = mapped or address
    if any(address.version == one.version and address in one for one in _DOCUMENTED):
        return DOCUMENTATION
    if not address.is_global or address.is_multicast or address.is_reserved:
        return NOT_PUBLIC
    return ""


def _network(text: str) -> str:
    try:
        network = ipaddress.ip_network(text, strict=False)
    except ValueError:
        return ADDRESS
    if network.num_addresses == 1:
        return _ip_address(str(network.network_address))
    return NETWORK


def _domain(text: str) -> str:
    name = text.rstrip(".").lower()
    if name.startswith(("*.", ".")):
        return WILDCARD
    try:
        labels = name.encode("idna").decode("ascii").split(".")
    except UnicodeError:
        return DOMAIN
    if len(name) > _DOMAIN_CHARS_MAX or not all(_LABEL.fullmatch(label) for label in labels):
        return DOMAIN
    if len(labels) == 1:
        return WILDCARD
    return DOMAIN if labels[-1].isdigit() else ""


def _url(text: str) -> str:
    found = _URL.fullmatch(text)
    if found is None:
        return URL
    host = found.group(2).rpartition("@")[2]
    if host.startswith("["):
        return _ip_address(host[1:].partition("]")[0])
    name = host.partition(":")[0]
    rule = _ip_address(name) if name.replace(".", "").isdigit() else _domain(name)
    return URL if rule == DOMAIN else rule


def _email(text: str) -> str:
    local, at, domain = text.rpartition("@")
    if not at or not _LOCAL.fullmatch(local) or local.startswith(".") or local.endswith("."):
        return EMAIL
    return EMAIL if _domain(domain) else ""


def _phone(text: str) -> str:
    return "" if _PHONE.fullmatch(_PHONE_FILLING.sub("", text)) else PHONE


def _account(text: str) -> str:
    return ACCOUNT if text in {"*", "all", "any", "-", "?"} else ""


def _hash(text: str) -> str:
    digits = text.rpartition(":")[2]
    return "" if len(digits) in _HASH_CHARS and _HEX.fullmatch(digits) else HASH


def compact(text: str) -> str:
    """Return an account number without what only groups it, in capitals."""
    return re.sub(r"[ \-./]", "", text).upper()


def _bank_account(text: str) -> str:
    number = compact(text)
    is_one = _BANK_ACCOUNT.fullmatch(number) and any(c.isdigit() for c in number)
    return "" if is_one else BANK_ACCOUNT


def _iban(text: str) -> str:
    number = compact(text)
    if not _IBAN.fullmatch(number):
        return IBAN
    digits = "".join(str(int(c, 36)) for c in number[4:] + number[:4])
    return "" if int(digits) % _IBAN_MODULUS == 1 else IBAN


def _swift(text: str) -> str:
    return "" if _SWIFT.fullmatch(text.replace(" ", "").upper()) else SWIFT


def _server(text: str) -> str:
    if "/" in text or ":" in text or text.replace(".", "").isdigit():
        return _ip_address(text)
    return "" if _SERVER.fullmatch(text) else SERVER


_CHECKS: Final[Mapping[str, Callable[[str], str]]] = MappingProxyType(
    {
        "ip-address": _ip_address,
        "domain": _domain,
        "url": _url,
        "email": _email,
        "phone": _phone,
        "account": _account,
        "hash": _hash,
        "bank-account": _bank_account,
        "iban": _iban,
        "swift": _swift,
        "server": _server,
    }
)
