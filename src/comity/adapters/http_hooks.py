"""The line to webhooks: one POST, no redirects, no proxies of the environment, little patience.

`https` is verified against the system's certificates.  Of an answer its status alone is read.

Which addresses are called, `comity.adapters.outbound` says.

Floor: adapters.
"""

import ssl
from collections.abc import Mapping, Sequence
from ipaddress import IPv4Network, IPv6Network
from typing import Final

import httpx

from comity.adapters import outbound
from comity.kernel.fault import Fault, quoted

PATIENCE_S: Final = 5.0


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
        found, named = outbound.address(url, self._inside)
        if not found:
            raise Fault(
                code="node.webhook.inside",
                what=f"{quoted(url.host)} is {named}, which is no public address.",
                fix="Name a public one. For a program inside, the operator allows its network: "
                "`webhook_networks` in config.toml.",
            )
        return found

    def close(self) -> None:
        """Close every connection."""
        self._client.close()
