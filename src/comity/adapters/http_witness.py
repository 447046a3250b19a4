"""The line to C2SP witnesses: HTTP with TLS of the usual kind.

Nothing that a witness answers is believed but its signatures, so plain HTTP within a closed
network is good enough; `https` is verified against the system's certificates or a file of
the operator's own.  One try, no redirects, no proxies of the environment, bounded answers.

Source: C2SP tlog-witness.
Floor: adapters.
"""

import ssl
from typing import Final

import httpx

from comity.kernel import limits
from comity.kernel.fault import Fault, quoted
from comity.node.ports import Response
from comity.node.rows import Witness

PATIENCE_S: Final = 10.0


class HttpWitnesses:
    """Witnesses over HTTP; for one thread each."""

    def __init__(self) -> None:
        self._clients: dict[str, httpx.Client] = {}

    def add_checkpoint(self, witness: Witness, body: bytes) -> Response:
        """Send a checkpoint and wait for the answer, whatever its status.

        Raises:
            Fault: `node.witness.unreachable`, `node.witness.malformed-answer`.
        """
        url = f"{witness.url.rstrip('/')}/add-checkpoint"
        try:
            with self._client(witness).stream("POST", url, content=body) as answer:
                data = _read(witness, answer)
                return Response(answer.status_code, data, answer.headers.get("content-type", ""))
        except (httpx.HTTPError, httpx.InvalidURL, OSError) as error:
            raise Fault(
                code="node.witness.unreachable",
                what=f"The witness {witness.name} cannot be reached at {quoted(witness.url)}: "
                f"{type(error).__name__} {error}.",
                fix="Wait: the node tries again by itself. Check the line and its url if it lasts.",
            ) from error

    def close(self) -> None:
        """Close every connection."""
        for client in self._clients.values():
            client.close()
        self._clients.clear()

    def _client(self, witness: Witness) -> httpx.Client:
        if witness.name not in self._clients:
            context = ssl.create_default_context(cafile=witness.ca_file or None)
            self._clients[witness.name] = httpx.Client(
                verify=context, timeout=PATIENCE_S, trust_env=False
            )
        return self._clients[witness.name]


def _read(witness: Witness, answer: httpx.Response) -> bytes:
    data = b""
    for part in answer.iter_bytes():
        data += part
        if len(data) > limits.NOTE_BYTES_MAX:
            raise Fault(
                code="node.witness.malformed-answer",
                what=f"The answer of the witness {witness.name} is larger than "
                f"{limits.NOTE_BYTES_MAX} bytes.",
                fix="Check what answers at its url.",
            )
    return data
