"""Which addresses this node calls when somebody names a URL.

A name is resolved once, and the address that was looked at is the one that is called: public, or
of a network that the operator allows.  Else whoever may register a webhook or a source could call,
and find, what only machines of this State reach.  This machine itself is called by its plain names
alone, which only who is at it can register.

Source: OWASP ASVS 5.0 requirement 1.3.6; IANA special-purpose registries, by `ipaddress`.
Floor: adapters.
"""

import socket
from collections.abc import Iterator, Sequence
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address
from typing import Final

import httpx

_HERE: Final = frozenset({"127.0.0.1", "::1", "localhost"})


def address(url: httpx.URL, inside: Sequence[IPv4Network | IPv6Network]) -> tuple[str, str]:
    """Return the address to call, "" if none may be called, and what the name stands for.

    Args:
        url: to be called.
        inside: networks that may be called beside the public ones.

    Raises:
        OSError: the name is not known.
    """
    if url.host in _HERE:
        return url.host, url.host
    found = [*_resolved(url.host, url.port or (443 if url.scheme == "https" else 80))]
    fit = [one for one in found if _is_fit(one, inside)]
    return (str(fit[0]) if fit else ""), ", ".join(map(str, found))


def _is_fit(found: IPv4Address | IPv6Address, inside: Sequence[IPv4Network | IPv6Network]) -> bool:
    if any(found in network for network in inside):
        return True
    return found.is_global and not found.is_multicast


def _resolved(host: str, port: int) -> Iterator[IPv4Address | IPv6Address]:
    """Give the addresses of a name; one of IPv4 that is written as one of IPv6 is that of IPv4."""
    for _, _, _, _, place in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM):
        found = ip_address(str(place[0]).partition("%")[0])
        mapped = found.ipv4_mapped if isinstance(found, IPv6Address) else None
        yield mapped or found
