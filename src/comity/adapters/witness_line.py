"""The line to witnesses, loaded when the first of them is spoken to: few nodes have any.

Floor: adapters.
"""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from comity.adapters.http_witness import HttpWitnesses
    from comity.node.ports import Response
    from comity.node.rows import Witness


class WitnessLine:
    """`Witnesses` over HTTP; for one thread each."""

    def __init__(self) -> None:
        self._line: HttpWitnesses | None = None

    def add_checkpoint(self, witness: "Witness", body: bytes) -> "Response":
        """See `comity.node.ports.Witnesses`.

        Raises:
            Fault: `node.witness.unreachable`, `node.witness.malformed-answer`.
        """
        if self._line is None:
            from comity.adapters.http_witness import HttpWitnesses  # noqa: PLC0415 -- httpx takes long to load

            self._line = HttpWitnesses()
        return self._line.add_checkpoint(witness, body)

    def close(self) -> None:
        """Close every connection."""
        if self._line is not None:
            self._line.close()
