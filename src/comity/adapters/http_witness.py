"""The line to C2SP witnesses: HTTP with TLS of the usual kind.

Nothing that a witness answers is believed but its signatures, so plain HTTP within a closed
network is good enough; `https` is verified against the system's certificates or a file of
the operator's own.  One try, no redirects, no proxies, no codings; bounded answers, in a time
that is bounded as a whole.

Source: C2SP tlog-witness.
Floor: adapters.
"""

import http.client
import ssl
from contextlib import closing
from typing import Final
from urllib.parse import SplitResult, urlsplit

from comity.adapters import clock, deadline
from comity.kernel import limits
from comity.kernel.fault import Fault, quoted
from comity.node.base.ports import Response
from comity.node.base.rows import Witness

CONNECT_S: Final = 5.0
PATIENCE_S: Final = 10.0
_TEXT: Final = "text/plain"


class HttpWitnesses:
    """Witnesses over HTTP; safe to call from many threads."""

    def __init__(self) -> None:
        self._contexts: dict[str, ssl.SSLContext] = {}

    def add_checkpoint(self, witness: Witness, body: bytes) -> Response:
        """Send a checkpoint and wait for the answer, whatever its status.

        Raises:
            Fault: `node.witness.unreachable`, `node.witness.malformed-answer`.
        """
        try:
            to = urlsplit(f"{witness.url.rstrip('/')}/add-checkpoint")
            patience = _Patience()
            with closing(self._connection(witness, to)) as connection:
                connection.connect()
                connection.response_class = deadline.response_class(patience)  # type: ignore[assignment] # any callable will do
                connection.sock.settimeout(patience.left_s())
                connection.request("POST", to.path, body, {"content-type": _TEXT})
                with connection.getresponse() as answer:
                    data = _read(witness, answer)
                    return Response(answer.status, data, answer.getheader("content-type", ""))
        except (http.client.HTTPException, OSError, ValueError) as error:  # ValueError: of its url
            raise Fault(
                code="node.witness.unreachable",
                what=f"The witness {witness.name} cannot be reached at {quoted(witness.url)}: "
                f"{type(error).__name__} {error}.",
                fix="Wait: the node tries again by itself. Check the line and its url if it lasts.",
            ) from error

    def _connection(self, witness: Witness, to: SplitResult) -> http.client.HTTPConnection:
        host = to.hostname
        if not host:
            raise http.client.InvalidURL("it names no host")
        if to.scheme != "https":
            return http.client.HTTPConnection(host, to.port, timeout=CONNECT_S)
        if witness.ca_file not in self._contexts:  # to read the system's certificates takes long
            context = ssl.create_default_context(cafile=witness.ca_file or None)
            self._contexts[witness.ca_file] = context
        context = self._contexts[witness.ca_file]
        return http.client.HTTPSConnection(host, to.port, timeout=CONNECT_S, context=context)


class _Patience:
    """How long a witness is waited for; no byte buys more."""

    def __init__(self) -> None:
        self._until_ms = clock.monotonic_ms() + int(PATIENCE_S * 1_000)

    def left_s(self) -> float:
        """See `deadline.Patience`."""
        left_ms = self._until_ms - clock.monotonic_ms()
        if left_ms <= 0:
            raise TimeoutError("timed out")
        return left_ms / 1_000

    def earn(self, size_bytes: int) -> None:
        """See `deadline.Patience`."""


def _read(witness: Witness, answer: http.client.HTTPResponse) -> bytes:
    data = answer.read(limits.NOTE_BYTES_MAX + 1)
    if len(data) > limits.NOTE_BYTES_MAX:
        raise Fault(
            code="node.witness.malformed-answer",
            what=f"The answer of the witness {witness.name} is larger than "
            f"{limits.NOTE_BYTES_MAX} bytes.",
            fix="Check what answers at its url.",
        )
    if answer.length:
        raise http.client.IncompleteRead(data, answer.length)
    return data
