"""What a tool that knows no STIX can use of an object: an address, a name, a hash.

    {"type": "ipv4-addr", "value": "198.51.100.7"}                      ipv4, 198.51.100.7
    {"type": "indicator", "pattern": "[url:value = 'http://a.example/']"}   url, http://a.example/

Of a pattern only one comparison with one value is read: what joins several means less alone.

Floor: joint (pure).
"""

import re
from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import Final

from comity.joint.share.bundle import Object

IPV4, IPV6, DOMAIN, URL, EMAIL = "ipv4", "ipv6", "domain", "url", "email"
MD5, SHA1, SHA256 = "md5", "sha1", "sha256"
KINDS: Final = (IPV4, IPV6, DOMAIN, URL, EMAIL, MD5, SHA1, SHA256)

_OBSERVED: Final[Mapping[str, str]] = MappingProxyType(
    {
        "ipv4-addr": IPV4,
        "ipv6-addr": IPV6,
        "domain-name": DOMAIN,
        "url": URL,
        "email-addr": EMAIL,
    }
)
_HASHES: Final = MappingProxyType({"MD5": MD5, "SHA-1": SHA1, "SHA-256": SHA256})
_ONE: Final = re.compile(r"\[([a-z0-9-]+):([^ =!]+) ?= ?'((?:[^'\\]|\\['\\])*)'\]")
_PRINTABLE: Final = re.compile(r"[^\s\x00-\x1f\x7f-\x9f]{1,2048}")
"""A list has one value a line: what has white space or control characters is none."""


def values(one: Object) -> Iterator[tuple[str, str]]:
    """Give each kind and value that an object stands for."""
    found = _of_indicator(one) if one.get("type") == "indicator" else _of_observable(one)
    return ((kind, value) for kind, value in found if _PRINTABLE.fullmatch(value))


def _of_observable(one: Object) -> Iterator[tuple[str, str]]:
    kind, value, hashes = _OBSERVED.get(str(one.get("type"))), one.get("value"), one.get("hashes")
    if kind and isinstance(value, str):
        yield kind, value
    if one.get("type") == "file" and isinstance(hashes, dict):
        for name, digest in hashes.items():
            if name in _HASHES:
                yield _HASHES[name], str(digest).lower()


def _of_indicator(one: Object) -> Iterator[tuple[str, str]]:
    found = _ONE.fullmatch(str(one.get("pattern")))
    if one.get("pattern_type") != "stix" or found is None:
        return
    value = re.sub(r"\\(.)", r"\1", found[3])
    if found[2] == "value" and found[1] in _OBSERVED:
        yield _OBSERVED[found[1]], value
    name = found[2].removeprefix("hashes.").strip("'")
    if found[1] == "file" and found[2].startswith("hashes.") and name in _HASHES:
        yield _HASHES[name], value.lower()
