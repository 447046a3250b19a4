"""The line to webhooks: one POST, no redirects, no proxies of the environment, little patience.

`https` is verified against the system's certificates.  Of an answer its status alone is read.

A name is resolved once, and the address that was looked at is the one that is called: public, or
of a network that the operator allows.  Else whoever may register a webhook could call, and find,
what only machines of this State reach.  This machine itself is called by its plain names alone,
which only who is at it can register.

Source: OWASP ASVS 5.0 requirement 1.3.6; IANA special-purpose registries, by `ipaddress`.
Floor: adapters.
"""

import socket
import ssl
from collections.abc import Iterator, Mapping, Sequence
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address
from typing import Final

import httpx

from comity.kernel.fault import Fault, quoted

PATIENCE_S: Final = 5.0
_HERE: Final = frozenset({"127.0.0.1", "::1", "localhost"})


class HttpHooks:
    """Webhooks over HTTP; for one thread each.

    Args:
        inside: networks that may be called beside the public ones.
        patience_s: how long a call may take.
    """

    def __init__(
        self, inside: Sequence[IPv4Network | IPv6Network] = (), patience_s: float = PATIENCE_S
    ) -> None:
        self._inside = inside
        self._client = httpx.Client(
            verify=ssl.create_default_context(),
            timeout=patience_s,
            trust_env=False,
            follow_redirects=False,
        )

    def post(self, url: str, headers: Mapping[str, str], body: bytes) -> int:
        """Send a body and return the status of the answer.

        Raises:
            Fault: `node.webhook.inside`, `node.webhook.unreachable`.
        """
        sent = {**headers, "content-type": "application/json", "user-agent": "comity"}
        try:
            meant = httpx.URL(url)
            called = meant.copy_with(host=self._address(meant))
            with self._client.stream(
                "POST",
                called,
                content=body,
                headers={**sent, "host": meant.netloc.decode("ascii")},
                extensions={"sni_hostname": meant.host},
            ) as answer:
                return answer.status_code
        except (httpx.HTTPError, httpx.InvalidURL, OSError) as error:
            raise Fault(
                code="node.webhook.unreachable",
                what=f"Nothing answers at {quoted(url)}: {type(error).__name__}.",
                fix="Wait: the node tries again by itself. Check the program and its line.",
            ) from error

    def _address(self, url: httpx.URL) -> str:
        """Return the address to call.

        Raises:
            Fault: `node.webhook.inside`.
            OSError: the name is not known.
        """
        if url.host in _HERE:
            return url.host
        found = [*_resolved(url.host, url.port or (443 if url.scheme == "https" else 80))]
        fit = [one for one in found if self._is_fit(one)]
        if not fit:
            named = ", ".join(map(str, found))
            raise Fault(
                code="node.webhook.inside",
                what=f"{quoted(url.host)} is {named}, which is no public address.",
                fix="Name a public one. For a program inside, the operator allows its network: "
                "`webhook_networks` in config.toml.",
            )
        return str(fit[0])

    def _is_fit(self, address: IPv4Address | IPv6Address) -> bool:
        if any(address in network for network in self._inside):
            return True
        return address.is_global and not address.is_multicast

    def close(self) -> None:
        """Close every connection."""
        self._client.close()


def _resolved(host: str, port: int) -> Iterator[IPv4Address | IPv6Address]:
    """Give the addresses of a name; one of IPv4 that is written as one of IPv6 is that of IPv4."""
    for _, _, _, _, place in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM):
        address = ip_address(str(place[0]).partition("%")[0])
        mapped = address.ipv4_mapped if isinstance(address, IPv6Address) else None
        yield mapped or address
