"""The line to sources: GET alone, no redirects, no proxies of the environment, an answer of a size.

`https` is verified against the system's certificates.  Which addresses are called,
`comity.adapters.outbound` says.

Floor: adapters.
"""

import ssl
from collections.abc import Mapping, Sequence
from ipaddress import IPv4Network, IPv6Network
from typing import Final

import httpx

from comity.adapters import outbound
from comity.kernel.fault import Fault, quoted
from comity.node.base.sources import Fetched

PATIENCE_S: Final = 30.0


class HttpSources:
    """Sources over HTTP; safe to call from many threads, since each call has its own client.

    Args:
        inside: networks that may be called beside the public ones.
        patience_s: how long a line may be silent.
    """

    def __init__(
        self, inside: Sequence[IPv4Network | IPv6Network] = (), patience_s: float = PATIENCE_S
    ) -> None:
        self._inside = inside
        self._patience_s = patience_s

    def get(self, url: str, headers: Mapping[str, str], bytes_max: int) -> Fetched:
        """See `comity.node.base.sources.Sources`."""
        sent = {**headers, "user-agent": "comity", "accept-encoding": "identity"}
        try:
            meant = httpx.URL(url)
            called = meant.copy_with(host=self._address(meant))
            with (
                httpx.Client(
                    verify=ssl.create_default_context(),
                    timeout=self._patience_s,
                    trust_env=False,
                    follow_redirects=False,
                ) as client,
                client.stream(
                    "GET",
                    called,
                    headers={**sent, "host": meant.netloc.decode("ascii")},
                    extensions={"sni_hostname": meant.host},
                ) as answer,
            ):
                data = bytearray()
                for part in answer.iter_raw():
                    data += part
                    if len(data) > bytes_max:
                        raise _large(url, bytes_max)
                return Fetched(answer.status_code, dict(answer.headers), bytes(data))
        except (httpx.HTTPError, httpx.InvalidURL, OSError) as error:
            raise Fault(
                code="share.source.unreachable",
                what=f"Nothing answers at {quoted(url)}: {type(error).__name__}.",
                fix="Check the address and the line, and pull again.",
            ) from error

    def _address(self, url: httpx.URL) -> str:
        found, named = outbound.address(url, self._inside)
        if not found:
            raise Fault(
                code="share.source.inside",
                what=f"{quoted(url.host)} is {named}, which is no public address.",
                fix="Name a public one. For a program inside, the operator allows its network: "
                "`webhook_networks` in config.toml.",
            )
        return found


def _large(url: str, bytes_max: int) -> Fault:
    return Fault(
        code="share.source.too-large",
        what=f"{quoted(url)} answers with more than {bytes_max >> 20} MiB.",
        fix="Ask who runs it for smaller pages.",
    )
