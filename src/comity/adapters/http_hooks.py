"""The line to webhooks: one POST, no redirects, no proxies of the environment, little patience.

`https` is verified against the system's certificates.  Of an answer its status alone is read.

Floor: adapters.
"""

import ssl
from collections.abc import Mapping
from typing import Final

import httpx

from comity.kernel.fault import Fault, quoted

PATIENCE_S: Final = 5.0


class HttpHooks:
    """Webhooks over HTTP; for one thread each."""

    def __init__(self, patience_s: float = PATIENCE_S) -> None:
        self._client = httpx.Client(
            verify=ssl.create_default_context(),
            timeout=patience_s,
            trust_env=False,
            follow_redirects=False,
        )

    def post(self, url: str, headers: Mapping[str, str], body: bytes) -> int:
        """Send a body and return the status of the answer.

        Raises:
            Fault: `node.webhook.unreachable`.
        """
        sent = {**headers, "content-type": "application/json", "user-agent": "comity"}
        try:
            with self._client.stream("POST", url, content=body, headers=sent) as answer:
                return answer.status_code
        except (httpx.HTTPError, httpx.InvalidURL, OSError) as error:
            raise Fault(
                code="node.webhook.unreachable",
                what=f"Nothing answers at {quoted(url)}: {type(error).__name__}.",
                fix="Wait: the node tries again by itself. Check the program and its line.",
            ) from error

    def close(self) -> None:
        """Close every connection."""
        self._client.close()
